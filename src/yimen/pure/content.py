"""
What a document is, told by its content: its name and what the browser says of it count for nothing.

Only what an examiner can look at is let in: PDF, JPEG and PNG, whole, and without anything that acts when opened.
"""

import io
import zlib
from collections.abc import Iterator
from enum import StrEnum

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

from yimen.pure.packed import Swollen, check_unfolded
from yimen.pure.page_tree import pages_up_to

LARGEST_SIDE = 30_000
MOST_PIXELS = 100_000_000
MOST_PROFILE = 8_000_000  # bytes of a colour profile, unpacked
MOST_PAGES = 300  # of one file: what an examiner can leaf through; more is several papers
MOST_PDF_OBJECTS = 60_000
MOST_PDF_DEPTH = 60

PNG_START = b"\x89PNG\r\n\x1a\n"
END_OF_IMAGE, START_OF_SCAN = 0xD9, 0xDA
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
FOREIGN = (b"%PDF-", b"PK\x03\x04", b"Rar!\x1a", b"7z\xbc\xaf", b"<script", b"<html", b"<svg", b"<?php", b"<!doctype")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa")
ACTING_KEYS = frozenset({"/JS", "/JavaScript", "/Launch", "/RichMedia", "/XFA", "/AA", "/ImportData", "/SubmitForm"})
ACTING_KINDS = frozenset(
    {"/JavaScript", "/Launch", "/RichMedia", "/ImportData", "/SubmitForm", "/Movie", "/Sound", "/GoToE", "/Rendition"}
)


class MediaType(StrEnum):
    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"


class ContentRefused(ValueError):
    """A document that is not let in. `code` is stable, `kind` is that of the refusal a door shows."""

    kind = "malformed"

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


def kind_of(content: bytes) -> MediaType:
    """
    Say what a document is, having looked at all of it.

    Refuses (ContentRefused): document.empty; document.type_not_allowed; document.damaged (truncated, broken, or with
    something of another kind before or after it); document.too_many_pixels; document.too_many_pages; document.encrypted;
    document.hostile (JavaScript, actions that start something, forms that run, a program inside).
    """
    if not content:
        raise ContentRefused("document.empty")
    if content.startswith(PNG_START):
        _check_png(content)
        return MediaType.PNG
    if content.startswith(b"\xff\xd8\xff"):
        _check_jpeg(content)
        return MediaType.JPEG
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return MediaType.PDF
    raise ContentRefused("document.type_not_allowed")


def pixels_of(picture: bytes) -> int:
    """How many pixels a PNG or JPEG has, that `kind_of` let in."""
    if picture.startswith(PNG_START):
        return int.from_bytes(picture[16:20], "big") * int.from_bytes(picture[20:24], "big")
    at = 2
    while at + 9 <= len(picture):
        marker, after = _segment(picture, at)
        if marker in FRAMES:
            return int.from_bytes(picture[at + 5 : at + 7], "big") * int.from_bytes(picture[at + 7 : at + 9], "big")
        at = after
    raise ContentRefused("document.damaged", "no size")


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise ContentRefused("document.damaged", "no size")
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise ContentRefused("document.too_many_pixels", f"{width}x{height}")


def _check_png(content: bytes) -> None:
    seen: list[bytes] = []
    at = len(PNG_START)
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        after = at + 8 + size
        if after + 4 > len(content) or zlib.crc32(kind + body) != int.from_bytes(content[after : after + 4], "big"):
            raise ContentRefused("document.damaged", "a piece is cut off or changed")
        _check_piece(kind, body, first=not seen)
        seen.append(kind)
        at = after + 4
        if kind == b"IEND":
            break
    if not seen or seen[-1] != b"IEND" or b"IDAT" not in seen:
        raise ContentRefused("document.damaged", "cut off")
    if content[at:].strip(b"\0"):
        raise ContentRefused("document.damaged", "something follows the picture")


def _check_piece(kind: bytes, body: bytes, *, first: bool) -> None:
    if first:
        if kind != b"IHDR" or len(body) != 13:
            raise ContentRefused("document.damaged", "no header")
        _check_size(int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big"))
    if kind == b"iCCP":
        _check_profile(body)


def _check_profile(piece: bytes) -> None:
    """A colour profile is unpacked whole by whoever draws the picture, and a megabyte can hold a thousand."""
    unpacking = zlib.decompressobj()
    try:
        unpacking.decompress(piece.partition(b"\0")[2][1:], MOST_PROFILE)
    except zlib.error as wrong:
        raise ContentRefused("document.damaged", "a colour profile that cannot be unpacked") from wrong
    if not unpacking.eof:
        raise ContentRefused("document.hostile", "a colour profile that unfolds to too much")


def _check_jpeg(content: bytes) -> None:
    at, seen = 2, set()
    while at + 4 <= len(content) and content[at + 1] != END_OF_IMAGE:
        marker, after = _segment(content, at)
        if marker in FRAMES:
            high, wide = content[at + 5 : at + 7], content[at + 7 : at + 9]
            _check_size(int.from_bytes(wide, "big"), int.from_bytes(high, "big"))
        seen.add("frame" if marker in FRAMES else "scan" if marker == START_OF_SCAN else "other")
        at = _end_of_scan(content, after) if marker == START_OF_SCAN else after
    if content[at : at + 2] != bytes([0xFF, END_OF_IMAGE]) or not {"frame", "scan"} <= seen:
        raise ContentRefused("document.damaged", "cut off")
    # Telephones put a second picture or a note of their own behind the first: only other kinds of file are refused.
    rest = content[at + 2 :].lower()
    if any(foreign.lower() in rest for foreign in FOREIGN):
        raise ContentRefused("document.damaged", "another file follows the picture")


def _segment(content: bytes, at: int) -> tuple[int, int]:
    """The marker at a place, and the place after its segment; a marker may be filled up with 0xFF before it."""
    if content[at] != 0xFF:
        raise ContentRefused("document.damaged", "no marker where one must be")
    if content[at + 1] == 0xFF:
        return 0xFF, at + 1
    size = int.from_bytes(content[at + 2 : at + 4], "big")
    if size < 2 or at + 2 + size > len(content):
        raise ContentRefused("document.damaged", "cut off")
    return content[at + 1], at + 2 + size


def _end_of_scan(content: bytes, at: int) -> int:
    """The place of the next marker that is neither a stuffed byte nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise ContentRefused("document.damaged", "cut off")
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _check_pdf(content: bytes) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0 or content[end + 5 :].strip(b"\0\r\n\t "):
        raise ContentRefused("document.damaged", "cut off, or something follows the document")
    try:
        _check_packing(content)
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise ContentRefused("document.encrypted")
        pages = pages_up_to(reader, MOST_PAGES)
        if not pages or pages > MOST_PAGES:
            raise ContentRefused("document.too_many_pages" if pages else "document.damaged", str(pages))
        for value in _everything_in(reader):
            _check_acts_on_nothing(value)
    except ContentRefused:
        raise
    except Exception as cause:  # pypdf raises dozens of kinds on broken files, and one forgotten must not let it in
        raise ContentRefused("document.damaged", "cannot be read") from cause


def _check_packing(content: bytes) -> None:
    try:
        check_unfolded(content)
    except Swollen as cause:
        # what is locked cannot be unpacked either; it is refused in the words of a lock
        raise ContentRefused(
            "document.encrypted" if b"/Encrypt" in content else "document.hostile", str(cause)
        ) from cause


def _everything_in(reader: PdfReader) -> Iterator[PdfObject]:
    """Every object that can be reached from the trailer, and every one beside that the file lists."""
    listed = [IndirectObject(number, generation, reader) for number, generation in _listed(reader)]
    waiting: list[tuple[PdfObject, int]] = [(reader.trailer, 0), *((entry, 0) for entry in listed)]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, IndirectObject):
            if (value.idnum, value.generation) in seen:
                continue
            seen.add((value.idnum, value.generation))
            resolved = value.get_object()
            if resolved is None:
                continue
            value, depth = resolved, 0
        count += 1
        if count > MOST_PDF_OBJECTS * 10 or len(seen) > MOST_PDF_OBJECTS or depth > MOST_PDF_DEPTH:
            raise ContentRefused("document.damaged", "too deep or too many parts")
        yield value
        if isinstance(value, DictionaryObject):
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, ArrayObject):
            waiting.extend((inner, depth + 1) for inner in value)


def _listed(reader: PdfReader) -> Iterator[tuple[int, int]]:
    for generation, places in reader.xref.items():
        yield from ((number, generation) for number in places)
    yield from ((number, 0) for number in reader.xref_objStm)


def _check_acts_on_nothing(value: PdfObject) -> None:
    if not isinstance(value, DictionaryObject):
        return
    for key in ACTING_KEYS & value.keys():
        raise ContentRefused("document.hostile", key)
    action = value.get("/S")
    if isinstance(action, str) and action in ACTING_KINDS:
        raise ContentRefused("document.hostile", str(action))
    opens = value.get("/OpenAction")
    opens = opens.get_object() if opens is not None else None
    # an address that is called says who looks, and when
    if isinstance(opens, DictionaryObject) and (opens.get("/S") != "/GoTo" or "/Next" in opens):
        raise ContentRefused("document.hostile", "/OpenAction")
    body = value.get_data() if isinstance(value, StreamObject) and value.get("/Type") == "/EmbeddedFile" else b""
    if body.lstrip().startswith(PROGRAMS):
        raise ContentRefused("document.hostile", "a program inside")
