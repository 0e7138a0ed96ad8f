"""docs/privileges.md says who may do what; the database holds exactly that. And every word of the record is explained."""

import re
from collections.abc import Callable
from pathlib import Path

import psycopg

import yimen
from yimen.api.errors import WORDS as WORDS_OF_THE_INTERFACE
from yimen.oversight.invariants import rights
from yimen.record.refusal import WORDS
from yimen.web.words import EVENTS

Connect = Callable[[str], psycopg.Connection]
PACKAGE = Path(yimen.__file__).parent
SQL = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "migrations/sql").glob("*.sql"))
PYTHON = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))


def test_the_database_holds_what_is_written_and_nothing_else() -> None:
    held, written = rights.held("yimen"), rights.written()
    assert held - written == set()
    assert written - held == set()


def test_what_is_made_later_is_closed_until_it_is_granted(connect: Connect) -> None:
    with connect("owner") as owner, owner.transaction(force_rollback=True):
        owner.execute("create table later (x int)")
        owner.execute("create function later() returns int language sql return 1")
        found = owner.execute(
            "select r.rolname from pg_roles r where r.rolname like 'yimen\\_%%' and r.rolname not in ('yimen_owner')"
            " and (has_table_privilege(r.oid, 'later', 'select,insert,update,delete,truncate,references,trigger')"
            "      or has_function_privilege(r.oid, 'later()', 'execute'))",
        ).fetchall()
    assert found == []


def test_every_function_that_a_login_may_call_fixes_what_a_session_can_set(connect: Connect) -> None:
    open_ones = {name for name, privilege, _ in rights.written() if privilege == "EXECUTE"} - {"record_digest()"}
    found = connect("admin").execute(
        "select p.proname || '()', p.prosecdef, p.proconfig, pg_get_userbyid(p.proowner) from pg_proc p"
        " where p.pronamespace = 'public'::regnamespace"
    )
    for name, definer, settings, owner in found:
        assert owner == "yimen_record", name
        if name in open_ones:
            assert definer, name
            assert settings[0] == "search_path=pg_catalog, public, pg_temp", name
            assert {one.split("=")[0] for one in settings} >= {
                "DateStyle",
                "TimeZone",
                "standard_conforming_strings",
                "row_security",
            }, name
        else:
            assert not definer, name


# Functions that need not stand alone in their transaction, and why. All others refuse to be looked through at what is not committed yet.
NEED_NOT_STAND_ALONE = {
    "record_digest": "hashes what it is given",
    "registry_today": "tells the day",
    "oversight_visited": "counts the visits of cases that are over, and names none",
    "oversight_complete": "tells which items say all they must, which everybody reads",
    "registry_within": "tells which place lies under which",
    "registry_coming": "tells what is to come of an item, which everybody reads",
    "registry_find": "finds items in force, which everybody reads",
    "record_append": "record_do asks it first of all",
    "record_posts": "tells who has which posts, and nothing of a case",
    "record_session_open": "a session says nothing of a case",
    "record_session_end": "a session says nothing of a case",
    "record_session_who": "a session says nothing of a case",
    "casework_took": "tells what decided cases took",
    "record_sequence": "gives places, below the oldest open transaction",
    "record_advance": "moves a reader's own cursor",
    "record_park": "moves a reader's own cursor",
    "record_unpark": "moves a reader's own cursor",
    "oversight_orphans": "runs in the hourly look, which writes first; it tells cases and clocks, and nobody's name",
    "casework_over": "looks at nothing: it judges what it is given",
    "record_restored": "the owner's, who can do anything",
    "registry_found": "the owner's, who can do anything",
}


def test_every_function_that_a_login_may_call_stands_alone_or_says_why_not(connect: Connect) -> None:
    """
    Whoever could look at the outcome of a draw before it commits could roll back what he does not like. So what is called asks
    `record_settled` before it reads or writes: itself, or through what it calls.
    """
    called = {name.removesuffix("()") for name, privilege, _ in rights.written() if privilege == "EXECUTE"}
    found = connect("owner").execute(
        "select p.proname, pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'public'::regnamespace"
    )
    bodies: dict[str, str] = dict(found.fetchall())
    settle = {"record_settled"}
    while more := {
        name
        for name, body in bodies.items()
        if name not in settle | {"record_do"} and any(re.search(rf"\b{one}\(", body) for one in settle)
    }:
        settle |= more
    assert called - settle - NEED_NOT_STAND_ALONE.keys() == set()
    assert NEED_NOT_STAND_ALONE.keys() & settle == set(), "they do stand alone"


def test_every_kind_of_event_of_a_case_has_a_wording(connect: Connect) -> None:
    kinds = connect("oversight").execute(
        "select kind from record_move where type = 'case' union select kind from record_purpose"
    )
    assert {kind for (kind,) in kinds} - set(EVENTS) == set()


def test_every_refusal_has_words() -> None:
    raised = set(
        re.findall(r"'(?:malformed|forbidden|missing|conflict|not_now|unavailable)',\s+'([a-z_]+\.[a-z_]+)'", SQL)
    )
    raised |= set(re.findall(r"Refusal\(\s*\"\w+\",\s*\"([a-z_]+\.[a-z_]+)\"", PYTHON))
    assert len(raised) > 30
    said = set(WORDS) | set(WORDS_OF_THE_INTERFACE)
    assert raised - said == set()


def test_every_reader_of_the_record_is_run(connect: Connect) -> None:
    names = {name for (name,) in connect("oversight").execute("select name from record_cursor")}
    assert {name for name in names if f'name="{name}"' not in PYTHON} == set()
