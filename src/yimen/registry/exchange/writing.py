"""Items written to a file: a workbook that people can edit, an archive of CSV files, or JSON. The same items give the same bytes."""

import csv
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from yimen.pure.item_fields import SHEETS
from yimen.pure.item_rules import Row, Whole
from yimen.registry.exchange.columns import FORMAT, OF_ITEM, VERSION
from yimen.registry.exchange.sources import guarded
from yimen.registry.exchange.workbook_out import MAX_TEXT, write_workbook

Done = Callable[[int], None]
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)  # of time, in an archive


class TooLong(Exception):
    """A text that a cell of a workbook cannot hold."""


def _nothing(_rows: int) -> None: ...


def write(wholes: Sequence[Whole], path: Path, *, progress: Done = _nothing) -> None:
    """
    Write items to a file of the kind that its name says (.xlsx, .json, .zip), which is there whole or not at all.

    `progress` is told of each row that is written; `rows_to_write` says how many there will be. Raises TooLong.
    """
    write_as = WRITERS[path.suffix.lower()]
    rows = {sheet: _told(_rows(wholes, sheet), progress) for sheet in SHEETS}
    if write_as is write_workbook:
        _check_lengths(wholes)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("xb") as file:
            write_as(file, rows)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def rows_to_write(wholes: Sequence[Whole]) -> int:
    """Return how many rows items have together."""
    return sum(len(one.rows(sheet)) for one in wholes for sheet in SHEETS)


def _rows(wholes: Sequence[Whole], sheet: str) -> Iterator[Row]:
    for one in wholes:
        yield from one.rows(sheet)


def _told(rows: Iterator[Row], progress: Done) -> Iterator[Row]:
    for row in rows:
        yield row
        progress(1)


def _check_lengths(wholes: Sequence[Whole]) -> None:
    for sheet in SHEETS:
        for row in _rows(wholes, sheet):
            for name, text in row.items():
                if len(text) > MAX_TEXT:
                    message = f"{row.get(OF_ITEM)} {sheet} {name}: {len(text)} characters, where a cell of a workbook holds {MAX_TEXT}"
                    raise TooLong(message)


def _write_archive(file: IO[bytes], rows: Mapping[str, Iterator[Row]]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet, fields in SHEETS.items():
            text = io.StringIO(newline="")
            table = csv.writer(text)
            table.writerow(one.heading() for one in fields)
            for row in rows[sheet]:
                table.writerow(guarded(row.get(one.name, "")) for one in fields)
            entry = zipfile.ZipInfo(f"{sheet}.csv", _BEGINNING)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, text.getvalue().encode("utf-8-sig"))


def _write_json(file: IO[bytes], rows: Mapping[str, Iterator[Row]]) -> None:
    fields = {sheet: [one.heading() for one in listed] for sheet, listed in SHEETS.items()}
    text = io.TextIOWrapper(file, "utf-8", newline="\n", write_through=False)
    text.write(f'{{"format": {json.dumps(FORMAT)}, "version": {VERSION},\n"fields": {json.dumps(fields)}')
    for sheet, listed in SHEETS.items():
        text.write(f',\n"{sheet}": [')
        for number, row in enumerate(rows[sheet]):
            said = {one.heading(): row[one.name] for one in listed if row.get(one.name)}
            text.write(",\n" if number else "\n")
            text.write(json.dumps(said, ensure_ascii=False))
        text.write("\n]")
    text.write("}\n")
    text.flush()
    text.detach()


WRITERS: Final[Mapping[str, Callable[[IO[bytes], Mapping[str, Iterator[Row]]], None]]] = {
    ".xlsx": write_workbook,
    ".zip": _write_archive,
    ".json": _write_json,
}
