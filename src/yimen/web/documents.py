"""A paper, handed out as it was handed in: to keep, or to look at in a window of its own. Every reading leaves a trace."""

from typing import Final
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yimen.casework.document import Opened, open_document
from yimen.record.events import Session
from yimen.web.door import signed_in

ALONE: Final = "default-src 'none'; sandbox"
# What a browser needs to show a PDF; no file is taken in that holds anything that acts (pure/content.py).
SHOWN: Final = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


@require_GET
@signed_in()
def document(request: HttpRequest, session: Session, document: UUID) -> HttpResponse:
    """Hand out a paper. Refuses: missing document.missing, document.erased; unavailable document.*."""
    return handed_out(open_document(document=document, session=session), look="look" in request.GET)


def handed_out(opened: Opened, *, look: bool) -> HttpResponse:
    """The answer that carries a paper: shown by the browser by itself, or saved; never part of a page of ours."""
    response = HttpResponse(opened.content, content_type=opened.media_type)
    way = "inline" if look else "attachment"
    response["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(opened.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SHOWN if look and opened.media_type == "application/pdf" else ALONE
    response["Cache-Control"] = "no-store"
    return response
