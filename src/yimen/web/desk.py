"""The applicant's desk: her drafts and cases, one case in full, and withdrawing it."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yimen.casework import case as cases
from yimen.casework import draft as drafts
from yimen.casework import notice
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.record.sessions import who
from yimen.web import shown
from yimen.web.apply import key_of
from yimen.web.correct import asked_of
from yimen.web.door import signed_in
from yimen.web.messages import waiting_of
from yimen.web.place import place_in, place_of
from yimen.web.words import LAST, PROOFS, Words

PAGE: Final = 20
# What is asked of the applicant now.
ASKED: Final[Words] = {
    "correct": _("To be corrected by you"),
    "pay": _("To be paid by you"),
    "collect": _("Ready for you to collect"),
}


@never_cache
@require_GET
@signed_in("applicant")
def desk(request: HttpRequest, session: Session) -> HttpResponse:
    """My drafts, and my cases, the newest first, page by page."""
    before = place_in(request)
    rows = cases.mine(session=session, limit=PAGE + 1, before=before)
    more = len(rows) > PAGE
    today = timezone.localdate()
    following = f"?{urlencode(place_of(rows[PAGE - 1]))}" if more else ""
    context = {
        "cases": [_line(row, today) for row in rows[:PAGE]],
        "proof": PROOFS[who(session=session)["proof"]],
        "drafts": [] if before else [_draft(row) for row in drafts.drafts(session=session)],
        "pages": {"previous": reverse("desk") if before else "", "next": following},
        "waiting": waiting_of(notice.waiting(session=session)),
    }
    return render(request, "public/desk.html", context)


def _line(row: dict[str, Any], today: date) -> dict[str, Any]:
    return {
        "number": row["number"],
        "url": reverse("case", args=[row["stream"]]),
        "name_zh": row["item_zh"],
        "name_en": row["item_en"],
        "holder": row["applicant_en" if shown.english() else "applicant_zh"],
        "state": LAST[row["state"]],
        "filed_at": row["filed_at"],
        "due": row["due_on"],
        "late": bool(row["due_on"] and row["due_on"] < today),
        "asked": ASKED.get(row["asked"] or "", ""),
        "fee": row["fee"] and f"{row['fee'] / 100:.2f}",
    }


def _draft(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": reverse("draft", args=[row["draft"]]),
        "name_zh": row["item_zh"],
        "name_en": row["item_en"],
        "saved_at": row["saved_at"],
    }


@never_cache
@require_GET
@signed_in("applicant")
def case(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """One case of mine: where it stands, when it is due and why, what happened, and who read my papers. Its messages are read."""
    view = cases.view(case=case, session=session)
    context = {
        "case": shown.case_of(view),
        "events": shown.events_of(view),
        "clocks": shown.clocks_of(view, login=session.login),
        "responsible": shown.responsible_of(view),
        "certificate": shown.certificate_of(view),
        "papers": shown.papers_of(view),
        "issued": shown.issued_of(view),
        "readings": shown.readings_of(view),
        "details": shown.details_of(view),
        "asked": asked_of(view) if view["state"] == "correcting" else [],
        "outcome": shown.outcome_of(view),
        "fee": shown.fee_of(view),
        "collect": view["state"] == "sealed" and view["delivery"] == "window",
        "parcel": view["parcel"] if view["state"] == "posted" else None,
        "originals": [one for one in view["originals"] if one["returned"] is None],
        "waits": bool(view["waits_for"]),
        "waiting": waiting_of(notice.read(session=session, case=case), only=case),
    }
    return render(request, "public/case.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("applicant")
def withdraw(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Ask once more, then withdraw. Sent twice, it is withdrawn once."""
    if request.method == "POST":
        try:
            after = int(request.POST.get("after", ""))
        except ValueError as wrong:
            raise Refusal("malformed", "move.malformed") from wrong
        cases.withdraw(case=case, after=after, session=session, key=key_of(request))
        return redirect("case", case)
    view = cases.view(case=case, session=session)
    head = shown.case_of(view)
    if not head["may_withdraw"]:
        return redirect("case", case)
    return render(request, "public/withdraw.html", {"case": head, "key": uuid4(), "after": view["head"]})
