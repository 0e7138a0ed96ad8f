"""Reading the files of a city folder: every fault is noted by file, row and field, and reading goes on.

Nothing is guessed: a file must be UTF-8 (a byte order mark and Windows line ends are fine), have exactly its columns,
and every row as many fields as there are columns.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from yimen.pure.identifiers import IdentifierError

Level = Literal["error", "warning"]
_T = TypeVar("_T")
_MAX_BYTES = 20 * 1024 * 1024
_MAX_FIELD = 500
_UNSTORABLE = ("Cc", "Cs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a city folder.

    `row` is the line of the file (1 is the header) and None when the whole file is meant; `field` is a column, or the
    path inside a JSON file; `code` is stable.
    """

    file: str
    row: int | None
    field: str
    code: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        place = [self.file, str(self.row) if self.row else "", self.field]
        return f"{':'.join(part for part in place if part)}: {self.message}"

    def as_dict(self) -> dict[str, str | int | None]:
        return {
            "level": self.level,
            "file": self.file,
            "row": self.row,
            "field": self.field,
            "code": self.code,
            "message": self.message,
        }


class CityInvalid(Exception):
    """A city folder that must not be loaded, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [problem for problem in problems if problem.level == "error"]
        super().__init__("\n".join(map(str, errors)))


@dataclass
class Findings:
    """Where readers note what they find."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, file: str, row: int | None, name: str, code: str, message: str) -> None:
        self.problems.append(Problem(file=file, row=row, field=name, code=code, message=message))

    def warn(self, file: str, row: int | None, name: str, code: str, message: str) -> None:
        problem = Problem(file=file, row=row, field=name, code=code, message=message, level="warning")
        self.problems.append(problem)

    @property
    def fatal(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)


class BadField(ValueError):
    """A field that cannot be what it must be; `code` is stable, the text says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Row:
    """One row of a table, which notes what is wrong with its fields and says at the end whether it is whole."""

    file: str
    number: int
    fields: Mapping[str, str]
    findings: Findings
    whole: bool = True

    def get(self, name: str, read: Callable[[str], _T], default: _T) -> _T:
        """Return a field as `read` understands it, or the default once the fault is noted."""
        try:
            return read(self.fields[name])
        except BadField as error:
            self.fault(name, error.code, str(error))
        except IdentifierError as error:
            self.fault(name, error.code, str(error))
        return default

    def text(self, name: str) -> str:
        return self.get(name, required, "")

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        return self.get(name, lambda raw: among(raw, allowed), "")

    def fault(self, name: str, code: str, message: str) -> None:
        self.whole = False
        self.findings.error(self.file, self.number, name, code, message)


def read_rows(folder: Path, file: str, columns: Sequence[str], findings: Findings) -> Iterator[Row]:
    """Return the sound rows of a table; broken ones are noted and left out."""
    text = read_text(folder, file, findings)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if not _check_header(file, header, columns, findings):
            return
        for cells in reader:
            row = _row(file, reader.line_num, header, cells, findings)
            if row is not None:
                yield row
    except csv.Error as error:
        message = f"the row cannot be read: {error}"
        findings.error(file, reader.line_num, "", "row.broken", message)


def read_json(folder: Path, file: str, findings: Findings) -> dict[str, object] | None:
    """Return the object a JSON file holds, or None once the fault is noted."""
    text = read_text(folder, file, findings)
    if text is None:
        return None
    try:
        value = json.loads(text, object_pairs_hook=_no_key_twice)
    except json.JSONDecodeError as error:
        findings.error(file, error.lineno, "", "json.broken", f"this is not JSON: {error.msg}")
        return None
    except (ValueError, RecursionError) as error:
        findings.error(file, None, "", "json.broken", f"this is not JSON we accept: {error}")
        return None
    if not isinstance(value, dict):
        findings.error(file, None, "", "json.broken", "the file must hold one object")
        return None
    if not _storable(value):
        message = "a text holds a control character or half a surrogate pair"
        findings.error(file, None, "", "field.unprintable", message)
        return None
    return value


def read_text(folder: Path, file: str, findings: Findings) -> str | None:
    path = folder / file
    try:
        if path.stat().st_size > _MAX_BYTES:
            findings.error(file, None, "", "file.too_large", "the file is larger than 20 MB")
            return None
        return path.read_bytes().decode("utf-8-sig")
    except OSError:
        findings.error(file, None, "", "file.missing", "the file is missing or cannot be opened")
    except UnicodeDecodeError as error:
        row = path.read_bytes()[: error.start].count(b"\n") + 1
        findings.error(file, row, "", "file.not_utf8", "the file is not UTF-8; save it as UTF-8")
    return None


def required(raw: str) -> str:
    if not raw:
        raise BadField("field.empty", "this must be filled in")
    return raw


def among(raw: str, allowed: Sequence[str]) -> str:
    if raw not in allowed:
        raise BadField("field.unknown_value", f"{raw!r} is not one of {', '.join(allowed)}")
    return raw


def counting(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 6 and int(raw) >= 1):
        raise BadField("field.not_a_number", f"{raw!r} is not a number from 1")
    return int(raw)


def check_unique(rows: Sequence[tuple[Row, _T]], name: str, key: Callable[[_T], object]) -> None:
    """Note every row whose key an earlier row already has."""
    first: dict[object, int] = {}
    for row, thing in rows:
        if not row.whole:
            continue
        value = key(thing)
        if value in first:
            message = f"this is already on row {first[value]}"
            row.findings.error(row.file, row.number, name, "row.duplicate", message)
        else:
            first[value] = row.number


def _check_header(file: str, header: list[str], columns: Sequence[str], findings: Findings) -> bool:
    missing = [name for name in columns if name not in header]
    surplus = [name for name in header if name not in columns]
    for name in missing:
        findings.error(file, 1, name, "column.missing", "this column is missing")
    for name in surplus:
        findings.error(file, 1, name, "column.unknown", f"no column {name!r} belongs here")
    if not missing and not surplus and len(set(header)) != len(header):
        findings.error(file, 1, "", "column.twice", "a column is there twice")
        return False
    return not missing and not surplus


def _row(file: str, number: int, header: list[str], cells: list[str], findings: Findings) -> Row | None:
    if not cells:
        return None
    if len(cells) != len(header):
        message = f"the row has {len(cells)} fields where {len(header)} belong"
        findings.error(file, number, "", "row.broken", message)
        return None
    for name, cell in zip(header, cells, strict=True):
        if len(cell) > _MAX_FIELD or any(not char.isprintable() for char in cell):
            message = f"this is longer than {_MAX_FIELD} characters or holds a control character"
            findings.error(file, number, name, "field.unprintable", message)
            return None
    fields = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    return Row(file=file, number=number, fields=fields, findings=findings)


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object has the same key twice")
    return result


def _storable(value: object) -> bool:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str) and any(unicodedata.category(char) in _UNSTORABLE for char in one):
            return False
        if isinstance(one, dict):
            left.extend((*one.keys(), *one.values()))
        elif isinstance(one, list):
            left.extend(one)
    return True
