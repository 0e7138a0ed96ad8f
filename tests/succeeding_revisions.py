"""For every operation of revisions, one request that succeeds; read together with those of all others."""

from uuid import UUID, uuid4

from an_item import an_item
from program_world import Request, World
from succeeding import READY as READY
from succeeding import plain, success
from yimen.pure.item_rules import Whole
from yimen.registry import revision


def sent(whole: Whole) -> dict[str, object]:
    """An item as a program sends it."""
    return {"item": whole.item, "materials": whole.materials, "fees": whole.fees, "questions": whole.questions}


def begun(w: World) -> UUID:
    item = an_item(w.town.agency_code)
    told = {"session": w.town.someone("editor").session, "key": uuid4()}
    return revision.begin(why="首次编制", items=[item], **told).stream  # type: ignore[arg-type]  # one dictionary for two words


def submitted(w: World) -> UUID:
    stream, session = begun(w), w.town.someone("editor").session
    revision.submit(revision=stream, after=1, why="请审核", session=session, key=uuid4())
    return stream


def published(w: World) -> str:
    """An item in force by a revision, by its code."""
    stream, session = submitted(w), w.town.someone("reviewer").session
    reviewed = revision.read(revision=stream, session=session).draft
    revision.publish(revision=stream, after=2, why="同意", reviewed=reviewed, session=session, key=uuid4())
    return an_item(w.town.agency_code).said("implementation_code")


plain("editor", "revising_listed", "revising_changeable")
plain("editor", "revising_read", revision=begun)
plain("editor", "revising_changeable_item", code=published)
plain("reviewer", "revising_listed", "revising_changeable")
plain("reviewer", "revising_read", revision=submitted)


def step(w: World, role: str, stream: UUID, after: int, **more: object) -> Request:
    return Request(w.town.someone(role), {"revision": str(stream)}, {"after": after, "why": "理由", **more})


@success("editor", "revising_begin")
def _(w: World) -> Request:
    body = {"why": "首次编制", "items": [sent(an_item(w.town.agency_code, main="002"))], "ends": []}
    return Request(w.town.someone("editor"), body=body)


@success("editor", "revising_save")
def _(w: World) -> Request:
    items = [sent(an_item(w.town.agency_code, name="另一名称"))]
    return step(w, "editor", begun(w), 1, items=items, ends=[])


@success("editor", "revising_submit")
def _(w: World) -> Request:
    return step(w, "editor", begun(w), 1)


@success("editor", "revising_withdraw")
def _(w: World) -> Request:
    return step(w, "editor", begun(w), 1)


@success("reviewer", "revising_send_back")
def _(w: World) -> Request:
    return step(w, "reviewer", submitted(w), 2)


@success("reviewer", "revising_publish")
def _(w: World) -> Request:
    stream = submitted(w)
    reviewed = revision.read(revision=stream, session=w.town.someone("reviewer").session).draft
    return step(w, "reviewer", stream, 2, reviewed=reviewed)
