"""At the window: whoever greets does not serve, whoever serves was drawn, and the person confirms what is filed for her."""

from uuid import UUID, uuid4

import pytest

import town as towns
from town_item import resident_id
from yimen.casework import case as cases
from yimen.casework import decision, draft, original, visit
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


def confirmed(new: UUID, clerk: towns.Someone) -> None:
    code, _ = visit.ask_confirmation(draft=new, session=clerk.session)
    visit.confirm(code=code, digest=str(visit.confirmation(code=code)["digest"]))


def test_a_person_is_served_by_whom_chance_drew_and_leaves_with_a_receipt() -> None:
    town = towns.town(item=PERSONAL)
    stood = greeted(town)
    assert stood.ticket == 1
    new, clerk = filled(town, stood)
    assert clerk.person != town.someone("clerk").person
    assert [row["visit"] for row in visit.waiting(session=clerk.session)] == [stood.visit]
    confirmed(new, clerk)
    receipt = draft.file(draft=new, session=clerk.session, key=uuid4())
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
    code, _ = visit.ask_confirmation(draft=new, session=clerk.session)
    shown = visit.confirmation(code=code)
    draft.save(draft=new, organisation=None, form=towns.FORM | {"premises": "别处"}, session=clerk.session)
    with pytest.raises(Refusal, match=r"confirmation.changed"):
        visit.confirm(code=code, digest=str(shown["digest"]))
    visit.confirm(code=code, digest=str(visit.confirmation(code=code)["digest"]))
    draft.attach(draft=new, paper=Paper("rules", "后加.png", towns.PAPER), session=clerk.session)
    with pytest.raises(Refusal, match=r"confirmation.awaited"):
        draft.file(draft=new, session=clerk.session, key=uuid4())
    with pytest.raises(Refusal, match=r"confirmation.missing"):
        visit.confirmation(code="WRONGCODE2")


def test_with_the_second_screen_broken_the_person_signs_on_paper() -> None:
    town = towns.town(item=PERSONAL)
    new, clerk = filled(town, greeted(town))
    draft.attach(draft=new, paper=Paper("signed_confirmation", "签名.png", towns.PAPER), session=clerk.session)
    assert draft.file(draft=new, session=clerk.session, key=uuid4()).number == 1
    facts = statement.document(
        "oversight", "select facts::jsonb from record_event where stream = %s and number = 1", [new]
    )
    assert facts["confirmed"] == "paper"


def test_what_could_not_be_checked_blocks_the_decision_and_not_the_person() -> None:
    town = towns.town(item=PERSONAL)
    new, clerk = filled(town, greeted(town, checked="not_checked"))
    confirmed(new, clerk)
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
    draft.attach(draft=at_home, paper=Paper("signed_confirmation", "签名.png", towns.PAPER), session=clerk.session)
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
    confirmed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())
    original.take(case=new, after=town.head(new), material="layout", pieces=1, session=clerk.session, key=uuid4())
    visit.end(visit=stood.visit, outcome="handed_over", session=clerk.session, key=uuid4())
    other = greeted(town, by=clerk)
    with pytest.raises(Refusal, match=r"visit.not_what_happened"):  # something was handed over, but to another person
        visit.end(
            visit=other.visit, outcome="handed_over", session=town.drawn(other.visit, "window").session, key=uuid4()
        )
