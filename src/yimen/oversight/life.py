"""One case's life as a supervisor reads it: the view, every event exactly as it was hashed, and the days of its draws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from yimen.pure.chain import ChainBroken, Event, check_chain, check_hats
from yimen.pure.draw_check import Finding, check_day
from yimen.record import statement
from yimen.record.events import Session

_SQL: Final = """
    with drawn as (
        select distinct (facts::jsonb ->> 'pool')::uuid as pool, (facts::jsonb ->> 'day')::date as day
        from record_event where stream = %(case)s::uuid and kind in (select kind from record_purpose))
    select jsonb_build_object(
        'view', casework_view(%(secret)s, %(case)s::uuid),
        'events', (
            select jsonb_agg(jsonb_build_object(
                'stream', e.stream, 'number', e.number, 'kind', e.kind, 'at', e.at, 'login', e.login, 'role', e.role, 'hat', e.hat,
                'mark', encode(e.mark, 'hex'), 'key', e.key, 'facts', e.facts, 'prev', encode(e.prev, 'hex'), 'hash', encode(e.hash, 'hex'),
                'place_zh', coalesce(c.name_zh, a.name_zh), 'place_en', coalesce(c.name_en, a.name_en)) order by e.number)
            from record_event e
            left join registry_post p on p.id = e.post
            left join registry_centre c on c.id = p.centre
            left join registry_agency a on a.id = p.agency
            where e.stream = %(case)s::uuid),
        'parked', (
            select coalesce(jsonb_agg(jsonb_build_object('number', p.number, 'reader', k.name, 'error', k.error, 'at', k.at) order by p.number), '[]')
            from record_place p join record_parked k on k.place = p.place where p.stream = %(case)s::uuid),
        'days', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'pool', d.pool, 'day', d.day::text, 'roster_digest', encode(d.roster_digest, 'hex'),
                'centre_commitment', encode(d.centre_commitment, 'hex'), 'supervisor_commitment', encode(d.supervisor_commitment, 'hex'),
                'centre_half', r.facts::jsonb -> 'centre_half', 'supervisor_half', r.facts::jsonb -> 'supervisor_half',
                'roster', o.facts::jsonb -> 'roster',
                'draws', (
                    select jsonb_agg((e.facts::jsonb - 'pool' - 'day' - 'mark')
                                     || jsonb_build_object('stream', e.stream, 'number', e.number, 'hash', encode(e.hash, 'hex')) order by e.number)
                    from record_event e
                    where e.stream = %(case)s::uuid and e.kind in (select kind from record_purpose)
                      and e.facts::jsonb ->> 'pool' = d.pool::text and e.facts::jsonb ->> 'day' = d.day::text)
                ) order by d.day, d.pool), '[]')
            from drawn x
            join record_draw_day d on d.pool = x.pool and d.day = x.day
            join record_event o on o.stream = d.stream and o.number = 1
            left join record_event r on r.stream = d.stream and r.kind = 'draw.revealed'))
"""


@dataclass(frozen=True, kw_only=True)
class Life:
    """A case and what a supervisor can recompute of it."""

    view: dict[str, Any]
    events: list[dict[str, Any]]
    days: list[dict[str, Any]]
    parked: list[dict[str, Any]]  # events that a reader could not handle: number, reader, error, at


def life(*, case: UUID, session: Session) -> Life:
    """
    Return one case's life, in one statement.

    Refuses: missing case.missing; forbidden move.of_another_link unless the session is a supervisor's.
    """
    found = statement.document(session.login, _SQL, {"case": case, "secret": session.secret})
    return Life(view=found["view"], events=found["events"], days=found["days"], parked=found["parked"])


def broken_link(events: Iterable[Mapping[str, Any]], *, head: str) -> ChainBroken | None:
    """Recompute every hash from the first event to the head; return the first thing that is not true, or None."""
    try:
        check_chain([as_hashed(one) for one in events], head=bytes.fromhex(head))
    except ChainBroken as broken:
        return broken
    return None


def second_hat(events: Iterable[Mapping[str, Any]]) -> ChainBroken | None:
    """Return the first event at which someone wears a second hat, or None."""
    try:
        check_hats([as_hashed(one) for one in events])
    except ChainBroken as broken:
        return broken
    return None


def draw_findings(days: Sequence[object]) -> list[Finding]:
    """
    Draw again what can be drawn again, and return what is not as it should be; what lies in other cases is not looked at.

    Days whose halves are not published yet give findings of level `open`.

    Refuses: DayMalformed, when what the record holds of a day cannot be read.
    """
    return [finding for day in days for finding in check_day(day)]


def as_hashed(event: Mapping[str, Any]) -> Event:
    """Return an event with exactly the fields its hash was made of."""
    return Event(
        stream=UUID(event["stream"]),
        number=event["number"],
        kind=event["kind"],
        at=datetime.fromisoformat(event["at"]),
        login=event["login"],
        facts=event["facts"],
        prev=bytes.fromhex(event["prev"]),
        hash=bytes.fromhex(event["hash"]),
        mark=bytes.fromhex(event["mark"]),
        role=event["role"],
        hat=event["hat"],
        key=UUID(event["key"]) if event["key"] else None,
    )
