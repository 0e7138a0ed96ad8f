"""Drafts and steps of revisions sent as raw SQL with the session of an editor or a reviewer: what our pages would never send."""

import json
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import testing_city
import town as towns
from an_item import an_item, changed
from attack.test_revisions import REVISE, Ask, code_of, drafted, published, submitted
from attack.test_revisions import town as town  # its editors and reviewers
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.record.sessions import open_session
from yimen.registry import catalogue, revision

Refused = Callable[..., None]
Body = dict[str, Any]


def body_of(ask: Ask, session: Session, stream: UUID) -> Body:
    read = "select body from registry_revision_read(%s, %s) order by number limit 1"
    found: Body = json.loads(ask("registry", read, session.secret, stream)[0][0])
    return found


@pytest.fixture
def other() -> towns.Town:
    """Another agency, with an item of its own in force."""
    made = towns.town(roles={"editor": 1, "reviewer": 1})
    published(made, submitted(made, made.someone("editor").session), made.someone("reviewer").session)
    return made


def district(town: towns.Town) -> tuple[UUID, Session]:
    """A district's centre under the town's, and a reviewer there."""
    centre, post, division, someone = uuid4(), uuid4(), uuid4().hex[:12], town.someone("clerk")
    under = {"code": division, "name_zh": "区", "name_en": "District", "level": "county", "parent": "220100"}
    reviews = {"id": str(post), "person": str(someone.person), "role": "reviewer", "centre": str(centre)}
    row = towns.centre_row(centre) | {"division": division, "level": "county"}
    two = towns.founded(testing_city.current().database)
    towns.enter({"divisions": [under], "centres": [row], "posts": [reviews]}, *two)
    return centre, open_session(username=someone.username, post=post).session


def test_a_draft_takes_no_item_no_code_and_no_seal_of_another_agency(
    town: towns.Town, other: towns.Town, ask: Ask, refused: Refused
) -> None:
    """Her own agency written beside another's code would make that item hers, and end the version that is in force."""
    session = town.someone("editor").session
    mine = body_of(ask, session, drafted(town, session))
    (one,) = mine["items"]
    theirs = an_item(other.agency_code)
    whole = {"rows": theirs.as_rows(), "body": {**one["body"], "handling_code": theirs.said("handling_code")}}
    new = an_item(other.agency_code, main="009")
    also_new = {"rows": new.as_rows(), "body": {**one["body"], "handling_code": new.said("handling_code")}}
    ((seal, agency),) = ask("registry", "select id::text, agency::text from registry_seal where code = %s", other.seal)
    taken = (
        {**one, **whole, "code": theirs.said("implementation_code"), "base": 1},
        {**one, **also_new, "code": new.said("implementation_code")},
        {**one, "seal": seal},
        {**one, "agency": agency},
    )
    for item in taken:
        body = json.dumps({**mine, "items": [item]})
        refused(
            "revision.malformed", ask, "registry", REVISE, session.secret, None, 0, "revision.opened", body, uuid4()
        )
    assert catalogue.item(code=code_of(other))["version"] == 1


def test_an_item_ends_that_is_there_and_is_ones_own(town: towns.Town, other: towns.Town) -> None:
    session = town.someone("editor").session
    for code in (code_of(other), code_of(town), "X" * 31):
        with pytest.raises(Refusal, match=r"revision\.malformed"):
            revision.begin(why="取消", items=[], ends=[code], session=session, key=uuid4())


@pytest.mark.parametrize(
    "rows",
    [
        {"items": [{"name": 7}]},
        {"materials": "none"},
        {"materials": ["M01"]},
        {"materials": [{"code": {"$": 1}}]},
        {"people": [{"name": "x"}]},
    ],
)
def test_rows_that_nobody_could_read_are_no_draft(town: towns.Town, ask: Ask, refused: Refused, rows: Body) -> None:
    """A reviewer who opens it would see a broken page, and could not even send it back."""
    session = town.someone("editor").session
    stream = drafted(town, session)
    body = body_of(ask, session, stream)
    item = body["items"][0]
    item["rows"] |= {"items": [item["rows"]["items"][0] | rows["items"][0]]} if "items" in rows else rows
    told = json.dumps(body)
    refused("revision.malformed", ask, "registry", REVISE, session.secret, stream, 1, "revision.saved", told, uuid4())


def test_what_is_too_large_is_refused_before_it_is_read(town: towns.Town, ask: Ask, refused: Refused) -> None:
    session = town.someone("editor").session
    body = json.dumps({"why": "x" * 50_000_000, "items": [], "ends": [], "cancels": []})
    refused("revision.malformed", ask, "registry", REVISE, session.secret, None, 0, "revision.opened", body, uuid4())


@pytest.mark.parametrize("part", ["centre", "pinyin"])
def test_where_it_would_be_offered_and_how_it_is_found_follows_from_the_rows_too(
    town: towns.Town, ask: Ask, part: str
) -> None:
    """A reviewer reads rows; what stands beside them would be published unread."""
    session, reviewer = town.someone("editor").session, town.someone("reviewer").session
    elsewhere, _ = district(town)
    stream = drafted(town, session)
    body = body_of(ask, session, stream)
    body["items"][0][part] = str(elsewhere) if part == "centre" else "zuo bi"
    ask("registry", REVISE, session.secret, stream, 1, "revision.saved", json.dumps(body), uuid4())
    revision.submit(revision=stream, after=2, why="请审核", session=session, key=uuid4())
    with pytest.raises(Refusal, match=r"revision\.(differs|of_another_place)"):
        published(town, stream, reviewer)


def test_a_districts_reviewer_neither_ends_nor_sends_back_nor_takes_over_what_is_the_citys(
    town: towns.Town, ask: Ask, refused: Refused
) -> None:
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    centre, local = district(town)
    published(town, submitted(town, editor), reviewer)

    ending = revision.begin(why="取消", items=[], ends=[code_of(town)], session=editor, key=uuid4()).stream
    revision.submit(revision=ending, after=1, why="请审核", session=editor, key=uuid4())
    for step in ("published", "returned"):
        told = {"why": "x"} | ({"reviewed": "0" * 64} if step == "published" else {})
        act = (REVISE, local.secret, ending, 2, f"revision.{step}", json.dumps(told), uuid4())
        refused("revision.of_another_place", ask, "registry", *act)

    (_, _, rows), *_ = revision.rows_of(codes=[code_of(town)])
    moved = revision.begin(why="改", items=[changed(rows, promise_amount="4")], session=editor, key=uuid4()).stream
    body = body_of(ask, editor, moved)
    body["items"][0]["centre"] = str(centre)
    saved = (REVISE, editor.secret, moved, 1, "revision.saved", json.dumps(body, sort_keys=True), uuid4())
    ask("registry", *saved)
    revision.submit(revision=moved, after=2, why="请审核", session=editor, key=uuid4())
    told = {"why": "同意", "reviewed": revision.read(revision=moved, session=reviewer).draft}
    act = (REVISE, local.secret, moved, 3, "revision.published", json.dumps(told), uuid4())
    refused("revision.of_another_place", ask, "registry", *act)


TIMES: tuple[object, ...] = (
    "tomorrow",
    "now",
    "infinity",
    "2099-01-01",
    "2099-01-01T08:00",
    "01/02/2099 08:00+08",
    "2026-13-01T08:00:00Z",
    20990101,
    None,
    {},
    ["x"],
)


def test_a_time_is_written_with_its_zone_or_refused(town: towns.Town, ask: Ask, refused: Refused) -> None:
    """What a session's settings could read in two ways is no time that a city can hold to."""
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    stream = submitted(town, editor)
    reviewed = revision.read(revision=stream, session=reviewer).draft
    for begins in TIMES:
        told = json.dumps({"why": "同意", "reviewed": reviewed, "from": begins})
        act = (REVISE, reviewer.secret, stream, 2, "revision.published", told, uuid4())
        refused("revision.malformed", ask, "registry", *act)
    assert revision.read(revision=stream, session=editor).state == "submitted"


def test_of_two_who_publish_at_once_the_second_is_told_what_moved(town: towns.Town) -> None:
    """Both read that nothing had moved; the second waits for the first, and publishes nothing."""
    (one, two), editor = (someone.session for someone in town.people["reviewer"]), town.someone("editor").session
    items = [an_item(town.agency_code), an_item(town.agency_code, main="002")]
    acts = []
    for session, order in ((one, items), (two, items[::-1])):
        stream = revision.begin(why="两项", items=order, session=editor, key=uuid4()).stream
        revision.submit(revision=stream, after=1, why="请审核", session=editor, key=uuid4())
        told = {"why": "同意", "reviewed": revision.read(revision=stream, session=session).draft}
        acts.append([session.secret, stream, 2, "revision.published", json.dumps(told), uuid4()])
    said: list[str] = []

    def second() -> None:
        with psycopg.connect(testing_city.uri("registry"), autocommit=True) as connection:
            try:
                connection.execute(REVISE, acts[1])
            except psycopg.Error as refusal:
                said.append(str(refusal.diag.message_primary))

    waiting = threading.Thread(target=second)
    with psycopg.connect(testing_city.uri("registry")) as first:
        first.execute(REVISE, acts[0])
        waiting.start()
        waiting.join(0.5)
        first.commit()
    waiting.join()
    assert said == ["revision.moved_meanwhile"]
    assert [one["version"] for one in catalogue.versions(code=code_of(town))] == [1]


def test_a_draft_of_an_item_that_ended_meanwhile_says_so(town: towns.Town) -> None:
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    published(town, submitted(town, editor), reviewer)
    (_, _, rows), *_ = revision.rows_of(codes=[code_of(town)])
    mine = revision.begin(why="改", items=[changed(rows, promise_amount="4")], session=editor, key=uuid4()).stream
    ending = revision.begin(why="取消", items=[], ends=[code_of(town)], session=editor, key=uuid4()).stream
    revision.submit(revision=ending, after=1, why="请审核", session=editor, key=uuid4())
    published(town, ending, reviewer)
    assert revision.read(revision=mine, session=editor).moved == [code_of(town)]
    with pytest.raises(Refusal, match=r"revision\.moved_meanwhile"):
        revision.submit(revision=mine, after=1, why="请审核", session=editor, key=uuid4())
    (over,) = catalogue.versions(code=code_of(town))
    assert (over["in_force"], over["ended_at"] > over["published_at"]) == (False, True)


def test_another_agencys_editor_reads_nothing_of_it(town: towns.Town, other: towns.Town, ask: Ask) -> None:
    stream, stranger = drafted(town, town.someone("editor").session), other.someone("editor").session
    assert ask("registry", "select * from registry_revision_read(%s, %s)", stranger.secret, stream) == []
    listed = ask("registry", "select revision from registry_revisions(%s, '', 200)", stranger.secret)
    assert (stream,) not in listed
    codes = [one["code"] for one in revision.changeable(session=stranger)]
    assert code_of(other) in codes
    assert not [code for code in codes if not code.startswith(other.agency_code)]
    with pytest.raises(Refusal, match=r"item\.unknown"):
        revision.whole_item(code=code_of(town), session=stranger)
