"""What differs between two catalogues: items that are new, that changed and in what, that end, and that are the same."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from yimen.pure.item_fields import SHEETS, Field
from yimen.pure.item_rules import Row, Whole
from yimen.registry.exchange.columns import KEYS, OF_ITEM, TITLES, label

Kind = Literal["added", "changed", "removed"]
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "added": ("新增", "added"),
    "changed": ("变更", "changed"),
    "removed": ("删除", "removed"),
    "ended": ("取消", "ended"),
    "same": ("不变", "the same"),
    "empty": ("（空）", "(empty)"),
}
_AROUND: Final = 12  # characters shown before what differs
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A field whose text differs."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """A material, fee or question that was added, changed or removed; `key` is its code, of a question the question."""

    sheet: str
    key: str
    kind: Kind
    edits: Sequence[Edit] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An item that differs; `after` is what it becomes: fields for which there is no column stay as they were."""

    before: Whole
    after: Whole
    edits: Sequence[Edit]
    rows: Sequence[RowChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a catalogue would add, change and end of another, and how many items are the same."""

    added: Sequence[Whole]
    changed: Sequence[Changed]
    ended: Sequence[Whole]
    same: int

    def lines(self, language: str) -> Iterator[str]:
        """Return in words (zh or en) every change, an item each with what belongs to it indented."""
        for kind, listed in (("added", self.added), ("ended", self.ended)):
            for whole in listed:
                yield f"{_word(kind, language)} {_named(whole, language)}"
        for one in self.changed:
            yield f"{_word('changed', language)} {_named(one.after, language)}"
            yield from (f"    {_edit('items', edit, language)}" for edit in one.edits)
            for row in one.rows:
                yield f"    {_sheet(row.sheet, language)} {row.key}: {_word(row.kind, language)}"
                yield from (f"        {_edit(row.sheet, edit, language)}" for edit in row.edits)

    def summary(self, language: str) -> str:
        """Return in words how many items would be added, changed and ended, and are the same."""
        counts = {"added": len(self.added), "changed": len(self.changed), "ended": len(self.ended), "same": self.same}
        return ("，" if language == "zh" else ", ").join(f"{_word(kind, language)} {count}" for kind, count in counts.items())  # fmt: skip


def differences(old: Iterable[Whole], new: Iterable[Whole], *, whole: bool = False) -> Changes:
    """
    Return what `new` would change of `old`, items known by the code of the handling item.

    An item of `old` that `new` has not ends only if `new` is the `whole` catalogue. A field that a row of `new` does not name at all stays.
    """
    before = {one.said(OF_ITEM): one for one in old}
    added, changed, there = [], [], set()
    for one in new:
        code = one.said(OF_ITEM)
        there.add(code)
        if code not in before:
            added.append(one)
        elif found := _changed(before[code], one):
            changed.append(found)
    ended = [one for code, one in before.items() if code not in there] if whole else []
    return Changes(added=added, changed=changed, ended=ended, same=len(there) - len(added) - len(changed))


def _changed(before: Whole, new: Whole) -> Changed | None:
    edits = _edits("items", before.item, new.item)
    rows: list[RowChange] = []
    after: dict[str, list[Row]] = {}
    for sheet, key in KEYS.items():
        found, after[sheet] = _row_changes(sheet, key, _rows(before, sheet), _rows(new, sheet))
        rows += found
    if not edits and not rows:
        return None
    merged = Whole(item={**before.item, **new.item}, **after)
    return Changed(before=before, after=merged, edits=edits, rows=rows)


def _rows(whole: Whole, sheet: str) -> Sequence[Row]:
    return {"materials": whole.materials, "fees": whole.fees, "questions": whole.questions}[sheet]


def _row_changes(sheet: str, key: str, old: Sequence[Row], new: Sequence[Row]) -> tuple[list[RowChange], list[Row]]:
    before, after = _keyed(old, key), _keyed(new, key)
    found: list[RowChange] = []
    merged: list[Row] = []
    for known, row in after.items():
        was = before.get(known, {})
        edits = _edits(sheet, was, row) if known in before else []
        if known not in before or edits:
            kind: Kind = "changed" if known in before else "added"
            found.append(RowChange(sheet=sheet, key=known[0], kind=kind, edits=edits))
        merged.append({**was, **row})
    gone = [RowChange(sheet=sheet, key=known[0], kind="removed") for known in before if known not in after]
    return [*found, *gone], merged


def _keyed(rows: Sequence[Row], key: str) -> dict[tuple[str, int], Row]:
    """Rows by what they are known by, and which of those with the same."""
    count: Counter[str] = Counter()
    found: dict[tuple[str, int], Row] = {}
    for row in rows:
        known = row.get(key, "")
        found[known, count[known]] = row
        count[known] += 1
    return found


def _edits(sheet: str, before: Row, after: Row) -> list[Edit]:
    return [
        Edit(name=one.name, before=before.get(one.name, ""), after=after[one.name])
        for one in SHEETS[sheet]
        if one.name in after and one.name != OF_ITEM and before.get(one.name, "") != after[one.name]
    ]


def _word(kind: str, language: str) -> str:
    return _WORDS[kind][0 if language == "zh" else 1]


def _sheet(sheet: str, language: str) -> str:
    return TITLES[sheet] if language == "zh" else sheet


def _named(whole: Whole, language: str) -> str:
    name = whole.said("name") if language == "zh" else whole.said("name_en") or whole.said("name")
    return f"{whole.said(OF_ITEM)} {name}"


def _edit(sheet: str, edit: Edit, language: str) -> str:
    one = next(field for field in SHEETS[sheet] if field.name == edit.name)
    before, after = _apart(_value(one, edit.before), _value(one, edit.after))
    empty = _word("empty", language)
    return f"{one.zh if language == 'zh' else one.en}: {before or empty} → {after or empty}"


def _value(one: Field, text: str) -> str:
    return label(one, text) if one.codes else text.replace("\n", "⏎")


def _apart(before: str, after: str) -> tuple[str, str]:
    """Two texts as a line can show them: from a little before where they begin to differ."""
    start = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))  # fmt: skip
    first = start - _AROUND if max(len(before), len(after)) > _SHOWN and start > _AROUND else 0
    return _cut(before, first), _cut(after, first)


def _cut(text: str, first: int) -> str:
    piece = text[first : first + _SHOWN]
    return "…" * (first > 0) + piece + "…" * (len(text) > first + _SHOWN)
