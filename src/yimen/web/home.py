"""The front page and the list of all items."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from yimen.pure import item_codes
from yimen.registry import catalogue
from yimen.web.shown import english
from yimen.web.tags import both
from yimen.web.words import period

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
        "found": [one | {"takes": _takes(one)} for one in rows[:PAGE]],
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


def _takes(one: Mapping[str, Any]) -> str:
    """How long an item takes, how often one must come, and whether it costs: at a glance."""
    visits = one["visits"]
    told = [period(one["promise"])]
    if visits is not None:
        told.append(
            ngettext("%(many)d visit", "%(many)d visits", visits) % {"many": visits} if visits else _("no visit")
        )
    told.append(_("with a fee") if one["charged"] else _("no fee"))
    return _(", ").join(told)


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
