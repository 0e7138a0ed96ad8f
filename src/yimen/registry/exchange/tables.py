"""What a file gives to be read, whatever its format: tables of cells, and the limits within which one is opened at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from yimen.registry.exchange.cells import Raw

MAX_PACKED: Final = 20 * 1024 * 1024  # of a workbook or an archive; the 2,498 items of a city are 2 MB
MAX_FILE: Final = 64 * 1024 * 1024  # of text, and of an archive unpacked
MAX_UNPACKED: Final = 256 * 1024 * 1024  # of a workbook; its parts are read a piece at a time
MAX_ROWS: Final = 50_000  # of a sheet
MAX_CELLS: Final = 2_000_000  # of a sheet, empty ones among them
MAX_MERGED: Final = 50_000  # ranges of a sheet
MAX_CHARACTERS: Final = 40_000_000  # of a workbook's cells together

Spot = tuple[int, int]  # row and column, both from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet: `name` as the file has it, its rows with that of the headings, and what no value of a cell shows."""

    name: str
    rows: Iterable[Sequence[Raw]]
    size: int = 0  # how many rows, for progress
    first: int = 1  # the number that the first of the rows goes by
    strict: bool = False  # each row has as many cells as there are headings
    formulas: set[Spot] = field(default_factory=set)  # of CSV, filled while rows are read
    errors: set[Spot] = field(default_factory=set)
    merged: Sequence[tuple[Spot, Spot]] = ()


def megabytes(size: int) -> str:
    """Return a size in words."""
    return f"{size / 1024 / 1024:.1f} MB"
