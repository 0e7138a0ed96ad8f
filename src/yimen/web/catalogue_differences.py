"""What another version of an item says differently, in words, and what of it is harder for people."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from yimen.pure.item_fields import SEVERAL, SHEETS, Field
from yimen.pure.item_merge import OF_PLACE, sheets_of
from yimen.pure.item_rules import DAYS_OF, Row, Whole
from yimen.web.shown import english

FIELDS: Final = {(sheet, one.name): one for sheet, fields in SHEETS.items() for one in fields}


class Difference(NamedTuple):
    """A field that two items say differently. `key`: which row of its sheet; None for a value: that one has no such row."""

    sheet: str
    key: str
    field: str
    before: str | None
    after: str | None


def differences(old: Whole, new: Whole) -> Iterator[Difference]:
    """Yield what another version of an item says differently, in the order of the fields; its version is no difference."""
    before, after = sheets_of(old), sheets_of(new)
    for sheet, fields in SHEETS.items():
        for key in dict.fromkeys([*before[sheet], *after[sheet]]):
            was, now = before[sheet].get(key), after[sheet].get(key)
            for one in fields:
                told = [None if row is None else row.get(one.name, "") for row in (was, now)]
                passing = one.name in OF_PLACE if sheet != "items" else one.name == "version"
                if not passing and (told[0] or "") != (told[1] or ""):
                    yield Difference(sheet, key, one.name, *told)


def label(one: Field) -> str:
    """Return what a field is called in the language of the page."""
    return one.en if english() else one.zh


def said(one: Field, value: str | None) -> str:
    """Return a value of a field in words: codes by what they stand for."""
    values = (value or "").split(SEVERAL) if one.kind == "codes" else [value or ""]
    return _(", ").join(one.codes[each][english()] if each in one.codes else each for each in values)


def told(old: Whole, new: Whole) -> list[dict[str, Any]]:
    """Return the differences as a page shows them: rows of the item first, then each material, fee and question that is another."""
    parts: dict[tuple[str, str], dict[str, Any]] = {}
    for one in differences(old, new):
        row = sheets_of(new)[one.sheet].get(one.key) or sheets_of(old)[one.sheet][one.key]
        what = (
            "changed" if one.before is not None and one.after is not None else "added" if one.before is None else "gone"
        )
        part = parts.setdefault(
            (one.sheet, one.key),
            {"sheet": one.sheet, "key": one.key, "what": what, "name": _name(one.sheet, row), "rows": []},
        )
        asked = FIELDS[one.sheet, one.field]
        part["rows"].append({"label": label(asked), "before": said(asked, one.before), "after": said(asked, one.after)})
    return list(parts.values())


def _name(sheet: str, row: Row) -> str:
    if sheet == "questions":
        return (row.get("question_en") if english() else "") or row.get("question", "")
    return (row.get("name_en") if english() else "") or row.get("name") or row.get("code", "")


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
    asked = {key: _name("materials", row) for key, row in sheets_of(new)["materials"].items() if _asked(row)}
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
