"""
The form of an item: what an applicant types is checked against what the item's own version asks for.

No table: the fields are part of the item. Each: name, type, required, contact, choices, min_length, max_length, and `when`
it matters: {"field": name, "is": [answers]}. The code of an organisation is taken from the register, so that field may be left out.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from yimen.pure.identifiers import IdentifierError, check_credit_code, check_resident_id
from yimen.record.refusal import Refusal

Field = Mapping[str, Any]
LONGEST: Final = 2000
_PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{5,19}")
_LABEL: Final = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
# What can stand in an envelope; the database asks the same (casework_address_can_be).
_EMAIL: Final = re.compile(rf"(?=.{{1,254}}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(\.{_LABEL})+")
_NUMBER: Final = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,4})?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def check_form(item: Mapping[str, Any], form: Mapping[str, Any]) -> None:
    """
    Check a form against the item's body, all fields at once.

    Refuses: malformed form.malformed, with `fields`: {name: required | unknown | type | too_short | too_long | characters |
    choice | check_digit | phone | email | date | number}; a question that does not matter by the other answers is unknown.
    """
    asked = {
        str(field.get("name") or field.get("code")): field for field in item.get("form", []) if matters(field, form)
    }
    wrong = {name: code for name, field in asked.items() if (code := _wrong(field, form.get(name)))}
    wrong |= {str(name)[:100]: "unknown" for name in form if name not in asked}
    if wrong:
        raise Refusal("malformed", "form.malformed", fields=wrong)


def matters(field: Field, form: Mapping[str, Any]) -> bool:
    """Does a question, a material or a fee matter, by the answers given? The database asks the same (casework_applies)."""
    when = field.get("when")
    if not when:
        return True
    given = form.get(when["field"])
    return any(one in when["is"] for one in (given if isinstance(given, list) else [given]))


def _wrong(field: Field, value: object) -> str:
    """What is wrong with one field, or nothing."""
    if value is None or value == "" or value == []:
        wanted = field.get("required", not field.get("contact", False)) and field.get("type") != "credit_code"
        return "required" if wanted else ""
    return _TYPES.get(str(field.get("type", "")), _anything)(field, value)


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        return "type"
    if _CONTROL.search(value):
        return "characters"
    stripped = value.strip()
    if not stripped:
        return "required" if field.get("required", True) else ""
    if len(stripped) < int(field.get("min_length") or 0):
        return "too_short"
    return "too_long" if len(value) > int(field.get("max_length") or LONGEST) else ""


def _choice(field: Field, value: object) -> str:
    return "" if isinstance(value, str) and value in _codes(field) else "choice"


def _choices(field: Field, value: object) -> str:
    if not isinstance(value, list) or len({str(one) for one in value}) != len(value):
        return "type"
    return "" if all(isinstance(one, str) and one in _codes(field) for one in value) else "choice"


def _codes(field: Field) -> set[str]:
    return {str(one["code"] if isinstance(one, Mapping) else one) for one in field.get("choices", [])}


def _checked(check: Callable[[str], object]) -> Callable[[Field, object], str]:
    def digits(field: Field, value: object) -> str:
        wrong = _text(field, value)
        if wrong:
            return wrong
        try:
            check(str(value))
        except IdentifierError:
            return "check_digit"
        return ""

    return digits


def _matching(pattern: re.Pattern[str], code: str) -> Callable[[Field, object], str]:
    def matches(field: Field, value: object) -> str:
        return _text(field, value) or ("" if pattern.fullmatch(str(value)) else code)

    return matches


def _date(field: Field, value: object) -> str:
    wrong = _text(field, value)
    try:
        return wrong or ("" if date.fromisoformat(str(value)).isoformat() == value else "date")
    except ValueError:
        return "date"


def _anything(field: Field, value: object) -> str:
    """A field without a type: a text, or a list of texts."""
    if isinstance(value, list):
        return "" if len(value) <= 100 and not any(_text(field, one) for one in value) else "type"
    return _text(field, value)


_TYPES: Final[Mapping[str, Callable[[Field, object], str]]] = {
    "text": _text,
    "choice": _choice,
    "choices": _choices,
    "credit_code": _checked(check_credit_code),
    "resident_id": _checked(check_resident_id),
    "phone": _matching(_PHONE, "phone"),
    "email": _matching(_EMAIL, "email"),
    "date": _date,
    "number": _matching(_NUMBER, "number"),
}
