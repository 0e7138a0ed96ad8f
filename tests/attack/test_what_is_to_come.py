"""What was published for a time to come is cancelled before it comes: by two people as it was published, and by nobody alone."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

import town as towns
from an_item import changed
from attack.test_revision_retries import rows_of
from attack.test_revision_retries import town_with_item as town_with_item
from attack.test_revisions import REVISE, Ask, code_of, now, published
from attack.test_revisions import town as town  # its editors and reviewers
from visiting import visitor
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import catalogue, revision


def to_come(town: towns.Town, days: int = 2, **what: Any) -> None:
    """Another version, or an end, is published for a time to come."""
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    told = what or {"items": [changed(rows_of(town), promise_amount="4")]}
    stream = revision.begin(why="以后", session=editor, key=uuid4(), **told).stream
    revision.submit(revision=stream, after=1, why="请审核", session=editor, key=uuid4())
    published(town, stream, reviewer, begins=now() + timedelta(days=days))


def cancelling(town: towns.Town, session: Session, **what: Any) -> UUID:
    stream = revision.begin(why="撤销", cancels=[code_of(town)], session=session, key=uuid4(), **what).stream
    revision.submit(revision=stream, after=1, why="请审核", session=session, key=uuid4())
    return stream


def test_a_version_to_come_is_cancelled_and_the_one_before_goes_on(town_with_item: towns.Town) -> None:
    town = town_with_item
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    to_come(town)
    stream = cancelling(town, editor)
    (cancelled,) = revision.read(revision=stream, session=reviewer).cancels
    assert (cancelled.base, bool(cancelled.begins)) == (2, True)
    published(town, stream, reviewer)
    with towns.later(town, days=3):
        assert catalogue.item(code=code_of(town))["version"] == 1
        told = [(one["version"], one["in_force"]) for one in catalogue.versions(code=code_of(town))]
        assert told == [(2, False), (1, True)]

        def again() -> Session:
            return town.someone("editor").session

        stream = revision.begin(
            why="再改", items=[changed(rows_of(town), hours="周末")], session=again(), key=uuid4()
        ).stream
        revision.submit(revision=stream, after=1, why="请审核", session=again(), key=uuid4())
        published(town, stream, town.someone("reviewer").session)
        found = catalogue.item(code=code_of(town))
        assert (found["version"], found["body"]["limits"]["promise"]["amount"]) == (3, 5)


def test_an_end_to_come_is_cancelled_and_the_item_goes_on(town_with_item: towns.Town) -> None:
    town = town_with_item
    to_come(town, ends=[code_of(town)])
    stream = cancelling(town, town.someone("editor").session)
    (cancelled,) = revision.read(revision=stream, session=town.someone("reviewer").session).cancels
    assert (cancelled.base, cancelled.begins) == (1, None)
    published(town, stream, town.someone("reviewer").session)
    with towns.later(town, days=3):
        assert catalogue.item(code=code_of(town))["version"] == 1


def test_what_began_or_is_not_to_come_cannot_be_cancelled(town_with_item: towns.Town) -> None:
    town = town_with_item
    with pytest.raises(Refusal, match=r"revision\.malformed"):
        cancelling(town, town.someone("editor").session)
    to_come(town)
    for base in (1, 3):
        with pytest.raises(Refusal, match=r"revision\.malformed"):
            cancelling(town, town.someone("editor").session, bases={code_of(town): base})
    stream = cancelling(town, town.someone("editor").session)
    with towns.later(town, days=3), pytest.raises(Refusal, match=r"revision\.moved_meanwhile"):
        published(town, stream, town.someone("reviewer").again())


def test_what_another_cancelled_already_is_not_cancelled_twice(town_with_item: towns.Town) -> None:
    town = town_with_item
    to_come(town)
    one, two = (cancelling(town, someone.session) for someone in town.people["editor"])
    published(town, one, town.someone("reviewer").session)
    assert revision.read(revision=two, session=town.someone("editor").session).moved == [code_of(town)]
    with pytest.raises(Refusal, match=r"revision\.moved_meanwhile"):
        published(town, two, town.someone("reviewer").session)


def test_nobody_cancels_alone_nor_for_another_agency(town_with_item: towns.Town, ask: Ask, refused: Any) -> None:
    town, other = town_with_item, towns.town(roles={"editor": 1})
    to_come(town)
    stream, editor = cancelling(town, town.someone("editor").session), town.someone("editor").session
    draft = revision.read(revision=stream, session=editor).draft
    told = json.dumps({"why": "x", "reviewed": draft})
    refused(
        "move.of_another_role", ask, "registry", REVISE, editor.secret, stream, 2, "revision.published", told, uuid4()
    )
    with pytest.raises(Refusal, match=r"revision\.malformed"):
        revision.begin(why="x", cancels=[code_of(town)], session=other.someone("editor").session, key=uuid4())
    assert catalogue.versions(code=code_of(town))[0]["ended_at"] is None


def test_on_pages_an_editor_sees_what_is_to_come_and_cancels_it(town_with_item: towns.Town) -> None:
    town = town_with_item
    editor, reviewer = visitor(town.someone("editor")), visitor(town.someone("reviewer"))
    address = f"/catalogue/items/{code_of(town)}/cancel/"
    assert editor.get(address).status_code == 404
    to_come(town)
    assert address in editor.get(f"/catalogue/?q={code_of(town)}").content.decode()
    page = editor.get(address)
    assert "Version 2 would begin at" in page.content.decode()
    begun = editor.post(address, {"key": uuid4(), "why": "撤销", "seen": page.context["seen"]})["Location"]
    submit = {"key": uuid4(), "after": 1, "do": "submit", "submit-why": "请审核"}
    assert editor.post(begun, submit).status_code == 302
    shown = reviewer.get(begun)
    assert "It is cancelled, and the version before it goes on." in shown.content.decode()
    publish = {
        "publish-why": "同意",
        "publish-when": "now",
        "publish-reviewed": shown.context["revision"].draft,
        "publish-sure": "on",
    }
    assert reviewer.post(begun, {"key": uuid4(), "after": 2, "do": "publish", **publish}).status_code == 302
    ((_, version, _),) = revision.rows_of(codes=[code_of(town)])
    assert version == 1
