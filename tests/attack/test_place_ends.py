"""A place ends when nothing is left of it; then nobody is sent there, and what was done there stays on record."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import town as towns
from offering import World, entered, place
from visiting import visitor
from yimen.gateways.preparation import SERVING
from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry import offers, places

ENDED = {"ended_at": "2026-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.offer(level="county")
    made.offer(level="township")
    return made


def end(row: dict[str, Any]) -> None:
    entered(centres=[row | ENDED])


def refused(row: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as no:
        end(row)
    assert no.value.code == "place.in_use"
    assert statement.value("public", "select ended_at from registry_centre where id = %s::uuid", [row["id"]]) is None


def test_who_has_an_item_people_cases_or_sub_halls_does_not_end(world: World) -> None:
    sql = "select to_jsonb(c) - 'under' - 'change' from registry_centre c where c.id = %s::uuid"
    with towns.testing_city_owner() as owner:
        ((hall,),) = owner.execute(sql, [world.town.centre]).fetchall()
    refused(hall)
    refused(world.places["district"])  # a sub-hall lies under it
    alone = place("township", world.street)
    post = {"id": str(uuid4()), "person": str(world.town.applicant.person), "role": "manager", "centre": alone["id"]}
    entered(centres=[alone], posts=[post])
    refused(alone)
    entered(posts=[post | ENDED])
    end(alone)


def test_nobody_is_sent_to_a_place_that_ended_and_its_page_says_so(world: World) -> None:
    street = place("township", world.street) | {"name_en": "Old hall"}
    entered(
        centres=[street],
        windows=[{"id": str(uuid4()), "centre": street["id"], "code": "1", "name_zh": "x", "name_en": "x"}],
    )

    def offering() -> set[str]:
        return {one["code"] for one in offers.of_item(code=world.item, district="all", limit=500)}

    def listed() -> set[str]:
        return {one["code"] for one in places.listed(district=world.district, limit=500)}

    assert street["code"] in offering() & listed() & {one["code"] for one in places.halls()}
    end(street)
    assert street["code"] not in offering() | listed() | {one["code"] for one in places.halls()}
    page = visitor().get(f"/places/{street['code']}/")
    assert page.status_code == 410
    assert "This place ended on 2026-01-01" in page.content.decode()
    told = visitor().get(f"/api/v1/places/{street['code']}").json()
    assert (told["ended_at"][:10], told["open_now"], told["offered"]) == ("2026-01-01", False, 0)
    assert visitor().get(f"/places/{street['code']}/items/").context["items"] == []
    entered(centres=[street])  # taken back: it is there as before
    assert street["code"] in offering() & listed()


@pytest.mark.parametrize("login", SERVING)
def test_no_login_ends_a_place_beside_the_two_hands(connect: Callable[[str], psycopg.Connection], login: str) -> None:
    with connect(login) as one, pytest.raises(psycopg.errors.InsufficientPrivilege):
        one.execute("update registry_centre set ended_at = now()")
