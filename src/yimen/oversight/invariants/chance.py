"""6. Chance decides who serves, examines and decides."""

from datetime import date, timedelta
from typing import Any, Final

from yimen.oversight.question import LOGIN, Answer, Asking
from yimen.pure.draw_check import Finding, check_day
from yimen.pure.draw_day import DayMalformed
from yimen.record import draws, statement

# Pools that have somebody on duty whom chance may pick, today and tomorrow, with the roles filled there.
_POOLS: Final = """
    select t.day, coalesce(o.centre, o.agency) as pool, coalesce(c.name_en, a.name_en) as name, o.role,
           d.supervisor_commitment is not null as committed,
           (select count(*) from jsonb_array_elements(e.facts::jsonb -> 'roster') r where r ->> 'role' = o.role) as candidates
    from registry_post o
    join registry_person h on h.id = o.person and h.ended_at is null
    join registry_duty u on u.post = o.id and u.ended_at is null
    join (values (registry_today()), (registry_today() + 1)) t (day) on u.weekday = extract(isodow from t.day)::int
    left join registry_centre c on c.id = o.centre
    left join registry_agency a on a.id = o.agency
    left join record_draw_day d on d.pool = coalesce(o.centre, o.agency) and d.day = t.day
    left join record_event e on e.stream = d.stream and e.number = 1
    where o.ended_at is null and o.role in (select p.role from record_purpose p)
    group by t.day, o.centre, o.agency, c.name_en, a.name_en, o.role, d.supervisor_commitment, e.facts
    order by t.day, name, o.role
"""
_UNREVEALED: Final = """
    select d.day, count(*) as pools from record_draw_day d, record_clock c
    where not d.revealed and d.supervisor_commitment is not null
      and (d.day + 1)::timestamp at time zone c.zone < now() + c.ahead - interval '5 minutes'
    group by d.day order by d.day
"""
FEWEST: Final = 2


def committed(asking: Asking) -> Answer:
    """Invariant 6: are both halves laid down for today and tomorrow, in every pool with people on duty?"""
    rows = statement.rows(LOGIN, _POOLS)
    days = {(row["day"], row["name"], row["committed"]) for row in rows}
    answer = Answer(looked_at={"days of pools": len(days)})
    answer.fault(*(f"{name}, {day}: not committed by both" for day, name, done in sorted(days) if not done))
    return answer


def recomputed(asking: Asking) -> Answer:
    """Invariant 6: drawn again, are yesterday's and today's draws as recorded, and are the halves of past days published?"""
    answer = Answer(looked_at={"draws": 0, "pools": 0})
    for row in statement.rows(LOGIN, _UNREVEALED):
        answer.fault(f"{row['day']}: {row['pools']} pools are over, and their halves are not published")
    for day, pool in _two_days():
        answer.looked_at["draws"] += len(pool["draws"])
        answer.looked_at["pools"] += 1
        try:
            wrong = [one for one in check_day(pool) if one.level == "wrong"]
        except DayMalformed as malformed:
            answer.fault(f"{_name(pool)}, {day}: {malformed}")
            continue
        answer.fault(*(f"{_name(pool)}, {day}: {_draw(one)}" for one in wrong))
    return answer


def a_choice(asking: Asking) -> Answer:
    """Invariant 6: had chance two candidates at least, wherever it draws today and tomorrow, and wherever it drew?"""
    answer = Answer(looked_at={"rosters": 0, "draws": 0})
    for row in statement.rows(LOGIN, _POOLS):
        answer.looked_at["rosters"] += 1
        if row["committed"] and row["candidates"] < FEWEST:
            answer.fault(f"{row['name']}, {row['day']}: {row['candidates']} candidates for {row['role']}")
    for day, pool in _two_days():
        answer.looked_at["draws"] += len(pool["draws"])
        try:
            weak = [one for one in check_day(pool) if one.level == "weak"]
        except DayMalformed:
            continue  # told by the question before this one
        answer.fault(*(f"{_name(pool)}, {day}: {_draw(one)}" for one in weak))
    return answer


def _two_days() -> list[tuple[date, dict[str, Any]]]:
    today: date = statement.value(LOGIN, "select registry_today()")
    days = (today - timedelta(days=1), today)
    return [(day, pool) for day in days for pool in draws.public_day(day=day, login=LOGIN)]


def _name(pool: dict[str, Any]) -> str:
    return str(pool["name_en"] or pool["pool"])


def _draw(one: Finding) -> str:
    return f"stream {one.stream}: {one.en}" if one.stream else one.en
