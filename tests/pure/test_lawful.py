"""The lawful life of a case, as strangers check it, is the one that the database enforces; each wrong turn is refused by name."""

import json
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

import certificate_kit as kit
from yimen.pure.chain import Event
from yimen.pure.lawful import DRAWS, MOVES, SAME, Unlawful, check_different_people, check_order

BODY = b"{}"
LAST = "certificate.released_again"
# Steps that end a case or come after the seal's release: a case that has one of them gets no certificate, or has it already.
BEYOND = {
    *("case.lapsed", "case.not_required", "case.refused", "case.denied", "case.withdrawn", "case.closed"),
    *("certificate.sealed", "certificate.posted", "certificate.handed_over", "certificate.delivered"),
    *("certificate.arrival_noted", "certificate.returned", "certificate.return_noted", "certificate.loss_noted"),
    *("certificate.kept", "certificate.collected_late", "certificate.deliverer_stepped_aside"),
}


def test_it_is_the_table_of_moves(connect: Callable[[str], psycopg.Connection]) -> None:
    rows = (
        connect("oversight")
        .execute(
            "select kind, login, case when follows then '' when machine then 'machine' else coalesce(role, 'applicant') end, "
            "coalesce(hat, ''), from_states, to_state, coalesce(holds, ''), case when redraws then draws else '' end "
            "from record_move where type = 'case'"
        )
        .fetchall()
    )
    assert {kind for kind, *_ in rows} == set(MOVES) | BEYOND
    after = {
        "sealed",
        "posted",
        "delivered",
        "denied",
        "kept",
        "closed",
        "withdrawn",
        "refused",
        "not_required",
        "lapsed",
    }
    for kind, login, role, hat, since, to, holds, redraws in rows:
        if kind in MOVES:
            move = MOVES[kind]
            assert (move.login, move.role, move.hat, move.holds, move.redraws) == (login, role, hat, holds, redraws), (
                kind
            )
            assert move.to == to, kind
            assert set(move.since) - {""} == set(since) - after, kind


def test_every_draw_is_one_that_chance_is_asked_for(connect: Callable[[str], psycopg.Connection]) -> None:
    rows = connect("oversight").execute("select kind, purpose from record_purpose").fetchall()
    assert DRAWS.items() <= dict(rows).items()


# lives ---------------------------------------------------------------------------------------------------------------


def life(*changes: Callable[[list[Event]], None]) -> list[Event]:
    events = kit.lawful_chain(BODY)
    for change in changes:
        change(events)
    return kit.chained(events)


def at(events: list[Event], kind: str) -> int:
    return next(n for n, one in enumerate(events) if one.kind == kind)


def add(after: str, *new: Event) -> Callable[[list[Event]], None]:
    def change(events: list[Event]) -> None:
        place = at(events, after) + 1
        events[place:place] = new

    return change


def told(kind: str, **facts: object) -> Callable[[list[Event]], None]:
    def change(events: list[Event]) -> None:
        place = at(events, kind)
        events[place] = replace(events[place], facts=json.dumps({**json.loads(events[place].facts), **facts}))

    return change


def step(kind: str, place: int | None = None, login: str = "", **facts: object) -> Event:
    """An event of a kind, by whoever does the step at a place of the straight way."""
    move = MOVES[kind]
    who = kit.person(place) if place is not None else b""
    link = login if move.login == SAME else move.login
    return kit.blank(kind=kind, login=link, role=move.role, hat=move.hat, mark=who, facts=json.dumps(facts))


def drawn(kind: str, place: int, login: str) -> Event:
    return kit.blank(kind=kind, login=login, facts=json.dumps({"mark": kit.person(place).hex()}))


LAWFUL: dict[str, tuple[Callable[[list[Event]], None], ...]] = {
    "straight": (),
    "corrected once": (
        add("case.counter_drawn", step("case.correction_asked", 1), step("case.corrected", 0, form="11" * 32)),
    ),
    "sent back and examined again": (
        told("case.examined", finding="fails"),
        add("case.decider_drawn", step("case.sent_back", 3), step("case.examined", 2, finding="meets")),
    ),
    "stepped aside and drawn anew": (
        add("case.examiner_drawn", step("case.examiner_stepped_aside", 9), drawn("case.examiner_drawn", 2, "decide")),
        lambda events: events.__setitem__(
            at(events, "case.examiner_drawn"), drawn("case.examiner_drawn", 9, "counter")
        ),
    ),
    "nobody on duty, drawn later": (
        lambda events: events.__setitem__(
            at(events, "case.examiner_drawn"), step("case.draw_waits", login="counter", purpose="examiner")
        ),
        add("case.draw_waits", drawn("case.examiner_drawn", 2, "worker")),
    ),
    "asked for a fee, and paid": (
        add("case.accepted", step("fee.asked", login="counter", amount=2000)),
        add("case.decider_drawn", step("fee.paid", amount=2000)),
    ),
    "not checked at filing, checked later": (
        told("case.submitted", unverified=["identity"]),
        add("case.examiner_drawn", step("case.verified", what="identity")),
    ),
}
UNLAWFUL: dict[str, tuple[str, tuple[Callable[[list[Event]], None], ...]]] = {
    "a second correction": (
        "record.second_correction",
        (
            add(
                "case.counter_drawn",
                step("case.correction_asked", 1),
                step("case.corrected", 0),
                step("case.correction_asked", 1),
                step("case.corrected", 0),
            ),
        ),
    ),
    "granted against the finding": ("record.against_finding", (told("case.examined", finding="fails"),)),
    "made before the fee was paid": (
        "record.fee_unpaid",
        (add("case.accepted", step("fee.asked", login="counter", amount=2000)),),
    ),
    "another sum than was asked for": (
        "record.fee_unpaid",
        (
            add("case.accepted", step("fee.asked", login="counter", amount=2000)),
            add("case.decider_drawn", step("fee.paid", amount=1)),
        ),
    ),
    "decided although something was never checked": (
        "record.unverified",
        (told("case.submitted", unverified=["identity"]),),
    ),
    "the new draw ignored": (
        "record.not_drawn",
        (
            add(
                "case.examiner_drawn", step("case.examiner_stepped_aside", 2), drawn("case.examiner_drawn", 9, "decide")
            ),
        ),
    ),
    "drawn again after stepping aside": (
        "record.stepped_aside",
        (
            add(
                "case.examiner_drawn", step("case.examiner_stepped_aside", 2), drawn("case.examiner_drawn", 2, "decide")
            ),
        ),
    ),
    "withdrawn": (
        "record.withdrawn",
        (add("case.accepted", kit.blank(kind="case.withdrawn", login="public", hat="applicant")),),
    ),
    "a step nobody knows": (
        "record.unlawful_order",
        (add("case.accepted", kit.blank(kind="case.blessed", login="worker")),),
    ),
    "not examined at all": (
        "record.not_drawn",
        (lambda events: events.__delitem__(at(events, "case.decider_drawn")),),
    ),
}


@pytest.mark.parametrize("name", LAWFUL)
def test_these_lives_are_lawful(name: str) -> None:
    events = life(*LAWFUL[name])
    check_order(events=events, last=LAST)
    check_different_people(events)


@pytest.mark.parametrize("name", UNLAWFUL)
def test_these_are_not_and_it_says_why(name: str) -> None:
    code, changes = UNLAWFUL[name]
    with pytest.raises(Unlawful) as error:
        check_order(events=life(*changes), last=LAST)
    assert error.value.code == code


def test_a_case_taken_at_the_window_is_accepted_by_the_clerk_of_the_visit() -> None:
    def at_window(events: list[Event]) -> None:
        first, second = events[0], events[1]
        facts = json.dumps({"parties": [kit.person(0).hex()], "form": "00" * 32, "visit": "v"})
        events[0] = replace(
            first, kind="case.taken", login="counter", role="clerk", hat="counter", mark=kit.person(1), facts=facts
        )
        events[1] = replace(second, login="counter", facts=json.dumps({"mark": kit.person(1).hex(), "visit": "v"}))

    check_order(events=life(at_window), last=LAST)
    check_different_people(life(at_window))

    def of_another_visit(events: list[Event]) -> None:
        at_window(events)
        events[1] = replace(events[1], facts=json.dumps({"mark": kit.person(1).hex(), "visit": "w"}))

    with pytest.raises(Unlawful, match=r"record.not_drawn"):
        check_order(events=life(of_another_visit), last=LAST)


def test_a_party_wears_no_official_hat_and_a_stranger_does_not_correct() -> None:
    party_decides = life(told("case.submitted", parties=[kit.person(0).hex(), kit.person(3).hex()]))
    with pytest.raises(Unlawful, match=r"hats.same_person"):
        check_different_people(party_decides)
    stranger = life(add("case.counter_drawn", step("case.correction_asked", 1), step("case.corrected", 9)))
    with pytest.raises(Unlawful, match=r"hats.not_a_party"):
        check_different_people(stranger)
    with pytest.raises(Unlawful, match=r"hats.missing"):
        check_different_people(life(told("case.submitted", parties=[])))
