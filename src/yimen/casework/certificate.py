"""
The certificate: sealed by the keeper, only after grant, making and two releases over the same decision.

Table: casework_certificate; it cannot exist without a grant, nor the sealed state without it.
"""

import hashlib
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from yimen.casework.document import Stored
from yimen.record import statement
from yimen.record.events import Recorded

LOGIN = "keeper"
_SEAL = "select * from casework_seal(%s::uuid, %s::int, %s::bytea, %s::uuid, %s::int, %s::bytea, %s::bytea, %s, %s::bytea, %s::uuid)"


def seal(*, case: UUID, after: int, pdf: bytes, stored: Stored) -> Recorded:
    """
    Record a sealed certificate with the hash of its file; its number and its term are those of the decision on record.

    Refuses: forbidden for every login but the keeper's; conflict case.wrong_state (not released by two hands), case.moved_meanwhile,
    organisation.ended.
    Records: certificate.sealed.
    """
    content, document, key = (
        hashlib.sha256(pdf).digest(),
        uuid5(case, "certificate"),
        uuid5(NAMESPACE_URL, f"{case}/seal"),
    )
    locked = (stored.size, stored.salt, stored.digest, stored.stored_as, stored.key)
    return Recorded(stream=case, **statement.row(LOGIN, _SEAL, [case, after, content, document, *locked, key]))


def status(*, pdf: bytes) -> dict[str, Any] | None:
    """
    Return whether a certificate with exactly these bytes was issued here and is live: {certificate_no, valid_until, state, today}.

    None when no such file was ever sealed here. Says nothing about the holder.
    """
    sql = "select casework_certificate_status(%s::bytea)"
    found = statement.document("public", sql, [hashlib.sha256(pdf).digest()])
    return None if found is None else dict(found)
