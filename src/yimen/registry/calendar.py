"""The calendar on record, for explaining dates: the same days the database counts with. Table: registry_calendar."""

import time
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yimen.pure.statutory_days import Name
from yimen.pure.workdays import Calendar, DayKind
from yimen.record import statement

# Only the days that are not what their weekday says, or that have a name.
_SQL: Final = """
    select jsonb_build_object(
        'days', (select coalesce(jsonb_agg(jsonb_build_array(day, working, name_zh, name_en)), '[]') from registry_calendar
                 where name_zh <> '' or working <> (extract(isodow from day) < 6)),
        'years', (select coalesce(jsonb_agg(distinct extract(year from day)::int), '[]') from registry_calendar where not provisional))
"""
_WEEKEND: Final = 5
KEPT_SECONDS: Final = 600.0
_kept: dict[str, tuple[float, "OnRecord"]] = {}


class OnRecord(Calendar):
    """The calendar as the database holds it."""

    def __init__(self, rows: Mapping[str, Any]) -> None:
        super().__init__((), years=[int(year) for year in rows["years"]])
        self._days = {date.fromisoformat(day): (bool(working), zh, en) for day, working, zh, en in rows["days"]}

    def kind_of(self, day: date) -> DayKind:
        working, zh, en = self._days.get(day, (day.weekday() < _WEEKEND, "", ""))
        name = Name(zh, en or zh) if zh else None
        return DayKind(day=day, working=working, name=name, provisional=day.year not in self.years)


def calendar(*, login: str) -> OnRecord:
    """Return the calendar on record, kept for ten minutes: arrangements are published once a year."""
    kept = _kept.get("calendar")
    if kept is None or kept[0] < time.monotonic():
        kept = time.monotonic() + KEPT_SECONDS, OnRecord(statement.document(login, _SQL))
        _kept["calendar"] = kept
    return kept[1]
