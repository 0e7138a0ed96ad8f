"""What a person wants to know of an item before she begins: what it costs, how often she must come, where, and how long it really took."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yimen.pure.item_codes import ELSEWHERE, HANDLING
from yimen.pure.item_rules import Whole
from yimen.pure.yuan import figures
from yimen.web.forms import WAYS
from yimen.web.shown import english
from yimen.web.tags import both
from yimen.web.words import period

DAYS: Final[Mapping[int, str | Promise]] = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}


def costs_of(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each published fee: what for, how much, in which case, and on what ground; none where nothing is asked."""
    language = "en" if english() else "zh"
    asked = {one["name"]: one for one in body["form"]}
    costs = []
    for one in body.get("fees") or []:
        when = one.get("when")
        costs.append(
            {
                "name": both(one, "name"),
                "amount": figures(one["amount"]),
                "basis": one.get("basis", ""),
                "when": _when(when, asked[when["field"]], language) if when and when["field"] in asked else "",
            }
        )
    return costs


def _when(when: Mapping[str, Any], question: Mapping[str, Any], language: str) -> str:
    names = {choice["code"]: choice[language] for choice in question.get("choices", [])}
    return " / ".join(names.get(code, code) for code in when["is"])


def coming_of(whole: Whole, body: Mapping[str, Any]) -> dict[str, Any]:
    """How often one must come and why, how one may apply, and how the result is received."""
    visits, place = whole.said("visits"), 1 if english() else 0
    reason = (whole.said("visits_reason_en") if english() else "") or whole.said("visits_reason")
    return {
        "visits": int(visits) if visits else None,
        "reason": reason,
        "ways": _(" or ").join(HANDLING[one][place] for one in whole.several("handling_forms") if one in HANDLING),
        "received": [WAYS[one] for one in body.get("delivery") or ["electronic"]],
        "everywhere": ELSEWHERE[whole.said("elsewhere")][place] if whole.said("elsewhere") in ELSEWHERE else "",
        "appointments": whole.said("appointments") == "1",
    }


def opening_of(centre: Mapping[str, Any]) -> str:
    """When a centre is open, in words: from day to day where the days follow each other."""
    days = sorted(centre["days"])
    if days == list(range(1, 8)):
        named = _("every day")
    elif len(days) > 1 and days == list(range(days[0], days[-1] + 1)):
        named = _("%(first)s to %(last)s") % {"first": DAYS[days[0]], "last": DAYS[days[-1]]}
    else:
        named = _(", ").join(str(DAYS[one]) for one in days)
    return f"{named} {centre['opens']}–{centre['closes']}"


def took_of(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What decided cases really took, in the words of a limit; None where none was decided yet."""
    if not found or not found["cases"]:
        return None
    return {"cases": found["cases"], "half": _took(found, "median"), "most": _took(found, "nine_in_ten")}


def _took(found: Mapping[str, Any], name: str) -> str:
    if not found[name]:
        return _("the same day")
    return period({"amount": found[name], "unit": "W" if found["unit"] == "I" else found["unit"]})
