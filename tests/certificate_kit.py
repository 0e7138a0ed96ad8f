"""
A sample case and its keys, for tests of certificates: lawful by default, and bent by whoever forges.

Nothing here touches a database: the record is a list of events, hashed as the database hashes them.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from yimen.gateways.authority import Agency, Seal, found_demonstration_ca, trust
from yimen.gateways.keystore import FileKeyStore
from yimen.jobs.keeper.render import SealImage, render
from yimen.jobs.keeper.sign import seal_pdf
from yimen.pure.canonical import canonical
from yimen.pure.chain import FIRST_PREV, Event, event_hash, mark
from yimen.pure.evidence import DECISION, RECORD, SIGNATURE, Witness, witness_message, write_record
from yimen.pure.lawful import CUSTODY, MOVES
from yimen.pure.trust import Trust, read_trust

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
STREAM = UUID("0192f3a0-0000-7000-8000-000000000001")
AGENCY = Agency(code="A01", name="示范市市场监督管理局")
OTHER_AGENCY = Agency(code="A02", name="示范市卫生健康局")
SEAL = Seal(code="S01", name="行政审批专用章", agency_code=AGENCY.code, agency_name=AGENCY.name)
OTHER_SEAL = Seal(code="S02", name="行政审批专用章", agency_code=OTHER_AGENCY.code, agency_name=OTHER_AGENCY.name)
VERIFY_URL = "https://yimen.example/verify"


def make_keys(folder: Path) -> FileKeyStore:
    store = FileKeyStore(folder)
    found_demonstration_ca(store, agencies=[AGENCY, OTHER_AGENCY], seals=[SEAL, OTHER_SEAL], at=AT)
    return store


def trust_in(store: FileKeyStore) -> Trust:
    return read_trust(trust(store))


def decision_of(**changes: Any) -> dict[str, Any]:
    decision: dict[str, Any] = {
        "version": 1,
        "case": "99010020261123000000100000000000000000000017",
        "stream": str(STREAM),
        "item": {
            "code": "000131010000",
            "version": 3,
            "name_zh": "食品经营许可（餐饮服务，新办）",
            "name_en": "Food business licence (catering, new)",
        },
        "agency": {
            "code": AGENCY.code,
            "name_zh": AGENCY.name,
            "name_en": "Demonstration City Administration for Market Regulation",
        },
        "verdict": "granted",
        "holder": {
            "name": "示范市南湖区老灶台餐饮有限公司",
            "credit_code": "91990100MA00000X1A",
            "representative": "龍文䶮",
        },
        "certificate": {
            "type_zh": "食品经营许可证",
            "type_en": "Food Business Licence",
            "number": "JY29901040000017",
        },
        "scope": [
            {"zh": "经营场所", "en": "Business premises", "value": "示范市南湖区人民大街 1088 号一层 103 室"},
            {"zh": "主体业态", "en": "Type of business", "value": "餐饮服务经营者（中型餐馆）"},
            {"zh": "经营项目", "en": "Scope of business", "value": "热食类食品制售；冷食类食品制售；自制饮品制售"},
        ],
        "valid_from": "2026-11-20",
        "valid_until": "2031-11-19",
        "basis": "《中华人民共和国食品安全法》第三十五条",
        "decided_on": "2026-11-20",
        "salt": "00112233445566778899aabbccddeeff",
    }
    return decision | changes


# The straight way of a case: each step, and the draw before it.
STRAIGHT = (
    ("case.submitted", ""),
    ("case.accepted", "case.counter_drawn"),
    ("case.examined", "case.examiner_drawn"),
    ("case.granted", "case.decider_drawn"),
    ("case.grant_signed", ""),
    ("certificate.made", "case.maker_drawn"),
    ("certificate.released", "certificate.first_custodian_drawn"),
    ("certificate.released_again", "certificate.second_custodian_drawn"),
)


def person(place: int) -> bytes:
    """The mark of whoever does the step at this place of the straight way."""
    return mark(stream=STREAM, person=UUID(int=0x1000 + place))


def lawful_chain(body: bytes, *, seal: str = SEAL.code) -> list[Event]:
    """A chain of every step and its draw, with a person of its own for each hat."""
    events: list[Event] = []
    content = hashlib.sha256(body).hexdigest()
    named: dict[str, dict[str, object]] = {
        "case.submitted": {"parties": [person(0).hex()], "form": "00" * 32},
        "case.examined": {"finding": "meets"},
        "case.granted": {"content": content},
        **{kind: {"decision": content, "seal": seal} for kind in CUSTODY},
    }
    before = "public"
    for place, (kind, draw) in enumerate(STRAIGHT):
        move = MOVES[kind]
        who = person(place) if move.hat else b""
        if draw:
            events.append(blank(kind=draw, login=before, facts=json.dumps({"mark": who.hex()})))
        facts = json.dumps(named.get(kind, {}))
        events.append(blank(kind=kind, login=move.login, role=move.role, hat=move.hat, mark=who, facts=facts))
        before = move.login
    return chained(events)


def blank(*, kind: str, login: str, role: str = "", hat: str = "", mark: bytes = b"", facts: str = "{}") -> Event:
    return Event(
        stream=STREAM,
        number=1,
        kind=kind,
        at=AT,
        login=login,
        role=role,
        hat=hat,
        mark=mark,
        facts=facts,
        prev=b"",
        hash=b"",
    )


def chained(events: Sequence[Event]) -> list[Event]:
    """The same events, numbered, timed and hashed one after the other."""
    made: list[Event] = []
    prev = FIRST_PREV
    for number, event in enumerate(events, start=1):
        at = AT - timedelta(minutes=len(events) - number)
        fresh = replace(event, number=number, at=at, prev=prev, hash=b"")
        made.append(replace(fresh, hash=event_hash(fresh)))
        prev = made[-1].hash
    return made


class Forge:
    """
    Builds a certificate step by step and lets any step be bent; unbent, the result is genuine.

    It has the demonstration keys, as someone inside might, and skips every check the keeper makes.
    """

    def __init__(self, store: FileKeyStore) -> None:
        self.store = store
        self.decision = decision_of()
        self.printed = self.decision
        self.body = canonical(self.decision)
        self.chain = lawful_chain(self.body)
        self.decision_key = f"decision/{AGENCY.code}"
        self.seal = f"seal/{SEAL.code}"
        self.seal_store = store
        self.witness_key = "record"
        self.witnessed: Event | None = None
        self.more: dict[str, bytes] = {}
        self.record: Callable[[bytes], bytes] = lambda record: record
        self.before_sealing: Callable[[bytes], bytes] = lambda pdf: pdf
        self.sealing: Callable[..., bytes] = seal_pdf
        self.at = AT + timedelta(minutes=1)

    def decide(self, decision: dict[str, Any]) -> None:
        """Take another decision through the same lawful case, and print it as it is."""
        self.decision = self.printed = decision
        self.body = canonical(decision)
        self.chain = lawful_chain(self.body)

    def build(self) -> bytes:
        head = self.witnessed or self.chain[-1]
        message = witness_message(stream=head.stream, number=head.number, head=head.hash)
        witness = Witness(number=head.number, hash=head.hash, signature=self.store.sign(self.witness_key, message))
        parts = {
            DECISION: self.body,
            SIGNATURE: self.store.sign(self.decision_key, self.body),
            RECORD: self.record(write_record(events=self.chain, witness=witness)),
        }
        pdf = render(
            decision=self.printed,
            attachments={name: body for name, body in (parts | self.more).items() if body},
            head_number=head.number,
            head_hash=head.hash,
            seal=SealImage(arc=AGENCY.name, base=SEAL.name),
            demonstration=True,
            verify_url=VERIFY_URL,
            at=self.at,
        )
        return self.sealing(
            pdf=self.before_sealing(pdf), store=self.seal_store, name=self.seal, at=self.at, reason="test"
        )


def changed(value: Mapping[str, Any], **parts: Mapping[str, Any]) -> dict[str, Any]:
    """A decision with parts of its parts changed."""
    return {**value, **{name: {**value[name], **part} for name, part in parts.items()}}
