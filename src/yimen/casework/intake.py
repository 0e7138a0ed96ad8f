"""Intake: whoever receives looks at form and completeness, accepts or says what is missing, and decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from yimen.casework import case as cases
from yimen.casework.writing import text, write
from yimen.record.events import Recorded, Session, append
from yimen.record.refusal import Refusal


@dataclass(frozen=True)
class Missing:
    """One thing to correct: a material by its code or a question by its name, and what is wrong with it."""

    what: str
    material: str | None = None
    field: str | None = None


def accept(*, case: UUID, after: int, session: Session, key: UUID) -> Recorded:
    """
    Take a filed application into the process: the statutory and promise clocks start, and chance draws the examiner.

    Day 0 is the day of acceptance (Administrative Licensing Law 32(5), 42), unless the item's own law counts from receipt.

    Refuses: forbidden case.not_drawn, hat.second; conflict case.wrong_state, case.moved_meanwhile, case.deemed_accepted.
    Records: case.accepted, fee.asked where the item has a fee, case.examiner_drawn (or case.draw_waits).
    """
    return append(stream=case, after=after, kind="case.accepted", session=session, facts={"form": "complete"}, key=key)


def ask_correction(*, case: UUID, after: int, missing: Sequence[Missing], session: Session, key: UUID) -> Recorded:
    """
    Tell the applicant once everything that is missing or wrong (Administrative Licensing Law 32(4)).

    The acceptance clock stops; it starts anew on the day the correction is received. There is no second notice.

    Refuses: malformed correction.empty, form.malformed (also where it names a material or a question that the item does not have, or one
    that nobody corrects: how she is reached); missing case.missing; forbidden case.not_drawn; conflict correction.second, case.deemed_accepted, case.wrong_state.
    Records: case.correction_asked, with the hash of the notice.
    """
    if not missing:
        raise Refusal("malformed", "correction.empty")
    body = cases.view(case=case, session=session)["item"]["body"]
    known = {
        "material": {one["code"] for one in body["materials"]},
        "field": {one["name"] for one in body["form"] if not one.get("contact")},
    }
    for one in missing:
        for part, names in known.items():
            if (named := getattr(one, part)) is not None and named not in names:
                raise Refusal("malformed", "form.malformed", fields={part: "unknown"})
    items = [{"material": one.material, "field": one.field, "what": text(one.what, name="what")} for one in missing]
    return write(case=case, after=after, kind="case.correction_asked", said={"items": items}, session=session, key=key)


def not_required(*, case: UUID, after: int, reason: str, session: Session, key: UUID) -> Recorded:
    """
    Say that what was applied for needs no licence (Administrative Licensing Law 32(1)). The case is over.

    Refuses: forbidden case.not_drawn; conflict case.deemed_accepted; malformed form.malformed without a reason.
    Records: case.not_required.
    """
    said = {"reason": text(reason, name="reason")}
    return write(case=case, after=after, kind="case.not_required", said=said, session=session, key=key)


def refuse(*, case: UUID, after: int, reason: str, where: str, session: Session, key: UUID) -> Recorded:
    """
    Do not accept what is another agency's matter, and say where to go (Administrative Licensing Law 32(2)). The case is over.

    Refuses: forbidden case.not_drawn; conflict case.deemed_accepted; malformed form.malformed without a reason or the place
    to go to.
    Records: case.refused.
    """
    said = {"reason": text(reason, name="reason"), "where": text(where, name="where")}
    return write(case=case, after=after, kind="case.refused", said=said, session=session, key=key)
