"""Where an item is done: the centres, or from a street or coordinates the nearest of all, on a map and in a list."""

import re
from datetime import datetime, time
from math import hypot
from typing import Any
from uuid import uuid4

import pytest

import testing_city
import town as towns
from counted import statements
from town_item import ITEM
from visiting import visitor
from yimen.record import statement
from yimen.registry.calendar import calendar
from yimen.web import mapped, where

NORTH = 30.0  # where no other place of the tests is
WORDS = dict.fromkeys(("name_zh", "name_en"), "某处 Somewhere")


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    ten = datetime.combine(towns.today(), time(10))
    monkeypatch.setattr("yimen.web.where.timezone.localtime", lambda *_: ten)


def entered(**rows: list[dict[str, Any]]) -> None:
    towns.enter(rows, *towns.founded(testing_city.current().database))


def hall(level: str, division: str, **more: Any) -> dict[str, Any]:
    return towns.centre_row(uuid4()) | {"level": level, "division": division, "days": [*range(1, 8)], **more}


class World:
    """A district with a hall that offers an item, and streets of it at 1 to 30 kilometres to the north."""

    def __init__(self) -> None:
        self.town = towns.town()
        mark = f"{uuid4().int % 10**4:04}"
        district = f"76{mark}"
        streets = [f"{district}{n:03}" for n in range(1, 31)]
        entered(divisions=[{"code": district, "level": "county", "parent": "220100", **WORDS},
                           *({"code": one, "level": "township", "parent": district, **WORDS} for one in streets)])  # fmt: skip
        self.centre = hall("county", district, name_en="The district's hall", longitude=100.0, latitude=NORTH)
        self.streets = [
            hall("township", one, name_en=f"Street {n}", longitude=100.0, latitude=NORTH + n / 111.32)
            for n, one in enumerate(streets, 1)
        ]
        entered(centres=[self.centre, *self.streets])
        self.item = self.made()
        entered(offers=[{"item": self.item, "place": one["id"]} for one in (self.centre, *self.streets)])

    def made(self, *, reason: str = "") -> str:
        code = f"{self.town.agency_code}3{uuid4().int % 10**12:012}"
        said = [{"entered": "0" if reason else "1", "not_entered_reason": reason, "consult_phone": "0431-00000005"}]
        row = {"id": str(uuid4()), "code": code, "version": 1, "body": ITEM, "rows": {"items": said}}
        seal = statement.value(
            "public", "select id::text from registry_seal where agency = %s::uuid limit 1", [self.town.agency]
        )
        entered(items=[row | {"agency": str(self.town.agency), "centre": str(self.town.centre), "seal": seal}])
        return code

    def page(self, asked: str = "", *, language: str = "en") -> Any:
        return visitor(language=language).get(f"/guide/{self.item}/where/{asked}")


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def listed(page: Any) -> list[str]:
    return [str(one["code"]) for one in page.context["places"]]


def test_without_a_start_the_centres_are_shown_and_streets_are_not(world: World) -> None:
    page = world.page()
    assert listed(page) == [world.centre["code"]]
    text = page.content.decode()
    assert "31 places do it" in text
    assert "Open now, until 17:00" in text
    assert world.centre["phone"] in text
    assert "31 个地点可以办理" in world.page(language="zh-hans").content.decode()


def test_from_a_street_the_nearest_are_first_with_their_distance(world: World) -> None:
    page = world.page(f"?from={world.streets[4]['code']}")
    codes = [one["code"] for one in world.streets]
    assert listed(page)[0] == codes[4]
    assert set(listed(page)[1:3]) == {codes[3], codes[5]}
    assert len(listed(page)) == where.NEAREST
    away = [one["away"] for one in page.context["places"]]
    assert away == sorted(away)
    assert away[:3] == pytest.approx([0, 1, 1], abs=0.01)
    assert "1.0 km" in page.content.decode()


def test_twenty_are_shown_and_all_of_them_when_asked(world: World) -> None:
    start = f"?from={world.streets[4]['code']}"
    page = world.page(start)
    assert "Show all 31 places" in page.content.decode()
    everything = world.page(page.context["every"])
    assert len(listed(everything)) == 31
    assert "Show all" not in everything.content.decode()


def test_only_places_that_are_open_when_one_can_come(world: World) -> None:
    weekdays = [one | {"days": [1, 2, 3, 4, 5]} for one in (world.centre, *world.streets[:4], *world.streets[5:])]
    entered(centres=weekdays)
    page = world.page(f"?from={world.streets[0]['code']}&open=6")
    entered(centres=[world.centre, *world.streets])
    assert listed(page) == [world.streets[4]["code"]]
    assert "Only those that are open on Saturday" in page.content.decode()
    assert 'value="6" selected' in page.content.decode()
    entered(centres=weekdays)
    assert "No centre is open then" in world.page("?open=6").content.decode()
    entered(centres=[world.centre, *world.streets])
    assert len(listed(world.page(f"?from={world.streets[4]['code']}&open=now"))) == where.NEAREST
    assert listed(world.page("?open=8")) == [world.centre["code"]]


def test_where_nobody_knows_is_said(world: World) -> None:
    assert "We know no place of that name" in world.page("?from=none").content.decode()


def test_coordinates_of_the_browser_do_as_well_until_a_street_is_chosen(world: World) -> None:
    at = f"?lat={NORTH}&lon=100"
    for asked in (at, f"{at}&from=here&open=now"):
        page = world.page(asked)
        assert listed(page)[:3] == [world.centre["code"], world.streets[0]["code"], world.streets[1]["code"]]
        assert 'value="here" selected' in page.content.decode()
        assert '<input type="hidden" name="lat" value="30.00">' in page.content.decode()
    page = world.page(f"{at}&from={world.streets[9]['code']}")
    assert listed(page)[0] == page.context["chosen"] == world.streets[9]["code"]
    assert listed(world.page(f"{at}&from=")) == [world.centre["code"]]


@pytest.mark.parametrize("asked", ["?lat=x&lon=1", "?lat=nan&lon=1", "?lat=1e400&lon=1", "?lat=91&lon=0", "?lat=1", "?from=%00", "?from=none"])  # fmt: skip
def test_what_is_no_position_shows_the_centres(world: World, asked: str) -> None:
    assert listed(world.page(asked)) == [world.centre["code"]]


def test_the_map_has_the_places_of_the_list_under_their_numbers(world: World) -> None:
    page = world.page(f"?from={world.streets[0]['code']}")
    text = page.content.decode()
    drawing = text.split("<figure", 1)[1].split("</svg>", 1)[0]
    assert re.findall(r'href="#at-(\d+)"', drawing) == [str(n) for n in range(1, where.NEAREST + 1)]
    assert re.findall(r'<li class="y-places__one" id="at-(\d+)"', text) == [str(n) for n in range(1, where.NEAREST + 1)]
    assert "The red ring is where you are" in text
    for one in page.context["map"]["places"]:
        assert hypot(one["x"], one["y"]) < mapped.SIZE + 1
    assert "http" not in drawing
    assert "style=" not in drawing


def test_an_item_in_no_hall_says_why_and_one_that_is_none_is_not_found(world: World) -> None:
    code = world.made(reason="涉密场所")
    text = visitor().get(f"/guide/{code}/where/").content.decode()
    assert "涉密场所" in text
    assert "<svg viewBox" not in text
    nowhere = visitor().get(f"/guide/{world.made()}/where/").content.decode()
    assert "No hall offers it at present" in nowhere
    assert "0431-00000005" in nowhere
    assert visitor().get("/guide/nothing/where/").status_code == 404


def test_the_guide_leads_there(world: World) -> None:
    assert f'href="/guide/{world.item}/where/"' in visitor().get(f"/guide/{world.item}/").content.decode()


def test_many_places_take_the_statements_of_one(world: World) -> None:
    calendar(login="public")
    counts = []
    for asked in ("", f"?from={world.streets[0]['code']}"):
        with statements("public") as seen:
            world.page(asked)
        counts.append(len(seen))
    assert counts == [3, 3], "the item, the halls, and the places that offer it"


def test_the_browser_may_be_asked_where_it_is_by_our_own_pages_alone(world: World) -> None:
    assert "geolocation=(self)" in world.page()["Permissions-Policy"]
