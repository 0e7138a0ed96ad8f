"""Every check of an issued paper, by a file that this check refuses; unbent, the paper is genuine."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import certificate_kit as kit
from yimen.gateways.keystore import FileKeyStore
from yimen.jobs.keeper.certificate import make_witness
from yimen.jobs.keeper.issued_parts import Said
from yimen.jobs.keeper.issued_print import make_paper, print_paper, statement
from yimen.jobs.keeper.issued_words import says
from yimen.jobs.keeper.sign import seal_pdf
from yimen.pure.canonical import canonical
from yimen.pure.chain import Event
from yimen.pure.evidence import RECORD, Witness, write_record
from yimen.pure.issued import CONTENT, ISSUED
from yimen.pure.issued_verification import ISSUED_CHECKS, is_issued, verify_issued
from yimen.pure.trust import Trust
from yimen.pure.verification import NotGenuine
from yimen.pure.wording import FAILURES
from yimen.pure.workdays import Calendar
from yimen.pure.yuan import capitals, figures

AT = kit.AT + timedelta(hours=1)
WRITING = canonical({"version": 1, "reason": "属于消防事项", "where": "消防救援支队", "salt": "ab" * 16})


def refusal_chain(content: bytes = WRITING) -> list[Event]:
    parties = json.dumps({"parties": [kit.person(0).hex()]})
    held = json.dumps({"content": hashlib.sha256(content).hexdigest()})
    applicant: dict[str, Any] = {"login": "public", "role": "applicant", "hat": "applicant", "mark": kit.person(0)}
    clerk: dict[str, Any] = {"login": "counter", "role": "clerk", "hat": "counter", "mark": kit.person(1)}
    return kit.chained(
        [
            kit.blank(kind="case.submitted", facts=parties, **applicant),
            kit.blank(kind="case.counter_drawn", login="public", facts="{}"),
            kit.blank(kind="case.refused", facts=held, **clerk),
        ]
    )


def source_of(chain: list[Event]) -> dict[str, Any]:
    last = chain[-1]
    return {
        "kind": "refusal",
        "event": last.kind,
        "number": last.number,
        "stream": str(last.stream),
        "at": last.at.isoformat(),
        "facts": {},
        "today": "2026-11-20",
        "received": "2026-11-20",
        "case": "99010020261123000000100000000000000000000017",
        "item": {"code": "0001", "version": 3, "name_zh": "食品经营许可", "name_en": "Food business licence"},
        "body": {"basis_zh": "《食品安全法》第三十五条", "basis_en": "Food Safety Law, art. 35", "limits": {}},
        "agency": {"code": kit.AGENCY.code, "name_zh": kit.AGENCY.name, "name_en": "Market Regulation"},
        "city": {"name_zh": "示范市", "name_en": "Sample", "demonstration": True},
        "applicant": {"name_zh": "老灶台餐饮有限公司", "name_en": "Laozaotai", "code": None, "representative": None},
        "agent": None,
        "clerk": {"name": "某甲", "staff_no": "C01"},
        "writing": WRITING.decode(),
        "decision": None,
    }


class Forge:
    """Builds a paper step by step and lets any step be bent, with the demonstration's keys, as someone inside might."""

    def __init__(self, store: FileKeyStore) -> None:
        self.store = store
        self.chain = refusal_chain()
        self.source = source_of(self.chain)
        self.said: Said = says(self.source, days=Calendar())
        self.stated: dict[str, Any] = statement(source=self.source, number="示市监不予受〔2026〕1号", said=self.said)
        self.printed = self.stated
        self.content: bytes | None = WRITING
        self.seal = f"special/{kit.AGENCY.code}"
        self.witness: Callable[[Witness], Witness] = lambda witness: witness
        self.at = kit.AT + timedelta(minutes=1)

    def build(self) -> bytes:
        witness = self.witness(make_witness(chain=self.chain, keystore=self.store))
        parts = {ISSUED: canonical(self.stated), RECORD: write_record(events=self.chain, witness=witness)}
        if self.content is not None:
            parts[CONTENT] = self.content
        pdf = print_paper(
            stated=self.printed,
            said=self.said,
            attachments=parts,
            witness=witness,
            source=self.source,
            keystore=self.store,
            url=kit.VERIFY_URL,
            at=self.at,
        )
        return seal_pdf(pdf=pdf, store=self.store, name=self.seal, at=self.at, reason="test")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileKeyStore:
    return kit.make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def trust(store: FileKeyStore) -> Trust:
    return kit.trust_in(store)


def test_a_genuine_paper_says_what_it_is(store: FileKeyStore, trust: Trust) -> None:
    chain = refusal_chain()
    pdf = make_paper(
        source=source_of(chain),
        number="示市监不予受〔2026〕1号",
        chain=chain,
        days=Calendar(),
        keystore=store,
        verify_url=kit.VERIFY_URL,
        at=AT,
    )
    assert is_issued(pdf)
    found = verify_issued(body=pdf, trust=trust, at=AT)
    assert (found.issued.kind, found.issued.title_zh, found.issued.event) == ("refusal", "不予受理决定书", 3)
    assert found.seal.role == "special"
    verify_issued(body=Forge(store).build(), trust=trust, at=AT)


def bend(**parts: Any) -> Callable[[Forge], None]:
    def apply(forge: Forge) -> None:
        for name, value in parts.items():
            setattr(forge, name, value)

    return apply


def state(**parts: Any) -> Callable[[Forge], None]:
    """Say something else in the canonical text, and print it too."""

    def apply(forge: Forge) -> None:
        forge.stated = forge.printed = forge.stated | parts

    return apply


def other_words(forge: Forge) -> None:
    forge.content = WRITING.replace("属于消防事项".encode(), "不想办理此事".encode())


def written_anew(forge: Forge) -> None:
    """The text of the record, and something else printed: the reason is left out."""
    forge.content = canonical({"version": 1, "reason": "另有原因", "where": "消防救援支队", "salt": "ab" * 16})
    forge.chain = refusal_chain(forge.content)


def broken(forge: Forge) -> None:
    forge.chain = [replace(event, facts='{"x": 1}') if event.number == 2 else event for event in forge.chain]


def second_hat(forge: Forge) -> None:
    events = [replace(event, mark=kit.person(0)) if event.hat == "counter" else event for event in forge.chain]
    forge.chain = kit.chained(events)


def accepted_instead(forge: Forge) -> None:
    events = [replace(event, kind="case.accepted") if event.number == 3 else event for event in forge.chain]
    forge.chain = kit.chained(events)


FORGERIES: list[tuple[int, str, Callable[[Forge], None]]] = [
    (5, "not_a_seal", bend(seal=f"seal/{kit.SEAL.code}")),  # sealed with the seal for certificates
    (5, "not_a_seal", bend(seal=f"decision/{kit.AGENCY.code}")),
    (6, "paper_attachments_missing", bend(content=None)),
    (6, "paper_attachments_malformed", state(version=2)),
    (7, "seal_of_another_agency", bend(seal=f"special/{kit.OTHER_AGENCY.code}")),
    (8, "record_broken", broken),
    (8, "hats.same_person", second_hat),
    (9, "paper_of_another_event", accepted_instead),
    (9, "paper_of_another_event", state(event=2)),
    (9, "paper_sealed_too_early", bend(at=kit.AT - timedelta(minutes=1))),
    (10, "paper_of_another_text", other_words),
    (11, "not_witnessed", bend(witness=lambda one: replace(one, signature=one.signature[:-1] + b"\0"))),
    (11, "not_witnessed", bend(witness=lambda one: replace(one, number=2))),
    (
        12,
        "paper_printed_otherwise",
        lambda forge: setattr(forge, "printed", forge.stated | {"applicant": "另一家公司"}),
    ),
    (12, "paper_printed_otherwise", lambda forge: setattr(forge, "stated", forge.stated | {"issued_on": "2026-11-01"})),
    (12, "paper_printed_otherwise", written_anew),
]


@pytest.mark.parametrize(
    ("number", "code", "forge"), FORGERIES, ids=lambda value: str(getattr(value, "__name__", value))
)
def test_each_forgery_is_found_by_its_check(
    number: int, code: str, forge: Callable[[Forge], None], store: FileKeyStore, trust: Trust
) -> None:
    bent = Forge(store)
    forge(bent)
    with pytest.raises(NotGenuine) as failed:
        verify_issued(body=bent.build(), trust=trust, at=AT)
    assert (failed.value.number, failed.value.code) == (number, code)


def test_what_was_changed_afterwards_is_refused_as_for_a_certificate(store: FileKeyStore, trust: Trust) -> None:
    pdf = Forge(store).build()
    place = pdf.index(b"/Producer")
    for number, body in (
        (1, b"%PDF-1.7 nothing"),
        (2, pdf + b"\n% more"),
        (3, pdf[:place] + b"/Qroducer" + pdf[place + 9 :]),
    ):
        with pytest.raises(NotGenuine) as failed:
            verify_issued(body=body, trust=trust, at=AT)
        assert failed.value.number == number


def test_every_check_and_every_failure_has_words() -> None:
    assert all(zh and en for zh, en in ISSUED_CHECKS)
    assert {code for _, code, _ in FORGERIES} <= set(FAILURES)


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (105, "人民币壹元零伍分"),
        (30050, "人民币叁佰元伍角整"),
        (100100, "人民币壹仟零壹元整"),
        (1000000, "人民币壹万元整"),
        (10010000, "人民币壹拾万零壹佰元整"),
        (1680032, "人民币壹万陆仟捌佰元叁角贰分"),
        (100000500000, "人民币壹拾亿零伍仟元整"),
    ],
)
def test_amounts_in_capital_numerals(fen: int, said: str) -> None:
    assert capitals(fen) == said
    assert figures(30050) == "¥300.50"
