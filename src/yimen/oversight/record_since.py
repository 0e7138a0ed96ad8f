"""What came since the last signed minute, checked as the whole record is: for looking every few minutes, whatever its length."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction

from yimen.oversight.record_check import LOGIN, Found, NotWhole, Outside, Progress, check_horizon, event_of, stream_rows
from yimen.pure.chain import FIRST_PREV, RUNNING_START, event_hash, running
from yimen.pure.minutes import Minute, minute_message
from yimen.pure.trust import Trust, has_signed
from yimen.record import statement

_SINCE: Final = """
    select p.place, p.running, b.hash as before, s.head, s.hash as head_hash,
           e.stream, e.number, e.kind, e.at, e.login, e.role, e.hat, e.mark, e.key, e.facts, e.prev, e.hash
    from record_place p
    left join record_event e on e.stream = p.stream and e.number = p.number
    left join record_event b on b.stream = p.stream and b.number = p.number - 1
    left join record_stream s on s.id = p.stream
    where p.place > {place:d} order by p.place
"""


def check_since(*, outside: Outside, progress: Progress = lambda _: None) -> Found:
    """
    Check the last signed minute, and every event after it: its hash, the one before it, its head, and the running hash.

    Refuses: NotWhole, at the first fault.
    """
    minutes = outside.read_minutes()  # before the snapshot: what was signed by now must stand in it
    with transaction.atomic(using=LOGIN):
        statement.rows(LOGIN, "set transaction isolation level repeatable read, read only")
        last = _last_signed(minutes, outside.trust)
        at = last.running if last else RUNNING_START
        found = Found(signed_up_to=last.place if last else 0, minutes=1 if last else 0)
        if last and _running_at(last.place) != at:
            raise NotWhole(
                7, f"what stood up to place {last.place} at {last.at.isoformat()} was rewritten since, or is gone"
            )
        for place, row in enumerate(stream_rows(_SINCE.format(place=found.signed_up_to)), start=found.signed_up_to + 1):
            at = _next(at, place, row)
            found.events += 1
            progress(1)
        found.places = found.events
        check_horizon(found.signed_up_to + found.events, at)
    return found


def _last_signed(minutes: Sequence[Minute], trust: Trust | None) -> Minute | None:
    if not minutes:
        return None
    last = max(minutes, key=lambda one: one.place)
    data = minute_message(place=last.place, running=last.running, at=last.at)
    if not any(has_signed(one, signature=last.signature, data=data) for one in (trust.record if trust else ())):
        raise NotWhole(7, f"the minute of {last.at.isoformat()} is not signed by the record's key")
    return last


def _running_at(place: int) -> bytes:
    rows = statement.rows(LOGIN, "select running from record_place where place = %s::bigint", [place])
    return bytes(rows[0]["running"]) if rows else b""


def _next(at: bytes, place: int, row: statement.Row) -> bytes:
    if row["place"] != place or row["hash"] is None:
        raise NotWhole(6, f"place {place} is missing, or its event is")
    event = event_of(row)
    where = f"stream {event.stream}: event {event.number}"
    before = bytes(row["before"]) if row["before"] is not None else FIRST_PREV if event.number == 1 else b""
    if event.hash != event_hash(event) or event.prev != before:
        raise NotWhole(1, f"{where} is not what was hashed")
    if event.number > row["head"] or (event.number == row["head"] and event.hash != bytes(row["head_hash"])):
        raise NotWhole(1, f"{where} is not at the head of its stream")
    now = running(at, event.hash)
    if now != bytes(row["running"]):
        raise NotWhole(6, f"place {place}: the running hash does not lead here")
    return now
