"""
How far the parts of a PDF that its reader must unpack would unfold, told before any reader is let near it.

Pages and pictures are not unpacked here: a blank page of a scanner honestly shrinks a thousandfold. What is unpacked to read
the file at all are its tables (XRef), its packed objects (ObjStm) and the files inside it, and a small file can hold thousands.
"""

import re
import zlib
from typing import Final

MOST_UNFOLDED: Final = 64_000_000  # bytes, all such parts of one file together
_AT_ONCE: Final = 65_536
_STREAM: Final = re.compile(rb"(?<!end)stream[ \r\n]*")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
# A name that says so, or one that is written elsewhere and may say so.
_UNPACKED: Final = re.compile(rb"/(XRef|ObjStm|EmbeddedFile)(?![A-Za-z])|/Type\s*\d+\s+\d+\s+R")
# Packed twice, or in a way that nothing honest packs these parts in.
_STRANGE: Final = re.compile(
    rb"/(LZW|LZWDecode|RL|RunLengthDecode|BrotliDecode|A85|ASCII85Decode|AHx|ASCIIHexDecode)(?![A-Za-z])"
    rb"|/Filter\s*\d+\s+\d+\s+R|/(Fl|FlateDecode)(?![A-Za-z]).*/(Fl|FlateDecode)(?![A-Za-z])",
    re.DOTALL,
)


class Swollen(ValueError):
    """A PDF that unfolds to more than it may, or is packed so that it cannot be told."""


def check_unfolded(pdf: bytes) -> None:
    """
    Look at all parts a reader unpacks, keeping nothing of them.

    Refuses: Swollen.
    """
    whole, left, after = memoryview(pdf), MOST_UNFOLDED, 0
    for found in _STREAM.finditer(pdf):
        said = _ESCAPED.sub(lambda one: bytes([int(one[1], 16)]), pdf[after : found.start()])
        after = found.end()
        if not _UNPACKED.search(said):
            continue
        if _STRANGE.search(said):
            raise Swollen("packed in a strange way")
        if b"/Fl" in said:
            left = _unfolded(whole[after:], left)


def _unfolded(packed: memoryview, left: int) -> int:
    """Unfold one part, up to what is left of the measure; return what is left then."""
    unpacking = zlib.decompressobj()
    for at in range(0, len(packed), _AT_ONCE):
        more = packed[at : at + _AT_ONCE]
        while len(more) and not unpacking.eof:
            try:
                left -= len(unpacking.decompress(more, _AT_ONCE))
            except zlib.error as wrong:
                raise Swollen("a part that cannot be unpacked") from wrong
            if left < 0:
                raise Swollen("unfolds to too much")
            more = memoryview(unpacking.unconsumed_tail)
        if unpacking.eof:
            break
    return left
