"""Seal a PDF: a certifying signature (PAdES B-B, no change permitted) by a key that stays in the key store."""

import io
from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer

from yimen.gateways.keystore import KeyStore

FIELD = "Seal"
LONGEST_SIGNATURE = 72
PLACE_FOR_SIGNATURE = 6144


class KeyStoreSigner(Signer):
    """A pyHanko signer that hands what is to be signed to the key store."""

    def __init__(self, *, store: KeyStore, name: str) -> None:
        # The signer's certificate goes in alone: the root is what a verifier has already.
        super().__init__(
            signing_cert=_asn1(store, name),
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )
        self._store = store
        self._name = name

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError("the key store signs with SHA-256 only")
        return bytes(LONGEST_SIGNATURE) if dry_run else self._store.sign(self._name, data)


class SignerAt(PdfSigner):
    """A pyHanko PDF signer that states the time it is given, and not that of its own clock."""

    signing_at: datetime

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.signing_at
        return session


def seal_pdf(*, pdf: bytes, store: KeyStore, name: str, at: datetime, reason: str) -> bytes:
    """
    Return the PDF certified under a seal's key, with the time in the signed dictionary.

    The field has no picture of its own: the seal's picture is part of the page, under the signature.

    Refuses: KeysUnavailable.
    """
    signer = SignerAt(
        PdfSignatureMetadata(
            field_name=FIELD,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
        ),
        signer=KeyStoreSigner(store=store, name=name),
        new_field_spec=SigFieldSpec(
            sig_field_name=FIELD,
            readable_field_name="印章 Seal",
            invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
        ),
    )
    signer.signing_at = at.astimezone(UTC)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    sealed = signer.sign_pdf(writer, bytes_reserved=PLACE_FOR_SIGNATURE, existing_fields_only=False)
    return bytes(sealed.getvalue())


def _asn1(store: KeyStore, name: str) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(store.certificate(name).public_bytes(Encoding.DER))
