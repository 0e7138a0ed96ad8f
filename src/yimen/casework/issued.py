"""
What the agency issues on the way of a case: receipts, notices, decisions. Made by the keeper, which follows the record.

Tables: casework_issued, casework_issued_kind. One event leads to one paper at most; a paper is never changed or taken back.
"""

import hashlib
from typing import Any
from uuid import UUID, uuid5

from yimen.casework import case as cases
from yimen.casework.document import Stored
from yimen.record import statement
from yimen.record.events import Session

LOGIN = "keeper"


def due(*, case: UUID, event: int) -> str | None:
    """Return the kind of paper an event of a case leads to, or None: to none, or it is issued already."""
    kind = statement.value(LOGIN, "select casework_issued_due(%s::uuid, %s::int)", [case, event])
    return None if kind is None else str(kind)


def source(*, case: UUID, event: int) -> dict[str, Any]:
    """Return everything the paper of an event says; contact details only where the law wants them on it."""
    return dict(statement.document(LOGIN, "select casework_issued_source(%s::uuid, %s::int)", [case, event]))


def number(*, case: UUID, event: int, kind: str) -> str:
    """Return a number that no paper has: 地区机关简称 + 性质 + 〔年份〕 + 序号. One that is not used stays a gap."""
    sql = "select casework_issued_number(%s::uuid, %s::int, %s)"
    return str(statement.value(LOGIN, sql, [case, event, kind]))


def issue(
    *, case: UUID, event: int, kind: str, issued_no: str, title: str, pdf: bytes, stored: Stored, signature: bytes
) -> bool:
    """
    Keep the paper of an event, with the agency's signature that it is the one. Returns whether it is new: whoever comes second
    finds what is there.

    Refuses: forbidden for every login but the keeper's; conflict issued.not_due.
    """
    sql = "select casework_issue(%s::uuid, %s::int, %s, %s, %s::bytea, %s::uuid, %s, %s, %s::int, %s::bytea, %s::bytea, %s, %s::bytea, %s::bytea)"
    values = [
        *(case, event, kind, issued_no, hashlib.sha256(pdf).digest(), document_of(case=case, event=event)),
        *(f"{title} {issued_no}.pdf", stored.media_type, stored.size),
        *(stored.salt, stored.digest, stored.stored_as, stored.key, signature),
    ]
    return bool(statement.value(LOGIN, sql, values))


def document_of(*, case: UUID, event: int) -> UUID:
    """The document that holds the paper of an event: the same whoever makes it, and however often."""
    return uuid5(case, f"issued/{event}")


def of_case(*, case: UUID, session: Session) -> list[dict[str, Any]]:
    """
    Return the papers issued in a case that this hat may open: number of the event, kind, issued_no, issued_on, document, size.

    Refuses: missing case.missing.
    """
    return list(cases.view(case=case, session=session)["issued"])


def status(*, pdf: bytes) -> dict[str, Any] | None:
    """
    Return whether exactly this file was issued here: {issued_no, kind, issued_on, today}; None when it was not.

    Says nothing of whom it is for.
    """
    found = statement.document("public", "select casework_issued_status(%s::bytea)", [hashlib.sha256(pdf).digest()])
    return None if found is None else dict(found)
