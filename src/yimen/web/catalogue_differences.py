"""What another version of an item says differently, in words, and what of it is harder for people."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from yimen.pure.item_differences import ORDER, Difference, parts
from yimen.pure.item_fields import SEVERAL, Field
from yimen.pure.item_merge import sheets_of
from yimen.pure.item_rules import DAYS_OF, Row, Whole
from yimen.web.shown import english

WHOLE_ROW: Final = ("added", "gone")


def label(one: Field) -> str:
    """Return what a field is called in the language of the page."""
    return one.en if english() else one.zh


def said(one: Field, value: str | None) -> str:
    """Return a value of a field in words: codes by what they stand for."""
    values = (value or "").split(SEVERAL) if one.kind == "codes" else [value or ""]
    return _(", ").join(one.codes[each][english()] if each in one.codes else each for each in values)


def worded(one: Difference, value: str | None, *, names: Mapping[str, str]) -> str:
    """Return a value of a difference in words: rows in their order by their names, a line each."""
    if one.field != ORDER:
        return said(one.asked, value)
    return "\n".join(f"{place}. {names.get(key, key)}" for place, key in enumerate((value or "").split(SEVERAL), 1))


def names_of(whole: Whole, sheet: str) -> dict[str, str]:
    """Return what the rows of a sheet are called, by their keys."""
    return {key: named(sheet, row) for key, row in sheets_of(whole)[sheet].items()}


def told(old: Whole | None, new: Whole) -> list[dict[str, Any]]:
    """Return the differences as a page shows them: rows of the item first, then each material, fee and question that is another."""
    return [
        {
            "sheet": part.sheet,
            "key": part.key,
            "what": part.what,
            "whole_row": part.what in WHOLE_ROW,
            "name": named(part.sheet, part.row),
            "rows": [
                {
                    "label": label(one.asked),
                    "before": worded(one, one.before, names=names_of(new, one.sheet)),
                    "after": worded(one, one.after, names=names_of(new, one.sheet)),
                }
                for one in part.differences
            ],
        }
        for part in parts(old, new)
    ]


def named(sheet: str, row: Row) -> str:
    """Return what a row is called: its name, its question, or of a situation the question with the answer."""
    names = {"questions": ["question"], "situations": ["question", "answer"]}.get(sheet, ["name"])
    words = [(row.get(f"{name}_en") if english() else "") or row.get(name, "") for name in names]
    return " · ".join(filter(None, words)) or row.get("code", "")


def harder(old: Whole, new: Whole) -> list[str]:
    """Return in words what a person in need would notice: longer, more often, dearer, more papers."""
    found = [
        _("The promised limit is longer.") * (_days(new) > _days(old)),
        _("More visits are needed: %(before)s, now %(after)s.")
        % {"before": old.said("visits"), "after": new.said("visits")}
        * (_number(new.said("visits")) > _number(old.said("visits"))),
        _("The fee is higher: ¥%(before).2f, now ¥%(after).2f.")
        % {"before": _fee(old) / 100, "after": _fee(new) / 100}
        * (_fee(new) > _fee(old)),
        _("It can no longer be done online.") * (old.said("online") == "1" and new.said("online") != "1"),
    ]
    asked = {key: named("materials", row) for key, row in sheets_of(new)["materials"].items() if _asked(row)}
    before = {key for key, row in sheets_of(old)["materials"].items() if _asked(row)}
    found += [
        _("One more material is asked for: %(name)s.") % {"name": asked[key]} for key in asked if key not in before
    ]
    return [one for one in found if one]


def _asked(row: Row) -> bool:
    return not row.get("shared_from") and row.get("necessity") != "2"


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 0


def _days(whole: Whole) -> float:
    return _number(whole.said("promise_amount")) * DAYS_OF.get(whole.said("promise_unit"), 0.0)


def _fee(whole: Whole) -> int:
    return sum(_number(one.get("amount_fen", "")) for one in whole.fees)
