"""
Filing: the form is checked against the item, then filed. Pages and programs file through here.

Tables: those of `draft`; this adds the one check that only Python can make.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from yimen.casework import draft as drafts
from yimen.casework.draft import Attachment
from yimen.casework.form import check_form
from yimen.record.events import Recorded, Session
from yimen.record.refusal import Refusal
from yimen.registry import catalogue


def file(*, draft: UUID, session: Session, key: UUID) -> Recorded:
    """
    File a draft whose form is right. Sent again with its key, it is answered from the record.

    Refuses: malformed form.malformed, also when the credit code is not the organisation's; and as `draft.file`.
    Records: case.submitted, case.counter_drawn.
    """
    try:
        view = drafts.view(draft=draft, session=session)
    except Refusal as refused:
        if refused.code != "draft.filed_already":
            raise
    else:
        check_form(view["item"]["body"], view["form"])
    return drafts.file(draft=draft, session=session, key=key)


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
    Apply in one statement, for programs, after the form was checked. Sent again, it is answered from the record.

    Refuses: missing item.unknown; malformed form.malformed; and as `draft.apply`.
    Records: case.submitted, case.counter_drawn.
    """
    check_form(catalogue.body_in_force(code=item), form)
    return drafts.apply(
        item=item, organisation=organisation, form=form, attachments=attachments, session=session, key=key
    )
