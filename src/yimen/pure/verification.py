"""
Whether a certificate is genuine: fourteen numbered checks over nothing but its bytes and the public trust.

No network, no database, no clock of its own: anyone can do it, anywhere, with the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from yimen.pure.canonical import NotCanonical, read_canonical
from yimen.pure.chain import ChainBroken, Event, check_chain
from yimen.pure.evidence import (
    DECISION,
    NAMES,
    NO_END,
    RECORD,
    SIGNATURE,
    Decision,
    EvidenceMalformed,
    Record,
    read_decision,
    read_record,
    witness_message,
)
from yimen.pure.lawful import RELEASED_AGAIN, Unlawful, check_different_people, check_order, check_same_decision
from yimen.pure.signed_pdf import (
    SignedPdf,
    Signer,
    Unreadable,
    attachments,
    covers_whole_file,
    intact_signer,
    keywords,
    open_signed,
    permits_no_change,
    squeezed,
    visible_text,
)
from yimen.pure.trust import (
    Subject,
    Trust,
    TrustMalformed,
    agency_has_signed,
    has_signed,
    is_issued_by,
    is_valid_at,
    subject_of,
)
from yimen.pure.wording import CHECKS, FAILURES

CITY_ZONE = timezone(timedelta(hours=8))


class NotGenuine(ValueError):
    """The first check that a certificate failed, in words."""

    def __init__(self, number: int, code: str, detail: str = "") -> None:
        self.number = number
        self.code = code
        self.detail = detail
        self.message_zh, self.message_en = FAILURES[code]
        super().__init__(f"check {number}: {self.message_en}")


@dataclass(frozen=True, kw_only=True)
class Genuine:
    """What a genuine certificate says; every part of it lay under the signature."""

    decision: Decision
    body: bytes
    seal: Subject
    signed_at: datetime
    demonstration: bool
    steps: tuple[Event, ...]
    events: int
    head: bytes


def verify(*, body: bytes, trust: Trust, at: datetime) -> Genuine:
    """
    Return what a certificate says, if and only if every check passes.

    1. it is a PDF that can be read, with exactly one signature
    2. the signature covers the whole file: nothing was added before, within or after
    3. the bytes are those that were signed
    4. it is certified, and no change is permitted
    5. the seal's certificate is from the trusted root, for a seal, valid when it was used, and not revoked
    6. the decision, its signature and the record are attached, once each, and well written
    7. the agency that decided signed the decision, with a key that the root certified for it
    8. the seal belongs to the agency that decided
    9. the record is whole: each event holds the hash of the one before
    10. the record tells a lawful case: every step by whom chance drew, corrected once at most, granted with exactly this
        decision after a finding that the conditions are met, paid for, signed, made and released by two, not withdrawn
    11. nobody wore two hats, the parties none but their own
    12. the record's key witnessed the record up to its last event
    13. what is printed is what was decided
    14. it is valid at the given time

    A check sees only what the checks before it have proved. Anything unforeseen fails.

    Refuses: NotGenuine, naming the first check that failed.
    """
    pdf, signer = check_sealed_whole(body)  # 1 to 4
    seal = check_seal(signer, trust, at, role="seal")  # 5
    parts, decision, record = _check_6_attachments(pdf)
    _check_7_decision_signed(parts, decision, trust)
    _check_8_seal_of_the_agency(seal, decision)
    _check_9_record_whole(record)
    steps = _check_10_lawful(parts, decision, record, signer)
    _check_11_different_people(record)
    check_witnessed(record, trust, check=12)
    _check_13_printed(pdf, decision)
    _check_14_in_force(decision, at)
    return Genuine(
        decision=decision,
        body=parts[DECISION],
        seal=seal,
        signed_at=signer.signed_at,
        demonstration=trust.demonstration,
        steps=steps,
        events=len(record.events),
        head=record.witness.hash,
    )


def printed_subset(decision: Decision) -> dict[str, str]:
    """What a certificate repeats in its metadata for machines; check 13 compares it."""
    return {
        "number": decision.number,
        "holder": decision.holder,
        "credit_code": decision.credit_code,
        "agency": decision.agency_code,
        "valid_from": decision.valid_from.isoformat(),
        "valid_until": decision.valid_until.isoformat() if decision.valid_until else "",
    }


def check_sealed_whole(body: bytes) -> tuple[SignedPdf, Signer]:
    """Checks 1 to 4, of a certificate as of any sealed paper. Refuses: NotGenuine."""
    pdf = _check_1_one_signature(body)
    _check_2_whole_file(pdf)
    signer = _check_3_intact(pdf)
    _check_4_certified(pdf)
    return pdf, signer


def _check_1_one_signature(body: bytes) -> SignedPdf:
    try:
        return open_signed(body)
    except Unreadable as cause:
        raise NotGenuine(1, "not_one_signature", str(cause)) from cause


def _check_2_whole_file(pdf: SignedPdf) -> None:
    try:
        covered = covers_whole_file(pdf)
    except Unreadable as cause:
        raise NotGenuine(2, "not_all_covered", str(cause)) from cause
    if not covered:
        raise NotGenuine(2, "not_all_covered")


def _check_3_intact(pdf: SignedPdf) -> Signer:
    try:
        return intact_signer(pdf)
    except Unreadable as cause:
        raise NotGenuine(3, "not_intact", str(cause)) from cause


def _check_4_certified(pdf: SignedPdf) -> None:
    try:
        certified = permits_no_change(pdf)
    except Unreadable as cause:
        raise NotGenuine(4, "changes_permitted", str(cause)) from cause
    if not certified:
        raise NotGenuine(4, "changes_permitted")


def check_seal(signer: Signer, trust: Trust, at: datetime, *, role: str) -> Subject:
    """Check 5: a seal for certificates seals nothing else, and a special seal no certificate. Refuses: NotGenuine."""
    if not is_issued_by(signer.certificate, trust.root):
        raise NotGenuine(5, "seal_not_trusted")
    try:
        seal = subject_of(signer.certificate)
    except TrustMalformed as cause:
        raise NotGenuine(5, "not_a_seal", str(cause)) from cause
    if seal.role != role:
        raise NotGenuine(5, "not_a_seal", seal.role)
    if signer.signed_at > at:
        raise NotGenuine(5, "sealed_in_the_future")
    if not is_valid_at(signer.certificate, signer.signed_at) or not is_valid_at(trust.root, signer.signed_at):
        raise NotGenuine(5, "seal_out_of_time")
    if signer.certificate.serial_number in trust.revoked:
        raise NotGenuine(5, "seal_revoked")
    return seal


def _check_6_attachments(pdf: SignedPdf) -> tuple[dict[str, bytes], Decision, Record]:
    try:
        found = attachments(pdf)
    except Unreadable as cause:
        raise NotGenuine(6, "attachments_missing", str(cause)) from cause
    if sorted(name for name, _ in found) != sorted(NAMES):
        raise NotGenuine(6, "attachments_missing")
    parts = dict(found)
    try:
        return parts, read_decision(parts[DECISION]), read_record(parts[RECORD])
    except EvidenceMalformed as cause:
        raise NotGenuine(6, "attachments_malformed", str(cause)) from cause


def _check_7_decision_signed(parts: Mapping[str, bytes], decision: Decision, trust: Trust) -> None:
    signature, data = parts[SIGNATURE], parts[DECISION]
    if not agency_has_signed(trust, agency_code=decision.agency_code, signature=signature, data=data):
        raise NotGenuine(7, "decision_not_signed")


def _check_8_seal_of_the_agency(seal: Subject, decision: Decision) -> None:
    if seal.agency_code != decision.agency_code:
        raise NotGenuine(8, "seal_of_another_agency")


def _check_9_record_whole(record: Record) -> None:
    try:
        check_chain(record.events)
    except ChainBroken as cause:
        raise NotGenuine(9, "record_broken", str(cause)) from cause


def _check_10_lawful(
    parts: Mapping[str, bytes], decision: Decision, record: Record, signer: Signer
) -> tuple[Event, ...]:
    if record.stream != decision.stream:
        raise NotGenuine(10, "record.other_decision")
    try:
        steps = check_order(events=record.events, last=RELEASED_AGAIN)
        check_same_decision(steps=steps, decision_body=parts[DECISION])
    except Unlawful as cause:
        raise NotGenuine(10, cause.code, str(cause)) from cause
    # The PDF states whole seconds: the second in which the seal was released again is not too early.
    released = max(event.at for event in steps if event.kind == RELEASED_AGAIN)
    if signer.signed_at < released.replace(microsecond=0):
        raise NotGenuine(10, "record.sealed_too_early")
    return steps


def _check_11_different_people(record: Record) -> None:
    try:
        check_different_people(record.events)
    except Unlawful as cause:
        raise NotGenuine(11, cause.code, str(cause)) from cause


def check_witnessed(record: Record, trust: Trust, *, check: int) -> None:
    """Check 12, of a certificate as of any paper that carries a record. Refuses: NotGenuine."""
    witness = record.witness
    if (witness.number, witness.hash) != (record.events[-1].number, record.events[-1].hash):
        raise NotGenuine(check, "not_witnessed", "the witness is of another head")
    message = witness_message(stream=record.stream, number=witness.number, head=witness.hash)
    for certificate in trust.record:
        certified = is_issued_by(certificate, trust.root) and certificate.serial_number not in trust.revoked
        try:
            meant = subject_of(certificate).role == "record"
        except TrustMalformed:
            continue
        if certified and meant and has_signed(certificate, signature=witness.signature, data=message):
            return
    raise NotGenuine(check, "not_witnessed")


def _check_13_printed(pdf: SignedPdf, decision: Decision) -> None:
    try:
        stated = read_canonical(keywords(pdf).encode())
        text = visible_text(pdf)
    except (Unreadable, NotCanonical) as cause:
        raise NotGenuine(13, "printed_otherwise", str(cause)) from cause
    until = decision.valid_until
    ends = (until.isoformat(), f"{until.year}年{until.month}月{until.day}日") if until else (NO_END,)
    shown = (decision.number, decision.holder, *ends, *(line.value for line in decision.scope))
    if stated != printed_subset(decision) or any(squeezed(one) not in text for one in shown):
        raise NotGenuine(13, "printed_otherwise")


def _check_14_in_force(decision: Decision, at: datetime) -> None:
    today = at.astimezone(CITY_ZONE).date()
    if today < decision.valid_from:
        raise NotGenuine(14, "not_yet_valid")
    if decision.valid_until and today > decision.valid_until:
        raise NotGenuine(14, "expired")


__all__ = ["CHECKS", "Genuine", "NotGenuine", "printed_subset", "verify"]
