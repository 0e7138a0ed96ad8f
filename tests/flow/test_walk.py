"""
After any lawful walk, long or short: every open case has one person who answers for it and a due date on what runs, nobody wears
two hats, the chain holds, and the state is what a replay of the moves gives.
"""

import random
from collections.abc import Callable
from functools import cache, partial
from typing import Any
from uuid import UUID, uuid4

import pytest

import at_window
import town as towns
from yimen.casework import case as cases
from yimen.casework import correction, decision, delivery, intake, original, stepping_aside
from yimen.casework.intake import Missing
from yimen.jobs import worker
from yimen.pure.chain import Event, check_chain
from yimen.pure.lawful import check_different_people
from yimen.record import statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal

MOVES = 120
BROUGHT_BY_TIME = ("case.deemed_accepted", "case.lapsed", "fee.unpaid", "case.unverified", "draw.nobody_on_duty")
FEE = {"fees": [{"code": "new", "name_zh": "x", "name_en": "x", "amount": 2000, "basis": "x", "when": None}]}
ITEM = at_window.EVERYBODY | FEE | {"delivery": ["electronic", "window", "post"]}
ROLES = {"clerk": 7, "examiner": 5, "decider": 5, "maker": 5, "custodian": 7}
# The clocks of which at least one runs in a state; in the others a machine acts at once.
RUNNING = {
    "received": {"acceptance"},
    "correcting": {"correction"},
    "examining": {"link"},
    "deciding": {"link"},
    "granted": {"service"},
    "certifying": {"link"},
    "made": {"link"},
    "half_released": {"link"},
    "released": {"link"},
    "sealed": {"service"},
    "posted": {"service"},
    "denied": {"service"},
}
STANDS = """
    select s.state, s.open, s.responsible, s.waits_for, s.hash, s.head,
           exists (select 1 from registry_post p join registry_person w on w.id = p.person
                   where w.id = s.responsible and p.ended_at is null and w.ended_at is null) as here,
           coalesce((select array_agg(k.name order by k.name) from casework_clock k where k.stream = s.id and k.stopped is null), '{}') as running,
           exists (select 1 from casework_clock k where k.stream = s.id and k.due_on is null) as undue,
           (select count(*) from casework_original o where o.stream = s.id and o.returned is null) as originals
    from record_stream s where s.id = %s
"""
EVENTS = "select stream, number, kind, at, login, facts, prev, hash, mark, role, hat, key from record_event where stream = %s order by number"
ASSIGNED = "select person, purpose from record_assignment where stream = %s and not done"


class Walk:
    """One seeded walk through a town."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a walk that can be walked again, no secret
        self.town = towns.town(item=ITEM, roles=ROLES)
        self.cases: list[UUID] = []
        self.day = 0

    def step(self, until: Callable[[int], None]) -> UUID | None:
        """One lawful move of somebody, or a day that passes."""
        if self.chance.random() < 0.04:
            self.day += self.chance.choice([1, 1, 2, 7])
            until(self.day)
            worker.what_time_brings()
            return None
        if self.chance.random() < 0.02:
            self.leaving()
            return None
        still = [one for one in self.cases if stands(one)["open"]]
        if len(still) < 2 or self.chance.random() < 0.06:
            self.cases.append(self.file())
            return self.cases[-1]
        case = self.chance.choice(still)
        now = stands(case)
        acts = self.acts(case, now)
        self.chance.choice(acts)()
        return case

    def leaving(self) -> None:
        """Somebody leaves her post or the service, and somebody new comes; she counts from the next day."""
        role = self.chance.choice(sorted(ROLES))
        gone = self.chance.choice(self.town.people[role])
        self.town.people[role].remove(gone)
        at_window.leaves(self.town, gone, how=self.chance.choice(["post", "duty", "person"]))
        at_window.newcomer(self.town, role)
        worker.what_time_brings()

    def file(self) -> UUID:
        way = self.chance.choice(["electronic", "window", "post"])
        if self.chance.random() < 0.3:
            return at_window.filed(self.town, delivery=way)
        return self.town.filed(delivery=way, address="人民大街 1 号", personal=self.chance.random() < 0.5)

    def acts(self, case: UUID, now: Any) -> list[Callable[[], Any]]:
        town, state = self.town, now["state"]
        with towns.testing_city_owner() as owner:
            todo = {purpose: person for person, purpose in owner.execute(ASSIGNED, [case]).fetchall()}
        move: dict[str, Any] = {"case": case, "after": now["head"], "key": uuid4()}
        acts: list[Callable[[], Any]] = []
        for purpose, person in todo.items():
            who = next((one for many in town.people.values() for one in many if one.person == person), None)
            if who is None:  # she has left, and there is nobody else to draw until another day
                continue
            acts += [partial(self.of, purpose, state, case, move | {"session": who.session})] * 5
            if purpose != "counter" or state == "received":
                acts.append(
                    partial(stepping_aside.step_aside, step=purpose, ground="absence", session=who.session, **move)
                )
        mine = self.applicant(case)
        if mine is not None and state == "correcting":
            acts += [lambda: correction.correct(answers={}, session=mine, **move)] * 5
        if mine is not None and state in ("received", "correcting", "examining", "deciding"):
            acts.append(lambda: cases.withdraw(session=mine, **move))
        acts += self.machine(case, now)
        return acts or [worker.what_time_brings]

    def applicant(self, case: UUID) -> Any:
        (party,) = statement.rows("oversight", "select applicant from casework_case where stream = %s", [case])
        return next((one.session for one in self.town.applicants if one.person == party["applicant"]), None)

    def of(self, purpose: str, state: str, case: UUID, move: dict[str, Any]) -> Any:
        """What whoever was drawn does: mostly the straight thing."""
        town, straight = self.town, self.chance.random() < 0.8
        if purpose == "counter":
            return self.received(case, move)
        if purpose == "examiner":
            return town.examine(case, failed=() if straight else ("rules",))
        if purpose == "decider":
            finding = cases.view(case=case, session=move["session"])["finding"]["finding"]
            if self.chance.random() < 0.2:
                return decision.send_back(reason="再看", **move)
            return (
                town.decide(case) if finding == "meets" and straight else decision.deny(reasons={"rules": "无"}, **move)
            )
        if purpose == "deliverer":
            return self.brought(state, case, move)
        return town.custody(case, purpose)

    def received(self, case: UUID, move: dict[str, Any]) -> Any:
        asked = "case.correction_asked" in self.town.kinds(case)
        ways: list[Callable[[], Any]] = [lambda: intake.accept(**move)] * 4
        ways += [
            lambda: intake.not_required(reason="无需许可", **move),
            lambda: intake.refuse(reason="非本机关", where="消防", **move),
        ]
        if not asked:
            ways += [lambda: intake.ask_correction(missing=[Missing(what="缺", material="layout")], **move)] * 2
        if cases.view(case=case, session=move["session"])["deemed"]:
            return worker.what_time_brings()
        return self.chance.choice(ways)()

    def brought(self, state: str, case: UUID, move: dict[str, Any]) -> Any:
        view = cases.view(case=case, session=move["session"])
        if view["delivery"] == "post" and view["parcel"] is None:
            return delivery.post(carrier="ems", tracking=f"EMS{uuid4().hex[:10]}", **move)
        if state == "posted":
            back = {"case": case, "after": move["after"]}
            arrived = partial(delivery.note_arrival, evidence="signed_receipt", **move)
            ways = [arrived, partial(delivery.note_return, **move), partial(delivery.come_back, **back)]
            return self.chance.choice([*ways, partial(delivery.deliver, way="post", **back)])()
        return delivery.hand_over(identity="seen", to="applicant", **move)

    def machine(self, case: UUID, now: Any) -> list[Callable[[], Any]]:
        """What the keeper, the worker and a clerk with originals do."""
        town, state, head = self.town, now["state"], now["head"]
        acts: list[Callable[[], Any]] = []
        if state == "granted":
            acts += [lambda: town.sign_grant(case, uuid4().bytes)] * 5
        if state == "released":
            acts += [lambda: at_window.sealed(town, case)] * 5
        if unpaid(case):
            payer = self.applicant(case) or self.clerk(case)
            acts += [lambda: town.paid(case, 2000, session=payer)] * (3 if payer else 0)
        if state == "sealed" and delivered_by_machine(case):
            acts += [lambda: delivery.deliver(case=case, after=head)] * 5
        if state in ("delivered", "denied") and not now["originals"]:
            acts += [
                lambda: delivery.close(case=case, after=head, result="denied" if state == "denied" else "granted")
            ] * 5
        acts += self.originals(case, now)
        return acts

    def clerk(self, case: UUID) -> Session | None:
        """A clerk who received the case and is still here."""
        sql = "select person from record_hat where stream = %s and hat = 'counter' and until is null order by number"
        hats = [row["person"] for row in statement.rows("oversight", sql, [case])]
        return next((one.session for one in self.town.people["clerk"] if one.person in hats), None)

    def originals(self, case: UUID, now: Any) -> list[Callable[[], Any]]:
        clerk = self.clerk(case)
        if clerk is None:
            return []
        move: dict[str, Any] = {"case": case, "after": now["head"], "session": clerk, "key": uuid4()}
        if now["originals"]:
            sql = "select taken from casework_original where stream = %s and returned is null limit 1"
            taken = int(statement.value("oversight", sql, [case]))
            return [lambda: original.give_back(taken=taken, **move)] * 2
        if now["state"] in ("delivered", "denied"):
            return []
        return [lambda: original.take(material="licence", pieces=1, **move)]


def unpaid(case: UUID) -> bool:
    sql = "select count(*) from casework_fee f join record_stream s on s.id = f.stream where f.stream = %s and f.paid is null and s.state in ('examining', 'deciding', 'granted', 'certifying')"
    return bool(statement.value("oversight", sql, [case]))


def delivered_by_machine(case: UUID) -> bool:
    return bool(
        statement.value("oversight", "select delivery = 'electronic' from casework_case where stream = %s", [case])
    )


def stands(case: UUID) -> Any:
    return statement.row("oversight", STANDS, [case])


def check_now(case: UUID) -> None:
    """One who answers, who is here; a due date on what runs, and something runs that should; nothing runs when it is over."""
    now = stands(case)
    told = (now, kinds(case))
    assert not now["undue"], told
    if not now["open"]:
        assert now["running"] == [], told
        return
    assert now["here"], told
    needed = RUNNING.get(now["state"], {"collection"} if now["originals"] else set())
    assert needed <= set(now["running"]), told


def kinds(case: UUID) -> list[str]:
    return [row["kind"] for row in statement.rows("oversight", EVENTS, [case])]


@cache
def table() -> dict[str, tuple[tuple[str, ...], str]]:
    rows = statement.rows("oversight", "select kind, from_states, to_state from record_move where type = 'case'")
    return {row["kind"]: (tuple(row["from_states"]), row["to_state"]) for row in rows}


def check_whole(case: UUID) -> None:
    """The chain, the hats, and the state as a replay of the moves."""
    events = [Event(**row) for row in statement.rows("oversight", EVENTS, [case])]
    now = stands(case)
    check_chain(events, head=bytes(now["hash"]))
    check_different_people(events)
    state = ""
    for event in events:
        since, to = table().get(event.kind, ((), "="))
        assert not since or state in since, (event.kind, state)
        state = state if to == "=" else to
    assert (state, events[-1].number) == (now["state"], now["head"])
    sql = "select person from record_hat where stream = %s group by person having count(distinct hat) > 1"
    assert statement.rows("oversight", sql, [case]) == []


@pytest.mark.parametrize("seed", [3, 2026])
def test_no_walk_leaves_an_orphan_a_second_hat_or_a_state_without_its_moves(seed: int) -> None:
    walk = Walk(seed)
    with at_window.days(walk.town) as until:
        for _ in range(MOVES):
            try:
                case = walk.step(until)
            except Refusal as refusal:
                if refusal.code not in BROUGHT_BY_TIME:
                    raise
                worker.what_time_brings()
                continue
            for one in walk.cases if case is None else [case]:
                check_now(one)
        for one in walk.cases:
            check_whole(one)
    seen = {kind for one in walk.cases for kind in kinds(one)}
    assert len(seen) > 20, sorted(seen)
