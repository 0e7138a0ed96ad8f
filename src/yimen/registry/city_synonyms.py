"""The everyday words of a city folder: what people call an item that is called something else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yimen.registry.city_items import Item
from yimen.registry.city_tables import Findings, check_unique, read_rows

_CATALOGUE_CODE = re.compile(r"[0-9]{9}([0-9]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """`stands_for`: the catalogue code of an item, the first nine digits of a main item's, or words that stand in names."""

    word: str
    stands_for: str


def read_synonyms(folder: Path, items: Sequence[Item], findings: Findings) -> tuple[Synonym, ...]:
    codes = {code for item in items for code in (item.catalogue_code, item.catalogue_code[:9])}
    names = [f"{item.name.zh} {item.name.en}".lower() for item in items]
    read = []
    for row in read_rows(folder, "synonyms.csv", ("word", "stands_for"), findings):
        one = Synonym(word=row.text("word").lower(), stands_for=row.text("stands_for").lower())
        known = one.stands_for in codes or any(one.stands_for in name for name in names)
        if one.stands_for and not known:
            what = "catalogue code" if _CATALOGUE_CODE.fullmatch(one.stands_for) else "words in its name"
            row.fault("stands_for", "reference.unknown", f"no item has the {what} {one.stands_for}")
        read.append((row, one))
    whole = [(row, one) for row, one in read if row.whole]
    check_unique(whole, "word", lambda one: (one.word, one.stands_for))
    return tuple(one for _, one in whole)
