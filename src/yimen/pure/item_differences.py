"""What two versions of an item say differently: field by field, row by row, and in what order. Pages, commands, imports and the interface ask it here."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from yimen.pure.item_fields import OF_AN_ITEM, SEVERAL, SHEETS, Field
from yimen.pure.item_merge import OF_PLACE, sheets_of
from yimen.pure.item_rules import Row, Whole

What = Literal["changed", "added", "gone", "moved"]
ORDER: Final = "order"
FIELDS: Final = {(sheet, one.name): one for sheet, fields in SHEETS.items() for one in fields}
EMPTY: Final = Whole(item={})


class Difference(NamedTuple):
    """
    A field that two items say differently. `key`: which row of its sheet (its code, of a question the question); None for a value: that one
    has no such row. Where rows only stand in another order, the field is `order`, the key empty, and the values are the keys, joined by `^`.
    """

    sheet: str
    key: str
    field: str
    before: str | None
    after: str | None

    @property
    def asked(self) -> Field:
        """The field itself, with its words."""
        return FIELDS[self.sheet, self.field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """All that differs in one row, or in the order of a sheet; `row` as it is now, or as it was if it is gone."""

    sheet: str
    key: str
    what: What
    row: Row
    differences: Sequence[Difference]


def differences(old: Whole | None, new: Whole) -> Iterator[Difference]:
    """Yield what another version of an item says differently, in the order of the fields; its version is no difference. None: it is new."""
    before, after = sheets_of(old or EMPTY), sheets_of(new)
    for sheet, fields in SHEETS.items():
        was, now = before[sheet], after[sheet]
        for key in dict.fromkeys([*was, *now]):
            if was.get(key) != now.get(key):
                yield from _of_row(sheet, fields, key, was.get(key), now.get(key))
        orders = [[key for key in rows if key in was and key in now] for rows in (was, now)]
        if orders[0] != orders[1]:
            yield Difference(sheet, "", ORDER, *(SEVERAL.join(one) for one in orders))


def _of_row(sheet: str, fields: Sequence[Field], key: str, was: Row | None, now: Row | None) -> Iterator[Difference]:
    passing = OF_PLACE if sheet != "items" else ("version",)
    for one in fields:
        if one.name not in passing:
            before, after = (None if row is None else row.get(one.name, "") for row in (was, now))
            if (before or "") != (after or ""):
                yield Difference(sheet, key, one.name, before, after)


def parts(old: Whole | None, new: Whole) -> list[Part]:
    """Return the differences by row: of the item, then of each row that belongs to it and is another, and of their order."""
    found: dict[tuple[str, str], list[Difference]] = {}
    for one in differences(old, new):
        found.setdefault((one.sheet, one.key), []).append(one)
    before, after = sheets_of(old or EMPTY), sheets_of(new)
    return [
        Part(
            sheet=sheet,
            key=key,
            what=_what(listed[0]),
            row=after[sheet].get(key) or before[sheet].get(key) or {},
            differences=listed,
        )
        for (sheet, key), listed in found.items()
    ]


def _what(one: Difference) -> What:
    if one.field == ORDER:
        return "moved"
    return "added" if one.before is None else "gone" if one.after is None else "changed"


def with_kept(old: Whole, new: Whole, *, absent: Collection[str] = ()) -> Whole:
    """Return a new version in which fields that its rows do not name at all, and all rows of sheets that are `absent`, are as they were."""
    before, after = sheets_of(old), sheets_of(new)
    kept = {
        sheet: [_with_kept(before[sheet].get(key, {}), row) for key, row in rows.items()]
        for sheet, rows in after.items()
    }
    rows = {sheet: old.rows(sheet) if sheet in absent else kept[sheet] for sheet in OF_AN_ITEM}
    return Whole(item=kept["items"][0], **rows)


def _with_kept(old: Row, new: Row) -> Row:
    return new if old.keys() <= new.keys() else {**old, **new}


def as_data(found: Iterable[Difference]) -> list[Mapping[str, str | None]]:
    """Return differences for programs."""
    return [one._asdict() for one in found]
