"""
What a stranger trusts before looking at any certificate: the root, what it certified, and what it revoked.

A certificate of ours says in its subject what it is for: organizational unit = role (seal, special, decision, record),
organization identifier = the agency's code, serial number = the seal's or agency's own code.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class TrustMalformed(ValueError):
    """The file of trust is not one, or contradicts itself."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a certificate of ours says of its key."""

    role: str
    code: str
    name: str
    agency_code: str
    agency_name: str


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Public certificates that are believed without further proof, and the serial numbers that no longer are."""

    root: x509.Certificate
    record: tuple[x509.Certificate, ...] = ()
    decisions: Mapping[str, tuple[x509.Certificate, ...]] = field(default_factory=dict)
    revoked: frozenset[int] = frozenset()

    @property
    def demonstration(self) -> bool:
        return "DEMONSTRATION" in self.root.subject.rfc4514_string()


def read_trust(text: str) -> Trust:
    """
    Read the file of trust that an installation publishes.

    Refuses: TrustMalformed, also when the list of revoked certificates is not the root's own.
    """
    try:
        value = json.loads(text)
        if value["version"] != 1:
            raise TrustMalformed("a version that is not known")
        root = x509.load_pem_x509_certificate(value["root"].encode())
        return Trust(
            root=root,
            record=tuple(x509.load_pem_x509_certificate(one.encode()) for one in value["record"]),
            decisions={
                code: tuple(x509.load_pem_x509_certificate(one.encode()) for one in listed)
                for code, listed in value["decisions"].items()
            },
            revoked=_revoked(value["revoked"], root),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise TrustMalformed(str(cause)) from cause


def _revoked(text: str | None, root: x509.Certificate) -> frozenset[int]:
    if text is None:
        return frozenset()
    listed = x509.load_pem_x509_crl(text.encode())
    if not listed.is_signature_valid(_public(root)):
        raise TrustMalformed("the list of revoked certificates is not signed by the root")
    return frozenset(entry.serial_number for entry in listed)


def subject_of(certificate: x509.Certificate) -> Subject:
    """Refuses: TrustMalformed, unless each part is there exactly once."""
    return Subject(
        role=_only(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME),
        code=_only(certificate, NameOID.SERIAL_NUMBER),
        name=_only(certificate, NameOID.COMMON_NAME),
        agency_code=_only(certificate, NameOID.ORGANIZATION_IDENTIFIER),
        agency_name=_only(certificate, NameOID.ORGANIZATION_NAME),
    )


def is_issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    """Whether the root itself signed a certificate that is not an authority; there is nothing between the two."""
    try:
        certificate.verify_directly_issued_by(root)
        limits = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return not limits.ca and usage.digital_signature and isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)


def is_valid_at(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def has_signed(certificate: x509.Certificate, *, signature: bytes, data: bytes) -> bool:
    """Whether the key of a certificate made a signature (ECDSA over SHA-256, DER) of the data."""
    try:
        _public(certificate).verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, TrustMalformed, ValueError):
        return False
    return True


def agency_has_signed(trust: Trust, *, agency_code: str, signature: bytes, data: bytes) -> bool:
    """Whether a decision key that the root certified for an agency, and did not revoke, signed the data."""
    for certificate in trust.decisions.get(agency_code, ()):
        try:
            subject = subject_of(certificate)
        except TrustMalformed:
            continue
        certified = is_issued_by(certificate, trust.root) and certificate.serial_number not in trust.revoked
        meant = subject.role == "decision" and subject.agency_code == agency_code
        if certified and meant and has_signed(certificate, signature=signature, data=data):
            return True
    return False


def _public(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise TrustMalformed("a key that is not P-256")
    return public


def _only(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(oid)
    if len(found) != 1 or not isinstance(found[0].value, str):
        raise TrustMalformed(f"a certificate whose subject has {len(found)} of {oid.dotted_string}")
    return found[0].value
