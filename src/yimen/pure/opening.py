"""When a place is open: by its weekly hours, the city's calendar, and the days on which it is closed beyond them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from yimen.pure.workdays import DayKind

AHEAD = 60  # days looked at
_WEEK = frozenset(range(1, 8))
_WEEKDAYS = frozenset(range(1, 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The week of a place: days from 1 for Monday to 7, and from when to when."""

    days: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Whether a place is open, and the day on which it opens next; None where none is in sight."""

    now: bool
    next_day: date | None


def open_on(day: date, *, hours: Hours, kind_of: Callable[[date], DayKind], closed: Collection[date]) -> bool:
    """
    Return whether a place opens on a day.

    1. a closure closes it
    2. whoever is open all week is open on holidays too
    3. a holiday closes it
    4. a weekend day that is worked instead is a day like Monday to Friday
    """
    if day in closed:
        return False
    if hours.days >= _WEEK:
        return True
    kind, ordinary = kind_of(day), day.isoweekday() in _WEEKDAYS
    if not kind.working and (kind.name is not None or ordinary):
        return False
    if kind.working and not ordinary:
        return bool(hours.days & _WEEKDAYS)
    return day.isoweekday() in hours.days


def opening(*, hours: Hours, kind_of: Callable[[date], DayKind], closed: Collection[date], now: datetime) -> Opening:
    """Return whether a place is open at a moment, and when it opens next: today, if it has not opened yet."""
    today, clock = now.date(), now.time()
    opens_today = open_on(today, hours=hours, kind_of=kind_of, closed=closed)
    first = 0 if clock < hours.opens else 1
    coming = (today + timedelta(days) for days in range(first, AHEAD + 1))
    following = (day for day in coming if open_on(day, hours=hours, kind_of=kind_of, closed=closed))
    return Opening(now=opens_today and hours.opens <= clock < hours.closes, next_day=next(following, None))
