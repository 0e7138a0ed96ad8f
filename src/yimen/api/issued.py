"""What the agency issued in a case: receipts, notices, decisions. Each is fetched as any document."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import case_shapes
from yimen.api.answer import answer
from yimen.api.token import bearer, session_of
from yimen.casework import issued

router = Router(tags=["reading"], auth=bearer)


@router.get("/cases/{uuid:case}/issued", response=case_shapes.IssuedPapers)
def of_case(request: HttpRequest, case: UUID) -> HttpResponse:
    """List the papers issued in a case that my hat may open; fetch one at `/documents/{document}/content`."""
    return answer({"items": issued.of_case(case=case, session=session_of(request))})
