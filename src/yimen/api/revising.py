"""How items change: editors draft and submit, a reviewer who is another person publishes all of it or sends it back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, shapes
from yimen.api import revision_shapes as shaped
from yimen.api.answer import answer, filed, page, read_cursor, receipt
from yimen.api.token import bearer, session_of
from yimen.pure.item_rules import Whole
from yimen.registry import revision as revisions
from yimen.registry.drafting import Wanted
from yimen.registry.revision_data import revision_as_data, rows_as_data

router = Router(tags=["catalogue"], auth=bearer)


@router.get("/revisions", response=shaped.Revisions)
def listed(
    request: HttpRequest,
    limit: asked.Limit = 20,
    cursor: asked.Cursor = None,
    state: shaped.RevisionState = None,
    item: shaped.RevisionItemAsked = None,
) -> HttpResponse:
    """List revisions, the last touched first: an editor those of her agency, a reviewer those of her places, a registrar all."""
    before = read_cursor(cursor, filed)
    rows = revisions.listed(session=session_of(request), state=state or "", before=before, limit=limit, code=item)
    return answer(page(rows, limit=limit, place=["at", "revision"]))


@router.post("/revisions", response={201: shapes.Recorded})
def begin(request: HttpRequest, given: shaped.RevisionNew, key: asked.Key) -> HttpResponse:
    """Draft new versions of items, whole, name those that end, and those of which what is to come is cancelled. Rules may still be broken; nothing is in force yet."""
    recorded = revisions.begin(
        why=given.why,
        items=_items(given),
        ends=given.ends,
        cancels=given.cancels,
        bases=given.bases,
        session=session_of(request),
        key=key,
    )
    return answer(receipt(recorded), status=201)


@router.get("/revisions/{uuid:revision}", response=shaped.Revision)
def read(request: HttpRequest, revision: UUID) -> HttpResponse:
    """Show a revision: its items beside the versions they follow, the rules they break, what moved meanwhile, and every step."""
    return answer(revision_as_data(revisions.read(revision=revision, session=session_of(request))))


@router.put("/revisions/{uuid:revision}", response=shapes.Recorded)
def save(request: HttpRequest, revision: UUID, given: shaped.RevisionSaved, key: asked.Key) -> HttpResponse:
    """Save another draft, whole, in the place of the one before."""
    wanted = Wanted(why=given.why, items=_items(given), ends=given.ends, cancels=given.cancels, bases=given.bases)
    recorded = revisions.save(revision=revision, after=given.after, wanted=wanted, session=session_of(request), key=key)
    return answer(receipt(recorded))


@router.post("/revisions/{uuid:revision}/submit", response=shapes.Recorded)
def submit(request: HttpRequest, revision: UUID, given: shaped.RevisionStep, key: asked.Key) -> HttpResponse:
    """Submit the draft to a reviewer; it must break no rule."""
    return answer(receipt(revisions.submit(**_step(request, revision, given, key))))


@router.post("/revisions/{uuid:revision}/withdraw", response=shapes.Recorded)
def withdraw(request: HttpRequest, revision: UUID, given: shaped.RevisionStep, key: asked.Key) -> HttpResponse:
    """Withdraw a draft, also one that was submitted; it ends."""
    return answer(receipt(revisions.withdraw(**_step(request, revision, given, key))))


@router.post("/revisions/{uuid:revision}/return", response=shapes.Recorded)
def send_back(request: HttpRequest, revision: UUID, given: shaped.RevisionStep, key: asked.Key) -> HttpResponse:
    """Send a submitted draft back to its editor, with the reason."""
    return answer(receipt(revisions.send_back(**_step(request, revision, given, key))))


@router.post("/revisions/{uuid:revision}/publish", response=shapes.Recorded)
def publish(request: HttpRequest, revision: UUID, given: shaped.RevisionPublished, key: asked.Key) -> HttpResponse:
    """Publish a submitted draft by its hash, all of it or nothing: in force at once, or from a time on."""
    return answer(receipt(revisions.publish(**_step(request, revision, given, key))))


@router.get("/changeable-items", response=shaped.Changeable)
def changeable(
    request: HttpRequest, limit: asked.Limit = 50, cursor: asked.Cursor = None, words: asked.Words = None
) -> HttpResponse:
    """List the last published versions of the items that an editor may change, by code: all, or those that have some words."""
    after = (read_cursor(cursor, str) or "")[:100].replace("\x00", "")
    rows = revisions.changeable(session=session_of(request), words=words or "", after=after, limit=limit)
    return answer(page(rows, limit=limit, place=["code"]))


@router.get("/changeable-items/{code}", response=shaped.ChangeableItem)
def changeable_item(request: HttpRequest, code: shaped.ItemPath) -> HttpResponse:
    """Show the last published version of an item as rows: what a draft begins from."""
    version, rows = revisions.whole_item(code=code, session=session_of(request))
    return answer({"code": code, "version": version, "rows": rows_as_data(rows)})


def _items(given: shaped.RevisionNew) -> list[Whole]:
    return [Whole(**one.dict()) for one in given.items]


def _step(request: HttpRequest, revision: UUID, given: shaped.RevisionStep, key: UUID) -> dict[str, Any]:
    return {"revision": revision, "session": session_of(request), "key": key, **given.dict()}
