"""Stepping aside: whoever has an interest in a case, or will be away, hands the step back and chance picks another."""

from typing import Final, Literal
from uuid import UUID

from yimen.record.events import Recorded, Session, append

Ground = Literal["interest", "absence"]
# The step in hand (what a view calls the turn), and the move that hands it back.
MOVES: Final = {
    "counter": "case.clerk_stepped_aside",
    "examiner": "case.examiner_stepped_aside",
    "decider": "case.decider_stepped_aside",
    "maker": "certificate.maker_stepped_aside",
    "first_custodian": "certificate.first_custodian_stepped_aside",
    "second_custodian": "certificate.second_custodian_stepped_aside",
    "deliverer": "certificate.deliverer_stepped_aside",
}


def step_aside(*, case: UUID, after: int, step: str, ground: Ground, session: Session, key: UUID) -> Recorded:
    """
    Hand a step back; whoever did it wears the hat all the same, so that chance cannot give it back.

    Refuses: forbidden case.not_drawn; malformed ground.unknown, move.unknown; conflict case.wrong_state.
    Records: one of MOVES, and the new draw (or case.draw_waits).
    """
    kind = MOVES.get(step, f"{step[:40]}?")
    return append(stream=case, after=after, kind=kind, session=session, facts={"ground": ground}, key=key)
