"""Working days by the official arrangements, and the dates on which periods end.

The rules are those of the Civil Code (articles 200 to 203), applied to licensing periods by analogy
because the licensing law has none of its own: the opening day does not count, a last day that is a
day of rest moves on to the next working day, and months end on the same date or at the month's end.
Articles 45 and 82 of the licensing law count in working days. A year whose arrangement is not
published yet is computed from weekends and the statutory days whose date can be told, and
everything that rests on it says that it is provisional.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from yimen.pure.statutory_days import Name, statutory_days

Unit = Literal["W", "N", "M", "I"]

_DAY = timedelta(days=1)
_SATURDAY = 5
PERIODS: Mapping[Unit, range] = {"W": range(1, 2001), "N": range(1, 4001), "M": range(1, 121), "I": range(1)}
_MOST_ADDED = 4000


class PeriodOutOfBounds(ValueError):
    """A period that is not from 1 to about ten years, nor on the spot (0 of I)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedDay:
    """One line of an official arrangement: a day off, or a weekend day that is worked instead."""

    day: date
    work: bool
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class DayKind:
    """What a day is: worked or not, by which feast or arrangement (none for an ordinary day), and
    how surely.
    """

    day: date
    working: bool
    name: Name | None
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days of rest under one name, without a gap."""

    first: date
    last: date
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Why a period ends when it does, as data."""

    start: date
    amount: int
    unit: Unit
    rested: tuple[Span, ...]
    made_up: tuple[date, ...]
    rolled_from: date | None
    provisional_years: tuple[int, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The last day of a period, whether it may still move, and why it is that day."""

    date: date
    provisional: bool
    steps: Steps


class Calendar:
    """The arrangements of some years; other years are provisional.

    Two calendars with the same days and years count the same; nothing here changes after it is
    made.
    """

    def __init__(self, days: Iterable[ArrangedDay] = (), *, years: Collection[int] = ()) -> None:
        self.years = frozenset(years)
        arranged: dict[date, ArrangedDay] = {}
        for one in days:
            if one.day.year not in self.years:
                raise ValueError(f"{one.day} is arranged, but its year is not said to be published")
            if one.work and one.day.weekday() < _SATURDAY:
                raise ValueError(f"{one.day} is no weekend day and cannot be a make-up day")
            if one.day in arranged:
                raise ValueError(f"{one.day} is arranged twice")
            arranged[one.day] = one
        self._arranged: Mapping[date, ArrangedDay] = arranged

    def kind_of(self, day: date) -> DayKind:
        """Return what a day is."""
        weekday = day.weekday() < _SATURDAY
        if day.year not in self.years:
            name = statutory_days(day.year).get(day)
            return DayKind(day=day, working=weekday and name is None, name=name, provisional=True)
        one = self._arranged.get(day)
        if one is None:
            return DayKind(day=day, working=weekday, name=None, provisional=False)
        return DayKind(day=day, working=one.work, name=one.name, provisional=False)

    def working(self, day: date) -> bool:
        return self.kind_of(day).working

    def next_working(self, day: date) -> date:
        """Return the day itself if it is worked, else the first worked day after it."""
        while not self.working(day):
            day += _DAY
        return day

    def working_days(self, after: date, until: date) -> int:
        """Return how many working days lie after the first date, up to and with the second."""
        return sum(self.working(after + _DAY * step) for step in range(1, (until - after).days + 1))

    def days(self, after: date, until: date, unit: Unit) -> int:
        """Return how many days lie after the first date, up to and with the second: working days for
        W and I, natural days for N and M; none when the second is not later.
        """
        if unit in ("W", "I"):
            return self.working_days(after, until)
        return max(0, (until - after).days)

    def received(self, at: datetime, *, closes: time | None = None) -> date:
        """Return the working day on which what came at a local time counts as received: after closing,
        or on a day of rest, it is the next one.
        """
        late = closes is not None and at.time() >= closes
        return self.next_working(at.date() + _DAY * late)

    def due(self, start: date, amount: int, unit: Unit, more: int = 0) -> Due:
        """Return the last day of a period of working days (W), natural days (N) or months (M) that
        starts on a date; on the spot (I) is that day, or the next working day.

        `more` are days added to it, by an extension or because it stood still: working days for W and
        I, natural days for N and M.

        Refuses: PeriodOutOfBounds.
        """
        if amount not in PERIODS[unit] or not 0 <= more <= _MOST_ADDED:
            raise PeriodOutOfBounds(f"{amount} {unit} + {more}")
        nominal, last, looked_at_from = self._ends(start, amount, unit, more)
        kinds = [self.kind_of(looked_at_from + _DAY * step) for step in range((last - looked_at_from).days + 1)]
        unsure = {kind.day.year for kind in kinds if kind.provisional}
        steps = Steps(
            start=start,
            amount=amount,
            unit=unit,
            more=more,
            rested=_spans(kinds),
            made_up=tuple(kind.day for kind in kinds if kind.working and kind.day.weekday() >= _SATURDAY),
            rolled_from=nominal if last != nominal else None,
            provisional_years=tuple(sorted(unsure)),
        )
        return Due(date=last, provisional=bool(unsure), steps=steps)

    def _ends(self, start: date, amount: int, unit: Unit, more: int) -> tuple[date, date, date]:
        """Return the day named by the period, its last day, and the first day whose kind matters."""
        if unit == "W":
            last = self._count(start, amount + more)
            return last, last, start + _DAY
        if unit == "I":
            last = self._count(self.next_working(start), more)
            return (start if not more else last), last, start
        days = more + (amount if unit == "N" else 0)
        nominal = (start if unit == "N" else _months_after(start, amount)) + _DAY * days
        return nominal, self.next_working(nominal), nominal

    def _count(self, start: date, amount: int) -> date:
        day = start
        while amount:
            day += _DAY
            amount -= self.working(day)
        return day


def _months_after(start: date, months: int) -> date:
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month0 + 1, min(start.day, monthrange(year, month0 + 1)[1]))


def ran_out(*, due: date, now: datetime, answered_on: date | None = None) -> bool:
    """Return whether a period had ended unanswered at a local time: its last day is over at 24:00, and
    an answer after that day is none.
    """
    return now.date() > due and (answered_on is None or answered_on > due)


def _spans(kinds: Iterable[DayKind]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for kind in kinds:
        if kind.working or kind.name is None:
            continue
        if spans and spans[-1].name == kind.name and spans[-1].last + _DAY == kind.day:
            spans[-1] = Span(first=spans[-1].first, last=kind.day, name=kind.name)
        else:
            spans.append(Span(first=kind.day, last=kind.day, name=kind.name))
    return tuple(spans)
