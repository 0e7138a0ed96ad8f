"""People who step aside, instant items, fees, mandates and originals: what happens beside the straight way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import at_window
import district
import testing_city
import town as towns
from town_item import ITEM
from yimen.casework import (
    case as cases,
)
from yimen.casework import decision, delivery, mandate, original, stepping_aside
from yimen.casework import fee as fees
from yimen.jobs import worker
from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity


def refused(code: str, what: Any, *given: Any, **told: Any) -> None:
    with pytest.raises(Refusal) as error:
        what(*given, **told)
    assert error.value.code == code


# stepping aside --------------------------------------------------------------------------------------------------------


def test_who_has_an_interest_says_so_and_chance_picks_another_who_is_never_the_same() -> None:
    town = towns.town()
    case = town.brought_to("examining")
    first = town.drawn(case, "examiner")
    told: dict[str, Any] = {"case": case, "after": town.head(case), "session": first.session, "key": uuid4()}
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


def test_no_party_of_a_case_answers_for_it_as_manager(clone: Callable[[], object]) -> None:
    clone()  # a city of its own: what the owner writes here no record would find whole
    town = towns.town(roles={"examiner": 1}, item={"service_objects": ["1", "2"]})
    other = at_window.newcomer(town, "manager")
    case = town.brought_to("examining", personal=True)
    manager = town.someone("manager").person
    with towns.testing_city_owner() as owner:
        owner.execute("insert into record_hat (stream, person, hat, number) values (%s, %s, 'applicant', 1)", [case, manager])  # fmt: skip
    told: dict[str, Any] = {"step": "examiner", "ground": "absence", "session": town.drawn(case, "examiner").session}
    stepping_aside.step_aside(case=case, after=town.head(case), key=uuid4(), **told)
    sql = "select responsible from record_stream where id = %s"
    assert statement.value("oversight", sql, [case]) == other.person


def test_where_a_place_has_no_manager_the_nearest_above_it_answers_and_no_other_district(
    clone: Callable[[], object],
) -> None:
    """A sub-hall's case waits with its hall's manager, a street's with the district's; when all of these left, with the city's."""
    clone()  # a city of its own: the owner moves a case to another place here, which no step does
    town = towns.town(roles={"examiner": 1})
    made = district.city()
    mine, _ = made.districts
    case = town.brought_to("examining")
    sql = "select (casework_manager(s)) from record_stream s where s.id = %s"

    def answers(at: UUID) -> UUID | None:
        with psycopg.connect(testing_city.uri("admin")) as admin:
            admin.execute("update record_stream set centre = %s where id = %s", [at, case])
            ((found,),) = admin.execute(sql, [case]).fetchall()
        return found if found is None else UUID(str(found))

    for at in district.AT:
        assert answers(mine.at[at]) == mine.manager[at].person
    for name in ("sub", "street"):
        at_window.leaves(town, mine.manager[name], how="person")
        assert answers(mine.at[name]) == mine.manager["hall"].person
    at_window.leaves(town, mine.manager["hall"], how="person")
    city = {one.person for one in made.managers}
    assert {answers(mine.at[name]) for name in district.AT} <= city
    for one in made.managers:
        at_window.leaves(town, one, how="person")
    assert [answers(mine.at[name]) for name in district.AT] == [None] * 3


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
    order = town.ordered(case)
    refused("fee.not_as_asked", town.paid, case, 1999)
    town.paid(case, 2000)
    again = {"order": order, "amount": 2000, "reference": "again"}
    refused("fee.not_as_asked", fees.record_paid, case=case, after=town.head(case), **again)
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
        agent=agent_id, name="某1", until=towns.today() + timedelta(30), session=town.applicant.session, key=uuid4()
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
    town = towns.town(item={"materials": [*ITEM["materials"], {**ITEM["materials"][2], "code": "M04.b"}]})
    case = town.filed()
    clerk = town.drawn(case, "counter").session
    town.accept(case)
    taken = original.take(case=case, after=town.head(case), material="M04.b", pieces=2, session=clerk, key=uuid4())
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
