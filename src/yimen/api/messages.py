"""The applicant's messages, and how she is reached in a case."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, shapes
from yimen.api.answer import answer, page, read_cursor, receipt
from yimen.api.token import bearer, session_of
from yimen.casework import notice

router = Router(tags=["messages"], auth=bearer)


@router.get("/messages", response=shapes.Messages)
def mine(request: HttpRequest, limit: asked.Limit = 20, cursor: asked.Cursor = None) -> HttpResponse:
    """
    List my messages, the unread first, the newest first.

    `kind` is the event that is told, `says` its dates, amount and remedies, `mail` what became of the mail beside it.
    """
    rows = notice.mine(session=session_of(request), limit=limit, after=read_cursor(cursor, _place))
    return answer(page(rows, limit=limit, place=["unread", "id"]))


def _place(unread: bool, last: int) -> tuple[bool, int]:
    """The place of a message. Refuses: anything but a truth value and a number, as ValueError."""
    if not isinstance(unread, bool) or not isinstance(last, int) or not 0 <= last < 2**63:
        raise ValueError(last)
    return unread, last


@router.get("/messages/waiting", response=shapes.Waiting)
def waiting(request: HttpRequest) -> HttpResponse:
    """Say how many messages are unread, and in which cases I could not be reached."""
    return answer(notice.waiting(session=session_of(request)))


@router.post("/messages/read", response=shapes.Waiting)
def read(request: HttpRequest, given: asked.MessagesRead) -> HttpResponse:
    """
    Mark as read what was told of one case, or everything up to a message, and say what waits still.

    Sent again it changes nothing.
    """
    return answer(notice.read(session=session_of(request), case=given.case, upto=given.upto))


@router.post("/cases/{uuid:case}/contact", response=shapes.Recorded)
def contact(request: HttpRequest, case: UUID, given: asked.Contact, key: asked.Key) -> HttpResponse:
    """Say how I am reached in an open case. The newest mail that had not arrived is sent to the new address."""
    recorded = notice.change_contact(
        case=case, phone=given.phone, email=given.email, session=session_of(request), key=key
    )
    return answer(receipt(recorded))
