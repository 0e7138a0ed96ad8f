"""Where to go, for anyone: places, what they offer, and at which an item is done."""

from collections.abc import Iterator
from typing import Any

import pytest

from asking import Asking
from counted import statements
from offering import World, entered

REASON = {"reason_zh": "装修", "reason_en": "Rebuilding"}


@pytest.fixture
def world() -> World:
    made = World()
    made.offer(level="county")
    made.offer(at="sub", phone="0431-00000009")
    made.offer(at="street", offered=False, **REASON)
    return made


def every(address: str, **asked: Any) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        page = Asking().get(address, **asked, **cursor).said
        yield from page["items"]
        if not page["next"]:
            return
        cursor = {"cursor": page["next"]}


def test_the_places_of_a_district_page_by_page(world: World) -> None:
    found = [one["code"] for one in every("/places", district=world.district, limit=1)]
    assert sorted(found) == sorted(world.places[name]["code"] for name in ("district", "sub", "street"))
    centres = {one["code"] for one in every("/places", limit=100)}
    assert {world.places["city"]["code"], world.places["district"]["code"]} <= centres
    assert world.places["street"]["code"] not in centres


def test_a_place_says_its_hours_and_what_it_offers(world: World) -> None:
    shown = Asking().get(f"/places/{world.places['sub']['code']}")
    assert shown.response["Cache-Control"] == "public, max-age=60"
    assert shown.said["hall"] == world.places["district"]["code"]
    assert (shown.said["days"], shown.said["opens"]) == ([1, 2, 3, 4, 5], "08:30:00")
    assert shown.said["offered"] == 1 <= shown.said["items"]
    assert shown.said["open_now"] or shown.said["open_next"]
    assert Asking().get("/places/none").code == "place.unknown"
    assert Asking().get("/places/none/items").code == "place.unknown"


def test_an_item_is_the_same_version_at_each_place_with_its_own_telephone(world: World) -> None:
    found = {one["code"]: one for one in every(f"/items/{world.item}/places", district="all", limit=1)}
    assert set(found) >= {world.places["district"]["code"], world.places["sub"]["code"]}
    assert world.places["street"]["code"] not in found
    assert {one["version"] for one in found.values()} == {1}
    sub = found[world.places["sub"]["code"]]
    assert (sub["own"], sub["phone"]) == (True, "0431-00000009")
    assert Asking().get("/items/none/places").code == "item.unknown"


def test_what_a_place_does_not_offer_says_why(world: World) -> None:
    (out,) = every(f"/places/{world.places['street']['code']}/items", offered="no", words=world.item)
    assert (out["offered"], out["reason_en"], out["levels"]) == (False, "Rebuilding", ["county"])
    assert list(every(f"/places/{world.places['street']['code']}/items", offered="yes", words=world.item)) == []


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/places", {"district": "'; --"}),
        ("/places", {"cursor": "bm9uZQ"}),
        ("/places", {"words": "\x00"}),
        ("/places", {"limit": 101}),
        ("/places/x/items", {"offered": "perhaps"}),
    ],
)
def test_what_is_asked_in_another_way_is_refused(address: str, asked: dict[str, Any]) -> None:
    assert Asking().get(address, **asked).status in (400, 422)


def test_lists_of_places_need_as_many_statements_however_many_there_are(world: World) -> None:
    def counts() -> list[int]:
        found = []
        for address in ("/places", f"/items/{world.item}/places", f"/places/{world.places['sub']['code']}/items"):
            with statements() as seen:
                Asking().get(address, limit=100)
            found.append(len(seen))
        return found

    counts()
    before = counts()
    for _ in range(5):
        other = World()
        entered(offers=[{"item": world.item, "place": other.places["city"]["id"]}])
    assert counts() == before
