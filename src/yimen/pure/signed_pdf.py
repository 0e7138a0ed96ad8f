"""
Reading a signed PDF without trusting it: its one signature, what that covers, and what lies under it.

Everything here fails closed: what cannot be read, or is there twice, is `Unreadable`.
"""

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from yimen.pure.page_text import text_of
from yimen.pure.page_tree import pages_up_to
from yimen.pure.trust import has_signed

PDF_TIME = re.compile(r"D:(\d{14})(Z|[+-]\d{2}'\d{2}'?)?")
MOST_FIELDS = 100
# Loading `tsp` teaches `cms` this attribute; without it the signature would carry a bare number.
SIGNING_CERTIFICATE = tsp.CMSAttributeType("signing_certificate_v2").native
SHA256_ALONE = cms.DigestAlgorithms([{"algorithm": "sha256"}])
PLAIN_DATA = cms.ContentInfo({"content_type": "data"})
MOST_PAGES = 50


class Unreadable(ValueError):
    """A file, or a part of it, that is not written as a certificate of ours is."""


@dataclass(frozen=True)
class SignedPdf:
    """A PDF with exactly one signature; nothing is checked yet."""

    body: bytes
    reader: PdfReader
    reference: IndirectObject
    signature: DictionaryObject

    @property
    def container(self) -> bytes:
        """The bytes of the signature itself, with the zeros that fill its place."""
        return _bytes(self.signature.get("/Contents"))


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who the signature says it is by; believed only once the certificate is."""

    certificate: x509.Certificate
    signed_at: datetime


@contextmanager
def stranger() -> Iterator[None]:
    """
    Read what a stranger wrote: whatever goes wrong inside, it is the file's fault.

    The one place where every exception is caught: the libraries raise dozens of kinds on broken files, and one
    that we forgot to name must not become an answer.
    """
    try:
        yield
    except Unreadable:
        raise
    except Exception as cause:
        raise Unreadable(f"{type(cause).__name__}: {cause}") from cause


def open_signed(body: bytes) -> SignedPdf:
    """Refuses: Unreadable, unless it is a PDF, in the clear, whose form has one field: a signature."""
    if not body.startswith(b"%PDF-"):
        raise Unreadable("not a PDF")
    with stranger():
        reader = PdfReader(io.BytesIO(body), strict=True)
        if reader.is_encrypted or not 0 < pages_up_to(reader, MOST_PAGES) <= MOST_PAGES:
            raise Unreadable("encrypted, without pages, or with too many")
        fields = list(_fields(reader))
        signatures = [field.raw_get("/V") for field in fields if field.get("/FT") == "/Sig" and "/V" in field]
        if len(fields) != 1 or len(signatures) != 1 or not isinstance(signatures[0], IndirectObject):
            raise Unreadable(f"{len(signatures)} signatures in {len(fields)} fields")
        signature = signatures[0].get_object()
        if not isinstance(signature, DictionaryObject):
            raise Unreadable("a signature that is no dictionary")
    return SignedPdf(body, reader, signatures[0], signature)


def covers_whole_file(pdf: SignedPdf) -> bool:
    """Whether the signature covers each byte but its own, in two stretches with nothing else between them."""
    start, before, after, rest = _ranges(pdf)
    if start != 0 or not 0 < before < after <= len(pdf.body) or after + rest != len(pdf.body):
        return False
    gap = pdf.body[before:after]
    if not re.fullmatch(rb"<(?:[0-9A-F]{2})+>", gap):
        return False
    return bytes.fromhex(gap[1:-1].decode("ascii")) == pdf.container


def signed_bytes(pdf: SignedPdf) -> bytes:
    _, before, after, rest = _ranges(pdf)
    return pdf.body[:before] + pdf.body[after : after + rest]


def intact_signer(pdf: SignedPdf) -> Signer:
    """
    Return the signer under whose key the covered bytes are intact.

    Refuses: Unreadable, unless it is one detached CMS signature (SHA-256, P-256) of these very bytes that names
    its own certificate.
    """
    with stranger():
        data = _signed_data(pdf)
        (info,) = data["signer_infos"]
        attributes = _attributes(info["signed_attrs"])
        if info["version"].native != "v1" or info["digest_algorithm"].dump() != SHA256_ALONE[0].dump():
            raise Unreadable("another version, or another digest than SHA-256")
        if info["signature_algorithm"]["algorithm"].native != "sha256_ecdsa":
            raise Unreadable("another algorithm than ECDSA with SHA-256")
        if attributes["content_type"] != "data":
            raise Unreadable("a signature of something else")
        if attributes["message_digest"] != hashlib.sha256(signed_bytes(pdf)).digest():
            raise Unreadable("the bytes are not those that were signed")
        certificate = _named_certificate(data, info)
        identified = attributes[SIGNING_CERTIFICATE]["certs"][0]["cert_hash"]
        if identified != hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest():
            raise Unreadable("the signature names another certificate")
        # What is signed is the set of attributes, under the tag of a set and not under the one it is stored with.
        signed = info["signed_attrs"].untag().dump()
        if not has_signed(certificate, signature=info["signature"].native, data=signed):
            raise Unreadable("the signature does not hold under its own certificate")
        return Signer(certificate=certificate, signed_at=_signed_at(pdf))


def permits_no_change(pdf: SignedPdf) -> bool:
    """Whether the signature certifies the document and permits nothing afterwards (DocMDP, P 1)."""
    with stranger():
        permissions: Any = pdf.reader.root_object.get("/Perms", DictionaryObject())
        references: Any = pdf.signature.get("/Reference", ArrayObject())
        if "/DocMDP" not in permissions or permissions.raw_get("/DocMDP") != pdf.reference or len(references) != 1:
            return False
        method = references[0].get_object()
        return bool(method["/TransformMethod"] == "/DocMDP" and method["/TransformParams"].get("/P") == 1)


def attachments(pdf: SignedPdf) -> list[tuple[str, bytes]]:
    """Return every attached file, a name as often as it occurs. Refuses: Unreadable."""
    with stranger():
        names = pdf.reader.root_object.get("/Names", DictionaryObject())
        found = []
        for name, entry in _names(names.get("/EmbeddedFiles", DictionaryObject())):
            files = entry["/EF"]
            body = files["/F"].get_object().get_data()
            if "/UF" in files and files["/UF"].get_object().get_data() != body:
                raise Unreadable(f"{name} has two contents")
            if {name, str(entry["/F"]), str(entry.get("/UF", name))} != {name}:
                raise Unreadable(f"{name} has two names")
            found.append((name, body))
        return found


def visible_text(pdf: SignedPdf) -> str:
    """Return the text of all pages without spaces, in the compatibility form. Refuses: Unreadable."""
    return "".join(visible_pages(pdf))


def visible_pages(pdf: SignedPdf) -> list[str]:
    """Return the text of each page without spaces, in the compatibility form. Refuses: Unreadable."""
    with stranger():
        return [squeezed(text_of(page)) for page in pdf.reader.pages]


def keywords(pdf: SignedPdf) -> str:
    """Return the document's keywords, having seen that its two kinds of metadata agree. Refuses: Unreadable."""
    with stranger():
        information = pdf.reader.metadata or DictionaryObject()
        extended = pdf.reader.xmp_metadata
        listed = str(information.get("/Keywords", ""))
        if extended is None or extended.pdf_keywords != listed:
            raise Unreadable("two kinds of metadata that do not agree")
    return listed


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _signed_data(pdf: SignedPdf) -> Any:
    content = cms.ContentInfo.load(pdf.container, strict=False)
    if content["content_type"].native != "signed_data":
        raise Unreadable("not a signature")
    padding = pdf.container[len(content.dump()) :]
    if padding.strip(b"\0"):
        raise Unreadable("something follows the signature")
    data = content["content"]
    if data["encap_content_info"].dump() != PLAIN_DATA.dump():
        raise Unreadable("the signature carries a content of its own")
    if data["version"].native != "v1" or data["digest_algorithms"].dump() != SHA256_ALONE.dump():
        raise Unreadable("a signature of another version or digest")
    return data


def _attributes(listed: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for attribute in listed:
        kind = attribute["type"].native
        if kind in attributes or len(attribute["values"]) != 1:
            raise Unreadable(f"{kind} more than once")
        attributes[kind] = attribute["values"][0].native
    return attributes


def _named_certificate(data: Any, info: Any) -> x509.Certificate:
    named = info["sid"].chosen
    if len(data["certificates"]) != 1:
        raise Unreadable("not with its own certificate alone")
    one = data["certificates"][0].chosen
    if one.issuer != named["issuer"] or one.serial_number != named["serial_number"].native:
        raise Unreadable("without the certificate it names")
    return x509.load_der_x509_certificate(one.dump())


def _signed_at(pdf: SignedPdf) -> datetime:
    """The time that the signer stated; it lies among the covered bytes."""
    matched = PDF_TIME.fullmatch(str(pdf.signature["/M"]))
    if matched is None:
        raise Unreadable("without a time")
    zone = matched[2] or "Z"
    offset = timedelta()
    if zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
    return datetime.strptime(matched[1], "%Y%m%d%H%M%S").replace(tzinfo=timezone(offset)).astimezone(UTC)


def _fields(reader: PdfReader) -> Iterator[DictionaryObject]:
    form = reader.root_object.get("/AcroForm")
    if form is None:
        raise Unreadable("no signature")
    waiting = list(form.get_object().get("/Fields", ()))
    for _ in range(MOST_FIELDS):
        if not waiting:
            return
        field = waiting.pop().get_object()
        kids = field.get("/Kids", ())
        if kids:
            waiting.extend(kids)
        else:
            yield field
    raise Unreadable("too many fields")


def _names(tree: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > 5:
        raise Unreadable("names too deep")
    node = tree.get_object()
    listed = list(node.get("/Names", ()))
    for name, entry in zip(listed[::2], listed[1::2], strict=True):
        yield str(name), entry.get_object()
    for kid in node.get("/Kids", ()):
        yield from _names(kid, depth + 1)


def _ranges(pdf: SignedPdf) -> tuple[int, int, int, int]:
    listed = pdf.signature.get("/ByteRange")
    if not isinstance(listed, ArrayObject) or len(listed) != 4 or not all(isinstance(one, int) for one in listed):
        raise Unreadable("without the stretches it covers")
    start, before, after, rest = (int(str(one)) for one in listed)
    return start, before, after, rest


def _bytes(value: object) -> bytes:
    original = getattr(value, "original_bytes", value)
    if not isinstance(original, bytes):
        raise Unreadable("a signature that is no string")
    return original
