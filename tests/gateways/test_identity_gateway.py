"""The identity gateway, over real HTTP: what it answers is believed, what it does not answer stops nobody at the door."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

import at_window
import town as towns
from outside_world import SECRET, Register, register, served
from town_item import resident_id
from yimen.casework import case as cases
from yimen.casework import draft, intake, original, visit
from yimen.casework.paper import Paper
from yimen.gateways.identity import RegisterOfPeople, identity_gateway
from yimen.gateways.signed_http import Channel
from yimen.jobs import outside
from yimen.record import statement
from yimen.record.events import WORKER, append
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity

LIN = "林小满"
PERSONAL = {"service_objects": ["1"]}


def greeted(town: towns.Town, number: str, name: str = LIN) -> visit.Visit:
    clerk = town.someone("clerk").session
    return visit.open_visit(resident_id=number, name_zh=name, name_en="", checked="gateway", session=clerk, key=uuid4())


def greeted_as(town: towns.Town, number: str, *, typed: str, name: str) -> visit.Visit:
    """Raw SQL: the mark of one number, and another number and name beside it."""
    hashed = bytes.fromhex(identity(number).removeprefix("\\x"))
    values = [town.someone("clerk").session.secret, hashed, typed, name, "", "not_checked", uuid4()]
    found = statement.row("counter", "select * from casework_visit_open(%s, %s::bytea, %s, %s, %s, %s, %s)", values)
    return visit.Visit(identity="not_checked", **found)


def filed(town: towns.Town, stood: visit.Visit) -> UUID:
    drawn = town.drawn(stood.visit, "window")
    clerk = drawn.session
    new = draft.start(item=town.item, session=clerk, key=uuid4(), visit=stood.visit)
    draft.save(draft=new, organisation=None, form=towns.FORM, session=clerk)
    draft.attach(draft=new, paper=Paper("layout", "布局图.png", towns.PAPER), session=clerk)
    at_window.signed(new, drawn)
    draft.file(draft=new, session=clerk, key=uuid4())
    return new


def proof(stood: visit.Visit) -> str:
    with towns.testing_city_owner() as owner:
        return str(owner.execute("select proof from registry_person where id = %s", [stood.person]).fetchall()[0][0])


def kept_number(stood: visit.Visit) -> str | None:
    with towns.testing_city_owner() as owner:
        sql = "select resident_id from casework_visit where stream = %s"
        found: str | None = owner.execute(sql, [stood.visit]).fetchall()[0][0]
        return found


def due_again(case: UUID) -> None:
    """Let the pause before the next question pass."""
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_check set next_at = now() where stream = %s and next_at < 'infinity'", [case])


def pauses(case: UUID) -> int:
    sql = "select round(extract(epoch from next_at - clock_timestamp()) / 60) from casework_check where stream = %s"
    return int(statement.value("oversight", sql, [case]))


def refused(code: str, doing: Callable[..., Any], *given: Any, **told: Any) -> None:
    with pytest.raises(Refusal) as error:
        doing(*given, **told)
    assert error.value.code == code


def test_who_differs_gets_no_number_and_who_matches_is_proven_once_the_worker_has_asked() -> None:
    town, number = towns.town(item=PERSONAL), resident_id()
    with register(**{number: LIN}) as there:
        refused("identity.not_this_person", greeted, town, number, "别人")
        stood = greeted(town, number)
        assert there.asked[-1] == ("/check", {"resident_id": number, "name": LIN})
        assert (stood.identity, stood.ticket, proof(stood)) == ("matches", 1, "not_checked")
        case = filed(town, stood)
        seen = cases.view(case=case, session=town.drawn(case, "counter").session)
        assert (seen["unverified"], seen["applicant"]["proof"]) == (["identity"], "not_checked")
        outside.ask_again()
    seen = cases.view(case=case, session=town.drawn(case, "counter").session)
    assert (seen["unverified"], seen["applicant"]["proof"]) == ([], "gateway")
    clerk = town.drawn(stood.visit, "window").session
    visit.end(visit=stood.visit, outcome="filed", session=clerk, key=uuid4())
    assert kept_number(stood) is None


def test_nobody_searches_the_register_under_the_name_of_greeting() -> None:
    town, number = towns.town(item=PERSONAL), resident_id()
    with register(**{number: LIN}) as there:
        for n in range(20):
            refused("identity.not_this_person", greeted, town, number, f"别人{n}")
            if n == 3:
                greeted(town, number)  # a right one is taken off the count
        asked = len(there.asked)
        refused("identity.wait", greeted, town, number, LIN)
        assert len(there.asked) == asked, "the register is not even asked"


def test_a_number_that_is_not_the_persons_on_record_proves_nobody_whatever_the_register_says_of_it() -> None:
    """Under the counter's login: her mark in the registry, with the number and the name of somebody else."""
    town, number, other = towns.town(item=PERSONAL), resident_id(), resident_id()
    with register(**{other: "别人"}):
        stood = greeted_as(town, number, typed=other, name="别人")
        case = filed(town, stood)
        outside.ask_again()
    assert town.kinds(case)[-1] == "case.check_differed"
    assert proof(stood) == "not_checked"


def test_what_was_typed_since_the_worker_asked_is_asked_about_again() -> None:
    """A clerk who greets her anew between question and answer does not turn the answer into one about another name."""
    town, number = towns.town(item=PERSONAL), resident_id()
    with register(**{number: LIN}) as there:
        there.mood = "error"
        stood = greeted(town, number)
        case = filed(town, stood)
        (asked,) = [
            one for one in statement.rows("worker", "select * from casework_unverified()") if one["stream"] == case
        ]
        clerk = town.drawn(stood.visit, "window").session
        visit.end(visit=stood.visit, outcome="filed", session=clerk, key=uuid4())
        greeter = next(one for one in town.people["clerk"] if one.session != clerk)
        visit.open_visit(
            resident_id=number, name_zh="冒名", name_en="", checked="not_checked", session=greeter.session, key=uuid4()
        )
        told: dict[str, Any] = {"after": asked["head"], "session": WORKER, "key": uuid4()}
        facts = {"what": "identity", "asked": str(asked["asked"])}
        refused("case.moved_meanwhile", append, stream=case, kind="case.verified", facts=facts, **told)
        there.mood = ""
        outside.ask_again()
    assert (town.kinds(case)[-1], proof(stood)) == ("case.check_differed", "not_checked")


@pytest.mark.parametrize("mood", ["error", "forged", "garbage"])
def test_a_gateway_that_cannot_be_believed_stops_nobody(mood: str) -> None:
    town, number = towns.town(item=PERSONAL), resident_id()
    with register(**{number: LIN}) as there:
        there.mood = mood
        assert greeted(town, number).identity == "not_checked"


def test_a_gateway_that_hangs_or_is_down_is_given_up_and_an_old_answer_proves_nothing() -> None:
    asked = {"resident_id": "x", "name": "y", "at": 1}
    with served(Register(mood="silent")) as there:
        assert RegisterOfPeople(Channel(there.url, SECRET, patience=0.2)).check(**asked) == "unavailable"  # type: ignore[arg-type]  # one dictionary for three words
        down = RegisterOfPeople(Channel(there.url, SECRET))
    assert down.check(**asked) == "unavailable"  # type: ignore[arg-type]  # the same
    town, one, two = towns.town(item=PERSONAL), resident_id(), resident_id()
    with register(**{one: LIN}) as there:
        assert greeted(town, one).identity == "matches"
        there.mood = "replay"
        assert greeted(town, two).identity == "not_checked"


def test_without_a_gateway_the_clerk_is_told_and_nobody_but_a_clerk_may_ask_one() -> None:
    town = towns.town(item=PERSONAL)
    assert identity_gateway().connected is False
    refused("identity.not_connected", greeted, town, resident_id())
    with register() as there:
        session = town.someone("examiner").session
        told: dict[str, Any] = {"resident_id": resident_id(), "name_zh": LIN, "name_en": "", "key": uuid4()}
        refused("move.of_another_role", visit.open_visit, checked="gateway", session=session, **told)
        assert there.asked == []


def test_what_could_not_be_checked_is_asked_again_with_growing_pauses_and_then_the_decision_is_free() -> None:
    town, number = towns.town(item=PERSONAL), resident_id()
    with register(**{number: LIN}) as there:
        there.mood = "error"
        stood = greeted(town, number)
        case, second = filed(town, stood), filed(town, stood)
        assert kept_number(stood) == number
        clerk = town.drawn(stood.visit, "window").session
        visit.end(visit=stood.visit, outcome="filed", session=clerk, key=uuid4())
        intake.accept(case=case, after=town.head(case), session=clerk, key=uuid4())
        town.examine(case)
        waited = []
        for _ in range(4):
            outside.ask_again()
            outside.ask_again()
            waited.append(pauses(case))
            due_again(case)
        assert waited == [1, 2, 4, 8]
        refused("case.unverified", town.decide, case)
        there.mood = ""
        due_again(second)
        outside.ask_again()
        asked = len(there.asked)
        outside.ask_again()
        assert len(there.asked) == asked, "who was verified is not asked about again"
    assert town.kinds(case).count("case.verified") == 1
    assert town.kinds(second).count("case.verified") == 1
    assert (proof(stood), kept_number(stood)) == ("gateway", None)
    town.decide(case)
    assert town.state(case) == "granted"


def test_a_later_no_is_on_record_is_seen_and_keeps_blocking_until_the_register_itself_says_yes() -> None:
    town, number = towns.town(item=PERSONAL), resident_id()
    with register(**{number: LIN}) as there:
        there.mood = "error"
        stood = greeted(town, number, "林小慢")  # mistyped
        case = filed(town, stood)
        there.mood = ""
        outside.ask_again()
        assert town.kinds(case)[-1] == "case.check_differed"
        clerk = town.drawn(case, "counter").session
        seen = cases.view(case=case, session=clerk)
        assert (seen["unverified"], seen["differs"]) == (["identity"], ["identity"])
        told: dict[str, Any] = {"case": case, "after": town.head(case), "session": clerk, "key": uuid4()}
        refused("identity.differs", original.see, what="identity", **told)
        town.accept(case)
        town.examine(case)
        refused("case.unverified", town.decide, case)
        outside.ask_again()
        assert town.kinds(case).count("case.check_differed") == 1

        visit.end(visit=stood.visit, outcome="filed", session=clerk, key=uuid4())
        greeter = next(one for one in town.people["clerk"] if one.session != clerk)
        again = visit.open_visit(
            resident_id=number, name_zh=LIN, name_en="", checked="gateway", session=greeter.session, key=uuid4()
        )
        assert (again.person, proof(again)) == (stood.person, "not_checked")
        outside.ask_again()
    assert (town.kinds(case)[-1], proof(again), kept_number(stood)) == ("case.verified", "gateway", None)
    assert cases.view(case=case, session=clerk)["applicant"]["name_zh"] == LIN
    town.decide(case)


def test_a_number_is_kept_no_longer_than_something_waits_for_it() -> None:
    town = towns.town(item=PERSONAL)
    with register() as there:
        there.mood = "error"
        advised, withdrawn = greeted(town, resident_id()), greeted(town, resident_id())
        for stood in (advised, withdrawn):
            case = filed(town, stood) if stood is withdrawn else None
            clerk = town.drawn(stood.visit, "window").session
            visit.end(visit=stood.visit, outcome="advice", session=clerk, key=uuid4())
            if case:
                assert kept_number(stood)
                intake.refuse(
                    case=case, after=town.head(case), reason="不归我们", where="别处", session=clerk, key=uuid4()
                )
    assert (kept_number(advised), kept_number(withdrawn)) == (None, None)


@pytest.mark.parametrize("kind", ["case.verified", "case.check_differed"])
def test_no_login_but_the_workers_says_what_the_register_said(kind: str) -> None:
    town = towns.town(item=PERSONAL)
    with register() as there:
        there.mood = "error"
        stood = greeted(town, resident_id())
        case = filed(town, stood)
    clerk = town.drawn(case, "counter").session
    facts = {"what": "identity", "asked": str(stood.visit)}
    told: dict[str, Any] = {"stream": case, "kind": kind, "facts": facts, "key": uuid4()}
    refused("move.of_another_link", append, after=town.head(case), session=clerk, **told)
    refused("move.malformed", append, after=town.head(case), session=WORKER, **(told | {"facts": facts | {"by": "me"}}))
