"""No login writes a table that is not its own, reads a secret, or makes anything in the database."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from yimen.gateways.preparation import SERVING
from yimen.oversight.invariants import rights

SECRETS = (
    "record_draw_seed", "record_draw_roster", "record_assignment", "record_session", "record_login",
    "casework_document_key", "casework_document", "casework_contact", "casework_draft",
)  # fmt: skip
RECORD = (
    "record_event",
    "record_stream",
    "record_hat",
    "record_place",
    "record_move",
    "record_purpose",
    "record_clock",
)


def tables(ask: Callable[..., Any]) -> list[tuple[str, str]]:
    """Every table with its first column."""
    return list(ask("owner", "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum = (select min(b.attnum)"
                             " from pg_attribute b where b.attrelid = c.oid and b.attnum > 0 and b.attidentity = '' and not b.attisdropped) where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1"))  # fmt: skip


@pytest.mark.parametrize("login", SERVING)
def test_what_is_not_granted_is_refused(login: str, ask: Callable[..., Any], refused: Callable[..., None]) -> None:
    granted = {(name.split(".")[0], privilege) for name, privilege, who in rights.written() if who == login}
    for table, column in tables(ask):
        attacks = {
            "SELECT": f"select * from {table}",
            "INSERT": f"insert into {table} default values",
            "UPDATE": f"update {table} set {column} = {column}",
            "DELETE": f"delete from {table}",
            "TRUNCATE": f"truncate {table} cascade",
            "REFERENCES": f"lock table {table} in access exclusive mode",
        }
        for privilege, attack in attacks.items():
            if (table, privilege) not in granted and not (privilege == "REFERENCES" and (table, "UPDATE") in granted):
                refused("42501", ask, login, f"begin; {attack}; rollback")
                ask(login, "rollback")


@pytest.mark.parametrize("login", SERVING)
def test_the_record_is_written_by_no_login(login: str) -> None:
    changing = {"INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"}
    for name, privilege, who in rights.written():
        assert not (who == login and privilege in changing and name.split(".")[0] in RECORD), (name, privilege)


@pytest.mark.parametrize("login", SERVING)
@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_read_by_no_login(
    login: str, secret: str, ask: Callable[..., Any], refused: Callable[..., None]
) -> None:
    for attack in (
        f"select count(*) from {secret}",
        f"copy {secret} to stdout",
        f"select query_to_xml('select * from {secret}', true, true, '')",
        f"do $$ begin perform 1 from {secret}; end $$",
        f"prepare peek as select * from {secret}; execute peek",
        f"declare peek cursor with hold for select * from {secret}",
    ):
        refused("42501", ask, login, attack)
    assert ask(login, "select count(*) from pg_stats where tablename = %s", secret) == [(0,)]


@pytest.mark.parametrize("login", SERVING)
def test_nothing_is_made_and_nothing_outside_is_reached(login: str, ask: Callable[..., Any]) -> None:
    for attack in (
        "create temp table record_session (hash bytea)",
        "create temp view record_move as select 1",
        "create function pg_temp.record_now() returns timestamptz language sql return '2020-01-01'",
        "create function public.sha256(text) returns bytea language sql return ''",
        "create operator public.= (leftarg = text, rightarg = uuid, function = pg_catalog.texteq)",
        "create schema mine",
        "create table public.mine (x int)",
        "create type public.mine as (x int)",
        "create cast (text as uuid) with inout as implicit",
        "create domain public.mine as int",
        "create collation public.mine from \"C\"",
        "create extension dblink",
        "create extension postgres_fdw",
        "create server there foreign data wrapper postgres_fdw",
        "create publication mine for all tables",
        "create subscription mine connection '' publication mine",
        "create event trigger mine on ddl_command_start execute function pg_catalog.now()",
        "create role mine",
        "create database mine",
        "alter role yimen_owner password 'mine'",
        "alter role yimen_record login",
        "grant yimen_record to current_user",
        "alter table record_event disable trigger all",
        "alter function record_append owner to current_user",
        "alter system set fsync = off",
        "copy (select 1) to program 'id'",
        "copy (select 1) to '/tmp/mine'",
        "select pg_read_file('postgresql.conf')",
        "select pg_ls_dir('.')",
        "select lo_import('/etc/passwd')",
        "select lo_export(1, '/tmp/mine')",
        "select * from pg_authid",
        "select pg_reload_conf()",
        "select pg_switch_wal()",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'yimen_owner' or usename = 'postgres' union select null limit 0; select pg_rotate_logfile()",
        "checkpoint",
        "set session_replication_role = replica",
        "set role yimen_record",
        "set role yimen_owner",
        "set session authorization yimen_owner",
        "set session_preload_libraries = 'mine'",
        "set log_statement = 'none'",
        "load 'dblink'",
        "do language plpython3u 'pass'",
    ):  # fmt: skip
        with pytest.raises(psycopg.Error) as error:
            ask(login, attack)
        assert error.value.sqlstate in ("42501", "0A000", "42704", "58P01", "42883", "42P17"), (
            attack,
            str(error.value),
        )


def test_a_login_sees_no_text_of_the_statements_of_another(ask: Callable[..., Any]) -> None:
    ask("counter", "select 'a secret of the counter'")
    seen = ask("public", "select query from pg_stat_activity where usename = 'yimen_counter'")
    assert seen
    assert {text for (text,) in seen} == {"<insufficient privilege>"}
