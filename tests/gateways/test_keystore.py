"""Keys: made once, never taken out, and refused when anything is not as it must be."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import certificate_kit as kit
from yimen.gateways.authority import Seal, found_demonstration_ca, trust
from yimen.gateways.keystore import FileKeyStore, KeysUnavailable, NoKeyStore
from yimen.pure.trust import TrustMalformed, is_issued_by, read_trust, subject_of


def test_a_key_signs_what_its_certificate_verifies(tmp_path: Path) -> None:
    store = kit.make_keys(tmp_path)

    store.public("decision/A01").verify(store.sign("decision/A01", b"x"), b"x", ec.ECDSA(hashes.SHA256()))

    root = store.certificate("root")
    assert "示范 DEMONSTRATION" in subject_of(root).name
    for name in set(store.names()) - {"root"}:
        assert is_issued_by(store.certificate(name), root)
    assert subject_of(store.certificate("seal/S01")).agency_code == "A01"


def test_making_keys_again_makes_only_what_is_missing(tmp_path: Path) -> None:
    store = kit.make_keys(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    more = Seal(code="market.approval-2", name="新章", agency_code="A01", agency_name="甲")

    made = found_demonstration_ca(store, agencies=[kit.AGENCY], seals=[kit.SEAL, more], at=kit.AT)

    assert made == ["seal/market.approval-2"]
    assert all(path.read_bytes() == content for path, content in before.items())


def test_another_process_opens_the_same_keys_and_files_are_for_the_owner_only(tmp_path: Path) -> None:
    kit.make_keys(tmp_path)

    assert FileKeyStore(tmp_path).sign("record", b"x")
    for path in tmp_path.rglob("*"):
        assert not path.stat().st_mode & 0o077, path
    for path in tmp_path.rglob("*.key"):
        with pytest.raises(TypeError):
            serialization.load_pem_private_key(path.read_bytes(), password=None)


def test_trust_holds_no_secret_and_reads_back(tmp_path: Path) -> None:
    store = kit.make_keys(tmp_path)
    store.revoke(name="seal/S02", at=kit.AT)

    text = trust(store)

    assert "PRIVATE" not in text
    assert read_trust(text).revoked == {store.certificate("seal/S02").serial_number}
    assert set(read_trust(text).decisions) == {"A01", "A02"}


def test_a_list_of_revoked_certificates_by_another_root_is_refused(tmp_path: Path) -> None:
    store, other = kit.make_keys(tmp_path / "one"), kit.make_keys(tmp_path / "other")
    other.revoke(name="seal/S02", at=kit.AT)
    store.revoke(name="seal/S02", at=kit.AT)
    (tmp_path / "one" / "root.crl").write_bytes((tmp_path / "other" / "root.crl").read_bytes())

    with pytest.raises(TrustMalformed):
        read_trust(trust(store))


@pytest.mark.parametrize("name", ["nobody", "seal/none", "../record", "seal/../record", "/etc/passwd", "a/b/c", ""])
def test_a_key_that_is_not_there_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(KeysUnavailable):
        kit.make_keys(tmp_path).sign(name, b"x")


def test_the_root_signs_nothing_but_certificates(tmp_path: Path) -> None:
    with pytest.raises(KeysUnavailable, match="root_signs_certificates_only"):
        kit.make_keys(tmp_path).sign("root", b"x")


def test_a_passphrase_open_to_others_or_lost_is_refused(tmp_path: Path) -> None:
    kit.make_keys(tmp_path)
    (tmp_path / "passphrase").chmod(0o644)
    with pytest.raises(KeysUnavailable, match="open_to_others"):
        FileKeyStore(tmp_path).sign("record", b"x")

    (tmp_path / "passphrase").unlink()
    with pytest.raises(KeysUnavailable, match="no_passphrase"):
        FileKeyStore(tmp_path).sign("record", b"x")


def test_an_installation_without_keys_refuses() -> None:
    with pytest.raises(KeysUnavailable) as refused:
        NoKeyStore().sign("record", b"x")
    assert refused.value.kind == "unavailable"
