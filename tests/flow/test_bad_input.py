"""What goes wrong between people: the same person twice, authority that ends, a version that changes. A clear answer, nothing lost."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

import at_window
import town as towns
from town_item import resident_id
from visiting import visitor
from yimen.casework import case as cases
from yimen.casework import correction, decision, draft, intake, mandate, visit
from yimen.casework.intake import Missing
from yimen.casework.paper import Paper
from yimen.jobs import worker
from yimen.jobs.keeper import loop
from yimen.jobs.keeper.check import NotDue
from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity


def refused(code: str, what: Any, *given: Any, **told: Any) -> None:
    with pytest.raises(Refusal) as error:
        what(*given, **told)
    assert error.value.code == code
    assert error.value.words != code  # it says something to a person


def entered(body: dict[str, Any]) -> None:
    towns.enter(body, *towns.founded(towns.testing_city.current().database))


# two clerks, one person ------------------------------------------------------------------------------------------------


def test_two_clerks_at_the_same_moment_give_one_person_one_number() -> None:
    town, number = towns.town(item=at_window.PERSONAL), resident_id()
    clerks = town.people["clerk"][:2]
    for clerk in clerks:
        assert clerk.session  # signed in before, so that both are at the door at once
    one, two = at_window.together(*(lambda by=by: at_window.greeted(town, number, by=by) for by in clerks))
    assert (one.visit, one.ticket, one.person) == (two.visit, two.ticket, two.person)
    assert sorted([one.retried, two.retried]) == [False, True]


def test_in_two_centres_the_same_draft_becomes_one_case_and_the_other_clerk_is_told() -> None:
    here, there, number = towns.town(item=at_window.PERSONAL), towns.town(item=at_window.PERSONAL), resident_id()
    for town in (here, there):
        assert town.someone("clerk").session
    one, two = at_window.together(lambda: at_window.greeted(here, number), lambda: at_window.greeted(there, number))
    assert one.person == two.person
    assert one.visit != two.visit
    new, clerk = at_window.filled(here, one)
    other = there.drawn(two.visit, "window")
    assert draft.view(draft=new, session=other.session)["form"] == towns.FORM  # resumed at another place
    at_window.confirmed(new, other)

    said = at_window.together(*(lambda by=by: draft.file(draft=new, session=by.session, key=uuid4()).recorded.number for by in (clerk, other)))  # fmt: skip
    assert sorted(said, key=str) == [1, "draft.filed_already"]
    for town, stood, who in ((here, one, clerk), (there, two, other)):
        assert [row["drafts"] for row in visit.waiting(session=who.session)] == [[]]
        visit.end(visit=stood.visit, outcome="left", session=who.session, key=uuid4())
        assert visit.waiting(session=town.drawn(stood.visit, "window").session) == []


# authority that ends ---------------------------------------------------------------------------------------------------


def known_by(who: towns.Someone, number: str) -> None:
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_person set identity = %s::bytea where id = %s", [identity(number), who.person])


def test_a_mandate_that_ends_at_midnight_ends_the_agents_session_and_draft_and_not_the_case() -> None:
    town, number = towns.town(item=at_window.EVERYBODY), resident_id()
    known_by(town.stranger, number)
    given = mandate.give(agent=number, name="某1", until=towns.today(), session=town.applicant.session, key=uuid4())
    told: dict[str, Any] = {"who": town.stranger, "mandate": given, "personal": True}
    case, open_draft = town.filed(**told), town.drafted(**told)
    assert cases.view(case=case, session=town.stranger.session)["state"] == "received"
    with at_window.days(town) as until:
        until(1)
        agent = town.stranger.session
        refused("case.missing", cases.view, case=case, session=agent)
        refused("mandate.not_live", draft.file, draft=open_draft, session=agent, key=uuid4())
        assert draft.view(draft=open_draft, session=agent)["form"]["premises"] == towns.FORM["premises"]
        refused("case.not_yours", cases.withdraw, case=case, after=town.head(case), session=agent, key=uuid4())
        assert cases.view(case=case, session=town.applicant.session)["state"] == "received"
        again = mandate.give(agent=number, name="某1", until=towns.today(), session=town.applicant.session, key=uuid4())
        draft.save(draft=open_draft, organisation=None, form=towns.FORM, session=agent, mandate=again)
        draft.file(draft=open_draft, session=agent, key=uuid4())  # nothing was lost


def test_a_mandate_for_an_organisation_ends_when_its_giver_represents_it_no_longer() -> None:
    town, number = towns.town(), resident_id()
    known_by(town.stranger, number)
    given = mandate.give(
        agent=number, name="某1", until=towns.today() + timedelta(9), session=town.applicant.session, key=uuid4(), organisation=town.organisation
    )  # fmt: skip
    new = town.drafted(who=town.stranger, mandate=given)
    entered({"organisations": [organisation(town) | {"representative": str(town.someone("manager").person)}]})
    refused("mandate.not_live", draft.file, draft=new, session=town.stranger.session, key=uuid4())
    refused("organisation.no_authority", town.drafted)


def organisation(town: towns.Town) -> dict[str, Any]:
    with towns.testing_city_owner() as owner:
        ((row,),) = owner.execute(
            "select to_jsonb(o) from registry_organisation o where id = %s", [town.organisation]
        ).fetchall()
    return dict(row)


def test_an_organisation_that_is_no_more_files_nothing_and_is_granted_nothing() -> None:
    town = towns.town()
    at = {state: town.brought_to(state) for state in ("received", "examining", "deciding")}
    correcting = town.filed()
    clerk = town.drawn(correcting, "counter").session
    missing = [Missing(material="layout", what="请标明面积")]
    intake.ask_correction(case=correcting, after=town.head(correcting), missing=missing, session=clerk, key=uuid4())
    new = town.drafted()
    entered({"organisations": [organisation(town) | {"ended_at": datetime.now(UTC).isoformat()}]})

    refused("organisation.ended", draft.file, draft=new, session=town.applicant.session, key=uuid4())
    assert draft.view(draft=new, session=town.applicant.session)["form"] == towns.FORM
    correction.correct(case=correcting, after=town.head(correcting), answers={}, session=town.applicant.session, key=uuid4())  # fmt: skip
    town.accept(at["received"])
    town.examine(at["examining"])
    refused("organisation.ended", town.decide, at["deciding"])
    assert cases.view(case=at["deciding"], session=town.drawn(at["deciding"], "decider").session)["organisation"][
        "ended"
    ]
    decider = town.drawn(at["deciding"], "decider").session
    decision.deny(case=at["deciding"], after=town.head(at["deciding"]), reasons={"premises": "企业已注销"}, session=decider, key=uuid4())  # fmt: skip
    cases.withdraw(case=at["examining"], after=town.head(at["examining"]), session=town.applicant.session, key=uuid4())
    assert {town.state(one) for one in (at["deciding"], at["examining"])} == {"denied", "withdrawn"}


# a version that changes ------------------------------------------------------------------------------------------------


def published(town: towns.Town, *, state: str = "1", **changes: Any) -> None:
    """Publish the next version of the town's item; its state is 1 in use, 2 suspended."""
    with towns.testing_city_owner() as owner:
        ((row,),) = owner.execute(
            "select to_jsonb(i) from registry_item i where code = %s and ended_at is null", [town.item]
        ).fetchall()
    kept = {name: row[name] for name in ("code", "agency", "centre", "seal")}
    entered(
        {
            "items": [
                kept
                | {
                    "id": str(uuid4()),
                    "version": row["version"] + 1,
                    "body": row["body"] | changes,
                    "rows": {"items": [{"state": state}]},
                }
            ]
        }
    )


def version(case: UUID) -> int:
    sql = "select i.version from casework_case c join registry_item i on i.id = c.item where c.stream = %s"
    return int(statement.value("oversight", sql, [case]))


def test_a_version_that_ended_while_the_form_was_open_is_not_filed_and_what_still_fits_is_carried_over() -> None:
    town = towns.town()
    session = town.applicant.session
    before, new = town.filed(), town.drafted()
    draft.attach(draft=new, paper=Paper("rules", "制度.png", towns.PAPER), session=session)
    asked = [one for one in towns.ITEM["form"] if one["name"] != "business_items"] + [
        {"name": "area", "required": True}
    ]
    published(town, form=asked, materials=towns.ITEM["materials"][:2], delivery=["window"])
    refused("item.version_ended", draft.file, draft=new, session=session, key=uuid4())
    assert draft.renew(draft=new, session=session)
    view = draft.view(draft=new, session=session)
    assert view["form"] == {name: value for name, value in towns.FORM.items() if name != "business_items"}
    assert [one["material"] for one in view["documents"]] == ["layout"]
    assert (view["item"]["version"], view["item"]["in_force"], view["delivery"]) == (2, True, "window")
    assert not draft.renew(draft=new, session=session)
    draft.save(draft=new, organisation=town.organisation, form=view["form"] | {"area": "50"}, session=session, delivery="window")  # fmt: skip
    draft.file(draft=new, session=session, key=uuid4())
    assert (version(before), version(new)) == (1, 2)
    town.accept(before)
    assert town.state(before) == "examining"


def test_at_the_window_what_is_carried_over_is_confirmed_anew() -> None:
    town = towns.town(item=at_window.PERSONAL)
    new, clerk = at_window.filled(town, at_window.greeted(town))
    at_window.confirmed(new, clerk)
    published(town, name_en="Another")
    refused("item.version_ended", draft.file, draft=new, session=clerk.session, key=uuid4())
    draft.renew(draft=new, session=clerk.session)
    refused("confirmation.awaited", draft.file, draft=new, session=clerk.session, key=uuid4())
    at_window.confirmed(new, clerk)
    draft.file(draft=new, session=clerk.session, key=uuid4())


def test_a_program_that_sends_it_again_after_the_version_changed_files_it_once_under_the_new_one() -> None:
    town = towns.town()
    key, session = uuid4(), town.applicant.session
    begun = draft.start(item=town.item, session=session, key=key)
    published(town, name_en="Another")
    told: dict[str, Any] = {"item": town.item, "organisation": town.organisation, "form": towns.FORM, "papers": [Paper("layout", "x.png", towns.PAPER)]}  # fmt: skip
    first = draft.apply(session=session, key=key, **told)
    again = draft.apply(session=session, key=key, **told)
    assert (first.recorded.stream, version(begun)) == (begun, 2)
    assert (again.number, again.recorded.retried) == (first.number, True)


def test_an_item_that_is_suspended_takes_nothing_new_and_loses_nothing() -> None:
    town = towns.town()
    session = town.applicant.session
    before, new, key = town.filed(), town.drafted(), uuid4()
    published(town, state="2")
    refused("item.suspended", draft.start, item=town.item, session=session, key=uuid4())
    told: dict[str, Any] = {"item": town.item, "organisation": town.organisation, "form": towns.FORM, "papers": []}
    refused("item.suspended", draft.apply, session=session, key=uuid4(), **told)
    refused("item.version_ended", draft.file, draft=new, session=session, key=key)
    draft.renew(draft=new, session=session)
    refused("item.suspended", draft.file, draft=new, session=session, key=key)
    assert draft.view(draft=new, session=session)["form"] == towns.FORM
    town.accept(before)
    assert town.state(before) == "examining"
    published(town)
    draft.renew(draft=new, session=session)
    draft.file(draft=new, session=session, key=key)


def test_an_item_that_is_no_more_keeps_the_draft_and_says_so() -> None:
    town = towns.town()
    new = town.drafted()
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_item set ended_at = now() where code = %s", [town.item])
    refused("item.ended", draft.file, draft=new, session=town.applicant.session, key=uuid4())
    refused("item.ended", draft.renew, draft=new, session=town.applicant.session)
    assert draft.view(draft=new, session=town.applicant.session)["form"] == towns.FORM


# at the same moment ----------------------------------------------------------------------------------------------------


def test_a_withdrawal_and_an_acceptance_at_once_are_one_or_the_other() -> None:
    town = towns.town()
    for _ in range(3):
        case = town.filed()
        after, clerk, mine = town.head(case), town.drawn(case, "counter").session, town.applicant.session
        told: dict[str, Any] = {"case": case, "after": after}
        said = at_window.together(
            partial(cases.withdraw, session=mine, key=uuid4(), **told),
            partial(intake.accept, session=clerk, key=uuid4(), **told),
        )
        done = [one if isinstance(one, str) else one.state for one in said]
        assert sorted(done) in (["case.moved_meanwhile", "examining"], ["case.moved_meanwhile", "withdrawn"])
        assert town.state(case) in ("withdrawn", "examining")


def test_an_answer_after_the_last_day_of_a_correction_comes_too_late_even_if_the_worker_slept() -> None:
    town = towns.town(item={"limits": towns.ITEM["limits"] | {"correction": {"amount": 10, "unit": "N"}}})
    on_time, late = town.filed(), town.filed()
    for case in (on_time, late):
        clerk = town.drawn(case, "counter").session
        missing = [Missing(material="layout", what="请标明面积")]
        intake.ask_correction(case=case, after=town.head(case), missing=missing, session=clerk, key=uuid4())
    last = (town.clock(late, "correction")["due_on"] - towns.today()).days
    paper = Paper("layout", "x.png", towns.PAPER)
    with at_window.days(town) as until:
        until(last)
        told: dict[str, Any] = {"answers": {}, "session": town.applicant.session, "key": uuid4()}
        correction.correct(case=on_time, after=town.head(on_time), **told)
        until(last + 1)
        session = town.applicant.session
        refused("case.lapsed", draft.attach, draft=late, paper=paper, session=session)
        refused("case.lapsed", correction.correct, case=late, after=town.head(late), answers={}, session=session, key=uuid4())  # fmt: skip
    assert town.state(on_time) == "received"


def test_a_licence_does_not_leave_to_an_organisation_that_ended_after_the_grant() -> None:
    town = towns.town()
    certifying, released = town.brought_to("certifying"), town.brought_to("released")
    entered({"organisations": [organisation(town) | {"ended_at": datetime.now(UTC).isoformat()}]})
    refused("organisation.ended", town.custody, certifying, "maker")
    refused("organisation.ended", at_window.sealed, town, released)  # whoever seals, and whatever it checked before
    worker.step()
    with towns.testing_city_owner() as owner:
        sql = "select k.place from record_place k where k.stream = %s and k.number = %s"
        ((place,),) = owner.execute(sql, [released, town.head(released)]).fetchall()
    with pytest.raises(NotDue, match=r"keeper.holder_ended") as no:
        loop.handle({"kind": "certificate.released_again", "stream": released})
    statement.rows("keeper", "select record_park('keeper', %s::bigint, %s)", [place, f"NotDue: {no.value}"])
    page = visitor(town.someone("supervisor")).get(f"/supervisor/{released}/").content.decode()
    assert "the organisation is no longer registered" in page
    assert town.state(released) == "released"
    statement.rows("keeper", "select record_unpark('keeper', %s::bigint)", [place])
