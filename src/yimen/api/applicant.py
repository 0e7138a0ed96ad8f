"""What an applicant does: apply in one call (in steps: `draft`), follow, correct, withdraw, and let others act for her."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ValidationError as NotValid

from yimen.api import asked, case_shapes, filing_shapes, shapes, uploads
from yimen.api.answer import answer, filed, page, read_cursor, receipt
from yimen.api.moving import moved
from yimen.api.papers import files_of, only, papers_of
from yimen.api.token import bearer, session_of
from yimen.casework import case as cases
from yimen.casework import correction
from yimen.casework import draft as drafts
from yimen.casework import mandate as mandates
from yimen.record.refusal import Refusal

router = Router(tags=["applicant"], auth=bearer)


@router.get("/organisations", response=shapes.Organisations)
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations I am on record as acting for."""
    return answer({"items": drafts.organisations(session=session_of(request))})


@router.post("/cases", response={201: shapes.Filed}, openapi_extra=uploads.APPLICATION)
def apply(request: HttpRequest, key: asked.Key) -> HttpResponse:
    """Apply in one call: form and papers together. Sent again with its key, it is answered from the record."""
    files = files_of(request)
    only(request, "application")
    given = _application(request)
    applied = drafts.apply(**given.dict(), papers=papers_of(files), session=session_of(request), key=key)
    return answer(receipt(applied.recorded, number=applied.number), status=201)


@router.get("/cases", response=case_shapes.Cases)
def mine(request: HttpRequest, limit: asked.Limit = 20, cursor: asked.Cursor = None) -> HttpResponse:
    """List the cases I filed, or that were filed for me, the newest first."""
    before = read_cursor(cursor, filed)
    rows = cases.mine(session=session_of(request), limit=limit, before=before)
    return answer(page(rows, limit=limit, place=["filed_at", "stream"]))


@router.post("/cases/{uuid:case}/correct", response=shapes.Recorded)
def correct(request: HttpRequest, case: UUID, given: asked.Corrected, key: asked.Key) -> HttpResponse:
    """Answer a correction notice: the papers added to the case since, and `answers` in place of earlier ones; once."""
    return moved(correction.correct, request, case, given, key)


@router.post("/cases/{uuid:case}/withdraw", response=shapes.Recorded)
def withdraw(request: HttpRequest, case: UUID, given: asked.Seen, key: asked.Key) -> HttpResponse:
    """Take an application back before it is decided."""
    return moved(cases.withdraw, request, case, given, key)


@router.get("/mandates", response=filing_shapes.Mandates)
def my_mandates(request: HttpRequest) -> HttpResponse:
    """List the mandates I gave (`mine`) and those I hold."""
    return answer({"items": mandates.mandates(session=session_of(request))})


@router.post("/mandates", response={201: filing_shapes.MandateMade})
def give(request: HttpRequest, given: asked.MandateNew, key: asked.Key) -> HttpResponse:
    """Let the person with this resident id act for me, or for an organisation of mine, up to and including a day."""
    return answer({"mandate": mandates.give(**given.dict(), session=session_of(request), key=key)}, status=201)


@router.post("/mandates/{uuid:mandate}/end", response={204: None})
def end(request: HttpRequest, mandate: UUID, key: asked.Key) -> HttpResponse:
    """End a mandate of mine: from now on the agent sees and does nothing more."""
    mandates.end(mandate=mandate, session=session_of(request), key=key)
    return HttpResponse(status=204)


def _application(request: HttpRequest) -> asked.Application:
    """Read the JSON part of an application. Refuses: malformed request.malformed."""
    try:
        return asked.Application.model_validate_json(request.POST.get("application", ""))
    except NotValid as wrong:
        fields = {".".join(map(str, one["loc"])) or "application": one["type"] for one in wrong.errors()}
        raise Refusal("malformed", "request.malformed", fields=fields) from wrong
