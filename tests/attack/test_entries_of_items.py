"""What two registrars enter of items overwrites nothing that an editor and a reviewer published, and lacks no element of the city's profile."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

import testing_city
import town as towns
from an_item import an_item, changed
from attack.test_revision_retries import meanwhile
from attack.test_revision_retries import town_with_item as town_with_item
from attack.test_revisions import Ask, code_of
from attack.test_revisions import town as town  # its editors and reviewers
from yimen.pure.item_rules import Whole
from yimen.record.refusal import Refusal
from yimen.registry import catalogue, revision
from yimen.registry.item_body import body_of_rows


def row_of(town: towns.Town, ask: Ask, whole: Whole, version: int) -> dict[str, Any]:
    ((seal, centre),) = ask("registry", "select id::text, centre::text from registry_seal where code = %s", town.seal)
    code = whole.said("implementation_code")
    own = {
        "id": str(uuid4()),
        "code": code,
        "version": version,
        "agency": str(town.agency),
        "centre": centre,
        "seal": seal,
    }
    return own | {"body": body_of_rows(whole), "rows": whole.as_rows()}


def enter(**parts: Any) -> None:
    towns.enter(parts, *towns.founded(testing_city.current().database))


@pytest.mark.parametrize("version", [2, 3])
def test_an_entry_overwrites_nothing_that_a_revision_published(
    town_with_item: towns.Town, ask: Ask, version: int
) -> None:
    """A folder of the city that still has the item, in whichever version, changes nothing that two people reviewed."""
    town = town_with_item
    with pytest.raises(Refusal, match=r"item\.of_a_revision"):
        enter(items=[row_of(town, ask, an_item(town.agency_code, name="旧名"), version)])
    meanwhile(town, promise_amount="4")
    with pytest.raises(Refusal, match=r"item\.of_a_revision|entry\.malformed"):
        enter(items=[row_of(town, ask, an_item(town.agency_code, name="旧名"), version)])
    found = catalogue.item(code=code_of(town))
    assert (found["version"], found["body"]["name_zh"]) == (2, "示例许可")


def test_an_item_that_was_entered_is_changed_by_a_revision_and_from_then_on_by_no_entry(
    town: towns.Town, ask: Ask
) -> None:
    enter(items=[row_of(town, ask, an_item(town.agency_code), 1)])
    enter(items=[row_of(town, ask, an_item(town.agency_code, name="第二版"), 2)])
    meanwhile(town, promise_amount="4")
    with pytest.raises(Refusal, match=r"item\.of_a_revision"):
        enter(items=[row_of(town, ask, an_item(town.agency_code, name="第四版"), 4)])
    ((_, version, rows),) = revision.rows_of(codes=[code_of(town)])
    assert (version, rows.said("name"), rows.said("promise_amount")) == (3, "第二版", "4")


def element(code: str, *fields: str) -> dict[str, Any]:
    return {"code": code, "place": 1, "name_zh": "要素", "name_en": "Element", "fields": fields, "ended_at": None}


@pytest.fixture
def asking(clone: Callable[[], Any]) -> towns.Town:
    """A city that asks of every item what the reform does not ask."""
    clone()
    made = towns.town(roles={"editor": 1, "reviewer": 1})
    enter(elements=[element("note", "promise_note"), element("papers", "materials")])
    return made


def test_an_entry_lacks_no_element_that_every_item_must_say(asking: towns.Town, ask: Ask) -> None:
    whole = an_item(asking.agency_code)
    for lacking in (whole, replace(changed(whole, promise_note="见公告"), materials=[])):
        with pytest.raises(Refusal, match=r"revision\.incomplete"):
            enter(items=[row_of(asking, ask, lacking, 1)])
    bare = row_of(asking, ask, whole, 1) | {"rows": {}}
    with pytest.raises(Refusal, match=r"revision\.incomplete"):
        enter(items=[bare])
    enter(items=[row_of(asking, ask, changed(whole, promise_note="见公告"), 1)])
    assert catalogue.item(code=code_of(asking))["version"] == 1


def test_what_the_city_asks_of_every_item_is_asked_of_a_draft(asking: towns.Town) -> None:
    """It is told to the editor while she drafts, not only refused when a reviewer publishes."""
    session = asking.someone("editor").session
    stream = revision.begin(why="x", items=[an_item(asking.agency_code)], session=session, key=uuid4()).stream
    found = revision.read(revision=stream, session=session).findings
    assert [(one.rule, one.name) for one in found] == [("E", "promise_note")]
    with pytest.raises(Refusal, match=r"revision\.breaks_rules"):
        revision.submit(revision=stream, after=1, why="x", session=session, key=uuid4())


def test_post_is_offered_where_the_rows_say_so_whatever_the_version_before_did(town_with_item: towns.Town) -> None:
    town = town_with_item
    assert "post" in catalogue.item(code=code_of(town))["body"]["delivery"]
    meanwhile(town, express="0")
    assert catalogue.item(code=code_of(town))["body"]["delivery"] == ["electronic", "window"]
    meanwhile(town, express="1")
    assert catalogue.item(code=code_of(town))["body"]["delivery"] == ["electronic", "window", "post"]
