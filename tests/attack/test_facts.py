"""What an event may say: exactly its facts, so that a stolen login with a session writes nothing personal into the record."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

import at_window
import town as towns
from yimen.casework import decision, original

HEX = "0" * 64
ORDER = "Y20260101" + "0" * 16
PERSONAL = "林小满 220199199105272264"
# Kinds whose every word the database writes or compares by itself, with the function that does.
COMPARED = {
    "case.examined": "casework_examined",
    "case.deemed_accepted": "casework_deemed_accepted",
    "certificate.posted": "casework_posted",
    "certificate.handed_over": "casework_handed_over",
    "certificate.collected_late": "casework_handed_over",
    "visit.ended": "casework_visit_ended",
}


def test_every_kind_that_a_login_may_write_has_its_facts_named_or_compared(ask: Any) -> None:
    sql = "select kind, effect from record_move where facts is null and not inner_only and not follows"
    assert dict(ask("oversight", sql)) == COMPARED


@pytest.fixture(scope="module")
def standing() -> tuple[towns.Town, dict[str, UUID]]:
    """One town with a case at every step."""
    town = towns.town(item=FEE)
    at = {state: town.brought_to(state) for state in ("received", "examining", "deciding", "granted", "certifying")}
    return town, at


FEE = {"fees": [{"code": "new", "name_zh": "x", "name_en": "x", "amount": 2000, "basis": "x", "when": None}]}
DRAWN: tuple[tuple[str, str, str, str, dict[str, object]], ...] = (
    ("received", "counter", "counter", "case.accepted", {"form": "complete"}),
    ("received", "counter", "counter", "case.correction_asked", {"content": HEX}),
    ("received", "counter", "counter", "case.not_required", {"content": HEX}),
    ("received", "counter", "counter", "case.refused", {"content": HEX}),
    ("received", "counter", "counter", "case.clerk_stepped_aside", {"ground": "interest"}),
    ("examining", "examiner", "decide", "case.examined", {"finding": "meets", "conditions": ["premises", "rules"]}),
    ("examining", "examiner", "decide", "case.examiner_stepped_aside", {"ground": "interest"}),
    ("deciding", "decider", "decide", "case.sent_back", {"content": HEX}),
    ("deciding", "decider", "decide", "case.granted", {"verdict": "granted", "content": HEX}),
    ("deciding", "decider", "decide", "case.denied", {"verdict": "denied", "content": HEX}),
    ("certifying", "maker", "custody", "certificate.made", {"decision": HEX, "seal": "S"}),
    ("certifying", "maker", "custody", "certificate.maker_stepped_aside", {"ground": "absence"}),
)


@pytest.mark.parametrize(("state", "purpose", "login", "kind", "facts"), DRAWN, ids=[one[3] for one in DRAWN])
def test_whoever_was_drawn_writes_the_facts_of_the_step_and_no_more(
    state: str, purpose: str, login: str, kind: str, facts: dict[str, object], standing: Any, act: Any, refused: Any
) -> None:
    town, at = standing
    secret = town.drawn(at[state], purpose).session.secret
    first = next(iter(facts))
    codes = {"case.examined": "finding.unknown"}
    if kind == "case.examined":
        told = {"finding": "fails", "failed": ["premises", "rules"]}
        for instead in (PERSONAL, {"name": PERSONAL}, None, [PERSONAL]):
            refused(
                "finding.unknown", act, login, at[state], town.head(at[state]), kind, secret, conditions=instead, **told
            )
        refused(
            "finding.unknown",
            act,
            login,
            at[state],
            town.head(at[state]),
            kind,
            secret,
            **facts | told | {"failed": PERSONAL},
        )
    for wrong in (
        facts | {"note": PERSONAL},
        {name: value for name, value in facts.items() if name != first},
        facts | {first: PERSONAL},
        facts | {first: {"name": PERSONAL}},
    ):
        code = codes.get(kind, "ground.unknown" if wrong.get("ground") == "" else "move.malformed")
        refused(code, act, login, at[state], town.head(at[state]), kind, secret, **wrong)


@pytest.mark.parametrize(
    ("state", "login", "kind", "facts"),
    [
        ("received", "worker", "case.verified", {"what": "identity", "asked": str(UUID(int=0))}),
        ("received", "worker", "case.deemed_accepted", {"since": "2026-01-01"}),
        ("granted", "keeper", "case.grant_signed", {"content": HEX}),
        ("certifying", "worker", "fee.paid", {"amount": 2000, "reference": "R-1", "order": ORDER}),
    ],
)
def test_a_machine_writes_no_more_either(
    state: str, login: str, kind: str, facts: dict[str, object], standing: Any, act: Any, refused: Any
) -> None:
    town, at = standing
    head = town.head(at[state])
    early = "clock.still_running" if kind == "case.deemed_accepted" else "move.malformed"
    refused(early, act, login, at[state], head, kind, None, **facts, note=PERSONAL)
    refused(early, act, login, at[state], head, kind, None, **facts, **{"what?": PERSONAL})
    refused(early, act, login, at[state], head, kind, None)


@pytest.mark.parametrize("amount", [-2000, -1, 0.5, 2000.5, 10**12, 10**30, "2000", None, [2000], True, 1999, 2001, 0])
def test_only_the_very_amount_is_paid(amount: object, standing: Any, act: Any, refused: Any) -> None:
    town, at = standing
    whole = isinstance(amount, int) and not isinstance(amount, bool) and 0 <= amount < 10**9
    code = "fee.not_as_asked" if whole else "move.malformed"
    refused(code, act, "worker", at["certifying"], town.head(at["certifying"]), "fee.paid", None, amount=amount, reference="R", order=ORDER)  # fmt: skip


def test_a_case_is_closed_with_the_result_it_had(act: Any, refused: Any) -> None:
    town = towns.town()
    case = town.brought_to("deciding")
    decider = town.drawn(case, "decider").session
    decision.deny(case=case, after=town.head(case), reasons={"rules": "x"}, session=decider, key=uuid4())
    refused("move.malformed", act, "worker", case, town.head(case), "case.closed", None, result="granted")
    act("worker", case, town.head(case), "case.closed", None, result="denied")


def test_the_applicant_writes_nothing_beside_her_withdrawal(standing: Any, act: Any, refused: Any) -> None:
    town, at = standing
    refused(
        "move.malformed",
        act,
        "public",
        at["received"],
        town.head(at["received"]),
        "case.withdrawn",
        town.applicant.session.secret,
        why=PERSONAL,
    )


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("original.taken", {"material": "licence", "pieces": 1, "note": PERSONAL}),
        ("original.taken", {"material": "licence", "pieces": "1"}),
        ("original.taken", {"material": "licence", "pieces": 10**8}),
        ("original.taken", {"material": "licence", "pieces": -1}),
        ("original.taken", {"material": "licence", "pieces": 1, "note": "x" * 1_000_000}),
        ("original.returned", {"taken": 1, "note": PERSONAL}),
        ("case.seen", {"what": PERSONAL}),
        ("case.seen", {"what": "identity", "note": PERSONAL}),
    ],
)
def test_a_clerk_writes_nothing_beside_an_original(kind: str, facts: Any, standing: Any, ask: Any) -> None:
    town, at = standing
    secret = town.drawn(at["received"], "counter").session.secret
    before = town.kinds(at["received"])
    sql = "select * from casework_at_counter(%s, %s, %s, %s, %s, %s)"
    # A clerk who received the case has worn the hat by taking an original.
    if "original.taken" not in before:
        original_of(town, at["received"], ask)
        before = town.kinds(at["received"])
    with pytest.raises(Exception, match=r"move.malformed|material.unknown|case.missing"):
        ask("counter", sql, secret, at["received"], town.head(at["received"]), kind, Jsonb(facts), uuid4())
    assert town.kinds(at["received"]) == before


def original_of(town: towns.Town, case: UUID, ask: Any) -> None:
    with towns.testing_city_owner() as owner:
        owner.execute(
            "insert into record_hat (stream, person, hat, number) values (%s, %s, 'counter', 1)",
            [case, town.drawn(case, "counter").person],
        )
    clerk = town.drawn(case, "counter").session
    original.take(case=case, after=town.head(case), material="licence", pieces=1, session=clerk, key=uuid4())


def test_a_text_or_a_denial_that_lacks_what_the_law_asks_for_is_no_step(connect: Any) -> None:
    """The rows beside the event, written by raw SQL under the login of the one who was drawn."""
    town = towns.town()
    received, deciding = town.filed(), town.brought_to("deciding")
    told: tuple[tuple[UUID, str, str, str, dict[str, object]], ...] = (
        (received, "counter", "counter", "case.refused", {"reason": "不归我们管"}),
        (received, "counter", "counter", "case.refused", {"reason": "不归我们管", "where": " "}),
        (received, "counter", "counter", "case.not_required", {}),
        (received, "counter", "counter", "case.correction_asked", {"items": []}),
        (deciding, "decider", "decide", "case.sent_back", {"reason": ""}),
        (deciding, "decider", "decide", "case.denied", {"verdict": "denied", "reasons": []}),
        (deciding, "decider", "decide", "case.denied", {"verdict": "denied", "reasons": [{"why": "x"}]}),
    )
    for case, purpose, login, kind, said in told:
        body = json.dumps(said)
        table = "casework_decision" if kind == "case.denied" else "casework_writing"
        verdict = ", 'verdict', 'denied'" if kind == "case.denied" else ""
        sql = (
            f"with e as (select * from record_append(%s, %s, %s, %s, jsonb_build_object('content', encode(record_digest(%s), 'hex'){verdict}), %s))"
            f" insert into {table} (stream, number, kind, body) select %s, e.number, %s, %s from e"
        )
        secret = town.drawn(case, purpose).session.secret
        with pytest.raises(Exception, match=r"what_its_step_needs|reasons_and_remedies"):
            connect(login).execute(sql, [case, town.head(case), kind, secret, body, uuid4(), case, kind, body])
    assert (town.state(received), town.state(deciding)) == ("received", "deciding")


@pytest.mark.parametrize(("verdict", "other"), [("granted", "denied"), ("denied", "granted")])
def test_a_case_closes_with_the_verdict_it_has(verdict: str, other: str, act: Any, refused: Any) -> None:
    town = towns.town()
    if verdict == "denied":
        case = town.brought_to("deciding")
        decision.deny(case=case, after=town.head(case), reasons={"premises": "x"}, session=town.drawn(case, "decider").session, key=uuid4())  # fmt: skip
    else:
        case = at_window.sealed(town, town.brought_to("released"))
        act("worker", case, town.head(case), "certificate.delivered", None, way="electronic")
    refused("move.malformed", act, "worker", case, town.head(case), "case.closed", None, result=other)
    act("worker", case, town.head(case), "case.closed", None, result=verdict)
