"""The rows of one sheet: which column is which field, what merged cells mean, and each cell as its field takes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Final

from yimen.pure.item_fields import SHEETS, Field
from yimen.pure.item_rules import Row
from yimen.registry.exchange.cells import Place, Raw, settled, tidied
from yimen.registry.exchange.columns import OF_ITEM, field_named
from yimen.registry.exchange.remarks import Refused, Remarks, shown
from yimen.registry.exchange.tables import Spot, Table

_LOOKED_AT: Final = 10  # rows in which headings are looked for
_MERGED_BESIDE: Final = 256
_FIELD_OF_ITEM: Final = SHEETS["items"][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row: `code` is the item's, as far as it could be read; `sound` whether every cell could."""

    number: int
    code: str
    fields: Row
    sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Which field each column is, by its number from 1; and how many headings there are."""

    fields: dict[int, Field]
    width: int
    unknown: dict[int, str]

    def beyond(self, cells: Sequence[Raw]) -> list[int]:
        """The columns of a row that stand under no heading and hold something."""
        named = self.fields.keys() | self.unknown.keys()
        if len(named) >= len(cells):
            return []
        return [column for column, cell in enumerate(cells, 1) if column not in named and cell not in (None, "")]


def rows_of(sheet: str, table: Table, remarks: Remarks) -> Iterator[ReadRow]:
    """
    Read the rows of a sheet.

    Refuses: column.needed, column.twice.
    """
    lines = enumerate(table.rows, table.first)
    columns, number = _found_headings(sheet, lines, table.first)
    _say_columns(sheet, columns, number, table, remarks)
    headings = number
    merged = _Merged(sheet, table, remarks)
    marked = {row for row, _ in table.formulas | table.errors}
    for number, cells in lines:
        if number == headings + 1 and _only_words(sheet, cells, columns):
            continue
        merged.at(number)
        filled = merged.filled(number, cells, columns)
        if number in marked or any(cell is not None and cell != "" for cell in filled):
            yield _row(table, filled, columns, merged.across(), Place(remarks, sheet, number))
    for row in sorted(one for one in marked if one > number):
        remarks.say("cell.formula", sheet=sheet, row=row)
        yield ReadRow(number=row, code="", fields={}, sound=False)


def _found_headings(sheet: str, lines: Iterator[tuple[int, Sequence[Raw]]], first: int) -> tuple[_Columns, int]:
    """The first row that names the code of the item, and its number."""
    for number, cells in lines:
        if found := _headings(sheet, cells):
            return found, number
        if number - first >= _LOOKED_AT - 1:
            break
    code = f"{_FIELD_OF_ITEM.heading()} / {_FIELD_OF_ITEM.zh}"
    raise Refused("column.needed", sheet=sheet, name=OF_ITEM, found=code)


def _headings(sheet: str, cells: Sequence[Raw]) -> _Columns | None:
    """What the columns are, if a row is that of the headings: the one that names the code of the item."""
    fields: dict[int, Field] = {}
    unknown: dict[int, str] = {}
    twice = None
    for column, cell in enumerate(cells, 1):
        text = tidied(cell) if isinstance(cell, str) else str(cell or "")
        one = field_named(sheet, text) if text else None
        if one is None:
            unknown |= {column: text} if text else {}
            continue
        if one in fields.values():
            twice = one
        fields[column] = one
    if OF_ITEM not in {one.name for one in fields.values()}:
        return None
    if twice:
        raise Refused("column.twice", sheet=sheet, name=twice.name, found=f"{twice.heading()} / {twice.zh}")
    return _Columns(fields=fields, width=len(cells), unknown=unknown)


def _say_columns(sheet: str, columns: _Columns, number: int, table: Table, remarks: Remarks) -> None:
    if number > table.first:
        remarks.say("heading.lower", sheet=sheet, row=number, found=number)
    for text in columns.unknown.values():
        remarks.say("column.unknown", sheet=sheet, row=number, found=text)
    have = {one.name for one in columns.fields.values()}
    for one in SHEETS[sheet]:
        if one.name not in have:
            remarks.say("column.missing", sheet=sheet, row=number, name=one.name, found=f"{one.heading()} / {one.zh}")


def _only_words(sheet: str, cells: Sequence[Raw], columns: _Columns) -> bool:
    """Whether the row under the headings says them in other words."""
    said = [(column, cell) for column, cell in enumerate(cells, 1) if isinstance(cell, str) and cell]
    same = sum(field_named(sheet, cell) == columns.fields.get(column, 0) for column, cell in said)
    return bool(said) and same > len(said) / 2


class _Merged:
    """The merged cells of a sheet: over rows, each has what the first has; over columns, nobody knows which is meant."""

    def __init__(self, sheet: str, table: Table, remarks: Remarks) -> None:
        self.sheet, self.remarks = sheet, remarks
        self.coming = sorted((one for one in table.merged if one[0] != one[1]), reverse=True)
        self.here: list[tuple[Spot, Spot]] = []
        self.held: dict[Spot, Raw] = {}

    def at(self, number: int) -> None:
        """Go to a row; rows are gone through in order."""
        self.here = [(low, high) for low, high in self.here if high[0] >= number]
        while self.coming and self.coming[-1][0][0] <= number:
            self.here.append(self.coming.pop())
            if len(self.here) > _MERGED_BESIDE:
                raise Refused("file.broken", sheet=self.sheet, found=_named(*self.here[-1]))

    def across(self) -> dict[int, str]:
        """The columns of the row over which cells are merged with others, with the range in words."""
        return {
            column: _named(low, high)
            for low, high in self.here
            if low[1] != high[1]
            for column in range(low[1], min(high[1], _MERGED_BESIDE) + 1)
        }

    def filled(self, number: int, cells: Sequence[Raw], columns: _Columns) -> list[Raw]:
        """The cells of the row, with what those above say for it."""
        found = list(cells)
        says = any(cell is not None and cell != "" for cell in cells)
        for low, high in self.here:
            column = low[1]
            if column != high[1] or column > len(found):
                continue
            if number == low[0]:
                self.held[low] = found[column - 1]
                self._say(low, high, columns.fields.get(column), found[column - 1])
            elif says:
                found[column - 1] = self.held.get(low)
        return found

    def _say(self, low: Spot, high: Spot, one: Field | None, held: Raw) -> None:
        if one:
            more, words = shown(held, limit=20), _named(low, high)
            self.remarks.say("cell.filled", sheet=self.sheet, row=low[0], name=one.name, found=words, more=more)


def _row(table: Table, cells: Sequence[Raw], columns: _Columns, across: dict[int, str], place: Place) -> ReadRow:
    at = next(column for column, one in columns.fields.items() if one.name == OF_ITEM)
    place.item = shown((cells[at - 1] if at <= len(cells) else None) or "")
    sound = _whole(table, cells, columns, place)
    fields: dict[str, str] = {}
    for column, one in columns.fields.items():
        spot = (place.row, column)
        if spot in table.formulas or spot in table.errors or column in across:
            code = "cell.formula" if spot in table.formulas else "cell.error" if spot in table.errors else "cell.merged"
            place.say(code, one, across.get(column, ""))
            sound = False
            continue
        raw = cells[column - 1] if column <= len(cells) else None
        value = settled(one, raw, place) if raw is not None and raw != "" else ""
        if value is None:
            sound = False
        else:
            fields[one.name] = intern(value)  # most items say much the same
    if fields.get(OF_ITEM) == "":
        place.say("row.no_code", columns.fields[at])
        sound = False
    return ReadRow(number=place.row, code=fields.get(OF_ITEM, ""), fields=fields, sound=sound)


def _whole(table: Table, cells: Sequence[Raw], columns: _Columns, place: Place) -> bool:
    """Whether a row has as many cells as its format asks; what stands under no heading is said once of a column."""
    for column in columns.beyond(cells):
        columns.unknown[column] = _letters(column)
        place.remarks.say("column.unknown", sheet=place.sheet, row=place.row, found=_letters(column))
    if not table.strict or len(cells) == columns.width:
        return True
    place.remarks.say("row.broken", sheet=place.sheet, row=place.row, found=len(cells), more=columns.width, item=place.item)  # fmt: skip
    return False


def _named(low: Spot, high: Spot) -> str:
    """A range as a spreadsheet writes it."""
    return f"{_letters(low[1])}{low[0]}:{_letters(high[1])}{high[0]}"


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
