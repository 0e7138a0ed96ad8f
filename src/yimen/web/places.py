"""Where to go: the places of the city by division, whether they are open, and the page of one place."""

from collections.abc import Mapping
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yimen.registry import offers, places
from yimen.registry.calendar import calendar
from yimen.web.mapped import drawn
from yimen.web.opened import Times, opening_words

PAGE: Final = 50
EVERY: Final = 400
LEVELS: Final[Mapping[str, str | Promise]] = {
    "city": gettext_lazy("the city's hall"),
    "county": gettext_lazy("halls of districts and counties"),
    "township": gettext_lazy("halls of streets and towns"),
}


@require_safe
def list_places(request: HttpRequest) -> HttpResponse:
    """The centres of the city and its districts, or all places of a district, on a map; or those whose name or address has some words; those that are open at a time that suits."""
    words, district, after = (request.GET.get(name, "")[:100].strip() for name in ("q", "district", "after"))
    days, now = calendar(login="public"), timezone.localtime()
    times, districts = Times(request.GET, days, now), places.districts()
    unknown = "" if district in ("", *(one["code"] for one in districts)) else district
    district = "" if unknown else district
    among = district or ("all" if words else "")
    most = EVERY if times.chosen else PAGE  # those that are open then are few, and told by their hours alone
    rows = places.listed(district=among, typed=words, after=after, limit=most + 1)
    suitable = [one for one in rows[:most] if times.suit(one)]
    shown = [one | opening_words(one, days, now) | {"number": n} for n, one in enumerate(suitable, 1)]
    more = len(rows) > most
    context = {
        "words": words,
        "district": district,
        "unknown": unknown,
        "times": times,
        "districts": districts,
        "map": drawn(shown, districts=districts),
        "groups": [list(group) for _district, group in groupby(shown, key=lambda one: one["district"])],
        "pages": {
            "previous": _url(q=words, district=district, open=times.chosen) if after else "",
            "next": _url(q=words, district=district, open=times.chosen, after=rows[most - 1]["code"]) if more else "",
        },
    }
    return render(request, "public/places.html", context)


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One place: where it is, when it is open, its windows; of one that ended, since when. Refuses: missing place.unknown."""
    found = places.place(code=code)
    if found["ended_at"]:
        return render(request, "public/place_ended.html", {"place": found, "around": reverse("places")}, status=410)
    shown = found | opening_words(found, calendar(login="public"), timezone.localtime())
    around = _url(district=found["district"] if found["level"] != "city" else "")
    context = {"place": shown, "around": around, "count": offers.counted(place=found["code"])}
    return render(request, "public/place.html", context)


@require_safe
def place_items(request: HttpRequest, code: str) -> HttpResponse:
    """The items that a place offers, or those that it does not and why, by words of their name. Refuses: missing place.unknown."""
    words, after = (request.GET.get(name, "")[:100].strip() for name in ("q", "after"))
    left_out = "no" in request.GET.getlist("offered")
    found = places.place(code=code)
    rows = offers.at_place(place=code, typed=words, offered="no" if left_out else "yes", after=after, limit=PAGE + 1)
    asked = {"q": words, "offered": "no" if left_out else ""}
    more = len(rows) > PAGE
    context = {
        "place": found,
        "count": offers.counted(place=code),
        "words": words,
        "left_out": left_out,
        "items": [one | {"levels": [LEVELS[level] for level in one["levels"] or []]} for one in rows[:PAGE]],
        "pages": {
            "previous": _query(**asked) if after else "",
            "next": _query(**asked, after=rows[PAGE - 1]["code"]) if more else "",
        },
    }
    return render(request, "public/place_items.html", context)


def _query(**asked: str) -> str:
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def _url(**asked: str) -> str:
    told = urlencode({name: value for name, value in asked.items() if value})
    return reverse("places") + (f"?{told}" if told else "")
