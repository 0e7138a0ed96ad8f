"""11. A retry never doubles, a crash never loses: every reader of the record is where it should be."""

from typing import Final

from yimen.oversight.question import LOGIN, Answer, Asking
from yimen.record import statement

_READERS: Final = """
    select c.name, c.place, h.place as head, e.at as since, e.at < now() + k.ahead - interval '1 minute' as late
    from record_cursor c cross join record_horizon h cross join record_clock k
    left join record_place p on p.place = c.place + 1
    left join record_event e on e.stream = p.stream and e.number = p.number
    order by c.name
"""
_UNPLACED: Final = """
    select count(*) as events, min(e.at) < now() + min(k.ahead) - interval '1 minute' as late
    from record_clock k, record_horizon h, record_event e
    where (e.epoch, e.xact) >= (h.epoch, h.xact)
      and not exists (select 1 from record_place p where p.stream = e.stream and p.number = e.number)
"""
_PARKED: Final = """
    select k.name, k.place, k.error, k.tries, p.stream, p.number
    from record_parked k left join record_place p on p.place = k.place order by k.name, k.place
"""


def current(asking: Asking) -> Answer:
    """Invariant 11: has every event its place, and is every reader at the head of the record or less than a minute behind?"""
    rows = statement.rows(LOGIN, _READERS)
    unplaced = statement.row(LOGIN, _UNPLACED)
    answer = Answer(looked_at={"readers": len(rows), "events without a place yet": unplaced["events"]})
    if unplaced["late"]:
        answer.fault(f"{unplaced['events']} events have waited more than a minute for their place: no worker runs")
    for row in rows:
        if row["place"] > row["head"]:
            answer.fault(f"the reader {row['name']} is at place {row['place']}, and the record ends at {row['head']}")
        elif row["late"]:
            answer.fault(
                f"the reader {row['name']} is {row['head'] - row['place']} events behind, since {row['since'].isoformat()}"
            )
    return answer


def parked(asking: Asking) -> Answer:
    """Invariant 11: is there no event that a reader cannot handle?"""
    answer = Answer(looked_at={"readers": len(statement.rows(LOGIN, _READERS))})
    for row in statement.rows(LOGIN, _PARKED):
        where = f"stream {row['stream']} event {row['number']}"
        answer.fault(f"{where}: the reader {row['name']} tried {row['tries']} times: {row['error'][:200]}")
    return answer
