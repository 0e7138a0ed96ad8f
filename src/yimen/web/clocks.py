"""The clocks of a case as pages show them: due when, how many working days are left, and why it is that day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yimen.pure.due_sentence import StartEvent, explain
from yimen.registry.calendar import calendar

ORDER: Final = ("acceptance", "link", "promise", "statutory", "service")
STARTS: Final[Mapping[str, StartEvent]] = {
    "case.submitted": "received",
    "case.accepted": "accepted",
    "case.examined": "examined",
    "case.granted": "decided",
}
SOON: Final = 1


def clocks_of(view: Mapping[str, Any], *, login: str) -> list[dict[str, Any]]:
    """Return the clocks of a case (as casework.case.view gives it), each with the sentence that explains its date."""
    kinds = {event["number"]: event["kind"] for event in view["events"]}
    today, days = date.fromisoformat(view["today"]), calendar(login=login)
    shown = []
    for name in ORDER:
        clock = view["clocks"].get(name)
        if clock is None:
            continue
        due = date.fromisoformat(clock["due_on"])
        starts = date.fromisoformat(clock["starts_on"])
        why = explain(
            days.due(starts, clock["amount"], clock["unit"]), start=STARTS.get(kinds[clock["started"]], "received")
        )
        left = days_left(due, today, login=login)
        shown.append(
            {
                "name": name,
                "due": due,
                "left": left,
                "standing": "stopped" if clock["stopped"] else standing_of(left),
                "stopped_on": clock["stopped_on"],
                "provisional": clock["provisional"],
                "why_zh": why.zh,
                "why_en": why.en,
            }
        )
    return sorted(shown, key=lambda one: one["standing"] == "stopped")


def days_left(due: date, today: date, *, login: str) -> int:
    """Return the working days until a date, today not counted; below zero when it has passed."""
    days = calendar(login=login)
    return days.working_days(today, due) if due >= today else min(-1, -days.working_days(due, today))


def standing_of(left: int) -> str:
    return "late" if left < 0 else "soon" if left <= SOON else "running"
