"""
The document store: ciphertext in files, named by chance. The keys are kept in the database by others.

Whoever has only the files has nothing; deleting a document's key erases it, wherever copies of the file are.
"""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NAME = re.compile(r"[0-9a-f]{64}")
KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
LABEL = b"yimen.document.v1"


class DocumentUnavailable(Exception):
    """A document cannot be read: it is gone, the store is away, or it is not what was written."""

    kind = "unavailable"

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"{code}: {name}")
        self.code = code
        self.name = name


@dataclass(frozen=True, kw_only=True, repr=False)
class Locked:
    """A document under its own key, and the salted hash that the record may hold of it."""

    ciphertext: bytes
    key: bytes
    salt: bytes
    digest: bytes


def lock(content: bytes) -> Locked:
    """Encrypt a document under a fresh key (AES-256-GCM), and hash it with a fresh salt."""
    key = AESGCM.generate_key(bit_length=KEY_BYTES * 8)
    nonce = secrets.token_bytes(NONCE_BYTES)
    salt = secrets.token_bytes(SALT_BYTES)
    return Locked(
        ciphertext=nonce + AESGCM(key).encrypt(nonce, content, LABEL),
        key=key,
        salt=salt,
        digest=salted_digest(salt=salt, content=content),
    )


def unlock(*, ciphertext: bytes, key: bytes) -> bytes:
    """Decrypt a document. Refuses: DocumentUnavailable if the key is another's or a byte was changed."""
    try:
        return AESGCM(key).decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], LABEL)
    except (InvalidTag, ValueError) as cause:
        raise DocumentUnavailable("document.not_what_was_written", "") from cause


def salted_digest(*, salt: bytes, content: bytes) -> bytes:
    return hashlib.sha256(salt + content).digest()


class DocumentStore(Protocol):
    """Keeps ciphertext under a name of its own choosing."""

    def write(self, ciphertext: bytes) -> str:
        """Keep ciphertext so that a crash cannot lose it, and return its name. Refuses: DocumentUnavailable."""

    def read(self, name: str) -> bytes:
        """Return what was written. Refuses: DocumentUnavailable."""

    def delete(self, name: str) -> None:
        """Forget a document; one that is not there is forgotten already. Refuses: DocumentUnavailable."""


class FileDocumentStore:
    """Files in 256 folders. Names are 32 bytes of chance: they say nothing of the document, and cannot be guessed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, ciphertext: bytes) -> str:
        name = secrets.token_hex(32)
        target = self._path(name)
        fresh = target.with_suffix(".new")
        try:
            self._make_folder(target.parent)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(ciphertext)
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(target)
            _sync_folder(target.parent)
        except OSError as cause:
            for left in (fresh, target):  # a full disk is not filled further
                with suppress(OSError):
                    left.unlink(missing_ok=True)
            raise DocumentUnavailable("document.store_away", name) from cause
        return name

    def read(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as cause:
            raise DocumentUnavailable("document.gone", name) from cause
        except OSError as cause:
            raise DocumentUnavailable("document.store_away", name) from cause

    def delete(self, name: str) -> None:
        target = self._path(name)
        try:
            target.unlink(missing_ok=True)
            if target.parent.is_dir():
                _sync_folder(target.parent)
        except OSError as cause:
            raise DocumentUnavailable("document.store_away", name) from cause

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise DocumentUnavailable("document.bad_name", name)
        return self._folder / name[:2] / name

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(self._folder)


class NoDocumentStore:
    """For a process that has no business with documents: refuses everything."""

    def write(self, ciphertext: bytes) -> str:
        raise DocumentUnavailable("document.no_store", "")

    def read(self, name: str) -> bytes:
        raise DocumentUnavailable("document.no_store", name)

    def delete(self, name: str) -> None:
        raise DocumentUnavailable("document.no_store", name)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
