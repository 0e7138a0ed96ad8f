"""A paper, handed out as it was handed in: to keep, or to look at in a window of its own. Every reading leaves a trace."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yimen.casework.document import Opened, open_document
from yimen.pure.handed_out import lines_of
from yimen.record.events import Session
from yimen.web.door import signed_in


@require_GET
@signed_in()
def document(request: HttpRequest, session: Session, document: UUID) -> HttpResponse:
    """Hand out a paper. Refuses: missing document.missing, document.erased; unavailable document.*."""
    return handed_out(open_document(document=document, session=session), look="look" in request.GET)


def handed_out(opened: Opened, *, look: bool) -> HttpResponse:
    """The answer that carries a paper: shown by the browser by itself, or saved; never part of a page of ours."""
    return HttpResponse(opened.content, headers=lines_of(name=opened.name, media_type=opened.media_type, look=look))
