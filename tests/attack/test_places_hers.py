"""
What a manager does follows her place: that of her own post and what lies in it, and no other. docs/decisions/0026-places.md.

The attacker holds the registry's login and the session of a manager of a district, a sub-hall or a street, and sends raw SQL.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

import district
import town as towns

OPEN = "select record_draw_open(%s, %s, %s, %s, %s)"
COMING = "select record_draw_coming(%s, 7)"


@pytest.fixture(scope="module")
def city() -> district.City:
    return district.city()


def tomorrow() -> date:
    return towns.today() + timedelta(days=1)


def opened(ask: Any, who: towns.Someone, pool: UUID, day: date | None = None) -> None:
    ask("registry", OPEN, who.session.secret, pool, day or tomorrow(), b"h" * 32, uuid4())


def seen(ask: Any, who: towns.Someone, link: str = "registry") -> set[UUID]:
    return {UUID(one["pool"]) for one in ask(link, COMING, who.session.secret)[0][0]["pools"]}


@pytest.mark.parametrize("at", district.AT)
def test_no_manager_closes_the_roster_of_a_place_that_is_not_hers(
    at: str, city: district.City, ask: Any, refused: Callable[..., None]
) -> None:
    mine, other = city.districts
    hers = mine.pools if at == "hall" else {mine.at[at]}
    for pool in (city.pools | {city.agency}) - hers:
        refused("place.not_yours", opened, ask, mine.manager[at], pool)
    assert ask("oversight", "select 1 from record_draw_day where pool = any(%s)", list(other.pools)) == []


def test_a_manager_closes_those_of_her_place_and_all_that_lies_in_it(ask: Any) -> None:
    city = district.city()
    mine, other = city.districts
    for pool in mine.pools:
        opened(ask, mine.manager["hall"], pool)
    for at in ("sub", "street"):
        opened(ask, other.manager[at], other.at[at])
    for pool in (city.hall, city.agency, other.at["hall"]):
        opened(ask, city.managers[0], pool)
    days = ask("oversight", "select 1 from record_draw_day where pool = any(%s)", [*city.pools, city.agency])
    assert len(days) == len(city.pools) + 1


def test_what_is_not_hers_is_not_told_by_how_it_is_refused(
    city: district.City, ask: Any, refused: Callable[..., None]
) -> None:
    """No place at all, one whose day is open, one whose day is not: the same answer."""
    mine, other = city.districts
    opened(ask, city.managers[0], other.at["hall"], tomorrow() + timedelta(days=5))
    refused("place.not_yours", opened, ask, mine.manager["hall"], other.at["hall"], tomorrow() + timedelta(days=5))
    refused("place.not_yours", opened, ask, mine.manager["hall"], uuid4())


@pytest.mark.parametrize("at", district.AT)
def test_a_manager_sees_the_pools_of_her_places_alone(at: str, city: district.City, ask: Any) -> None:
    mine, _ = city.districts
    assert seen(ask, mine.manager[at]) == (mine.pools if at == "hall" else {mine.at[at]})


def test_a_manager_of_the_city_sees_all_of_it_and_a_supervisor_whatever_there_is(city: district.City, ask: Any) -> None:
    assert seen(ask, city.managers[0]) >= city.pools | {city.agency}
    far = district.city()
    assert not seen(ask, city.managers[0]) & far.pools
    assert seen(ask, city.supervisor, "oversight") >= city.pools | far.pools | {city.agency, far.agency}


def test_the_halves_are_shown_to_no_other_role(ask: Any, refused: Callable[..., None]) -> None:
    for registrar in towns.founded(towns.testing_city.current().database):
        refused("move.of_another_role", seen, ask, registrar)


def test_a_place_that_moves_to_another_district_takes_its_roster_with_it(
    ask: Any, refused: Callable[..., None]
) -> None:
    """Nothing is kept in a list of its own: the right is asked at the moment of the act."""
    city = district.city()
    mine, other = city.districts
    street = f"{mine.code}-001"
    row = {"code": street, "name_zh": "街", "name_en": "Street", "level": "township", "parent": other.code}
    towns.enter({"divisions": [row]}, *towns.founded(towns.testing_city.current().database))
    refused("place.not_yours", opened, ask, mine.manager["hall"], mine.at["street"])
    opened(ask, other.manager["hall"], mine.at["street"])


def test_a_post_that_ended_or_moved_takes_the_right_with_it(ask: Any, refused: Callable[..., None]) -> None:
    city = district.city()
    mine, _ = city.districts
    manager = mine.manager["hall"]
    secret = manager.session.secret
    post = {"id": str(manager.post), "person": str(manager.person), "role": "manager", "centre": str(mine.at["hall"])}
    ended = {"posts": [post | {"ended_at": "2026-01-01T00:00:00+00:00"}]}
    towns.enter(ended, *towns.founded(towns.testing_city.current().database))
    refused("post.ended", ask, "registry", OPEN, secret, mine.at["hall"], tomorrow(), b"h" * 32, uuid4())
    refused("post.ended", ask, "registry", COMING, secret)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select registry_propose(%s, '{\"duty\": []}', gen_random_uuid())", "move.of_another_role"),
        ("select * from registry_revisions(%s, '', 10)", "move.of_another_role"),
        ("select * from registry_revision_read(%s, gen_random_uuid())", "move.of_another_role"),
        ("select * from registry_changeable(%s, '', '', 10)", "move.of_another_role"),
        ("select * from registry_keeper(%s)", "move.of_another_role"),
        ("select * from registry_still_asked(%s, 10)", "move.of_another_role"),
        ("select record_append(gen_random_uuid(), 0, 'draw.opened', %s, '{}', gen_random_uuid())", "move.unknown"),
        (
            "select record_append(gen_random_uuid(), 1, 'entry.confirmed', %s, '{}', gen_random_uuid())",
            "move.of_another_role",
        ),
    ],
)
def test_what_is_not_a_managers_is_refused_to_every_manager(
    sql: str, code: str, city: district.City, ask: Any, refused: Callable[..., None]
) -> None:
    for who in (*city.managers, *city.districts[0].manager.values()):
        refused(code, ask, "registry", sql, who.session.secret)


def test_what_lies_in_a_place_is_the_same_to_all_who_ask(city: district.City, ask: Any) -> None:
    hall = city.districts[0]
    for link in ("public", "registry", "oversight"):
        assert {one for (one,) in ask(link, "select registry_within(%s)", hall.at["hall"])} == hall.pools
