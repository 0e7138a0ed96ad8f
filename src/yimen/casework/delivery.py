"""
Delivery and the end. An electronic certificate is served when it arrives at the applicant's desk, with the consent given at
filing; a paper one when it is handed over at the window, or when the carrier says so.
"""

from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from yimen.record.events import WORKER, Recorded, Session, append

Evidence = Literal["signed_receipt", "carrier_record"]


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
    Send the certificate by post, under the carrier's number; once: what came back, or was lost, is collected.

    Refuses: forbidden case.not_drawn; conflict delivery.another_way, delivery.number_used, delivery.came_back; malformed
    delivery.malformed.
    Records: certificate.posted.
    """
    facts = {"carrier": carrier.strip().lower(), "tracking": tracking.strip().upper()}
    return append(stream=case, after=after, kind="certificate.posted", session=session, facts=facts, key=key)


def come_back(*, case: UUID, after: int) -> Recorded:
    """
    Note that the carrier brought a parcel back: it lies at the counter again, to be collected, under the clock of collection.

    Refuses: forbidden for every login but the worker's; conflict delivery.another_way, case.wrong_state, case.moved_meanwhile.
    Records: certificate.returned.
    """
    key = uuid5(NAMESPACE_URL, f"{case}/came_back")
    return append(stream=case, after=after, kind="certificate.returned", session=WORKER, facts={}, key=key)


def note_arrival(*, case: UUID, after: int, evidence: Evidence, session: Session, key: UUID) -> Recorded:
    """
    Note by hand that a parcel arrived, on the evidence of its signed receipt or of what the carrier says. It is shown as such.

    Refuses: forbidden case.not_drawn; malformed move.malformed; conflict case.wrong_state. Records: certificate.arrival_noted.
    """
    facts = {"evidence": evidence}
    return append(stream=case, after=after, kind="certificate.arrival_noted", session=session, facts=facts, key=key)


def note_return(*, case: UUID, after: int, session: Session, key: UUID) -> Recorded:
    """
    Note by hand that a parcel came back and is here. It is to be collected at the window, under the clock of collection.

    Refuses: forbidden case.not_drawn; conflict case.wrong_state. Records: certificate.return_noted.
    """
    facts = {"evidence": "parcel"}
    return append(stream=case, after=after, kind="certificate.return_noted", session=session, facts=facts, key=key)


def note_loss(*, case: UUID, after: int, session: Session, key: UUID) -> Recorded:
    """
    Note by hand that the carrier lost a parcel, on the carrier's own record. The result is printed anew and collected at the window,
    under the clock of collection; it is not sent a second time.

    Refuses: forbidden case.not_drawn; conflict case.wrong_state. Records: certificate.loss_noted.
    """
    facts = {"evidence": "carrier_record"}
    return append(stream=case, after=after, kind="certificate.loss_noted", session=session, facts=facts, key=key)


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
    Keep a certificate that nobody collected in time. The case is over; it can still be collected.

    Refuses: forbidden case.not_drawn; not_now clock.still_running, delivery.not_sent; conflict case.wrong_state. Records: certificate.kept.
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
