"""When the clocks of a case are due, how far they have come, and why it is that day, in a sentence. No table: all from the view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from yimen.pure.clock_progress import Progress, Running, progress
from yimen.pure.due_sentence import History, StartEvent, explain
from yimen.pure.statutory_days import Name
from yimen.pure.workdays import Calendar, Due
from yimen.registry.calendar import calendar, calendar_again

ORDER: Final = ("correction", "acceptance", "link", "promise", "statutory", "service", "collection")
STARTS: Final[Mapping[str, StartEvent]] = {
    "case.submitted": "received",
    "case.taken": "received",
    "case.corrected": "corrected",
    "case.corrected_at_window": "corrected",
    "case.correction_asked": "correction_asked",
    "case.accepted": "accepted",
    "case.deemed_accepted": "passed_on",
    "case.sent_back": "sent_back",
    "case.examined": "examined",
    "case.granted": "decided",
    "case.denied": "decided",
    "certificate.sealed": "sealed",
    "certificate.returned": "returned",
    "certificate.return_noted": "returned",
    "certificate.loss_noted": "lost",
    "certificate.delivered": "delivered",
    "certificate.arrival_noted": "delivered",
    "certificate.handed_over": "delivered",
    "certificate.collected_late": "delivered",
}
FILED: Final = frozenset({"case.submitted", "case.taken", "case.corrected", "case.corrected_at_window"})
ACCEPTED: Final = frozenset({"case.accepted", "case.deemed_accepted"})
SOON: Final = 1


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A clock: due when and why, how far it has come, and how it stands (running, soon, late, paused, stopped)."""

    name: str
    due: date
    provisional: bool
    progress: Progress
    standing: str
    why: Name

    @property
    def left(self) -> int:
        """Days left of its unit; below zero when it is over."""
        return self.progress.left - self.progress.over


def explained(view: Mapping[str, Any], *, login: str) -> list[Explained]:
    """Return the clocks of a case (as casework.case.view gives it), each with the sentence that explains its date."""
    return [_explained(name, view["clocks"][name], view, login=login) for name in ORDER if name in view["clocks"]]


def _explained(name: str, clock: Mapping[str, Any], view: Mapping[str, Any], *, login: str) -> Explained:
    how = progress(running_of(clock), today=date.fromisoformat(view["today"]), calendar=calendar(login=login))
    return Explained(
        name=name,
        due=date.fromisoformat(clock["due_on"]),
        provisional=clock["provisional"],
        progress=how,
        standing=_standing(how, how.left - how.over),
        why=_why(name, clock, view, login=login),
    )


def running_of(clock: Mapping[str, Any]) -> Running:
    """Return a clock of the record as the calculation takes it."""
    return Running(
        starts_on=date.fromisoformat(clock["starts_on"]),
        unit=clock["unit"],
        due_on=date.fromisoformat(clock["due_on"]),
        paused_days=clock["paused_days"],
        paused_on=_date(clock["paused_on"]),
        stopped_on=_date(clock["stopped_on"]),
    )


def _standing(how: Progress, left: int) -> str:
    if how.stopped:
        return "stopped"
    return "paused" if how.standing_still else standing_of(left)


def _why(name: str, clock: Mapping[str, Any], view: Mapping[str, Any], *, login: str) -> Name:
    """The sentence of a date. What the calendar kept here does not explain is explained by the one of now."""
    due, on_record = _due(clock, calendar(login=login)), date.fromisoformat(clock["due_on"])
    if due.date != on_record:
        due = _due(clock, calendar_again(login=login))
    started = origin(name, clock, view)
    history = History(
        filed_on=_city_day(started["at"]) if started["kind"] in FILED else None,
        extended=clock["extended"],
        paused_days=clock["paused_days"],
        paused_on=_date(clock["paused_on"]),
        # a case still waits to be counted again, or was
        was=on_record if due.date != on_record else _was(name, clock, view),
    )
    return explain(due, start=STARTS[started["kind"]], history=history)


def origin(name: str, clock: Mapping[str, Any], view: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    Return the event from whose day a clock runs: the one that started it, or an earlier one to which it goes back.

    What is accepted by law is so from the day of receipt; and where nobody could be drawn, the promise of an instant case
    becomes a longer one that runs from the same day as before.
    """
    events = [one for one in reversed(view["events"]) if one["number"] <= clock["started"]]
    started: Mapping[str, Any] = next(one for one in events if one["number"] == clock["started"])
    if started["kind"] == "case.draw_waits":
        from_receipt = view["item"]["body"]["limits"][name].get("starts") == "received"
        started = _last(events, FILED if from_receipt else ACCEPTED)
    if started["kind"] == "case.deemed_accepted" and name != "link":
        started = _last(events, FILED)
    return started


def _last(events: Sequence[Mapping[str, Any]], kinds: frozenset[str]) -> Mapping[str, Any]:
    return next(one for one in events if one["kind"] in kinds)


def _due(clock: Mapping[str, Any], days: Calendar) -> Due:
    start = date.fromisoformat(clock["starts_on"])
    return days.due(start, clock["amount"], clock["unit"], clock["extended"] + clock["paused_days"])


def _was(name: str, clock: Mapping[str, Any], view: Mapping[str, Any]) -> date | None:
    """The date before the calendar changed, as the last event that counted it again says; told where its facts are shown."""
    for event in reversed(view["events"]):
        if event["kind"] == "case.recounted" and event["number"] > clock["started"]:
            for one in (event.get("facts") or {}).get("clocks", []):
                if one["name"] == name:
                    return date.fromisoformat(one["was"])
    return None


def _city_day(at: str) -> date:
    zone = ZoneInfo(getattr(settings, "CITY_TIME_ZONE", "Asia/Shanghai"))
    return datetime.fromisoformat(at).astimezone(zone).date()


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def days_left(due: date, today: date, *, login: str) -> int:
    """Return the working days until a date, today not counted; below zero when it has passed."""
    days = calendar(login=login)
    return days.working_days(today, due) if due >= today else min(-1, -days.working_days(due, today))


def standing_of(left: int) -> str:
    return "late" if left < 0 else "soon" if left <= SOON else "running"
