"""Whatever comes back in a form, from a torn link or a hand-made request: an answer in words, never a broken page."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from uuid import uuid4

import pytest
from django.test import Client

import at_window
import town as towns
from an_item import an_item
from visiting import visitor
from yimen.registry import changes, revision
from yimen.registry.exchange import handing_in
from yimen.registry.exchange.reading import Reading
from yimen.web.urls import urlpatterns

GARBAGE = ("no-id\x00'", "9" * 40, "{}/x:y")
ALWAYS = ("key", "after", "do", "remove", "reuse", "end", "return", "organisation", "days", "post", "upto")
SAID = (200, 302, 400, 403, 404, 409, 422, 503)  # 503: here there is no key store to verify with
NOT_OURS = {"account_login", "set_language"}  # allauth's and Django's own
Made = tuple[Client, str]


def at(state: str, purpose: str, route: str) -> Callable[[towns.Town], Made]:
    def made(town: towns.Town) -> Made:
        case = town.brought_to(state)
        return visitor(town.drawn(case, purpose)), f"{route}/{case}/"

    return made


def mine(path: str, state: str = "received") -> Callable[[towns.Town], Made]:
    def made(town: towns.Town) -> Made:
        return visitor(town.applicant), path.format(draft=town.drafted(), case=town.brought_to(state), item=town.item)

    return made


def official(role: str, path: str) -> Callable[[towns.Town], Made]:
    return lambda town: (visitor(town.someone(role)), path)


def custody(state: str, purpose: str, path: str) -> Callable[[towns.Town], Made]:
    def made(town: towns.Town) -> Made:
        client, address = at(state, purpose, "/custody")(town)
        return client, address + path

    return made


def correcting(town: towns.Town) -> Made:
    case = town.filed()
    clerk, told = visitor(town.drawn(case, "counter")), {"key": str(uuid4()), "after": str(town.head(case))}
    clerk.post(f"/window/{case}/", {**told, "do": "correct", "correction-material-layout": "不清楚"})
    return visitor(town.applicant), f"/cases/{case}/correct/"


def visiting(town: towns.Town) -> Made:
    stood = at_window.greeted(town)
    return visitor(town.drawn(stood.visit, "window")), f"/window/visits/{stood.visit}/"


def originals(town: towns.Town) -> Made:
    client, address = at("received", "counter", "/window")(town)
    return client, f"{address}originals/"


def keeping(path: str, *, in_days: int = 0) -> Callable[[towns.Town], Made]:
    """A page of an editor, with a draft of hers, an item that was published (in force at once or from some days on), and a file that was read."""

    def made(_town: towns.Town) -> Made:
        town = towns.town(roles={"editor": 1, "reviewer": 1})
        editor, reviewer, whole = town.someone("editor"), town.someone("reviewer").session, an_item(town.agency_code)
        code = whole.said("implementation_code")
        streams = [revision.begin(why="x", items=[whole], session=editor.session, key=uuid4()).stream for _ in range(2)]
        revision.submit(revision=streams[0], after=1, why="x", session=editor.session, key=uuid4())
        draft = revision.read(revision=streams[0], session=reviewer).draft
        begins = datetime.now(UTC) + timedelta(days=in_days) if in_days else None
        revision.publish(
            revision=streams[0], after=2, why="x", reviewed=draft, begins=begins, session=reviewer, key=uuid4()
        )
        rest = an_item(town.agency_code, main="002")
        reading = handing_in.keep(name="a", whole=True, reading=Reading(wholes=[rest]), session=editor.session)
        return visitor(editor), path.format(code=code, revision=streams[1], reading=reading)

    return made


def proposing(path: str) -> Callable[[towns.Town], Made]:
    """A page of a manager, at her place and of a change of it."""

    def made(town: towns.Town) -> Made:
        manager, place = town.someone("manager"), str(town.centre)
        rows = [{"place": place, "day": towns.today().isoformat(), "name_zh": "停电", "name_en": "Power works"}]
        change = changes.propose(why="x", said={"closures": rows}, session=manager.session, key=uuid4()).stream
        return visitor(manager), path.format(place=place, change=change, item=town.item)

    return made


POSTED: dict[str, Callable[[towns.Town], Made]] = {
    "apply": mine("/guide/{item}/apply/"),
    "draft": mine("/apply/{draft}/"),
    "review": mine("/apply/{draft}/check/"),
    "pages": mine("/apply/{draft}/pages/layout/"),
    "correct": correcting,
    "pay": mine("/cases/{case}/pay/"),
    "mandates": mine("/mandates/"),
    "messages": mine("/messages/"),
    "contact": mine("/cases/{case}/contact/"),
    "withdraw": mine("/cases/{case}/withdraw/"),
    "confirm": lambda town: (Client(), "/confirm/"),
    "follow": lambda town: (Client(), "/follow/"),
    "receipt": mine("/cases/{case}/receipt/"),
    "correct_check": lambda town: (correcting(town)[0], f"/cases/{town.brought_to('received')}/correct/check/"),
    "verify": lambda town: (Client(), "/verify/"),
    "large_print": lambda town: (Client(), "/large-print/"),
    "sign_out": lambda town: (Client(), "/accounts/sign-out/"),
    "choose_post": lambda town: (Client(), "/accounts/post/"),
    "window_visits": official("clerk", "/window/visits/"),
    "window_visit": visiting,
    "window_case": at("received", "counter", "/window"),
    "window_originals": originals,
    "window_fee": lambda town: (
        visitor(town.drawn(case := town.brought_to("examining"), "counter")),
        f"/window/{case}/fee/",
    ),
    "examiner_case": at("examining", "examiner", "/examiner"),
    "decider_case": at("deciding", "decider", "/decider"),
    "custody_make": custody("certifying", "maker", "make/"),
    "custody_release": custody("made", "first_custodian", "release/"),
    "supervisor_roster": official("supervisor", "/supervisor/roster/"),
    "catalogue_new": keeping("/catalogue/new/"),
    "catalogue_change": keeping("/catalogue/items/{code}/change/"),
    "catalogue_end": keeping("/catalogue/items/{code}/end/"),
    "catalogue_cancel": keeping("/catalogue/items/{code}/cancel/", in_days=2),
    "catalogue_sharing": keeping("/catalogue/sharing/"),
    "catalogue_file": keeping("/catalogue/file/"),
    "catalogue_handed_in": keeping("/catalogue/file/{reading}/"),
    "catalogue_revision": keeping("/catalogue/revisions/{revision}/"),
    "catalogue_item": keeping("/catalogue/revisions/{revision}/{code}/"),
    "manager_draws": official("manager", "/manager/"),
    "manager_close": proposing("/manager/places/{place}/close/"),
    "manager_reopen": proposing("/manager/places/{place}/reopen/"),
    "manager_hours": proposing("/manager/places/{place}/hours/"),
    "manager_window": proposing("/manager/places/{place}/window/"),
    "manager_window_end": proposing("/manager/places/{place}/window/end/"),
    "manager_offer": proposing("/manager/places/{place}/offers/{item}/"),
    "place_change": proposing("/place-changes/{change}/"),
}


def test_every_page_that_takes_a_form_is_tried() -> None:
    taking = set()
    for one in urlpatterns:
        path = "/" + re.sub(r"<(\w+):\w+>", lambda found: str(uuid4()) if found[1] == "uuid" else "x", str(one.pattern))
        if Client(raise_request_exception=False).post(path).status_code != 405:
            taking.add(one.name)  # type: ignore[union-attr]  # all of ours are single pages
    assert taking - NOT_OURS == POSTED.keys()


@pytest.mark.parametrize("name", POSTED)
def test_a_garbled_form_is_answered(name: str) -> None:
    client, address = POSTED[name](towns.town())
    page = client.get(address)
    asked = (
        re.findall(r'name="([^"]+)"(?:[^>]*?value="([^"]*)")?', page.content.decode())
        if page.status_code == 200
        else []
    )
    sane = dict(asked) | {"key": str(uuid4()), "after": "1"}
    fields = dict.fromkeys([*ALWAYS, *(field for field, _value in asked)])
    few = [
        *ALWAYS,
        *list(fields)[:: 1 + len(fields) // 30],
    ]  # of a very long form some fields, and below all of them at once
    for field, garbage in zip(few, cycle(GARBAGE), strict=False):
        assert client.post(address, sane | {field: garbage}).status_code in SAID, (field, garbage)
    for garbage in GARBAGE:
        assert client.post(address, dict.fromkeys([*fields, *sane], garbage)).status_code in SAID, garbage
