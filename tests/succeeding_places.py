"""For every operation of places and of changes of them, one request that succeeds; read together with those of all others."""

from datetime import timedelta
from uuid import UUID, uuid4

import town as towns
from program_world import Request, World
from succeeding import plain, success
from succeeding_revisions import READY as READY
from yimen.registry import changes, places


def closure(w: World) -> dict[str, str]:
    day = (towns.today() + timedelta(days=5)).isoformat()
    return {"place": str(w.town.centre), "day": day, "name_zh": "停电检修", "name_en": "Power works"}


def proposed(w: World, by: int) -> UUID:
    session = w.town.people["manager"][by].session
    return changes.propose(why="停电", said={"closures": [closure(w)]}, session=session, key=uuid4()).stream


def a_place() -> str:
    return str(places.listed(limit=1)[0]["code"])


plain("anonymous", "places_listed")
plain("anonymous", "places_places_of", code=lambda w: w.town.item)
plain("anonymous", "places_place", "places_items_of", code=lambda w: a_place())
plain("manager", "changing_mine", "changing_listed")
plain("manager", "changing_place", code=lambda w: w.town.centre)
plain("manager", "changing_read", change=lambda w: proposed(w, 0))


def step(w: World, change: UUID, **more: object) -> Request:
    return Request(w.town.someone("manager"), {"change": str(change)}, {"why": "理由", **more})


@success("manager", "changing_propose")
def _(w: World) -> Request:
    place = str(w.town.centre)
    week = {"days": [1, 2, 3], "opens": "09:00", "closes": "16:30"}
    body = {
        "why": "夏季安排",
        "closures": [closure(w)],
        "hours": [{"place": place, "phone": "0431-80000000", **week}],
        "windows": [{"place": place, "code": "A1", "name_zh": "一号窗", "name_en": "Window 1"}],
        "offers": [{"place": place, "item": w.town.item, "offered": True, **week}],
    }
    return Request(w.town.someone("manager"), body=body)


@success("manager", "changing_confirm")
def _(w: World) -> Request:
    change = proposed(w, 1)
    seen = changes.read(change=change, session=w.town.someone("manager").session).proposed
    return step(w, change, proposed=seen)


@success("manager", "changing_decline")
def _(w: World) -> Request:
    return step(w, proposed(w, 1))


@success("manager", "changing_withdraw")
def _(w: World) -> Request:
    return step(w, proposed(w, 0))
