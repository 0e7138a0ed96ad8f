"""Carriers, over real HTTP: a case sent by post ends by arriving, comes back to the counter, and waits while nobody knows."""

from uuid import UUID, uuid4

import pytest

import at_window
import town as towns
from outside_world import carriers
from yimen.casework import case as cases
from yimen.casework import delivery
from yimen.casework.due import explained
from yimen.gateways.post import post_gateway
from yimen.jobs import outside, worker
from yimen.record import order, statement

WAYS = {"delivery": ["post", "window"]}


@pytest.fixture(scope="module")
def town() -> towns.Town:
    return towns.town(item=WAYS)


def sent(town: towns.Town) -> tuple[UUID, str]:
    """A case whose certificate is in the post, and the number of its parcel."""
    case = at_window.brought_to(town, "sealed", delivery="post", address="人民大街 1 号")
    number = f"EM{uuid4().hex[:9].upper()}CN"
    told = {"carrier": "ems", "tracking": number, "session": town.drawn(case, "deliverer").session, "key": uuid4()}
    delivery.post(case=case, after=town.head(case), **told)  # type: ignore[arg-type]  # one dictionary for four words
    return case, number


def look(*cases: UUID) -> None:
    """The worker's next round, after the pause of these parcels; the first given has waited longest."""
    with towns.testing_city_owner() as owner:
        for n, case in enumerate(cases):
            owner.execute(
                "update casework_parcel set next_at = now() - make_interval(hours => 9 - %s) where stream = %s",
                [n, case],
            )
    outside.look_after_parcels()


def pause(case: UUID) -> int:
    sql = "select round(extract(epoch from next_at - clock_timestamp()) / 3600) from casework_parcel where stream = %s"
    return int(statement.value("oversight", sql, [case]))


def test_it_ends_when_the_carrier_says_that_it_arrived_and_nobody_is_named_to_the_carrier(town: towns.Town) -> None:
    case, number = sent(town)
    with carriers() as there:
        outside.look_after_parcels()
        assert number not in str(there.asked), "not before its time"
        for hours in (1, 2, 4, 8, 12, 12):
            look(case)
            assert (town.state(case), pause(case)) == ("posted", hours)
        there.parcels[number] = "on_its_way"
        look(case)
        assert town.state(case) == "posted"
        there.parcels[number] = "delivered"
        look(case)
        asked = len(there.asked)
        outside.look_after_parcels()
        assert len(there.asked) == asked, "what arrived is not asked about again"
        assert there.asked[-1] == ("/post/parcels/query", {"carrier": "ems", "tracking": number})
    assert town.kinds(case)[-1] == "certificate.delivered"
    order.sequence()
    while worker.step():
        pass
    assert town.state(case) == "closed"


def test_what_comes_back_lies_at_the_counter_under_the_clock_of_collection(town: towns.Town) -> None:
    case, number = sent(town)
    clerk = town.drawn(case, "deliverer")
    with carriers() as there:
        there.parcels[number] = "returned"
        look(case)
    assert (town.kinds(case)[-1], town.state(case)) == ("certificate.returned", "sealed")
    view = cases.view(case=case, session=town.applicant.session)
    assert (view["delivery"], view["to_collect"]) == ("post", True), "every page that follows it says so"
    assert [
        one.why.en
        for one in explained(view, login="public")
        if one.name == "collection" and "the parcel came back" in one.why.en
    ]
    assert town.drawn(case, "deliverer").person == clerk.person
    move = {"case": case, "after": town.head(case), "session": clerk.session, "key": uuid4()}
    delivery.hand_over(identity="seen", to="applicant", **move)  # type: ignore[arg-type]  # one dictionary for four words
    assert town.state(case) == "delivered"


@pytest.mark.parametrize("odd", ["arrived!", ["delivered"], None, 10**4000], ids=str)
def test_an_answer_that_cannot_be_used_costs_its_own_parcel_and_no_other(odd: object, town: towns.Town) -> None:
    (first, one), (second, two) = sent(town), sent(town)
    with carriers() as there:
        there.parcels |= {one: odd, two: "delivered"}
        look(first, second)
    assert (town.state(first), pause(first), town.state(second)) == ("posted", 1, "delivered")


@pytest.mark.parametrize("mood", ["error", "forged", "garbage", "replay"])
def test_carriers_that_cannot_be_believed_end_nothing(mood: str, town: towns.Town) -> None:
    case, number = sent(town)
    with carriers() as there:
        look(case)
        there.parcels[number] = "delivered"
        there.mood = mood
        look(case)
        assert (town.state(case), pause(case)) == ("posted", 2)
        there.mood = ""
        look(case)
    assert town.state(case) == "delivered"


def test_without_carriers_nothing_is_asked_and_a_clerk_notes_it_by_hand(town: towns.Town) -> None:
    case, _ = sent(town)
    assert post_gateway().connected is False
    look(case)
    assert town.state(case) == "posted"
    clerk = town.drawn(case, "deliverer").session
    delivery.note_arrival(case=case, after=town.head(case), evidence="signed_receipt", session=clerk, key=uuid4())
    event = statement.row("oversight", "select kind, login, facts::jsonb ->> 'evidence' as evidence from record_event where stream = %s order by number desc limit 1", [case])  # fmt: skip
    assert event == {"kind": "certificate.arrival_noted", "login": "counter", "evidence": "signed_receipt"}
