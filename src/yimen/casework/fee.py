"""
Fees: what is asked stands in the published item; it is paid at a provider, and counts when the provider confirms it to us.

Tables: casework_fee, casework_order. Nobody here writes an amount, and nobody's word makes a fee paid: the worker asks the
provider itself and records fee.paid (jobs/outside.py), or an operator takes in the statement of the bank (bank.py).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from yimen.gateways.payment import Order, OrderRefused, payment_gateway
from yimen.gateways.signed_http import GatewayAway
from yimen.record import statement
from yimen.record.events import WORKER, Recorded, Session, append
from yimen.record.refusal import Refusal

# The last order of a page: when it was made, and its number.
Made = tuple[datetime, str]


@dataclass(frozen=True)
class Ordered:
    """An order for a fee: our number, the amount in fen, and the provider's page on which it is paid, where there is a provider."""

    order: str
    amount: int
    page: str | None


def connected() -> bool:
    """Whether fees can be paid over the network here."""
    return payment_gateway().connected


def payment(*, case: UUID, session: Session) -> dict[str, Any]:
    """
    Return the fee of a case with its lines, and the orders made for it: stream, number, item, fee, payable, orders.

    Refuses: missing case.missing, fee.none.
    """
    return dict(statement.document(session.login, "select casework_payment(%s, %s::uuid)", [session.secret, case]))


def pay(*, case: UUID, back: str, call: str, session: Session) -> Ordered:
    """
    Make an order for the fee of a case, or find the one that is open, and return where it is paid. At the window a clerk who has
    the case makes it for the person before her.

    Where no provider is connected the order has no page: its number is quoted at the bank or the window (casework/bank.py).
    `back` is where the provider sends the payer afterwards, `call` where it may tell us to look. The order is written down
    before the provider is asked, so a payment is never made for something we do not know.

    Refuses: missing case.missing, fee.none; conflict fee.paid_already, fee.not_due, payment.order_refused;
    unavailable payment.away. Records: nothing; an order is no payment.
    """
    gateway = payment_gateway()
    made = statement.row(session.login, "select * from casework_pay(%s, %s::uuid)", [session.secret, case])
    number, amount, until = made["number"], made["amount"], made["valid_until"]
    if not gateway.connected:
        return Ordered(number, amount, None)
    order = Order(number, amount, made["item_zh"], back, call, until)
    try:
        return Ordered(number, amount, gateway.order(order, at=made["seconds"]))
    except GatewayAway as away:
        raise Refusal("unavailable", "payment.away") from away
    except OrderRefused as refused:
        look_sooner(order=number)
        raise Refusal("conflict", "payment.order_refused", why=refused.code) from refused


def record_paid(*, case: UUID, after: int, order: str, amount: int, reference: str) -> Recorded:
    """
    Record that a fee was paid, through an order of ours, under the reference of who took the money. The same payment again is
    answered from the record.

    Refuses: forbidden for every login but the worker's; conflict fee.reference_used (it paid for another case), fee.not_as_asked
    (another amount or order, or paid already), case.wrong_state, case.moved_meanwhile; malformed move.malformed.
    Records: fee.paid.
    """
    facts = {"amount": amount, "reference": reference, "order": order}
    key = uuid5(NAMESPACE_URL, f"{case}/fee.paid/{json.dumps(facts, sort_keys=True)}")
    return append(stream=case, after=after, kind="fee.paid", session=WORKER, facts=facts, key=key)


def look_sooner(*, order: str) -> None:
    """
    Have the worker ask the provider about an order now. It is no more than that, whoever asks for it.

    Refuses: missing payment.order_missing.
    """
    if not statement.value("public", "select casework_order_soon(%s)", [order]):
        raise Refusal("missing", "payment.order_missing")


def orders(*, session: Session, limit: int = 20, before: Made | None = None) -> list[statement.Row]:
    """
    Return the payments a supervisor looks after, the newest first: open, `mismatch` (another amount), `surplus` (paid more than
    once), `pay_back` (paid although the case was withdrawn). `before` is the last (made_at, number) seen.

    Refuses: forbidden move.of_another_role unless the session is a supervisor's.
    """
    sql = "select * from casework_orders(%s, %s::int, %s::timestamptz, %s)"
    rows = statement.rows(session.login, sql, [session.secret, limit, *(before or (None, None))])
    return [row | {"told": json.loads(row["told"]) if isinstance(row["told"], str) else row["told"]} for row in rows]
