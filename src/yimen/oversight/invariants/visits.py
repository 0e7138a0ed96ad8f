"""14. A visit leaves a trace."""

from typing import Final

from yimen.oversight.question import LOGIN, Answer, Asking, count
from yimen.record import statement

_DIFFERENT: Final = """
    select v.stream, coalesce(e.facts::jsonb ->> 'outcome', 'no outcome') as said, coalesce(v.outcome, 'no outcome') as kept
    from casework_visit v
    left join record_event e on e.stream = v.stream and e.kind = 'visit.ended'
    where (e.facts::jsonb ->> 'outcome', e.at) is distinct from (v.outcome, v.ended_at)
    order by v.stream
"""
_OPEN: Final = """
    select v.stream, v.day, v.ticket, coalesce(c.name_en, '') as centre
    from casework_visit v left join registry_centre c on c.id = v.centre
    where v.ended_at is null and v.day < registry_today() order by v.day, centre, v.ticket
"""
_UNLINKED: Final = """
    casework_visit v where v.outcome = 'filed' and not exists (select 1 from casework_case c where c.visit = v.stream)
"""


def ended(asking: Asking) -> Answer:
    """Invariant 14: has every visit that ended its outcome, as the record says, and is none of a past day still open?"""
    answer = Answer(looked_at={"visits": count("casework_visit")})
    if unlinked := count(_UNLINKED):
        answer.notes.append(f"{unlinked} ended as filed, and no case was filed in them (a correction, or a mistake)")
    for row in statement.rows(LOGIN, _DIFFERENT):
        answer.fault(f"visit {row['stream']}: the record says {row['said']}, and its row {row['kept']}")
    for row in statement.rows(LOGIN, _OPEN):
        answer.fault(f"visit {row['stream']}: ticket {row['ticket']} of {row['day']} at {row['centre']} is still open")
    return answer
