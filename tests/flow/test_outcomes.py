"""Every outcome the law knows before special procedures, each by whom chance drew, and what is refused on the way."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

import town as towns
from yimen.casework import (
    case as cases,
)
from yimen.casework import correction, decision, draft, intake
from yimen.casework.intake import Missing
from yimen.casework.paper import Paper
from yimen.jobs import worker
from yimen.record import order, statement
from yimen.record.events import WORKER, append
from yimen.record.refusal import Refusal

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
    refused("case.missing", draft.attach, draft=case, paper=paper, session=town.stranger.session)
    refused(
        "case.missing",
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
    told: dict[str, Any] = {
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
        told: dict[str, Any] = {"case": case, "after": town.head(case), "session": clerk, "key": uuid4()}
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
    told: dict[str, Any] = {"case": case, "after": town.head(case), "session": decider, "key": uuid4()}
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
