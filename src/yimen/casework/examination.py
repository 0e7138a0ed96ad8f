"""Examination: a person whom chance drew, who does not meet the applicant, says whether the conditions are met."""

from collections.abc import Sequence
from uuid import UUID

from yimen.record.events import Recorded, Session, append


def examine(*, case: UUID, after: int, conditions: Sequence[str], session: Session, key: UUID) -> Recorded:
    """
    Find that an application meets the conditions of its item; chance draws who decides.

    `conditions` are the codes of the conditions checked, all of the item's. Findings that conditions are not met belong
    to the procedures of correction and denial.

    Refuses: malformed finding.unknown (other conditions than the item's); forbidden case.not_drawn, hat.second; conflict
    case.wrong_state, case.moved_meanwhile; not_now draw.*.
    Records: case.examined, case.decider_drawn.
    """
    facts = {"finding": "meets", "conditions": sorted(conditions)}
    return append(stream=case, after=after, kind="case.examined", session=session, facts=facts, key=key)
