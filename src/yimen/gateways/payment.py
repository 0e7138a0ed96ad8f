"""
Payment: an order for a fee, a page of the provider on which it is paid, and what the provider says became of it.

Only what we ask ourselves counts. A call from the provider is a reason to ask sooner (docs/gateways.md).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from yimen.gateways.signed_http import AnswerUnusable, Channel, GatewayAway

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST: Final = 999_999_999  # fen, as the record takes it
REFERENCE: Final = re.compile(r"[A-Za-z0-9._:/-]{1,100}")  # as the record takes it


class OrderRefused(RuntimeError):
    """The provider will not take this order: `code` is order.exists_otherwise (the number is used) or order.closed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Order:
    """What is to be paid: our number, the amount in fen, what for, and where the payer comes back to."""

    number: str
    amount: int
    title: str
    return_url: str
    callback_url: str
    valid_until: datetime


@dataclass(frozen=True)
class Payment:
    """One payment the provider names: its reference and the amount in fen."""

    reference: str
    amount: int


@dataclass(frozen=True)
class Standing:
    """What became of an order, and for which amount the provider has it. `unknown`: the provider has no such order."""

    state: Literal["open", "paid", "closed", "unknown"]
    amount: int | None = None
    payments: tuple[Payment, ...] = ()


class PaymentGateway(Protocol):
    """What a payment provider does; `connected` is False where there is none. `at`: the time of asking, in seconds."""

    @property
    def connected(self) -> bool: ...

    def order(self, order: Order, *, at: int) -> str:
        """Make an order, or find the same one again; return the address of its page. Refuses: GatewayAway, OrderRefused."""
        ...

    def standing(self, number: str, *, at: int) -> Standing:
        """Say what became of an order. Refuses: GatewayAway; AnswerUnusable, where it says nothing that can be used."""
        ...


@dataclass(frozen=True)
class Provider:
    """The real side: a provider that speaks our protocol."""

    channel: Channel
    connected: bool = True

    def order(self, order: Order, *, at: int) -> str:
        asked = {
            "order": order.number,
            "amount": order.amount,
            "currency": "CNY",
            "title": order.title,
            "return_url": order.return_url,
            "callback_url": order.callback_url,
            "valid_until": order.valid_until.isoformat(),
        }
        status, said = self.channel.ask("/orders", asked, at=at)
        if status in (409, 410):
            raise OrderRefused("order.closed" if status == 410 else "order.exists_otherwise")
        page = said.get("page")
        if status != 200 or not isinstance(page, str) or not _safe(page):
            raise GatewayAway(f"no page to pay on, {status}")
        return page

    def standing(self, number: str, *, at: int) -> Standing:
        status, said = self.channel.ask("/orders/query", {"order": number}, at=at)
        state, payments = said.get("state"), said.get("payments", [])
        if status != 200 or state not in ("open", "paid", "closed", "unknown") or said.get("order") != number:
            raise AnswerUnusable(f"no standing of the order, {status}")
        amount = said.get("amount")
        return Standing(state, None if amount is None else _fen(amount), tuple(_payments(payments)))


@dataclass(frozen=True)
class NotConnected:
    """The null side: fees are paid at the window or the bank, and stay open here until someone connects a provider."""

    connected: bool = False

    def order(self, order: Order, *, at: int) -> str:
        raise GatewayAway("no payment provider is connected")

    def standing(self, number: str, *, at: int) -> Standing:
        raise GatewayAway("no payment provider is connected")


def payment_gateway() -> PaymentGateway:
    """The payment gateway of this installation."""
    if settings.PAYMENT_URL:
        return Provider(Channel(settings.PAYMENT_URL, settings.PAYMENT_SECRET))
    return NotConnected()


def _safe(page: str) -> bool:
    """People are sent to a page that is encrypted, or on this very machine."""
    try:
        parts = urlsplit(page)
    except ValueError:
        return False
    return len(page) <= 1000 and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _payments(said: object) -> Sequence[Payment]:
    """Refuses: AnswerUnusable, where a payment cannot be read: money is not guessed at."""
    found = []
    for one in said if isinstance(said, list) else []:
        reference = one.get("reference") if isinstance(one, dict) else None
        if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
            raise AnswerUnusable("a payment that cannot be read")
        found.append(Payment(reference, _fen(one.get("amount"))))
    return found


def _fen(said: object) -> int:
    """Refuses: AnswerUnusable, for what is no amount that anybody pays."""
    if type(said) is not int or not 0 < said <= MOST:
        raise AnswerUnusable("an amount that cannot be")
    return said
