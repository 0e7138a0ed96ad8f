"""
A file read as items: what is sound is taken, what can be put right is, all else is left out; and of everything but the plain it is said where.

An item is taken whole or not at all: one row of it that cannot be taken leaves it out. A file of which a part may be lost is refused.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from yimen.pure.item_fields import SHEETS
from yimen.pure.item_rules import Row, Whole
from yimen.registry.exchange.columns import KEYS, OF_ITEM, sheet_named
from yimen.registry.exchange.comparing import Changes, compare
from yimen.registry.exchange.remarks import REMARKS, Grade, Refused, Remark, Remarks
from yimen.registry.exchange.rows import ReadRow, rows_of
from yimen.registry.exchange.sources import opened
from yimen.registry.exchange.tables import Table

Progress = Callable[[int, int], None]
_EVERY: Final = 200
OPTIONAL: Final = frozenset({"situations"})  # the national lists have no such sheet


def _nothing(_done: int, _of: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """
    What a file says: items that are sound in form, and what there is to say of it.

    `remarks` are told in full up to some hundreds of a code, `counts` counts all of each code; `rows` were read, `left_out` of them not taken.
    `absent` are sheets that the file may do without, and does: what they would say stays.
    """

    wholes: Sequence[Whole] = ()
    remarks: Sequence[Remark] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: int = 0
    left_out: int = 0
    absent: frozenset[str] = frozenset()

    @property
    def refused(self) -> bool:
        """Whether nothing was taken of the file, whatever it holds."""
        return self.graded("refused") > 0

    @property
    def complete(self) -> bool:
        """Whether every row was taken, so that what is not here is not in the file."""
        return not self.refused and self.left_out == 0

    def graded(self, grade: Grade) -> int:
        """Return how many remarks have a grade, those among them that are only counted."""
        return sum(count for code, count in self.counts.items() if REMARKS[code][0] == grade)

    def changes(self, old: Iterable[Whole], *, whole: bool = False) -> Changes:
        """
        Return what taking this over `old` would change.

        With `whole`, the file is the whole catalogue and what it has not ends; but nothing ends by a file of which something was left out.
        """
        return compare(old, self.wholes, whole=whole and self.complete, absent=self.absent)


def read(path: Path, *, progress: Progress = _nothing) -> Reading:
    """Read a workbook, a folder or archive of CSV files, or a JSON file. It never raises for what is in a file: remarks say it."""
    remarks = Remarks()
    try:
        with opened(path, remarks) as tables:
            rows = _rows(tables, remarks, progress)
        return _assembled(rows, remarks)
    except Refused as refused:
        remarks.counts[refused.remark.code] += 1
        return Reading(remarks=[refused.remark, *remarks.told], counts=remarks.counts)


def _rows(tables: Sequence[Table], remarks: Remarks, progress: Progress) -> dict[str, list[ReadRow]]:
    by_sheet = _by_sheet(tables, remarks)
    of, done = sum(table.size for table in by_sheet.values()), 0
    found: dict[str, list[ReadRow]] = {sheet: [] for sheet in SHEETS if sheet in by_sheet}
    for sheet, listed in found.items():
        for row in rows_of(sheet, by_sheet[sheet], remarks):
            listed.append(row)
            done += 1
            if done % _EVERY == 0:
                progress(min(done, of), of)
    progress(of, of)
    return found


def _by_sheet(tables: Sequence[Table], remarks: Remarks) -> dict[str, Table]:
    """Which table is which sheet; refuses sheet.twice, sheet.missing."""
    found: dict[str, Table] = {}
    for table in tables:
        sheet = sheet_named(table.name)
        if not sheet:
            remarks.say("sheet.unknown", sheet=table.name, found=table.name)
        elif sheet in found:
            raise Refused("sheet.twice", sheet=sheet, found=sheet)
        else:
            found[sheet] = table
    for sheet in SHEETS:
        if sheet not in found and sheet not in OPTIONAL:
            raise Refused("sheet.missing", sheet=sheet, found=sheet)
    return found


def _assembled(rows: Mapping[str, list[ReadRow]], remarks: Remarks) -> Reading:
    """The items with their rows; what cannot be told apart or belongs to nothing is left out."""
    items = _fitting(rows["items"], _once(rows["items"], remarks), remarks)
    known = {row.code for row in rows["items"] if row.code}
    belonging = {sheet: _belonging(rows.get(sheet, ()), sheet, known, remarks) for sheet in KEYS}
    bad: Counter[str] = Counter()
    for sheet, key in KEYS.items():
        for code, own in belonging[sheet].items():
            bad[code] += _bad_rows(own, sheet, key, remarks)
    wholes = []
    for row in rows["items"]:
        if row.code in items and not bad[row.code]:
            rest = {sheet: _in_place(belonging[sheet].get(row.code, ())) for sheet in KEYS}
            wholes.append(Whole(item=row.fields, **rest))
        elif row.code in items:
            remarks.say("item.left_out", sheet="items", row=row.number, found=bad[row.code], item=row.code)
    _names_twice(rows["items"], items, remarks)
    there = sum(map(len, rows.values()))
    taken = sum(len(one.rows(sheet)) for one in wholes for sheet in SHEETS)
    return Reading(
        wholes=wholes,
        remarks=remarks.told,
        counts=remarks.counts,
        rows=there,
        left_out=there - taken,
        absent=OPTIONAL - rows.keys(),
    )


def _belonging(rows: Sequence[ReadRow], sheet: str, known: set[str], remarks: Remarks) -> dict[str, list[ReadRow]]:
    """The rows of a sheet by item; those of no item are said."""
    found: dict[str, list[ReadRow]] = defaultdict(list)
    for row in rows:
        if row.code in known:
            found[row.code].append(row)
        elif row.code:
            remarks.say("row.item_unknown", sheet=sheet, row=row.number, name=OF_ITEM, found=row.code)
    return found


def _once(rows: Sequence[ReadRow], remarks: Remarks) -> set[str]:
    """The codes of the items that were read soundly and have a code of their own."""
    numbers = defaultdict(list)
    for row in rows:
        if row.code:
            numbers[row.code].append(row.number)
    for code, listed in numbers.items():
        if len(listed) > 1:
            _say_twice("items", OF_ITEM, code, listed, code, remarks)
    return {row.code for row in rows if row.sound and len(numbers[row.code]) == 1}


def _fitting(rows: Sequence[ReadRow], once: set[str], remarks: Remarks) -> set[str]:
    """Those of the items whose codes build on each other and whose implementation is no other's: a draft knows them by that."""
    numbers = defaultdict(list)
    for row in rows:
        if row.code in once:
            numbers[row.code[:31]].append(row)
    taken = set()
    for implementation, listed in numbers.items():
        apart = [row for row in listed if not _codes_fit(row)]
        if len(listed) > 1:
            more = ", ".join(str(row.number) for row in listed)
            remarks.say(
                "item.implementation_twice", sheet="items", row=listed[0].number, found=implementation, more=more
            )
        elif apart:
            remarks.say(
                "item.codes_apart", sheet="items", row=apart[0].number, found=implementation, item=apart[0].code
            )
        else:
            taken.add(listed[0].code)
    return taken


def _codes_fit(row: ReadRow) -> bool:
    """Whether the codes that a row says build on each other; a column that is not there says nothing."""
    implementation = row.fields.get("implementation_code", row.code[:31])
    return implementation == row.code[:31] and row.fields.get("agency_code", row.code[:18]) == row.code[:18]


def _bad_rows(rows: Sequence[ReadRow], sheet: str, key: str, remarks: Remarks) -> int:
    """How many rows of an item cannot be taken; two materials or two fees with one code are two such."""
    numbers = defaultdict(list)
    for row in rows:
        if row.fields.get(key):
            numbers[row.fields[key]].append(row.number)
    twice = {code: listed for code, listed in numbers.items() if len(listed) > 1 and sheet != "questions"}
    for code, listed in twice.items():
        _say_twice(sheet, key, code, listed, rows[0].code, remarks)
    return sum(not row.sound or row.fields.get(key) in twice for row in rows)


def _say_twice(sheet: str, name: str, code: str, rows: Sequence[int], item: str, remarks: Remarks) -> None:
    more = ", ".join(map(str, rows))
    remarks.say("row.code_twice", sheet=sheet, row=rows[0], name=name, found=code, more=more, item=item)


def _names_twice(rows: Sequence[ReadRow], taken: set[str], remarks: Remarks) -> None:
    numbers = defaultdict(list)
    for row in rows:
        if row.code in taken and row.fields.get("name"):
            numbers[row.fields["name"]].append(row.number)
    for name, listed in numbers.items():
        if len(listed) > 1:
            more = ", ".join(map(str, listed))
            remarks.say("name.twice", sheet="items", row=listed[0], name="name", found=name, more=more)


def _in_place(rows: Iterable[ReadRow]) -> list[Row]:
    """The rows of an item by the place that each says it has, whatever order the file has them in."""
    return [row.fields for row in sorted(rows, key=lambda row: int(row.fields.get("order") or 10**9))]
