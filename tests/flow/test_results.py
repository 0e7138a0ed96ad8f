"""How a result reaches the person, or does not: at the window, by post, on the desk, kept, collected late; and instant promises."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

import at_window
import town as towns
from yimen.casework import case as cases
from yimen.casework import decision, delivery, intake, mandate, original
from yimen.casework.intake import Missing
from yimen.jobs import worker
from yimen.record import statement
from yimen.record.refusal import Refusal

WAYS: dict[str, Any] = at_window.EVERYBODY | {"delivery": ["electronic", "window", "post"]}


def refused(code: str, what: Any, *given: Any, **told: Any) -> None:
    with pytest.raises(Refusal) as error:
        what(*given, **told)
    assert error.value.code == code
    assert error.value.words != code


def move(town: towns.Town, case: UUID, purpose: str = "deliverer") -> dict[str, Any]:
    return {"case": case, "after": town.head(case), "session": town.drawn(case, purpose).session, "key": uuid4()}


def running(case: UUID) -> list[str]:
    sql = "select name from casework_clock where stream = %s and stopped is null order by name"
    return [row["name"] for row in statement.rows("oversight", sql, [case])]


def test_a_result_is_handed_over_at_the_window_by_whom_chance_drew_to_whose_identity_was_checked() -> None:
    town = towns.town(item=WAYS)
    case = at_window.brought_to(town, "sealed", delivery="window")
    assert running(case) == ["collection", "service"]
    refused("delivery.another_way", delivery.deliver, case=case, after=town.head(case))
    told = move(town, case)
    refused("delivery.another_way", delivery.post, carrier="ems", tracking="EMS1234567", **told)
    refused("clock.still_running", delivery.keep, **told)
    refused("mandate.not_live", delivery.hand_over, identity="seen", to="agent", **told)
    refused("delivery.malformed", delivery.hand_over, identity="not_checked", to="applicant", **told)
    wrong = told | {"session": town.not_drawn(case, "deliverer").session}
    refused("case.not_drawn", delivery.hand_over, identity="seen", to="applicant", **wrong)
    delivery.hand_over(identity="seen", to="applicant", **told)
    assert (town.state(case), running(case)) == ("delivered", [])


def test_what_nobody_collects_is_kept_and_still_collected_late_but_not_before_the_originals_are_back() -> None:
    town = towns.town(item=WAYS | {"limits": towns.ITEM["limits"] | {"collection": {"amount": 5, "unit": "N"}}})
    case = town.filed(delivery="window")
    clerk = town.drawn(case, "counter")
    town.accept(case)
    taken = original.take(material="licence", pieces=1, **move(town, case, "counter"))
    town.examine(case)
    town.decide(case)
    town.sign_grant(case)
    for purpose in ("maker", "first_custodian", "second_custodian"):
        town.custody(case, purpose)
    at_window.sealed(town, case)
    with at_window.days(town) as until:
        until(14)
        delivery.keep(**move(town, case))
        assert (town.state(case), running(case)) == ("kept", [])
        late = move(town, case)
        refused("original.out", delivery.hand_over, identity="seen", to="applicant", late=True, **late)
        original.give_back(taken=taken.number, **(late | {"session": clerk.session}))
        delivery.hand_over(identity="seen", to="applicant", late=True, **move(town, case))
        assert town.state(case) == "closed"


def test_what_was_sent_arrives_or_comes_back_by_hand_and_is_then_collected_or_kept_under_its_clock() -> None:
    town = towns.town(item=WAYS | {"limits": towns.ITEM["limits"] | {"collection": {"amount": 5, "unit": "N"}}})
    case = at_window.brought_to(town, "sealed", delivery="post", address="人民大街 1 号")
    refused("delivery.not_sent", delivery.keep, **move(town, case))
    refused("case.wrong_state", delivery.note_arrival, evidence="signed_receipt", **move(town, case))
    refused("delivery.malformed", delivery.post, carrier="林小满", tracking="EMS1234567", **move(town, case))
    number = f"EMS{uuid4().hex[:9]}"
    delivery.post(carrier="ems", tracking=number, **move(town, case))
    other = at_window.brought_to(town, "sealed", delivery="post", address="人民大街 1 号")
    refused("delivery.number_used", delivery.post, carrier="sf", tracking=number.upper(), **move(town, other))
    for early in (delivery.keep, partial(delivery.hand_over, identity="seen", to="applicant")):
        refused("case.wrong_state", early, **move(town, case))
    wrong = move(town, case) | {"session": town.not_drawn(case, "deliverer").session}
    refused("case.not_drawn", delivery.note_return, **wrong)
    refused("move.malformed", delivery.note_arrival, evidence="she said so", **move(town, case))
    delivery.note_return(**move(town, case))
    assert (town.state(case), running(case)) == ("sealed", ["collection", "service"])
    assert str(case) in [str(one["stream"]) for one in cases.worklist(session=town.drawn(case, "deliverer").session)]
    (mine,) = [one for one in cases.mine(session=town.applicant.session) if one["stream"] == case]
    assert mine["asked"] == "collect"
    refused("delivery.came_back", delivery.post, carrier="ems", tracking="EMS7654321", **move(town, case))
    refused("delivery.another_way", delivery.deliver, case=case, after=town.head(case), way="post")
    refused("clock.still_running", delivery.keep, **move(town, case))
    delivery.post(carrier="ems", tracking=f"EMS{uuid4().hex[:9]}", **move(town, other))
    delivery.note_loss(**move(town, other))
    assert (town.state(other), running(other)) == ("sealed", ["collection", "service"]), "lost: it is collected too"
    delivery.hand_over(identity="seen", to="applicant", **move(town, other))
    sent = at_window.brought_to(town, "posted", delivery="post", address="人民大街 1 号")
    delivery.note_arrival(evidence="carrier_record", **move(town, sent))
    assert (town.state(other), town.state(sent), running(sent)) == ("delivered", "delivered", [])
    with at_window.days(town) as until:
        until(14)
        delivery.keep(**move(town, case))
    assert town.state(case) == "kept"


def test_originals_that_are_still_here_keep_a_delivered_case_open_under_a_clock() -> None:
    town = towns.town(item=WAYS)
    case = town.brought_to("released")
    clerk = town.drawn(case, "counter")
    with towns.testing_city_owner() as owner:
        assert owner.execute(
            "select 1 from record_hat where stream = %s and person = %s", [case, clerk.person]
        ).fetchall()
    taken = original.take(material="licence", pieces=1, **move(town, case, "counter"))
    at_window.sealed(town, case)
    delivery.deliver(case=case, after=town.head(case))
    refused("original.out", delivery.close, case=case, after=town.head(case))
    assert running(case) == ["collection"]
    told = {"stream": case}
    for _ in range(2):  # that it waits is no fault: nothing is raised, and nothing parked
        worker.handle(told | {"kind": "certificate.delivered"})
    assert town.state(case) == "delivered"
    original.give_back(taken=taken.number, **move(town, case, "counter"))
    worker.handle(told | {"kind": "original.returned"})
    assert (town.state(case), running(case)) == ("closed", [])


def test_originals_of_a_case_that_is_over_stand_on_the_list_of_whoever_had_them_in_hand() -> None:
    town = towns.town()
    case = town.filed()
    clerk = town.drawn(case, "counter")
    town.accept(case)
    taken = original.take(material="licence", pieces=3, **move(town, case, "counter"))
    assert original.out(session=clerk.session) == [], "while the case is open its own clocks look after them"
    cases.withdraw(case=case, after=town.head(case), session=town.applicant.session, key=uuid4())
    (left,) = original.out(session=clerk.session)
    assert (left["stream"], left["state"], left["pieces"], left["since"]) == (case, "withdrawn", 3, taken.at)
    assert cases.view(case=left["stream"], session=clerk.session)["state"] == "withdrawn", (
        "what is listed may be opened"
    )
    assert original.out(session=clerk.session, after=(left["since"], left["stream"])) == []
    assert [one for one in town.people["clerk"] if one != clerk and original.out(session=one.session)] == []
    original.give_back(case=case, after=town.head(case), taken=taken.number, session=clerk.session, key=uuid4())
    assert original.out(session=clerk.session) == []


# withdrawing, in every state -------------------------------------------------------------------------------------------

STATES = ("received", "examining", "deciding", "granted", "certifying", "made", "half_released", "released", "sealed")


def test_an_application_is_taken_back_until_it_is_decided_and_not_after() -> None:
    town = towns.town()
    at = {state: town.brought_to(state) for state in STATES[:-1]}
    correcting = town.filed()
    missing = [Missing(material="layout", what="请标明面积")]
    intake.ask_correction(missing=missing, **move(town, correcting, "counter"))
    for state, case in {**at, "correcting": correcting}.items():
        told: dict[str, Any] = {
            "case": case,
            "after": town.head(case),
            "session": town.applicant.session,
            "key": uuid4(),
        }
        if state in ("received", "correcting", "examining", "deciding"):
            cases.withdraw(**told)
            assert (town.state(case), running(case)) == ("withdrawn", [])
            refused("case.wrong_state", cases.withdraw, **(told | {"after": town.head(case), "key": uuid4()}))
        else:
            refused("case.wrong_state", cases.withdraw, **told)


# every filer, every outcome --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everyone() -> dict[str, Any]:
    """One town in which a case is filed online, at the window, for an organisation, and by mandate."""
    town = towns.town(item=at_window.EVERYBODY)
    number = "230199200107046313"
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_person set identity = %s::bytea where id = %s", [at_window.identity(number), town.stranger.person])  # fmt: skip
    given = mandate.give(
        agent=number, name="某1", until=towns.today() + timedelta(60), session=town.applicant.session, key=uuid4()
    )
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_person set identity = %s::bytea where id = %s", [towns.identity(), town.stranger.person])  # fmt: skip
    ways = {
        "online": lambda: town.filed(personal=True),
        "window": lambda: at_window.filed(town),
        "organisation": town.filed,
        "mandate": lambda: town.filed(who=town.stranger, mandate=given, personal=True),
    }
    return {"town": town, "ways": ways}


@pytest.mark.parametrize("way", ["online", "window", "organisation", "mandate"])
def test_every_outcome_is_the_same_law_however_it_was_filed(way: str, everyone: Any) -> None:
    town, file = everyone["town"], everyone["ways"][way]
    refused_case, not_needed, corrected, denied, granted = (file() for _ in range(5))
    intake.refuse(reason="不属于本机关职权范围", where="消防救援支队", **move(town, refused_case, "counter"))
    intake.not_required(reason="备案即可", **move(town, not_needed, "counter"))
    missing = [Missing(material="layout", what="请标明面积"), Missing(field="premises", what="请写明门牌号")]
    asked = move(town, corrected, "counter")
    intake.ask_correction(missing=missing, **asked)
    again = asked | {"after": town.head(corrected), "key": uuid4()}
    refused("case.wrong_state", intake.ask_correction, missing=missing, **again)
    for case in (denied, granted):
        town.accept(case)
        town.examine(case)
    decision.deny(reasons={"rules": "没有管理制度"}, **move(town, denied, "decider"))
    at_window.sent_back(town, granted)
    town.examine(granted)
    town.decide(granted)
    found = [town.state(one) for one in (refused_case, not_needed, corrected, denied, granted)]
    assert found == ["refused", "not_required", "correcting", "denied", "granted"]


def test_deemed_acceptance_is_true_at_its_time_after_weeks_of_sleep_however_it_was_filed(everyone: Any) -> None:
    town = everyone["town"]
    filed = {way: file() for way, file in everyone["ways"].items()}
    with at_window.days(town) as until:
        until(25)
        for case in filed.values():
            told = move(town, case, "counter")
            refused("case.deemed_accepted", intake.accept, **told)
            refused("case.deemed_accepted", intake.refuse, reason="x", where="y", **told)
            refused("case.deemed_accepted", intake.not_required, reason="x", **told)
            refused(
                "case.deemed_accepted", intake.ask_correction, missing=[Missing(what="x", material="layout")], **told
            )
            refused("case.deemed_accepted", town.accept, case)
        worker.what_time_brings()
        for way, case in filed.items():
            received = town.clock(case, "acceptance")["starts_on"]
            assert (way, town.state(case), town.clock(case, "statutory")["starts_on"]) == (way, "examining", received)


# instant ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("starts", ["received", "accepted"])
def test_an_instant_case_with_nobody_to_receive_it_has_the_other_promise_from_its_own_beginning(starts: str) -> None:
    limits = towns.ITEM["limits"] | {
        "promise": {"amount": 0, "unit": "I", "starts": starts},
        "fallback": {"amount": 3, "unit": "W"},
    }
    town = towns.town(item={"instant": True, "limits": limits}, roles={"clerk": 0})
    case = town.filed()
    assert town.kinds(case)[-1] == "case.draw_waits"
    at_window.newcomer(town, "clerk")
    with at_window.days(town) as until:
        until(1)
        worker.what_time_brings()
        town.accept(case)
        promise = town.clock(case, "promise")
        begins = town.clock(case, "acceptance")["starts_on"] if starts == "received" else towns.today()
        assert (promise["amount"], promise["unit"], promise["starts_on"]) == (3, "W", begins)


def test_nobody_to_make_the_certificate_starts_no_promise_that_was_kept_already() -> None:
    limits = towns.ITEM["limits"] | {"promise": {"amount": 0, "unit": "I"}, "fallback": {"amount": 3, "unit": "W"}}
    town = towns.town(item={"instant": True, "limits": limits}, roles={"maker": 0})
    case = town.brought_to("certifying")
    assert town.kinds(case)[-1] == "case.draw_waits"
    assert town.clock(case, "promise")["stopped"] is not None
