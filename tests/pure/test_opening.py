"""When a place is open, over the days of 2026 as they were published: a weekend worked instead, a feast, a closure."""

from datetime import date, datetime, time

import pytest

from yimen.pure.opening import Hours, Opening, opening
from yimen.pure.statutory_days import Name
from yimen.pure.workdays import ArrangedDay, Calendar

FEAST, SHIFT = Name("国庆节", "National Day"), Name("调休上班", "worked instead")
ARRANGED = [ArrangedDay(day=date(2026, 10, n), work=False, name=FEAST) for n in range(1, 8)]
ARRANGED += [ArrangedDay(day=date(2026, 10, 10), work=True, name=SHIFT)]
CALENDAR = Calendar(ARRANGED, years=(2026,))
FRIDAY = date(2026, 9, 25)


def asked(days: str, moment: str, *closed: date) -> Opening:
    hours = Hours(days=frozenset(map(int, days)), opens=time(8, 30), closes=time(16, 30))
    return opening(hours=hours, kind_of=CALENDAR.kind_of, closed=closed, now=datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("days", "moment", "now", "following"),
    [
        ("12345", "2026-09-28T08:29", False, date(2026, 9, 28)),  # a Monday, before it opens
        ("12345", "2026-09-28T08:30", True, date(2026, 9, 29)),
        ("12345", "2026-09-28T16:29", True, date(2026, 9, 29)),
        ("12345", "2026-09-28T16:30", False, date(2026, 9, 29)),
        ("12345", "2026-09-26T10:00", False, date(2026, 9, 28)),  # a Saturday
        ("123456", "2026-09-26T10:00", True, date(2026, 9, 28)),
        ("12345", "2026-09-30T17:00", False, date(2026, 10, 8)),  # before the feast
        ("123456", "2026-10-03T10:00", False, date(2026, 10, 8)),  # a Saturday within it
        ("1234567", "2026-10-03T10:00", True, date(2026, 10, 4)),  # open all week
        ("12345", "2026-10-10T10:00", True, date(2026, 10, 12)),  # a Saturday worked instead
        (
            "67",
            "2026-10-10T10:00",
            False,
            date(2026, 10, 11),
        ),  # a weekday for that week, and it opens on weekends alone
    ],
)
def test_a_place_keeps_its_week_and_the_city_s_calendar(days: str, moment: str, now: bool, following: date) -> None:
    assert asked(days, moment) == Opening(now=now, next_day=following)


def test_a_closure_closes_whatever_the_week_says_and_none_in_sight_is_said() -> None:
    assert asked("1234567", "2026-09-25T10:00", FRIDAY) == Opening(now=False, next_day=date(2026, 9, 26))
    shut = [date.fromordinal(FRIDAY.toordinal() + n) for n in range(61)]
    assert asked("1234567", "2026-09-25T10:00", *shut) == Opening(now=False, next_day=None)
