"""
What the keeper asks of the record before it signs. It takes no digest from anyone: bytes and events, or nothing.

Both functions return when a signature is due, and raise otherwise.
"""

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from yimen.pure.chain import ChainBroken, Event, check_chain
from yimen.pure.evidence import Decision, EvidenceMalformed, read_decision
from yimen.pure.lawful import (
    GRANTED,
    RELEASED_AGAIN,
    Unlawful,
    check_different_people,
    check_order,
    check_same_decision,
    seals_named,
)


class NotDue(Exception):
    """The record does not say that this is to be signed now; nothing was signed."""

    kind = "conflict"

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


def due_grant(*, events: Sequence[Event], decision_body: bytes) -> Decision:
    """
    Check that the decision is to be signed under the key of the agency it names, and return it.

    1. the decision is well written, and about this stream
    2. the chain is whole from its first event
    3. the last step is the grant, and everything before it happened in lawful order
    4. every step was done by whom chance drew, and the grant is of exactly these bytes
    5. applicant, counter, examiner and decider are different people, and no party wears an official hat

    Refuses: NotDue.
    """
    return _due(events=events, decision_body=decision_body, last=GRANTED)[0]


def due_seal(
    *,
    events: Sequence[Event],
    decision_body: bytes,
    grant_signature: bytes,
    public_key: ec.EllipticCurvePublicKey,
    seal_code: str,
) -> Decision:
    """
    Check that a certificate of the decision is to be made and sealed, and return the decision.

    As `due_grant`, but up to the second release and with seven different people; what was asked for is paid; maker and
    custodians named exactly this decision and this seal; and the grant is signed under the key of the agency.

    Refuses: NotDue.
    """
    decision, steps = _due(events=events, decision_body=decision_body, last=RELEASED_AGAIN)
    if seals_named(steps) != {seal_code}:
        raise NotDue("keeper.seal_not_released", seal_code)
    try:
        public_key.verify(grant_signature, decision_body, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as cause:
        raise NotDue("keeper.grant_not_signed") from cause
    return decision


def _due(*, events: Sequence[Event], decision_body: bytes, last: str) -> tuple[Decision, tuple[Event, ...]]:
    try:
        decision = read_decision(decision_body)
        check_chain(events)
        if events[0].stream != decision.stream:
            raise Unlawful("record.other_decision")
        steps = check_order(events=events, last=last)
        check_same_decision(steps=steps, decision_body=decision_body)
        check_different_people(events)
    except EvidenceMalformed as cause:
        raise NotDue("keeper.decision_malformed", str(cause)) from cause
    except ChainBroken as cause:
        raise NotDue("keeper.chain_broken", str(cause)) from cause
    except Unlawful as cause:
        raise NotDue(cause.code, str(cause)) from cause
    return decision, steps
