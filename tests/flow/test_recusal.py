"""People who step aside or leave, at every step and down to the last: a case is never an orphan, and never comes back to them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

import at_window
import town as towns
from yimen.casework import correction, delivery, intake, stepping_aside
from yimen.casework.intake import Missing
from yimen.jobs import worker
from yimen.pure.chain import Event
from yimen.pure.lawful import check_order
from yimen.record import statement
from yimen.record.refusal import Refusal

STANDS = """
    select s.responsible, s.waits_for, s.state,
           (select count(*) from casework_clock k where k.stream = s.id and k.stopped is null and k.due_on is not null) as running
    from record_stream s where s.id = %s
"""
EVENTS = "select stream, number, kind, at, login, facts, prev, hash, mark, role, hat, key from record_event where stream = %s order by number"
STEPS = ("counter", "examiner", "decider", "maker", "first_custodian", "second_custodian", "deliverer")
ROLE = {"counter": "clerk", "deliverer": "clerk", "first_custodian": "custodian", "second_custodian": "custodian"}


def stands(case: UUID) -> Any:
    return statement.row("oversight", STANDS, [case])


def aside(town: towns.Town, case: UUID, step: str) -> towns.Someone:
    who = town.drawn(case, step)
    stepping_aside.step_aside(
        case=case, after=town.head(case), step=step, ground="interest", session=who.session, key=uuid4()
    )
    return who


def test_at_every_step_the_last_candidate_steps_aside_and_the_case_waits_with_the_manager_under_its_clocks() -> None:
    town = towns.town(item={"delivery": ["window"]}, roles=dict.fromkeys(towns.DUTY, 1))
    acts: dict[str, Callable[[UUID], Any]] = {
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
            at_window.newcomer(town, ROLE.get(step, step))
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
    town = towns.town(roles={"examiner": 2})
    case = town.brought_to("examining")
    who = town.drawn(case, "examiner")
    at_window.leaves(town, who, how=how)
    with at_window.days(town) as until:
        if how == "duty":  # which counts from the next commitment
            until(1)
        worker.what_time_brings()
        second, head = town.drawn(case, "examiner"), town.head(case)
        assert second.person != who.person
        worker.what_time_brings()
        assert (town.drawn(case, "examiner").person, town.head(case)) == (second.person, head)
    with pytest.raises(Refusal, match=r"case.not_drawn|post.ended|person.missing"):
        stepping_aside.step_aside(case=case, after=head, step="examiner", ground="absence", session=who.session, key=uuid4())  # fmt: skip


def test_when_the_only_one_leaves_the_step_waits_with_the_manager_and_says_so_once() -> None:
    town = towns.town(roles={"examiner": 1})
    case = town.brought_to("examining")
    at_window.leaves(town, town.drawn(case, "examiner"), how="person")
    for _ in range(2):
        worker.what_time_brings()
        assert (stands(case)["responsible"], stands(case)["waits_for"]) == (town.someone("manager").person, "examiner")
        assert town.kinds(case)[-2:] == ["case.examiner_drawn", "case.draw_waits"]
    with at_window.days(town) as until:
        new = at_window.newcomer(town, "examiner")
        until(1)
        worker.what_time_brings()
        assert town.drawn(case, "examiner").person == new.person
        town.examine(case)
        town.decide(case)
        events = [Event(**row) for row in statement.rows("oversight", EVENTS, [case])]
        check_order(events=events, last="case.granted")


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
    at_window.leaves(town, clerk, how="post")
    worker.what_time_brings()
    assert (stands(case)["responsible"], town.kinds(case)[-1]) == (
        town.someone("manager").person,
        "case.left_to_manager",
    )
    other = at_window.newcomer(town, "manager")
    at_window.leaves(town, town.someone("manager"), how="person")
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
    at_window.leaves(town, examiner, how="post")
    at_window.sent_back(town, case)
    assert town.drawn(case, "examiner").person != examiner.person
    town.examine(case)
    at_window.leaves(town, decider, how="person")
    worker.what_time_brings()
    assert town.drawn(case, "decider").person != decider.person
    town.decide(case)
    assert town.state(case) == "granted"
