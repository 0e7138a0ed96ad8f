"""Which sheet and which field a title or a heading means: by national column, by our name, or by its words."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final

from yimen.pure.item_fields import SEVERAL, SHEETS, Field

FORMAT: Final = "yimen-catalogue"
VERSION: Final = 1
OF_ITEM: Final = "handling_code"
ABOUT: Final = "about"
CODES: Final = "codes"
# Of each sheet its words, and how a row of it is known within its item.
TITLES: Final[Mapping[str, str]] = {
    "items": "事项",
    "situations": "情形",
    "materials": "材料",
    "fees": "收费",
    "questions": "问答",
    ABOUT: "说明",
    CODES: "代码表",
}
KEYS: Final[Mapping[str, str]] = {"situations": "code", "materials": "code", "fees": "code", "questions": "question"}
# Fields that are codes without a list: spaces and full-width characters in them are never meant.
PLAIN_CODES: Final = frozenset(
    {"local_catalogue_code", "local_implementation_code", "town_code", "village_code", "code", "paper", "situations"}
)
# Fields that carry a check of their own, with how long they are.
CHECKED: Final[Mapping[str, int]] = {
    "handling_code": 33,
    "implementation_code": 31,
    "catalogue_code": 12,
    "agency_code": 18,
}


def title(sheet: str) -> str:
    """Return what a sheet is called in a workbook."""
    return f"{TITLES[sheet]} {sheet}"


def sheet_named(name: str) -> str:
    """Return which sheet a title means, or an empty text."""
    return _SHEETS.get(folded(name), "")


def field_named(sheet: str, heading: str) -> Field | None:
    """Return which field of a sheet a heading means; words that several fields share mean none."""
    return _FIELDS[sheet].get(folded(heading))


def folded(text: str) -> str:
    """Return a title, a heading or the words of a code as they are compared: width, case and spaces say nothing."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip("*")


def label(one: Field, value: str) -> str:
    """Return the values of a code field with their words, as a workbook shows them."""
    return SEVERAL.join(f"{code} {one.codes[code][0]}" if code in one.codes else code for code in value.split(SEVERAL))


def _headings(fields: tuple[Field, ...]) -> dict[str, Field]:
    """National columns come first, then our names, then words."""
    found: dict[str, Field] = {}
    ways = ([one.heading() for one in fields], [one.name for one in fields], [one.zh for one in fields], [one.en for one in fields])  # fmt: skip
    for names in ways:
        count = Counter(map(folded, names))
        for name, one in zip(names, fields, strict=True):
            if count[folded(name)] == 1:
                found.setdefault(folded(name), one)
    return found


_SHEETS: Final = {
    folded(name): sheet for sheet in TITLES for name in (sheet, TITLES[sheet], title(sheet), f"{sheet}.csv")
}
_FIELDS: Final = {sheet: _headings(fields) for sheet, fields in SHEETS.items()}
