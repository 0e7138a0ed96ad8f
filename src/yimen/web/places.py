"""Where to go: the places of the city by division, whether they are open, and the page of one place."""

from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.registry import places
from yimen.registry.calendar import calendar
from yimen.web.mapped import drawn
from yimen.web.opened import opening_words

PAGE: Final = 50


@require_safe
def list_places(request: HttpRequest) -> HttpResponse:
    """The centres of the city and its districts, or all places of a district, on a map; or those whose name or address has some words."""
    words, district, after = (request.GET.get(name, "")[:100].strip() for name in ("q", "district", "after"))
    among = district or ("all" if words else "")
    rows = places.listed(district=among, typed=words, after=after, limit=PAGE + 1)
    days, now = calendar(login="public"), timezone.localtime()
    shown = [one | opening_words(one, days, now) | {"number": n} for n, one in enumerate(rows[:PAGE], 1)]
    districts = places.districts()
    more = len(rows) > PAGE
    context = {
        "words": words,
        "district": district,
        "districts": districts,
        "map": drawn(shown, districts=districts),
        "groups": [list(group) for _district, group in groupby(shown, key=lambda one: one["district"])],
        "pages": {
            "previous": _url(q=words, district=district) if after else "",
            "next": _url(q=words, district=district, after=rows[PAGE - 1]["code"]) if more else "",
        },
    }
    return render(request, "public/places.html", context)


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One place: where it is, when it is open, its windows. Refuses: missing place.unknown."""
    found = places.place(code=code)
    shown = found | opening_words(found, calendar(login="public"), timezone.localtime())
    around = _url(district=found["district"] if found["level"] != "city" else "")
    return render(request, "public/place.html", {"place": shown, "around": around})


def _url(**asked: str) -> str:
    told = urlencode({name: value for name, value in asked.items() if value})
    return reverse("places") + (f"?{told}" if told else "")
