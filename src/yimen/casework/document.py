"""
Papers: judged by their content, encrypted each with its own key, opened only with a trace.

Tables: casework_document, casework_document_key, casework_reading.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from yimen.gateways.documents import (
    DocumentUnavailable,
    FileDocumentStore,
    lock,
    salted_digest,
    unlock,
)
from yimen.pure.content import MOST_PAGES, MOST_PIXELS, ContentRefused, kind_of
from yimen.record import statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal

log = logging.getLogger(__name__)

_MOST = {"document.too_many_pages": MOST_PAGES, "document.too_many_pixels": MOST_PIXELS // 1_000_000}


@dataclass(frozen=True)
class Stored:
    """A paper in the store: where, its key, and the salted hash the record may hold."""

    media_type: str
    size: int
    salt: bytes
    digest: bytes
    stored_as: str
    key: bytes


@dataclass(frozen=True)
class Opened:
    """A paper as it was handed in."""

    name: str
    media_type: str
    content: bytes


def judge(*, content: bytes) -> str:
    """
    Return the media type that the content itself shows, whatever its name says; nothing is kept.

    Refuses: malformed document.too_large, document.empty, document.type, document.locked, document.too_many_pages,
    document.too_many_pixels, document.hostile.
    """
    if len(content) > settings.MAX_UPLOAD_BYTES:
        raise Refusal("malformed", "document.too_large", most=settings.MAX_UPLOAD_BYTES // 1024 // 1024)
    try:
        return str(kind_of(content))
    except ContentRefused as refused:
        raise _refusal(refused) from refused


def _refusal(refused: ContentRefused) -> Refusal:
    """What the reader of a paper found, as a refusal of ours."""
    told = {"detail": refused.detail, "most": _MOST.get(refused.code, 0)}
    match refused.code:
        case "document.empty":
            return Refusal("malformed", "document.empty", **told)
        case "document.type_not_allowed":
            return Refusal("malformed", "document.type", **told)
        case "document.encrypted":
            return Refusal("malformed", "document.locked", **told)
        case "document.too_many_pages":
            return Refusal("malformed", "document.too_many_pages", **told)
        case "document.too_many_pixels":
            return Refusal("malformed", "document.too_many_pixels", **told)
    return Refusal("malformed", "document.hostile", **told)


def keep(*, content: bytes, media_type: str) -> Stored:
    """
    Encrypt and write content that is known to be sound: our own papers.

    Refuses: unavailable document.store_away.
    """
    locked = lock(content)
    try:
        stored_as = FileDocumentStore(settings.DOCUMENTS_DIR).write(locked.ciphertext)
    except DocumentUnavailable as away:
        raise Refusal("unavailable", "document.store_away") from away
    return Stored(media_type, len(content), locked.salt, locked.digest, stored_as, locked.key)


def forget(papers: Iterable[Stored]) -> None:
    """Take papers that nothing points to out of the store again; one that cannot be deleted now is named in the log."""
    for one in papers:
        try:
            FileDocumentStore(settings.DOCUMENTS_DIR).delete(one.stored_as)
        except DocumentUnavailable as away:
            log.warning("nothing points to %s, and it could not be deleted: %s", one.stored_as, away)


def open_document(*, document: UUID, session: Session) -> Opened:
    """
    Return a paper. The reading leaves a trace that the owner of the file sees: it is committed by itself before the key is given out.

    Refuses: missing document.missing (also what is not this hat's to see), document.erased; unavailable
    document.store_away, document.altered.
    Records: a reading (who by role, which, when), not an event: reading moves no case.
    """
    statement.rows(session.login, "select casework_read(%s, %s::uuid)", [session.secret, document])
    found = statement.row(
        session.login,
        "select * from casework_open_document(%s, %s::uuid)",
        [session.secret, document],
    )
    return unlocked(found)


def unlocked(found: statement.Row) -> Opened:
    """Read and decrypt a paper whose key was given out. Refuses: unavailable document.store_away, document.altered."""
    try:
        content = unlock(
            ciphertext=FileDocumentStore(settings.DOCUMENTS_DIR).read(found["stored_as"]),
            key=bytes(found["key"]),
        )
    except DocumentUnavailable as away:
        if away.code == "document.not_what_was_written":
            raise Refusal("unavailable", "document.altered") from away
        raise Refusal("unavailable", "document.store_away") from away
    if salted_digest(salt=bytes(found["salt"]), content=content) != bytes(found["digest"]):
        raise Refusal("unavailable", "document.altered")
    return Opened(name=found["name"], media_type=found["media_type"], content=content)
