"""`yimen database`: prepare, migrate and describe the database of this installation."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from yimen.cli.attach import as_owner, attached
from yimen.cli.listing import Listing
from yimen.gateways.postgres_programs import PostgresError
from yimen.gateways.preparation import Preparation

READ_ONLY: Final = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "auth_user_groups",
    "auth_user_user_permissions",
    "django_content_type",
}


@click.group(cls=Listing)
def database() -> None:
    """Prepare, migrate and describe the database."""


@database.command()
@click.option("--admin", metavar="URI", help="An administrator of a PostgreSQL server, 17 or newer.")
@click.option("--name", help="Name of the installation: its database, and how its roles begin.")
@click.option("--take-over", is_flag=True, help="Replace the passwords of an installation found there.")
def prepare(admin: str | None, name: str | None, *, take_over: bool) -> None:
    """
    Make the database, its owner and its logins, and write their passwords down.

    Without --admin this is the embedded server. Doing it again changes nothing.
    """
    if admin is None:
        with attached():
            click.echo(f"The embedded database is prepared; its logins are in {settings.LOGINS_DIR}")
        return
    named = name or settings.INSTALLATION
    try:
        done = Preparation(
            admin=admin, name=named, state=settings.STATE_DIR, take_over=take_over, external=True
        ).prepare()
    except PostgresError as wrong:
        raise click.ClickException(str(wrong)) from wrong
    for made in done:
        click.echo(f"made {made}")
    click.echo(f"The database is prepared; its logins are in {settings.LOGINS_DIR}")


@database.command()
@click.option("--quiet", is_flag=True, help="Say nothing when there is nothing to do.")
def migrate(*, quiet: bool) -> None:
    """Bring the tables to this version of Yimen, as the owner, and grant Django's own to the door."""
    with attached():
        count = migrate_all()
        if count or not quiet:
            click.echo(f"{count} migrations applied" if count else "The tables are current")


def migrate_all() -> int:
    """Apply what is not yet applied, and return how many migrations that were."""
    with as_owner() as alias:
        executor = MigrationExecutor(connections[alias])
        due = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if due:
            with record_may_create(alias):
                call_command("migrate", database=alias, interactive=False, verbosity=0)
            grant_to_door(alias)
        return len(due)


@contextmanager
def record_may_create(alias: str) -> Iterator[None]:
    """Functions can be handed to the record only while it may create: for this moment, and never while serving."""
    record = f"{settings.INSTALLATION}_record"
    with connections[alias].cursor() as cursor:
        cursor.execute(f'GRANT CREATE ON SCHEMA public TO "{record}"')
        try:
            yield
        finally:
            cursor.execute(f'REVOKE CREATE ON SCHEMA public FROM "{record}"')


def grant_to_door(alias: str) -> None:
    """Django's and allauth's tables belong to the door; what it need not write, it reads."""
    door = f"{settings.INSTALLATION}_door"
    with connections[alias].cursor() as cursor:
        for table in sorted(tables_of_the_door()):
            rights = "SELECT" if table in READ_ONLY else "SELECT, INSERT, UPDATE, DELETE"
            give = sql.SQL("GRANT {} ON TABLE {} TO {}").format(
                sql.SQL(rights), sql.Identifier(table), sql.Identifier(door)
            )
            cursor.execute(give.as_string(cursor.connection))
            cursor.execute(
                "SELECT pg_get_serial_sequence(%s, a.attname) FROM pg_attribute a"
                " WHERE a.attrelid = %s::regclass AND a.attidentity <> '' AND a.attnum > 0",
                [table, table],
            )
            for (sequence,) in cursor.fetchall():
                cursor.execute(f'GRANT USAGE ON SEQUENCE {sequence} TO "{door}"')


def tables_of_the_door() -> set[str]:
    """The tables of every app that is not ours."""
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label != "yimen" and model._meta.managed
    }


@database.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def status(*, as_json: bool) -> None:
    """Say which server this installation uses, its version, its logins, and whether its tables are current."""
    with attached() as server:
        found = describe(embedded=server is not None)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for key, value in found.items():
        click.echo(f"{key.replace('_', ' '):14} {', '.join(value) if isinstance(value, list) else value}")


def describe(*, embedded: bool) -> dict[str, object]:
    """What `status` says; asks the server as the owner."""
    with as_owner() as alias:
        executor = MigrationExecutor(connections[alias])
        due = executor.migration_plan(executor.loader.graph.leaf_nodes())
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version'), current_database(), current_setting('max_connections'),"
                " pg_size_pretty(pg_database_size(current_database()))"
            )
            version, name, limit, size = cursor.fetchone()
    return {
        "server": "embedded" if embedded else "external",
        "version": version,
        "database": name,
        "size": size,
        "connections": f"up to {limit}",
        "logins": sorted(settings.LOGINS),
        "tables": f"{len(due)} migrations to apply" if due else "current",
        "state": str(settings.STATE_DIR),
    }
