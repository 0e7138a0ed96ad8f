"""Form fields that Django does not bring."""

from collections.abc import Sequence
from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yimen.registry import catalogue
from yimen.web.tags import both

MOST_FOUND: Final = 12  # items that can be chosen from


class EveryPoint(forms.MultipleChoiceField):
    """A list in which each point must be ticked: what was looked at, one by one."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, points: Sequence[tuple[str, str]], label: str, missing: str) -> None:
        super().__init__(choices=points, label=label, error_messages={"required": missing})
        self.points = points

    def validate(self, value: Sequence[str]) -> None:
        super().validate(value)
        missing = [name for code, name in self.points if code not in value]
        if missing:
            raise ValidationError(_("Not ticked yet: %(missing)s") % {"missing": "; ".join(missing)})


def item_of_words(form: forms.Form, name: str, *, login: str) -> str:
    """
    The code of the item that was typed in a field, by words of its name or its code. Where several items have the words, the field
    becomes a choice of them, and says so.
    """
    typed: str = form.cleaned_data[name]
    found = catalogue.find(typed=typed, login=login, limit=MOST_FOUND + 1)
    named = [one for one in found if typed in (one["code"], one["name_zh"], one["name_en"])] or found
    if len(named) == 1:
        return str(named[0]["code"])
    if not found:
        raise ValidationError(_("No item has these words. Try fewer."))
    choices = [(one["code"], f"{both(one, 'name')} · {both(one, 'agency')}") for one in found[:MOST_FOUND]]
    form.fields[name].widget = forms.RadioSelect(choices=choices)
    raise ValidationError(
        _("More items have these words than can be shown. Choose one, or go back and type more.")
        if len(found) > MOST_FOUND
        else _("Several items have these words. Choose one.")
    )
