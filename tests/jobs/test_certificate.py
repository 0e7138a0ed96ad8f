"""The certificate: made only when due, to both standards, and found valid by a program that is not ours."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import certificate_kit as kit
from yimen.gateways.keystore import FileKeyStore
from yimen.jobs.keeper.certificate import make_certificate, sign_grant
from yimen.jobs.keeper.check import NotDue, due_grant
from yimen.jobs.keeper.render import CannotRender
from yimen.jobs.keeper.typeface import CharacterMissing
from yimen.pure.canonical import canonical
from yimen.pure.chain import Event
from yimen.pure.verification import verify


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileKeyStore:
    return kit.make_keys(tmp_path_factory.mktemp("keys"))


def until(kind: str, body: bytes) -> list[Event]:
    events = kit.lawful_chain(body)
    return events[: [event.kind for event in events].index(kind) + 1]


def make(store: FileKeyStore, decision: dict[str, object], *, seal_code: str = "S01") -> bytes:
    body = canonical(decision)
    signature = sign_grant(decision_body=body, chain=until("case.granted", body), keystore=store)
    return make_certificate(
        decision_body=body,
        decision_signature=signature,
        chain=kit.lawful_chain(body, seal=seal_code),
        seal_code=seal_code,
        keystore=store,
        verify_url=kit.VERIFY_URL,
        at=kit.AT,
    )


def run(*command: str) -> str:
    found = shutil.which(command[0])
    assert found, f"{command[0]} is needed: install poppler-utils"
    return subprocess.run([found, *command[1:]], check=True, capture_output=True, text=True).stdout


def test_another_program_finds_the_signature_valid(store: FileKeyStore, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(make(store, kit.decision_of()))

    said = run("pdfsig", str(path))

    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "Nov 20 2026" in said


def test_it_is_pdf_a_3a_and_pdf_ua_1_with_subsets_of_its_fonts(store: FileKeyStore, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(make(store, kit.decision_of()))

    described, fonts = run("pdfinfo", "-meta", str(path)), run("pdffonts", str(path)).splitlines()[2:]

    for part in ('pdfaid:part="3"', 'pdfaid:conformance="A"', 'pdfuaid:part="1"', "dc:title"):
        assert part in described
    assert "Tagged:          yes" in run("pdfinfo", str(path))
    assert "Pages:           1" in run("pdfinfo", str(path))
    assert fonts
    assert all("+NotoSerifSC" in font and " yes yes yes" in font for font in fonts)
    assert "龍文䶮" in run("pdftotext", str(path), "-")
    assert sorted(line.split()[-1] for line in run("pdfdetach", "-list", str(path)).splitlines()[1:]) == [
        "decision.json",
        "decision.sig",
        "record.json",
    ]


@pytest.mark.parametrize(
    ("name", "code_point"), [("𠮷野家餐饮店", "U+20BB7"), ("甲\u202e乙", "U+202E"), ("甲\u200b", "U+200B")]
)
def test_a_character_no_font_has_stops_it_and_is_named(name: str, code_point: str, store: FileKeyStore) -> None:
    with pytest.raises(CharacterMissing) as refused:
        make(store, kit.changed(kit.decision_of(), holder={"name": name}))
    assert refused.value.code_point == code_point


def test_long_texts_fit_smaller_and_too_long_ones_are_refused(store: FileKeyStore) -> None:
    def with_items(count: int) -> dict[str, object]:
        line = {
            "zh": "经营项目",
            "en": "Scope of business",
            "value": "；".join(["热食类食品制售（含网络经营）"] * count),
        }
        return kit.decision_of() | {"scope": [line]}

    assert verify(body=make(store, with_items(30)), trust=kit.trust_in(store), at=kit.AT)
    with pytest.raises(CannotRender):
        make(store, with_items(900))


def test_markup_in_a_name_is_printed_and_not_obeyed(store: FileKeyStore) -> None:
    name = '#panic("x") $x$ *甲* _乙_ \\u{41} <a> @b `c` "d" // e'
    made = make(store, kit.changed(kit.decision_of(), holder={"name": name}))

    assert verify(body=made, trust=kit.trust_in(store), at=kit.AT).decision.holder == name


def test_the_seal_of_another_agency_is_not_used(store: FileKeyStore) -> None:
    with pytest.raises(NotDue, match="seal_of_another_agency"):
        make(store, kit.decision_of(), seal_code="S02")


def test_a_seal_that_the_custodians_did_not_name_is_not_used(store: FileKeyStore) -> None:
    body = canonical(kit.decision_of())
    with pytest.raises(NotDue, match="seal_not_released"):
        make_certificate(
            decision_body=body,
            decision_signature=store.sign("decision/A01", body),
            chain=kit.lawful_chain(body, seal="S09"),
            seal_code="S01",
            keystore=store,
            verify_url=kit.VERIFY_URL,
            at=kit.AT,
        )


def test_a_grant_is_signed_at_its_time_only(store: FileKeyStore) -> None:
    body = canonical(kit.decision_of())
    assert due_grant(events=until("case.granted", body), decision_body=body).number == "JY29901040000017"

    refused: dict[str, Callable[[], list[Event]]] = {
        "record.incomplete": lambda: until("case.examined", body),
        "record.unlawful_order": lambda: until("certificate.made", body),
        "record.other_decision": lambda: until("case.granted", canonical(kit.decision_of(salt="ff" * 16))),
        "keeper.chain_broken": lambda: until("case.granted", body)[1:],
    }
    for code, events in refused.items():
        with pytest.raises(NotDue) as not_due:
            due_grant(events=events(), decision_body=body)
        assert not_due.value.code == code


def test_a_certificate_needs_the_agencys_own_signature(store: FileKeyStore) -> None:
    body = canonical(kit.decision_of())
    with pytest.raises(NotDue, match="grant_not_signed"):
        make_certificate(
            decision_body=body,
            decision_signature=store.sign("decision/A02", body),
            chain=kit.lawful_chain(body),
            seal_code="S01",
            keystore=store,
            verify_url=kit.VERIFY_URL,
            at=kit.AT,
        )
