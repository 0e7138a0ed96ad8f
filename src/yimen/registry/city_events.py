"""The events of life of a city folder: of a person's or a company's, with what is then to be done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yimen.pure.item_rules import Whole
from yimen.registry.city_tables import BadField, Findings, check_unique, read_rows

FILE: Final = "events.csv"
_CODE: Final = re.compile("[a-z][a-z-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeEvent:
    """`words`: each stands in the Chinese name of items that are then done, or is the catalogue code of one. `row`: where it stands."""

    row: int
    code: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]

    def items(self, catalogue: Sequence[Whole]) -> list[str]:
        """Return the main items that it means, by the first nine digits of their catalogue codes, in the order of the words."""
        found = [one.said("catalogue_code")[:9] for word in self.words for one in catalogue if _means(word, one)]
        return list(dict.fromkeys(found))

    def unknown(self, catalogue: Sequence[Whole]) -> list[str]:
        """Return the words that mean no item."""
        return [word for word in self.words if not any(_means(word, one) for one in catalogue)]


def read_events(folder: Path, findings: Findings) -> tuple[LifeEvent, ...]:
    """Read the events in their order; a folder without them has none."""
    if not (folder / FILE).exists():
        return ()
    read = []
    for number, row in enumerate(read_rows(folder, FILE, ("code", "name_zh", "name_en", "words"), findings), 1):
        one = LifeEvent(
            row=number + 1,
            code=row.get("code", _code, ""),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            words=tuple(word.strip() for word in row.text("words").split(";") if word.strip()),
        )
        read.append((row, one))
    check_unique(read, "code", lambda one: one.code)
    return tuple(one for row, one in read if row.whole)


def check_events(events: Sequence[LifeEvent], catalogue: Sequence[Whole], findings: Findings) -> None:
    """Every word of an event must mean an item."""
    for event in events:
        for word in event.unknown(catalogue):
            findings.error(
                FILE, event.row, "words", "reference.unknown", f"no item has {word} in its name, or as its code"
            )


def _means(word: str, one: Whole) -> bool:
    return word in one.said("name") or word in (one.said("catalogue_code"), one.said("catalogue_code")[:9])


def _code(raw: str) -> str:
    if not _CODE.fullmatch(raw):
        raise BadField("field.unknown_value", f"{raw!r} is not small letters with hyphens, at most 40")
    return raw
