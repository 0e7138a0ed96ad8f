"""
What is asked of the world outside and waits for its answer: identities that could not be checked, payments, and parcels.

It runs beside the worker's own rounds, in a thread of its own, so that a gateway that hangs holds up nothing else. Each
question has its next time in the database and its pauses grow; asked twice, it records once.
"""

import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from yimen.casework import delivery, fee
from yimen.gateways.identity import IdentityGateway, identity_gateway
from yimen.gateways.payment import Payment, PaymentGateway, Standing, payment_gateway
from yimen.gateways.post import PostGateway, post_gateway
from yimen.gateways.signed_http import AnswerUnusable, GatewayAway
from yimen.record import statement
from yimen.record.events import WORKER, Recorded, append
from yimen.record.refusal import Refusal
from yimen.registry.ids import identity

LOGIN: Final = "worker"
PAUSE: Final = 1.0
LONGEST: Final = 10.0  # seconds a round may need to come to its end
SEEN: Final = "select casework_order_seen(%s, %s, %s::jsonb)"
MONEY_TOO_MANY: Final = (
    "fee.not_as_asked",
    "case.wrong_state",
)  # the fee was paid by another order, or is asked no more
log = logging.getLogger(__name__)
Row = dict[str, Any]


def rounds() -> None:
    """Ask everything that is due now."""
    ask_again()
    look_after_payments()
    look_after_parcels()


def ask_again() -> None:
    """
    Ask the register of people again about those who could not be checked when they stood at the window.

    Records: case.verified, or case.check_differed, which keeps the decision blocked; also where the number that was typed is
    not that of the person on record. No answer: asked again later.
    """
    gateway = identity_gateway()
    if not gateway.connected:
        return
    for one in statement.rows(LOGIN, "select * from casework_unverified()"):
        if one["what"] == "identity" and not _identified(one, gateway):
            return  # it is away: the others wait for the next round, which begins with whoever waited longest


def _identified(one: Row, gateway: IdentityGateway) -> bool:
    answer = gateway.check(resident_id=one["resident_id"], name=one["name"], at=one["seconds"])
    if answer == "unavailable":
        statement.value(LOGIN, "select casework_check_later(%s::uuid, %s)", [one["stream"], one["what"]])
        return False
    hers = bytes.fromhex(identity(one["resident_id"]).removeprefix("\\x")) == bytes(one["identity"])
    kind = "case.verified" if answer == "matches" and hers else "case.check_differed"
    _refused(one, partial(_checked, kind=kind, what=one["what"], asked=one["asked"]))
    return True


def _checked(*, case: UUID, after: int, kind: str, what: str, asked: UUID) -> Recorded:
    key = uuid5(NAMESPACE_URL, f"{case}/{kind}/{after}/{asked}")
    facts = {"what": what, "asked": str(asked)}
    return append(stream=case, after=after, kind=kind, session=WORKER, facts=facts, key=key)


def look_after_payments() -> None:
    """
    Ask the provider about orders whose time has come.

    Records: fee.paid, once, for a payment of exactly the fee. Anything else is noted at the order, where a supervisor sees it. An
    answer that cannot be used costs its own order a pause, and the others nothing.
    """
    gateway = payment_gateway()
    if not gateway.connected:
        return
    for one in statement.rows(LOGIN, "select * from casework_orders_due()"):
        if not _looked(one, gateway):
            return


def _looked(one: Row, gateway: PaymentGateway) -> bool:
    """Look after one order; whether the provider is there, so that the next one can be asked about."""
    try:
        standing = gateway.standing(one["number"], at=one["seconds"])
        saw, told = _judged(one, standing)
    except GatewayAway as away:
        _seen(one, "away", ())
        return isinstance(away, AnswerUnusable)
    if saw == "paid" and one["state"] in ("open", "closed"):
        saw = _paid(one, next(each for each in told if each.amount == one["amount"]))
    if saw == "paid" and len(told) > 1:
        saw = "surplus"
    if saw:
        _seen(one, saw, told)
    return True


def _judged(one: Row, standing: Standing) -> tuple[str, tuple[Payment, ...]]:
    """What an answer amounts to. Refuses: AnswerUnusable, where the provider says paid and names no payment."""
    if standing.amount not in (None, one["amount"]):
        return "mismatch", standing.payments or (Payment("-", standing.amount or 0),)
    if standing.state == "paid":
        if not standing.payments:
            raise AnswerUnusable("paid, and no payment named")
        right = any(each.amount == one["amount"] for each in standing.payments)
        return ("paid" if right else "mismatch"), standing.payments
    if standing.state == "closed" or (standing.state == "unknown" and one["over"]):
        return "closed", ()
    return "open", ()


def _paid(one: Row, payment: Payment) -> str:
    """Record a payment; what to note at the order, or nothing when someone moved the case meanwhile."""
    told = {"order": one["number"], "amount": payment.amount, "reference": payment.reference}
    refused = _refused(one, partial(fee.record_paid, **told))
    if refused == "fee.reference_used":
        return "mismatch"
    return "surplus" if refused in MONEY_TOO_MANY else "" if refused else "paid"


def _refused(one: Row, record: Callable[..., Recorded]) -> str:
    """Record something of a case; the code of the refusal, if there was one. The next round looks again."""
    try:
        record(case=one["stream"], after=one["head"])
    except Refusal as refusal:
        log.warning("%s: %s", one["stream"], refusal.code)
        return refusal.code
    return ""


def _seen(one: Row, saw: str, told: tuple[Payment, ...]) -> None:
    payments = [{"reference": each.reference, "amount": each.amount} for each in told[:20]]
    statement.value(LOGIN, SEEN, [one["number"], saw, json.dumps(payments)])


def look_after_parcels() -> None:
    """
    Ask the carriers about parcels whose time has come.

    Records: certificate.delivered, or certificate.returned, where the carrier says so. Still on its way, not known yet, or an answer
    that cannot be used: asked again after a longer pause. The carriers are away: the others wait for the next round.
    """
    gateway = post_gateway()
    if not gateway.connected:
        return
    for one in statement.rows(LOGIN, "select * from casework_parcels_due()"):
        if not _followed(one, gateway):
            return


def _followed(one: Row, gateway: PostGateway) -> bool:
    """Look after one parcel; whether the carriers are there, so that the next one can be asked about."""
    there = True
    try:
        stands = gateway.parcel(carrier=one["carrier"], tracking=one["tracking"], at=one["seconds"])
    except GatewayAway as away:
        stands, there = "unknown", isinstance(away, AnswerUnusable)
    if stands == "delivered":
        _refused(one, partial(delivery.deliver, way="post"))
    elif stands == "returned":
        _refused(one, delivery.come_back)
    else:
        statement.value(LOGIN, "select casework_parcel_later(%s::uuid)", [one["stream"]])
    return there
