"""
What a person writes in a step: what to correct, why not, why back.

Table: casework_writing. The text stays out of the record; the event carries its hash, salted so that nobody finds a text by
guessing, and a step that needs a text cannot be committed without it.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from yimen.pure.canonical import canonical
from yimen.record.events import Recorded, Session, append
from yimen.record.refusal import Refusal

LONGEST: Final = 2000
_ROW: Final = """row as (insert into casework_writing (stream, number, kind, body)
    select %(stream)s::uuid, e.number, %(kind)s, %(body)s from e where not e.retried)"""


def write(*, case: UUID, after: int, kind: str, said: Mapping[str, Any], session: Session, key: UUID) -> Recorded:
    """
    Do a step that carries a text: `said` is written beside the event and its hash into it.

    Refuses: as `append`. Records: `kind`.
    """
    body = canonical({"version": 1, **said, "salt": salt(case, key)}).decode()
    content = hashlib.sha256(body.encode()).hexdigest()
    return append(
        stream=case,
        after=after,
        kind=kind,
        session=session,
        facts={"content": content},
        key=key,
        rows=_ROW,
        values={"body": body},
    )


def salt(case: UUID, key: UUID) -> str:
    """Return a salt that a retry finds again: the key is chosen by chance and not published with the hash alone."""
    return hashlib.sha256(b"yimen.decision-salt.v1" + key.bytes + case.bytes).hexdigest()[:32]


def text(value: str, *, name: str) -> str:
    """Return a text a person wrote, without blanks around it. Refuses: malformed form.malformed (required, too_long)."""
    stripped = "".join(c for c in value if c.isprintable() or c in "\n\t").strip()
    if not stripped:
        raise Refusal("malformed", "form.malformed", fields={name: "required"})
    if len(stripped) > LONGEST:
        raise Refusal("malformed", "form.malformed", fields={name: "too_long"})
    return stripped
