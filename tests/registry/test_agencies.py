"""An agency is renamed, merged into another, or ends: its items go with it, or keep it from ending; nothing is lost."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

import at_window
import town as towns
from an_item import an_item
from yimen.record.refusal import Refusal
from yimen.registry import catalogue, revision


def published(town: towns.Town, by: towns.Someone, **what: Any) -> None:
    stream = revision.begin(why="x", session=by.session, key=uuid4(), **what).stream
    revision.submit(revision=stream, after=1, why="x", session=by.session, key=uuid4())
    reviewer = town.someone("reviewer").session
    draft = revision.read(revision=stream, session=reviewer).draft
    revision.publish(revision=stream, after=2, why="x", reviewed=draft, session=reviewer, key=uuid4())


def enter(town: towns.Town, **agency: Any) -> None:
    row = {"id": str(town.agency), "code": town.agency_code, "name_zh": "示范局", "name_en": "Bureau"} | agency
    towns.enter({"agencies": [row]}, *towns.founded(towns.testing_city.current().database))


def people_leave(town: towns.Town, *, besides: towns.Someone) -> None:
    """Everybody of the agency leaves her post."""
    gone = [one for role in towns.AGENCY_ROLES for one in town.people[role] if one is not besides]
    at = {"agency": str(town.agency), "ended_at": "2026-01-01T00:00:00Z"}
    posts = [{"id": str(one.post), "person": str(one.person), "role": one.role, **at} for one in gone]
    towns.enter({"posts": posts}, *towns.founded(towns.testing_city.current().database))


@pytest.fixture
def town() -> towns.Town:
    made = towns.town(roles={"editor": 1, "reviewer": 1})
    published(made, made.someone("editor"), items=[an_item(made.agency_code)])
    return made


def code(town: towns.Town) -> str:
    return an_item(town.agency_code).said("implementation_code")


def test_a_new_name_is_told_with_every_item_and_changes_no_version(town: towns.Town) -> None:
    enter(town, name_zh="新名局", name_en="Renamed")
    found = catalogue.item(code=code(town))
    assert (found["agency_zh"], found["version"]) == ("新名局", 1)
    ((_, version, rows),) = revision.rows_of(codes=[code(town)])
    assert (version, rows.said("agency_name")) == (1, "新名局")


def test_an_agency_that_has_items_or_people_does_not_end(town: towns.Town) -> None:
    with pytest.raises(Refusal, match=r"agency\.in_use") as kept:
        enter(town, ended_at="2026-01-01T00:00:00Z")
    assert kept.value.params["agency"] == "示范局"
    assert catalogue.item(code=code(town))["version"] == 1


def test_items_go_to_another_agency_in_one_act_and_the_old_one_takes_no_more(town: towns.Town) -> None:
    """Codes carry the agency's, so the items are new under the other one, and the old ones end at the same moment."""
    other = towns.town()
    office = at_window.newcomer(town, "editor")  # of the centre, who may change any item
    moved = an_item(other.agency_code, name="示例许可（划入）")
    published(town, office, items=[moved], ends=[code(town), town.item])
    assert catalogue.item(code=moved.said("implementation_code"))["agency_code"] == other.agency_code
    with pytest.raises(Refusal, match=r"item\.unknown"):
        catalogue.item(code=code(town))

    people_leave(town, besides=office)
    enter(town, ended_at="2026-01-01T00:00:00Z")
    again = replace(moved, item={**moved.item, **an_item(town.agency_code, main="009").item})
    with pytest.raises(Refusal, match=r"agency\.ended|revision\.malformed"):
        published(town, office, items=[again])
