"""Which items a place offers: by the rule of its level or its own, with a reason where it does not; and never a version of its own."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from offering import World, entered, place
from yimen.cli.check import check
from yimen.record.refusal import Refusal
from yimen.registry import offers

Connect = Callable[[str], psycopg.Connection]
REASON = {"reason_zh": "装修", "reason_en": "Rebuilding"}
OWN = {"phone": "0431-00000009", "days": [1, 6], "opens": "09:00:00", "closes": "12:00:00"}


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
                connect(login).execute(sql)


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
