"""
The typeface of certificates, and the question whether it has every character of a text.

A character that it has not stops the certificate, with the character named: it is never replaced.
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "fonts"
FACES = ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf")

# Controls, invisible joiners and direction marks, private and unassigned code points: nobody sees these on paper.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class CharacterMissing(ValueError):
    """No typeface of ours can print a character that a certificate must show."""

    kind = "unavailable"
    code = "certificate.character_missing"

    def __init__(self, *, character: str, where: str) -> None:
        self.character = character
        self.code_point = f"U+{ord(character):04X}"
        self.where = where
        super().__init__(f"{self.code}: {character!r} ({self.code_point}) in {where}")


def check_printable(*, text: str, where: str) -> None:
    """Refuses: CharacterMissing, naming the first character that would not be seen as it is."""
    points = code_points()
    for character in text:
        if ord(character) not in points or unicodedata.category(character) in UNSEEN:
            raise CharacterMissing(character=character, where=where)


@cache
def code_points() -> frozenset[int]:
    """Every code point that all faces have."""
    first, *others = (_code_points_of((FOLDER / name).read_bytes()) for name in FACES)
    return frozenset(first.intersection(*others))


def _code_points_of(font: bytes) -> set[int]:
    """Read the character map (OpenType `cmap`, format 12: all of Unicode) of a font file."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if tag == b"cmap":
            return _groups_of(font, offset)
    raise ValueError("a font without a character map")


def _groups_of(font: bytes, table: int) -> set[int]:
    _, count = struct.unpack_from(">HH", font, table)
    for index in range(count):
        _, _, offset = struct.unpack_from(">HHL", font, table + 4 + 8 * index)
        (form,) = struct.unpack_from(">H", font, table + offset)
        if form != 12:
            continue
        (groups,) = struct.unpack_from(">L", font, table + offset + 12)
        points: set[int] = set()
        for group in range(groups):
            start, end, glyph = struct.unpack_from(">LLL", font, table + offset + 16 + 12 * group)
            points.update(range(start + (1 if glyph == 0 else 0), end + 1))
        return points
    raise ValueError("a font whose character map does not hold all of Unicode")
