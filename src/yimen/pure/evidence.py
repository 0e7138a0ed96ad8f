"""
What a certificate carries with it: the decision, the agency's signature of it, and the record of its case.

Both texts are canonical JSON; whatever is missing, more, or of another kind is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from yimen.pure.canonical import NotCanonical, canonical, read_canonical
from yimen.pure.chain import Event
from yimen.pure.framing import frame, int8

DECISION = "decision.json"
SIGNATURE = "decision.sig"
RECORD = "record.json"
NAMES = (DECISION, SIGNATURE, RECORD)

EVENT_FIELDS = frozenset({"number", "kind", "at", "login", "role", "hat", "mark", "key", "facts", "prev", "hash"})
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"

NO_END = "长期"  # what is printed where there is no last day


class EvidenceMalformed(ValueError):
    """Evidence that is not written as it must be."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One line of what is granted: what is asked, in both languages, and what was answered."""

    zh: str
    en: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """
    A grant, as the agency signed it.

    A holder without code and representative is a person; without `valid_until` it holds until something ends it.
    """

    case: str
    stream: UUID
    item_zh: str
    item_en: str
    agency_code: str
    agency_zh: str
    agency_en: str
    holder: str
    credit_code: str
    representative: str
    type_zh: str
    type_en: str
    number: str
    valid_from: date
    valid_until: date | None
    decided_on: date
    scope: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True)
class Witness:
    """The record key's word that a stream had this head."""

    number: int
    hash: bytes
    signature: bytes


@dataclass(frozen=True, kw_only=True)
class Record:
    """The record of a case as a stranger may see it, and its witness."""

    stream: UUID
    events: tuple[Event, ...]
    witness: Witness


def witness_message(*, stream: UUID, number: int, head: bytes) -> bytes:
    """Return the bytes that the record key signs to witness the head of a stream."""
    return frame("yimen.witness.v1") + frame(stream.bytes) + frame(int8(number)) + frame(head)


def read_decision(body: bytes) -> Decision:
    """Refuses: EvidenceMalformed, if it is not canonical, not a grant, or a part is missing."""
    try:
        value = _object(read_canonical(body))
        if value["version"] != 1 or value["verdict"] != "granted" or len(bytes.fromhex(value["salt"])) < 16:
            raise EvidenceMalformed("not a grant of a version that is known")
        item, agency, holder = _object(value["item"]), _object(value["agency"]), _object(value["holder"])
        certificate = _object(value["certificate"])
        decision = Decision(
            case=_text(value["case"]),
            stream=UUID(value["stream"]),
            item_zh=_text(item["name_zh"]),
            item_en=_text(item["name_en"]),
            agency_code=_text(agency["code"]),
            agency_zh=_text(agency["name_zh"]),
            agency_en=_text(agency["name_en"]),
            holder=_text(holder["name"]),
            credit_code=_text(holder["credit_code"]),
            representative=_text(holder["representative"]),
            type_zh=_text(certificate["type_zh"]),
            type_en=_text(certificate["type_en"]),
            number=_text(certificate["number"]),
            valid_from=date.fromisoformat(value["valid_from"]),
            valid_until=None if value["valid_until"] is None else date.fromisoformat(value["valid_until"]),
            decided_on=date.fromisoformat(value["decided_on"]),
            scope=tuple(_said(one) for one in _list(value["scope"])),
        )
    except (NotCanonical, KeyError, TypeError, AttributeError, ValueError) as cause:
        raise EvidenceMalformed(f"decision: {cause}") from cause
    ends = decision.valid_until or date.max
    if str(decision.stream) != value["stream"] or ends < decision.valid_from or not decision.holder:
        raise EvidenceMalformed("decision: its stream, its holder or its dates cannot be")
    return decision


def write_record(*, events: Sequence[Event], witness: Witness) -> bytes:
    """Return the record of a case as it is attached to a certificate."""
    return canonical(
        {
            "version": 1,
            "stream": str(events[0].stream),
            "events": [_written(event) for event in events],
            "witness": {
                "number": witness.number,
                "hash": witness.hash.hex(),
                "signature": witness.signature.hex(),
            },
        }
    )


def read_record(body: bytes) -> Record:
    """Refuses: EvidenceMalformed, if it is not canonical or a part is missing, more or of another kind."""
    try:
        value = _object(read_canonical(body))
        if set(value) != {"version", "stream", "events", "witness"} or value["version"] != 1:
            raise EvidenceMalformed("a record of a version that is not known")
        stream = UUID(value["stream"])
        events = tuple(_event(_object(one), stream) for one in value["events"])
        witness = _object(value["witness"])
        record = Record(
            stream=stream,
            events=events,
            witness=Witness(
                number=_whole(witness["number"]),
                hash=bytes.fromhex(witness["hash"]),
                signature=bytes.fromhex(witness["signature"]),
            ),
        )
        again = write_record(events=events, witness=record.witness) if events else b""
    except (NotCanonical, KeyError, TypeError, AttributeError, ValueError) as cause:
        raise EvidenceMalformed(f"record: {cause}") from cause
    if again != body:
        raise EvidenceMalformed("record: not written as it must be")
    return record


def _written(event: Event) -> dict[str, object]:
    return {
        "number": event.number,
        "kind": event.kind,
        "at": event.at.astimezone(UTC).strftime(TIME),
        "login": event.login,
        "role": event.role,
        "hat": event.hat,
        "mark": event.mark.hex(),
        "key": str(event.key) if event.key else None,
        "facts": event.facts,
        "prev": event.prev.hex(),
        "hash": event.hash.hex(),
    }


def _event(value: dict[str, Any], stream: UUID) -> Event:
    if set(value) != EVENT_FIELDS:
        raise EvidenceMalformed("an event with other fields")
    return Event(
        stream=stream,
        number=_whole(value["number"]),
        kind=_text(value["kind"]),
        at=datetime.strptime(value["at"], TIME).replace(tzinfo=UTC),
        login=_text(value["login"]),
        role=_text(value["role"]),
        hat=_text(value["hat"]),
        mark=bytes.fromhex(value["mark"]),
        key=UUID(value["key"]) if value["key"] is not None else None,
        facts=_text(value["facts"]),
        prev=bytes.fromhex(value["prev"]),
        hash=bytes.fromhex(value["hash"]),
    )


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EvidenceMalformed("no object where one must be")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise EvidenceMalformed("no list where one must be")
    return value


def _said(value: object) -> Said:
    line = _object(value)
    if set(line) != {"zh", "en", "value"}:
        raise EvidenceMalformed("a line of the scope with other parts")
    return Said(zh=_text(line["zh"]), en=_text(line["en"]), value=_text(line["value"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise EvidenceMalformed("no text where there must be some")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise EvidenceMalformed("no number where one must be")
    return value
