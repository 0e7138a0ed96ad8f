"""One cell as the text that its field takes: as it stands, put right and said, or left out and said."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from yimen.pure.identifiers import (
    IdentifierError,
    check_credit_code,
    check_implementation_code,
    check_item_code,
)
from yimen.pure.item_fields import SEVERAL, SHEETS, Field
from yimen.registry.exchange.columns import CHECKED, PLAIN_CODES, folded
from yimen.registry.exchange.remarks import Remarks


class Other(str):
    """What is no value of a cell, as it is written: a list or an object of JSON."""

    __slots__ = ()


Raw = str | int | float | bool | date | datetime | time | timedelta | None

_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_NUMBER_OTHERWISE: Final = re.compile(r"\+?([0-9]{1,9})(?:\.0*)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_OTHERWISE: Final = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[T ]00:00(?::00)?)?")
_DATE_PACKED: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAMAGED: Final = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[、,，;；/|\n]")
_BETWEEN: Final = str.maketrans("", "", "-:.、_()（）—")
_INVISIBLE: Final = frozenset("\u200b\ufeff\u2060\u00ad")
_WHOLE: Final = 10**9
_EXACT: Final = 10**15  # a spreadsheet keeps fifteen digits of a number
_LISTED: Final = 12


@dataclass(slots=True)
class Place:
    """Where a cell is, to say what it holds."""

    remarks: Remarks
    sheet: str
    row: int
    item: str = ""

    def say(self, code: str, one: Field, found: object = "", more: object = "") -> None:
        self.remarks.say(code, sheet=self.sheet, row=self.row, name=one.name, found=found, more=more, item=self.item)


def settled(one: Field, raw: Raw, place: Place) -> str | None:
    """Return what a cell says in the form that its field has, or None if that cannot be known; all but the plain case is said."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return ""
    if isinstance(raw, time | timedelta | Other):
        place.say("cell.kind", one, raw)
        return None
    if one.kind == "number":
        return _number(one, raw, place)
    if one.kind == "date":
        return _date(one, raw, place)
    text = _text(one, raw, place)
    if text is None:
        return None
    if one.codes:
        return _several(one, text, place) if one.kind == "codes" else _value(one, text, place)
    if one.name in CHECKED:
        return _checked(one, _code(one, text.upper(), text, place), place)
    return _code(one, text, text, place) if one.name in PLAIN_CODES else text


def tidied(text: str) -> str:
    """Return a text without what cannot be seen and without spaces around it; line ends are of one kind."""
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        one
        for one in text
        if one in "\n\t" or (unicodedata.category(one) not in ("Cc", "Cs") and one not in _INVISIBLE)
    )
    return "".join(kept).strip()  # fmt: skip


def _text(one: Field, raw: Raw, place: Place) -> str | None:
    """The text of a cell; of a number as it is written, unless digits are lost."""
    if isinstance(raw, str):
        text = tidied(raw)
        if text != raw:
            place.say("text.tidied", one, text)
        return text
    if isinstance(raw, bool):
        text = "01"[raw] if one.kind == "yes_no" else str(raw).upper()
    elif isinstance(raw, int | float):
        if abs(raw) >= _EXACT:
            place.say("code.damaged", one, f"{raw:.6g}" if isinstance(raw, float) else "10^15")
            return None
        text = str(int(raw)) if raw == int(raw) else repr(raw)
    else:
        text = raw.date().isoformat() if isinstance(raw, datetime) else str(raw)
    if text not in one.codes:
        place.say("text.number", one, raw, text)
    return text


def _number(one: Field, raw: Raw, place: Place) -> str | None:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if 0 <= raw < _WHOLE and raw == int(raw):
            return str(int(raw))
    elif isinstance(raw, str):
        if _NUMBER.fullmatch(raw):
            return raw
        match = _NUMBER_OTHERWISE.fullmatch(unicodedata.normalize("NFKC", tidied(raw)).replace(" ", ""))
        if match:
            place.say("number.tidied", one, raw, match[1])
            return match[1]
    place.say("number.wrong", one, raw)
    return None


def _date(one: Field, raw: Raw, place: Place) -> str | None:
    if isinstance(raw, datetime):
        if raw.time() != time():
            place.say("date.tidied", one, raw, raw.date().isoformat())
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, str):
        text = unicodedata.normalize("NFKC", tidied(raw))
        match = _DATE_OTHERWISE.fullmatch(text) or _DATE_PACKED.fullmatch(text)
        found = _day(*map(int, match.groups())) if match else ""
        if found:
            if found != raw:
                place.say("date.tidied", one, raw, found)
            return found
    place.say("date.wrong", one, raw)
    return None


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _code(one: Field, text: str, stood: str, place: Place) -> str:
    found = "".join(unicodedata.normalize("NFKC", text).split())
    if found != stood:
        place.say("code.tidied", one, stood, found)
    return found


def _checked(one: Field, text: str, place: Place) -> str | None:
    if _DAMAGED.fullmatch(text):
        place.say("code.damaged", one, text)
        return None
    if len(text) != CHECKED[one.name]:
        place.say("identifier.length", one, text, CHECKED[one.name])
        return None
    check = {"catalogue_code": check_item_code, "agency_code": check_credit_code}.get(
        one.name, check_implementation_code
    )
    try:
        check(text)
    except IdentifierError as error:
        within = 19 if error.kind == "item_code" and one.name != "catalogue_code" else 0
        place.say(f"identifier.{error.rule}", one, text, within + int(error.params["position"]))
        return None
    return text


def _several(one: Field, text: str, place: Place) -> str | None:
    plain = [_PLAIN[place.sheet, one.name].get(part, "") for part in text.split(SEVERAL)]
    if "" not in plain and len(set(plain)) == len(plain):
        return SEVERAL.join(plain)
    parts = [part for part in text.split(SEVERAL) if part.strip()]
    divided = [
        piece for part in parts for piece in ([part] if _known(one, part, place) else _SEPARATORS.split(part)) if piece
    ]
    values = [_value(one, piece, place) for piece in divided]
    if None in values or not values:
        return None
    joined = SEVERAL.join(dict.fromkeys(value for value in values if value))
    if divided != text.split(SEVERAL) or len(set(values)) < len(values):
        place.say("value.several", one, text, joined)
    return joined


def _known(one: Field, text: str, place: Place) -> str:
    """The code that a value means: itself, or by its words, or by both."""
    if text in one.codes:
        return text
    return _WORDS[place.sheet, one.name].get(_loose(text), "")


def _value(one: Field, text: str, place: Place) -> str | None:
    plain = _PLAIN[place.sheet, one.name].get(text)
    if plain:
        return plain
    code = _known(one, text, place) or _padded(one, text)
    if code:
        place.say("value.words", one, text, code)
        return code
    head = folded(text.split()[0]) if text.split() else ""
    if head in one.codes and head != folded(text):
        place.say("value.contradiction", one, text, " / ".join(one.codes[head]))
    else:
        listed = [f"{known} {words[0]}" for known, words in one.codes.items()]
        place.say("value.unknown", one, text, "、".join(listed[:_LISTED]) + "…" * (len(listed) > _LISTED))
    return None


def _padded(one: Field, text: str) -> str:
    """A code of digits whose zeros at the left a spreadsheet has eaten."""
    found = folded(text).zfill(max(map(len, one.codes)))
    return found if found in one.codes and len({len(code) for code in one.codes}) == 1 else ""


def _loose(text: str) -> str:
    return folded(text).translate(_BETWEEN)


_CODED: Final = [(sheet, one) for sheet, fields in SHEETS.items() for one in fields if one.codes]
# Of each code field what is no news: the code alone, and the code with its words as we write it.
_PLAIN: Final = {
    (sheet, one.name): {said: code for code, words in one.codes.items() for said in (code, f"{code} {words[0]}")}
    for sheet, one in _CODED
}
_WORDS: Final = {
    (sheet, one.name): {
        _loose(said): code
        for code, (zh, en) in one.codes.items()
        for said in (code, zh, en, f"{code}{zh}", f"{code}{en}")
    }
    for sheet, one in _CODED
}
