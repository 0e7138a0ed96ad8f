"""Loading a great many cases into an installation of its own by COPY, on both cores, with its progress shown."""

import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, Final

import click
import psycopg

from yimen.cli.bench.many import COLUMNS, NOBODY, City, Item, written

HERE: Final = Path(__file__).parent
PART: Final = 5000
HANDS: Final = 2
Part = tuple[int, int]


def load(uri: str, *, cases: int) -> int:
    """
    Load so many cases, but for those that are there, and tell the planner how the tables look now. Returns how many were loaded.

    The owner of the server does it, past triggers: what a foreign key would look for is loaded beside it. Each part is one
    transaction that also says so, so that a load that was broken off goes on where it was.
    """
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(
            (HERE / "many.sql").read_text(encoding="utf-8").replace("{applicants}", str(max(1000, cases // 5)))
        )
        parts = missing(connection.execute("select first, past from bench.loaded").fetchall(), cases)
        if not parts:
            return 0
        city, wanted = _city(connection), sum(past - first for first, past in parts)
        with (
            ProcessPoolExecutor(HANDS) as hands,
            click.progressbar(length=wanted, label=f"Loading {wanted:,} cases", file=sys.stderr) as bar,
        ):
            for done in as_completed([hands.submit(copy, uri, city, part) for part in parts]):
                bar.update(done.result())
        connection.execute("update record_horizon set epoch = %s, xact = pg_current_xact_id()", [city.epoch])
        connection.execute("vacuum (analyze, parallel 0)")
    return wanted


def missing(loaded: Iterable[Part], cases: int) -> list[Part]:
    """What is not loaded of so many cases, in parts: from the first of each up to the one past its last."""
    at, gaps = 0, []
    for first, past in [*sorted(loaded), (cases, cases)]:
        if min(first, cases) > at:
            gaps.append((at, min(first, cases)))
        at = max(at, past)
    return [(start, min(past, start + PART)) for first, past in gaps for start in range(first, past, PART)]


def copy(uri: str, city: City, part: Part) -> int:
    """Write one part into every table, in one transaction."""
    rows = written(city, part)
    with psycopg.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica; set synchronous_commit = off")
        for table, columns in COLUMNS.items():
            with cursor.copy(f"copy {table} ({columns}) from stdin") as into:
                into.write("".join(rows[table]))
        cursor.execute("insert into bench.loaded (first, past) values (%s, %s)", part)
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
