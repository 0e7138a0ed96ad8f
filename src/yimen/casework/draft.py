"""
Before the case: a draft that survives a lost session, its papers, and filing it.

Tables: casework_draft, casework_contact, casework_case. Filing puts ids and salted hashes into the record; the form itself
stays in a table, the papers in the document store, each under its own key. Pages and programs file through here: the
form is checked against the item first, which only Python can do, and no paper is stored before the database knows who
sends it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.casework.document import Stored, forget
from yimen.casework.form import check_form
from yimen.casework.paper import Paper, kept
from yimen.record import statement
from yimen.record.events import Recorded, Session
from yimen.record.refusal import Refusal


@dataclass(frozen=True)
class Applied:
    """An application that was filed: what was recorded of it, and its number."""

    recorded: Recorded
    number: str


def start(
    *, item: str, session: Session, key: UUID, visit: UUID | None = None, form: Mapping[str, Any] | None = None
) -> UUID:
    """
    Begin an application for an item in force and return the draft's id; the same key comes back to the same draft, as it stands by then.

    At the window a clerk begins it for the person of a `visit` that chance gave her. `form`: answers that were given before; a draft that
    is there already has its own.

    Refuses: missing item.unknown, visit.missing; forbidden move.of_another_role (not an applicant's session, nor a clerk's with
    a visit); malformed form.malformed; conflict key.reused, item.suspended.
    Records: nothing; a draft is not yet a case.
    """
    sql = "select casework_start(%s, %s, %s::uuid, %s::uuid, %s::jsonb)"
    told = json.dumps(form or {}, ensure_ascii=False)
    return UUID(str(statement.value(session.login, sql, [session.secret, item, key, visit, told])))


def save(
    *,
    draft: UUID,
    organisation: UUID | None,
    form: Mapping[str, Any],
    session: Session,
    delivery: str = "electronic",
    address: str = "",
    mandate: UUID | None = None,
) -> None:
    """
    Keep what was typed so far, right or wrong, so that nothing is lost.

    Refuses: missing draft.missing; conflict draft.filed_already, organisation.ended; forbidden organisation.no_authority,
    mandate.not_live; malformed delivery.unknown, form.malformed.
    """
    sql = "select casework_save(%s, %s::uuid, %s::uuid, %s::jsonb, %s, %s, %s::uuid)"
    told = json.dumps(form, ensure_ascii=False)
    statement.rows(session.login, sql, [session.secret, draft, organisation, told, delivery, address, mandate])


def attach(*, draft: UUID, paper: Paper, session: Session, mark: str = "") -> UUID:
    """
    Add a paper to a draft, or to a case whose correction is being answered, and return its id. Its key goes into a table that no serving login can read.

    Whose draft it is, is asked before anything is stored; what is refused leaves no file. A page that the person signed at the
    window (`signed_confirmation`) comes with the `mark` that is printed on it, and counts for exactly that content.

    Refuses: missing draft.missing, case.missing, material.unknown; conflict draft.filed_already, case.lapsed, confirmation.other_page; malformed
    document.too_many; and as `paper.kept`.
    """
    whose(file=draft, session=session)
    sql = "select casework_attach(%s, %s::uuid, %s, %s, %s, %s::int, %s::bytea, %s::bytea, %s, %s::bytea, %s)"
    with kept([paper]) as (stored,):
        named = (session.secret, draft, paper.material, paper.name, stored.media_type, stored.size)
        locked = (stored.salt, stored.digest, stored.stored_as, stored.key)
        return UUID(str(statement.value(session.login, sql, (*named, *locked, mark))))


def reuse(*, draft: UUID, material: str, document: UUID, session: Session) -> UUID:
    """
    Use an earlier paper, or a result issued here, instead of asking for it again; `view` lists what is offered.

    Refuses: missing document.not_offered, document.erased, draft.missing; conflict draft.filed_already.
    """
    sql = "select casework_reuse(%s, %s::uuid, %s, %s::uuid)"
    return UUID(str(statement.value(session.login, sql, [session.secret, draft, material, document])))


def renew(*, draft: UUID, session: Session) -> bool:
    """
    Carry a draft over to the version of its item that is in force, and return whether there was a newer one.

    Answers and papers stay where the new version still asks for them; a confirmation at the window is to be given anew.

    Refuses: missing draft.missing; conflict draft.filed_already, item.ended (no version is in force any more).
    """
    return bool(statement.value(session.login, "select casework_renew(%s, %s::uuid)", [session.secret, draft]))


def detach(*, document: UUID, session: Session) -> None:
    """
    Take a paper out of a draft and erase it: its key is deleted.

    Refuses: missing document.missing, draft.missing, case.missing; conflict draft.filed_already, case.lapsed.
    """
    statement.rows(session.login, "select casework_detach(%s, %s::uuid)", [session.secret, document])


def file(*, draft: UUID, session: Session, key: UUID) -> Applied:
    """
    File a draft whose form is right: it becomes a case with a number, a receipt and the acceptance clock, and chance draws
    who receives it. Sent again with its key, it is answered from the record.

    The five working days for correction notices run from the day of receipt, not counted (Administrative Licensing Law
    32(4)); filed on a rest day, it counts as received on the next working day.

    Refuses: malformed form.malformed (also when the credit code is not the organisation's), material.missing,
    organisation.missing, organisation.not_asked; missing draft.missing; conflict draft.filed_already, key.reused,
    item.version_ended (`renew` it), item.ended, item.suspended, organisation.ended, case.moved_meanwhile; forbidden organisation.no_authority,
    mandate.not_live, hat.second; not_now confirmation.awaited, calendar.too_short.
    Records: case.submitted, case.counter_drawn.
    """
    try:
        found = view(draft=draft, session=session)
    except Refusal as refused:
        if refused.code != "draft.filed_already":
            raise
    else:
        check_form(found["item"]["body"], found["form"])
    sql = "select * from casework_file(%s, %s::uuid, %s::uuid)"
    found = statement.row(session.login, sql, [session.secret, draft, key])
    number = found.pop("case_number")
    return Applied(recorded=Recorded(stream=draft, **found), number=number)


def apply(
    *,
    item: str,
    organisation: UUID | None,
    form: Mapping[str, Any],
    papers: Sequence[Paper],
    session: Session,
    key: UUID,
    delivery: str = "electronic",
    address: str = "",
    mandate: UUID | None = None,
) -> Applied:
    """
    Start, save, attach and file in one statement, for programs. Sent again, it is answered from the record.

    One statement before it asks who sends this and what the item wants; only then papers are stored. What is refused, and
    what was sent before, leaves no file.

    Refuses: malformed form.malformed, material.missing, organisation.missing, organisation.not_asked, delivery.unknown,
    document.too_many; missing item.unknown, material.unknown; conflict key.reused, draft.filed_already, organisation.ended,
    case.moved_meanwhile; forbidden organisation.no_authority, mandate.not_live, hat.second, move.of_another_role; not_now
    calendar.too_short.
    Records: as `file`.
    """
    check_form(_asked(item=item, session=session), form)
    sql = "select * from casework_apply(%s, %s, %s::uuid, %s::jsonb, %s::jsonb, %s::uuid, %s, %s, %s::uuid)"
    with kept(papers) as stored:
        documents = [_told(paper, one) for paper, one in zip(papers, stored, strict=True)]
        told = (json.dumps(form, ensure_ascii=False), json.dumps(documents))
        found = statement.row(
            session.login, sql, [session.secret, item, organisation, *told, key, delivery, address, mandate]
        )
    if found["retried"]:
        forget(stored)
    number = found.pop("case_number")
    return Applied(recorded=Recorded(**found), number=number)


def _asked(*, item: str, session: Session) -> dict[str, Any]:
    """What an item in force asks for, told to whoever has a session. Refuses: missing item.unknown; forbidden."""
    sql = """
        select record_session_who(%s) ->> 'role' as role,
               (select i.body from registry_in_force i where i.code = %s) as body
    """
    found = statement.row(session.login, sql, [session.secret, item[:100].replace("\x00", "")])
    if found["role"] != "applicant":
        raise Refusal("forbidden", "move.of_another_role")
    if found["body"] is None:
        raise Refusal("missing", "item.unknown", item=item[:100])
    body: dict[str, Any] = json.loads(found["body"]) if isinstance(found["body"], str) else found["body"]
    return body


def _told(paper: Paper, stored: Stored) -> dict[str, object]:
    return {
        "material": paper.material,
        "name": paper.name,
        "media_type": stored.media_type,
        "size": stored.size,
        "salt": stored.salt.hex(),
        "digest": stored.digest.hex(),
        "content": hashlib.sha256(paper.content).hexdigest(),
        "stored_as": stored.stored_as,
        "key": stored.key.hex(),
    }


def drafts(*, session: Session, limit: int = 50, before: tuple[datetime, UUID] | None = None) -> list[statement.Row]:
    """
    Return my drafts, the last saved first: draft, item_code, item_zh, item_en, saved_at; `before` is the last (saved_at, draft) seen.

    Refuses: forbidden move.of_another_link.
    """
    sql = "select * from casework_drafts(%s, %s::int, %s::timestamptz, %s::uuid)"
    return statement.rows(session.login, sql, [session.secret, limit, *(before or (None, None))])


def whose(*, file: UUID, session: Session) -> None:
    """Ask whether papers may be added to this draft or case now. Refuses: missing draft.missing, case.missing; conflict draft.filed_already, case.lapsed."""
    statement.rows(session.login, "select casework_open(%s, %s::uuid)", [session.secret, file])


def view(*, draft: UUID, session: Session) -> dict[str, Any]:
    """
    Return a draft: key, organisation, mandate, form, delivery, address, saved_at, item, documents, `lacking` (materials),
    `offers` (what we have already), `organisations` and `mandates` (for whom), `confirmed` and `signed` (at the window), `mark` (of this content, on the page to be signed).

    Refuses: missing draft.missing; conflict draft.filed_already.
    """
    return dict(statement.document(session.login, "select casework_draft_view(%s, %s::uuid)", [session.secret, draft]))


def organisations(*, session: Session) -> list[dict[str, Any]]:
    """
    Return the organisations the applicant is on record as acting for: id, code, name_zh, name_en.

    Refuses: forbidden move.of_another_link.
    """
    return list(statement.document(session.login, "select casework_organisations(%s)", [session.secret]))
