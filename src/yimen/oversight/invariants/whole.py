"""2. The record only grows: chains, running hash, and the signed minutes outside the database."""

from datetime import timedelta
from typing import Final

from yimen.oversight.question import LOGIN, Answer, Asking
from yimen.oversight.record_check import NotWhole, check_record
from yimen.oversight.record_since import check_since
from yimen.record import statement

PATIENCE: Final = timedelta(minutes=5)  # the keeper signs every minute
_UNSIGNED: Final = """
    select count(*) as events, min(e.at) as since, min(e.at) < now() + min(c.ahead) - %s::interval as late
    from record_clock c, record_place p join record_event e on e.stream = p.stream and e.number = p.number
    where p.place > coalesce((select max(m.place) from record_minute m), 0)
"""


def whole(asking: Asking) -> Answer:
    """Invariant 2: is the record whole? All of it, as `yimen record check` does; quick, what came since the last signed minute."""
    check = check_since if asking.quick else check_record
    try:
        found = check(outside=asking.outside, progress=asking.progress)
    except NotWhole as fault:
        return Answer(faults=[str(fault)], count=1)
    notes = [f"only what came after place {found.signed_up_to}, which is signed"] if asking.quick else []
    return Answer(
        looked_at={"events": found.events, "places": found.places, "signed minutes": found.minutes}, notes=notes
    )


def signed(asking: Asking) -> Answer:
    """Invariant 2: has the keeper signed the head of the record within the last minutes?"""
    row = statement.row(LOGIN, _UNSIGNED, [PATIENCE])
    answer = Answer(looked_at={"events not signed yet": row["events"]})
    if row["late"]:
        answer.fault(f"{row['events']} events since {row['since'].isoformat()} are not signed")
    return answer
