"""The everyday words of a city folder: what people call an item that is called something else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from yimen.pure.item_rules import Whole
from yimen.registry.city_tables import Findings, check_unique, read_rows

FILE: Final = "synonyms.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """`stands_for`: the catalogue code of an item, the first nine digits of a main item's, or words that stand in names. `row`: where it stands."""

    word: str
    stands_for: str
    row: int = 0


def read_synonyms(folder: Path, findings: Findings) -> tuple[Synonym, ...]:
    """Read the words as they stand: also the whole Chinese name of a main item, which `of_items` turns into its code."""
    read = []
    for row in read_rows(folder, FILE, ("word", "stands_for"), findings):
        one = Synonym(word=row.text("word").lower(), stands_for=row.text("stands_for").lower(), row=row.number)
        read.append((row, one))
    whole = [(row, one) for row, one in read if row.whole]
    check_unique(whole, "word", lambda one: (one.word, one.stands_for))
    return tuple(one for _, one in whole)


def of_items(synonyms: Iterable[Synonym], mains: Mapping[str, str]) -> list[Synonym]:
    """Return the words with the codes of the main items that they stand for by name. `mains`: the codes by lowered name."""
    return [replace(one, stands_for=mains.get(one.stands_for, one.stands_for)) for one in synonyms]


def check_synonyms(synonyms: Sequence[Synonym], catalogue: Sequence[Whole], findings: Findings) -> None:
    """Every word must stand for an item: for its code, or for words in its name."""
    codes = {code for one in catalogue for code in (one.said("catalogue_code"), one.said("catalogue_code")[:9])}
    names = [f"{one.said('name')} {one.said('name_en')}".lower() for one in catalogue]
    for one in synonyms:
        if one.stands_for not in codes and not any(one.stands_for in name for name in names):
            what = "catalogue code" if one.stands_for.isdigit() else "words in its name"
            says = f"no item has the {what} {one.stands_for}"
            findings.error(FILE, one.row, "stands_for", "reference.unknown", says)
