"""The form of an item as a form of the page. It holds whatever is typed; what is right is said by casework.form alone."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yimen.web.shown import english

Question = Mapping[str, Any]

WRONG: Final[Mapping[str, str | Promise]] = {
    "required": _("Fill this in."),
    "unknown": _("This is not asked for."),
    "type": _("This cannot be read. Enter it again."),
    "too_short": _("This is too short. Say it more exactly."),
    "too_long": _("This is too long. Shorten it."),
    "characters": _("There are characters here that cannot be printed. Type it again."),
    "choice": _("Choose from the list."),
    "check_digit": _("The check digit is wrong: one character was mistyped. Compare it with the paper."),
    "other_organisation": _("This is not the code of the organisation you chose."),
    "phone": _("Enter a telephone number, like 0431-88880000 or 13800000000."),
    "email": _("Enter an e-mail address, like name@example.org."),
}
WIDGETS: Final[Mapping[str, dict[str, str]]] = {
    "phone": {"type": "tel", "autocomplete": "tel", "inputmode": "tel", "class": "govuk-input--width-20"},
    "email": {"type": "email", "autocomplete": "email", "spellcheck": "false"},
}


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True, "accept": ".pdf,.jpg,.jpeg,.png"})


class Asked(forms.Field):
    """One question: any answer is kept; `optional` is what the page says."""

    def __init__(self, *, optional: bool, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.optional = optional


class ApplicationForm(forms.Form):
    """The organisation, the questions of an item, and one place for files under each paper that is asked for."""

    def __init__(
        self,
        *args: Any,
        questions: Sequence[Question],
        organisations: Sequence[Question],
        materials: Sequence[Question],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = [one for one in questions if one.get("type") != "credit_code"]
        self.fields["organisation"] = _organisation(organisations)
        for one in self.questions:
            self.fields[one["name"]] = _asked(one)
        for one in materials:
            label = _("Add %(paper)s") % {"paper": one["name_en" if english() else "name_zh"]}
            self.fields[f"material_{one['code']}"] = forms.Field(required=False, label=label, widget=SeveralFiles())

    def typed(self) -> dict[str, Any]:
        """What was typed, as it was typed, but for what the database cannot hold."""
        given = {one["name"]: self[one["name"]].value() for one in self.questions}
        return {name: _clean(value) for name, value in given.items() if value}

    def accuse(self, wrong: Mapping[str, str]) -> None:
        """Put the codes of `form.malformed` in words at their fields."""
        for name, code in wrong.items():
            self.add_error(name if name in self.fields else None, str(WRONG.get(code, code)))


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return str(value).replace("\x00", "").encode(errors="replace").decode().strip()


def _organisation(organisations: Sequence[Question]) -> forms.Field:
    name = "name_en" if english() else "name_zh"
    choices = [(one["id"], f"{one[name]} · {one['code']}") for one in organisations]
    hint = _("You act for these on record. Its name, code and business licence are taken from there.")
    return Asked(
        label=_("For whom do you apply?"), help_text=hint, widget=forms.RadioSelect(choices=choices), optional=False
    )


def _asked(one: Question) -> forms.Field:
    language = "en" if english() else "zh"
    choices = [(choice["code"], choice[language]) for choice in one.get("choices", [])]
    kind = one.get("type", "text")
    widget: forms.Widget
    if kind == "choice":
        widget = forms.RadioSelect(choices=choices)
    elif kind == "choices":
        widget = forms.CheckboxSelectMultiple(choices=choices)
    else:
        widget = forms.TextInput(attrs=dict(WIDGETS.get(kind, {"autocomplete": "off"})))
    return Asked(
        label=one.get(f"label_{language}") or one["name"],
        help_text=one.get(f"hint_{language}") or "",
        widget=widget,
        optional=not one.get("required", not one.get("contact", False)),
    )
