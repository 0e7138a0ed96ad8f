"""
What is filed or answered for a person at a window, only as she confirmed it: on a screen of her own, or with a signed page.

Table: casework_draft. The one-time code is exchanged once for a secret of the screen it was typed into, so that whoever showed
the code cannot confirm with it, nor look afterwards. The database makes and hashes both.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.casework import case as cases
from yimen.casework.form import check_form
from yimen.casework.guess import counted
from yimen.record import statement
from yimen.record.events import Session
from yimen.record.refusal import Refusal


def ask_confirmation(*, draft: UUID, session: Session) -> tuple[str, datetime]:
    """
    Return a one-time code, and until when it holds, under which the person confirms what is about to be filed or answered.

    Refuses: missing draft.missing, case.missing; conflict draft.filed_already, case.lapsed. Records: nothing.
    """
    found = statement.row(
        session.login, "select * from casework_ask_confirmation(%s, %s::uuid)", [session.secret, draft]
    )
    return found["code"], found["until"]


def open_confirmation(*, code: str) -> str:
    """
    Exchange a one-time code for the secret of this screen; the code is worth nothing from then on.

    Refuses: missing confirmation.missing (unknown, used up or too old); not_now confirmation.wait (too many that begin like it).
    """
    counted(about="confirmation", at=code, guess=code)
    found = statement.row("public", "select * from casework_confirmation_open(%s)", [code])
    if found["refused"] == "confirmation.wait":
        raise Refusal("not_now", "confirmation.wait")
    if found["refused"]:
        raise Refusal("missing", "confirmation.missing")
    return str(found["secret"])


def confirmation(*, secret: str) -> dict[str, Any]:
    """
    Return what is to be confirmed on this screen: what (filing or correction), item, person, organisation, form, documents, notice,
    delivery, digest, confirmed; once it is filed, for half an hour: filed, `case` (number, receipt), `follow` (the code to follow it).

    Refuses: missing confirmation.missing.
    """
    found = statement.document("public", "select casework_confirmation(%s)", [secret])
    if found is None or (found["filed"] and found["case"] is None):
        raise Refusal("missing", "confirmation.missing")
    return dict(found)


def confirm(*, secret: str, digest: str) -> None:
    """
    Confirm exactly what was shown (its digest, hex).

    Refuses: missing confirmation.missing; conflict confirmation.changed; malformed confirmation.malformed.
    """
    try:
        seen = bytes.fromhex(digest)
    except ValueError as wrong:
        raise Refusal("malformed", "confirmation.malformed") from wrong
    refused = statement.value("public", "select casework_confirm(%s, %s::bytea)", [secret, seen])
    if refused == "confirmation.missing":
        raise Refusal("missing", "confirmation.missing")
    if refused:
        raise Refusal("conflict", "confirmation.changed")


def keep_answers(*, case: UUID, answers: Mapping[str, Any], session: Session) -> dict[str, Any]:
    """
    Keep what is answered to a correction notice for the person before the clerk: answers, digest, mark, confirmed (screen, paper
    or null). She confirms it before it is sent; what is changed afterwards is to be confirmed anew.

    Refuses: missing case.missing (also where the clerk does not serve her); conflict draft.filed_already (no correction is awaited),
    case.lapsed; malformed form.malformed; forbidden move.of_another_link.
    """
    if answers:
        view = cases.view(case=case, session=session)
        asked = {field["name"]: field for field in view["item"]["body"]["form"] if not field.get("contact")}
        check_form({"form": list(asked.values())}, {**view["form"], **answers})
    told = json.dumps(dict(answers), ensure_ascii=False)
    sql = "select casework_keep_answers(%s, %s::uuid, %s::jsonb)"
    return dict(statement.document(session.login, sql, [session.secret, case, told]))


def kept_answers(*, case: UUID, session: Session) -> dict[str, Any]:
    """
    Return what was kept, as `keep_answers` does.

    Refuses: missing case.missing; conflict draft.filed_already, case.lapsed; forbidden move.of_another_link.
    """
    sql = "select casework_kept_answers(%s, %s::uuid)"
    return dict(statement.document(session.login, sql, [session.secret, case]))
