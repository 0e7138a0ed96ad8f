"""What was issued in a case, to read and print; and the receipt that a clerk prints as soon as something is filed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yimen.casework import case as cases
from yimen.casework import following
from yimen.casework.document import open_document
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web.clocks import clocks_of
from yimen.web.documents import handed_out
from yimen.web.door import signed_in
from yimen.web.shown import case_of


@never_cache
@require_GET
@signed_in("applicant", "clerk", "examiner", "decider", "supervisor")
def issued_paper(request: HttpRequest, session: Session, case: UUID, document: UUID) -> HttpResponse:
    """
    Show an issued paper, so that it can be printed at once; the reading leaves a trace.

    Refuses: missing case.missing, document.missing (also for a paper that was not issued in this case).
    """
    view = cases.view(case=case, session=session)
    if all(one["document"] != str(document) for one in view["issued"]):
        raise Refusal("missing", "document.missing")
    return handed_out(open_document(document=document, session=session), look=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("applicant", "clerk")
def receipt(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """
    The receipt: number, and the fingerprint of the filing on the record, which the applicant keeps as a witness.

    It is there at once and leads to the sealed paper as soon as the keeper has made that; a clerk prints either for her, and
    with it a code to follow the case, made at that moment and shown once.
    """
    code = following.print_code(case=case, session=session) if request.method == "POST" else ""
    view = cases.view(case=case, session=session)
    sealed = next((one for one in view["issued"] if one["kind"] == "receipt"), None)
    clock = next(one for one in clocks_of(view, login=session.login) if one["name"] == "acceptance")
    return render(request, "public/receipt.html", {**_context(view, sealed), "clock": clock, "follow_code": code})


def _context(view: dict[str, Any], sealed: dict[str, Any] | None) -> dict[str, Any]:
    filed = view["events"][0]
    return {
        "case": case_of(view),
        "filed": filed | {"at": parse_datetime(filed["at"])},
        "sealed": sealed,
        "at_window": view["role"] == "clerk",
        "unverified": view["unverified"],
        "instant": view["instant"],
        "waits": bool(view["waits_for"]),
    }
