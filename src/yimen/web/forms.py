"""The form of an item as a form of the page. It holds whatever is typed; what is right is said by casework.form alone."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yimen.casework.form import matters
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
    "date": _("Enter a date, like 2026-11-24."),
    "number": _("Enter a number in digits."),
}
WIDGETS: Final[Mapping[str, dict[str, str]]] = {
    "phone": {"type": "tel", "autocomplete": "tel", "inputmode": "tel", "class": "govuk-input--width-20"},
    "email": {"type": "email", "autocomplete": "email", "spellcheck": "false"},
    "date": {"type": "date", "class": "govuk-input--width-10"},
    "number": {"inputmode": "decimal", "autocomplete": "off", "class": "govuk-input--width-10"},
    "resident_id": {"autocomplete": "off", "class": "govuk-input--width-20", "spellcheck": "false"},
}
WAYS: Final[Mapping[str, str | Promise]] = {
    "electronic": _("As an electronic file, here"),
    "window": _("On paper, at the window"),
    "post": _("On paper, by post"),
}
SELF: Final = "self"
MANDATE: Final = "mandate:"


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True, "accept": ".pdf,.jpg,.jpeg,.png"})


class Asked(forms.Field):
    """One question: any answer is kept; `optional` is what the page says, `when` on which answer it matters."""

    def __init__(self, *, optional: bool, when: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.optional, self.when = optional, when


class ApplicationForm(forms.Form):
    """For whom, the questions of an item, one place for files under each paper that is asked for, and how to receive the result."""

    def __init__(self, view: Mapping[str, Any], materials: Sequence[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = view["item"]["body"]
        self.questions = [one for one in body["form"] if one.get("type") != "credit_code"]
        self.fields["organisation"] = _behalf(view)
        words = {one["name"]: one for one in self.questions}
        for one in self.questions:
            self.fields[one["name"]] = question(one, words)
        for one in materials:
            label = _("Add %(paper)s") % {"paper": one["name_en" if english() else "name_zh"]}
            self.fields[f"material_{one['code']}"] = forms.Field(required=False, label=label, widget=SeveralFiles())
        ways = body.get("delivery") or ["electronic"]
        if len(ways) > 1:
            choices = [(way, WAYS[way]) for way in ways]
            how = _("How do you want to receive the result?")
            self.fields["delivery"] = Asked(label=how, widget=forms.RadioSelect(choices=choices), optional=False)
        if "post" in ways:
            hint = _("Only if it should come by post: name, address and telephone of who receives it.")
            self.fields["address"] = Asked(
                label=_("Address for the post"),
                help_text=hint,
                widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
                optional=True,
                when={"field": "delivery", "is": ["post"]} if len(ways) > 1 else None,
            )
        self.ways = ways

    def typed(self) -> dict[str, Any]:
        """What was typed, as it was typed, but for what the database cannot hold and for questions that do not matter now."""
        given = {one["name"]: self[one["name"]].value() for one in self.questions}
        kept = {name: _clean(value) for name, value in given.items() if value}
        for one in self.questions:
            if not matters(one, kept):
                kept.pop(one["name"], None)
        return kept

    def behalf(self) -> tuple[str | None, str | None]:
        """For whom: the id of an organisation, or of a mandate, or neither: for herself."""
        chosen = self["organisation"].value() or ""
        if chosen.startswith(MANDATE):
            return None, chosen.removeprefix(MANDATE)
        return (None if chosen in ("", SELF) else chosen), None

    def received(self) -> tuple[str, str]:
        """How the result is to be received, and where to."""
        way = self["delivery"].value() if "delivery" in self.fields else self.ways[0]
        address = self["address"].value() if "address" in self.fields and way == "post" else ""
        return (way if way in self.ways else self.ways[0]), _clean(address or "")

    def accuse(self, wrong: Mapping[str, str]) -> None:
        """Put the codes of `form.malformed` in words at their fields."""
        for name, code in wrong.items():
            self.add_error(name if name in self.fields else None, str(WRONG.get(code, code)))


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return str(value).replace("\x00", "").encode(errors="replace").decode().strip()


def behalves(view: Mapping[str, Any]) -> list[tuple[str, str | Promise]]:
    """For whom she may apply: herself, organisations she represents, and whoever gave her a mandate for this item."""
    name, item = "name_en" if english() else "name_zh", view["item"]
    choices: list[tuple[str, str | Promise]] = []
    if item["for_person"]:
        choices.append((SELF, view["person"][name] + " · " + str(_("for myself"))))
    if item["for_organisation"]:
        choices += [(one["id"], f"{one[name]} · {one['code']}") for one in view["organisations"]]
    for one in view["mandates"]:
        fits = item["for_organisation"] if one["organisation"] else item["for_person"]
        if fits and (one["items"] is None or item["code"] in one["items"]):
            choices.append((f"{MANDATE}{one['mandate']}", f"{one[name]} · " + str(_("under a mandate"))))
    return choices


def _behalf(view: Mapping[str, Any]) -> forms.Field:
    choices = behalves(view)
    hint = _("Whom you may act for is on record; name, code and business licence are taken from there.")
    return Asked(
        label=_("For whom do you apply?"), help_text=hint, widget=forms.RadioSelect(choices=choices), optional=False
    )


def question(one: Question, words: Mapping[str, Question]) -> forms.Field:
    """Return a question of an item as a field of a page; `words` are all its questions by name."""
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
        help_text=_only_if(one, words) + (one.get(f"hint_{language}") or ""),
        widget=widget,
        optional=not one.get("required", not one.get("contact", False)),
        when=one.get("when"),
    )


def _only_if(one: Question, words: Mapping[str, Question]) -> str:
    """Say of a question that matters only sometimes when it does, for whoever reads the page without scripts."""
    when = one.get("when")
    if not when or when["field"] not in words:
        return ""
    language = "en" if english() else "zh"
    other = words[when["field"]]
    names = {choice["code"]: choice[language] for choice in other.get("choices", [])}
    chosen = " / ".join(names.get(code, code) for code in when["is"])
    asked = other.get(f"label_{language}") or other["name"]
    return str(_("Only if “%(asked)s” is %(chosen)s. ") % {"asked": asked, "chosen": chosen})
