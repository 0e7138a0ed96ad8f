"""Every outcome the law knows before special procedures, each by whom chance drew, and what is refused on the way."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

import town as towns
from yimen.casework import (
    case as cases,
)
from yimen.casework import correction, decision, delivery, draft, intake, mandate, original, stepping_aside
from yimen.casework.intake import Missing
from yimen.casework.paper import Paper
from yimen.jobs import worker
from yimen.record import order, statement
from yimen.record.events import WORKER, append
from yimen.record.refusal import Refusal
from yimen.registry.load import identity

MISSING = [Missing(material="layout", what="请标明面积"), Missing(field="premises", what="请写明门牌号")]


def refused(code: str, what: Any, *given: Any, **told: Any) -> None:
    with pytest.raises(Refusal) as error:
        what(*given, **told)
    assert error.value.code == code


def ask_correction(town: towns.Town, case: UUID) -> None:
    clerk = town.drawn(case, "counter").session
    intake.ask_correction(case=case, after=town.head(case), missing=MISSING, session=clerk, key=uuid4())


# correction ------------------------------------------------------------------------------------------------------------


def test_everything_missing_is_told_once_and_the_corrected_application_comes_back_to_the_same_clerk() -> None:
    town = towns.town()
    case = town.filed()
    clerk = town.drawn(case, "counter")
    ask_correction(town, case)
    assert town.state(case) == "correcting"
    assert town.clock(case, "acceptance")["stopped"] is not None

    mine = cases.view(case=case, session=town.applicant.session)
    (notice,) = mine["writings"]
    assert [one["what"] for one in json.loads(notice["body"])["items"]] == ["请标明面积", "请写明门牌号"]

    draft.attach(draft=case, paper=Paper("layout", "新布局图.png", towns.PAPER), session=town.applicant.session)
    correction.correct(
        case=case,
        after=town.head(case),
        answers={"premises": "人民大街 2 号"},
        session=town.applicant.session,
        key=uuid4(),
    )
    assert town.state(case) == "received"
    assert town.drawn(case, "counter").person == clerk.person
    assert town.clock(case, "acceptance")["stopped"] is None
    seen = cases.view(case=case, session=clerk.session)
    assert seen["form"]["premises"] == "人民大街 2 号"
    assert [one["name"] for one in seen["documents"]] == ["布局图.png", "新布局图.png"]
    refused("correction.second", ask_correction, town, case)
    town.accept(case)
    assert town.state(case) == "examining"


def test_a_correction_is_the_applicants_and_only_while_it_is_asked_for() -> None:
    town = towns.town()
    case = town.filed()
    paper = Paper("layout", "x.png", towns.PAPER)
    refused("draft.filed_already", draft.attach, draft=case, paper=paper, session=town.applicant.session)
    ask_correction(town, case)
    refused("draft.filed_already", draft.attach, draft=case, paper=paper, session=town.stranger.session)
    refused(
        "draft.filed_already",
        correction.correct,
        case=case,
        after=town.head(case),
        answers={},
        session=town.stranger.session,
        key=uuid4(),
    )


def test_a_correction_sent_again_is_answered_from_the_record() -> None:
    town = towns.town()
    case = town.filed()
    ask_correction(town, case)
    key, after = uuid4(), town.head(case)
    told = {
        "case": case,
        "after": after,
        "answers": {"premises": "人民大街 3 号"},
        "session": town.applicant.session,
        "key": key,
    }
    first = correction.correct(**told)
    again = correction.correct(**told)
    assert (again.number, again.hash, again.retried) == (first.number, first.hash, True)


def test_a_correction_that_never_comes_lapses_and_not_a_day_earlier() -> None:
    town = towns.town(item={"limits": towns.ITEM["limits"] | {"correction": {"amount": 10, "unit": "N"}}})
    case = town.filed()
    ask_correction(town, case)
    worker.what_time_brings()
    assert town.state(case) == "correcting"
    refused(
        "clock.still_running",
        append,
        stream=case,
        after=town.head(case),
        kind="case.lapsed",
        session=WORKER,
        facts={},
        key=uuid4(),
    )
    with towns.later(town, 30):
        worker.what_time_brings()
    assert town.state(case) == "lapsed"


# deemed acceptance -----------------------------------------------------------------------------------------------------


def test_five_working_days_without_an_answer_is_acceptance_from_the_day_of_receipt() -> None:
    town = towns.town()
    case = town.filed()
    received = town.clock(case, "acceptance")["starts_on"]
    with towns.later(town, 12):
        refused("case.deemed_accepted", ask_correction, town, case)
        refused("case.deemed_accepted", town.accept, case)
        clerk = town.drawn(case, "counter").session
        told = {"case": case, "after": town.head(case), "session": clerk, "key": uuid4()}
        refused("case.deemed_accepted", intake.refuse, reason="不归我们管", where="别处", **told)
        assert cases.view(case=case, session=clerk)["deemed"] is True
        worker.what_time_brings()
        assert town.state(case) == "examining"
        assert town.clock(case, "statutory")["starts_on"] == received
        town.examine(case)
        assert town.state(case) == "deciding"


def test_a_machine_cannot_deem_too_early() -> None:
    town = towns.town()
    case = town.filed()
    since = town.clock(case, "acceptance")["starts_on"].isoformat()
    refused(
        "clock.still_running",
        append,
        stream=case,
        after=town.head(case),
        kind="case.deemed_accepted",
        session=WORKER,
        facts={"since": since},
        key=uuid4(),
    )


# turned away -----------------------------------------------------------------------------------------------------------


def test_not_required_and_not_accepted_end_the_case_with_reasons() -> None:
    town = towns.town()
    for act, told, state in (
        (intake.not_required, {"reason": "仅销售预包装食品，备案即可"}, "not_required"),
        (intake.refuse, {"reason": "不属于本机关职权范围", "where": "消防救援支队"}, "refused"),
    ):
        case = town.filed()
        clerk = town.drawn(case, "counter").session
        refused(
            "form.malformed",
            act,
            case=case,
            after=town.head(case),
            session=clerk,
            key=uuid4(),
            **dict.fromkeys(told, " "),
        )
        act(case=case, after=town.head(case), session=clerk, key=uuid4(), **told)
        assert town.state(case) == state
        assert (
            json.loads(cases.view(case=case, session=town.applicant.session)["writings"][0]["body"])["reason"]
            == told["reason"]
        )
        assert all(
            clock["stopped"]
            for clock in statement.rows("oversight", "select stopped from casework_clock where stream = %s", [case])
        )


# examination and decision ----------------------------------------------------------------------------------------------


def test_sent_back_with_reasons_goes_to_the_same_examiner_and_returns_to_the_same_decider() -> None:
    town = towns.town()
    case = town.brought_to("deciding")
    examiner, decider = town.drawn(case, "examiner"), town.drawn(case, "decider")
    decision.send_back(case=case, after=town.head(case), reason="请核对布局图", session=decider.session, key=uuid4())
    assert (town.state(case), town.drawn(case, "examiner").person) == ("examining", examiner.person)
    assert cases.view(case=case, session=examiner.session)["turn"] == "examiner"
    assert "请核对布局图" in cases.view(case=case, session=examiner.session)["writings"][0]["body"]
    assert cases.view(case=case, session=town.applicant.session)["writings"] == []
    town.examine(case)
    assert (town.state(case), town.drawn(case, "decider").person) == ("deciding", decider.person)
    town.decide(case)
    assert town.state(case) == "granted"


def test_a_finding_that_fails_cannot_be_granted_and_is_denied_with_reasons_and_remedies() -> None:
    town = towns.town(
        item={"conditions": [{"code": "premises", "zh": "场所", "en": "x"}, {"code": "rules", "zh": "制度", "en": "y"}]}
    )
    case = town.brought_to("examining")
    town.examine(case, failed=("rules",))
    decider = town.drawn(case, "decider").session
    refused("decision.against_finding", town.decide, case)
    told = {"case": case, "after": town.head(case), "session": decider, "key": uuid4()}
    refused("denial.no_reason", decision.deny, reasons={}, **told)
    refused("finding.unknown", decision.deny, reasons={"weather": "雨"}, **told)
    decision.deny(reasons={"rules": "没有食品安全管理制度"}, **told)
    assert town.state(case) == "denied"
    body = json.loads(cases.view(case=case, session=town.applicant.session)["decision"])
    assert body["reasons"] == [{"condition": "rules", "why": "没有食品安全管理制度"}]
    assert body["remedies"] == {"reconsideration_days": 60, "action_months": 6}
    order.sequence()
    while worker.step():
        pass
    assert town.state(case) == "closed"


def test_a_text_cannot_be_left_out_or_exchanged(connect: Any) -> None:
    """The event needs its row, and the row must be what the event says: raw SQL under the decider's own login."""
    town = towns.town()
    case = town.brought_to("deciding")
    secret = town.drawn(case, "decider").session.secret
    raw = connect("decide")
    sql = "select * from record_append(%s::uuid, %s, 'case.sent_back', %s, %s::jsonb, %s::uuid)"
    facts = json.dumps({"content": "ab" * 32})
    with pytest.raises(Exception, match="casework_due_writing"):
        raw.execute(sql, [case, town.head(case), secret, facts, uuid4()])
    both = f"with e as ({sql}) insert into casework_writing (stream, number, kind, body) select %s, e.number, 'case.sent_back', %s from e"
    with pytest.raises(Exception, match="writing_is_what_the_record_says"):
        raw.execute(both, [case, town.head(case), secret, facts, uuid4(), case, '{"reason": "other"}'])
    assert town.state(case) == "deciding"


# stepping aside --------------------------------------------------------------------------------------------------------


def test_who_has_an_interest_says_so_and_chance_picks_another_who_is_never_the_same() -> None:
    town = towns.town()
    case = town.brought_to("examining")
    first = town.drawn(case, "examiner")
    told = {"case": case, "after": town.head(case), "session": first.session, "key": uuid4()}
    refused("ground.unknown", stepping_aside.step_aside, step="examiner", ground="bored", **told)
    stepping_aside.step_aside(step="examiner", ground="interest", **told)
    second = town.drawn(case, "examiner")
    assert second.person != first.person
    refused(
        "case.not_drawn",
        stepping_aside.step_aside,
        step="examiner",
        ground="interest",
        case=case,
        after=town.head(case),
        session=first.session,
        key=uuid4(),
    )
    town.examine(case)
    stepping_aside.step_aside(
        case=case,
        after=town.head(case),
        step="decider",
        ground="absence",
        session=town.drawn(case, "decider").session,
        key=uuid4(),
    )
    town.decide(case)
    assert town.state(case) == "granted"


def test_when_nobody_is_left_the_case_waits_with_the_manager_and_is_drawn_when_someone_is() -> None:
    town = towns.town(roles={"examiner": 1})
    case = town.brought_to("examining")
    stepping_aside.step_aside(
        case=case,
        after=town.head(case),
        step="examiner",
        ground="absence",
        session=town.drawn(case, "examiner").session,
        key=uuid4(),
    )
    assert town.kinds(case)[-1] == "case.draw_waits"
    stands = statement.row("oversight", "select responsible, waits_for, open from record_stream where id = %s", [case])
    assert stands == {"responsible": town.someone("manager").person, "waits_for": "examiner", "open": True}


def test_who_leaves_the_post_leaves_no_orphan() -> None:
    town = towns.town()
    case = town.brought_to("examining")
    gone = town.drawn(case, "examiner")
    body = {
        "posts": [
            {
                "id": str(gone.post),
                "person": str(gone.person),
                "role": "examiner",
                "agency": str(town.agency),
                "ended_at": "2026-01-01T00:00:00Z",
            }
        ]
    }
    towns.enter(body, *towns.founded(towns.testing_city.current().database))
    worker.what_time_brings()
    assert town.drawn(case, "examiner").person != gone.person
    town.examine(case)


# instant items ---------------------------------------------------------------------------------------------------------

INSTANT = {
    "instant": True,
    "limits": towns.ITEM["limits"] | {"promise": {"amount": 0, "unit": "I"}, "fallback": {"amount": 3, "unit": "W"}},
}


def test_an_instant_case_keeps_its_hats_and_is_due_the_same_day() -> None:
    town = towns.town(item=INSTANT)
    case = town.brought_to("granted")
    promise = town.clock(case, "promise")
    assert promise["unit"] == "I"
    assert cases.view(case=case, session=town.applicant.session)["instant"] is True


def test_an_instant_case_with_nobody_on_duty_becomes_a_promise_case_and_says_so() -> None:
    town = towns.town(item=INSTANT, roles={"examiner": 0})
    case = town.filed()
    town.accept(case)
    assert town.kinds(case)[-1] == "case.draw_waits"
    seen = cases.view(case=case, session=town.applicant.session)
    assert (seen["instant"], seen["waits_for"]) == (False, "examiner")
    assert town.clock(case, "promise")["amount"] == 3


# fees ------------------------------------------------------------------------------------------------------------------

FEES = {
    "fees": [
        {"code": "new", "name_zh": "工本费", "name_en": "Fee", "amount": 2000, "basis": "x", "when": None},
        {
            "code": "stall",
            "name_zh": "其他",
            "name_en": "Other",
            "amount": 500,
            "basis": "x",
            "when": {"field": "business_type", "is": ["摊贩"]},
        },
    ]
}


def test_a_fee_is_what_the_item_says_and_nothing_is_made_before_it_is_paid() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("certifying")
    fee = cases.view(case=case, session=town.applicant.session)["fee"]
    assert (fee["amount"], [one["code"] for one in fee["lines"]], fee["paid"]) == (2000, ["new"], False)
    refused("fee.unpaid", town.custody, case, "maker")
    pay = {"stream": case, "kind": "fee.paid", "session": WORKER}
    refused(
        "fee.not_as_asked", append, after=town.head(case), facts={"amount": 1999, "reference": "R1"}, key=uuid4(), **pay
    )
    reference = uuid4().hex
    append(after=town.head(case), facts={"amount": 2000, "reference": reference}, key=uuid4(), **pay)
    refused(
        "fee.not_as_asked",
        append,
        after=town.head(case),
        facts={"amount": 2000, "reference": "again"},
        key=uuid4(),
        **pay,
    )
    town.custody(case, "maker")
    assert town.state(case) == "made"


# mandates --------------------------------------------------------------------------------------------------------------


def known_by(town: towns.Town, who: towns.Someone, resident_id: str) -> None:
    """Give a person of the town a resident id that can be typed."""
    with towns.testing_city_owner() as owner:
        owner.execute(
            "update registry_person set identity = %s::bytea where id = %s", [identity(resident_id), who.person]
        )


def test_a_mandate_lets_another_file_and_its_end_ends_what_she_sees() -> None:
    town = towns.town(item={"service_objects": ["1", "2"]})
    agent_id = "22019919910527004X"
    known_by(town, town.stranger, agent_id)
    given = mandate.give(
        agent=agent_id, until=towns.today() + timedelta(30), session=town.applicant.session, key=uuid4()
    )
    case = town.filed(who=town.stranger, mandate=given, personal=True)
    for who in (town.applicant, town.stranger):
        assert cases.view(case=case, session=who.session)["applicant"]["name_zh"] == "某0"
        assert [row["stream"] for row in cases.mine(session=who.session)] == [case]
    mandate.end(mandate=given, session=town.applicant.session, key=uuid4())
    refused("case.missing", cases.view, case=case, session=town.stranger.session)
    assert cases.mine(session=town.stranger.session) == []
    refused(
        "case.not_yours", cases.withdraw, case=case, after=town.head(case), session=town.stranger.session, key=uuid4()
    )
    refused("mandate.not_live", town.drafted, who=town.stranger, mandate=given, personal=True)
    town.accept(case)
    assert cases.view(case=case, session=town.applicant.session)["state"] == "examining"
    with towns.testing_city_owner() as owner:
        owner.execute(
            "update registry_person set identity = gen_random_uuid()::text::bytea where id = %s", [town.stranger.person]
        )


# originals -------------------------------------------------------------------------------------------------------------


def test_originals_are_taken_against_a_receipt_and_must_come_back() -> None:
    town = towns.town()
    case = town.filed()
    clerk = town.drawn(case, "counter").session
    town.accept(case)
    taken = original.take(case=case, after=town.head(case), material="licence", pieces=2, session=clerk, key=uuid4())
    other = town.not_drawn(case, "counter").session
    refused(
        "case.missing",
        original.give_back,
        case=case,
        after=town.head(case),
        taken=taken.number,
        session=other,
        key=uuid4(),
    )
    town.examine(case)
    decision.deny(
        case=case,
        after=town.head(case),
        reasons={"rules": "x"},
        session=town.drawn(case, "decider").session,
        key=uuid4(),
    )
    refused("original.out", delivery.close, case=case, after=town.head(case), result="denied")
    original.give_back(case=case, after=town.head(case), taken=taken.number, session=clerk, key=uuid4())
    refused(
        "original.not_here",
        original.give_back,
        case=case,
        after=town.head(case),
        taken=taken.number,
        session=clerk,
        key=uuid4(),
    )
    delivery.close(case=case, after=town.head(case), result="denied")
    assert town.state(case) == "closed"
