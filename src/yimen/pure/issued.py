"""
The papers the law has an agency hand out on the way of a case: which event leads to which paper, and what a paper says.

A paper carries what it says as canonical JSON, the text it is about where a person wrote one, and the record up to its event.
The table of kinds stands in the database too (issued.sql), and a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from yimen.pure.canonical import NotCanonical, read_canonical
from yimen.pure.evidence import EvidenceMalformed
from yimen.pure.framing import frame, int8

ISSUED: Final = "issued.json"
CONTENT: Final = "content.json"
LICENCE: Final = "行政许可"

Kind = Literal[
    "receipt",
    "corrected_receipt",
    "correction",
    "acceptance",
    "deemed_acceptance",
    "not_required",
    "refusal",
    "grant",
    "denial",
    "fee_notice",
    "fee_receipt",
    "original_receipt",
    "original_return",
    "service",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    A kind of paper: its title, the events that lead to it, and the event that holds the hash of the text it is about
    ("" for a paper about no such text).
    """

    zh: str
    en: str
    events: tuple[str, ...]
    content: str = ""


PAPERS: Final[Mapping[Kind, Paper]] = {
    "receipt": Paper(
        zh="申请材料接收凭证", en="Receipt of application materials", events=("case.submitted", "case.taken")
    ),
    "corrected_receipt": Paper(
        zh="补正材料接收凭证",
        en="Receipt of corrected materials",
        events=("case.corrected", "case.corrected_at_window"),
    ),
    "correction": Paper(
        zh="申请材料补正告知书",
        en="Notice of what is to be corrected",
        events=("case.correction_asked",),
        content="case.correction_asked",
    ),
    "acceptance": Paper(zh="受理通知书", en="Notice of acceptance", events=("case.accepted",)),
    "deemed_acceptance": Paper(
        zh="受理通知书（视为受理）",
        en="Notice of acceptance by operation of law",
        events=("case.deemed_accepted",),
    ),
    "not_required": Paper(
        zh="不受理告知书",
        en="Notice that no licence is needed",
        events=("case.not_required",),
        content="case.not_required",
    ),
    "refusal": Paper(
        zh="不予受理决定书", en="Decision not to accept", events=("case.refused",), content="case.refused"
    ),
    "grant": Paper(
        zh="准予行政许可决定书",
        en="Decision to grant the licence",
        events=("case.grant_signed",),
        content="case.granted",
    ),
    "denial": Paper(
        zh="不予行政许可决定书", en="Decision to deny the licence", events=("case.denied",), content="case.denied"
    ),
    "fee_notice": Paper(zh="缴费通知书", en="Notice of fee", events=("fee.asked",)),
    "fee_receipt": Paper(zh="缴费凭证", en="Receipt of fee", events=("fee.paid",)),
    "original_receipt": Paper(zh="原件收存凭证", en="Receipt of originals", events=("original.taken",)),
    "original_return": Paper(zh="原件退还凭证", en="Return of originals", events=("original.returned",)),
    "service": Paper(
        zh="送达回证",
        en="Record of service",
        events=(
            "certificate.handed_over",
            "certificate.collected_late",
            "certificate.delivered",
            "certificate.arrival_noted",
        ),
    ),
}
KIND_OF: Final[Mapping[str, Kind]] = {event: kind for kind, paper in PAPERS.items() for event in paper.events}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One printed line: what it is, in both languages; what stands there; and the same in English, where that differs."""

    zh: str
    en: str
    value: str
    also: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a paper says; it was issued about one event of one case."""

    kind: Kind
    number: str
    title_zh: str
    title_en: str
    stream: UUID
    event: int
    case: str
    item_zh: str
    item_en: str
    agency_code: str
    agency_zh: str
    agency_en: str
    applicant: str
    issued_on: date
    lines: tuple[Line, ...]
    said: tuple[str, ...]


def issued_message(*, stream: UUID, event: int, kind: str, number: str, issued_on: date, content: bytes) -> bytes:
    """Return what the agency's key signs beside a paper: that exactly this file was issued about that event, under that number."""
    parts = (stream.bytes, int8(event), kind, number, issued_on.isoformat(), content)
    return b"".join(frame(part) for part in ("yimen.issued.v1", *parts))


def titles_of(kind: Kind, *, type_zh: str = LICENCE, type_en: str = "") -> tuple[str, str]:
    """The titles of a paper for a matter of this type: what is no licence is granted and denied under its own name."""
    paper = PAPERS[kind]
    if type_zh in ("", LICENCE) or LICENCE not in paper.zh:
        return paper.zh, paper.en
    verb = "grant" if kind == "grant" else "deny"
    return paper.zh.replace(LICENCE, type_zh), f"Decision to {verb} what was applied for ({type_en})"


def read_issued(body: bytes) -> Issued:
    """Refuses: EvidenceMalformed, if it is not canonical, or a part is missing, more or of another kind."""
    try:
        value = _parts(read_canonical(body), _FIELDS)
        item, agency = _parts(value["item"], _ITEM), _parts(value["agency"], _AGENCY)
        if value["version"] != 1 or value["kind"] not in PAPERS or not isinstance(value["event"], int):
            raise EvidenceMalformed("issued: of a version or a kind that is not known")
        issued = Issued(
            kind=value["kind"],
            number=_text(value["number"]),
            title_zh=_text(value["title_zh"]),
            title_en=_text(value["title_en"]),
            stream=UUID(value["stream"]),
            event=value["event"],
            case=_text(value["case"]),
            item_zh=_text(item["name_zh"]),
            item_en=_text(item["name_en"]),
            agency_code=_text(agency["code"]),
            agency_zh=_text(agency["name_zh"]),
            agency_en=_text(agency["name_en"]),
            applicant=_text(value["applicant"]),
            issued_on=date.fromisoformat(value["issued_on"]),
            lines=tuple(_line(one) for one in value["lines"]),
            said=tuple(_text(one) for one in value["said"]),
        )
    except (NotCanonical, KeyError, TypeError, AttributeError, ValueError) as cause:
        raise EvidenceMalformed(f"issued: {cause}") from cause
    if str(issued.stream) != value["stream"] or not issued.number or not issued.applicant:
        raise EvidenceMalformed("issued: its stream, its number or its applicant cannot be")
    return issued


_FIELDS: Final = frozenset(
    {
        *("version", "kind", "number", "title_zh", "title_en", "stream", "event", "case", "item", "agency"),
        *("applicant", "issued_on", "lines", "said"),
    }
)
_ITEM: Final = frozenset({"code", "version", "name_zh", "name_en"})
_AGENCY: Final = frozenset({"code", "name_zh", "name_en"})
_LINE: Final = frozenset({"zh", "en", "value", "also"})


def _parts(value: object, fields: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != fields:
        raise EvidenceMalformed("issued: other parts than a paper has")
    return value


def _line(value: object) -> Line:
    line = _parts(value, _LINE)
    return Line(**{name: _text(text) for name, text in line.items()})


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise EvidenceMalformed("issued: no text where there must be some")
    return value
