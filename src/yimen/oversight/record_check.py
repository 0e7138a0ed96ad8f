"""
Whether the record is whole, asked of the record itself and of what was handed out: chains, hats, moves, order, signed minutes.

Only the first three kinds of fault can be made by someone with a login and luck; the others need the database's owner, and
the signed minutes and the papers lie outside the database for exactly that reason.
"""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connections, transaction

from yimen.pure.chain import RUNNING_START, ChainBroken, Event, check_chain, check_hats, mark, running
from yimen.pure.evidence import Record
from yimen.pure.minutes import Minute, minute_message
from yimen.pure.trust import Trust, has_signed
from yimen.record import statement

LOGIN: Final = "oversight"
CHECKS: Final = (
    "the chain of every stream is whole, from its first event to its head",
    "every mark is that of the person who acted, and the person is in the registry",
    "on every stream one person wears one hat",
    "every step follows the table of moves, by whom chance drew, and the state is where the steps lead",
    "every decision, grant and certificate is what its event says",
    "every event has one place, in the order of its stream, and the running hash leads through all of them",
    "every signed minute outside the database is signed by the record's key and stands on the record",
    "every paper shown as a witness stands on the record",
)
# Beside the table of moves: what only the owner can do, and what it leads to.
BY_THE_OWNER: Final = {"city.founded": "founded", "record.restored": "restored"}
_EVENTS = """
    select e.stream, e.number, e.kind, e.at, e.login, e.role, e.hat, e.mark, e.key, e.facts, e.prev, e.hash, e.person, e.content,
           s.head, s.hash as head_hash, s.state, s.open, s.type
    from record_stream s left join record_event e on e.stream = s.id
    order by s.id, e.number
"""
_ROWS = """
    select e.stream, e.number, e.kind, e.content, d.body, g.signature, c.certificate_no, c.content as sealed,
           d.number as decided_at, g.number as granted_at, c.number as sealed_at
    from record_event e
    left join casework_decision d on d.stream = e.stream and e.kind = 'case.granted'
    left join casework_grant g on g.stream = e.stream and e.kind = 'case.grant_signed'
    left join casework_certificate c on c.stream = e.stream and e.kind = 'certificate.sealed'
    where e.kind in ('case.granted', 'case.grant_signed', 'certificate.sealed')
"""
_PLACES = """
    select p.place, p.running, p.stream, p.number, e.hash
    from record_place p left join record_event e on e.stream = p.stream and e.number = p.number order by p.place
"""
_UNPLACED = """
    select e.stream, e.number from record_event e left join record_place p on p.stream = e.stream and p.number = e.number, record_horizon h
    where p.place is null and (e.epoch, e.xact) < (h.epoch, h.xact) limit 1
"""
Row = dict[str, Any]
Progress = Callable[[int], None]


class NotWhole(Exception):
    """The first thing that is not as it must be: which check (from 1), and what."""

    def __init__(self, check: int, fault: str) -> None:
        super().__init__(f"{check}. {fault}")
        self.check = check
        self.fault = fault


@dataclass
class Outside:
    """What lies outside the database: how to read the signed minutes, the certificates to believe, and papers."""

    read_minutes: Callable[[], Sequence[Minute]]
    trust: Trust | None
    papers: Sequence[tuple[str, Record]] = ()


@dataclass
class Found:
    """What was looked at."""

    streams: int = 0
    events: int = 0
    places: int = 0
    minutes: int = 0
    papers: int = 0
    signed_up_to: int = 0


def size() -> int:
    """Return how many rows a check reads, for whoever shows its progress."""
    return int(
        statement.value(LOGIN, "select (select count(*) from record_event) + (select count(*) from record_place)")
    )


def check_record(*, outside: Outside, progress: Progress = lambda _: None) -> Found:
    """
    Go through the CHECKS in their order, and say what was looked at.

    Refuses: NotWhole, at the first fault.
    """
    found = Found()
    minutes = outside.read_minutes()  # before the snapshot: what was signed by now must stand in it
    with transaction.atomic(using=LOGIN):
        statement.rows(LOGIN, "set transaction isolation level repeatable read, read only")
        check_streams(found, progress)
        check_rows()
        runnings = check_places(found, progress, {minute.place for minute in minutes})
        check_minutes(minutes, outside.trust, runnings, found)
        check_kept(outside.read_minutes())
        check_papers(outside, found)
    return found


def stream_rows(sql: str) -> Iterator[Row]:
    """Rows of one long statement, a few thousand at a time, whatever the length of the record."""
    with connections[LOGIN].chunked_cursor() as cursor:
        cursor.execute(sql)
        names: list[str] = []
        for row in itertools.chain.from_iterable(iter(lambda: cursor.fetchmany(2000), [])):
            names = names or [column.name for column in cursor.description]
            yield dict(zip(names, row, strict=True))


# 1 to 4: streams -------------------------------------------------------------------------------------------------------


def check_streams(found: Found, progress: Progress) -> None:
    moves = {row["kind"]: row for row in statement.rows(LOGIN, "select * from record_move")}
    draws = {row["kind"]: row["purpose"] for row in statement.rows(LOGIN, "select kind, purpose from record_purpose")}
    people = {row["id"] for row in statement.rows(LOGIN, "select id from registry_person")}
    hats = hats_by_stream()
    for stream, rows in itertools.groupby(stream_rows(_EVENTS), key=lambda row: row["stream"]):
        events = list(rows)
        if stream is None:
            raise NotWhole(1, f"{len(events)} streams have no event")
        check_one_chain(stream, events)
        check_people(stream, events, people)
        check_worn(stream, events, hats.pop(stream, set()))
        check_moves(stream, events, moves, draws)
        found.streams += 1
        found.events += len(events)
        progress(len(events))
    for stream in hats:
        raise NotWhole(3, f"stream {stream}: hats are worn, but there is no event")


def hats_by_stream() -> dict[UUID, set[tuple[UUID, str]]]:
    hats: dict[UUID, set[tuple[UUID, str]]] = {}
    for row in stream_rows("select stream, person, hat from record_hat"):
        hats.setdefault(row["stream"], set()).add((row["person"], row["hat"]))
    return hats


def event_of(row: Mapping[str, Any]) -> Event:
    names = ("stream", "number", "kind", "at", "login", "facts", "role", "hat", "key")
    return Event(
        **{name: row[name] for name in names},
        prev=bytes(row["prev"]),
        hash=bytes(row["hash"]),
        mark=bytes(row["mark"]),
    )


def check_one_chain(stream: UUID, rows: Sequence[Row]) -> None:
    try:
        check_chain([event_of(row) for row in rows], head=bytes(rows[0]["head_hash"]))
    except ChainBroken as broken:
        raise NotWhole(1, f"stream {stream}: {broken}") from broken
    if rows[0]["head"] != len(rows):
        raise NotWhole(1, f"stream {stream}: its head says {rows[0]['head']} events, and there are {len(rows)}")


def check_people(stream: UUID, rows: Sequence[Row], people: set[UUID]) -> None:
    for row in rows:
        person = row["person"]
        due = mark(stream=stream, person=person) if person else b""
        if bytes(row["mark"]) != due:
            raise NotWhole(2, f"stream {stream}: event {row['number']} does not bear the mark of the person it names")
        if person and person not in people:
            raise NotWhole(2, f"stream {stream}: the person of event {row['number']} is not in the registry")


def check_worn(stream: UUID, rows: Sequence[Row], worn: set[tuple[UUID, str]]) -> None:
    try:
        check_hats(event_of(row) for row in rows)
    except ChainBroken as broken:
        raise NotWhole(3, f"stream {stream}: {broken}") from broken
    parties = facts_of(rows[0]).get("parties", [])
    named = {
        (person, hat)
        for person, hat in worn
        if hat == "applicant" and mark(stream=stream, person=person).hex() in parties
    }
    if worn != named | {(row["person"], row["hat"]) for row in rows if row["person"] and row["hat"]}:
        raise NotWhole(3, f"stream {stream}: the hats kept beside the events are not those of the events")


def check_moves(stream: UUID, rows: Sequence[Row], moves: Mapping[str, Row], draws: Mapping[str, str]) -> None:
    state, is_open = "", True
    drawn: dict[str, str] = {}
    for row in rows:
        where = f"stream {stream}: event {row['number']} ({row['kind']})"
        if row["kind"] in BY_THE_OWNER:
            state = BY_THE_OWNER[row["kind"]]
        elif row["kind"] in draws:
            if row["person"] is not None or not state:
                raise NotWhole(4, f"{where} was not drawn by chance")
            drawn[draws[row["kind"]]] = facts_of(row)["mark"]
        else:
            check_move(where, row, moves.get(row["kind"]), state, drawn)
            move = moves[row["kind"]]
            if move["to_state"] != "=":
                state, is_open = move["to_state"], not move["ends"]
    if (rows[0]["state"], rows[0]["open"]) != (state, is_open):
        raise NotWhole(4, f"stream {stream}: its state is {rows[0]['state']}, and its steps lead to {state}")


def check_move(where: str, row: Row, move: Row | None, state: str, drawn: Mapping[str, str]) -> None:
    if move is None or move["type"] != row["type"]:
        raise NotWhole(4, f"{where} is no step of the table of moves")
    role = "" if move["follows"] else "machine" if move["machine"] else move["role"] or "applicant"
    login = row["login"] if move["follows"] else move["login"]
    if (row["login"], row["role"], row["hat"]) != (login, role, move["hat"] or ""):
        raise NotWhole(4, f"{where} was done by another link or under another hat than its move's")
    if state not in (move["from_states"] or [""]):
        raise NotWhole(4, f"{where} cannot follow the state {state or 'before the first'}")
    if move["machine"] != (row["person"] is None):
        raise NotWhole(4, f"{where} must be done by {'a machine' if move['machine'] else 'a person'}")
    if move["holds"] and drawn.get(move["holds"]) != bytes(row["mark"]).hex():
        raise NotWhole(4, f"{where} was not done by whom chance drew")
    content = facts_of(row).get("content")
    if (bytes(row["content"]).hex() if row["content"] else None) != content:
        raise NotWhole(5, f"{where} carries another hash than its facts")


def facts_of(row: Row) -> dict[str, Any]:
    return dict(json.loads(row["facts"]))


# 5: rows ---------------------------------------------------------------------------------------------------------------


def check_rows() -> None:
    for row in stream_rows(_ROWS):
        written, number = {
            "case.granted": (row["body"] and row["body"].encode(), row["decided_at"]),
            "case.grant_signed": (row["signature"], row["granted_at"]),
            "certificate.sealed": (row["sealed"], row["sealed_at"]),
        }[row["kind"]]
        if written is None or number != row["number"]:
            raise NotWhole(5, f"stream {row['stream']}: what {row['kind']} wrote is not there")
        content = bytes(written) if row["kind"] == "certificate.sealed" else hashlib.sha256(bytes(written)).digest()
        if content != bytes(row["content"]):
            raise NotWhole(5, f"stream {row['stream']}: what {row['kind']} wrote is not what its event says")


# 6 and 7: the one order, and its signed minutes ------------------------------------------------------------------------


def check_places(found: Found, progress: Progress, wanted: set[int]) -> dict[int, bytes]:
    """Return the running hash at every wanted place."""
    at, kept = RUNNING_START, {0: RUNNING_START}
    heads: dict[UUID, int] = {}
    for place, row in enumerate(stream_rows(_PLACES), start=1):
        if row["place"] != place:
            raise NotWhole(6, f"place {place} is missing")
        if row["hash"] is None or heads.get(row["stream"], 0) + 1 != row["number"]:
            raise NotWhole(6, f"place {place}: event {row['number']} of stream {row['stream']} is out of order")
        heads[row["stream"]] = row["number"]
        at = running(at, bytes(row["hash"]))
        if at != bytes(row["running"]):
            raise NotWhole(6, f"place {place}: the running hash does not lead here")
        if place in wanted:
            kept[place] = at
        found.places = place
        if place % 1000 == 0:
            progress(1000)
    check_horizon(found.places, at)
    return kept


def check_horizon(last: int, at: bytes) -> None:
    """The head of the order is where the places end, and leaves no event behind it."""
    horizon = statement.row(LOGIN, "select place, running from record_horizon")
    if (horizon["place"], bytes(horizon["running"])) != (last, at):
        raise NotWhole(6, f"the record ends at place {last}, and its head says {horizon['place']}")
    for row in statement.rows(LOGIN, _UNPLACED):
        raise NotWhole(6, f"event {row['number']} of stream {row['stream']} was passed over and has no place")


def check_minutes(minutes: Sequence[Minute], trust: Trust | None, runnings: Mapping[int, bytes], found: Found) -> None:
    if trust is None and minutes:
        raise NotWhole(7, "there are signed minutes, but the record's certificate is not known: give --trust")
    for minute in minutes:
        data = minute_message(place=minute.place, running=minute.running, at=minute.at)
        keys = trust.record if trust else ()
        when = minute.at.isoformat()
        if not any(has_signed(one, signature=minute.signature, data=data) for one in keys):
            raise NotWhole(7, f"the minute of {when} is not signed by the record's key")
        if minute.place not in runnings:
            raise NotWhole(7, f"place {minute.place} was signed at {when}, and the record ends before it")
        if runnings[minute.place] != minute.running:
            raise NotWhole(7, f"what stood up to place {minute.place} at {when} was rewritten since")
        found.minutes += 1
        found.signed_up_to = max(found.signed_up_to, minute.place)


def check_kept(minutes: Iterable[Minute]) -> None:
    """The database shows the same minutes on its public page: none of them may be missing outside."""
    kept = {(minute.place, minute.running, minute.signature) for minute in minutes}
    for row in stream_rows("select place, running, at, signature from record_minute order by place"):
        if (row["place"], bytes(row["running"]), bytes(row["signature"])) not in kept:
            raise NotWhole(7, f"the minute at place {row['place']} is in the database and not in the files outside it")


# 8: papers -------------------------------------------------------------------------------------------------------------


def check_papers(outside: Outside, found: Found) -> None:
    """A paper holds the record of its case up to its making: the record must still say every event of it."""
    for name, record in outside.papers:
        sql = "select number, hash from record_event where stream = %s::uuid order by number"
        kept = {row["number"]: bytes(row["hash"]) for row in statement.rows(LOGIN, sql, [record.stream])}
        for event in record.events:
            if kept.get(event.number) != event.hash:
                raise NotWhole(8, f"{name}: event {event.number} of its case is not what the record holds")
        if kept.get(record.witness.number) != record.witness.hash:
            raise NotWhole(8, f"{name}: the head it was given is not on the record")
        found.papers += 1
