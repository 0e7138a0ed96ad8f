"""Loading a great many cases into an installation of its own by COPY, on both cores, with its progress shown."""

import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, Final

import click
import psycopg

from yimen.cli.bench.many import COLUMNS, NOBODY, City, Item, batches, written

HERE: Final = Path(__file__).parent
PART: Final = 5000
HANDS: Final = 2
Part = tuple[int, int, int, int]


def load(uri: str, *, first: int, last: int) -> None:
    """
    Load the cases from one number up to another, and tell the planner how the tables look now.

    The owner of the server does it, past triggers: what a foreign key would look for is loaded beside it.
    """
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(
            (HERE / "many.sql").read_text(encoding="utf-8").replace("{applicants}", str(max(1000, last // 5)))
        )
        city = _city(connection)
        parts = list(batches(first, last, PART))
        with (
            ProcessPoolExecutor(HANDS) as hands,
            click.progressbar(length=last - first, label=f"Loading {last - first:,} cases", file=sys.stderr) as bar,
        ):
            for done in as_completed([hands.submit(copy, uri, city, part) for part in parts]):
                bar.update(done.result())
        connection.execute("update record_horizon set epoch = %s, xact = pg_current_xact_id()", [city.epoch])
        connection.execute("vacuum (analyze, parallel 0)")


def copy(uri: str, city: City, part: Part) -> int:
    """Write one part into every table, in one transaction."""
    rows = written(city, part)
    with psycopg.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; set synchronous_commit = off")
        for table, columns in COLUMNS.items():
            with cursor.copy(f"copy {table} ({columns}) from stdin") as into:
                into.write("".join(rows[table]))
    return part[1] - part[0]


def _city(connection: "psycopg.Connection[tuple[Any, ...]]") -> City:
    items = connection.execute(
        "select id::text, code, agency::text, centre::text from registry_item where ended_at is null order by code"
    )
    people = connection.execute(
        "select kind, id::text, post::text, place::text from bench.person order by kind, place, number"
    ).fetchall()
    officials: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for kind, person, post, place in people:
        officials.setdefault((kind, place), []).append((person, post))
    connection.execute(
        "insert into record_epoch (system_identifier, database, opened_at) select s.system_identifier, d.oid, now()"
        " from pg_control_system() s, pg_database d where d.datname = current_database() on conflict do nothing"
    )
    row = connection.execute("select registry_today(), (select max(e.epoch) from record_epoch e)").fetchone()
    if row is None:
        raise LookupError("registry_today")
    return City(
        items=[Item(*one) for one in items.fetchall()],
        applicants=[person for person, _ in officials["applicant", NOBODY]],
        organisations=officials["organisation", NOBODY],
        officials=officials,
        today=row[0],
        epoch=row[1],
    )
