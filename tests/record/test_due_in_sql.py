"""The database and the pure calculation give the same due dates, over the official arrangements of the sample city."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

import testing_city
from official_days import official
from yimen.pure.workdays import Calendar, Unit

FIRST, LAST = date(2023, 11, 1), date(2029, 12, 31)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return official()


@pytest.fixture(scope="module")
def database(calendar: Calendar) -> Iterator[psycopg.Connection]:
    """The owner's view of a calendar of these arrangements, entered as entries enter it; never committed."""
    days: list[dict[str, Any]] = []
    for step in range((LAST - FIRST).days + 1):
        kind = calendar.kind_of(FIRST + timedelta(days=step))
        days.append(
            {
                "day": kind.day.isoformat(),
                "working": kind.working,
                "provisional": kind.provisional,
                "name_zh": "",
                "name_en": "",
            }
        )
    with psycopg.connect(testing_city.uri("owner")) as owner:
        owner.execute("delete from registry_calendar")
        owner.execute("select registry_apply(%s::jsonb)", [Jsonb({"calendar": days})])
        yield owner
        owner.rollback()


@settings(deadline=None)
@given(
    start=st.dates(date(2023, 11, 1), date(2027, 12, 31)),
    amount=st.integers(1, 90),
    unit=st.sampled_from(["W", "N", "M"]),
)
def test_due_dates_agree(
    database: psycopg.Connection, calendar: Calendar, start: date, amount: int, unit: Unit
) -> None:
    if unit == "M":
        amount = 1 + amount % 18
    found = database.execute("select due, provisional from registry_due(%s, %s, %s)", [start, amount, unit]).fetchone()
    due = calendar.due(start, amount, unit)
    assert found == (due.date, due.provisional)


def test_a_calendar_that_is_too_short_is_refused(database: psycopg.Connection) -> None:
    with pytest.raises(psycopg.Error, match=r"calendar\.too_short"), database.transaction():
        database.execute("select * from registry_due(%s, 100, 'W')", [LAST - timedelta(days=5)])
