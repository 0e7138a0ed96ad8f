"""Form fields that Django does not bring."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class DateParts(forms.MultiWidget):
    """Year, month and day as three boxes: nobody has to guess a format or fight a picker."""

    def __init__(self) -> None:
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()])

    def decompress(self, value: object) -> list[int | None]:
        return [value.year, value.month, value.day] if isinstance(value, date) else [None, None, None]


class DateField(forms.MultiValueField):
    """A date given as year, month and day."""

    widget = DateParts

    def __init__(self, *, label: Any, required: bool = True, help_text: Any = "") -> None:
        parts = (forms.IntegerField(), forms.IntegerField(), forms.IntegerField())
        super().__init__(parts, label=label, required=required, help_text=help_text, require_all_fields=True)

    def compress(self, data_list: Sequence[int]) -> date | None:
        if not data_list:
            return None
        try:
            return date(*data_list)
        except (ValueError, OverflowError) as error:
            raise ValidationError(_("There is no such day. Check year, month and day.")) from error


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
