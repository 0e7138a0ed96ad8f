"""The calendar of a city folder: the official days off and make-up working days of the years it covers."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from yimen.pure.statutory_days import Name
from yimen.pure.workdays import ArrangedDay
from yimen.registry.city_tables import BadField, Findings, check_unique, read_rows

_SATURDAY = 5


def read_calendar(folder: Path, years: Collection[int], findings: Findings) -> tuple[ArrangedDay, ...]:
    read = []
    columns = ("date", "kind", "name_zh", "name_en")
    for row in read_rows(folder, "calendar.csv", columns, findings):
        day = row.get("date", iso_date, date.min)
        work = row.one_of("kind", ("off", "work")) == "work"
        name = Name(row.text("name_zh"), row.text("name_en"))
        if row.whole and day.year not in years:
            row.fault("date", "calendar.year", f"city.json does not list the year {day.year}")
        if row.whole and work and day.weekday() < _SATURDAY:
            row.fault("date", "calendar.not_a_weekend", "only a weekend day can be a make-up day")
        read.append((row, ArrangedDay(day=day, work=work, name=name)))
    whole = [(row, day) for row, day in read if row.whole]
    check_unique(whole, "date", lambda one: one.day)
    for year in sorted(set(years) - {day.day.year for _, day in whole}):
        message = f"city.json lists the year {year}, but it has no day here"
        findings.error("calendar.csv", None, "date", "calendar.year_empty", message)
    return tuple(day for _, day in whole)


def iso_date(raw: str) -> date:
    try:
        found = date.fromisoformat(raw)
    except ValueError as error:
        raise BadField("field.not_a_date", f"{raw!r} is no date like 2026-01-31") from error
    if found.isoformat() != raw:
        raise BadField("field.not_a_date", f"{raw!r} is no date like 2026-01-31")
    return found
