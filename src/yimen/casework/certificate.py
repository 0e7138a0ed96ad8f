"""
The certificate: sealed by the keeper, only after grant, making and two releases over the same decision.

Table: casework_certificate; it cannot exist without a grant, nor the sealed state without it.
"""

import hashlib
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from yimen.casework.document import Stored
from yimen.record import statement
from yimen.record.events import KEEPER, Recorded, append

_CERTIFICATE = """
    document as (insert into casework_document (id, stream, material, name, media_type, size, salt, digest, stored_as)
        select %(document)s::uuid, %(stream)s::uuid, 'certificate', %(name)s, %(media_type)s, %(size)s::int, %(salt)s::bytea,
               %(digest)s::bytea, %(stored_as)s from e where not e.retried),
    lock as (insert into casework_document_key (document, key) select %(document)s::uuid, %(lock)s::bytea from e where not e.retried),
    row as (insert into casework_certificate (stream, number, certificate_no, content, document, valid_until)
        select %(stream)s::uuid, e.number, %(certificate_no)s, %(pdf)s::bytea, %(document)s::uuid, %(valid_until)s::date
        from e where not e.retried)"""


def seal(*, case: UUID, after: int, decision: dict[str, Any], pdf: bytes, stored: Stored) -> Recorded:
    """
    Record a sealed certificate with the hash of its file.

    Refuses: forbidden for every login but the keeper's; conflict case.wrong_state (not released by two hands), case.moved_meanwhile.
    Records: certificate.sealed.
    """
    content = hashlib.sha256(pdf)
    return append(
        stream=case,
        after=after,
        kind="certificate.sealed",
        session=KEEPER,
        facts={
            "content": content.hexdigest(),
            "number": hashlib.sha256(decision["certificate"]["number"].encode()).hexdigest(),
        },
        key=uuid5(NAMESPACE_URL, f"{case}/seal"),
        rows=_CERTIFICATE,
        values={
            "document": uuid5(case, "certificate"),
            "name": f"{decision['certificate']['number']}.pdf",
            "media_type": stored.media_type,
            "size": stored.size,
            "salt": stored.salt,
            "digest": stored.digest,
            "stored_as": stored.stored_as,
            "lock": stored.key,
            "pdf": content.digest(),
            "certificate_no": decision["certificate"]["number"],
            "valid_until": decision["valid_until"],
        },
    )


def status(*, pdf: bytes) -> dict[str, Any] | None:
    """
    Return whether a certificate with exactly these bytes was issued here and is live: {certificate_no, valid_until, state, today}.

    None when no such file was ever sealed here. Says nothing about the holder.
    """
    sql = "select casework_certificate_status(%s::bytea)"
    found = statement.document("public", sql, [hashlib.sha256(pdf).digest()])
    return None if found is None else dict(found)
