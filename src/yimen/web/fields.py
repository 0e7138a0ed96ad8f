"""Form fields that Django does not bring."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


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
