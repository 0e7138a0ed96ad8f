"""
Template tags and filters of the pages: {% load yimen %}.

They only put into words and shapes what a view hands over; none of them reads the database.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.web import words

register = template.Library()

KINDS: Final[tuple[tuple[type[forms.Widget], str, str], ...]] = (
    (forms.HiddenInput, "hidden", ""),
    (forms.CheckboxSelectMultiple, "checkboxes", "govuk-checkboxes__input"),
    (forms.RadioSelect, "radios", "govuk-radios__input"),
    (forms.CheckboxInput, "checkbox", "govuk-checkboxes__input"),
    (forms.ClearableFileInput, "file", "govuk-file-upload"),
    (forms.FileInput, "file", "govuk-file-upload"),
    (forms.Textarea, "textarea", "govuk-textarea"),
    (forms.Select, "select", "govuk-select"),
    (forms.PasswordInput, "password", "govuk-input"),
)


def _word(table: words.Words, code: object) -> str | Promise:
    return table.get(str(code), str(code))


def _get(thing: object, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


@register.filter
def hat(code: str) -> str | Promise:
    """Return what a hat of the record is called."""
    return _word(words.HATS, code)


@register.filter
def role(code: str) -> str | Promise:
    """Return what the role of a post is called."""
    return _word(words.ROLES, code)


@register.filter
def event(kind: str) -> str | Promise:
    """Return the wording of an event."""
    return _word(words.EVENTS, kind)


@register.filter
def purpose(code: str) -> str | Promise:
    """Return for whom a draw was made."""
    return _word(words.PURPOSES, code)


@register.filter
def clock_name(code: str) -> str | Promise:
    """Return what a clock of a case is called."""
    return _word(words.CLOCKS, code)


@register.filter
def state(kind: str) -> str | Promise:
    """Return where a case stands, given the kind of its last event."""
    return _word(words.STATES, kind)


@register.filter
def tone(kind: str) -> str:
    """Return the tone of the tag for a state: quiet, going, done, warn or stop."""
    return words.TONES.get(str(kind), "going")


@register.filter
def moment(at: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """Return a time as the city's clocks show it."""
    zone: tzinfo = ZoneInfo(getattr(settings, "CITY_TIME_ZONE", "Asia/Shanghai"))
    return at.astimezone(zone).strftime(form) if at else ""


@register.filter
def seconds(at: datetime | None) -> str:
    """Return a time with its seconds."""
    return moment(at, "%Y-%m-%d %H:%M:%S")


@register.filter
def days_over(left: int) -> int:
    """Return by how many days something is over, given what is left of it."""
    return max(0, -left)


@register.filter
def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


@register.filter
def groups(value: bytes | str | None, length: int = 8) -> list[str]:
    """Cut a digest into groups that two people can read to each other."""
    text = value.hex() if isinstance(value, bytes | memoryview) else str(value or "")
    return [text[place : place + length] for place in range(0, len(text), length)]


@register.filter
def both(thing: object, name: str) -> str:
    """Return `name_zh` or `name_en` of a thing, by the language of the page."""
    suffix = "en" if (get_language() or "").startswith("en") else "zh"
    return str(_get(thing, f"{name}_{suffix}") or _get(thing, f"{name}_zh") or "")


@register.inclusion_tag("parts/field.html")
def field(
    bound: BoundField, label_class: str = "", hint: str = "", optional: bool = False, focus: bool = False
) -> dict[str, Any]:
    """Render a field of a Django form with label, hint, errors and everything a screen reader needs; `focus`: typing begins here."""
    widget = bound.field.widget
    kind, css = next(((name, css) for type_, name, css in KINDS if isinstance(widget, type_)), ("input", "govuk-input"))
    hint = hint or str(bound.help_text or "")
    described = [f"{bound.auto_id}_hint"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, Any] = {"class": f"{css} {widget.attrs.get('class', '')}".strip()}
    if bound.errors and kind in ("input", "password", "textarea", "select", "file"):
        attrs["class"] += f" {css}--error"
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if focus:
        attrs["autofocus"] = True
    grouped = kind in ("radios", "checkboxes")
    return {
        "focus": focus,
        "bound": bound,
        "kind": kind,
        "hint": hint,
        "described": " ".join(described),
        "label_class": label_class,
        "legend_class": (label_class or "govuk-label--s").replace("govuk-label", "govuk-fieldset__legend"),
        "optional": optional,
        "choices": bound.subwidgets if kind in ("radios", "checkboxes") else [],
        "control": "" if grouped else bound.as_widget(attrs=attrs),
    }


@register.inclusion_tag("parts/error_summary.html")
def error_summary(form: forms.BaseForm | None) -> dict[str, Any]:
    """List everything that stands in the way, each leading to its field."""
    found: list[dict[str, Any]] = []
    if form is not None and form.is_bound:
        found += [{"text": text, "target": ""} for text in form.non_field_errors()]
        for bound in form:
            grouped = isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
            target = f"{bound.auto_id}_0" if grouped else bound.auto_id
            if isinstance(bound.field.widget, forms.CheckboxInput):  # its label is a whole sentence
                found += [{"text": text, "target": target} for text in bound.errors]
                continue
            named = [
                _("%(label)s: %(text)s") % {"label": str(bound.label).rstrip("?？"), "text": text}
                for text in bound.errors
            ]
            found += [{"text": text, "target": target} for text in named]
    return {"found": found}


@register.inclusion_tag("parts/steps.html")
def steps(events: Iterable[Any]) -> dict[str, Any]:
    """Draw the nine steps of the path: done with its day, the one going on now, and those to come; or where it ended early."""
    ended: dict[str, Any] = {}
    for one in events:
        kind = str(_get(one, "kind"))
        ended[kind] = one
        if kind == "case.sent_back":  # the examination is not done after all
            ended.pop("case.examined", None)
    early = next((kind for kind in words.ENDS if kind in ended), None)
    shown: list[dict[str, Any]] = []
    going = early is None
    for number, (kinds, name) in enumerate(words.STEPS, start=1):
        done = next((ended[kind] for kind in kinds if kind in ended), None)
        standing = "done" if done else "now" if going else "todo"
        going = going and bool(done)
        shown.append({"number": number, "name": name, "standing": standing, "at": _get(done, "at") if done else None})
    if early:
        shown = [one for one in shown[:-1] if one["standing"] == "done"]
        name = _word(words.STATES, early)
        shown.append({"number": len(shown) + 1, "name": name, "standing": "stop", "at": _get(ended[early], "at")})
    return {"steps": shown}


@register.inclusion_tag("parts/timeline.html")
def timeline(events: Iterable[Any], hashes: bool = False) -> dict[str, Any]:
    """Tell the life of a case: what happened, by which hat, when; with the record's fingerprints if asked."""
    return {"events": events, "hashes": hashes}
