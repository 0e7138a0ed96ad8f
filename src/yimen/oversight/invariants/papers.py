"""5 and 11: what the agencies issued. Each paper has its event, each event that leads to a paper has one, and the agency's key says so."""

import secrets
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from yimen.oversight.question import LOGIN, Answer, Asking, CannotAsk, count, over_streams, told
from yimen.pure.issued import issued_message
from yimen.pure.trust import agency_has_signed
from yimen.record import statement

SAMPLE: Final = 100  # quickly: the newest, and as many from a place that chance gives
# A case that was to be done on the spot gets its notice of acceptance only when it became another: that one is not missed here.
_DUE: Final = """
    select i.stream, i.number, x.what
    from casework_issued i
    left join record_event e on e.stream = i.stream and e.number = i.number
    left join casework_issued_kind k on k.kind = i.kind
    cross join record_clock z
    cross join lateral (values
        (e.stream is null or not e.kind = any (k.events), 'it leads to no such paper (' || i.kind || ')'),
        ((e.at at time zone z.zone)::date <> i.issued_on, 'its paper bears another day')) x (wrong, what)
    where i.stream > %(after)s::uuid and i.stream <= %(upto)s::uuid and x.wrong
    union all
    select e.stream, e.number, 'the paper it leads to (' || k.kind || ') was not issued'
    from record_event e
    join casework_issued_kind k on e.kind = any (k.events)
    join casework_case c on c.stream = e.stream
    join registry_item m on m.id = c.item
    join record_place p on p.stream = e.stream and p.number = e.number
    join record_cursor r on r.name = 'issued' and p.place <= r.place
    where e.stream > %(after)s::uuid and e.stream <= %(upto)s::uuid
      and not exists (select 1 from casework_issued i where i.stream = e.stream and i.number = e.number)
      and not exists (select 1 from record_parked w where w.name = 'issued' and w.place = p.place)
      and not (e.kind = 'case.accepted' and m.instant)
"""
_PAPERS: Final = """
    select i.stream, i.number, i.kind, i.issued_no, i.issued_on, i.content, i.signature, a.code
    from casework_issued i join casework_case c on c.stream = i.stream join registry_agency a on a.id = c.agency
"""
_ALL: Final = f"{_PAPERS} where i.stream > %(after)s::uuid and i.stream <= %(upto)s::uuid"
_SAMPLE: Final = f"""{_PAPERS}
    where (i.stream, i.number) in (select x.stream, x.number from casework_issued x order by x.issued_on desc limit %(most)s::int)
       or (i.stream, i.number) in (select x.stream, x.number from casework_issued x where x.stream > %(chance)s::uuid
                                   order by x.stream limit %(most)s::int)
"""  # noqa: S608 - made of the constant above


def due(asking: Asking) -> Answer:
    """Invariant 11: has every issued paper its event, and every event that leads to a paper, and was read, its paper?"""
    answer = Answer(looked_at={"papers": count("casework_issued")})
    answer.fault(*told(over_streams(_DUE, asking)))
    return answer


def signed(asking: Asking) -> Answer:
    """Invariant 5: is every issued paper (quickly: a sample) the one that was signed for under the key of its agency?"""
    trust = asking.outside.trust
    answer = Answer(looked_at={"signatures": 0})
    for row in _rows(asking):
        if trust is None:
            raise CannotAsk("the city's published trust is not here: give it with --trust")
        answer.looked_at["signatures"] += 1
        said = issued_message(
            stream=row["stream"],
            event=row["number"],
            kind=row["kind"],
            number=row["issued_no"],
            issued_on=row["issued_on"],
            content=bytes(row["content"]),
        )
        if not agency_has_signed(trust, agency_code=row["code"], signature=bytes(row["signature"]), data=said):
            where = f"stream {row['stream']} event {row['number']}"
            answer.fault(f"{where}: its paper is not the one that agency {row['code']} signed for")
    return answer


def _rows(asking: Asking) -> Iterable[statement.Row]:
    if asking.quick:
        return statement.rows(LOGIN, _SAMPLE, {"most": SAMPLE, "chance": UUID(bytes=secrets.token_bytes(16))})
    return over_streams(_ALL, asking)
