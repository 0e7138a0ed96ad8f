"""Fees: what is to be paid, paying it at a provider, and the call with which a provider asks us to look."""

import json
from datetime import datetime
from time import time
from typing import Any, Final, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router

from yimen.api.answer import answer
from yimen.api.shapes import Told
from yimen.api.token import bearer, session_of
from yimen.casework import fee as fees
from yimen.pure.signed_message import NotGenuine, check_request
from yimen.record.refusal import Refusal

router = Router(tags=["fees"])
CALLED: Final = "payment_called"


class FeeLine(Told):
    code: str
    amount: int
    name_zh: str
    name_en: str
    basis: str | None


class FeeAsked(Told):
    """What is to be paid, in fen; `number`: the event that asked for it; `order`: the one that is open, under which it is paid."""

    number: int
    amount: int
    lines: list[FeeLine]
    paid: bool
    payable: bool
    order: str | None
    paid_at: datetime | None
    reference: str | None


class OrderMade(Told):
    number: str
    amount: int
    made_at: datetime
    state: Literal["open", "paid", "closed", "mismatch", "surplus"]
    looked_at: datetime | None
    told: list[dict[str, Any]]


class Fee(Told):
    stream: UUID
    number: str
    state: str
    role: str
    payable: bool
    item: dict[str, Any]
    fee: FeeAsked
    orders: list[OrderMade]


class Ordered(Told):
    """An order for the fee, and the provider's page on which it is paid; null where no provider is connected."""

    order: str
    amount: int
    page: str | None


@router.get("/cases/{uuid:case}/fee", auth=bearer, response=Fee)
def fee(request: HttpRequest, case: UUID) -> HttpResponse:
    """
    Show the fee of a case: its lines with their legal basis, whether it is paid, and the orders made for it.
    """
    return answer(fees.payment(case=case, session=session_of(request)))


@router.post("/cases/{uuid:case}/pay", auth=bearer, response={201: Ordered})
def pay(request: HttpRequest, case: UUID) -> HttpResponse:
    """
    Make an order for the fee at the payment provider and return the page on which it is paid; asked again, it is the same order.

    Where no provider is connected `page` is null, and the number is quoted at the bank or the window.
    An order is no payment: the fee is paid when the provider confirms it to us.
    """
    ordered = fees.pay(case=case, back=back_of(case), call=call_url(), session=session_of(request))
    return answer({"order": ordered.order, "amount": ordered.amount, "page": ordered.page}, status=201)


@router.post("/payments/called", url_name=CALLED, response={204: None})
def called(request: HttpRequest) -> HttpResponse:
    """
    For payment providers: look at an order now (`{"order": number}`), signed as docs/gateways.md says.

    What became of the order is asked of the provider itself; this call alone changes nothing.

    Refuses: forbidden message.not_genuine; malformed request.malformed.
    """
    try:
        check_request(
            secret=settings.PAYMENT_SECRET,
            method="POST",
            path=request.path,
            headers=request.headers,
            body=request.body,
            now=int(time()),
        )
        order = str(json.loads(request.body)["order"])
    except NotGenuine as wrong:
        raise Refusal("forbidden", "message.not_genuine", why=wrong.code) from wrong
    except (ValueError, KeyError, TypeError) as wrong:
        raise Refusal("malformed", "request.malformed") from wrong
    fees.look_sooner(order=order[:100].replace("\x00", ""))
    return HttpResponse(status=204)


def back_of(case: UUID) -> str:
    """Where the provider sends the payer back to."""
    return f"{settings.PUBLIC_URL}{reverse('pay', args=[case])}?back=1"


def call_url() -> str:
    """Where the provider may tell us to look."""
    return f"{settings.PUBLIC_URL}{reverse(f'api:{CALLED}')}"
