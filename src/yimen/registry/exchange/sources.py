"""A file as tables, by what it holds and not by what it is called: a workbook, an archive or a folder of CSV files, or JSON."""

import codecs
import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from yimen.pure.item_fields import SHEETS
from yimen.registry.exchange.cells import Other, Raw
from yimen.registry.exchange.columns import ABOUT, FORMAT, VERSION, folded, sheet_named
from yimen.registry.exchange.remarks import Refused, Remarks, shown
from yimen.registry.exchange.tables import MAX_FILE, MAX_PACKED, MAX_ROWS, Spot, Table, megabytes
from yimen.registry.exchange.workbook_check import BROKEN, WORKBOOK, Looked, look_through

_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = {"word/document.xml": "Word", "ppt/presentation.xml": "PowerPoint", "content.xml": "OpenDocument"}
_TEXT_START: Final = frozenset("=+-@\t\r'")
READ: Final = f"{FORMAT} {VERSION}"


@contextmanager
def opened(path: Path, remarks: Remarks) -> Iterator[Sequence[Table]]:
    """
    Give the tables of a file or folder; rows are read while one goes through them.

    Refuses: file.kind, file.broken, file.too_large, file.too_many_rows, file.format.
    """
    try:
        if path.is_dir():
            yield [_csv(file.name, file.read_bytes(), remarks) for file in sorted(path.glob("*.csv")) if _fits(file)]
            return
        with path.open("rb") as file:
            start = file.read(512)
        if start.startswith(_ZIP):
            _fits(path, MAX_PACKED)
            with zipfile.ZipFile(path) as packed, _archive(packed, remarks) as tables:
                yield tables
        elif start.startswith(_OLD_OFFICE):
            raise Refused("file.kind", found=".xls / 加密 encrypted / .doc")
        elif _after_mark(start).lstrip()[:1] in (b"{", b"["):
            yield _json(path) if _fits(path) else []
        else:
            raise Refused("file.kind", found=f"“{shown(start[:20].decode('utf-8', 'replace'))}”")
    except BROKEN as error:
        raise Refused("file.broken", found=type(error).__name__) from error


@contextmanager
def _archive(packed: zipfile.ZipFile, remarks: Remarks) -> Iterator[Sequence[Table]]:
    names = set(packed.namelist())
    if WORKBOOK in names:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
            sheets = look_through(packed, copy)
            copy.flush()
            yield _workbook(copy.name, sheets)
        return
    files = [name for name in sorted(names) if name.lower().endswith(".csv") and "__MACOSX" not in name]
    if not files:
        found = next((word for part, word in _OTHERS.items() if part in names), ".zip")
        raise Refused("file.kind", found=found)
    left, tables = MAX_FILE, []
    for name in files:
        with packed.open(name) as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise Refused("file.too_large", found=f"> {megabytes(MAX_FILE)}", more=megabytes(MAX_FILE))
        tables.append(_csv(name.rpartition("/")[2], content, remarks))
    yield tables


def _fits(path: Path, limit: int = MAX_FILE) -> bool:
    size = path.stat().st_size
    if size > limit:
        raise Refused("file.too_large", found=megabytes(size), more=megabytes(limit))
    return True


def _after_mark(content: bytes) -> bytes:
    return content.removeprefix(codecs.BOM_UTF8)


# ---------------------------------------------------------------- a workbook


def _workbook(path: str, sheets: Sequence[Looked]) -> list[Table]:
    try:
        book = CalamineWorkbook.from_path(path)
        return [_sheet(book, one) for one in sheets]
    except CalamineError as error:
        raise Refused("file.broken", found=str(error)) from error


def _sheet(book: CalamineWorkbook, looked: Looked) -> Table:
    known = sheet_named(looked.name)
    if known not in (*SHEETS, ABOUT):
        return Table(name=looked.name, rows=())
    sheet = book.get_sheet_by_name(looked.name)
    if known == ABOUT:
        _check_format(sheet.iter_rows())
        return Table(name=looked.name, rows=())
    merged = [((a + 1, b + 1), (c + 1, d + 1)) for (a, b), (c, d) in sheet.merged_cell_ranges or ()]
    return Table(
        name=looked.name,
        rows=sheet.iter_rows(),
        size=sheet.total_height,
        formulas=looked.formulas,
        errors=looked.errors,
        merged=merged,
    )


def _check_format(rows: Iterator[Sequence[Raw]]) -> None:
    """The first sheet says which format the workbook has; one that is newer than this program is not guessed at."""
    for row in rows:
        said = str(row[1]).strip() if len(row) > 1 else ""
        if folded(str(row[0])) == folded("格式 Format") and said != READ:
            raise Refused("file.format", found=said, more=READ)


# ---------------------------------------------------------------- CSV


def _csv(name: str, content: bytes, remarks: Remarks) -> Table:
    try:
        text = _after_mark(content).decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Refused("file.broken", sheet=name, found=str(error.reason)) from error
        remarks.say("file.encoding", sheet=name, found="GB 18030")
    if "\0" in text:
        raise Refused("file.broken", sheet=name, found="NUL")
    formulas: set[Spot] = set()
    rows = _csv_rows(name, text, formulas)
    return Table(name=name, rows=rows, size=text.count("\n"), strict=True, formulas=formulas)


def _csv_rows(name: str, text: str, formulas: set[Spot]) -> Iterator[list[Raw]]:
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), 1):
            if number > MAX_ROWS:
                raise Refused("file.too_many_rows", sheet=name, found=f"{MAX_ROWS:,}", more=f"{MAX_ROWS:,}")
            formulas |= {(number, column) for column, cell in enumerate(row, 1) if cell[:1] == "=" and len(cell) > 1}
            yield [unguarded(cell) for cell in row]
    except csv.Error as error:
        raise Refused("file.broken", sheet=name, found=str(error)) from error


def guarded(text: str) -> str:
    """Return a text as a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in _TEXT_START and text else text


def unguarded(cell: str) -> str:
    """Return the text of a guarded cell."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _TEXT_START and len(cell) > 1 else cell


# ---------------------------------------------------------------- JSON


def _json(path: Path) -> list[Table]:
    try:
        document = json.loads(_after_mark(path.read_bytes()), object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        raise Refused("file.broken", found=str(error)) from error
    if not isinstance(document, dict) or "format" not in document:
        raise Refused("file.kind", found="JSON")
    said = f"{document['format']} {document.get('version')}"
    if said != READ:
        raise Refused("file.format", found=said, more=READ)
    fields = document.get("fields")
    listed = fields if isinstance(fields, dict) else {}
    sheets = {name: rows for name, rows in document.items() if name not in ("format", "version", "fields")}
    return [_listed(name, rows, listed.get(name)) for name, rows in sheets.items()]


def _listed(name: str, rows: Any, fields: Any) -> Table:
    """A list of objects as a table whose headings are in row 0, so that its first object is row 1."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("file.broken", sheet=name, found=type(rows).__name__)
    if len(rows) > MAX_ROWS:
        raise Refused("file.too_many_rows", sheet=name, found=f"{MAX_ROWS:,}", more=f"{MAX_ROWS:,}")
    said = [str(one) for one in fields] if isinstance(fields, list) else []
    headings = list(dict.fromkeys([*said, *(key for row in rows for key in row)]))
    return Table(name=name, rows=_in_order(headings, rows), size=len(rows), first=0)


def _in_order(headings: list[str], rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Raw]]:
    yield headings
    for row in rows:
        yield [_plain(row.get(name)) for name in headings]


def _plain(value: Any) -> Raw:
    return value if isinstance(value, str | int | float | bool | None) else Other(json.dumps(value)[:100])


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found
