"""
The key store: makes keys, keeps them and signs with them; nothing ever takes a key out of it.

Only the keeper opens one. A city with a hardware module puts another class behind `KeyStore`.
"""

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = "root"
RECORD = "record"
Role = Literal["root", "record", "decision", "special", "seal"]

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
VALID_FOR = timedelta(days=3653)
BACKDATED = timedelta(minutes=5)


class KeysUnavailable(Exception):
    """
    The key store cannot do what was asked; nothing was signed.

    It carries the kind and the code of the refusal that a door shows: `unavailable`.
    """

    kind = "unavailable"

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"{code}: {name}")
        self.code = code
        self.name = name


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who a key belongs to, as its certificate says it: the verifier reads these and nothing else."""

    role: Role
    code: str
    name: str
    agency_code: str
    agency_name: str


class KeyStore(Protocol):
    """
    Keys by name: `root`, `record`, `decision/<agency code>`, `special/<agency code>`, `seal/<seal code>`. All are P-256.
    """

    def names(self) -> list[str]:
        """Every key there is."""

    def make(self, *, name: str, owner: Owner, at: datetime) -> x509.Certificate:
        """Make a key and have the root certify it; the root certifies itself. An existing key is left alone."""

    def certificate(self, name: str) -> x509.Certificate:
        """The certificate of a key. Refuses: KeysUnavailable."""

    def public(self, name: str) -> ec.EllipticCurvePublicKey:
        """The public half of a key. Refuses: KeysUnavailable."""

    def sign(self, name: str, data: bytes) -> bytes:
        """Sign data with ECDSA over SHA-256, in DER. Refuses: KeysUnavailable."""

    def revoke(self, *, name: str, at: datetime) -> None:
        """Put a certificate on the root's list of revoked ones, from now and for ever."""

    def revocations(self) -> x509.CertificateRevocationList | None:
        """The root's list, or None before the root is made."""


class NoKeyStore:
    """For an installation without keys, as a web or a worker process is: refuses everything."""

    def names(self) -> list[str]:
        return []

    def make(self, *, name: str, owner: Owner, at: datetime) -> x509.Certificate:
        raise KeysUnavailable("keys.no_store", name)

    def certificate(self, name: str) -> x509.Certificate:
        raise KeysUnavailable("keys.no_store", name)

    def public(self, name: str) -> ec.EllipticCurvePublicKey:
        raise KeysUnavailable("keys.no_store", name)

    def sign(self, name: str, data: bytes) -> bytes:
        raise KeysUnavailable("keys.no_store", name)

    def revoke(self, *, name: str, at: datetime) -> None:
        raise KeysUnavailable("keys.no_store", name)

    def revocations(self) -> x509.CertificateRevocationList | None:
        return None


class FileKeyStore:
    """
    Keys as encrypted PEM files, one pair of files for each name, under a passphrase in a file beside them.

    Whoever can read the folder has the keys: docs/security.md says what that withstands.
    """

    def __init__(self, folder: Path, *, passphrase_file: Path | None = None) -> None:
        self._folder = folder
        self._passphrase_file = passphrase_file or folder / "passphrase"
        self._opened: dict[str, ec.EllipticCurvePrivateKey] = {}

    def __repr__(self) -> str:
        return f"FileKeyStore({str(self._folder)!r})"

    def names(self) -> list[str]:
        found = (path.relative_to(self._folder) for path in self._folder.rglob("*.crt"))
        return sorted(str(path.with_name(path.name.removesuffix(".crt")).as_posix()) for path in found)

    def make(self, *, name: str, owner: Owner, at: datetime) -> x509.Certificate:
        target = self._path(name, ".crt")
        if target.exists():
            return self.certificate(name)
        private = ec.generate_private_key(ec.SECP256R1())
        issuer_key = private if name == ROOT else self._open(ROOT)
        issuer = _subject(owner) if name == ROOT else self.certificate(ROOT).subject
        issuer_public = issuer_key.public_key()
        made = (
            x509.CertificateBuilder()
            .subject_name(_subject(owner))
            .issuer_name(issuer)
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - BACKDATED)
            .not_valid_after(at + VALID_FOR)
            .add_extension(
                x509.BasicConstraints(ca=name == ROOT, path_length=0 if name == ROOT else None), critical=True
            )
            .add_extension(_usage(authority=name == ROOT), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )
        locked = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._passphrase()),
        )
        # The certificate goes last: a key exists from the moment its certificate does.
        _write(self._path(name, ".key"), locked)
        _write(target, made.public_bytes(serialization.Encoding.PEM))
        return made

    def certificate(self, name: str) -> x509.Certificate:
        try:
            return x509.load_pem_x509_certificate(self._path(name, ".crt").read_bytes())
        except (OSError, ValueError) as cause:
            raise KeysUnavailable("keys.no_such_key", name) from cause

    def public(self, name: str) -> ec.EllipticCurvePublicKey:
        public = self.certificate(name).public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise KeysUnavailable("keys.wrong_kind", name)
        return public

    def sign(self, name: str, data: bytes) -> bytes:
        if name == ROOT:
            raise KeysUnavailable("keys.root_signs_certificates_only", name)
        return self._open(name).sign(data, ec.ECDSA(hashes.SHA256()))

    def revoke(self, *, name: str, at: datetime) -> None:
        serial = self.certificate(name).serial_number
        listed = list(self.revocations() or ())
        if all(entry.serial_number != serial for entry in listed):
            listed.append(x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build())
        self._publish(listed, at=at)

    def revocations(self) -> x509.CertificateRevocationList | None:
        path = self._path(ROOT, ".crl")
        return x509.load_pem_x509_crl(path.read_bytes()) if path.exists() else None

    def _publish(self, listed: list[x509.RevokedCertificate], *, at: datetime) -> None:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate(ROOT).subject)
            .last_update(at)
            .next_update(at + VALID_FOR)
        )
        for entry in listed:
            builder = builder.add_revoked_certificate(entry)
        made = builder.sign(self._open(ROOT), hashes.SHA256())
        _write(self._path(ROOT, ".crl"), made.public_bytes(serialization.Encoding.PEM))

    def _open(self, name: str) -> ec.EllipticCurvePrivateKey:
        if name not in self._opened:
            try:
                locked = self._path(name, ".key").read_bytes()
                opened = serialization.load_pem_private_key(locked, self._passphrase())
            except (OSError, ValueError, TypeError) as cause:
                raise KeysUnavailable("keys.cannot_open", name) from cause
            if not isinstance(opened, ec.EllipticCurvePrivateKey):
                raise KeysUnavailable("keys.wrong_kind", name)
            self._opened[name] = opened
        return self._opened[name]

    def _passphrase(self) -> bytes:
        try:
            mode = self._passphrase_file.stat().st_mode
        except FileNotFoundError:
            if self.names():
                raise KeysUnavailable("keys.no_passphrase", str(self._passphrase_file)) from None
            _write(self._passphrase_file, secrets.token_urlsafe(32).encode())
        else:
            if mode & 0o077:
                raise KeysUnavailable("keys.passphrase_open_to_others", str(self._passphrase_file))
        return self._passphrase_file.read_bytes().strip()

    def _path(self, name: str, suffix: str) -> Path:
        if not all(_is_plain(part) for part in name.split("/")) or name.count("/") > 1:
            raise KeysUnavailable("keys.bad_name", name)
        return self._folder / f"{name}{suffix}"


def _is_plain(part: str) -> bool:
    return bool(PLAIN.fullmatch(part))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _subject(owner: Owner) -> x509.Name:
    return x509.Name(list(_subject_parts(owner)))


def _subject_parts(owner: Owner) -> Iterator[x509.NameAttribute[str]]:
    yield x509.NameAttribute(NameOID.COUNTRY_NAME, "CN")
    yield x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(owner.agency_name))
    yield x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, owner.agency_code)
    yield x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, owner.role)
    yield x509.NameAttribute(NameOID.COMMON_NAME, _cut(owner.name))
    yield x509.NameAttribute(NameOID.SERIAL_NUMBER, _cut(owner.code))


def _cut(text: str) -> str:
    """As much of a text as a name in a certificate may hold: 64 bytes, whole characters."""
    return text.encode()[:64].decode(errors="ignore")


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
