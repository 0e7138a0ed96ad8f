"""
Before the case: a draft that survives a lost session, its papers, and filing it.

Tables: casework_draft, casework_contact, casework_case. Filing puts ids and salted hashes into the record; the form itself
stays in a table, the papers in the document store, each under its own key.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yimen.casework.document import Stored
from yimen.record import statement
from yimen.record.events import Recorded, Session


@dataclass(frozen=True)
class Attachment:
    """A paper that is already in the document store, for one material of the item."""

    material: str
    name: str
    stored: Stored


def start(*, item: str, session: Session, key: UUID) -> UUID:
    """
    Begin an application for an item in force and return the draft's id; the same key comes back to the same draft.

    Refuses: missing item.unknown; forbidden (not an applicant's session); conflict key.reused.
    Records: nothing; a draft is not yet a case.
    """
    sql = "select casework_start(%s, %s, %s::uuid)"
    return UUID(str(statement.value(session.login, sql, [session.secret, item, key])))


def save(*, draft: UUID, organisation: UUID | None, form: Mapping[str, Any], session: Session) -> None:
    """
    Keep what was typed so far, right or wrong, so that nothing is lost.

    Refuses: missing draft.missing; conflict draft.filed_already; forbidden organisation.no_authority; malformed.
    """
    sql = "select casework_save(%s, %s::uuid, %s::uuid, %s::jsonb)"
    statement.rows(
        session.login,
        sql,
        [session.secret, draft, organisation, json.dumps(form, ensure_ascii=False)],
    )


def attach(*, draft: UUID, attachment: Attachment, session: Session) -> UUID:
    """
    Add a stored paper to a draft and return its id. Its key goes into a table that no serving login can read.

    Refuses: missing (draft, material.unknown); conflict draft.filed_already; malformed document.too_many.
    """
    stored = attachment.stored
    sql = "select casework_attach(%s, %s::uuid, %s, %s, %s, %s::int, %s::bytea, %s::bytea, %s, %s::bytea)"
    named = (session.secret, draft, attachment.material, attachment.name, stored.media_type, stored.size)
    locked = (stored.salt, stored.digest, stored.stored_as, stored.key)
    return UUID(str(statement.value(session.login, sql, (*named, *locked))))


def detach(*, document: UUID, session: Session) -> None:
    """
    Take a paper out of a draft and erase it: its key is deleted.

    Refuses: missing draft.missing; conflict draft.filed_already.
    """
    statement.rows(session.login, "select casework_detach(%s, %s::uuid)", [session.secret, document])


def file(*, draft: UUID, session: Session, key: UUID) -> Recorded:
    """
    File a draft: it becomes a case with a number, a receipt and the acceptance clock, and chance draws who receives it.

    The five working days for correction notices run from the day of receipt, not counted (Administrative Licensing Law
    32(4)); filed on a rest day, it counts as received on the next working day.

    Refuses: malformed material.missing, organisation.missing; conflict draft.filed_already; not_now (nobody to draw).
    Records: case.submitted, case.counter_drawn.
    """
    sql = "select * from casework_file(%s, %s::uuid, %s::uuid)"
    return Recorded(stream=draft, **statement.row(session.login, sql, [session.secret, draft, key]))


def apply(
    *,
    item: str,
    organisation: UUID,
    form: Mapping[str, Any],
    attachments: Sequence[Attachment],
    session: Session,
    key: UUID,
) -> Recorded:
    """
    Start, save, attach and file in one statement, for programs. Sent again, it is answered from the record.

    Refuses and records: as `start`, `save`, `attach` and `file`.
    """
    documents = [
        {
            "material": one.material,
            "name": one.name,
            "media_type": one.stored.media_type,
            "size": one.stored.size,
            "salt": one.stored.salt.hex(),
            "digest": one.stored.digest.hex(),
            "stored_as": one.stored.stored_as,
            "key": one.stored.key.hex(),
        }
        for one in attachments
    ]
    sql = "select * from casework_apply(%s, %s, %s::uuid, %s::jsonb, %s::jsonb, %s::uuid)"
    params = [
        session.secret,
        item,
        organisation,
        json.dumps(form, ensure_ascii=False),
        json.dumps(documents),
        key,
    ]
    return Recorded(**statement.row(session.login, sql, params))


def drafts(*, session: Session) -> list[statement.Row]:
    """Return my drafts, the last saved first: draft, item_code, item_zh, item_en, saved_at."""
    return statement.rows(session.login, "select * from casework_drafts(%s)", [session.secret])


def view(*, draft: UUID, session: Session) -> dict[str, Any]:
    """
    Return a draft of mine: draft, key, organisation, form, saved_at, item, organisations I may act for, documents.

    Refuses: missing draft.missing; conflict draft.filed_already.
    """
    return dict(statement.document(session.login, "select casework_draft_view(%s, %s::uuid)", [session.secret, draft]))


def organisations(*, session: Session) -> list[dict[str, Any]]:
    """Return the organisations the applicant is on record as acting for: id, code, name_zh, name_en, address_zh."""
    return list(statement.document(session.login, "select casework_organisations(%s)", [session.secret]))
