"""How places change: a manager proposes, another manager whose place it is too confirms exactly that or declines it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, shapes
from yimen.api import change_shapes as shaped
from yimen.api.answer import answer, filed, page, read_cursor, receipt
from yimen.api.place_shapes import PlaceCode
from yimen.api.token import bearer, session_of
from yimen.registry import changes

router = Router(tags=["places"], auth=bearer)


@router.get("/my-places", response=shaped.MyPlaces)
def mine(
    request: HttpRequest, limit: asked.Limit = 50, cursor: asked.Cursor = None, words: shaped.HallWords = None
) -> HttpResponse:
    """List the places that a manager answers for, by division, a hall before its sub-halls."""
    after = read_cursor(cursor, str) or ""
    rows = changes.mine(session=session_of(request), typed=words or "", after=after, limit=limit)
    return answer(page(rows, limit=limit, place=["code"]))


@router.get("/my-places/{code}", response=shaped.MyPlace)
def place(request: HttpRequest, code: PlaceCode) -> HttpResponse:
    """Show a place that a manager answers for: its hours, its windows, and all closures to come."""
    return answer(changes.place(code=code, session=session_of(request)))


@router.get("/place-changes", response=shaped.Changes)
def listed(
    request: HttpRequest,
    limit: asked.Limit = 20,
    cursor: asked.Cursor = None,
    state: shaped.ChangeState = None,
    place: shaped.OfPlace = None,
) -> HttpResponse:
    """List changes, the last touched first: a manager those that touch places of hers, a supervisor all."""
    before = read_cursor(cursor, filed)
    rows = changes.listed(session=session_of(request), place=place or "", state=state or "", before=before, limit=limit)
    return answer(page(rows, limit=limit, place=["at", "change"]))


@router.post("/place-changes", response={201: shapes.Recorded})
def propose(request: HttpRequest, given: shaped.ChangeNew, key: asked.Key) -> HttpResponse:
    """Propose closures, hours, windows and what places offer. Nothing changes before another manager confirms it."""
    body: dict[str, Any] = given.dict(exclude_none=True)
    said = {part: body[part] for part in changes.PARTS}
    said |= {part: [one | {"day": one["day"].isoformat()} for one in body[part]] for part in ("closures", "reopened")}
    recorded = changes.propose(why=given.why, said=said, session=session_of(request), key=key)
    return answer(receipt(recorded), status=201)


@router.get("/place-changes/{uuid:change}", response=shaped.Change)
def read(request: HttpRequest, change: UUID) -> HttpResponse:
    """Show a change, the hash that confirms it, and every step of it: who and why."""
    found = changes.read(change=change, session=session_of(request))
    steps = [{name: getattr(one, name) for name in shaped.ChangeDone.model_fields} for one in found.steps]
    told = {name: getattr(found, name) for name in ("state", "head", "proposed", "said", "own", "hers")}
    return answer(told | {"change": found.stream, "steps": steps})


@router.post("/place-changes/{uuid:change}/confirm", response=shapes.Recorded)
def confirm(request: HttpRequest, change: UUID, given: shaped.ChangeConfirmed, key: asked.Key) -> HttpResponse:
    """Confirm a change by its hash, all of it or nothing; it is in force from now on. Who proposed it cannot."""
    session = session_of(request)
    recorded = changes.confirm(change=change, proposed=given.proposed, why=given.why, session=session, key=key)
    return answer(receipt(recorded))


@router.post("/place-changes/{uuid:change}/decline", response=shapes.Recorded)
def decline(request: HttpRequest, change: UUID, given: shaped.Because, key: asked.Key) -> HttpResponse:
    """Decline a change that another proposed; it ends."""
    return answer(receipt(changes.decline(change=change, why=given.why, session=session_of(request), key=key)))


@router.post("/place-changes/{uuid:change}/withdraw", response=shapes.Recorded)
def withdraw(request: HttpRequest, change: UUID, given: shaped.Because, key: asked.Key) -> HttpResponse:
    """Withdraw a change that you proposed; it ends."""
    return answer(receipt(changes.withdraw(change=change, why=given.why, session=session_of(request), key=key)))
