"""Which items a place offers: by the rule of its level or its own, with a reason where it does not; and never a version of its own."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner

import testing_city
import town as towns
from conftest import Connect
from town_item import ITEM
from yimen.cli.check import check
from yimen.record.refusal import Refusal
from yimen.registry import offers

REASON = {"reason_zh": "装修", "reason_en": "Rebuilding"}
OWN = {"phone": "0431-00000009", "days": [1, 6], "opens": "09:00:00", "closes": "12:00:00"}


class World:
    """A city of its own divisions: a hall, a district with a hall, a sub-hall and a street; and an item of a town that is in the halls."""

    def __init__(self) -> None:
        self.town = towns.town()
        mark = f"{uuid4().int % 10**4:04}"
        self.city, self.district, self.street = f"77{mark}", f"88{mark}", f"88{mark}001"
        self.places: dict[str, dict[str, Any]] = {
            "city": place("city", self.city),
            "district": place("county", self.district),
            "street": place("township", self.street),
        }
        self.places["sub"] = place("county", self.district, self.places["district"]["id"])
        named = {"name_zh": "某", "name_en": "Some"}
        entered(
            divisions=[
                {"code": self.city, "level": "city", "parent": None, **named},
                {"code": self.district, "level": "county", "parent": self.city, **named},
                {"code": self.street, "level": "township", "parent": self.district, **named},
            ],
            centres=[self.places[name] for name in ("city", "district", "street", "sub")],
        )
        self.item = self.made()

    def made(self, *, version: int = 1, item: str = "", in_halls: bool = True) -> str:
        code = item or f"{self.town.agency_code}3{uuid4().int % 10**12:012}"
        said = [{"entered": "1" if in_halls else "0", "not_entered_reason": "" if in_halls else "涉密"}]
        row = {"id": str(uuid4()), "code": code, "version": version, "body": ITEM, "rows": {"items": said}}
        seal = towns.statement.value(
            "public", "select id::text from registry_seal where agency = %s::uuid limit 1", [self.town.agency]
        )
        entered(items=[row | {"agency": str(self.town.agency), "centre": str(self.town.centre), "seal": seal}])
        return code

    def offer(self, **row: Any) -> None:
        name = row.pop("at", None)
        entered(offers=[{"item": self.item, **({"place": self.places[name]["id"]} if name else {}), **row}])

    def offering(self) -> dict[str, dict[str, Any]]:
        codes = {one["code"]: name for name, one in self.places.items()}
        listed = offers.of_item(code=self.item, district="all", limit=500)
        return {codes[one["code"]]: one for one in listed if one["code"] in codes}

    def at(self, name: str) -> dict[str, Any]:
        found = offers.at_place(place=self.places[name]["code"], typed=self.item)
        return dict(found[0])


def entered(**rows: list[dict[str, Any]]) -> None:
    towns.enter(rows, *towns.founded(testing_city.current().database))


def place(level: str, division: str, parent: str | None = None) -> dict[str, Any]:
    code = uuid4()
    sub = {"kind": "sub_hall", "parent": parent} if parent else {"kind": "hall"}
    words = dict.fromkeys(("name_zh", "name_en", "address_zh", "address_en"), "x") | {"phone": "0431-00000001"}
    hours = {"days": [1, 2, 3, 4, 5], "opens": "08:30", "closes": "16:30"}
    return {"id": str(code), "code": str(code), "level": level, "division": division} | words | hours | sub


@pytest.fixture
def world() -> World:
    return World()


def test_a_level_offers_in_its_halls_and_in_no_sub_hall(world: World) -> None:
    assert world.offering() == {}
    world.offer(level="county")
    assert set(world.offering()) == {"district"}
    world.offer(level="township")
    assert set(world.offering()) == {"district", "street"}


def test_a_hall_that_is_built_later_offers_what_its_level_does(world: World) -> None:
    world.offer(level="county")
    world.places["later"] = place("county", world.district)
    entered(centres=[world.places["later"]])
    assert set(world.offering()) == {"district", "later"}


def test_what_is_said_of_a_place_goes_before_its_level(world: World) -> None:
    world.offer(level="county")
    world.offer(at="district", offered=False, **REASON)
    world.offer(at="sub")
    assert set(world.offering()) == {"sub"}
    here = world.at("district")
    assert (here["offered"], here["reason_zh"], here["reason_en"]) == (False, "装修", "Rebuilding")
    world.offer(at="district", offered=False, **REASON, ended_at="2026-01-01T00:00:00+00:00")
    assert set(world.offering()) == {"sub", "district"}


def test_where_it_is_not_offered_says_which_halls_do(world: World) -> None:
    world.offer(level="county")
    assert world.at("street")["levels"] == ["county"]
    assert world.at("street")["offered"] is False


def test_an_item_that_is_in_no_hall_is_offered_nowhere_and_says_why(world: World) -> None:
    world.offer(level="county")
    world.made(version=2, item=world.item, in_halls=False)
    assert world.offering() == {}
    assert (world.at("district")["entered"], world.at("district")["reason_zh"]) == (False, "涉密")
    assert offers.item(code=world.item)["places"] == 0


def test_every_place_has_the_version_in_force_and_only_its_own_telephone_and_hours(world: World) -> None:
    for level in ("city", "county", "township"):
        world.offer(level=level)
    world.offer(at="sub")
    world.offer(at="street", **OWN)
    world.made(version=2, item=world.item)
    found = world.offering()
    assert set(found) == set(world.places)
    assert {one["version"] for one in found.values()} == {2}
    assert {name for name, one in found.items() if one["own"]} == {"street"}
    assert (found["street"]["phone"], found["street"]["days"]) == (OWN["phone"], OWN["days"])
    assert (found["city"]["phone"], found["city"]["days"]) == ("0431-00000001", [1, 2, 3, 4, 5])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"level": "county", "version": 2}, "unknown: offers.version"),
        ({"level": "county", "item_id": "x"}, "unknown: offers.item_id"),
        ({"level": "county", "phone": "0431-00000009"}, "only_an_offer_of_a_place_has_its_own"),
        ({"level": "county", "offered": False, **REASON}, "a_level_only_offers"),
        ({"at": "street", "offered": False}, "what_is_not_offered_says_why"),
        ({"at": "street", "offered": False, "reason_zh": "装修"}, "what_is_not_offered_says_why"),
        ({"at": "street", **REASON}, "what_is_not_offered_says_why"),
        ({"at": "street", "offered": False, **REASON, **OWN}, "only_an_offer_of_a_place_has_its_own"),
        ({"at": "street", "days": [1]}, "hours_are_whole"),
        ({"at": "street", **OWN, "closes": "08:00"}, "hours_are_whole"),
        ({"at": "street", **OWN, "days": [8]}, "registry_offer_days_check"),
        ({"at": "street", **OWN, "days": []}, "registry_offer_days_check"),
        ({"at": "street", "level": "county"}, "offer_is_of_one_of_them"),
        ({}, "offer_is_of_one_of_them"),
        ({"level": "village"}, "registry_offer_level_check"),
        ({"level": "county", "item": "99"}, "no such item: 99"),
    ],
)
def test_what_no_place_can_offer_is_refused_by_the_database(world: World, wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(Refusal) as no:
        world.offer(**wrong)
    assert no.value.code == "entry.malformed"
    assert why in no.value.params["detail"]


def test_no_login_writes_an_offer(connect: Connect) -> None:
    for login in ("door", "public", "counter", "decide", "custody", "registry", "oversight", "worker", "keeper"):
        for sql in (
            "insert into registry_offer (item, level) values ('x', 'city')",
            "update registry_offer set phone = 'x'",
            "delete from registry_offer",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connect(login).execute(sql)  # type: ignore[call-overload]  # one of three literals


def test_two_versions_of_an_item_at_one_time_cannot_be_stored_even_by_the_owner(world: World, connect: Connect) -> None:
    sql = (
        "insert into registry_item (id, code, version, agency, centre, seal, body, published_at, ended_at)"
        " select gen_random_uuid(), code, 2, agency, centre, seal, body, published_at, published_at + interval '1 day' from registry_item where code = %s"
    )
    with pytest.raises(psycopg.errors.ExclusionViolation, match="one_version_at_a_time"):
        connect("owner").execute(sql, [world.item])


def test_the_check_shows_what_would_differ_and_where(clone: Any, connect: Connect) -> None:
    clone()
    world = World()
    world.offer(level="county")
    assert CliRunner().invoke(check, ["--only", "items.one_standard"]).exit_code == 0
    with connect("owner") as owner:
        owner.execute("alter table registry_item drop constraint one_version_at_a_time")
        owner.execute(
            "insert into registry_item (id, code, version, agency, centre, seal, body, published_at, ended_at)"
            " select gen_random_uuid(), code, 2, agency, centre, seal, body, published_at, published_at + interval '1 day' from registry_item where code = %s",
            [world.item],
        )
    told = CliRunner().invoke(check, ["--only", "items.one_standard"])
    assert told.exit_code != 0
    assert (
        f"item {world.item}: versions 1 and 2 are in force at one time, at {world.places['district']['code']}"
        in told.output
    )
