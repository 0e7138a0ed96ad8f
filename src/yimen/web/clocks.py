"""The clocks of a case as pages show them: due when, how much is used and left, how long they stood still, and why it is that day."""

from collections.abc import Mapping
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
    "case.correction_asked": "correction_asked",
    "case.accepted": "accepted",
    "case.deemed_accepted": "accepted",
    "case.sent_back": "sent_back",
    "case.examined": "examined",
    "case.granted": "decided",
    "case.denied": "decided",
    "certificate.sealed": "sealed",
}
FILED: Final = frozenset({"case.submitted", "case.corrected"})
SOON: Final = 1
BAR: Final = 100  # the width of the picture, in its own units


def clocks_of(view: Mapping[str, Any], *, login: str) -> list[dict[str, Any]]:
    """Return the clocks of a case (as casework.case.view gives it), each with the sentence that explains its date."""
    shown = [_shown(name, view["clocks"][name], view, login=login) for name in ORDER if name in view["clocks"]]
    return sorted(shown, key=lambda one: one["standing"] == "stopped")


def _shown(name: str, clock: Mapping[str, Any], view: Mapping[str, Any], *, login: str) -> dict[str, Any]:
    due = date.fromisoformat(clock["due_on"])
    how = progress(running_of(clock), today=date.fromisoformat(view["today"]), calendar=calendar(login=login))
    why = _why(name, clock, view, login=login)
    left = how.left - how.over
    return {
        "name": name,
        "due": due,
        "left": left,
        "standing": _standing(how, left),
        "stopped_on": clock["stopped_on"],
        "paused_on": clock["paused_on"],
        "provisional": clock["provisional"],
        "why_zh": why.zh,
        "why_en": why.en,
        "progress": how,
        "bar": bar_of(how),
    }


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


def bar_of(how: Progress) -> dict[str, int]:
    """
    Return the picture of a clock: where its parts begin and how wide they are, of BAR.

    Time over the end is part of what was used; its beginning is where the end was.
    """
    whole = max(1, how.used + how.paused + how.left)
    within, paused = (BAR * (how.used - how.over)) // whole, (BAR * how.paused) // whole
    left = (BAR * how.left) // whole
    over = BAR - within - paused - left if how.over else 0
    return {
        "used": within,
        "paused": paused,
        "left": left,
        "over": over,
        "paused_at": within,
        "left_at": within + paused,
        "over_at": within + paused,
    }


def _standing(how: Progress, left: int) -> str:
    if how.stopped:
        return "stopped"
    return "paused" if how.standing_still else standing_of(left)


def _why(name: str, clock: Mapping[str, Any], view: Mapping[str, Any], *, login: str) -> Name:
    """The sentence of a date. What the calendar kept here does not explain is explained by the one of now."""
    due, on_record = _due(clock, calendar(login=login)), date.fromisoformat(clock["due_on"])
    if due.date != on_record:
        due = _due(clock, calendar_again(login=login))
    kinds = {event["number"]: event for event in view["events"]}
    started = kinds[clock["started"]]
    history = History(
        filed_on=_city_day(started["at"]) if started["kind"] in FILED else None,
        extended=clock["extended"],
        paused_days=clock["paused_days"],
        paused_on=_date(clock["paused_on"]),
        # a case still waits to be counted again, or was
        was=on_record if due.date != on_record else _was(name, clock, view),
    )
    start = STARTS.get(started["kind"], "received")
    if started["kind"] == "case.deemed_accepted" and name != "link":
        start = "received"  # by law from the day of receipt
    return explain(due, start=start, history=history)


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
