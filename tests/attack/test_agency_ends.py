"""An agency ends, and its items change, at the same moment: one waits for the other, and an agency that ended is left with nothing."""

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

import at_window
import town as towns
from an_item import an_item
from attack.test_revisions import published
from yimen.record import statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.record.sessions import open_session
from yimen.registry import entry, revision


@pytest.fixture
def town() -> towns.Town:
    """An agency of which nothing is left, beside the draft of an item that an editor of the centre submitted."""
    made = towns.town(roles={"editor": 1, "reviewer": 1})
    office = at_window.newcomer(made, "editor")
    ending = revision.begin(why="取消", ends=[made.item], session=office.session, key=uuid4()).stream
    revision.submit(revision=ending, after=1, why="请审核", session=office.session, key=uuid4())
    published(made, ending, made.someone("reviewer").session)
    gone = [one for role in towns.AGENCY_ROLES for one in made.people[role] if one is not office]
    at = {"agency": str(made.agency), "ended_at": "2026-01-01T00:00:00Z"}
    posts = [{"id": str(one.post), "person": str(one.person), "role": one.role, **at} for one in gone]
    towns.enter({"posts": posts}, *towns.founded(towns.testing_city.current().database))
    return made


def submitted(town: towns.Town) -> UUID:
    office = town.people["editor"][-1].session
    stream = revision.begin(why="新设", items=[an_item(town.agency_code)], session=office, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="请审核", session=office, key=uuid4())
    return stream


def publishing(town: towns.Town) -> Callable[[], object]:
    stream, session = submitted(town), town.someone("reviewer").session
    return lambda: published(town, stream, session)


def ending(town: towns.Town) -> Callable[[], object]:
    one, two = (someone.session for someone in towns.founded(towns.testing_city.current().database))
    row = statement.document("public", "select to_jsonb(a) from registry_agency a where a.id = %s", [town.agency])
    body = {"agencies": [row | {"ended_at": "2026-01-01T00:00:00Z"}]}
    proposed = entry.propose(body=body, session=one, key=uuid4()).stream
    content = entry.read(entry=proposed)[1]
    return lambda: entry.confirm(entry=proposed, proposed=content, session=two, key=uuid4())


def at_once(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Do the first, and before it is committed the second; what the second is refused by."""
    said: list[str] = []

    def meanwhile() -> None:
        try:
            second()
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    waiting = threading.Thread(target=meanwhile)
    with transaction.atomic(using="registry"):
        first()
        waiting.start()
        waiting.join(0.5)
    waiting.join()
    return said


def test_who_ends_an_agency_waits_for_who_publishes_an_item_of_it(town: towns.Town) -> None:
    assert at_once(publishing(town), ending(town)) == ["agency.in_use"]


def test_who_publishes_an_item_of_an_agency_waits_for_who_ends_it(town: towns.Town) -> None:
    assert at_once(ending(town), publishing(town)) == ["agency.ended"]
    code = an_item(town.agency_code).said("implementation_code")
    assert statement.value("public", "select count(*) from registry_item where code = %s", [code]) == 0


def test_what_was_submitted_before_its_agency_ended_is_not_published_after(town: towns.Town) -> None:
    stream, session = submitted(town), town.someone("reviewer").session
    ending(town)()
    with pytest.raises(Refusal, match=r"agency\.ended"):
        published(town, stream, session)


def test_an_editor_of_a_centre_changes_what_is_offered_at_places_of_hers_and_nothing_else(town: towns.Town) -> None:
    """An editor of a district's centre has no say in what the city's offers, and none of her drafts is of another place."""
    local, post, division, someone = uuid4(), uuid4(), uuid4().hex[:12], town.someone("clerk")
    under = {"code": division, "name_zh": "区", "name_en": "District", "level": "county", "parent": "220100"}
    edits = {"id": str(post), "person": str(someone.person), "role": "editor", "centre": str(local)}
    centre = towns.centre_row(local) | {"division": division, "level": "county"}
    two = towns.founded(towns.testing_city.current().database)
    towns.enter({"divisions": [under], "centres": [centre], "posts": [edits]}, *two)
    session: Session = open_session(username=someone.username, post=post).session
    with pytest.raises(Refusal, match=r"revision\.of_another_place"):
        revision.begin(why="x", items=[an_item(town.agency_code)], session=session, key=uuid4())
    stream = submitted(town)
    assert revision.listed(session=session) == []
    assert revision.changeable(session=session) == []
    with pytest.raises(Refusal, match=r"stream\.missing"):
        revision.read(revision=stream, session=session)
    with pytest.raises(Refusal, match=r"revision\.of_another_place|stream\.missing|hat\.second"):
        revision.withdraw(revision=stream, after=2, why="x", session=session, key=uuid4())
    assert revision.read(revision=stream, session=town.people["editor"][-1].session).state == "submitted"
