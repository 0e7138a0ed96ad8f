"""Places on record: what lies under what, when it is closed, and what a place answers for."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

import testing_city
import town as towns
from yimen.record import statement
from yimen.record.refusal import Refusal


def entered(**rows: list[dict[str, Any]]) -> None:
    towns.enter(rows, *towns.founded(testing_city.current().database))


def place(level: str, division: str, parent: UUID | str | None = None, **more: Any) -> dict[str, Any]:
    code = uuid4()
    sub = {"kind": "sub_hall", "parent": str(parent)} if parent else {"kind": "hall"}
    words = dict.fromkeys(("name_zh", "name_en", "address_zh", "address_en", "phone"), "x")
    hours = {"days": [1, 2, 3, 4, 5], "opens": "08:30", "closes": "16:30"}
    return {"id": str(code), "code": str(code), "level": level, "division": division} | words | hours | sub | more


def division(code: str, level: str, parent: str) -> dict[str, Any]:
    return {"code": code, "name_zh": "某", "name_en": "Some", "level": level, "parent": parent}


def within(centre: dict[str, Any]) -> set[str]:
    found = statement.rows("oversight", "select registry_within(%s::uuid)::text as id", [centre["id"]])
    return {one["id"] for one in found}


@pytest.fixture(scope="module")
def tree() -> dict[str, dict[str, Any]]:
    """Two districts of a city of its own, each with a hall, a sub-hall, and a hall in a street."""
    towns.founded(testing_city.current().database)
    entered(
        divisions=[
            division("990100", "city", "220100") | {"parent": None},
            division("990102", "county", "990100"),
            division("990103", "county", "990100"),
            division("990102001", "township", "990102"),
            division("990103001", "township", "990103"),
        ]
    )
    made = {"city": place("city", "990100")}
    for code in ("990102", "990103"):
        made[code] = place("county", code)
        made[f"{code} sub"] = place("county", code, made[code]["id"])
        made[f"{code} street"] = place("township", f"{code}001")
    entered(centres=list(made.values()))
    return made


def test_a_place_answers_for_its_subtree_and_for_no_other_district(tree: dict[str, dict[str, Any]]) -> None:
    ids = {name: one["id"] for name, one in tree.items()}
    assert within(tree["city"]) == set(ids.values())
    for code in ("990102", "990103"):
        assert within(tree[code]) == {ids[name] for name in ids if name.startswith(code)}
        assert within(tree[f"{code} street"]) == {ids[f"{code} street"]}
        assert within(tree[f"{code} sub"]) == {ids[f"{code} sub"]}
    assert within({"id": str(uuid4())}) == set()


def test_divisions_in_a_circle_do_not_keep_the_question_from_ending() -> None:
    entered(divisions=[division("980100", "county", "980200"), division("980200", "county", "980100")])
    here = place("county", "980100")
    entered(centres=[here])
    assert within(here) == {here["id"]}


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (lambda t: place("county", "990102", t["990102 sub"]["id"]), "hall_is_of_its_level"),
        (lambda t: place("county", "990102", t["990103"]["id"]), "hall_is_of_its_level"),
        (lambda t: place("county", "990102", t["city"]["id"]), "hall_is_of_its_level"),
        (lambda t: place("township", "990102", t["990102"]["id"]), "hall_is_of_its_level"),
        (lambda t: place("county", "990102", uuid4()), "hall_is_of_its_level"),
        (lambda t: place("county", "990102", kind="sub_hall"), "sub_hall_lies_under_a_hall"),
        (lambda t: place("county", "990102", t["990102"]["id"], kind="hall"), "sub_hall_lies_under_a_hall"),
        (lambda t: (me := str(uuid4())) and place("county", "990102", me, id=me), "hall_is_of_its_level"),
        (lambda t: t["990102"] | {"kind": "sub_hall", "parent": t["990102 sub"]["id"]}, "hall_is_of_its_level"),
        (lambda t: t["990102"] | {"division": "990103"}, "hall_is_of_its_level"),
        (lambda t: place("county", "990102", longitude=125.3), "position_is_whole"),
        (lambda t: place("county", "990102", longitude=181, latitude=0), "longitude"),
    ],
)
def test_what_lies_wrongly_is_refused_by_the_database(
    tree: dict[str, dict[str, Any]], wrong: Callable[[dict[str, dict[str, Any]]], dict[str, Any]], constraint: str
) -> None:
    with pytest.raises(Refusal) as no:
        entered(centres=[wrong(tree)])
    assert no.value.code == "entry.malformed"
    assert constraint in no.value.params["detail"]


def test_what_a_sub_hall_lies_under_is_derived_and_not_entered(tree: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(Refusal) as no:
        entered(centres=[place("county", "990102", under="hall")])
    assert no.value.params["detail"] == "unknown: centres.under"


def test_a_row_that_is_there_twice_is_refused_and_named(tree: dict[str, dict[str, Any]]) -> None:
    row = tree["990102"] | {"phone": "0431-00000007"}
    with pytest.raises(Refusal) as no:
        entered(centres=[row, row])
    assert no.value.code == "entry.malformed"


def test_of_which_revision_a_version_is_is_not_entered(tree: dict[str, dict[str, Any]]) -> None:
    with pytest.raises(Refusal) as no:
        entered(items=[{"id": str(uuid4()), "revision": str(uuid4())}])
    assert no.value.params["detail"] == "unknown: items.revision"


def test_a_closure_is_entered_by_two_hands_and_taken_back_by_two(tree: dict[str, dict[str, Any]]) -> None:
    row = {
        "centre": tree["990102"]["id"],
        "day": "2026-12-04",
        "name_zh": "检修",
        "name_en": "Repair",
        "ended_at": None,
    }
    for change in ({}, {"name_en": "Heating"}, {"ended_at": "2026-11-30T08:00:00+00:00"}):
        entered(closures=[row | change])
        kept = statement.document("public", "select to_jsonb(c) from registry_closure c where centre = %s::uuid", [row["centre"]])  # fmt: skip
        assert kept == row | change | {"change": None}
        row |= change
    with pytest.raises(Refusal, match=r"entry\.malformed"):
        entered(closures=[row | {"centre": str(uuid4())}])
