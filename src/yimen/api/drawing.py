"""The two halves of a day's seed: the manager of a centre commits one, a supervisor the other."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, shapes
from yimen.api.answer import answer
from yimen.api.token import bearer, session_of
from yimen.oversight import days
from yimen.record import draws

router = Router(tags=["draws"], auth=bearer)


@router.get("/draws", response=shapes.Coming)
def coming(request: HttpRequest) -> HttpResponse:
    """List today and the coming days of every pool, with which halves are laid down. For managers and supervisors."""
    return answer(days.coming(session=session_of(request)))


@router.post("/draws/{uuid:pool}/{day}/centre-half", response={201: shapes.DrawDay})
def centre_half(request: HttpRequest, pool: UUID, day: date, given: asked.Half, key: asked.Key) -> HttpResponse:
    """Commit the centre's half of a day's seed (64 hex digits nobody else has seen), and with it the roster of the pool."""
    session = session_of(request)
    stream = draws.open_day(pool=pool, day=day, half=bytes.fromhex(given.half), session=session, key=key)
    return answer({"stream": stream}, status=201)


@router.post("/draws/{uuid:pool}/{day}/supervisor-half", response={201: shapes.DrawDay})
def supervisor_half(request: HttpRequest, pool: UUID, day: date, given: asked.Half, key: asked.Key) -> HttpResponse:
    """Commit the supervisor's half over the same roster. From now on chance can act for this day."""
    session = session_of(request)
    stream = draws.commit_day(pool=pool, day=day, half=bytes.fromhex(given.half), session=session, key=key)
    return answer({"stream": stream}, status=201)
