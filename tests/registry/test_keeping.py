"""What an agency still asks for although the government holds it: given by another item, not by the one that asks."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

import town as towns
from an_item import an_item
from yimen.registry import keeping, revision


@pytest.fixture
def town() -> towns.Town:
    return towns.town(roles={"editor": 1, "reviewer": 1})


def published(town: towns.Town, *items: Any) -> None:
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    stream = revision.begin(why="x", items=items, session=editor, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="x", session=editor, key=uuid4())
    draft = revision.read(revision=stream, session=reviewer).draft
    revision.publish(revision=stream, after=2, why="x", reviewed=draft, session=reviewer, key=uuid4())


def asked(town: towns.Town) -> list[tuple[str, str, str]]:
    found = keeping.still_asked(session=town.someone("editor").session)
    return [(one["code"], one["material"], one["given_code"]) for one in found]


def test_an_item_that_asks_for_what_it_gives_is_told_of_another_that_gives_it_too(town: towns.Town) -> None:
    """Who renews a licence hands in the old one: that is held by whoever gave it, not by the item that will give the next."""
    kind = f"licence_{town.agency_code[-9:].lower()}"
    renewal = an_item(town.agency_code, result_paper=kind)
    old = {**renewal.materials[0], "code": "M03", "name": "原证", "paper": kind, "order": "3"}
    renewal = replace(renewal, materials=[*renewal.materials, old])
    published(town, renewal)
    assert asked(town) == [], "nobody else gives it"
    first = an_item(town.agency_code, main="002", result_paper=kind)
    published(town, first)
    code, other = (one.said("implementation_code") for one in (renewal, first))
    assert asked(town) == [(code, "M03", other)]
