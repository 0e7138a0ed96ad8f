"""
The text of a page as our certificates write it: glyphs of embedded fonts that say which character each one is.

Pictures and the forms they are drawn with are passed over, and so is text that is not painted.
"""

import re
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject
from pypdf.generic import DictionaryObject, StreamObject

TOKEN = re.compile(
    rb"(?P<hex><[0-9A-Fa-f\s]*>)"
    rb"|(?P<literal>\((?:[^()\\]|\\[\s\S]|\((?:[^()\\]|\\[\s\S])*\))*\))"
    rb"|(?P<name>/[^\s<>\[\]()/%]*)"
    rb"|(?P<word>[A-Za-z'\"*][A-Za-z0-9'\"*]*)"
    rb"|(?P<other>[-+.\d]+|<<|>>|\[|\])"
)
PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]*)>|\[([^\]]*)\])")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
SHOWING = frozenset({b"Tj", b"TJ", b"'", b'"'})
INVISIBLE = frozenset({b"3", b"7"})

Glyphs = dict[int, str]


def text_of(page: PageObject) -> str:
    """Return the painted text in the order in which it was written."""
    fonts = {name: _glyphs(font.get_object()) for name, font in _fonts(page).items()}
    content = page.get_contents()
    return "".join(_painted(content.get_data(), fonts)) if content is not None else ""


def _painted(content: bytes, fonts: dict[str, Glyphs]) -> Iterator[str]:
    glyphs: Glyphs = {}
    mode = b"0"
    before: dict[str, bytes] = {}
    strings: list[bytes] = []
    for found in TOKEN.finditer(content):
        token, kind = found[0], str(found.lastgroup)
        if kind != "word":
            before[kind] = token
            strings += _string(token, kind)
            continue
        if token == b"Tf":
            glyphs = fonts.get(before["name"].decode("latin-1"), {})
        elif token == b"Tr":
            mode = before["other"]
        elif token in SHOWING and mode not in INVISIBLE:
            yield from (_read(string, glyphs) for string in strings)
        strings = []


def _string(token: bytes, kind: str) -> list[bytes]:
    if kind == "hex":
        return [_from_hex(token[1:-1])]
    return [_from_literal(token[1:-1])] if kind == "literal" else []


def _read(string: bytes, glyphs: Glyphs) -> str:
    codes = (int.from_bytes(string[at : at + 2], "big") for at in range(0, len(string), 2))
    return "".join(glyphs.get(code, "\N{REPLACEMENT CHARACTER}") for code in codes)


def _fonts(page: PageObject) -> dict[str, Any]:
    resources = page.get("/Resources", DictionaryObject()).get_object()
    fonts: dict[str, Any] = resources.get("/Font", DictionaryObject()).get_object()
    return fonts


def _glyphs(font: Any) -> Glyphs:
    """What the characters of a font's glyphs are; only fonts with two bytes for a glyph are read."""
    mapping = font.get("/ToUnicode")
    mapping = mapping.get_object() if mapping is not None else None
    if (
        font.get("/Subtype") != "/Type0"
        or font.get("/Encoding") != "/Identity-H"
        or not isinstance(mapping, StreamObject)
    ):
        return {}
    return _glyphs_in(mapping.get_data())


def _glyphs_in(mapping: bytes) -> Glyphs:
    glyphs: Glyphs = {}
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", mapping, re.DOTALL):
        for code, text in PAIR.findall(section):
            glyphs[int(code, 16)] = _text(text)
    for section in re.findall(rb"beginbfrange(.*?)endbfrange", mapping, re.DOTALL):
        for first, last, text, listed in RANGE.findall(section):
            start, end = int(first, 16), min(int(last, 16), 0xFFFF)
            if listed:
                glyphs.update(zip(range(start, end + 1), map(_text, re.findall(rb"<([^>]*)>", listed)), strict=False))
            elif text:
                base = _text(text)
                following = (base[:-1] + chr(ord(base[-1]) + step) for step in range(end - start + 1))
                glyphs.update(zip(range(start, end + 1), following, strict=True))
    return glyphs


def _text(digits: bytes) -> str:
    return _from_hex(digits).decode("utf-16-be")


def _from_hex(digits: bytes) -> bytes:
    plain = b"".join(digits.split())
    return bytes.fromhex((plain + b"0" * (len(plain) % 2)).decode("ascii"))


def _from_literal(inner: bytes) -> bytes:
    return re.sub(rb"\\(\r\n|[0-7]{1,3}|[\s\S])", lambda found: _unescaped(found[1]), inner)


def _unescaped(escape: bytes) -> bytes:
    if escape[:1].isdigit():
        return bytes([int(escape, 8) & 0xFF])
    if escape in (b"\n", b"\r", b"\r\n"):
        return b""
    return ESCAPES.get(escape, escape)
