"""The calendar on record, for explaining dates: the same days the database counts with. Table: registry_calendar."""

import time
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yimen.pure.statutory_days import Name
from yimen.pure.workdays import Calendar, DayKind
from yimen.record import statement

# Only the days that are not what their weekday says, or that have a name; and the stretches that are provisional.
_SQL: Final = """
    select jsonb_build_object(
        'days', (select coalesce(jsonb_agg(jsonb_build_array(day, working, name_zh, name_en)), '[]') from registry_calendar
                 where name_zh <> '' or working <> (extract(isodow from day) < 6)),
        'sure', (select coalesce(jsonb_agg(jsonb_build_array(s.first, s.last) order by s.first), '[]')
                 from (select min(day) as first, max(day) as last
                       from (select day, day - (row_number() over (order by day))::int as run from registry_calendar where not provisional) r
                       group by run) s))
"""
_WEEKEND: Final = 5
KEPT_SECONDS: Final = 600.0
AGAIN_SECONDS: Final = 5.0
_kept: dict[str, tuple[float, "OnRecord"]] = {}


class OnRecord(Calendar):
    """The calendar as the database holds it."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        super().__init__(())
        self._days = {date.fromisoformat(day): (bool(working), zh, en) for day, working, zh, en in rows["days"]}
        self._sure = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in rows["sure"]]
        self._firsts = [first for first, _ in self._sure]

    def kind_of(self, day: date) -> DayKind:
        working, zh, en = self._days.get(day, (day.weekday() < _WEEKEND, "", ""))
        name = Name(zh, en or zh) if zh else None
        place = bisect_right(self._firsts, day) - 1
        sure = place >= 0 and day <= self._sure[place][1]
        return DayKind(day=day, working=working, name=name, provisional=not sure)


def read_calendar(*, login: str) -> OnRecord:
    """Return the calendar on record as it is at this moment."""
    return OnRecord(statement.document(login, _SQL))


def calendar(*, login: str) -> OnRecord:
    """Return the calendar on record, kept for ten minutes: arrangements are published once a year."""
    return _calendar(login=login, age=KEPT_SECONDS)


def calendar_again(*, login: str) -> OnRecord:
    """Return the calendar as it is now, for a date that the one kept does not explain; read at most every five seconds."""
    return _calendar(login=login, age=AGAIN_SECONDS)


def _calendar(*, login: str, age: float) -> OnRecord:
    kept = _kept.get("calendar")
    if kept is None or kept[0] + age < time.monotonic():
        kept = time.monotonic(), read_calendar(login=login)
        _kept["calendar"] = kept
    return kept[1]
