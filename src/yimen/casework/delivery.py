"""
Delivery and the end. An electronic certificate is served when it arrives at the applicant's desk, with the consent given at
filing; a paper one when it is handed over at the window, or when the carrier says so.
"""

from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from yimen.record.events import WORKER, Recorded, Session, append


def deliver(*, case: UUID, after: int, way: Literal["electronic", "post"] = "electronic") -> Recorded:
    """
    Put the sealed certificate on the applicant's desk, or note that the carrier delivered it; the service clock stops
    (Administrative Licensing Law 44).

    Refuses: forbidden for every login but the worker's; conflict delivery.another_way, case.wrong_state, case.moved_meanwhile.
    Records: certificate.delivered.
    """
    key = uuid5(NAMESPACE_URL, f"{case}/delivery")
    return append(
        stream=case,
        after=after,
        kind="certificate.delivered",
        session=WORKER,
        facts={"way": way},
        key=key,
    )


def post(*, case: UUID, after: int, carrier: str, tracking: str, session: Session, key: UUID) -> Recorded:
    """
    Send the certificate by post, under the carrier's number.

    Refuses: forbidden case.not_drawn; conflict delivery.another_way, delivery.number_used; malformed delivery.malformed.
    Records: certificate.posted.
    """
    facts = {"carrier": carrier.strip().lower(), "tracking": tracking.strip().upper()}
    return append(stream=case, after=after, kind="certificate.posted", session=session, facts=facts, key=key)


def hand_over(
    *,
    case: UUID,
    after: int,
    identity: Literal["seen"],
    to: Literal["applicant", "agent"],
    session: Session,
    key: UUID,
    late: bool = False,
) -> Recorded:
    """
    Hand the certificate to the applicant or the agent whose document the clerk saw; `late` when it had been kept.

    Refuses: forbidden case.not_drawn, mandate.not_live; malformed delivery.malformed; conflict case.wrong_state.
    Records: certificate.handed_over or certificate.collected_late.
    """
    kind = "certificate.collected_late" if late else "certificate.handed_over"
    return append(stream=case, after=after, kind=kind, session=session, facts={"identity": identity, "to": to}, key=key)


def keep(*, case: UUID, after: int, session: Session, key: UUID) -> Recorded:
    """
    Keep a certificate that nobody collected in time, or that came back. The case is over; it can still be collected.

    Refuses: forbidden case.not_drawn; not_now clock.still_running; conflict case.wrong_state. Records: certificate.kept.
    """
    return append(stream=case, after=after, kind="certificate.kept", session=session, facts={}, key=key)


def close(*, case: UUID, after: int, result: Literal["granted", "denied"] = "granted") -> Recorded:
    """
    Close a case whose result is with the applicant.

    Refuses: forbidden for every login but the worker's; not_now original.out (originals not given back); conflict
    case.wrong_state, case.moved_meanwhile.
    Records: case.closed.
    """
    key = uuid5(NAMESPACE_URL, f"{case}/close")
    return append(
        stream=case,
        after=after,
        kind="case.closed",
        session=WORKER,
        facts={"result": result},
        key=key,
    )
