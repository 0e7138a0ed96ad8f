"""The front page and the list of all items."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yimen.registry import catalogue
from yimen.web.tags import both

PAGE: Final = 50
KINDS: Final[Mapping[str, str | Promise]] = {
    "person": gettext_lazy("For yourself and your family"),
    "organisation": gettext_lazy("For companies and organisations"),
    "instant": gettext_lazy("Decided on the spot"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: a place to search, and the ways into the list of items."""
    found = catalogue.summary()
    ways = [{"url": _items_url(kind=kind), "name": name, "count": found[kind]} for kind, name in KINDS.items()]
    ways.append({"url": _items_url(), "name": _("By agency"), "count": found["items"]})
    return render(request, "public/home.html", {"ways": [one for one in ways if one["count"]]})


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """The items whose name has the words that were typed; or those of an agency or a kind, a page at a time; or all agencies."""
    words, agency, after = (request.GET.get(name, "")[:100].strip() for name in ("q", "agency", "after"))
    kind = request.GET.get("kind", "") if request.GET.get("kind") in KINDS else ""
    if words:
        rows = catalogue.find(typed=words, login="public", agency=agency, kind=kind, limit=PAGE + 1)
    elif agency or kind:
        rows = catalogue.listed(agency=agency, kind=kind, after=after, limit=PAGE + 1)
    else:
        rows = []
    more = len(rows) > PAGE
    following = _items_url(agency=agency, kind=kind, after=rows[PAGE - 1]["code"]) if more and not words else ""
    context = {
        "words": words,
        "kinds": [{"url": _items_url(kind=one), "name": name, "current": one == kind} for one, name in KINDS.items()],
        "title": _title(rows, agency, kind),
        "found": rows[:PAGE],
        "listing": bool(words or agency or kind),
        "more": more and bool(words),
        "pages": {"previous": _items_url(agency=agency, kind=kind) if after else "", "next": following},
        "agencies": _agencies() if not (words or agency or kind) else [],
    }
    return render(request, "public/items.html", context)


def _items_url(**asked: str) -> str:
    told = urlencode({name: value for name, value in asked.items() if value})
    return reverse("items") + (f"?{told}" if told else "")


def _title(rows: Sequence[Mapping[str, Any]], agency: str, kind: str) -> str:
    if agency:
        return both(rows[0], "agency") if rows else ""
    return str(KINDS[kind]) if kind else ""


def _agencies() -> list[dict[str, Any]]:
    """The agencies by the name that is shown, each with its number of items and where they are listed."""
    named = [one | {"url": _items_url(agency=one["code"]), "name": both(one, "name")} for one in catalogue.agencies()]
    return sorted(named, key=lambda one: (-one["items"], one["name"]))
