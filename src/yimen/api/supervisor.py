"""What supervisors read: every case, the whole life of one, and who stands behind the pseudonyms of a day."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, case_shapes, shapes
from yimen.api.answer import answer, filed, page, read_cursor
from yimen.api.token import bearer, session_of
from yimen.casework import case as cases
from yimen.casework import fee as fees
from yimen.oversight import life as lives
from yimen.oversight import messages
from yimen.record import draws

router = Router(tags=["supervisor"], auth=bearer)


@router.get("/all-cases", response=case_shapes.AnyCases)
def all_cases(
    request: HttpRequest,
    limit: asked.Limit = 20,
    cursor: asked.Cursor = None,
    only_open: bool | None = None,
    agency: asked.IdQuery = None,
    state: asked.StateQuery = None,
) -> HttpResponse:
    """List every case, the newest first, with who is responsible and what is due: open or over, of an agency, in a state."""
    rows = cases.all_cases(
        session=session_of(request),
        limit=limit,
        before=read_cursor(cursor, filed),
        only_open=only_open,
        agency=agency,
        state=state,
    )
    return answer(page(rows, limit=limit, place=["filed_at", "stream"]))


@router.get("/due", response=case_shapes.AnyCases)
def due(
    request: HttpRequest,
    limit: asked.Limit = 20,
    cursor: asked.Cursor = None,
    clock: asked.StateQuery = None,
    late: bool = False,
    agency: asked.IdQuery = None,
    state: asked.StateQuery = None,
) -> HttpResponse:
    """List every running clock with its case, the most urgent first: of one name, late only, of an agency, in a state."""
    rows = cases.due(
        session=session_of(request),
        limit=limit,
        after=read_cursor(cursor, _clock),
        clock=clock,
        late=late,
        agency=agency,
        state=state,
    )
    return answer(page(rows, limit=limit, place=["due_on", "stream", "clock"]))


@router.get("/numbered-cases", response=case_shapes.AnyCases)
def numbered(
    request: HttpRequest, number: asked.Beginning, limit: asked.Limit = 20, cursor: asked.Cursor = None
) -> HttpResponse:
    """List the cases whose number is this or begins with it, by number; spaces make no difference, and small letters are tried as capitals too."""
    rows = cases.numbered(
        session=session_of(request), number=number, limit=limit, after=read_cursor(cursor, lambda last: str(last)[:100])
    )
    return answer(page(rows, limit=limit, place=["number"]))


def _clock(due: str, stream: str, clock: str) -> tuple[date, UUID, str]:
    return date.fromisoformat(due), UUID(stream), str(clock)[:30].replace("\x00", "")


@router.get("/cases/{uuid:case}/life", response=case_shapes.Life)
def life(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show every event of a case exactly as it was hashed, the days of its draws, and what was recomputed of both."""
    found = lives.life(case=case, session=session_of(request))
    broken = lives.broken_link(found.events, head=found.view["hash"]) or lives.second_hat(found.events)
    return answer(
        {
            "case": case,
            "events": found.events,
            "days": found.days,
            "broken": broken and {"number": broken.number, "what": str(broken)},
            "draws": [{"level": one.level, "zh": one.zh, "en": one.en} for one in lives.draw_findings(found.days)],
        }
    )


@router.get("/cases/{uuid:case}/messages", response=shapes.Mails)
def mails(request: HttpRequest, case: UUID) -> HttpResponse:
    """List what was told in a case: how many people, how many of them read it, and what became of the mail."""
    return answer({"items": messages.messages_of(case=case, session=session_of(request))})


@router.get("/orders", response=shapes.Orders)
def orders(request: HttpRequest, limit: asked.Limit = 20, cursor: asked.Cursor = None) -> HttpResponse:
    """List the payment orders that are open, do not agree, or are to be paid back; the newest first."""
    rows = fees.orders(session=session_of(request), limit=limit, before=read_cursor(cursor, _made))
    return answer(page(rows, limit=limit, place=["made_at", "number"]))


def _made(at: str, number: str) -> tuple[datetime, str]:
    return filed(at, str(UUID(int=0)))[0], str(number)[:100].replace("\x00", "")


@router.get("/roster/{day}", response=shapes.Roster)
def roster(request: HttpRequest, day: date) -> HttpResponse:
    """Say who stands behind each pseudonym of a day."""
    return answer({"items": draws.roster(day=day, session=session_of(request))})
