"""What differs between two catalogues: items that are new, that changed and in what, that end, and that are the same."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from yimen.pure.item_differences import Difference, Part, differences, parts, with_kept
from yimen.pure.item_fields import Field
from yimen.pure.item_rules import Whole
from yimen.registry.exchange.columns import OF_ITEM, TITLES, label

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "added": ("新增", "added"),
    "changed": ("变更", "changed"),
    "gone": ("删除", "removed"),
    "ended": ("取消", "ended"),
    "same": ("不变", "the same"),
    "empty": ("（空）", "(empty)"),
}
_AROUND: Final = 12  # characters shown before what differs
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An item that differs; `after` is what it becomes: fields for which there is no column stay as they were. `parts`: what differs."""

    after: Whole
    parts: Sequence[Part]

    @property
    def differences(self) -> list[Difference]:
        """Each field that differs, with what it said and says."""
        return [one for part in self.parts for one in part.differences]


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
            for part in one.parts:
                yield from (f"    {line}" for line in _part(part, language))

    def summary(self, language: str) -> str:
        """Return in words how many items would be added, changed and ended, and are the same."""
        counts = {"added": len(self.added), "changed": len(self.changed), "ended": len(self.ended), "same": self.same}
        return ("，" if language == "zh" else ", ").join(f"{_word(kind, language)} {count}" for kind, count in counts.items())  # fmt: skip


def compare(
    old: Iterable[Whole], new: Iterable[Whole], *, whole: bool = False, absent: Collection[str] = ()
) -> Changes:
    """
    Return what `new` would change of `old`, items known by the code of the handling item.

    An item of `old` that `new` has not ends only if `new` is the `whole` catalogue. A field that a row of `new` does not name at all
    stays, as do the rows of a sheet that is `absent`. Of `old` one item after another is looked at, and none is kept that does not end.
    """
    given = {one.said(OF_ITEM): one for one in new}
    return compared(
        ((one, given.pop(one.said(OF_ITEM), None)) for one in old), given.values(), whole=whole, absent=absent
    )


def compared(
    pairs: Iterable[tuple[Whole, Whole | None]], rest: Iterable[Whole], *, whole: bool, absent: Collection[str]
) -> Changes:
    """Return the same of items beside what each becomes (None: it is not there), and of the `rest`, which is looked at last and is new."""
    changed, ended, same = [], [], 0
    for before, given in pairs:
        if given is None:
            ended += [before] * whole
            continue
        after = with_kept(before, given, absent=absent)
        if any(differences(before, after)):
            changed.append(Changed(after=after, parts=parts(before, after)))
        else:
            same += 1
    return Changes(added=list(rest), changed=changed, ended=ended, same=same)


def _word(kind: str, language: str) -> str:
    return _WORDS[kind][0 if language == "zh" else 1]


def _sheet(sheet: str, language: str) -> str:
    return TITLES[sheet] if language == "zh" else sheet


def _named(whole: Whole, language: str) -> str:
    name = whole.said("name") if language == "zh" else whole.said("name_en") or whole.said("name")
    return f"{whole.said(OF_ITEM)} {name}"


def _part(part: Part, language: str) -> Iterator[str]:
    """What differs in a row: a line for each field; a row that is added or gone is one line, whatever it says."""
    told = [_line(one, language) for one in part.differences]
    if part.sheet == "items":
        yield from told
        return
    if part.what == "moved":
        yield f"{_sheet(part.sheet, language)}: {told[0]}"
        return
    yield f"{_sheet(part.sheet, language)} {part.key}: {_word(part.what, language)}"
    if part.what == "changed":
        yield from (f"    {line}" for line in told)


def _line(one: Difference, language: str) -> str:
    before, after = _apart(_value(one.asked, one.before or ""), _value(one.asked, one.after or ""))
    empty = _word("empty", language)
    return f"{one.asked.zh if language == 'zh' else one.asked.en}: {before or empty} → {after or empty}"


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
