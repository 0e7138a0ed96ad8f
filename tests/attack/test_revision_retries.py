"""A step of a revision sent again with its key is answered as it was the first time, whatever has changed since; and no other answer is lost by it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import town as towns
from an_item import an_item, changed
from attack.test_revisions import code_of, drafted, published, submitted
from attack.test_revisions import town as town  # its editors and reviewers
from visiting import visitor
from yimen.pure.item_rules import Whole
from yimen.record.events import Recorded
from yimen.record.refusal import Refusal
from yimen.registry import revision
from yimen.registry.drafting import Wanted

Sent = Callable[[], Recorded]


def rows_of(town: towns.Town) -> Whole:
    ((_, _, rows),) = revision.rows_of(codes=[code_of(town)])
    return rows


@pytest.fixture
def town_with_item(town: towns.Town) -> towns.Town:
    published(town, submitted(town, town.someone("editor").session), town.someone("reviewer").session)
    return town


def meanwhile(town: towns.Town, **fields: str) -> None:
    """Another version of the item is published by others."""
    two, reviewer = town.people["editor"][1].session, town.people["reviewer"][1].session
    stream = revision.begin(why="别人改", items=[changed(rows_of(town), **fields)], session=two, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="请审核", session=two, key=uuid4())
    published(town, stream, reviewer)


def answered_again(first: Recorded, again: Recorded) -> None:
    assert (again.stream, again.number, again.hash, again.retried) == (first.stream, first.number, first.hash, True)


def test_a_draft_begun_again_is_the_same_draft_although_another_version_was_published(
    town_with_item: towns.Town,
) -> None:
    town, key = town_with_item, uuid4()
    item, session = changed(rows_of(town), hours="周末"), town.someone("editor").session
    first = revision.begin(why="改", items=[item], session=session, key=key)
    meanwhile(town, promise_amount="4")
    answered_again(first, revision.begin(why="改", items=[item], session=session, key=key))
    with pytest.raises((Refusal, psycopg.Error), match=r"key\.reused"):
        revision.begin(why="改", items=[changed(item, hours="周一")], session=session, key=key)


def test_a_draft_saved_again_is_saved_once_although_another_version_was_published(town_with_item: towns.Town) -> None:
    town, key, session = town_with_item, uuid4(), town_with_item.someone("editor").session
    stream = revision.begin(why="改", items=[rows_of(town)], session=session, key=uuid4()).stream
    wanted = Wanted(why="改", items=[changed(rows_of(town), hours="周末")])

    def save() -> Recorded:
        return revision.save(revision=stream, after=1, wanted=wanted, session=session, key=key)

    first = save()
    meanwhile(town, promise_amount="4")
    answered_again(first, save())
    assert revision.read(revision=stream, session=session).head == 2


def test_a_submission_sent_again_is_answered_although_the_item_moved(town_with_item: towns.Town) -> None:
    town, key, session = town_with_item, uuid4(), town_with_item.someone("editor").session
    changes = changed(rows_of(town), hours="周末")
    stream = revision.begin(why="改", items=[changes], session=session, key=uuid4()).stream

    def submit() -> Recorded:
        return revision.submit(revision=stream, after=1, why="请审核", session=session, key=key)

    first = submit()
    meanwhile(town, promise_amount="4")
    answered_again(first, submit())
    with pytest.raises(Refusal, match=r"case\.(wrong_state|moved_meanwhile)"):
        revision.submit(revision=stream, after=1, why="请审核", session=session, key=uuid4())


def test_a_publication_sent_again_is_answered_although_the_item_changed_again(town: towns.Town) -> None:
    key, reviewer = uuid4(), town.someone("reviewer").session
    stream = submitted(town, town.someone("editor").session)
    reviewed = revision.read(revision=stream, session=reviewer).draft

    def publish() -> Recorded:
        return revision.publish(revision=stream, after=2, why="同意", reviewed=reviewed, session=reviewer, key=key)

    first = publish()
    meanwhile(town, promise_amount="4")
    answered_again(first, publish())
    assert [version for _, version, _ in revision.rows_of(codes=[code_of(town)])] == [2]


def test_a_second_click_on_a_page_is_answered_as_the_first(town: towns.Town) -> None:
    """The page was sent and the answer lost: the same form again says that it is done, not that it cannot be done."""
    stream = drafted(town, town.someone("editor").session)
    editor, reviewer = visitor(town.someone("editor")), visitor(town.someone("reviewer"))
    address = f"/catalogue/revisions/{stream}/"

    def twice(client: Any, given: dict[str, Any]) -> list[str]:
        return [client.post(address, given)["Location"] for _ in range(2)]

    submit = {"key": uuid4(), "after": 1, "do": "submit", "submit-why": "请审核"}
    assert twice(editor, submit) == ["/catalogue/?done=revision_submit"] * 2
    draft = revision.read(revision=stream, session=town.someone("reviewer").session).draft
    publish = {"key": uuid4(), "after": 2, "do": "publish", "publish-why": "同意", "publish-when": "now", "publish-reviewed": draft, "publish-sure": "on"}  # fmt: skip
    assert twice(reviewer, publish) == ["/catalogue/?done=revision_publish"] * 2
    late = editor.post(address, {"key": uuid4(), "after": 1, "do": "submit", "submit-why": "x"})
    assert late.status_code == 409, "another click, which was not answered before"


def test_an_item_taken_out_twice_by_one_form_is_taken_out_once(town: towns.Town) -> None:
    session = town.someone("editor").session
    items = [an_item(town.agency_code), an_item(town.agency_code, main="002")]
    stream = revision.begin(why="两项", items=items, session=session, key=uuid4()).stream
    drop = {"key": uuid4(), "after": 1, "do": f"drop:{code_of(town)}"}
    client = visitor(town.someone("editor"))
    assert [client.post(f"/catalogue/revisions/{stream}/", drop).status_code for _ in range(2)] == [302, 302]
    found = revision.read(revision=stream, session=session)
    assert (found.head, [one.code for one in found.items]) == (2, [items[1].said("implementation_code")])


def test_nobody_else_is_answered_with_anothers_key(town: towns.Town) -> None:
    one, two = (someone.session for someone in town.people["editor"])
    key = uuid4()
    stream = revision.begin(why="改", items=[an_item(town.agency_code)], session=one, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="请审核", session=one, key=key)
    with pytest.raises(Refusal, match=r"key\.reused|case\.moved_meanwhile|case\.wrong_state"):
        revision.submit(revision=stream, after=1, why="请审核", session=two, key=key)


def test_what_an_editor_did_not_see_is_told_and_not_overwritten(town_with_item: towns.Town) -> None:
    """She read version 1; version 2 was published before she began: her draft follows version 1, and says that the item moved."""
    town, session = town_with_item, town_with_item.someone("editor").session
    seen = rows_of(town)
    meanwhile(town, promise_amount="4")
    stream = revision.begin(
        why="改", items=[changed(seen, hours="周末")], bases={code_of(town): 1}, session=session, key=uuid4()
    ).stream
    ending = revision.begin(
        why="取消", ends=[code_of(town)], bases={code_of(town): 1}, session=session, key=uuid4()
    ).stream
    for one in (stream, ending):
        assert revision.read(revision=one, session=session).moved == [code_of(town)]
        with pytest.raises(Refusal, match=r"revision\.moved_meanwhile"):
            revision.submit(revision=one, after=1, why="请审核", session=session, key=uuid4())
    again = Wanted(why="改", items=[changed(rows_of(town), hours="周末")], bases={code_of(town): 2})
    revision.save(revision=stream, after=1, wanted=again, session=session, key=uuid4())
    revision.submit(revision=stream, after=2, why="请审核", session=session, key=uuid4())


def test_an_end_of_what_changed_since_it_was_drafted_is_not_published(town_with_item: towns.Town) -> None:
    town, session = town_with_item, town_with_item.someone("editor").session
    ending = revision.begin(why="取消", ends=[code_of(town)], session=session, key=uuid4()).stream
    revision.submit(revision=ending, after=1, why="请审核", session=session, key=uuid4())
    meanwhile(town, promise_amount="4")
    with pytest.raises(Refusal, match=r"revision\.moved_meanwhile"):
        published(town, ending, town.someone("reviewer").session)
    assert [version for _, version, _ in revision.rows_of(codes=[code_of(town)])] == [2]


def test_an_end_on_a_page_is_of_the_version_that_was_seen(town_with_item: towns.Town) -> None:
    town = town_with_item
    editor, address = visitor(town.someone("editor")), f"/catalogue/items/{code_of(town)}/end/"
    seen = editor.get(address).context["seen"]
    meanwhile(town, promise_amount="4")
    begun = editor.post(address, {"key": uuid4(), "why": "取消", "seen": seen})["Location"]
    found = revision.read(revision=UUID(begun.split("/")[3]), session=town.someone("editor").session)
    assert (found.ends, found.moved) == ([code_of(town)], [code_of(town)])
