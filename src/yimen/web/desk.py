"""The applicant's desk: her drafts and cases, one case in full, and withdrawing it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yimen.casework import case as cases
from yimen.casework import desk as desks
from yimen.casework import draft as drafts
from yimen.casework import notice
from yimen.pure.yuan import figures
from yimen.record.events import Session
from yimen.web import shown
from yimen.web.clocks import clocks_of
from yimen.web.correct import asked_of
from yimen.web.door import signed_in
from yimen.web.large import is_large
from yimen.web.messages import waiting_of
from yimen.web.place import place_in, place_of
from yimen.web.sent import once
from yimen.web.words import LAST, PROOFS, Words

PAGE: Final = 10
LARGE_PAGE: Final = 6  # in large print
MOST: Final = 100
# What is asked of the applicant now: said of a case, and said as a thing to do.
ASKED: Final[Words] = {
    "correct": _("To be corrected by you"),
    "pay": _("To be paid by you"),
    "collect": _("Ready for you to collect"),
}
TO_DO: Final[Words] = {
    "correct": _("Correct what was asked for"),
    "pay": _("Pay the fee"),
    "collect": _("Collect the result at the window"),
}
IF_NOT: Final[Words] = {
    "correct": _(
        "If no answer comes by then, the law takes the application as given up. You can file again at any time."
    ),
    "pay": _("No date runs out for you. The certificate is made once the fee is paid."),
    "collect": _("It is kept for you after that day too; only the case is then closed."),
}


@never_cache
@require_GET
@signed_in("applicant")
def desk(request: HttpRequest, session: Session) -> HttpResponse:
    """What is asked of me now, my drafts, and my cases, the newest first, page by page; beside them what I was given."""
    before = place_in(request)
    size = LARGE_PAGE if is_large(request) else PAGE
    rows = cases.mine(session=session, limit=size + 1, before=before)
    more = len(rows) > size
    found = desks.desk(session=session)
    today = date.fromisoformat(found["today"])
    following = f"?{urlencode(place_of(rows[size - 1]))}" if more else ""
    context = {
        "cases": [_line(row, today) for row in rows[:size]],
        "drafts": [] if before else [_draft(row) for row in drafts.drafts(session=session)],
        "asked": [] if before else [_asked(one, found["today"], login=session.login) for one in found["asked"]],
        "beside": None if before else _beside(found),
        "pages": {"previous": reverse("desk") if before else "", "next": following},
        "waiting": waiting_of(notice.waiting(session=session)),
    }
    return render(request, "public/desk.html", context)


@never_cache
@require_GET
@signed_in("applicant")
def papers(request: HttpRequest, session: Session) -> HttpResponse:
    """All that I was given, and everyone who opened my papers, in one place."""
    return render(request, "public/papers.html", _beside(desks.desk(session=session, limit=MOST)))


def _asked(one: Mapping[str, Any], today: str, *, login: str) -> dict[str, Any]:
    """One thing to do: what, for which case, by when, and the sentence that explains the date."""
    wanted = {"today": today, "events": one["events"], "clocks": {}}
    if one["clock"]:
        wanted["clocks"] = {one["clock"]: one["clocks"][one["clock"]]}
    return {
        "what": one["what"],
        "title": TO_DO[one["what"]],
        "if_not": IF_NOT[one["what"]],
        "url": reverse({"correct": "correct", "pay": "pay"}.get(one["what"], "case"), args=[one["stream"]]),
        "name_zh": one["item_zh"],
        "name_en": one["item_en"],
        "holder_zh": one["holder_zh"],
        "holder_en": one["holder_en"],
        "number": one["number"],
        "fee": one["fee"] and figures(one["fee"]),
        "clock": next(iter(clocks_of(wanted, login=login)), None),
    }


def _beside(found: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside the cases: papers and certificates, readings, mandates, and how the identity was proven."""
    given = [
        one
        | {
            "url": reverse("document", args=[one["document"]]),
            "case_url": reverse("case", args=[one["stream"]]),
            "at": datetime.fromisoformat(one["at"]),
            "valid_until": date.fromisoformat(one["valid_until"]) if one["valid_until"] else None,
        }
        for one in found["given"]
    ]
    readings = [
        one | {"at": datetime.fromisoformat(one["at"]), "case_url": reverse("case", args=[one["stream"]])}
        for one in found["readings"]
    ]
    return {
        "certificates": [one for one in given if one["certificate"]],
        "issued": [one for one in given if not one["certificate"]],
        "readings": readings,
        "mandates": found["mandates"],
        "proof": PROOFS[found["proof"]],
    }


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
        "clock": row["clock"] if row["due_on"] else "",
        "late": bool(row["due_on"] and row["due_on"] < today),
        "asked": ASKED.get(row["asked"] or "", ""),
        "fee": row["fee"] and figures(row["fee"]),
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
        **shown.standing_of(view, login=session.login),
        "certificate": shown.certificate_of(view),
        "papers": shown.papers_of(view),
        "issued": shown.issued_of(view),
        "readings": shown.readings_of(view),
        "followed": shown.followed_of(view),
        "details": shown.details_of(view),
        "asked": asked_of(view) if view["state"] == "correcting" else [],
        "waiting": waiting_of(notice.read(session=session, case=case), only=case),
    }
    return render(request, "public/case.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("applicant")
def withdraw(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Ask once more, then withdraw. Sent twice, it is withdrawn once."""
    if request.method == "POST":
        key, after = once(request)
        cases.withdraw(case=case, after=after, session=session, key=key)
        return redirect("case", case)
    view = cases.view(case=case, session=session)
    head = shown.case_of(view)
    if not head["may_withdraw"]:
        return redirect("case", case)
    return render(request, "public/withdraw.html", {"case": head, "key": uuid4(), "after": view["head"]})
