"""An item as a form, made from the tables of its fields; a draft may break rules, and each is told at its field."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Final

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.pure.item_fields import OF_AN_ITEM, SEVERAL, SHEETS, Field
from yimen.pure.item_merge import OF_PLACE
from yimen.pure.item_rules import Finding, Profile, Row, Whole, findings, question_of, situations_of
from yimen.record.refusal import Refusal
from yimen.registry.item_rows import numbered
from yimen.web.catalogue_differences import label, named
from yimen.web.catalogue_words import ADD, FIXED, SECTIONS
from yimen.web.catalogue_words import SHEETS as SHEETS_SAID
from yimen.web.sent import number_of
from yimen.web.shown import english

MOST_SENT: Final = 5_000  # rows of a form; what an item may have of them a rule says
LONG: Final = {
    "basis",
    "basis_en",
    "conditions",
    "conditions_en",
    "procedure",
    "answer",
    "answer_en",
    "rights_and_duties",
    "rights_and_duties_en",
}


class ItemForm(forms.Form):
    """The fields of an item and of its rows. It takes whatever is typed: what is wrong with it is said by the rules alone."""

    def __init__(self, whole: Whole) -> None:
        data: dict[str, Any] = {}
        super().__init__(data)
        for sheet, place, row in _rows(whole):
            for one in SHEETS[sheet]:
                if one.name not in (FIXED if sheet == "items" else OF_PLACE):
                    name = name_of(sheet, place, one.name)
                    self.fields[name] = _in_situations(one, whole, row) if one.name == "situations" else _field(one)
                    value = row.get(one.name, "")
                    data[name] = value.split(SEVERAL) if one.kind == "codes" else value
        self.full_clean()


def name_of(sheet: str, place: int, field: str) -> str:
    """What a field is called on the form; rows are counted from 0."""
    return field if sheet == "items" else f"{sheet}-{place}-{field}"


def _rows(whole: Whole) -> Iterable[tuple[str, int, Row]]:
    yield "items", 0, whole.item
    for sheet in OF_AN_ITEM:
        for place, row in enumerate(whole.rows(sheet)):
            yield sheet, place, row


def _field(one: Field) -> forms.Field:
    hints = [_("Required")] * one.required
    hints += [_("national column %(column)s") % {"column": one.column}] * bool(one.column)
    hints += [_("at most %(size)s characters") % {"size": one.size}] * bool(one.size)
    hint = " · ".join(hints)
    choices = [(code, f"{words[english()]}") for code, words in one.codes.items()]
    if one.kind == "codes":
        return forms.CharField(
            required=False, label=label(one), help_text=hint, widget=forms.CheckboxSelectMultiple(choices=choices)
        )
    widget: forms.Widget
    if one.kind in ("code", "yes_no"):
        widget = forms.Select(choices=[("", _("not said")), *choices])
    elif one.kind == "number":
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"})
    elif one.kind == "date":
        widget = forms.TextInput(attrs={"type": "date", "class": "govuk-input--width-10"})
    elif one.size and one.size <= 200:
        widget = forms.TextInput()
    else:
        widget = forms.Textarea(attrs={"rows": 3 if one.name in LONG else 1})
    return forms.CharField(required=False, strip=False, label=label(one), help_text=hint, widget=widget)


def _in_situations(one: Field, whole: Whole, row: Row) -> forms.Field:
    """The situations of the item to tick, and a code that is none of them until it is taken away."""
    listed = {each.get("code", ""): named("situations", each) for each in whole.situations}
    choices = {**listed, **{code: code for code in situations_of(row) if code not in listed}}
    hint = (
        _("None ticked: it is always asked for. Otherwise answers to one question.")
        if choices
        else _("There are no situations yet; add them above.")
    )
    widget = forms.CheckboxSelectMultiple(choices=list(choices.items()))
    return forms.CharField(required=False, label=label(one), help_text=hint, widget=widget)


def whole_in(posted: Any, before: Whole) -> Whole:
    """
    Return the item that a form brought back; what names it stays as it was before.

    Refuses: malformed move.malformed.
    """
    item = {one.name: _value(posted, one, one.name) for one in SHEETS["items"] if one.name not in FIXED}
    fixed = {name: before.said(name) for name in FIXED}
    rows = {sheet: numbered(before.said("handling_code"), _rows_in(posted, sheet)) for sheet in OF_AN_ITEM}
    return Whole(item={**item, **fixed}, **rows)


def _rows_in(posted: Any, sheet: str) -> list[Row]:
    rows = number_of(posted.get(f"{sheet}-count", "0"))
    if rows > MOST_SENT:
        raise Refusal("malformed", "move.malformed")
    fields = [one for one in SHEETS[sheet] if one.name not in OF_PLACE]
    return [{one.name: _value(posted, one, name_of(sheet, place, one.name)) for one in fields} for place in range(rows)]


def _value(posted: Any, one: Field, name: str) -> str:
    values = posted.getlist(name) if one.kind == "codes" else [posted.get(name, "")]
    return SEVERAL.join(
        each.replace("\x00", "").replace("\r\n", "\n").strip() for each in values if each.strip("\x00 ")
    )


def rearranged(whole: Whole, act: str) -> tuple[Whole, str] | None:
    """Return the item with a row added, removed or moved up, and where to look now; None where nothing of that kind was asked."""
    verb, _colon, rest = act.partition(":")
    sheet, _colon, place = rest.partition(":")
    if verb not in ("add", "remove", "up") or sheet not in OF_AN_ITEM:
        return None
    rows: list[Row] = list(whole.rows(sheet))
    at = number_of(place) if verb != "add" else len(rows)
    if verb == "add":
        rows.append(_new_row(sheet, rows))
    elif verb == "remove" and at < len(rows):
        del rows[at]
    elif verb == "up" and 0 < at < len(rows):
        rows[at - 1 : at + 1] = [rows[at], rows[at - 1]]
        at -= 1
    bare = [{name: value for name, value in row.items() if name not in OF_PLACE} for row in rows]
    parts = {name: whole.rows(name) for name in OF_AN_ITEM} | {sheet: numbered(whole.said("handling_code"), bare)}
    return Whole(item=whole.item, **parts), f"{sheet}-{at}" if at < len(rows) else sheet


def _new_row(sheet: str, rows: Sequence[Row]) -> Row:
    """A row with a code that is free; of situations, one more answer to the last question."""
    if sheet == "questions":
        return {}
    last = rows[-1] if sheet == "situations" and rows else {}
    start = f"{question_of(last) or 'Q1'}." if sheet == "situations" else sheet[0].upper()
    taken = {row.get("code") for row in rows}
    code = next(code for n in count(1) if (code := f"{start}{n:02}") not in taken)
    return {"code": code, **{name: last[name] for name in ("question", "question_en") if name in last}}


def page_of(whole: Whole, profile: Profile, *, opened: str = "") -> dict[str, Any]:
    """Return what the page of an item's form shows: sections of fields and rows, and every rule that is broken, at its field."""
    form = ItemForm(whole)
    found = _found(form, findings(whole, profile))
    sections = []
    for name, title, fields in SECTIONS:
        rows = (
            [_row(form, name, place, row, opened) for place, row in enumerate(whole.rows(name))]
            if name in OF_AN_ITEM
            else []
        )
        own = [form[each] for each in fields.split()]
        wrong = sum(bool(one.errors) for one in own) + sum(one["wrong"] for one in rows)
        sections.append(
            {
                "name": name,
                "title": title,
                "fields": own,
                "rows": rows,
                "add": ADD.get(name),
                "wrong": wrong,
                "opened": opened == name,
            }
        )
    fixed = [one for one in SHEETS["items"] if one.name in FIXED and one.name != "synthetic"]
    names = [{"key": label(one), "value": whole.said(one.name), "code": one.name.endswith("code")} for one in fixed]
    return {"form": form, "sections": sections, "found": found, "fixed": names}


def _row(form: ItemForm, sheet: str, place: int, row: Row, opened: str) -> dict[str, Any]:
    fields = [form[name_of(sheet, place, one.name)] for one in SHEETS[sheet] if one.name not in OF_PLACE]
    wrong = sum(bool(one.errors) for one in fields)
    anchor = f"{sheet}-{place}"
    return {
        "place": place, "number": place + 1, "name": named(sheet, row), "code": row.get("code", ""), "fields": fields, "wrong": wrong,
        "anchor": anchor, "open": bool(wrong) or opened == anchor,
    }  # fmt: skip


def _found(form: ItemForm, broken: Iterable[Finding]) -> list[dict[str, str]]:
    """Put each finding at its field; what belongs to no field of the form leads to its section. A field is told of once by a rule."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    told: list[dict[str, str]] = []
    for one in broken:
        name, words = _place(one), one.satisfied_by(language)
        if name not in form.fields:
            told.append({"target": name if name in OF_AN_ITEM else "what", "text": f"{words} ({one.rule})"})
        elif one.rule != "E" or name not in form.errors:
            form.add_error(name, f"{words} ({one.rule})")
            bound = form[name]
            several = isinstance(form.fields[name].widget, forms.CheckboxSelectMultiple)
            told.append(
                {
                    "target": f"{bound.auto_id}_0" if several else str(bound.auto_id),
                    "text": f"{_which(one)}{bound.label}: {words} ({one.rule})",
                }
            )
    return told


def _place(one: Finding) -> str:
    return name_of(one.sheet, one.place - 1, one.name)


def _which(found: Finding) -> str:
    """Which row a finding is about, for where a field's name alone would not say it."""
    return f"{SHEETS_SAID[found.sheet]} {found.place} · " if found.sheet != "items" else ""


def listed(found: Finding) -> Mapping[str, str]:
    """Return a finding in words for where there is no form: which row, which field, and what would satisfy it."""
    fields = {one.name: label(one) for one in SHEETS[found.sheet]}
    words = found.satisfied_by("en" if english() else "zh")
    return {"field": _which(found) + fields.get(found.name, found.name), "words": words, "rule": found.rule}
