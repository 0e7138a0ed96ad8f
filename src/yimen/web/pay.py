"""
Paying a fee: what it is for and on which ground, the way to the provider and back, and what became of it.

At the window a clerk gives the person a slip with the number to quote; where a provider is connected, with its page as a square
code for her phone.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import case as cases
from yimen.casework import fee as fees
from yimen.pure.yuan import figures, plain
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web import shown
from yimen.web.door import signed_in

LOOKS: Final = 8  # how often the page looks by itself, with scripts, after the payer came back
ORDERS: Final[dict[str, str | Promise]] = {
    "open": _("not confirmed yet"),
    "paid": _("confirmed"),
    "closed": _("ran out without a payment"),
    "mismatch": _("another amount was paid; a supervisor looks after it"),
    "surplus": _("paid more than once; a supervisor looks after it"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("applicant")
def pay(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Show what is to be paid; lead to the provider's page; say what became of it."""
    if request.method == "POST":
        ordered = _ordered(session, case, back=f"{reverse('pay', args=[case])}?back=1")
        if ordered.page is None:
            return redirect("pay", case)
        going = {
            "case": case,
            "page": ordered.page,
            "provider": urlsplit(ordered.page).hostname,
            "order": ordered.order,
        }
        return render(request, "public/pay_go.html", {**going, "amount": figures(ordered.amount)})
    view = fees.payment(case=case, session=session)
    looked = _looked(request)
    if looked and not view["fee"]["paid"]:
        for one in view["orders"]:
            if one["state"] == "open":
                with suppress(Refusal):
                    fees.look_sooner(order=one["number"])
    context = {
        "case": {
            "stream": case,
            "number": view["number"],
            **{key: view["item"]["body"][key] for key in ("name_zh", "name_en")},
        },
        "fee": shown.fee_of(view),
        "orders": orders_of(view),
        "payable": view["payable"],
        "withdrawn": view["state"] == "withdrawn",
        "connected": fees.connected(),
        "quote": _quoted(view),
        "back": bool(looked),
        "again": f"?back={looked + 1}" if looked and looked < LOOKS and not view["fee"]["paid"] else "",
    }
    return render(request, "public/pay.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("clerk")
def slip(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """
    At the window: the slip under which the person pays, made when the clerk asks for it and there to be printed again.

    Refuses: missing case.missing, fee.none; conflict fee.paid_already, fee.not_due, payment.order_refused.
    """
    page = None
    if request.method == "POST":
        page = _ordered(session, case, back=reverse("follow")).page
        if page is None:
            return redirect("window_fee", case)
    view = cases.view(case=case, session=session)
    if view["fee"] is None:
        raise Refusal("missing", "fee.none")
    context = {
        "case": shown.case_of(view),
        "centre": view["centre"],
        "fee": shown.fee_of(view),
        "connected": fees.connected(),
        "picture": page and segno.make(page, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff"),
        "page": page,
    }
    return render(request, "window/fee.html", context)


def _ordered(session: Session, case: UUID, *, back: str) -> fees.Ordered:
    """The order for a fee, and the provider's page; afterwards it sends the payer to `back`."""
    call = f"{settings.PUBLIC_URL}{reverse('api:payment_called')}"
    return fees.pay(case=case, back=f"{settings.PUBLIC_URL}{back}", call=call, session=session)


def _quoted(view: dict[str, Any]) -> dict[str, str] | None:
    """The open order whose number is quoted at the bank or the window; its amount as a bank's statement writes it."""
    number = next((one["number"] for one in view["orders"] if one["state"] == "open"), None)
    if number is None:
        return None
    amount = view["fee"]["amount"]
    return {"number": number, "amount": plain(amount)}


def _looked(request: HttpRequest) -> int:
    given = request.GET.get("back", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 3 else 0


def orders_of(view: dict[str, Any]) -> list[dict[str, Any]]:
    """The orders of a fee in words; of what was paid wrongly, how much."""
    return [
        {
            "number": one["number"],
            "made_at": datetime.fromisoformat(one["made_at"]),
            "says": ORDERS[one["state"]],
            "state": one["state"],
            "paid": ", ".join(figures(each["amount"]) for each in one["told"]),
        }
        for one in view["orders"]
    ]
