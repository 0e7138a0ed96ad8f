"""Examination: a person whom chance drew, who does not meet the applicant, says which conditions are met."""

from collections.abc import Sequence
from uuid import UUID

from yimen.record.events import Recorded, Session, append


def examine(
    *, case: UUID, after: int, conditions: Sequence[str], session: Session, key: UUID, failed: Sequence[str] = ()
) -> Recorded:
    """
    Find which conditions of its item an application meets; chance draws who decides, or the same decider goes on.

    `conditions` are the codes of those met, `failed` of those not met: together all of the item's. One that is not met
    makes the finding `fails`, and such an application cannot be granted.

    Refuses: malformed finding.unknown (other conditions than the item's); forbidden case.not_drawn, hat.second; conflict
    case.wrong_state, case.moved_meanwhile.
    Records: case.examined, case.decider_drawn (or case.draw_waits).
    """
    facts: dict[str, object] = {"finding": "meets", "conditions": sorted(conditions)}
    if failed:
        facts |= {"finding": "fails", "failed": sorted(failed)}
    return append(stream=case, after=after, kind="case.examined", session=session, facts=facts, key=key)
