"""
A workbook is looked through before it is opened: what would need more memory than it may, or is no workbook, is refused here.

A workbook of some kilobytes can unpack to gigabytes, name a cell in the last row and column, repeat one long text in a million
cells, or declare entities. Parts are unpacked a piece at a time, counted by what comes out and not by what the archive says, and only those that
were looked through are copied into the file that is then read. Formulas are found here too, because a reader of values does not show them.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Final, NoReturn
from xml.parsers import expat

from yimen.pure.item_fields import SHEETS
from yimen.registry.exchange.columns import ABOUT, sheet_named
from yimen.registry.exchange.remarks import Refused
from yimen.registry.exchange.tables import (
    MAX_CELLS,
    MAX_CHARACTERS,
    MAX_MERGED,
    MAX_ROWS,
    MAX_UNPACKED,
    Spot,
    megabytes,
)

WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_BESIDE: Final = ("[Content_Types].xml", "xl/styles.xml")
_ROOT: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="'
    'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_STRINGS: Final = "xl/sharedStrings.xml"
_PIECE: Final = 64 * 1024
_DIGITS: Final = 10
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(slots=True)
class Looked:
    """What a sheet holds beyond values; `part` is where it is in the archive."""

    name: str
    part: str
    formulas: set[Spot] = field(default_factory=set)
    errors: set[Spot] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def look_through(packed: zipfile.ZipFile, copy: IO[bytes]) -> list[Looked]:
    """
    Return the sheets of a workbook, and copy it as far as it is known to be harmless.

    Refuses: file.broken, file.too_large, file.too_many_rows.
    """
    check = _Check(packed)
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as safe:
        safe.writestr("_rels/.rels", _ROOT)
        sheets = check.sheets(safe)
        for part in _BESIDE:
            if part in check.names:
                check.part(part, safe, _Plain())
        strings = _Strings()
        if _STRINGS in check.names:
            check.part(_STRINGS, safe, strings)
        left = MAX_CHARACTERS
        for sheet in sheets:
            if sheet_named(sheet.name) in (*SHEETS, ABOUT):
                cells = _Cells(sheet, strings.lengths, left)
                check.part(sheet.part, safe, cells)
                left = cells.left
    return sheets


class _Plain:
    """A part of which nothing needs to be known; no part may declare entities."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...
    def end(self) -> None: ...
    def characters(self, data: str) -> None: ...


class _Names(_Plain):
    """The elements of one kind, with their attributes."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[Mapping[str, str]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if _local(tag) == self.tag:
            self.found.append({name.rpartition(":")[2]: value for name, value in attributes.items()})


class _Strings(_Plain):
    """How long each of the texts is that cells refer to by number."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if _local(tag) == "si":
            self.lengths.append(0)

    def characters(self, data: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(data)


class _Cells(_Plain):
    """Where the cells of a sheet are that hold something, and how much text they come to."""

    def __init__(self, sheet: Looked, lengths: list[int], left: int) -> None:
        self.sheet, self.lengths, self.left = sheet, lengths, left
        self.row = self.column = self.merged = 0
        self.kind = ""
        self.text, self.length = "", 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        tag = _local(tag)
        if tag == "c":
            self._count()
            self.kind = attributes.get("t", "")
            self._move(attributes.get("r"))
            self.text, self.length = "", 0
        elif tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif tag in ("v", "is", "f"):
            self._holds(tag)
        elif tag == "mergeCell":
            self.merged += 1
            if self.merged > MAX_MERGED:
                found = f"> {MAX_MERGED:,} merged"
                raise Refused("file.too_large", sheet=self.sheet.name, found=found, more=f"{MAX_MERGED:,}")

    def end(self) -> None:
        self._count()

    def characters(self, data: str) -> None:
        self.length += len(data)
        if self.kind == "s" and len(self.text) < _DIGITS:
            self.text += data

    def _count(self) -> None:
        """Take what the cell before came to from what is left."""
        number = self.kind == "s" and self.text.strip()
        self.left -= self.lengths[int(number)] if number else self.length
        if self.left < 0:
            found = f"> {MAX_CHARACTERS:,} characters"
            raise Refused("file.too_large", sheet=self.sheet.name, found=found, more=f"{MAX_CHARACTERS:,}")

    def _move(self, reference: str | None) -> None:
        self.column += 1
        if reference:
            match = _REFERENCE.fullmatch(reference)
            if not match:
                _broken(reference)
            self.row, self.column = int(match[2]), _number(match[1])

    def _holds(self, tag: str) -> None:
        sheet, self.text = self.sheet, ""
        if tag == "f":
            sheet.formulas.add((self.row, self.column))
        elif self.kind == "e":
            sheet.errors.add((self.row, self.column))
        if self.row <= sheet.rows and self.column <= sheet.columns:
            return
        sheet.rows, sheet.columns = max(sheet.rows, self.row), max(sheet.columns, self.column)
        if sheet.rows > MAX_ROWS:
            raise Refused("file.too_many_rows", sheet=sheet.name, found=f"{MAX_ROWS:,}", more=f"{MAX_ROWS:,}")
        if sheet.rows * sheet.columns > MAX_CELLS:
            found = f"{sheet.rows:,} × {sheet.columns:,} cells"
            raise Refused("file.too_large", sheet=sheet.name, found=found, more=f"{MAX_CELLS:,} cells")


class _Check:
    """An archive with how much may still come out of it."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed = packed
        self.names = set(packed.namelist())
        self.left = MAX_UNPACKED

    def sheets(self, safe: zipfile.ZipFile) -> list[Looked]:
        """The sheets that the workbook names, each with its part."""
        named, related = _Names("sheet"), _Names("Relationship")
        self.part(WORKBOOK, safe, named)
        self.part(_RELATIONS, safe, related)
        parts = {one.get("Id", ""): one.get("Target", "") for one in related.found}
        found = []
        for one in named.found:
            target = parts.get(one.get("id", ""), "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            found.append(Looked(name=one.get("name", ""), part=part))
        return found

    def part(self, name: str, safe: zipfile.ZipFile, reader: _Plain) -> None:
        """Unpack a part into the copy while its reader looks at it."""
        if name not in self.names:
            _broken(name)
        # The encoding is not the file's to choose: what is looked through is what will be read.
        parser = expat.ParserCreate(encoding="UTF-8")
        parser.buffer_text = True
        parser.StartElementHandler = reader.start
        parser.CharacterDataHandler = reader.characters
        parser.StartDoctypeDeclHandler = lambda *_: _broken("DOCTYPE")
        try:
            with safe.open(name, "w") as copy:
                for piece in self._pieces(name):
                    parser.Parse(piece)
                    copy.write(piece)
            parser.Parse(b"", True)
            reader.end()
        except (expat.ExpatError, ValueError, IndexError) as error:
            raise Refused("file.broken", found=name) from error

    def _pieces(self, name: str) -> Iterator[bytes]:
        with self.packed.open(name) as part:
            while piece := part.read(_PIECE):
                self.left -= len(piece)
                if self.left < 0:
                    found = f"> {megabytes(MAX_UNPACKED)}"
                    raise Refused("file.too_large", found=found, more=megabytes(MAX_UNPACKED))
                yield piece


def _broken(found: str) -> NoReturn:
    raise Refused("file.broken", found=found)


def _local(tag: str) -> str:
    """The name of an element without its prefix."""
    return tag[tag.find(":") + 1 :] if ":" in tag else tag


@cache
def _number(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number
