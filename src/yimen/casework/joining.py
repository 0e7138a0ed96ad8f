"""
Several pages that were scanned or photographed, as one paper: in order, and turned as they should be read.

Table: casework_document. The papers they were made of are erased when the one that holds them is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final
from uuid import UUID

from django.conf import settings

from yimen.casework import draft as drafts
from yimen.casework.document import open_document
from yimen.casework.paper import Paper
from yimen.gateways.pictures import PictureUnreadable, page_of
from yimen.pure.content import MOST_PAGES, ContentRefused, pixels_of
from yimen.pure.joined import TURNS, Leaf, Turn, join, pages_in
from yimen.record.events import Session
from yimen.record.refusal import Refusal

PDF: Final = "application/pdf"
MOST_PIXELS: Final = 40_000_000  # A4 at 600 dots an inch, and a little more: what a page needs, and a server can bear


@dataclass(frozen=True)
class Sheet:
    """One page of a paper of a draft (from 1), and how far it is turned clockwise."""

    document: UUID
    page: int
    turn: Turn = 0


@dataclass(frozen=True)
class Source:
    """A paper of a draft that pages can be taken from."""

    document: UUID
    name: str
    media_type: str
    pages: int


def sources(*, draft: UUID, material: str, session: Session) -> list[Source]:
    """
    Return the papers of one material of a draft with how many pages each has, in the order they came.

    Refuses: missing draft.missing; conflict draft.filed_already; as `document.open_document`.
    """
    return [
        Source(UUID(one["id"]), one["name"], one["media_type"], _pages(one["media_type"], UUID(one["id"]), session))
        for one in _papers(draft, material, session)
    ]


def _papers(draft: UUID, material: str, session: Session) -> list[dict[str, str]]:
    view = drafts.view(draft=draft, session=session)
    return [one for one in view["documents"] if one["material"] == material]


def _pages(media_type: str, document: UUID, session: Session) -> int:
    return pages_in(open_document(document=document, session=session).content) if media_type == PDF else 1


def join_pages(
    *, draft: UUID, material: str, sheets: Sequence[Sheet], session: Session, without: Sequence[UUID] = ()
) -> UUID:
    """
    Make one PDF of the chosen pages, put it into the draft and take out the papers it was made of. Returns its id.

    The new paper is there before the old ones go: a crash leaves too much, never too little. Pages that were not chosen go
    with their papers; papers of which no page is wanted go if they are named in `without`. Any other paper stays, such as one
    that was added after the pages were looked at.

    Refuses: malformed pages.none, pages.unknown, document.too_many_pages, document.too_many_pixels, document.too_large and as
    `draft.attach`; missing draft.missing; conflict draft.filed_already.
    """
    papers = {UUID(one["id"]): one for one in _papers(draft, material, session)}
    if not sheets:
        raise Refusal("malformed", "pages.none")
    if len(sheets) > MOST_PAGES:
        raise Refusal("malformed", "document.too_many_pages", most=MOST_PAGES, pages=len(sheets))
    if any(one.document not in papers or one.turn not in TURNS for one in sheets) or not papers.keys() >= set(without):
        raise Refusal("malformed", "pages.unknown")
    used = list(dict.fromkeys(one.document for one in sheets))
    contents = [_as_pdf(one, session) for one in used]
    leaves = [Leaf(used.index(one.document), one.page - 1, one.turn) for one in sheets]
    try:
        joined = join(contents, leaves)
    except IndexError as wrong:
        raise Refusal("malformed", "pages.unknown") from wrong
    if len(joined) > settings.MAX_UPLOAD_BYTES:
        raise Refusal("malformed", "document.too_large", most=settings.MAX_UPLOAD_BYTES // 1024 // 1024)
    name = f"{PurePath(papers[used[0]]['name']).stem or 'pages'}.pdf"
    made = drafts.attach(draft=draft, paper=Paper(material, name, joined), session=session)
    for one in dict.fromkeys([*used, *without]):
        drafts.detach(document=one, session=session)
    return made


def _as_pdf(document: UUID, session: Session) -> bytes:
    opened = open_document(document=document, session=session)
    if opened.media_type == PDF:
        return opened.content
    try:
        if pixels_of(opened.content) > MOST_PIXELS:
            raise Refusal("malformed", "document.too_many_pixels", most=MOST_PIXELS // 1_000_000)
        return page_of(opened.content, opened.media_type)
    except (PictureUnreadable, ContentRefused) as wrong:
        raise Refusal("malformed", "document.hostile") from wrong
