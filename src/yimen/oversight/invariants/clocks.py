"""7 and 8: every open case has one responsible person and a due date on each of its clocks; and the clock is the law's."""

from datetime import date
from functools import cache
from typing import Any, Final

from yimen.oversight.hourly import last_look
from yimen.oversight.question import LOGIN, Answer, Asking, count, over_streams
from yimen.pure.workdays import PeriodOutOfBounds
from yimen.record import statement
from yimen.registry.calendar import OnRecord, read_calendar

LACKS: Final = {
    "responsible": "nobody who is still here is responsible",
    "case": "its application is missing",
    "clock": "no clock runs",
}
# Those whose dates follow a change of the calendar; acceptance and correction that have run out have had their effect.
_RUNNING: Final = """
    select k.stream, k.name, k.starts_on, k.amount, k.unit, k.due_on, k.extended, k.paused_days,
           coalesce((select jsonb_agg(jsonb_build_array(p.paused_on, p.resumed_on)) from casework_pause p
                     where p.stream = k.stream and p.name = k.name and p.paused >= k.started and p.resumed is not null), '[]') as pauses
    from casework_clock k join record_stream s on s.id = k.stream
    where k.stream > %(after)s::uuid and k.stream <= %(upto)s::uuid and k.stopped is null and s.open
      and s.state = any (array(select unnest(m.from_states) from record_move m where m.kind = 'case.recounted'))
      and not (k.name in ('acceptance', 'correction') and k.due_on < registry_today())
"""
LONGEST_HERE: Final = 30  # days after a case is over
_LEFT: Final = """
    select o.stream, sum(o.pieces) as pieces, coalesce(c.name_en, 'no centre') as centre, (e.at at time zone k.zone)::date as day
    from casework_original o join record_stream s on s.id = o.stream and casework_over(s.open, s.state)
    cross join lateral (select max(x.at) as at from record_event x
                        where x.stream = s.id and x.kind not in ('original.returned', 'case.left_to_manager')) e
    cross join record_clock k left join registry_centre c on c.id = s.centre
    where o.returned is null and (e.at at time zone k.zone)::date + %(days)s::int < registry_today()
    group by o.stream, c.name_en, e.at, k.zone order by day, o.stream
"""
_UNWRITTEN: Final = """
    select s.id, k.name, k.due_on
    from casework_clock k join record_stream s on s.id = k.stream cross join record_clock c
    where k.stopped is null and k.paused_on is null
      and (k.name, s.state) in (('acceptance', 'received'), ('correction', 'correcting'))
      and (k.due_on + 1)::timestamp at time zone c.zone < now() + c.ahead - interval '1 minute'
    order by k.due_on, s.id
"""


def responsible(asking: Asking) -> Answer:
    """Invariant 7: has every open case, now, a responsible person and a due date on each clock of its state?"""
    rows = statement.rows(LOGIN, "select stream, lacks from oversight_orphans() order by stream, lacks")
    waiting = count("record_stream where open and waits_for is not null")
    answer = Answer(
        looked_at={"open cases": count("record_stream where open and type = 'case'")},
        notes=[f"{waiting} wait for somebody to be drawn; a manager answers for them meanwhile"] if waiting else [],
    )
    answer.fault(
        *(f"stream {row['stream']}: {LACKS.get(row['lacks'], 'no due date: ' + row['lacks'])}" for row in rows)
    )
    return answer


def originals(asking: Asking) -> Answer:
    """Invariant 7: does no original of a person lie here long after her case was over?"""
    answer = Answer(looked_at={"cases that are over": count("record_stream where type = 'case' and not open")})
    for row in statement.rows(LOGIN, _LEFT, {"days": LONGEST_HERE}):
        answer.fault(
            f"stream {row['stream']}: {row['pieces']} originals lie at {row['centre']}; the case was over on {row['day']}"
        )
    return answer


def hourly(asking: Asking) -> Answer:
    """Invariant 7: did the hourly check look within the last hour, and is nothing open of what it found?"""
    look = last_look()
    answer = Answer(looked_at={"open cases": look.open_cases})
    if look.at is not None:
        answer.notes.append(f"last checked at {look.at.isoformat(timespec='minutes')}")
    if look.late:
        answer.fault("the hourly check has not run for more than an hour")
    return answer


def counted(asking: Asking) -> Answer:
    """Invariant 8: counted again by the calendar on record, does every running clock end when it says?"""
    answer = Answer(looked_at={"running clocks": 0})
    if changes := count("registry_calendar_change where done_at is null"):
        answer.notes.append(f"{changes} changes of the calendar are being counted in; dates may still move")
        return answer
    calendar = read_calendar(login=LOGIN)
    end = cache(calendar.due)
    for row in over_streams(_RUNNING, asking):
        answer.looked_at["running clocks"] += 1
        paused = _paused(calendar, row)
        try:
            due = end(row["starts_on"], row["amount"], row["unit"], row["extended"] + paused).date
        except PeriodOutOfBounds:
            due = None
        if (due, paused) != (row["due_on"], row["paused_days"]):
            answer.fault(
                f"stream {row['stream']}: its {row['name']} clock says {row['due_on']}, and the calendar {due}"
            )
    return answer


def _paused(calendar: OnRecord, row: dict[str, Any]) -> int:
    pauses = statement.read_json(row["pauses"])
    return sum(
        calendar.days(date.fromisoformat(paused), date.fromisoformat(resumed), row["unit"])
        for paused, resumed in pauses
    )


def written(asking: Asking) -> Answer:
    """Invariant 8: is what time brought (deemed acceptance, a correction that never came) written down a minute later?"""
    answer = Answer(looked_at={"running clocks": count("casework_clock where stopped is null")})
    rows = statement.rows(LOGIN, _UNWRITTEN)
    answer.fault(
        *(f"stream {row['id']}: {row['name']} ran out on {row['due_on']}, and nothing says so" for row in rows)
    )
    return answer
