"""The form of an item: what the applicant is asked besides the materials."""

from collections.abc import Sequence
from dataclasses import dataclass

from yimen.registry.city_json import Node, Text
from yimen.registry.city_places import code

FIELD_TYPES = ("text", "credit_code", "resident_id", "date", "number", "choice", "choices", "phone", "email")
_LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    code: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A condition on the answers: something matters when `field` was answered with one of `values`."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One question. What is `contact` is kept where those who examine and decide cannot read it."""

    code: str
    type: str
    label: Text
    hint: Text | None
    required: bool
    contact: bool
    min_length: int
    max_length: int
    choices: tuple[Choice, ...]
    when: When | None


def read_when(node: Node) -> When | None:
    """Read when something matters; without a word, always."""
    if not node.has("when"):
        return None
    when = node.at("when")
    return When(field=when.at("field").read(code, ""), values=tuple(one.text() for one in when.at("is").each()))


def check_when(when: When | None, fields: Sequence[FormField], node: Node) -> None:
    """What something depends on must be asked, and the answers must be among its choices."""
    if when is None:
        return
    asked = next((one for one in fields if one.code == when.field), None)
    known = {choice.code for choice in asked.choices} if asked else set()
    if not when.values or not set(when.values) <= known:
        node.fault("item.when", f"{when.field} is not asked, or cannot be answered like this")


def read_form(node: Node) -> tuple[FormField, ...]:
    fields: dict[str, FormField] = {}
    for one in node.each():
        kind = one.at("type").one_of(FIELD_TYPES)
        form_field = FormField(
            code=one.at("code").read(code, ""),
            type=kind,
            label=one.at("label").both(),
            hint=one.at("hint").both() if one.has("hint") else None,
            required=one.at("required").flag(),
            contact=one.at("contact").flag(),
            min_length=one.at("min_length").whole(0, _LONGEST) if one.has("min_length") else 0,
            max_length=one.at("max_length").whole(1, _LONGEST) if one.has("max_length") else 200,
            choices=_choices(one.at("choices")) if kind in ("choice", "choices") else (),
            when=read_when(one),
        )
        check_when(form_field.when, tuple(fields.values()), one)
        if form_field.code in fields:
            one.at("code").fault("row.duplicate", "another field has this code")
        if kind in ("phone", "email") and not form_field.contact:
            one.at("contact").fault("item.contact", "a phone or e-mail address is contact data")
        if form_field.min_length > form_field.max_length:
            one.at("max_length").fault("item.length", "this is less than min_length")
        fields[form_field.code] = form_field
    if not fields:
        node.fault("item.no_form", "the form has no field")
    return tuple(fields.values())


def _choices(node: Node) -> tuple[Choice, ...]:
    choices: dict[str, Choice] = {}
    for one in node.each():
        choice = Choice(code=one.at("code").read(code, ""), label=one.at("label").both())
        if choice.code in choices:
            one.at("code").fault("row.duplicate", "another choice has this code")
        choices[choice.code] = choice
    if len(choices) < 2:
        node.fault("item.no_choice", "there is nothing to choose from")
    return tuple(choices.values())
