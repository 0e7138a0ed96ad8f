"""At the window: whoever greets does not serve, whoever serves was drawn, and the person confirms what is filed for her."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

import at_window
import testing_city
import town as towns
from town_item import resident_id
from yimen.casework import case as cases
from yimen.casework import confirmation, correction, decision, draft, original, visit
from yimen.casework.paper import Paper
from yimen.record import statement
from yimen.record.refusal import Refusal

PERSONAL = {"service_objects": ["1"]}


def greeted(
    town: towns.Town, number: str | None = None, *, by: towns.Someone | None = None, checked: str = "seen"
) -> visit.Visit:
    return visit.open_visit(
        resident_id=number or resident_id(),
        name_zh="林小满",
        name_en="Lin Xiaoman",
        checked=checked,  # type: ignore[arg-type]  # one test gives a word that is none
        session=(by or town.someone("clerk")).session,
        key=uuid4(),
    )


def filled(town: towns.Town, stood: visit.Visit) -> tuple[UUID, towns.Someone]:
    clerk = town.drawn(stood.visit, "window")
    new = draft.start(item=town.item, session=clerk.session, key=uuid4(), visit=stood.visit)
    draft.save(draft=new, organisation=None, form=towns.FORM, session=clerk.session)
    draft.attach(draft=new, paper=Paper("layout", "布局图.png", towns.PAPER), session=clerk.session)
    return new, clerk


def test_a_person_is_served_by_whom_chance_drew_and_leaves_with_a_receipt() -> None:
    town = towns.town(item=PERSONAL)
    stood = greeted(town)
    assert stood.ticket == 1
    new, clerk = filled(town, stood)
    assert clerk.person != town.someone("clerk").person
    assert [row["visit"] for row in visit.waiting(session=clerk.session)] == [stood.visit]
    at_window.confirmed(new, clerk)
    receipt = draft.file(draft=new, session=clerk.session, key=uuid4()).recorded
    assert (receipt.number, town.kinds(new)) == (1, ["case.taken", "case.counter_drawn"])
    town.accept(new)
    assert town.drawn(new, "counter").person == clerk.person
    town.examine(new)
    town.decide(new)
    visit.end(visit=stood.visit, outcome="filed", session=clerk.session, key=uuid4())
    assert visit.waiting(session=clerk.session) == []


def test_whoever_greets_cannot_serve_and_another_clerk_sees_nothing() -> None:
    town = towns.town(item=PERSONAL)
    stood = greeted(town)
    new, clerk = filled(town, stood)
    for other in town.people["clerk"]:
        if other.person == clerk.person:
            continue
        with pytest.raises(Refusal, match=r"visit.missing"):
            draft.start(item=town.item, session=other.session, key=uuid4(), visit=stood.visit)
        with pytest.raises(Refusal, match=r"draft.missing"):
            draft.view(draft=new, session=other.session)
        with pytest.raises(Refusal, match=r"draft.missing"):
            draft.file(draft=new, session=other.session, key=uuid4())
        with pytest.raises(Refusal, match=r"case.not_drawn"):
            visit.end(visit=stood.visit, outcome="left", session=other.session, key=uuid4())


def test_two_clerks_who_greet_the_same_person_give_her_one_number_and_one_clerk() -> None:
    town = towns.town(item=PERSONAL)
    number = resident_id()
    one = greeted(town, number, by=town.people["clerk"][0])
    two = greeted(town, number, by=town.people["clerk"][1])
    assert (two.visit, two.ticket, two.retried) == (one.visit, one.ticket, True)
    first = town.drawn(one.visit, "window")
    visit.end(visit=one.visit, outcome="advice", session=first.session, key=uuid4())
    greeter = next(c for c in town.people["clerk"] if c.person != first.person)
    again = greeted(town, number, by=greeter)
    assert again.ticket == 2
    assert town.drawn(again.visit, "window").person == first.person


def test_nothing_is_filed_that_the_person_did_not_confirm() -> None:
    town = towns.town(item=PERSONAL)
    new, clerk = filled(town, greeted(town))
    with pytest.raises(Refusal, match=r"confirmation.awaited"):
        draft.file(draft=new, session=clerk.session, key=uuid4())
    secret = at_window.screen(new, clerk)
    shown = confirmation.confirmation(secret=secret)
    draft.save(draft=new, organisation=None, form=towns.FORM | {"premises": "别处"}, session=clerk.session)
    with pytest.raises(Refusal, match=r"confirmation.changed"):
        confirmation.confirm(secret=secret, digest=str(shown["digest"]))
    confirmation.confirm(secret=secret, digest=str(confirmation.confirmation(secret=secret)["digest"]))
    draft.attach(draft=new, paper=Paper("rules", "后加.png", towns.PAPER), session=clerk.session)
    with pytest.raises(Refusal, match=r"confirmation.awaited"):
        draft.file(draft=new, session=clerk.session, key=uuid4())


def test_a_code_works_once_so_that_the_clerk_who_showed_it_cannot_confirm_with_it(
    clone: Callable[[], testing_city.City],
) -> None:
    clone()  # tries of codes that begin alike, none among them, are counted by the whole city
    town = towns.town(item=PERSONAL)
    new, clerk = filled(town, greeted(town))
    code, _ = confirmation.ask_confirmation(draft=new, session=clerk.session)
    secret = confirmation.open_confirmation(code=code.lower())
    for again in (code, "WRONGCODE2", ""):
        with pytest.raises(Refusal, match=r"confirmation.missing"):
            confirmation.open_confirmation(code=again)
    assert confirmation.confirmation(secret=secret)["person_zh"] == "林小满"
    confirmation.ask_confirmation(draft=new, session=clerk.session)
    with pytest.raises(Refusal, match=r"confirmation.missing"):  # a new code ends the screen before
        confirmation.confirmation(secret=secret)


def test_with_the_second_screen_broken_the_person_signs_a_page_that_counts_for_what_is_printed_on_it() -> None:
    town = towns.town(item=PERSONAL)
    new, clerk = filled(town, greeted(town))
    mark = draft.view(draft=new, session=clerk.session)["mark"]
    with pytest.raises(Refusal, match=r"confirmation.other_page"):
        at_window.signed(new, clerk, mark="0123456789")
    at_window.signed(new, clerk, mark=f" {mark[:5].lower()}-{mark[5:]}")
    draft.save(draft=new, organisation=None, form=towns.FORM | {"premises": "别处"}, session=clerk.session)
    with pytest.raises(Refusal, match=r"confirmation.awaited"):
        draft.file(draft=new, session=clerk.session, key=uuid4())
    with pytest.raises(Refusal, match=r"confirmation.other_page"):
        at_window.signed(new, clerk, mark=mark)
    at_window.signed(new, clerk)
    assert draft.file(draft=new, session=clerk.session, key=uuid4()).recorded.number == 1
    facts = statement.document(
        "oversight", "select facts::jsonb from record_event where stream = %s and number = 1", [new]
    )
    assert facts["confirmed"] == "paper"
    assert sorted(one["material"] for one in facts["documents"]) == ["layout", "signed_confirmation"]


def test_a_correction_at_the_window_is_what_the_person_confirmed() -> None:
    town = towns.town(item=PERSONAL)
    new, clerk = filled(town, greeted(town))
    at_window.confirmed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    at_window.correction_asked(town, new)
    told: dict[str, Any] = {"case": new, "after": town.head(new), "session": clerk.session, "key": uuid4()}
    answers = {"premises": "别处 2 号"}
    for given in ({}, answers):
        with pytest.raises(Refusal, match=r"confirmation.awaited"):
            correction.correct(answers=given, **told)
    kept = confirmation.keep_answers(case=new, answers=answers, session=clerk.session)
    draft.attach(draft=new, paper=Paper("layout", "新图.png", towns.PAPER), session=clerk.session)
    secret = at_window.screen(new, clerk)
    shown = confirmation.confirmation(secret=secret)
    assert (shown["what"], shown["form"]) == ("correction", answers)
    assert [one["name"] for one in shown["documents"]] == ["新图.png"]
    with pytest.raises(Refusal, match=r"confirmation.changed"):
        confirmation.confirm(secret=secret, digest=kept["digest"])
    confirmation.confirm(secret=secret, digest=shown["digest"])
    with pytest.raises(Refusal, match=r"confirmation.awaited"):
        correction.correct(answers={"premises": "又一处"}, **told)
    first = correction.correct(answers=answers, **told)
    assert correction.correct(answers=answers, **told).retried
    done = confirmation.confirmation(secret=secret)
    assert (done["filed"], done["case"]["event"], done["case"]["hash"]) == (True, first.number, first.hash.hex())
    facts = statement.document(
        "oversight", "select facts::jsonb from record_event where stream = %s and number = %s", [new, first.number]
    )
    assert facts["confirmed"] == "screen"


def test_a_correction_is_signed_on_paper_where_no_screen_works() -> None:
    town = towns.town(item=PERSONAL)
    new, clerk = filled(town, greeted(town))
    at_window.signed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    at_window.correction_asked(town, new)
    mark = confirmation.keep_answers(case=new, answers={"premises": "别处"}, session=clerk.session)["mark"]
    at_window.signed(new, clerk, mark=mark)
    kept = confirmation.keep_answers(case=new, answers={"premises": "第三处"}, session=clerk.session)
    assert kept["confirmed"] is None
    at_window.signed(new, clerk, mark=kept["mark"])
    assert confirmation.kept_answers(case=new, session=clerk.session)["confirmed"] == "paper"
    correction.correct(case=new, after=town.head(new), answers=kept["answers"], session=clerk.session, key=uuid4())
    assert town.state(new) == "received"


def test_what_could_not_be_checked_blocks_the_decision_and_not_the_person() -> None:
    town = towns.town(item=PERSONAL)
    new, clerk = filled(town, greeted(town, checked="not_checked"))
    at_window.confirmed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    town.accept(new)
    town.examine(new)
    with pytest.raises(Refusal, match=r"case.unverified"):
        town.decide(new)
    decider = town.drawn(new, "decider").session
    with pytest.raises(Refusal, match=r"case.unverified"):
        decision.deny(case=new, after=town.head(new), reasons={"rules": "x"}, session=decider, key=uuid4())
    (waiting,) = [r for r in statement.rows("worker", "select * from casework_unverified()") if r["stream"] == new]
    assert waiting["what"] == "identity"
    original.see(case=new, after=town.head(new), what="identity", session=clerk.session, key=uuid4())
    town.decide(new)
    assert town.state(new) == "granted"


def test_a_draft_begun_at_home_is_resumed_at_a_window_and_a_clerk_never_serves_herself() -> None:
    town = towns.town(item=PERSONAL)
    stood = greeted(town)
    clerk = town.drawn(stood.visit, "window")
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_visit set person = %s where stream = %s", [town.applicant.person, stood.visit])
    at_home = town.drafted(personal=True)
    assert draft.view(draft=at_home, session=clerk.session)["person"]["name_zh"] == "某0"
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_visit set person = %s where stream = %s", [clerk.person, stood.visit])
        owner.execute("update casework_draft set person = %s where id = %s", [clerk.person, at_home])
    at_window.signed(at_home, clerk)
    with pytest.raises(Refusal, match=r"hat.second"):
        draft.file(draft=at_home, session=clerk.session, key=uuid4())


def test_the_record_of_a_visit_names_nobody() -> None:
    town = towns.town(item=PERSONAL)
    number = resident_id()
    stood = greeted(town, number)
    facts = statement.rows("oversight", "select facts from record_event where stream = %s", [stood.visit])
    told = " ".join(row["facts"] for row in facts)
    assert number not in told
    assert "林小满" not in told
    assert str(stood.person) not in told


def test_what_we_have_is_offered_and_a_needless_ask_is_counted() -> None:
    materials = [one | {"kind": one["code"], "valid_months": 12} for one in towns.ITEM["materials"]]
    town = towns.town(item=PERSONAL | {"materials": materials})
    town.filed(personal=True)
    again = town.drafted(personal=True)
    (offer,) = draft.view(draft=again, session=town.applicant.session)["offers"]
    assert (offer["material"], offer["source"]) == ("layout", "given")
    stranger = town.drafted(who=town.stranger, personal=True)
    with pytest.raises(Refusal, match=r"document.not_offered"):
        draft.reuse(draft=stranger, material="layout", document=UUID(offer["document"]), session=town.stranger.session)
    draft.file(draft=again, session=town.applicant.session, key=uuid4())
    assert cases.view(case=again, session=town.applicant.session)["asked_again"] == 1

    third = draft.start(item=town.item, session=town.applicant.session, key=uuid4())
    draft.save(draft=third, organisation=None, form=towns.FORM, session=town.applicant.session)
    draft.reuse(draft=third, material="layout", document=UUID(offer["document"]), session=town.applicant.session)
    draft.file(draft=third, session=town.applicant.session, key=uuid4())
    assert cases.view(case=third, session=town.applicant.session)["asked_again"] == 0


def test_what_is_said_of_a_visit_must_have_happened() -> None:
    town = towns.town(item=PERSONAL)
    stood = greeted(town)
    new, clerk = filled(town, stood)
    for said in ("filed", "handed_over"):
        with pytest.raises(Refusal, match=r"visit.not_what_happened"):
            visit.end(visit=stood.visit, outcome=said, session=clerk.session, key=uuid4())
    at_window.confirmed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    original.take(case=new, after=town.head(new), material="layout", pieces=1, session=clerk.session, key=uuid4())
    visit.end(visit=stood.visit, outcome="handed_over", session=clerk.session, key=uuid4())
    other = greeted(town, by=clerk)
    with pytest.raises(Refusal, match=r"visit.not_what_happened"):  # something was handed over, but to another person
        visit.end(
            visit=other.visit, outcome="handed_over", session=town.drawn(other.visit, "window").session, key=uuid4()
        )
