"""The clocks of a case as pages show them: due when, how much is used and left, how long they stood still, and why it is that day."""

from collections.abc import Mapping
from typing import Any, Final

from yimen.casework.due import ORDER as ORDER
from yimen.casework.due import days_left as days_left
from yimen.casework.due import explained
from yimen.casework.due import standing_of as standing_of
from yimen.pure.clock_progress import Progress

UNTIL_DECIDED: Final = ("promise", "statutory", "link")  # nothing but a decision is what they were waiting for
BAR: Final = 100  # the width of the picture, in its own units


def clocks_of(view: Mapping[str, Any], *, login: str) -> list[dict[str, Any]]:
    """Return the clocks of a case (as casework.case.view gives it), each with the sentence that explains its date."""
    shown = [
        {
            "name": one.name,
            "due": one.due,
            "left": one.left,
            "standing": one.standing,
            "stopped_on": view["clocks"][one.name]["stopped_on"],
            "cut": view.get("state") == "withdrawn" and one.name in UNTIL_DECIDED,
            "paused_on": view["clocks"][one.name]["paused_on"],
            "provisional": one.provisional,
            "why_zh": one.why.zh,
            "why_en": one.why.en,
            "progress": one.progress,
            "bar": bar_of(one.progress),
        }
        for one in explained(view, login=login)
    ]
    return sorted(shown, key=lambda one: one["standing"] == "stopped")


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
