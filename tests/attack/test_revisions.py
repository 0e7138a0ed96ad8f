"""Items change by two hands: who edits never publishes, nothing is published but what was reviewed, and all of it or nothing."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import town as towns
from an_item import an_item, changed
from attack.conftest import NOT_GRANTED
from attack.test_hats import with_second_post
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.record.sessions import open_session
from yimen.registry import catalogue, revision
from yimen.registry.drafting import Wanted

REVISE = "select stream, number, state from registry_revise(%s, %s::uuid, %s, %s, %s, %s::uuid)"
Ask = Callable[..., Any]


@pytest.fixture
def town() -> towns.Town:
    return towns.town(roles={"editor": 2, "reviewer": 2})


def drafted(town: towns.Town, session: Session, **fields: str) -> UUID:
    whole = an_item(town.agency_code, **fields)
    return revision.begin(why="首次编制", items=[whole], session=session, key=uuid4()).stream


def submitted(town: towns.Town, session: Session, **fields: str) -> UUID:
    stream = drafted(town, session, **fields)
    revision.submit(revision=stream, after=1, why="请审核", session=session, key=uuid4())
    return stream


def published(town: towns.Town, stream: UUID, reviewer: Session, **more: Any) -> str:
    found = revision.read(revision=stream, session=reviewer)
    values = {"why": "同意", "reviewed": found.draft, **more}
    return revision.publish(revision=stream, after=found.head, session=reviewer, key=uuid4(), **values).state


def now() -> datetime:
    return datetime.now(UTC)


def code_of(town: towns.Town) -> str:
    return an_item(town.agency_code).said("implementation_code")


def test_an_item_goes_from_draft_to_published_by_two_people(town: towns.Town) -> None:
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    stream = submitted(town, editor)
    with pytest.raises(Refusal, match=r"item\.unknown"):
        catalogue.item(code=code_of(town))
    assert published(town, stream, reviewer) == "published"
    found = catalogue.item(code=code_of(town))
    assert (found["version"], found["body"]["limits"]["promise"]["amount"]) == (1, 5)

    (_, version, rows), *_ = revision.rows_of(codes=[code_of(town)])
    again = revision.begin(
        why="缩短承诺", items=[changed(rows, promise_amount="3", certifying_amount="0")], session=editor, key=uuid4()
    )
    revision.submit(revision=again.stream, after=1, why="请审核", session=editor, key=uuid4())
    published(town, again.stream, reviewer)
    found = catalogue.item(code=code_of(town))
    assert (version, found["version"], found["body"]["limits"]["promise"]["amount"]) == (1, 2, 3)
    over = revision.read(revision=again.stream, session=editor)
    assert over.moved == []
    assert [(one.kind, one.why) for one in over.steps] == [
        ("revision.opened", "缩短承诺"),
        ("revision.submitted", "请审核"),
        ("revision.published", "同意"),
    ]


def test_who_edited_it_never_publishes_it(town: towns.Town, ask: Ask, refused: Any) -> None:
    """A second post, or a second session, of the same human being makes no second hand."""
    editor = town.someone("editor")
    two = with_second_post(town, editor, "reviewer")
    both = open_session(username=two.username, post=two.post).session
    stream = submitted(town, editor.session)
    found = revision.read(revision=stream, session=both)
    told = json.dumps({"why": "同意", "reviewed": found.draft})
    refused("hat.second", ask, "registry", REVISE, both.secret, stream, 2, "revision.published", told, uuid4())
    refused(
        "move.of_another_role",
        ask,
        "registry",
        REVISE,
        editor.again().secret,
        stream,
        2,
        "revision.published",
        told,
        uuid4(),
    )
    assert revision.read(revision=stream, session=editor.session).state == "submitted"


@pytest.mark.parametrize("link", ["public", "counter", "decide", "custody", "oversight", "worker", "door", "keeper"])
def test_no_other_link_touches_the_catalogue(town: towns.Town, ask: Ask, refused: Any, link: str) -> None:
    secret = town.someone("editor").session.secret
    refused(NOT_GRANTED, ask, link, REVISE, secret, None, 0, "revision.opened", "{}", uuid4())
    for sql in ("update registry_item set ended_at = now()", "insert into registry_revision values (gen_random_uuid(), 1, 'revision.opened', null, '{}')",
                "update registry_spelling set pinyin = ''"):  # fmt: skip
        refused(NOT_GRANTED, ask, link, sql)


def test_the_registrys_own_login_writes_no_version(ask: Ask, refused: Any) -> None:
    for sql in ("update registry_item set ended_at = now()", "delete from registry_item", "update registry_revision set body = '{}'",
                "insert into registry_item (id, code, version) values (gen_random_uuid(), 'x', 1)"):  # fmt: skip
        refused(NOT_GRANTED, ask, "registry", sql)


def test_what_was_not_reviewed_is_not_published(town: towns.Town, ask: Ask, refused: Any) -> None:
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    stream = drafted(town, editor)
    seen = revision.read(revision=stream, session=reviewer).draft
    revision.save(
        revision=stream,
        after=1,
        wanted=Wanted(why="改名", items=[an_item(town.agency_code, name="另一名称")]),
        session=editor,
        key=uuid4(),
    )
    revision.submit(revision=stream, after=2, why="请审核", session=editor, key=uuid4())
    told = json.dumps({"why": "同意", "reviewed": seen})
    refused(
        "entry.other_content", ask, "registry", REVISE, reviewer.secret, stream, 3, "revision.published", told, uuid4()
    )


def test_a_body_that_does_not_follow_from_its_rows_is_not_published(town: towns.Town, ask: Ask) -> None:
    """Cases read the body, people the rows: an editor with raw SQL cannot have a reviewer publish a body she never read."""
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    stream = drafted(town, editor)
    body = json.loads(ask("registry", "select body from registry_revision_read(%s, %s)", editor.secret, stream)[0][0])
    body["items"][0]["body"]["limits"]["promise"]["amount"] = 99
    ask("registry", REVISE, editor.secret, stream, 1, "revision.saved", json.dumps(body), uuid4())
    revision.submit(revision=stream, after=2, why="请审核", session=editor, key=uuid4())
    with pytest.raises(Refusal, match=r"revision\.differs"):
        published(town, stream, reviewer)


def test_an_item_that_breaks_a_rule_is_neither_submitted_nor_published(town: towns.Town) -> None:
    editor = town.someone("editor").session
    stream = drafted(town, editor, consult_phone="0431-00000001", complaint_phone="0431-00000001")
    with pytest.raises(Refusal, match=r"revision\.breaks_rules") as broken:
        revision.submit(revision=stream, after=1, why="请审核", session=editor, key=uuid4())
    assert (broken.value.params["rule"], broken.value.params["field"]) == ("R7", "complaint_phone")


def test_an_editor_changes_the_items_of_her_own_agency_alone(town: towns.Town) -> None:
    other = towns.town(roles={"editor": 1, "reviewer": 1})
    with pytest.raises(Refusal, match=r"revision\.malformed"):
        revision.begin(why="x", items=[an_item(other.agency_code)], session=town.someone("editor").session, key=uuid4())
    stream = drafted(town, town.someone("editor").session)
    stranger = other.someone("editor").session
    for step in (revision.submit, revision.withdraw):
        with pytest.raises(Refusal, match=r"stream\.missing|revision\.of_another_agency"):
            step(revision=stream, after=1, why="x", session=stranger, key=uuid4())
    assert revision.listed(session=stranger) == []


def test_a_reviewer_publishes_for_the_places_that_hers_answers_for(town: towns.Town, ask: Ask, refused: Any) -> None:
    """A district's reviewer has no say in what is published for the city."""
    district, post, someone = uuid4(), uuid4(), town.someone("clerk")
    division = uuid4().hex[:12]
    under = {
        "code": division,
        "name_zh": "区",
        "name_en": "District",
        "level": "county",
        "parent": towns.centre_row(town.centre)["division"],
    }
    centre = towns.centre_row(district) | {"division": division, "level": "county"}
    reviews = {"id": str(post), "person": str(someone.person), "role": "reviewer", "centre": str(district)}
    towns.enter(
        {"divisions": [under], "centres": [centre], "posts": [reviews]},
        *towns.founded(towns.testing_city.current().database),
    )
    reviewer = open_session(username=someone.username, post=post).session
    stream = submitted(town, town.someone("editor").session)
    with pytest.raises(Refusal, match=r"stream\.missing"):
        published(town, stream, reviewer)
    assert revision.listed(session=reviewer, state="submitted") == []
    told = json.dumps(
        {"why": "同意", "reviewed": revision.read(revision=stream, session=town.someone("reviewer").session).draft}
    )
    refused(
        "revision.of_another_place",
        ask,
        "registry",
        REVISE,
        reviewer.secret,
        stream,
        2,
        "revision.published",
        told,
        uuid4(),
    )


def test_two_editors_at_once_and_the_second_sees_what_changed(town: towns.Town) -> None:
    one, two = (someone.session for someone in town.people["editor"])
    reviewer = town.someone("reviewer").session
    stream = drafted(town, one)
    revision.save(
        revision=stream, after=1, wanted=Wanted(why="一", items=[an_item(town.agency_code)]), session=one, key=uuid4()
    )
    with pytest.raises(Refusal, match=r"case\.moved_meanwhile"):
        revision.save(
            revision=stream,
            after=1,
            wanted=Wanted(why="二", items=[an_item(town.agency_code)]),
            session=two,
            key=uuid4(),
        )

    mine = drafted(town, two, name="另一名称")
    revision.submit(revision=stream, after=2, why="请审核", session=one, key=uuid4())
    published(town, stream, reviewer)
    with pytest.raises(Refusal, match=r"revision\.moved_meanwhile"):
        revision.submit(revision=mine, after=1, why="请审核", session=two, key=uuid4())
    assert revision.read(revision=mine, session=two).moved == [code_of(town)]


def test_publishing_is_all_or_nothing(town: towns.Town) -> None:
    """Of two items one was published by somebody else meanwhile: the other is not published either."""
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    both = [an_item(town.agency_code), an_item(town.agency_code, main="002")]
    stream = revision.begin(why="两项", items=both, session=editor, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="请审核", session=editor, key=uuid4())
    published(town, submitted(town, editor), reviewer)
    with pytest.raises(Refusal, match=r"revision\.moved_meanwhile"):
        published(town, stream, reviewer)
    with pytest.raises(Refusal, match=r"item\.unknown"):
        catalogue.item(code=both[1].said("implementation_code"))


def test_a_version_begins_at_its_time_and_an_item_ends_at_its_time(town: towns.Town) -> None:
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    published(town, submitted(town, editor), reviewer)
    (_, _, rows), *_ = revision.rows_of(codes=[code_of(town)])
    stream = revision.begin(why="改", items=[changed(rows, promise_amount="4")], session=editor, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="请审核", session=editor, key=uuid4())
    with pytest.raises(Refusal, match=r"revision\.time"):
        published(town, stream, reviewer, begins=now() - timedelta(hours=1))
    published(town, stream, reviewer, begins=now() + timedelta(days=2))
    assert catalogue.item(code=code_of(town))["version"] == 1
    ending = revision.begin(why="取消", items=[], ends=[code_of(town)], session=editor, key=uuid4()).stream
    revision.submit(revision=ending, after=1, why="请审核", session=editor, key=uuid4())
    with pytest.raises(Refusal, match=r"revision\.another_to_come"):
        published(town, ending, reviewer)
    with towns.later(town, days=3):
        assert catalogue.item(code=code_of(town))["version"] == 2
        published(town, ending, town.someone("reviewer").again())
        with pytest.raises(Refusal, match=r"item\.unknown"):
            catalogue.item(code=code_of(town))


MALFORMED: Mapping[str, Any] = {
    "no object": [],
    "nothing in it": {"why": "x", "items": [], "ends": [], "cancels": []},
    "no reason": {"why": "", "items": [], "ends": [{"code": "x", "base": 1}], "cancels": []},
    "a part that nothing takes in": {"why": "x", "items": [], "ends": [], "cancels": [], "people": []},
    "an item that is a text": {"why": "x", "items": ["x"], "ends": [], "cancels": []},
    "an item of half its parts": {"why": "x", "items": [{"code": "x"}], "ends": [], "cancels": []},
    "a version that never was": {"why": "x", "items": [], "ends": [{"code": "x", "base": "0; drop"}], "cancels": []},
    "what is to come of nothing": {"why": "x", "items": [], "ends": [], "cancels": [{"code": "x", "base": 1}]},
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_draft_that_is_none_is_refused(town: towns.Town, ask: Ask, refused: Any, case: str) -> None:
    secret = town.someone("editor").session.secret
    body = json.dumps(MALFORMED[case])
    refused("revision.malformed", ask, "registry", REVISE, secret, None, 0, "revision.opened", body, uuid4())
    refused("revision.malformed", ask, "registry", REVISE, secret, None, 0, "revision.opened", "{broken", uuid4())


def test_a_retry_opens_no_second_revision(town: towns.Town) -> None:
    session, key = town.someone("editor").session, uuid4()
    one, two = (revision.begin(why="x", items=[an_item(town.agency_code)], session=session, key=key) for _ in range(2))
    assert (one.stream, two.retried) == (two.stream, True)
    with pytest.raises((Refusal, psycopg.Error), match=r"key\.reused"):
        revision.begin(why="y", items=[an_item(town.agency_code)], session=session, key=key)
