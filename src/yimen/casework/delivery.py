"""Delivery and the end: an electronic certificate is served when it arrives at the applicant's desk, with the consent given at filing."""

from uuid import NAMESPACE_URL, UUID, uuid5

from yimen.record.events import WORKER, Recorded, append


def deliver(*, case: UUID, after: int) -> Recorded:
    """
    Put the sealed certificate on the applicant's desk; the service clock stops (Administrative Licensing Law 44).

    Refuses: forbidden for every login but the worker's; conflict case.wrong_state, case.moved_meanwhile.
    Records: certificate.delivered.
    """
    key = uuid5(NAMESPACE_URL, f"{case}/delivery")
    return append(
        stream=case,
        after=after,
        kind="certificate.delivered",
        session=WORKER,
        facts={"way": "electronic"},
        key=key,
    )


def close(*, case: UUID, after: int) -> Recorded:
    """
    Close a delivered case.

    Refuses: forbidden for every login but the worker's; conflict case.wrong_state, case.moved_meanwhile.
    Records: case.closed.
    """
    key = uuid5(NAMESPACE_URL, f"{case}/close")
    return append(
        stream=case,
        after=after,
        kind="case.closed",
        session=WORKER,
        facts={"result": "granted"},
        key=key,
    )
