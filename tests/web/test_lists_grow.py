"""Every list page sends as many statements for thirty rows as for one."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.test import Client

import town as towns
from an_item import an_item
from counted import statements
from yimen.casework import case as cases
from yimen.casework import draft
from yimen.record.refusal import Refusal
from yimen.registry import changes, offers, revision
from yimen.registry.calendar import calendar
from yimen.web.door import COOKIE, SALT

MANY = 30
PLACE = f"harbour-{uuid4()}"
SUPERVISOR = (
    "",
    "?show=all",
    "?show=over",
    "?show=late",
    "?clock=acceptance",
    "?state=received",
    "?show=all&state=received",
    "?number=1",
)


def browser(someone: towns.Someone) -> Client:
    carried = {"secret": someone.session.secret, "login": someone.session.login, "role": someone.role}
    viewer = {"name_zh": "某", "name_en": "Someone", "several": False}
    made = Client()
    made.cookies[COOKIE] = signing.dumps({**carried, **viewer}, salt=SALT)
    return made


def counts(town: towns.Town, agency: UUID, place: str) -> dict[str, int]:
    """The statements of each list, by who reads it and where."""
    lists: list[tuple[towns.Someone, str]] = [(town.applicant, "/cases/"), (town.someone("clerk"), "/window/visits/")]
    lists += [(town.applicant, f"/places/?q={PLACE}"), (town.applicant, "/places/")]
    lists += [(town.applicant, f"/places/{place}/items/{asked}") for asked in ("", "?offered=no", "?q=licence")]
    item = an_item(town.agency_code).said("implementation_code")
    lists += [(town.applicant, f"/guide/{item}/{asked}") for asked in ("", "where/", "where/?lat=43.9&lon=125.3")]
    narrowed = ("?kind=organisation", "?theme=p010", f"?agency={town.agency_code}", "?event=birth")
    lists += [(town.applicant, f"/items/{asked}") for asked in ("", "?q=food", "?q=fod licens&part", *narrowed)]
    lists += [(town.applicant, "/places/?district=220100")]
    lists += [
        (town.someone("editor"), path) for path in ("/catalogue/", "/catalogue/sharing/", "/catalogue/file/items.json")
    ]
    lists += [(town.someone("reviewer"), path) for path in ("/catalogue/", "/catalogue/?state=published&q=x")]
    lists += [(town.someone("reviewer"), f"/catalogue/items/{town.item}/")]
    managed = f"/manager/places/{town.centre}/"
    lists += [
        (town.someone("manager"), path)
        for path in ("/manager/places/", "/place-changes/", managed, f"{managed}offers/")
    ]
    lists += [(town.someone("supervisor"), "/place-changes/")]
    lists += [(one, "/window/") for one in town.people["clerk"]]
    lists += [(town.someone("supervisor"), f"/supervisor/{asked}") for asked in (*SUPERVISOR, f"?agency={agency}")]
    found = {}
    for someone, address in lists:
        mine = browser(someone)
        mine.get(address)  # what a process reads once, it has read
        with statements() as seen:
            assert mine.get(address).status_code == 200
        found[f"{someone.username} {address}"] = len(seen)
    return found


def published(town: towns.Town, first: int, last: int) -> None:
    """Items of the town that ask for what its first one gives; and a revision that waits for a reviewer."""
    editor, reviewer = town.someone("editor").session, town.someone("reviewer").session
    given = {"result_paper": "application"}
    items = [an_item(town.agency_code, main=f"{n:03}", **given) for n in range(first, last)]
    stream = revision.begin(why="x", items=items, session=editor, key=uuid4()).stream
    revision.submit(revision=stream, after=1, why="x", session=editor, key=uuid4())
    draft = revision.read(revision=stream, session=reviewer).draft
    revision.publish(revision=stream, after=2, why="x", reviewed=draft, session=reviewer, key=uuid4())
    for n in range(first, min(last, 14)):  # more than a page of them
        waits = revision.begin(
            why="x", items=[an_item(town.agency_code, main=f"9{n:02}")], session=editor, key=uuid4()
        ).stream
        revision.submit(revision=waits, after=1, why="x", session=editor, key=uuid4())


def closed(town: towns.Town, first: int, last: int) -> None:
    """Closures of its centre that a manager proposed one by one, of which another confirmed half."""
    one, two = (who.session for who in town.people["manager"])
    for n in range(first, last):
        day = (towns.today() + timedelta(days=2 * n)).isoformat()
        rows = [{"place": str(town.centre), "day": day, "name_zh": "停电", "name_en": "Power works"}]
        change = changes.propose(why="x", said={"closures": rows}, session=one, key=uuid4()).stream
        if n % 2:
            seen = changes.read(change=change, session=two).proposed
            changes.confirm(change=change, proposed=seen, why="x", session=two, key=uuid4())


def test_thirty_rows_take_the_statements_of_one() -> None:
    town = towns.town(roles={"editor": 1, "reviewer": 1, "manager": 2})
    published(town, 1, 2)
    closed(town, 1, 3)
    calendar(login="public")
    town.filed()
    town.drafted()
    registrars = towns.founded(towns.testing_city.current().database)
    places = [towns.centre_row(uuid4()) | {"address_en": PLACE} for _ in range(1 + MANY)]
    towns.enter({"centres": places[:1]}, *registrars)
    place = str(places[0]["code"])
    towns.enter({"offers": offered(town, [1], places[:1])}, *registrars)
    few = counts(town, town.agency, place)
    towns.enter({"centres": places[1:]}, *registrars)
    for _ in range(3):
        towns.town()  # each has an agency and an item of its own
    published(town, 2, 2 + MANY)
    closed(town, 3, 3 + MANY)
    for _ in range(MANY):
        town.filed()
        draft.start(item=town.item, session=town.applicant.session, key=uuid4())
    towns.enter(
        {"offers": [*offered(town, range(2, 2 + MANY), places[:1]), *offered(town, [1], places[1:])]}, *registrars
    )
    assert len(offers.of_item(code=an_item(town.agency_code).said("implementation_code"), district="all")) == 1 + MANY
    assert counts(town, town.agency, place) == few


def offered(town: towns.Town, numbers: Iterable[int], places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    codes = [an_item(town.agency_code, main=f"{n:03}").said("implementation_code") for n in numbers]
    return [{"item": code, "place": place["id"]} for code in codes for place in places]


def test_the_supervisor_lists_what_she_asks_for_page_by_page() -> None:
    town = towns.town()
    filed = [town.filed() for _ in range(5)]
    town.accept(filed[0])
    who = town.someone("supervisor").session

    def walked(page: Callable[..., list[dict[str, object]]]) -> list[object]:
        seen: list[object] = []
        last: dict[str, object] | None = None
        while rows := page(last):
            seen += [one["stream"] for one in rows]
            last = rows[-1]
        return seen

    def newest(**asked: object) -> list[object]:
        return walked(
            lambda last: cases.all_cases(
                session=who,
                limit=2,
                before=(last["filed_at"], last["stream"]) if last else None,
                agency=town.agency,
                **asked,  # type: ignore[arg-type]  # open or state
            )
        )

    assert newest() == newest(only_open=True) == filed[::-1]
    assert newest(only_open=False) == []
    assert newest(state="examining") == filed[:1]
    assert newest(state="received") == filed[:0:-1]
    urgent = walked(
        lambda last: cases.due(
            session=who,
            limit=2,
            after=(last["due_on"], last["stream"], last["clock"]) if last else None,
            agency=town.agency,
            clock="acceptance",
        )
    )
    assert sorted(map(str, urgent)) == sorted(map(str, filed[1:]))
    assert cases.due(session=who, agency=town.agency, late=True) == []
    with towns.later(town, 60):
        late = cases.due(session=town.someone("supervisor").session, agency=town.agency, late=True, limit=100)
        assert {one["stream"] for one in late} == set(filed)
        assert [one["due_on"] for one in late] == sorted(one["due_on"] for one in late)
        assert all(isinstance(one["due_on"], date) for one in late)


def test_only_a_supervisor_lists_clocks() -> None:
    town = towns.town()
    with pytest.raises(Refusal) as no:
        cases.due(session=town.applicant.session)
    assert no.value.kind in ("forbidden", "missing")


def test_a_supervisor_finds_a_case_by_its_number_or_how_it_begins() -> None:
    town = towns.town()
    filed = [town.filed() for _ in range(4)]
    who = town.someone("supervisor")
    number = {case: str(cases.view(case=case, session=who.session)["number"]) for case in filed}
    whole, ours = number[filed[2]], number[filed[0]][:-4]

    def found(typed: str, after: str | None = None, limit: int = 100) -> list[object]:
        return [one["stream"] for one in cases.numbered(session=who.session, number=typed, after=after, limit=limit)]

    assert found(whole) == found(f" {whole[:10]} {whole[10:]}\n") == [filed[2]]
    assert found(ours) == filed
    assert found(ours, after=number[filed[1]], limit=1) == [filed[2]]
    assert found("%") == found("'") == []
    page = browser(who).get("/supervisor/", {"number": whole}).content.decode()
    assert f"/supervisor/{filed[2]}/" in page
    assert f"/supervisor/{filed[1]}/" not in page
    with pytest.raises(Refusal):
        cases.numbered(session=town.applicant.session, number=whole)


def test_what_is_due_on_one_day_waits_in_the_order_of_filing_and_is_counted() -> None:
    town = towns.town()
    filed = [town.filed() for _ in range(8)]
    for clerk in town.people["clerk"]:
        mine = [case for case in filed if town.drawn(case, "counter") == clerk]
        rows = cases.worklist(session=clerk.session, limit=100)
        assert [one["stream"] for one in rows] == mine
        assert {one["waiting"] for one in rows} <= {len(mine)}
        walked: list[object] = []
        last: cases.Waiting | None = None
        while page := cases.worklist(session=clerk.session, limit=1, after=last):
            walked += [page[0]["stream"]]
            last = page[0]["due_on"], page[0]["filed_at"], page[0]["stream"]
        assert walked == mine
