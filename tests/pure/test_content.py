"""Documents by their content: whole pictures and quiet PDFs are let in, everything else is refused by name."""

import io
import zlib

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from yimen.pure.content import ContentRefused, MediaType, kind_of
from yimen.pure.signed_pdf import Unreadable, open_signed


def png(*, width: int = 2, height: int = 2, profile: bytes = b"") -> bytes:
    def piece(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes(6))
    coloured = piece(b"iCCP", b"x\0\0" + profile) if profile else b""
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", header) + coloured + piece(b"IDAT", rows) + piece(b"IEND", b"")


def jpeg(*, width: int = 8, height: int = 8, rest: bytes = b"") -> bytes:
    frame = bytes([8]) + height.to_bytes(2, "big") + width.to_bytes(2, "big") + bytes([1, 1, 0x11, 0])
    scan = bytes([1, 1, 0, 0, 63, 0])

    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body

    data = b"\x12\xff\x00\x34\xff\xd0\x56"
    return (
        b"\xff\xd8" + segment(0xE0, b"JFIF\0") + segment(0xC0, frame) + segment(0xDA, scan) + data + b"\xff\xd9" + rest
    )


def pdf(*, encrypted: bool = False, catalog: DictionaryObject | None = None, attached: bytes | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if catalog is not None:
        writer.root_object.update(catalog)
    if attached is not None:
        writer.add_attachment("notes.txt", attached)
    if encrypted:
        writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def acting(kind: str, key: str = "/OpenAction") -> DictionaryObject:
    action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/N"): TextStringObject("x")})
    return DictionaryObject({NameObject(key): ArrayObject([NumberObject(0), action])})


def opening(kind: str, **more: str) -> DictionaryObject:
    action = DictionaryObject({NameObject("/S"): NameObject(kind)})
    action.update({NameObject(f"/{name}"): TextStringObject(value) for name, value in more.items()})
    return DictionaryObject({NameObject("/OpenAction"): action})


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), MediaType.PDF),
        (pdf(attached=b"plain words"), MediaType.PDF),
        (pdf(catalog=acting("/GoTo")), MediaType.PDF),
        (pdf(catalog=opening("/GoTo", D="x")), MediaType.PDF),
        (png(), MediaType.PNG),
        (png() + bytes(8), MediaType.PNG),
        (png(profile=zlib.compress(bytes(3_000_000))), MediaType.PNG),
        (jpeg(), MediaType.JPEG),
        (jpeg(rest=b"SEFH a telephone's own note"), MediaType.JPEG),
        (jpeg(rest=jpeg()), MediaType.JPEG),
    ],
)
def test_whole_and_quiet_documents_are_let_in(content: bytes, kind: MediaType) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document.empty"),
        (b"just words", "document.type_not_allowed"),
        (b"PK\x03\x04 a word file", "document.type_not_allowed"),
        (b"MZ a program called scan.pdf", "document.type_not_allowed"),
        (b"GIF89a", "document.type_not_allowed"),
        (b"<svg onload='x'/>", "document.type_not_allowed"),
        (b"junk before " + pdf(), "document.type_not_allowed"),
        (b"<script>" + png(), "document.type_not_allowed"),
        (pdf()[:-200], "document.damaged"),
        (pdf() + b"PK\x03\x04 behind", "document.damaged"),
        (b"%PDF-1.7\n" + bytes(400) + b"%%EOF", "document.damaged"),
        (png()[:-10], "document.damaged"),
        (png() + b"<script>", "document.damaged"),
        (png().replace(b"IDAT", b"IDAX"), "document.damaged"),
        (b"\x89PNG\r\n\x1a\n", "document.damaged"),
        (jpeg()[:-2], "document.damaged"),
        (jpeg()[:12], "document.damaged"),
        (jpeg(rest=b"PK\x03\x04"), "document.damaged"),
        (jpeg(rest=b"<SCRIPT>"), "document.damaged"),
        (b"\xff\xd8\xff", "document.damaged"),
        (png(width=60_000, height=60_000), "document.too_many_pixels"),
        (png(width=20_000, height=20_000), "document.too_many_pixels"),
        (png(width=0), "document.damaged"),
        (png(profile=zlib.compress(bytes(9_000_000))), "document.hostile"),
        (png(profile=b"not packed"), "document.damaged"),
        (jpeg(width=65_000, height=65_000), "document.too_many_pixels"),
        (pdf(encrypted=True), "document.encrypted"),
        (pdf(catalog=acting("/JavaScript")), "document.hostile"),
        (pdf(catalog=acting("/Launch")), "document.hostile"),
        (pdf(catalog=acting("/SubmitForm")), "document.hostile"),
        (pdf(catalog=acting("/GoTo", key="/AA")), "document.hostile"),
        (pdf(catalog=opening("/URI", URI="https://example.org/seen")), "document.hostile"),
        (pdf(catalog=opening("/GoTo", Next="x")), "document.hostile"),
        (pdf(attached=b"MZ\x90\x00"), "document.hostile"),
        (pdf(attached=b"\x7fELF"), "document.hostile"),
    ],
)
def test_everything_else_is_refused_by_name(content: bytes, code: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        kind_of(content)
    assert refused.value.code == code


def swollen(kind: bytes, packing: bytes = b"/FlateDecode", *, parts: int = 4) -> bytes:
    """A PDF of a few kilobytes, the parts of which unfold to twenty million bytes each."""
    packed = zlib.compress(bytes(20_000_000), 9)
    part = b"<</Type%s/N 0/First 0/Filter%s/Length %d>>\nstream\n%s\nendstream\n" % (kind, packing, len(packed), packed)
    objects = b"".join(b"%d 0 obj\n%sendobj\n" % (n, part) for n in range(10, 10 + parts))
    return pdf().replace(b"1 0 obj", objects + b"1 0 obj", 1)


@pytest.mark.parametrize(
    "content",
    [
        swollen(b"/ObjStm"),
        swollen(b"/XRef"),
        swollen(b"/EmbeddedFile"),
        swollen(b"/Obj#53tm"),
        swollen(b" 9 0 R"),
        swollen(b"/ObjStm", b"[/FlateDecode/FlateDecode]", parts=1),
        swollen(b"/ObjStm", b"/LZWDecode", parts=1),
        swollen(b"/ObjStm", b" 9 0 R", parts=1),
    ],
)
def test_what_unfolds_to_more_than_memory_holds_is_refused_before_it_is_unfolded(content: bytes) -> None:
    with pytest.raises(ContentRefused, match=r"document\.hostile"):
        kind_of(content)


def branching(branches: int) -> bytes:
    """A PDF of two thousand bytes whose tree of pages names each branch twice."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>"]
    objects += [b"<</Type/Pages/Count 1/Kids[%d 0 R %d 0 R]>>" % (n + 3, n + 3) for n in range(branches)]
    objects += [b"<</Type/Page/MediaBox[0 0 1 1]>>"]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    return out + head + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(out))


def test_a_million_pages_in_two_thousand_bytes_are_not_counted_to_the_end() -> None:
    with pytest.raises(ContentRefused, match=r"too_many_pages 301"):
        kind_of(branching(25))
    with pytest.raises(Unreadable, match="too many"):
        open_signed(branching(25))


def test_a_blank_page_may_shrink_a_thousandfold() -> None:
    assert kind_of(swollen(b"/XObject")) is MediaType.PDF


def test_no_cut_of_a_document_is_let_in() -> None:
    for whole in (png(), jpeg(), pdf()):
        for end in range(0, len(whole) - 1, 7):
            with pytest.raises(ContentRefused):
                kind_of(whole[:end])
