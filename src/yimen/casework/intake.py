"""Intake: whoever receives looks at form and completeness, accepts, and decides nothing."""

from uuid import UUID

from yimen.record.events import Recorded, Session, append


def accept(*, case: UUID, after: int, session: Session, key: UUID) -> Recorded:
    """
    Take a filed application into the process: the statutory and promise clocks start, and chance draws the examiner.

    Day 0 is the day of acceptance (Administrative Licensing Law 32(5), 42).

    Refuses: forbidden case.not_drawn, hat.second; conflict case.wrong_state, case.moved_meanwhile; not_now draw.*.
    Records: case.accepted, case.examiner_drawn.
    """
    return append(
        stream=case,
        after=after,
        kind="case.accepted",
        session=session,
        facts={"form": "complete"},
        key=key,
    )
