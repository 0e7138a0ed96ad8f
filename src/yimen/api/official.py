"""What every official does: see what chance gave her, what she had a part in, and hand a step back."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, case_shapes, shapes
from yimen.api.answer import answer, filed, page, read_cursor
from yimen.api.moving import moved
from yimen.api.token import bearer, session_of
from yimen.casework import case as cases
from yimen.casework import stepping_aside

router = Router(tags=["officials"], auth=bearer)


def _place(due: str, at: str, stream: str) -> tuple[date, datetime, UUID]:
    return date.fromisoformat(due), *filed(at, stream)


@router.get("/worklist", response=case_shapes.Work)
def worklist(request: HttpRequest, limit: asked.Limit = 20, cursor: asked.Cursor = None) -> HttpResponse:
    """
    List the cases whose next step chance gave to me, the most urgent first; of one date, what was filed first.

    `waiting` says how many wait for me in all; 100 stands for more than 99.
    """
    rows = cases.worklist(session=session_of(request), limit=limit, after=read_cursor(cursor, _place))
    return answer(page(rows, limit=limit, place=["due_on", "filed_at", "stream"]))


@router.get("/worked", response=case_shapes.Worked)
def worked(request: HttpRequest, limit: asked.Limit = 20, cursor: asked.Cursor = None) -> HttpResponse:
    """List the cases I had a part in, in this hat, and that do not wait for me now; the last filed first."""
    rows = cases.worked(session=session_of(request), limit=limit, before=read_cursor(cursor, filed))
    return answer(page(rows, limit=limit, place=["filed_at", "stream"]))


@router.post("/cases/{uuid:case}/step-aside", response=shapes.Recorded)
def step_aside(request: HttpRequest, case: UUID, given: asked.SteppedAside, key: asked.Key) -> HttpResponse:
    """Hand a step back, for an interest in the case or an absence; chance picks another."""
    return moved(stepping_aside.step_aside, request, case, given, key)
