"""What really happened beside a promise: how much of a period is used, how much is left, how long it stood still."""

from dataclasses import dataclass
from datetime import date

from yimen.pure.workdays import Calendar, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A clock as the record has it: when it started and ends, and when it stood still or stopped."""

    starts_on: date
    unit: Unit
    due_on: date
    paused_days: int = 0
    paused_on: date | None = None
    stopped_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Days of a clock's unit, the first day not counted: used, left before it ends, over after it ended,
    and those on which it stood still, which count as none of these.
    """

    used: int
    left: int
    over: int
    paused: int
    counts_working: bool
    standing_still: bool
    stopped: bool

    @property
    def allowed(self) -> int:
        """All days that may be used."""
        return self.used + self.left - self.over


def progress(clock: Running, *, today: date, calendar: Calendar) -> Progress:
    """Return how far a clock has come today, or had come on the day on which it stopped."""
    now = max(clock.starts_on, clock.stopped_on or today)
    until = min(now, clock.paused_on) if clock.paused_on else now
    paused = clock.paused_days + calendar.days(until, now, clock.unit)
    return Progress(
        used=max(0, calendar.days(clock.starts_on, now, clock.unit) - paused),
        left=calendar.days(until, clock.due_on, clock.unit),
        over=calendar.days(clock.due_on, until, clock.unit),
        paused=paused,
        counts_working=clock.unit in ("W", "I"),
        standing_still=clock.paused_on is not None,
        stopped=clock.stopped_on is not None,
    )
