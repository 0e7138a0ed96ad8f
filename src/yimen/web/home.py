"""The front page, the list of all items, and the guide to one: the same sixteen elements everywhere."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from yimen.casework.clocks import took
from yimen.pure import item_codes
from yimen.pure.due_sentence import explain
from yimen.registry import catalogue
from yimen.registry.calendar import calendar
from yimen.web.apply import instead_of, item_of
from yimen.web.guidance import coming_of, costs_of, opening_of, took_of
from yimen.web.shown import english
from yimen.web.tags import both
from yimen.web.words import period

ELEMENTS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("item_code", gettext_lazy("Code of the item")),
    ("name", gettext_lazy("Name")),
    ("agency", gettext_lazy("Agency that decides")),
    ("item_type", gettext_lazy("Type")),
    ("basis", gettext_lazy("Legal basis")),
    ("service_object", gettext_lazy("Who may apply")),
    ("conditions", gettext_lazy("Conditions")),
    ("materials", gettext_lazy("Papers")),
    ("procedure", gettext_lazy("Procedure")),
    ("result", gettext_lazy("What you receive")),
    ("fee", gettext_lazy("Fee")),
    ("statutory_limit", gettext_lazy("Limit set by law")),
    ("promise_limit", gettext_lazy("Promised limit")),
    ("place", gettext_lazy("Where to apply")),
    ("consult_phone", gettext_lazy("Telephone for questions")),
    ("complaint_phone", gettext_lazy("Telephone for complaints")),
)
OBJECTS: Final[Mapping[str, str | Promise]] = {
    "1": gettext_lazy("persons"),
    "2": gettext_lazy("companies"),
    "3": gettext_lazy("public institutions"),
    "4": gettext_lazy("associations"),
    "5": gettext_lazy("organisations without legal personality"),
    "6": gettext_lazy("administrative bodies"),
    "9": gettext_lazy("other organisations"),
}


PAGE: Final = 50
KINDS: Final[Mapping[str, str | Promise]] = {
    "person": gettext_lazy("For yourself and your family"),
    "organisation": gettext_lazy("For companies and organisations"),
    "instant": gettext_lazy("Decided on the spot"),
}


THEMES: Final[Mapping[str, tuple[str, str]]] = {
    **{f"p{code}": name for code, name in item_codes.PERSON_THEME.items()},
    **{f"e{code}": name for code, name in item_codes.ENTERPRISE_THEME.items()},
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: a place to search, and the ways into the list of items."""
    ways = catalogue.ways()
    kinds = [one for one in _kinds(ways) if one["items"]]
    if ways["items"]:
        kinds.append({"url": _items_url(), "name": _("By agency"), "items": ways["items"]})
    return render(request, "public/home.html", {"ways": kinds, "events": _events(ways)})


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """
    The items that are meant by what was typed, the nearest first; or those of an agency, kind, theme or event of life, a page at a time;
    or all ways into them. Whoever asks with `part` gets what is found, without the page around it, as one types.
    """
    words, after = (request.GET.get(name, "")[:100].strip() for name in ("q", "after"))
    chosen = {name: request.GET.get(name, "")[:100].strip() for name in ("agency", "kind", "theme", "event")}
    among = catalogue.Among(**chosen)
    listing = bool(words) or among != catalogue.ANY
    if words:
        rows = catalogue.find(typed=words, login="public", among=among, limit=PAGE + 1)
    else:
        rows = catalogue.listed(among=among, after=after, limit=PAGE + 1) if listing else []
    more = len(rows) > PAGE
    context = {
        "words": words,
        "found": rows[:PAGE],
        "listing": listing,
        "more": more and bool(words),
        "pages": {
            "previous": _items_url(**chosen) if after else "",
            "next": _items_url(**chosen, after=rows[PAGE - 1]["code"]) if more and not words else "",
        },
    }
    if "part" in request.GET:
        around = {} if listing else _around(chosen, words)
        return render(request, "public/found.html", context | around | {"part": True})
    return render(request, "public/items.html", context | _around(chosen, words))


def _around(chosen: Mapping[str, str], words: str) -> dict[str, Any]:
    """What a list of items has around it: what it can be narrowed to, each with how many items, and what it is narrowed to."""
    ways = catalogue.ways()
    lists = {"kind": _kinds(ways), "theme": _themes(ways), "event": _events(ways), "agency": _agencies(ways)}
    for name, listed in lists.items():
        for one in listed:
            one["current"] = one["code"] == chosen[name]
    current = [one for listed in lists.values() for one in listed if one["current"]]
    return {
        "ways": lists,
        "themes": {side: [one for one in lists["theme"] if one["code"].startswith(side)] for side in "pe"},
        "title": " · ".join(str(one["name"]) for one in current),
        "within": [
            one | {"url": _items_url(**{**chosen, "theme": one["code"]}, q=words)}
            for one in lists["theme"]
            if not chosen["theme"] and one["code"][0] == {"person": "p", "organisation": "e"}.get(chosen["kind"])
        ],
    }


def _items_url(**asked: str) -> str:
    told = urlencode({name: value for name, value in asked.items() if value})
    return reverse("items") + (f"?{told}" if told else "")


def _kinds(ways: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"code": code, "url": _items_url(kind=code), "name": name, "items": ways["kinds"].get(code, 0)}
        for code, name in KINDS.items()
    ]


def _themes(ways: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"code": code, "url": _items_url(theme=code), "name": name[english()], "items": ways["themes"][code]}
        for code, name in THEMES.items()
        if code in ways["themes"]
    ]


def _events(ways: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [one | {"url": _items_url(event=one["code"]), "name": both(one, "name")} for one in ways["events"]]


def _agencies(ways: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The agencies by the name that is shown, those with the most items first."""
    named = [one | {"url": _items_url(agency=one["code"]), "name": both(one, "name")} for one in ways["agencies"]]
    return sorted(named, key=lambda one: (-one["items"], one["name"]))


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guide to an item. Refuses: missing item.unknown."""
    item = catalogue.guide(code=code)
    body = item["body"]
    materials = [one | instead_of(one) for one in body["materials"]]
    context = {
        "item": item_of(item) | {"statutory_set": bool(body["limits"]["statutory"])},
        "elements": elements_of(body.get("document") or {}),
        "brings": [one for one in materials if one["asked"]],
        "has": [one for one in materials if not one["asked"]],
        "limits": limits_of(body["limits"]),
        "faq": faq_of(body.get("document") or {}),
        "instant": bool(body.get("instant")),
        "costs": costs_of(body),
        "coming": coming_of(body),
        "centre": item["centre"] | {"open": opening_of(item["centre"])},
        "took": took_of(took(item=item["code"], login="public")),
    }
    return render(request, "public/guide.html", context)


def limits_of(limits: Mapping[str, Any]) -> dict[str, Any]:
    """When an application accepted today would have its answer, and why then."""
    days, today = calendar(login="public"), timezone.localdate()
    shown: dict[str, Any] = {"today": today, "provisional": False, "promise": period(limits["promise"])}
    for name in ("promise", "statutory"):
        if limits[name]:
            due = days.due(today, limits[name]["amount"], limits[name]["unit"])
            why = explain(due, start=limits[name].get("starts", "accepted"))
            shown |= {f"{name}_due": due.date, f"why_{name}_zh": why.zh, f"why_{name}_en": why.en}
            shown["provisional"] = shown["provisional"] or due.provisional
    return shown


def elements_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sixteen elements in their order, each in words and with the mark of where it comes from."""
    marked = document.get("elements", {})
    return [
        {"number": number, "name": name, "value": _words(code, marked[code]["value"]), "origin": marked[code]["mark"]}
        for number, (code, name) in enumerate(ELEMENTS, start=1)
        if code in marked
    ]


def faq_of(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """What is often asked about the item, with its answers."""
    asked = document.get("faq", {}).get("value", [])
    return [{"question": _text(one["question"]), "answer": _text(one["answer"])} for one in asked]


def _words(code: str, value: Any) -> str:
    return _WORDS.get(code, _text)(value)


def _text(value: Any) -> str:
    """A text in both languages, something with a name, or a list of such."""
    if isinstance(value, list):
        return "\n".join(_text(one) for one in value)
    if not isinstance(value, Mapping):
        return str(value)
    if "zh" in value:
        return str((value.get("en") if english() else "") or value["zh"])
    return _text(value.get("name") or value.get("text") or "")


def _limit(value: Any) -> str:
    return _text(value["none"]) if "none" in value else period(value)


def _codes(value: Any) -> str:
    names = {
        "catalogue": _("catalogue"),
        "implementation": _("implementation"),
        "handling": _("handling"),
    }
    return "\n".join(f"{value[name]} {word}" for name, word in names.items() if name in value)


def _objects(value: Any) -> str:
    return _(", ").join(str(OBJECTS.get(one, one)) for one in value)


def _papers(value: Any) -> str:
    return "\n".join(f"{one['value']['code']} {_text(one['value'])}" for one in value)


def _result(value: Any) -> str:
    years = value.get("valid_years")
    if years is None:
        return _text(value)
    valid = ngettext("valid %(years)d year", "valid %(years)d years", years) % {"years": years}
    return f"{_text(value)}{_(', ')}{valid}"


def _steps(value: Any) -> str:
    return " → ".join(_text(one) for one in value)


_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "item_code": _codes,
    "service_object": _objects,
    "materials": _papers,
    "procedure": _steps,
    "result": _result,
    "statutory_limit": _limit,
    "promise_limit": _limit,
}
