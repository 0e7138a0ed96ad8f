"""What several hats may see: one case with its clocks, and one paper."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import case_shapes, uploads
from yimen.api.answer import answer
from yimen.api.papers import file_of
from yimen.api.token import bearer, session_of
from yimen.casework import case as cases
from yimen.casework import due
from yimen.casework.document import open_document

router = Router(tags=["reading"], auth=bearer)


@router.get("/cases/{uuid:case}", response=case_shapes.Case)
def view(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show everything about one case that my hat may see."""
    return answer(cases.view(case=case, session=session_of(request)))


@router.get("/cases/{uuid:case}/clocks", response=case_shapes.Clocks)
def clocks(request: HttpRequest, case: UUID) -> HttpResponse:
    """Explain every clock of a case: due when and why, how much of it is used and left, how long it stood still."""
    session = session_of(request)
    seen = cases.view(case=case, session=session)
    return answer({"items": [_clock(one) for one in due.explained(seen, login=session.login)]})


def _clock(one: due.Explained) -> dict[str, object]:
    how = one.progress
    return {
        "name": one.name,
        "due_on": one.due,
        "provisional": one.provisional,
        "standing": one.standing,
        "used": how.used,
        "paused": how.paused,
        "left": how.left,
        "over": how.over,
        "why_zh": one.why.zh,
        "why_en": one.why.en,
    }


@router.get("/documents/{uuid:document}/content", response={200: None}, openapi_extra=uploads.CONTENT)
def content(request: HttpRequest, document: UUID) -> HttpResponse:
    """Fetch a paper. The reading leaves a trace that the owner of the paper sees."""
    return file_of(open_document(document=document, session=session_of(request)))
