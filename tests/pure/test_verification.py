"""Every check of a certificate, by a file that only this check refuses: with the check silenced, all the others pass."""

import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata

import certificate_kit as kit
from certificate_kit import Forge
from yimen.gateways.keystore import FileKeyStore, Owner
from yimen.jobs.keeper.sign import KeyStoreSigner, SignerAt, seal_pdf
from yimen.pure import signed_pdf, verification
from yimen.pure.canonical import canonical
from yimen.pure.chain import Event
from yimen.pure.evidence import DECISION, RECORD, read_decision, read_record
from yimen.pure.lawful import MOVES
from yimen.pure.trust import Trust, subject_of
from yimen.pure.verification import NotGenuine, verify
from yimen.pure.wording import CHECKS, FAILURES

AT = kit.AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileKeyStore:
    return kit.make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def trust(store: FileKeyStore) -> Trust:
    return kit.trust_in(store)


@pytest.fixture(scope="module")
def genuine(store: FileKeyStore) -> bytes:
    return Forge(store).build()


def test_a_genuine_certificate_says_what_was_decided(genuine: bytes, trust: Trust) -> None:
    found = verify(body=genuine, trust=trust, at=AT)

    assert found.decision.number == "JY29901040000017"
    assert found.decision.holder == "示范市南湖区老灶台餐饮有限公司"
    assert found.seal.code == kit.SEAL.code
    assert found.signed_at == kit.AT + timedelta(minutes=1)
    assert [event.kind for event in found.steps] == [kind for kind, _ in kit.STRAIGHT]
    assert found.demonstration


def second_signature(pdf: bytes) -> bytes:
    """Put a second signature into the form, before the real one is made."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    value = generic.DictionaryObject({generic.pdf_name("/Type"): generic.pdf_name("/Sig")})  # type: ignore[no-untyped-call]  # pyHanko
    field = generic.DictionaryObject(  # type: ignore[no-untyped-call]  # pyHanko
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Sig"),
            generic.pdf_name("/T"): generic.pdf_string("Other"),
            generic.pdf_name("/V"): writer.add_object(value),
        }
    )
    form = generic.DictionaryObject({generic.pdf_name("/Fields"): generic.ArrayObject([writer.add_object(field)])})  # type: ignore[no-untyped-call]  # pyHanko
    writer.root[generic.pdf_name("/AcroForm")] = writer.add_object(form)
    writer.update_root()  # type: ignore[no-untyped-call]  # pyHanko
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko
    return out.getvalue()


def sealed_beside_another(**wanted: Any) -> bytes:
    """Certify a document that has a signature already, which pyHanko would refuse."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SignerAt, "_enforce_certification_constraints", lambda *_: None)
        return seal_pdf(**wanted)


def sealed_loosely(permission: MDPPerm | None) -> Callable[..., bytes]:
    """Seal as an approval, or as a certification that permits changes."""

    def seal(*, pdf: bytes, store: FileKeyStore, name: str, at: datetime, reason: str) -> bytes:
        loose: dict[str, Any] = {"docmdp_permissions": permission} if permission else {}
        signer = SignerAt(
            PdfSignatureMetadata(
                field_name="Seal",
                certify=permission is not None,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                **loose,
            ),
            signer=KeyStoreSigner(store=store, name=name),
        )
        signer.signing_at = at
        return bytes(signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=6144).getvalue())

    return seal


def bend(**parts: Any) -> Callable[[Forge], None]:
    def apply(forge: Forge) -> None:
        for name, value in parts.items():
            setattr(forge, name, value)

    return apply


def with_event(change: Callable[[list[Event]], list[Event]], *, rehash: bool = True) -> Callable[[Forge], None]:
    def apply(forge: Forge) -> None:
        events = change(list(forge.chain))
        forge.chain = kit.chained(events) if rehash else events

    return apply


def altered(kind: str, /, **fields: Any) -> Callable[[list[Event]], list[Event]]:
    return lambda events: [replace(event, **fields) if event.kind == kind else event for event in events]


def withdrawn(events: list[Event]) -> list[Event]:
    return [
        *events[:5],
        kit.blank(kind="case.withdrawn", login="public", hat="applicant", mark=kit.person(0)),
        *events[5:],
    ]


def without(kind: str) -> Callable[[list[Event]], list[Event]]:
    return lambda events: [event for event in events if event.kind != kind]


def swapped(events: list[Event]) -> list[Event]:
    places = {event.kind: place for place, event in enumerate(events)}
    one, other = places["case.examined"], places["case.granted"]
    events[one], events[other] = events[other], events[one]
    return events


def decider_is_examiner(events: list[Event]) -> list[Event]:
    examiner = next(event for event in events if event.kind == "case.examined")
    return by(examiner.mark, "case.decider_drawn", "case.granted")(events)


def by(mark: bytes, draw: str, step: str) -> Callable[[list[Event]], list[Event]]:
    """A step done by whoever has this mark, whom chance drew."""
    drawn = altered(draw, facts=json.dumps({"mark": mark.hex()}))
    return lambda events: altered(step, mark=mark)(drawn(events))


def rogue_root(forge: Forge) -> None:
    forge.seal_store = kit.make_keys(Path(forge.store._folder) / "rogue")


def expired_seal(forge: Forge) -> None:
    owner = Owner(role="seal", code="S03", name="示范 旧章", agency_code=kit.AGENCY.code, agency_name=kit.AGENCY.name)
    forge.store.make(name="seal/S03", owner=owner, at=kit.AT - timedelta(days=4000))
    forge.seal = "seal/S03"


def spaced_decision(forge: Forge) -> None:
    forge.body += b" "
    forge.chain = kit.lawful_chain(forge.body)


def other_salt(forge: Forge) -> None:
    forge.chain = kit.lawful_chain(canonical(kit.decision_of(salt="ff" * 16)))


def witness_of_an_older_head(forge: Forge) -> None:
    forge.witnessed = forge.chain[-2]


def other_holder_printed(forge: Forge) -> None:
    forge.printed = kit.changed(forge.decision, holder={"name": "示范市另一家餐饮有限公司"})


def decided(**parts: Any) -> Callable[[Forge], None]:
    return lambda forge: forge.decide(kit.decision_of(**parts))


FORGERIES: list[tuple[int, str, Callable[[Forge], None]]] = [
    (1, "not_one_signature", bend(before_sealing=second_signature, sealing=sealed_beside_another)),
    (4, "changes_permitted", bend(sealing=sealed_loosely(None))),
    (4, "changes_permitted", bend(sealing=sealed_loosely(MDPPerm.FILL_FORMS))),
    (5, "seal_not_trusted", rogue_root),
    (5, "not_a_seal", bend(seal="decision/A01")),
    (5, "not_a_seal", bend(seal="record")),
    (5, "seal_out_of_time", expired_seal),
    (5, "sealed_in_the_future", bend(at=AT + timedelta(minutes=1))),
    (6, "attachments_missing", bend(more={"invoice.json": b"{}"})),
    (6, "attachments_malformed", spaced_decision),
    (6, "attachments_malformed", bend(record=lambda record: record.replace(b'"version":1', b'"version": 1'))),
    (7, "decision_not_signed", bend(decision_key="decision/A02")),
    (7, "decision_not_signed", bend(decision_key="seal/S01")),
    (8, "seal_of_another_agency", bend(seal="seal/S02")),
    (9, "record_broken", with_event(altered("case.examined", facts='{"finding":"meets", "by": 1}'), rehash=False)),
    (10, "record.withdrawn", with_event(withdrawn)),
    (10, "record.against_finding", with_event(altered("case.examined", facts='{"finding":"fails"}'))),
    (10, "record.unlawful_order", with_event(swapped)),
    (10, "record.unlawful_order", with_event(altered("case.maker_drawn", kind="case.maker_chosen"))),
    (10, "record.incomplete", with_event(without("certificate.released_again"))),
    (10, "record.not_drawn", with_event(without("case.examiner_drawn"))),
    (10, "record.not_drawn", with_event(altered("case.decider_drawn", mark=bytes(32)))),
    (10, "record.not_drawn", with_event(altered("case.granted", mark=bytes(32)))),
    (10, "record.not_drawn", with_event(altered("certificate.first_custodian_drawn", facts="[]"))),
    (10, "record.wrong_link", with_event(altered("case.granted", login="counter"))),
    (10, "record.wrong_link", with_event(altered("certificate.released", hat="second_custodian"))),
    (10, "record.other_decision", other_salt),
    (10, "record.other_decision", with_event(altered("certificate.released", facts='{"decision": "00"}'))),
    (10, "record.sealed_too_early", bend(at=kit.AT - timedelta(seconds=30))),
    (11, "hats.same_person", with_event(decider_is_examiner)),
    (11, "hats.missing", with_event(by(b"", "case.maker_drawn", "certificate.made"))),
    (12, "not_witnessed", bend(witness_key="decision/A01")),
    (12, "not_witnessed", witness_of_an_older_head),
    (13, "printed_otherwise", other_holder_printed),
    (13, "printed_otherwise", bend(printed=kit.decision_of(valid_until="2041-11-22"))),
    (14, "expired", decided(valid_from="2020-01-01", valid_until="2026-11-19")),
    (14, "not_yet_valid", decided(valid_from="2026-12-01")),
]


@pytest.mark.parametrize(
    ("number", "code", "forgery"), FORGERIES, ids=lambda value: str(getattr(value, "__name__", value))
)
def test_only_this_check_refuses(
    number: int,
    code: str,
    forgery: Callable[[Forge], None],
    store: FileKeyStore,
    trust: Trust,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forge = Forge(store)
    forgery(forge)
    forged = forge.build()

    with pytest.raises(NotGenuine) as refused:
        verify(body=forged, trust=trust, at=AT)
    assert (refused.value.number, refused.value.code) == (number, code)

    silence(number, monkeypatch, store, forge)
    assert verify(body=forged, trust=trust, at=AT).head


def test_a_missing_attachment_is_named(store: FileKeyStore, trust: Trust) -> None:
    forge = Forge(store)
    forge.record = lambda record: b""

    with pytest.raises(NotGenuine) as refused:
        verify(body=forge.build(), trust=trust, at=AT)
    assert (refused.value.number, refused.value.code) == (6, "attachments_missing")


def test_something_added_behind_is_refused_by_this_check_only(
    genuine: bytes, store: FileKeyStore, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = genuine + b"% one more line\n" + genuine[genuine.rindex(b"startxref") :]

    with pytest.raises(NotGenuine) as refused:
        verify(body=forged, trust=trust, at=AT)
    assert (refused.value.number, refused.value.code) == (2, "not_all_covered")

    silence(2, monkeypatch, store, Forge(store))
    assert verify(body=forged, trust=trust, at=AT).head


def test_another_revision_is_refused(genuine: bytes, trust: Trust) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(genuine))
    writer.root[generic.pdf_name("/PageMode")] = generic.pdf_name("/UseNone")
    writer.update_root()  # type: ignore[no-untyped-call]  # pyHanko
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko

    with pytest.raises(NotGenuine) as refused:
        verify(body=out.getvalue(), trust=trust, at=AT)
    assert refused.value.number == 2


def test_a_changed_byte_is_refused_by_this_check_only(
    genuine: bytes, store: FileKeyStore, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = genuine.index(b"\n%") + 2  # the comment behind the header: no reader looks at it
    forged = genuine[:place] + bytes([genuine[place] ^ 1]) + genuine[place + 1 :]

    with pytest.raises(NotGenuine) as refused:
        verify(body=forged, trust=trust, at=AT)
    assert (refused.value.number, refused.value.code) == (3, "not_intact")

    silence(3, monkeypatch, store, Forge(store))
    assert verify(body=forged, trust=trust, at=AT).head


def test_a_revoked_seal_is_refused_by_this_check_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = kit.make_keys(tmp_path)
    forge = Forge(store)
    forged = forge.build()
    store.revoke(name=forge.seal, at=AT)

    with pytest.raises(NotGenuine) as refused:
        verify(body=forged, trust=kit.trust_in(store), at=AT)
    assert (refused.value.number, refused.value.code) == (5, "seal_revoked")

    silence(5, monkeypatch, store, forge)
    assert verify(body=forged, trust=kit.trust_in(store), at=AT).head


def test_a_revoked_decision_key_signs_nothing_more(tmp_path: Path) -> None:
    store = kit.make_keys(tmp_path)
    forged = Forge(store).build()
    store.revoke(name="decision/A01", at=AT)

    with pytest.raises(NotGenuine) as refused:
        verify(body=forged, trust=kit.trust_in(store), at=AT)
    assert refused.value.number == 7


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"%PDF-1.7\n" + bytes(5000) + b"%%EOF"])
def test_what_is_no_signed_pdf_is_refused_first(body: bytes, trust: Trust) -> None:
    with pytest.raises(NotGenuine) as refused:
        verify(body=body, trust=trust, at=AT)
    assert refused.value.number == 1


def test_no_changed_byte_and_no_cut_passes(genuine: bytes, trust: Trust) -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same files on every run
    changed = []
    for _ in range(60):
        place = chance.randrange(len(genuine))
        changed.append(genuine[:place] + bytes([genuine[place] ^ (1 << chance.randrange(8))]) + genuine[place + 1 :])
    cut = [genuine[: chance.randrange(len(genuine))] for _ in range(20)]

    for body in changed + cut:
        with pytest.raises(NotGenuine):
            verify(body=body, trust=trust, at=AT)


def test_what_stands_between_the_covered_stretches_is_one_signature_and_zeros(genuine: bytes, trust: Trust) -> None:
    start = genuine.index(b"/Contents <") + len(b"/Contents <")
    end = genuine.index(b">", start)
    for place, other in ((end - 1, b"1"), (end - 1, b" "), (start, genuine[start + 3 : start + 4].lower() or b"a")):
        body = genuine[:place] + other + genuine[place + 1 :]
        with pytest.raises(NotGenuine):
            verify(body=body, trust=trust, at=AT)


def test_every_check_and_every_failure_has_words_in_both_languages() -> None:
    numbers = {number for number, _, _ in FORGERIES} | {2, 3}
    assert numbers == set(range(1, len(CHECKS) + 1))
    for words in (*CHECKS, *FAILURES.values()):
        assert all(words)


def silence(number: int, monkeypatch: pytest.MonkeyPatch, store: FileKeyStore, forge: Forge) -> None:
    """Replace one check by what it would have said of an honest file."""
    seal = subject_of(store.certificate("seal/S01"))
    signer = signed_pdf.Signer(certificate=store.certificate("seal/S01"), signed_at=kit.AT + timedelta(minutes=1))

    def first_field(body: bytes) -> signed_pdf.SignedPdf:
        every = signed_pdf._fields
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                signed_pdf, "_fields", lambda reader: [one for one in every(reader) if str(one["/T"]) == "Seal"]
            )
            return signed_pdf.open_signed(body)

    def any_attachments(pdf: signed_pdf.SignedPdf) -> tuple[dict[str, bytes], Any, Any]:
        parts = dict(signed_pdf.attachments(pdf))
        record = parts[RECORD].replace(b'"version": 1', b'"version":1')
        return parts, read_decision(parts[DECISION].strip()), read_record(record)

    def steps_by_kind(parts: Any, decision: Any, record: Any, signer: Any) -> tuple[Event, ...]:
        return tuple(event for event in record.events if event.kind in MOVES)

    replacements: dict[int, tuple[str, Callable[..., Any]]] = {
        1: ("_check_1_one_signature", first_field),
        2: ("_check_2_whole_file", lambda *_: None),
        3: ("_check_3_intact", lambda *_: signer),
        4: ("_check_4_certified", lambda *_: None),
        5: ("check_seal", lambda *_, role: seal),
        6: ("_check_6_attachments", any_attachments),
        7: ("_check_7_decision_signed", lambda *_: None),
        8: ("_check_8_seal_of_the_agency", lambda *_: None),
        9: ("_check_9_record_whole", lambda *_: None),
        10: ("_check_10_lawful", steps_by_kind),
        11: ("_check_11_different_people", lambda *_: None),
        12: ("check_witnessed", lambda *_, check: None),
        13: ("_check_13_printed", lambda *_: None),
        14: ("_check_14_in_force", lambda *_: None),
    }
    name, honest = replacements[number]
    monkeypatch.setattr(verification, name, honest)
