"""What officials do: see what chance gave them, and act on it, each in one hat."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import shapes
from yimen.api.answer import answer, page, read_cursor, receipt
from yimen.api.token import bearer, session_of
from yimen.casework import case as cases
from yimen.casework import custody, decision, examination, intake
from yimen.record.events import Recorded

router = Router(tags=["officials"], auth=bearer)
Move = Callable[..., Recorded]


def _place(due: str, stream: str) -> tuple[date, UUID]:
    return date.fromisoformat(due), UUID(stream)


@router.get("/worklist", response=shapes.Work)
def worklist(request: HttpRequest, limit: shapes.Limit = 20, cursor: shapes.Cursor = None) -> HttpResponse:
    """List the cases whose next step chance gave to me, the most urgent first."""
    rows = cases.worklist(session=session_of(request), limit=limit, after=read_cursor(cursor, _place))
    return answer(page(rows, limit=limit, place=["due_on", "stream"]))


@router.post("/cases/{uuid:case}/accept", response=shapes.Recorded)
def accept(request: HttpRequest, case: UUID, given: shapes.Seen, key: shapes.Key) -> HttpResponse:
    """Take an application into the process; the legal clocks start, and chance draws the examiner."""
    return answer(receipt(intake.accept(case=case, after=given.after, session=session_of(request), key=key)))


@router.post("/cases/{uuid:case}/examine", response=shapes.Recorded)
def examine(request: HttpRequest, case: UUID, given: shapes.Examined, key: shapes.Key) -> HttpResponse:
    """Find that an application meets the conditions named; chance draws who decides."""
    session = session_of(request)
    recorded = examination.examine(case=case, after=given.after, conditions=given.conditions, session=session, key=key)
    return answer(receipt(recorded))


@router.post("/cases/{uuid:case}/decide", response=shapes.Recorded)
def decide(request: HttpRequest, case: UUID, given: shapes.Seen, key: shapes.Key) -> HttpResponse:
    """Grant what was applied for. The keeper signs the grant under the agency's key."""
    return answer(receipt(decision.decide(case=case, after=given.after, session=session_of(request), key=key)))


@router.post("/cases/{uuid:case}/make", response=shapes.Recorded)
def make(request: HttpRequest, case: UUID, given: shapes.Custody, key: shapes.Key) -> HttpResponse:
    """Make the certificate over exactly this decision for exactly this seal."""
    return _custody(custody.make, request, case, given, key)


@router.post("/cases/{uuid:case}/release", response=shapes.Recorded)
def release(request: HttpRequest, case: UUID, given: shapes.Custody, key: shapes.Key) -> HttpResponse:
    """Release the seal, first hand."""
    return _custody(custody.release, request, case, given, key)


@router.post("/cases/{uuid:case}/release-again", response=shapes.Recorded)
def release_again(request: HttpRequest, case: UUID, given: shapes.Custody, key: shapes.Key) -> HttpResponse:
    """Release the seal, second hand; now the keeper may seal."""
    return _custody(custody.release_again, request, case, given, key)


def _custody(move: Move, request: HttpRequest, case: UUID, given: shapes.Custody, key: UUID) -> HttpResponse:
    session = session_of(request)
    recorded = move(case=case, after=given.after, decision=given.decision, seal=given.seal, session=session, key=key)
    return answer(receipt(recorded))
