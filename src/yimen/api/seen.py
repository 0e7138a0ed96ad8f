"""What several hats may see: one case, one paper; and what the supervisor sees of all."""

from datetime import date
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import shapes
from yimen.api.answer import answer, filed, page, read_cursor
from yimen.api.token import bearer, session_of
from yimen.casework import case as cases
from yimen.casework.document import open_document
from yimen.record import draws

router = Router(tags=["reading"], auth=bearer)


@router.get("/cases/{uuid:case}", response=shapes.Case)
def view(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show everything about one case that my hat may see."""
    return answer(cases.view(case=case, session=session_of(request)))


@router.get(
    "/documents/{uuid:document}/content",
    response={200: None},
    openapi_extra={
        "responses": {
            200: {
                "description": "The paper as it was handed in",
                "content": {
                    kind: {"schema": {"type": "string", "format": "binary"}}
                    for kind in ("application/pdf", "image/png", "image/jpeg")
                },
            }
        }
    },
)
def content(request: HttpRequest, document: UUID) -> HttpResponse:
    """Fetch a paper. The reading leaves a trace that the owner of the paper sees."""
    opened = open_document(document=document, session=session_of(request))
    response = HttpResponse(opened.content, content_type=opened.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(opened.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response


@router.get("/all-cases", response=shapes.AnyCases)
def all_cases(
    request: HttpRequest,
    limit: shapes.Limit = 20,
    cursor: shapes.Cursor = None,
    only_open: bool | None = None,
    agency: UUID | None = None,
    state: shapes.State | None = None,
) -> HttpResponse:
    """List every case, the newest first, by agency and state, with who is responsible and what is due. For supervisors."""
    before = read_cursor(cursor, filed)
    rows = cases.all_cases(
        session=session_of(request), limit=limit, before=before, only_open=only_open, agency=agency, state=state
    )
    return answer(page(rows, limit=limit, place=["filed_at", "stream"]))


@router.get("/roster/{day}", response=shapes.Roster)
def roster(request: HttpRequest, day: date) -> HttpResponse:
    """Say who stands behind each pseudonym of a day. For supervisors."""
    return answer({"items": draws.roster(day=day, session=session_of(request))})
