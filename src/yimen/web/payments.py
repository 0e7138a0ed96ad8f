"""The supervisor's payments: what is open, what was paid otherwise than asked, and what came after the case was over."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import fee as fees
from yimen.pure.yuan import figures
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web.door import signed_in
from yimen.web.words import LAST

PAGE: Final = 20
WHAT: Final[dict[str, tuple[str | Promise, str]]] = {
    "open": (_("not paid yet"), "going"),
    "mismatch": (_("another amount was paid: refused"), "stop"),
    "surplus": (_("paid more than once: to be paid back"), "stop"),
    "pay_back": (_("paid after the withdrawal: to be paid back"), "warn"),
}


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("supervisor")
def payments(request: HttpRequest, session: Session) -> HttpResponse:
    """List open and mismatching payments, the newest first, a page at a time."""
    before = _place(request)
    rows = fees.orders(session=session, limit=PAGE + 1, before=before)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "orders": [_line(row) for row in rows[:PAGE]],
        "connected": fees.connected(),
        "pages": {
            "previous": reverse("supervisor_payments") if before else "",
            "next": f"?{urlencode({'before': last['made_at'].isoformat(), 'order': last['number']})}" if last else "",
        },
    }
    return render(request, "supervisor/payments.html", context)


def _place(request: HttpRequest) -> fees.Made | None:
    if "before" not in request.GET:
        return None
    try:
        return datetime.fromisoformat(request.GET["before"]), request.GET["order"][:40].replace("\x00", "")
    except (KeyError, ValueError) as wrong:
        raise Refusal("malformed", "move.malformed") from wrong


def _line(row: dict[str, Any]) -> dict[str, Any]:
    says, tone = WHAT[row["what"]]
    return {
        "number": row["number"],
        "url": reverse("supervisor_case", args=[UUID(str(row["stream"]))]),
        "case_number": row["case_number"],
        "case_state": LAST[row["case_state"]],
        "name_zh": row["item_zh"],
        "name_en": row["item_en"],
        "amount": figures(row["amount"]),
        "made_at": row["made_at"],
        "looked_at": row["looked_at"],
        "says": says,
        "tone": tone,
        "told": [{"reference": one["reference"], "amount": figures(one["amount"])} for one in row["told"]],
    }
