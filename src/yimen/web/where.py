"""'Where can I do this': the places that offer an item, the nearest first, with a map and whether they are open."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import isfinite
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yimen.pure import ground
from yimen.registry import offers, places
from yimen.registry.calendar import calendar
from yimen.web.mapped import drawn, position
from yimen.web.opened import Times, opening_words

HERE: Final = "here"  # chosen, it is where the browser says that it is
NEAREST: Final = 20
EVERY: Final = 500
Halls = Sequence[Mapping[str, Any]]


@require_safe
def where(request: HttpRequest, code: str) -> HttpResponse:
    """
    The centres that offer an item; from a street, a district or coordinates, the nearest of all places; those that are open at a time that suits. Nothing is recorded.

    Refuses: missing item.unknown.
    """
    item, halls = offers.item(code=code), places.halls()
    asked = request.GET.get("from", HERE)[:100]
    chosen = asked if asked in {one["code"] for one in halls} else ""
    here = _here(request.GET) if asked == HERE else None
    start = here or next((position(one) for one in halls if one["code"] == chosen), None)
    rows = offers.of_item(code=code, district="all" if start else "", limit=EVERY)
    days, now = calendar(login="public"), timezone.localtime()
    times = Times(request.GET, days, now)
    suitable = _nearest([one for one in rows if times.suit(one)], start)
    most = len(suitable) if start is None or "all" in request.GET else NEAREST
    shown = [
        one | opening_words(one, days, now) | {"number": n, "away": away}
        for n, (away, one) in enumerate(suitable[:most], 1)
    ]
    kept = request.GET.copy()
    kept["all"] = "1"
    centres = [one for one in halls if one["level"] == "county"]
    context = {
        "item": item,
        "places": shown,
        "map": drawn(shown, districts=centres, start=start),
        "chosen": chosen,
        "unknown": "" if chosen or asked == HERE else asked,
        "times": times,
        "suitable": len(suitable),
        "every": f"?{kept.urlencode()}" if len(suitable) > most else "",
        "start": start is not None,
        "here": here and {"lon": here[0], "lat": here[1]},
        "groups": [list(group) for _district, group in groupby(halls, key=lambda one: one["district"])],
    }
    return render(request, "public/where.html", context)


def _here(asked: QueryDict) -> ground.Point | None:
    """Return the coordinates that the browser gave, if they are any."""
    try:
        here = float(asked.get("lon", "")), float(asked.get("lat", ""))
    except ValueError:
        return None
    sound = all(map(isfinite, here)) and abs(here[0]) <= 180 and abs(here[1]) <= 85
    return here if sound else None


def _nearest(rows: Halls, start: ground.Point | None) -> list[tuple[float | None, dict[str, Any]]]:
    """The places with the kilometres to them, the nearest first, those whose position is not known last; without a start all, as they come."""
    if start is None:
        return [(None, dict(one)) for one in rows]
    known = [(ground.distance(at, start), dict(one)) for one in rows if (at := position(one))]
    unknown = [(None, dict(one)) for one in rows if position(one) is None]
    return [*sorted(known, key=lambda one: one[0]), *unknown]
