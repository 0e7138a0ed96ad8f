"""What an applicant does: apply in one call, or by a draft; follow, withdraw."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ValidationError as NotValid

from yimen.api import shapes
from yimen.api.answer import answer, filed, page, read_cursor, receipt
from yimen.api.papers import files_of, one_file, papers_of
from yimen.api.token import bearer, session_of
from yimen.casework import case as cases
from yimen.casework import draft as drafts
from yimen.casework.paper import paper_of
from yimen.record.refusal import Refusal

router = Router(tags=["applicant"], auth=bearer)
_FILE: Final = {"type": "string", "format": "binary"}
_APPLY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "`application` as JSON, and the files, each named by the code of its material; several allowed.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["application"],
                    "properties": {"application": {"$ref": "#/components/schemas/Application"}},
                    "additionalProperties": {"type": "array", "items": _FILE},
                },
                "encoding": {"application": {"contentType": "application/json"}},
            }
        },
    }
}
_ATTACH: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["material", "file"],
                    "properties": {"material": {"type": "string"}, "file": _FILE},
                }
            }
        },
    }
}


@router.get("/organisations", response=shapes.Organisations)
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations I am on record as acting for."""
    return answer({"items": drafts.organisations(session=session_of(request))})


@router.post("/cases", response={201: shapes.Filed}, openapi_extra=_APPLY)
def apply(request: HttpRequest, key: shapes.Key) -> HttpResponse:
    """
    Apply in one call: form and papers together. Sent again with its key, it is answered from the record.

    Refuses: item.unknown, form.malformed (`params.fields`), material.missing, material.unknown, document.*, draw.*.
    """
    files = files_of(request)
    given = _application(request)
    applied = drafts.apply(
        item=given.item,
        organisation=given.organisation,
        form=given.form,
        papers=papers_of(files),
        session=session_of(request),
        key=key,
    )
    return answer(receipt(applied.recorded, number=applied.number), status=201)


@router.get("/cases", response=shapes.Cases)
def mine(request: HttpRequest, limit: shapes.Limit = 20, cursor: shapes.Cursor = None) -> HttpResponse:
    """List the cases I filed, the newest first."""
    before = read_cursor(cursor, filed)
    rows = cases.mine(session=session_of(request), limit=limit, before=before)
    return answer(page(rows, limit=limit, place=["filed_at", "stream"]))


@router.post("/cases/{uuid:case}/withdraw", response=shapes.Recorded)
def withdraw(request: HttpRequest, case: UUID, given: shapes.Seen, key: shapes.Key) -> HttpResponse:
    """Take an application back before it is decided."""
    return answer(receipt(cases.withdraw(case=case, after=given.after, session=session_of(request), key=key)))


@router.post("/drafts", response={201: shapes.DraftMade})
def start(request: HttpRequest, given: shapes.DraftNew, key: shapes.Key) -> HttpResponse:
    """Begin an application that is filled in step by step; the same key comes back to the same draft."""
    return answer({"draft": drafts.start(item=given.item, session=session_of(request), key=key)}, status=201)


@router.get("/drafts", response=shapes.Drafts)
def my_drafts(request: HttpRequest) -> HttpResponse:
    """List my drafts, the last saved first."""
    return answer({"items": drafts.drafts(session=session_of(request))})


@router.get("/drafts/{uuid:draft}", response=shapes.Draft)
def view_draft(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Show a draft of mine with its papers."""
    return answer(drafts.view(draft=draft, session=session_of(request)))


@router.put("/drafts/{uuid:draft}", response={204: None})
def save(request: HttpRequest, draft: UUID, given: shapes.DraftKept) -> HttpResponse:
    """Keep what was typed so far, right or wrong."""
    drafts.save(draft=draft, organisation=given.organisation, form=given.form, session=session_of(request))
    return HttpResponse(status=204)


@router.post("/drafts/{uuid:draft}/documents", response={201: shapes.DocumentMade}, openapi_extra=_ATTACH)
def attach(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Add a paper for one material, judged by its content and not by its name."""
    paper = paper_of(one_file(request), material=request.POST.get("material", ""))
    document = drafts.attach(draft=draft, paper=paper, session=session_of(request))
    return answer({"document": document}, status=201)


@router.delete("/documents/{uuid:document}", response={204: None})
def detach(request: HttpRequest, document: UUID) -> HttpResponse:
    """Take a paper out of a draft and erase it."""
    drafts.detach(document=document, session=session_of(request))
    return HttpResponse(status=204)


@router.post("/drafts/{uuid:draft}/file", response={201: shapes.Filed})
def file(request: HttpRequest, draft: UUID, key: shapes.Key) -> HttpResponse:
    """File a draft. Sent again with its key, it is answered from the record."""
    session = session_of(request)
    recorded = drafts.file(draft=draft, session=session, key=key)
    number = cases.view(case=recorded.stream, session=session)["number"]
    return answer(receipt(recorded, number=number), status=201)


def _application(request: HttpRequest) -> shapes.Application:
    try:
        return shapes.Application.model_validate_json(request.POST.get("application", ""))
    except NotValid as wrong:
        fields = {".".join(map(str, one["loc"])) or "application": one["type"] for one in wrong.errors()}
        raise Refusal("malformed", "request.malformed", fields=fields) from wrong
