"""
Custody: the maker makes the certificate from the signed decision; two custodians, two hands, release the seal.

None of them can change what was decided: each names the decision by its hash and the seal by its code, and the database
compares both. The keeper seals after all three.
"""

from typing import Literal
from uuid import UUID

from yimen.record.events import Recorded, Session, append

_Kind = Literal["certificate.made", "certificate.released", "certificate.released_again"]


def make(*, case: UUID, after: int, decision: str, seal: str, session: Session, key: UUID) -> Recorded:
    """
    Prepare the certificate over exactly this decision (hex of its hash) for exactly this seal (its code).

    Refuses: forbidden case.not_drawn, hat.second; conflict certificate.other_decision, case.wrong_state, case.moved_meanwhile;
    not_now fee.unpaid.
    Records: certificate.made, certificate.first_custodian_drawn.
    """
    return _act("certificate.made", case, after, decision, seal, session, key)


def release(*, case: UUID, after: int, decision: str, seal: str, session: Session, key: UUID) -> Recorded:
    """
    Release the seal, first hand.

    Refuses: forbidden case.not_drawn, hat.second (the maker cannot release); conflict certificate.other_decision.
    Records: certificate.released, certificate.second_custodian_drawn.
    """
    return _act("certificate.released", case, after, decision, seal, session, key)


def release_again(*, case: UUID, after: int, decision: str, seal: str, session: Session, key: UUID) -> Recorded:
    """
    Release the seal, second hand. Now, and not before, the keeper may seal.

    Refuses: forbidden case.not_drawn, hat.second (neither the maker nor the first custodian can be the second); conflict
    certificate.other_decision.
    Records: certificate.released_again.
    """
    return _act("certificate.released_again", case, after, decision, seal, session, key)


def _act(kind: _Kind, case: UUID, after: int, decision: str, seal: str, session: Session, key: UUID) -> Recorded:
    facts = {"decision": decision, "seal": seal}
    return append(stream=case, after=after, kind=kind, session=session, facts=facts, key=key)
