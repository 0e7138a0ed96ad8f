"""A paper, handed out as it was handed in: never shown inside a page of ours, and every reading leaves a trace."""

from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yimen.casework.document import open_document
from yimen.record.events import Session
from yimen.web.door import signed_in


@require_GET
@signed_in()
def document(request: HttpRequest, session: Session, document: UUID) -> HttpResponse:
    """Hand out a paper. Refuses: missing document.missing, document.erased; unavailable document.*."""
    opened = open_document(document=document, session=session)
    response = HttpResponse(opened.content, content_type=opened.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(opened.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
