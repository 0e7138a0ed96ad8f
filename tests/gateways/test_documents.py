"""Documents: what is written comes back, and nobody reads one without its key."""

from pathlib import Path

import pytest

from yimen.gateways.documents import (
    DocumentUnavailable,
    FileDocumentStore,
    NoDocumentStore,
    lock,
    salted_digest,
    unlock,
)


def test_a_document_comes_back_with_its_key_only(tmp_path: Path) -> None:
    store = FileDocumentStore(tmp_path)
    locked, other = lock(b"a lease"), lock(b"a lease")
    name = store.write(locked.ciphertext)

    assert unlock(ciphertext=store.read(name), key=locked.key) == b"a lease"
    assert b"a lease" not in store.read(name)
    assert locked.digest == salted_digest(salt=locked.salt, content=b"a lease")
    assert locked.digest != other.digest
    assert store.write(locked.ciphertext) != name
    with pytest.raises(DocumentUnavailable, match="not_what_was_written"):
        unlock(ciphertext=store.read(name), key=other.key)


@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_changed_byte_is_found(place: int) -> None:
    locked = lock(b"a lease")
    changed = bytearray(locked.ciphertext)
    changed[place] ^= 1

    with pytest.raises(DocumentUnavailable):
        unlock(ciphertext=bytes(changed), key=locked.key)


def test_a_deleted_document_is_gone_and_can_be_deleted_again(tmp_path: Path) -> None:
    store = FileDocumentStore(tmp_path)
    name = store.write(b"x")

    store.delete(name)
    store.delete(name)

    with pytest.raises(DocumentUnavailable, match="gone"):
        store.read(name)


@pytest.mark.parametrize("name", ["", "../passwd", "a" * 63, "A" * 64, "/etc/passwd"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentUnavailable, match="bad_name"):
        FileDocumentStore(tmp_path).read(name)


def test_a_store_that_is_away_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(DocumentUnavailable, match="store_away"):
        FileDocumentStore(tmp_path / "file").write(b"x")
    with pytest.raises(DocumentUnavailable, match="no_store"):
        NoDocumentStore().write(b"x")
