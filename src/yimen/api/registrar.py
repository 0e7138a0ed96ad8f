"""What registrars do: one proposes an entry into the registry, another confirms exactly what was proposed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, shapes
from yimen.api.answer import answer, receipt
from yimen.api.token import bearer, session_of
from yimen.registry import entry as entries

router = Router(tags=["registrar"], auth=bearer)


@router.get("/entries", response=shapes.Entries)
def waiting(request: HttpRequest) -> HttpResponse:
    """List the entries that wait for a second registrar, the oldest first."""
    return answer({"items": entries.proposed(session=session_of(request))})


@router.post("/entries", response={201: shapes.Recorded})
def propose(request: HttpRequest, given: asked.Entry, key: asked.Key) -> HttpResponse:
    """Propose rows of the registry, by table, whole rows."""
    body = given.dict(exclude_none=True)
    return answer(receipt(entries.propose(body=body, session=session_of(request), key=key)), status=201)


@router.get("/entries/{uuid:entry}", response=shapes.EntryShown)
def show(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Show what an entry would enter, and the hash that confirms it."""
    return answer(entries.show(entry=entry, session=session_of(request)))


@router.post("/entries/{uuid:entry}/confirm", response=shapes.Recorded)
def confirm(request: HttpRequest, entry: UUID, given: asked.EntryConfirmed, key: asked.Key) -> HttpResponse:
    """Confirm an entry by its hash; its rows are in force from now on."""
    return answer(receipt(entries.confirm(entry=entry, proposed=given.proposed, session=session_of(request), key=key)))
