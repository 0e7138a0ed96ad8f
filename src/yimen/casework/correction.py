"""Answering a correction notice: the applicant adds papers (draft.attach, on the case) and answers questions anew, once."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yimen.casework import case as cases
from yimen.casework.form import check_form
from yimen.record import statement
from yimen.record.events import Recorded, Session


def correct(*, case: UUID, after: int, answers: Mapping[str, Any], session: Session, key: UUID) -> Recorded:
    """
    Hand in what was asked for: the papers added to the case since the notice, and `answers` in place of earlier ones.

    The day it arrives is the new day of receipt; the acceptance clock starts again, and the same clerk goes on. At the window
    exactly what the person confirmed is sent (`confirmation.keep_answers`, then as for filing).

    Refuses: conflict case.wrong_state, case.moved_meanwhile, key.reused, draft.filed_already; malformed form.malformed; missing
    case.missing; forbidden case.not_yours, hat.second, move.of_another_link, move.of_another_role; not_now calendar.too_short,
    confirmation.awaited (at the window).
    Records: case.corrected (by the applicant) or case.corrected_at_window (by the clerk who serves her).
    """
    if answers:
        view = cases.view(case=case, session=session)
        asked = {field["name"]: field for field in view["item"]["body"]["form"] if not field.get("contact")}
        check_form({"form": list(asked.values())}, {**view["form"], **answers})
    sql = "select * from casework_correct(%s, %s::uuid, %s::int, %s::jsonb, %s::uuid)"
    told = json.dumps(dict(answers), ensure_ascii=False)
    return Recorded(stream=case, **statement.row(session.login, sql, [session.secret, case, after, told, key]))
