"""
Visits: whoever greets a person does not serve her; chance draws the clerk who does.

Table: casework_visit. A visit ends with what came of it, so that coming and going without a trace is impossible.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from yimen.pure.identifiers import IdentifierError, check_resident_id
from yimen.record import statement
from yimen.record.events import Recorded, Session, append
from yimen.record.refusal import Refusal
from yimen.registry.load import identity

Outcome = Literal["filed", "advice", "handed_over", "left"]
Checked = Literal["matches", "seen", "not_checked"]
CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 10


@dataclass(frozen=True)
class Visit:
    """A visit: its stream, the number in the person's hand, the person, and whether she was here already."""

    visit: UUID
    ticket: int
    person: UUID
    retried: bool


def open_visit(*, resident_id: str, name_zh: str, name_en: str, checked: Checked, session: Session, key: UUID) -> Visit:
    """
    Greet a person: she gets a number, and chance draws another clerk of this centre, who will serve her.

    `checked` says how her identity was checked: by the gateway, by eye with her document, or not yet; what was not checked
    blocks a decision later, never the person. A person who is here already keeps her number and her clerk.

    Refuses: malformed visit.malformed, form.malformed; forbidden move.of_another_role; not_now
    draw.not_committed, draw.nobody_on_duty; conflict key.reused, case.moved_meanwhile.
    Records: visit.opened, visit.window_drawn; the visitor only as a mark.
    """
    try:
        known = check_resident_id(resident_id)
    except IdentifierError as wrong:
        raise Refusal("malformed", "form.malformed", fields={"resident_id": "check_digit"}) from wrong
    hashed = bytes.fromhex(identity(known.text).removeprefix("\\x"))
    sql = "select * from casework_visit_open(%s, %s::bytea, %s, %s, %s, %s, %s::uuid)"
    values = [session.secret, hashed, known.text, name_zh.strip(), name_en.strip(), checked, key]
    return Visit(**statement.row(session.login, sql, values))


def waiting(*, session: Session) -> list[statement.Row]:
    """
    Return the visits chance gave to this clerk: visit, head, ticket, person, name_zh/en, identity, opened_at, and, while she
    serves the person (today), `drafts` and `cases` of hers.

    Refuses: forbidden move.of_another_link.
    """
    rows = statement.rows(session.login, "select * from casework_visits(%s)", [session.secret])
    return [row | {name: _read(row[name]) for name in ("drafts", "cases")} for row in rows]


def _read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told


def end(*, visit: UUID, outcome: Outcome, session: Session, key: UUID, after: int = 2) -> Recorded:
    """
    End a visit with what came of it.

    Refuses: forbidden case.not_drawn; malformed visit.malformed; conflict case.wrong_state. Records: visit.ended.
    """
    return append(stream=visit, after=after, kind="visit.ended", session=session, facts={"outcome": outcome}, key=key)


def ask_confirmation(*, draft: UUID, session: Session) -> tuple[str, datetime]:
    """
    Return a one-time code, and until when it holds, under which the person confirms what is about to be filed.

    Refuses: missing draft.missing; conflict draft.filed_already. Records: nothing.
    """
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    sql = "select casework_ask_confirmation(%s, %s::uuid, %s::bytea)"
    return code, statement.value(session.login, sql, [session.secret, draft, _hashed(code)])


def confirmation(*, code: str) -> dict[str, Any]:
    """
    Return what is to be confirmed under a code: item, person, organisation, form, documents, delivery, digest, confirmed.

    Refuses: missing confirmation.missing (unknown, used up or too old).
    """
    return dict(statement.document("public", "select casework_confirmation(%s::bytea)", [_hashed(code)]))


def confirm(*, code: str, digest: str) -> None:
    """
    Confirm exactly what was shown (its digest, hex).

    Refuses: missing confirmation.missing; conflict confirmation.changed; malformed confirmation.malformed.
    """
    try:
        seen = bytes.fromhex(digest)
    except ValueError as wrong:
        raise Refusal("malformed", "confirmation.malformed") from wrong
    statement.rows("public", "select casework_confirm(%s::bytea, %s::bytea)", [_hashed(code), seen])


def _hashed(code: str) -> bytes:
    return hashlib.sha256(b"yimen.confirmation.v1" + code.strip().upper().encode()).digest()
