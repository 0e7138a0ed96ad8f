"""
Whether an issued paper is genuine: twelve numbered checks over nothing but its bytes and the public trust.

As for certificates: no network, no database, no clock of its own.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yimen.pure.chain import ChainBroken, Event, check_chain
from yimen.pure.evidence import RECORD, EvidenceMalformed, Record, read_record
from yimen.pure.issued import CONTENT, ISSUED, PAPERS, Issued, read_issued
from yimen.pure.lawful import Unlawful, check_different_people, facts_of
from yimen.pure.signed_pdf import SignedPdf, Signer, Unreadable, attachments, open_signed, squeezed, visible_pages
from yimen.pure.trust import Subject, Trust
from yimen.pure.verification import NotGenuine, check_seal, check_sealed_whole, check_witnessed
from yimen.pure.wording import CHECKS
from yimen.pure.yuan import figures

MARK: Final = "〔核验 Verify〕"  # begins the foot of each page
ISSUED_CHECKS: Final[tuple[tuple[str, str], ...]] = (
    *CHECKS[:4],
    (
        "印章证书由可信根签发，为文书专用章，时间有效，未被撤销",
        "The seal's certificate is trusted, for a special seal, in time and not revoked",
    ),
    (
        "文书内容、所依据的文字和办理记录齐全且规范",
        "What it says, the text it is about and the record are attached and well written",
    ),
    ("专用章属于出具文书的机关", "The special seal belongs to the agency that issued it"),
    CHECKS[8],
    ("办理记录止于引起本文书的事件", "The record ends with the event that led to this paper"),
    ("所依据的文字与办理记录一致", "The text it is about is the one the record holds the hash of"),
    ("办理记录经记录密钥见证", "The record's key witnessed the record"),
    ("纸面所载与文书内容一致", "What is printed is what it says"),
)


@dataclass(frozen=True, kw_only=True)
class GenuinePaper:
    """What a genuine paper says; every part of it lay under the seal."""

    issued: Issued
    body: bytes
    seal: Subject
    signed_at: datetime
    demonstration: bool
    events: int
    head: bytes


def is_issued(body: bytes) -> bool:
    """Whether a file says of itself that it is an issued paper; nothing is checked."""
    try:
        return any(name == ISSUED for name, _ in attachments(open_signed(body)))
    except Unreadable:
        return False


def verify_issued(*, body: bytes, trust: Trust, at: datetime) -> GenuinePaper:
    """
    Return what an issued paper says, if and only if every check passes.

    1. to 4. as for a certificate: one signature over the whole file, intact, no change permitted
    5. the seal's certificate is from the trusted root, for a special seal (never one for certificates), valid when it was
       used, and not revoked
    6. what the paper says and the record are attached, and the text it is about if there is one; once each, and well written
    7. the special seal belongs to the agency that the paper names
    8. the record is whole: each event holds the hash of the one before, and nobody wore two hats
    9. the record is that of the paper's case and ends with the paper's event, which leads to a paper of this kind
    10. the text or decision the paper is about is the one whose hash the record holds, and the amount is the record's
    11. the record's key witnessed the record up to that event
    12. what is printed is what the paper says

    A check sees only what the checks before it have proved. Anything unforeseen fails.

    Refuses: NotGenuine, naming the first check that failed.
    """
    pdf, signer = check_sealed_whole(body)  # 1 to 4
    seal = check_seal(signer, trust, at, role="special")  # 5
    parts, issued, record = _check_6_attachments(pdf)
    if seal.agency_code != issued.agency_code:
        raise NotGenuine(7, "seal_of_another_agency")
    _check_8_record_whole(record)
    _check_9_event(issued, record, signer)
    _check_10_content(issued, record, parts)
    check_witnessed(record, trust, check=11)
    _check_12_printed(pdf, issued, parts.get(CONTENT))
    return GenuinePaper(
        issued=issued,
        body=parts[ISSUED],
        seal=seal,
        signed_at=signer.signed_at,
        demonstration=trust.demonstration,
        events=len(record.events),
        head=record.witness.hash,
    )


def _check_6_attachments(pdf: SignedPdf) -> tuple[dict[str, bytes], Issued, Record]:
    try:
        found = attachments(pdf)
    except Unreadable as cause:
        raise NotGenuine(6, "paper_attachments_missing", str(cause)) from cause
    parts = dict(found)
    if len(parts) != len(found) or not {ISSUED, RECORD} <= parts.keys() <= {ISSUED, RECORD, CONTENT}:
        raise NotGenuine(6, "paper_attachments_missing")
    try:
        issued, record = read_issued(parts[ISSUED]), read_record(parts[RECORD])
    except EvidenceMalformed as cause:
        raise NotGenuine(6, "paper_attachments_malformed", str(cause)) from cause
    if bool(PAPERS[issued.kind].content) != (CONTENT in parts):
        raise NotGenuine(6, "paper_attachments_missing")
    return parts, issued, record


def _check_8_record_whole(record: Record) -> None:
    try:
        check_chain(record.events)
        check_different_people(record.events)
    except ChainBroken as cause:
        raise NotGenuine(8, "record_broken", str(cause)) from cause
    except Unlawful as cause:
        raise NotGenuine(8, cause.code, str(cause)) from cause


def _check_9_event(issued: Issued, record: Record, signer: Signer) -> None:
    last = record.events[-1]
    if (record.stream, last.number) != (issued.stream, issued.event) or last.kind not in PAPERS[issued.kind].events:
        raise NotGenuine(9, "paper_of_another_event")
    # The PDF states whole seconds: the second of the event is not too early.
    if signer.signed_at < last.at.replace(microsecond=0):
        raise NotGenuine(9, "paper_sealed_too_early")


def _check_10_content(issued: Issued, record: Record, parts: Mapping[str, bytes]) -> None:
    holds = PAPERS[issued.kind].content
    if holds:
        held = [facts_of(event).get("content") for event in record.events if event.kind == holds]
        if held != [hashlib.sha256(parts[CONTENT]).hexdigest()]:
            raise NotGenuine(10, "paper_of_another_text")
    stated = [one.value for one in issued.lines]
    if any(not any(words in value for value in stated) for words in _owed(record.events[-1])):
        raise NotGenuine(10, "paper_of_another_text")


def _owed(event: Event) -> Iterator[str]:
    """The amount that a paper about a fee must name."""
    amount = facts_of(event).get("amount")
    if event.kind in ("fee.asked", "fee.paid") and isinstance(amount, int):
        yield figures(amount)


def _check_12_printed(pdf: SignedPdf, issued: Issued, content: bytes | None) -> None:
    try:
        text = _without_feet(visible_pages(pdf))
        written = list(_written(json.loads(content))) if content else []
    except (Unreadable, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise NotGenuine(12, "paper_printed_otherwise", str(cause)) from cause
    lines = [word for one in issued.lines for word in (one.zh, one.en, one.value, one.also)]
    day = issued.issued_on
    head = (
        issued.number,
        issued.title_zh,
        issued.agency_zh,
        f"{issued.applicant}：",
        f"{day.year}年{day.month}月{day.day}日",
    )
    if any(squeezed(one) not in text for one in (*head, *lines, *issued.said, *written)):
        raise NotGenuine(12, "paper_printed_otherwise")


def _without_feet(pages: Sequence[str]) -> str:
    """The text of all pages one after the other, without what stands at the foot of each."""
    return "".join(page.split(squeezed(MARK))[0] for page in pages)


def _written(content: dict[str, Any]) -> Iterator[str]:
    """Whatever a person wrote in the text or decision a paper is about: all of it is printed."""
    for one in content.get("items", []):
        yield one["what"]
    yield from (content[name] for name in ("reason", "where") if name in content)
    if content.get("verdict") == "denied":
        yield from (one["why"] for one in content["reasons"])
    if content.get("verdict") == "granted":
        yield content["certificate"]["number"]
        yield content["holder"]["name"]
        yield from (one["value"] for one in content["scope"])
