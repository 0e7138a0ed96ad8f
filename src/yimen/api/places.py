"""Where to go, for anyone, without a session: the places, what each offers, and at which places an item is done."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from yimen.api import asked, place_shapes
from yimen.api.answer import answer, page, read_cursor
from yimen.pure.opening import opening
from yimen.registry import offers, places
from yimen.registry.calendar import calendar

router = Router(tags=["places"])


@router.get("/places", response=place_shapes.Places)
def listed(
    request: HttpRequest,
    limit: asked.Limit = 50,
    cursor: asked.Cursor = None,
    district: place_shapes.District = None,
    words: place_shapes.PlaceWords = None,
) -> HttpResponse:
    """List the centres of the city and its districts, or all places of a district, with whether they are open now."""
    after = read_cursor(cursor, str) or ""
    rows = places.listed(district=district or "", typed=words or "", after=after, limit=limit)
    return answer(page(_opened(rows), limit=limit, place=["code"]), public_seconds=60)


@router.get("/places/{code}", response=place_shapes.Place)
def place(request: HttpRequest, code: place_shapes.PlaceCode) -> HttpResponse:
    """Show a place: hours, telephone, days on which it is closed, windows, sub-halls, and how many items it offers."""
    (found,) = _opened([places.place(code=code)])
    return answer({**found, **offers.counted(place=code)}, public_seconds=60)


@router.get("/places/{code}/items", response=place_shapes.PlaceItems)
def items_of(
    request: HttpRequest,
    code: place_shapes.PlaceCode,
    limit: asked.Limit = 50,
    cursor: asked.Cursor = None,
    offered: place_shapes.Offered = None,
    words: place_shapes.ItemWords = None,
) -> HttpResponse:
    """List the items in force with whether a place offers each, and if it does not, why or at which levels it is done."""
    places.place(code=code)
    after = read_cursor(cursor, str) or ""
    rows = offers.at_place(place=code, typed=words or "", offered=offered or "", after=after, limit=limit)
    return answer(page(rows, limit=limit, place=["code"]), public_seconds=60)


@router.get("/items/{code}/places", response=place_shapes.Offering)
def places_of(
    request: HttpRequest,
    code: asked.ItemCode,
    limit: asked.Limit = 50,
    cursor: asked.Cursor = None,
    district: place_shapes.District = None,
) -> HttpResponse:
    """List the centres, or all places of a district, that offer an item, with the version each applies: the same everywhere."""
    offers.item(code=code)
    after = read_cursor(cursor, str) or ""
    rows = offers.of_item(code=code, district=district or "", after=after, limit=limit)
    return answer(page(_opened(rows), limit=limit, place=["code"]), public_seconds=60)


def _opened(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add whether each is open now, and otherwise the day on which it is next."""
    days, now = calendar(login="public"), timezone.localtime()
    found = []
    for one in map(dict, rows):
        closed = places.closed_days(one)
        state = opening(hours=places.hours_of(one), kind_of=days.kind_of, closed=closed, now=now)
        ended = one.get("ended_at") is not None
        open_now, following = state.now and not ended, None if state.now or ended else state.next_day
        found.append(one | {"open_now": open_now, "open_next": following})
    return found
