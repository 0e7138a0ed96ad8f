"""A fee and a payment provider, over real HTTP: paid once, exactly what was published, and never on anybody's mere word."""

import json
from collections.abc import Callable
from time import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

import town as towns
from asking import Asking
from outside_world import SECRET, bank, signed, visit_page
from yimen.casework import case as cases
from yimen.casework import fee
from yimen.jobs import outside
from yimen.record import statement
from yimen.record.events import WORKER, append
from yimen.record.refusal import Refusal

FEES = {"fees": [{"code": "new", "name_zh": "工本费", "name_en": "Fee", "amount": 2000, "basis": "某办法第三条"}]}
ADDRESSES = {"back": "http://127.0.0.1/back", "call": "http://127.0.0.1/call"}


def refused(code: str, doing: Callable[..., Any], *given: Any, **told: Any) -> None:
    with pytest.raises(Refusal) as error:
        doing(*given, **told)
    assert error.value.code == code


def ordered(town: towns.Town, case: UUID) -> fee.Ordered:
    return fee.pay(case=case, session=town.applicant.session, **ADDRESSES)


def look(*orders: str) -> None:
    """The worker's next round, after the pause of these orders."""
    with towns.testing_city_owner() as owner:
        owner.execute("update casework_order set next_at = now() where number = any (%s)", [list(orders)])
    outside.look_after_payments()


def standing(town: towns.Town, case: UUID) -> tuple[bool, list[str]]:
    found = fee.payment(case=case, session=town.applicant.session)
    return found["fee"]["paid"], [one["state"] for one in found["orders"]]


def watched(town: towns.Town, case: UUID) -> list[str]:
    """What the supervisor is shown of a case's payments."""
    rows = fee.orders(session=town.someone("supervisor").session, limit=100)
    return [row["what"] for row in rows if row["stream"] == case]


def called(order: str, *, secret: str = SECRET, late: int = 0, body: bytes | None = None) -> int:
    """The provider calls; what it is answered."""
    path, sent = "/api/v1/payments/called", body or json.dumps({"order": order}).encode()
    at, nonce = int(time()) - late, uuid4().hex
    signature = signed(
        "yimen.request.v1", "POST", path, at, nonce, body=json.dumps({"order": order}).encode(), secret=secret
    )
    headers = {"Yimen-Time": str(at), "Yimen-Nonce": nonce, "Yimen-Signature": signature}
    return int(Client().post(path, sent, content_type="application/json", headers=headers).status_code)


def test_a_fee_is_paid_on_the_providers_page_and_counts_when_the_provider_confirms_it() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("certifying")
    with bank() as there:
        order = ordered(town, case)
        assert ordered(town, case) == order, "asked again, it is the same order"
        assert order.page
        assert "食品经营许可" in visit_page(order.page)
        look(order.order)
        assert standing(town, case) == (False, ["open"])
        visit_page(order.page, pay=True)
        assert standing(town, case) == (False, ["open"])
        look(order.order)
        assert standing(town, case) == (True, ["paid"])
        asked = len(there.asked)
        outside.look_after_payments()
        assert len(there.asked) == asked
        refused("fee.paid_already", ordered, town, case)
    facts = statement.document(
        "oversight", "select facts::jsonb from record_event where stream = %s and kind = 'fee.paid'", [case]
    )
    assert facts == {"amount": 2000, "order": order.order, "reference": f"{order.order}-1"}
    town.custody(case, "maker")


def test_confirmed_twice_it_is_paid_once_and_a_second_payment_is_seen() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    with bank() as there:
        order = ordered(town, case).order
        there.pay(order)
        look(order)
        assert called(order) == 204
        look(order)
        assert (town.kinds(case).count("fee.paid"), watched(town, case)) == (1, [])
        there.pay(order)
        assert called(order) == 204
        look(order)
        assert (town.kinds(case).count("fee.paid"), watched(town, case)) == (1, ["surplus"])


@pytest.mark.parametrize("amount", [1999, 200000])
def test_another_amount_is_refused_is_seen_by_the_supervisor_and_a_new_order_can_be_made(amount: int) -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    with bank() as there:
        order = ordered(town, case).order
        there.pay(order, amount=amount)
        look(order)
        assert standing(town, case) == (False, ["mismatch"])
        (row,) = [r for r in fee.orders(session=town.someone("supervisor").session) if r["stream"] == case]
        assert row["told"] == [{"reference": f"{order}-1", "amount": amount}]
        second = ordered(town, case).order
        assert second != order
        there.pay(second)
        look(second)
    assert standing(town, case) == (True, ["paid", "mismatch"])


@pytest.mark.parametrize("mood", ["error", "forged", "garbage", "replay"])
def test_what_the_provider_does_not_say_clearly_is_not_believed_and_nothing_is_lost(mood: str) -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    with bank() as there:
        order = ordered(town, case).order
        there.pay(order)
        there.mood = mood
        look(order)
        assert standing(town, case) == (False, ["open"])
        refused("payment.away", ordered, town, case)
        there.mood = ""
        look(order)
    assert standing(town, case) == (True, ["paid"])


@pytest.mark.parametrize(
    "answer",
    [
        {"amount": 10**30},
        {"amount": -1},
        {"payments": [{"reference": "R", "amount": 10**4000}]},
        {"payments": [{"reference": "R", "amount": float("nan")}]},
        {"payments": [{"reference": "R" * 101, "amount": 2000}] * 30},
        {"payments": [{"reference": "R\x00", "amount": 2000}]},
        {"payments": []},
        {"state": ["paid"]},
    ],
    ids=lambda one: str(one)[:40],
)
def test_an_answer_that_cannot_be_used_costs_its_own_order_and_no_other(answer: dict[str, Any]) -> None:
    town = towns.town(item=FEES)
    odd, plain = town.brought_to("examining"), town.brought_to("examining")
    with bank() as there:
        first, second = ordered(town, odd).order, ordered(town, plain).order
        there.pay(first)
        there.pay(second)
        there.orders[first] |= answer
        with towns.testing_city_owner() as owner:
            owner.execute("update casework_order set next_at = now() - interval '1 hour' where number = %s", [first])
        look(second)
    assert (standing(town, odd), standing(town, plain)) == ((False, ["open"]), (True, ["paid"]))
    assert statement.value("oversight", "select next_at > now() from casework_order where number = %s", [first])


def test_never_paid_it_stays_open_and_an_order_that_ran_out_makes_room_for_a_new_one() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("certifying")
    with bank() as there:
        order = ordered(town, case).order
        there.orders[order]["state"] = "closed"
        look(order)
        assert standing(town, case) == (False, ["closed"])
        assert ordered(town, case).order != order
        refused("fee.unpaid", town.custody, case, "maker")
        there.pay(order)  # late all the same: it is the fee that was asked for
        assert called(order) == 204
        look(order)
    assert standing(town, case) == (True, ["open", "paid"])


def test_paid_after_the_withdrawal_it_is_on_record_and_to_be_paid_back() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    with bank() as there:
        order = ordered(town, case).order
        cases.withdraw(case=case, after=town.head(case), session=town.applicant.session, key=uuid4())
        refused("fee.not_due", ordered, town, case)
        there.pay(order)
        look(order)
    assert (town.kinds(case)[-1], town.state(case), watched(town, case)) == ("fee.paid", "withdrawn", ["pay_back"])


def test_a_number_or_a_reference_that_was_used_before_pays_for_nothing() -> None:
    town = towns.town(item=FEES)
    one, two = town.brought_to("examining"), town.brought_to("examining")
    with bank() as there:
        first, second = ordered(town, one).order, ordered(town, two).order
        there.pay(first, reference="R" + first)
        there.pay(second, reference="R" + first)
        look(first)
        look(second)
        assert (standing(town, one), standing(town, two)) == ((True, ["paid"]), (False, ["mismatch"]))
        third = ordered(town, two).order
        there.orders[third]["amount"] = 5
        refused("payment.order_refused", ordered, town, two)
        look(third)
        assert standing(town, two) == (False, ["mismatch", "mismatch"])
    with towns.testing_city_owner() as owner, pytest.raises(Exception, match="casework_order_pkey"):
        owner.execute("insert into casework_order select * from casework_order where number = %s", [first])


@pytest.mark.parametrize(
    "told", [{"secret": "not the secret at all"}, {"late": 301}, {"late": -400}, {"body": b'{"order": "Y"}'}]
)
def test_a_forged_or_old_call_is_turned_away(told: dict[str, Any]) -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    with bank():
        order = ordered(town, case).order
        before = _next(order)
        assert called(order, **told) == 403
        assert _next(order) == before
        assert called("Y20260101" + "0" * 16) == 404
    assert called(order) == 403, "without a provider there is no secret, and nobody to believe"
    assert standing(town, case) == (False, ["open"])


def _next(order: str) -> object:
    return statement.value("oversight", "select next_at from casework_order where number = %s", [order])


def test_a_genuine_call_alone_pays_nothing() -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    with bank():
        order = ordered(town, case).order
        assert called(order) == 204
        look(order)
        assert standing(town, case) == (False, ["open"])


def test_only_who_applied_makes_an_order_and_without_a_provider_it_is_a_number_to_quote() -> None:
    town = towns.town(item=FEES)
    case, free = town.brought_to("examining"), towns.town()
    quoted = ordered(town, case)
    assert (quoted.amount, quoted.page) == (2000, None)
    assert ordered(town, case) == quoted, "one number a fee, however often she asks"
    assert standing(town, case) == (False, ["open"])
    with bank():
        refused("case.missing", fee.pay, case=case, session=town.stranger.session, **ADDRESSES)
        refused("fee.none", ordered, free, free.brought_to("examining"))
        clerk = town.drawn(case, "counter").session
        assert fee.pay(case=case, session=clerk, **ADDRESSES).order == quoted.order, "for who has no account of her own"
        refused("case.missing", fee.pay, case=case, session=town.not_drawn(case, "counter").session, **ADDRESSES)
        refused("move.of_another_link", fee.pay, case=case, session=town.drawn(case, "examiner").session, **ADDRESSES)
        refused("move.of_another_link", fee.orders, session=town.applicant.session)


def test_the_interface_tells_the_fee_and_leads_to_the_page() -> None:
    town = towns.town(item=FEES)
    case = str(town.brought_to("examining"))
    asking = Asking(town.applicant)
    said = asking.get(f"/cases/{case}/fee").said
    assert (said["fee"]["amount"], said["fee"]["lines"][0]["basis"], said["payable"]) == (2000, "某办法第三条", True)
    assert asking.post(f"/cases/{case}/pay").said["page"] is None
    with bank() as there:
        answer = asking.post(f"/cases/{case}/pay")
        assert (answer.status, answer.said["amount"]) == (201, 2000)
        order = there.orders[answer.said["order"]]
        assert order["callback_url"].endswith("/api/v1/payments/called")
        assert order["return_url"].endswith(f"/cases/{case}/pay/?back=1")
        there.mood = "error"
        down = asking.post(f"/cases/{case}/pay")
        assert (down.status, down.code) == (503, "payment.away")


@pytest.mark.parametrize("login", ["public", "counter", "decide", "custody", "registry", "oversight", "keeper"])
def test_no_login_but_the_workers_says_that_something_was_paid(login: str, connect: Callable[[str], Any]) -> None:
    town = towns.town(item=FEES)
    case = town.brought_to("examining")
    facts = json.dumps({"amount": 2000, "reference": "R"})
    attacks = [
        (
            "select record_append(%s, %s, 'fee.paid', null, %s::jsonb, gen_random_uuid())",
            [case, town.head(case), facts],
        ),
        ("select casework_order_seen('Y', 'paid')", []),
        ("update casework_fee set paid = 1, amount = 1 where stream = %s", [case]),
        (
            "insert into casework_order (number, stream, amount, made_at, valid_until) values ('Y', %s, 1, now(), now())",
            [case],
        ),
        ("update casework_order set amount = 1, state = 'paid'", []),
    ]
    for sql, params in attacks:
        with pytest.raises(Exception, match=r"permission denied|of_another_link"):
            connect(login).execute(sql, params)
    assert standing(town, case) == (False, [])


def test_the_worker_itself_cannot_say_another_amount_or_pay_through_another_cases_order() -> None:
    town = towns.town(item=FEES)
    one, two = town.brought_to("examining"), town.brought_to("examining")
    with bank():
        order = ordered(town, one).order
    pay: dict[str, Any] = {"kind": "fee.paid", "session": WORKER}
    wrong = [
        (two, {"amount": 2000, "reference": "R", "order": order}, "fee.not_as_asked"),
        (one, {"amount": 1, "reference": "R", "order": order}, "fee.not_as_asked"),
        (one, {"amount": 2000, "reference": "R", "order": order, "waived": True}, "move.malformed"),
        (one, {"amount": "2000; drop", "reference": "R", "order": order}, "move.malformed"),
        (one, {"amount": 2000, "reference": "R"}, "move.malformed"),
    ]
    for case, facts, code in wrong:
        refused(code, append, stream=case, after=town.head(case), facts=facts, key=uuid4(), **pay)
