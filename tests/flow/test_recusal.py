"""People who step aside or leave, at every step and down to the last: a case is never an orphan, and never comes back to them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

import at_window
import town as towns
from yimen.casework import correction, delivery, intake, stepping_aside
from yimen.casework.intake import Missing
from yimen.jobs import worker
from yimen.record import statement
from yimen.record.refusal import Refusal

STANDS = """
    select s.responsible, s.waits_for, s.state,
           (select count(*) from casework_clock k where k.stream = s.id and k.stopped is null and k.due_on is not null) as running
    from record_stream s where s.id = %s
"""
STEPS = ("counter", "examiner", "decider", "maker", "first_custodian", "second_custodian", "deliverer")
PLACE = {"examiner": "agency", "decider": "agency"}
ROLE = {"counter": "clerk", "deliverer": "clerk", "first_custodian": "custodian", "second_custodian": "custodian"}


def stands(case: UUID) -> Any:
    return statement.row("oversight", STANDS, [case])


def aside(town: towns.Town, case: UUID, step: str) -> towns.Someone:
    who = town.drawn(case, step)
    stepping_aside.step_aside(
        case=case, after=town.head(case), step=step, ground="interest", session=who.session, key=uuid4()
    )
    return who


def newcomer(town: towns.Town, role: str) -> towns.Someone:
    """Somebody new gets a post of this role and is on duty every day; she counts from the next commitment."""
    person, post, name = uuid4(), uuid4(), f"new-{uuid4().hex[:8]}"
    place = PLACE.get(role, "centre")
    body = {
        "people": [{"id": str(person), "staff_no": name, "username": name, "name_zh": "新人", "name_en": "New", "identity": towns.identity()}],
        "posts": [{"id": str(post), "person": str(person), "role": role, place: str(getattr(town, place))}],
        "duty": [{"post": str(post), "weekday": day} for day in range(1, 8)],
    }  # fmt: skip
    towns.enter(body, *towns.founded(towns.testing_city.current().database))
    town.people[role].append(towns.Someone(person, post, name, role))
    return town.people[role][-1]


def leaves(town: towns.Town, who: towns.Someone, *, how: str) -> None:
    """Somebody leaves her post, all her duty, or the service altogether."""
    now = datetime.now(UTC).isoformat()
    place = {PLACE.get(who.role, "centre"): str(getattr(town, PLACE.get(who.role, "centre")))}
    bodies: dict[str, dict[str, Any]] = {
        "post": {"posts": [{"id": str(who.post), "person": str(who.person), "role": who.role, "ended_at": now, **place}]},
        "duty": {"duty": [{"post": str(who.post), "weekday": day, "ended_at": now} for day in range(1, 8)]},
        "person": {"people": [{"id": str(who.person), "staff_no": who.username, "username": who.username, "name_zh": "某",
                               "name_en": "Gone", "identity": towns.identity(), "ended_at": now}]},
    }  # fmt: skip
    towns.enter(bodies[how], *towns.founded(towns.testing_city.current().database))


def test_at_every_step_the_last_candidate_steps_aside_and_the_case_waits_with_the_manager_under_its_clocks() -> None:
    town = towns.town(item={"delivery": ["window"]}, roles=dict.fromkeys(towns.DUTY, 1))
    acts = {
        "counter": town.accept,
        "examiner": town.examine,
        "decider": lambda case: (town.decide(case), town.sign_grant(case)),
        "maker": lambda case: town.custody(case, "maker"),
        "first_custodian": lambda case: town.custody(case, "first_custodian"),
        "second_custodian": lambda case: (town.custody(case, "second_custodian"), at_window.sealed(town, case)),
    }
    case = town.filed(delivery="window")
    manager, gone = town.someone("manager").person, set[UUID]()
    with at_window.days(town) as until:
        for day, step in enumerate(STEPS, 1):
            if stands(case)["waits_for"] != step:  # there was someone: the last one
                gone.add(aside(town, case, step).person)
            waiting = stands(case)
            assert (waiting["responsible"], waiting["waits_for"]) == (manager, step)
            assert waiting["running"] > 0, step
            worker.what_time_brings()
            assert stands(case)["waits_for"] == step  # nobody yet, and nobody who stepped aside
            newcomer(town, ROLE.get(step, step))
            until(day)
            worker.what_time_brings()
            drawn = town.drawn(case, step)
            assert drawn.person not in gone
            assert (stands(case)["responsible"], stands(case)["waits_for"]) == (drawn.person, None)
            if step != "deliverer":
                acts[step](case)
        late: dict[str, Any] = {"case": case, "after": town.head(case), "identity": "seen", "to": "applicant"}
        delivery.hand_over(session=town.drawn(case, "deliverer").session, key=uuid4(), **late)
        delivery.close(case=case, after=town.head(case))
        assert town.state(case) == "closed"


@pytest.mark.parametrize("how", ["post", "duty", "person"])
def test_whoever_leaves_is_replaced_by_chance_once_however_many_workers_look(how: str) -> None:
    town = towns.town()
    case = town.brought_to("examining")
    who = town.drawn(case, "examiner")
    leaves(town, who, how=how)
    worker.what_time_brings()
    second, head = town.drawn(case, "examiner"), town.head(case)
    assert second.person != who.person
    worker.what_time_brings()
    assert (town.drawn(case, "examiner").person, town.head(case)) == (second.person, head)
    with pytest.raises(Refusal, match=r"case.not_drawn|post.ended|person.missing"):
        stepping_aside.step_aside(case=case, after=head, step="examiner", ground="absence", session=who.session, key=uuid4())  # fmt: skip


def test_a_case_nobody_works_on_just_now_passes_to_the_manager_when_its_clerk_leaves_and_then_to_another_manager() -> (
    None
):
    """While the applicant corrects, no step is drawn; whoever asked still answers for the case."""
    town = towns.town()
    case = town.filed()
    clerk = town.drawn(case, "counter")
    missing = [Missing(material="layout", what="请标明面积")]
    intake.ask_correction(case=case, after=town.head(case), missing=missing, session=clerk.session, key=uuid4())
    assert stands(case)["responsible"] == clerk.person
    leaves(town, clerk, how="post")
    worker.what_time_brings()
    assert (stands(case)["responsible"], town.kinds(case)[-1]) == (
        town.someone("manager").person,
        "case.left_to_manager",
    )
    other = newcomer(town, "manager")
    leaves(town, town.someone("manager"), how="person")
    worker.what_time_brings()
    assert stands(case)["responsible"] == other.person
    correction.correct(case=case, after=town.head(case), answers={}, session=town.applicant.session, key=uuid4())
    assert town.drawn(case, "counter").person != clerk.person
    town.accept(case)
    assert town.state(case) == "examining"


def test_sent_back_several_times_it_returns_to_the_same_two_and_to_others_when_one_has_left() -> None:
    town = towns.town()
    case = town.brought_to("deciding")
    examiner, decider = town.drawn(case, "examiner"), town.drawn(case, "decider")
    for _ in range(2):
        at_window.sent_back(town, case)
        assert town.drawn(case, "examiner").person == examiner.person
        town.examine(case)
        assert town.drawn(case, "decider").person == decider.person
    leaves(town, examiner, how="post")
    at_window.sent_back(town, case)
    assert town.drawn(case, "examiner").person != examiner.person
    town.examine(case)
    leaves(town, decider, how="person")
    worker.what_time_brings()
    assert town.drawn(case, "decider").person != decider.person
    town.decide(case)
    assert town.state(case) == "granted"
