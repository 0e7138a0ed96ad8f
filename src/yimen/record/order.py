"""The one order of all events, and readers that follow it with a cursor."""

from collections.abc import Callable
from typing import Any

from django.db import connections

from yimen.record import statement
from yimen.record.refusal import Refusal

_BATCH = """
    select c.place as start, p.place, e.stream, e.number, e.kind, e.facts, k.tries
    from record_cursor c
    join record_place p on p.place > c.place
    join record_event e on e.stream = p.stream and e.number = p.number
    left join record_parked k on k.name = c.name and k.place = p.place
    where c.name = %s
    order by p.place limit %s
"""


def sequence() -> int:
    """Give every event committed since the last call its place. Below the oldest open write transaction, so none is skipped."""
    return int(statement.value("worker", "select record_sequence()"))


def read(*, name: str, login: str, handle: Callable[[dict[str, Any]], None], limit: int = 200) -> int:
    """
    Hand the next events to an idempotent reader and move its cursor past them. Returns how many.

    An event that fails is parked where an operator sees it and tried again by `retry_parked`; the reader goes on. When
    the database is away nothing is parked and the cursor stays: the same events come again.
    """
    batch = statement.rows(login, _BATCH, [name, limit])
    if not batch:
        return 0
    for event in batch:
        _try(name=name, login=login, handle=handle, event=event)
    statement.rows(
        login,
        "select record_advance(%s, %s::bigint, %s::bigint)",
        [name, batch[0]["start"], batch[-1]["place"]],
    )
    return len(batch)


def retry_parked(*, name: str, login: str, handle: Callable[[dict[str, Any]], None], limit: int = 20) -> int:
    """Try parked events again, the longest waiting first. Returns how many are still parked."""
    sql = """
        select p.place, e.stream, e.number, e.kind, e.facts, k.tries
        from record_parked k join record_place p on p.place = k.place join record_event e on e.stream = p.stream and e.number = p.number
        where k.name = %s order by k.at limit %s
    """
    parked = statement.rows(login, sql, [name, limit])
    return sum(not _try(name=name, login=login, handle=handle, event=event) for event in parked)


def _try(*, name: str, login: str, handle: Callable[[dict[str, Any]], None], event: dict[str, Any]) -> bool:
    """Handle one event; park it if it fails. Returns whether it was done."""
    try:
        handle(event)
    except Refusal as refusal:
        if refusal.code == "database.away":
            raise
        failed = f"{refusal.code} {refusal.params}"
    except Exception as error:
        failed = f"{type(error).__name__}: {error}"  # one event must never stop the reader
    else:
        if event["tries"] is not None:
            statement.rows(login, "select record_unpark(%s, %s::bigint)", [name, event["place"]])
        return True
    statement.rows(login, "select record_park(%s, %s::bigint, %s)", [name, event["place"], failed])
    return False


def close(*, login: str) -> None:
    """Let go of a login's connection, so that the next statement opens a fresh one."""
    connections[login].close()
