"""What a manager fills in to propose a change of a place; `said` is what the change then says. See registry/changes.py."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from yimen.record.events import Session
from yimen.registry import changes
from yimen.web.guidance import DAYS
from yimen.web.tags import both

MOST: Final = 5000
Place = Mapping[str, Any]
Said = Mapping[str, changes.Rows]


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"})


def _hour() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "govuk-input--width-10"})


class Proposing(forms.Form):
    """A change of a place: at the end of each, why."""

    why = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, *, place: Place, session: Session, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.place, self.session = place, session
        self.order_fields([name for name in self.fields if name != "why"])
        self.fields["why"].label = _("Why?")
        self.fields["why"].help_text = _("The manager who confirms it reads this, and it stays in the record.")
        for name, label in self.labels().items():
            self.fields[name].label = label
        for one in self.fields.values():
            one.error_messages["required"] = _("Fill this in.")

    def labels(self) -> Mapping[str, str]:
        return {}

    @property
    def said(self) -> Said:
        raise NotImplementedError


class Spanning(Proposing):
    """From a day to a day, at the place or at all that lie in it."""

    first = forms.DateField(widget=_day())
    last = forms.DateField(required=False, widget=_day())
    where = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, data: Any, *, place: Place, session: Session, initial: Mapping[str, Any]) -> None:
        super().__init__(data, place=place, session=session, initial={"where": "here", **initial})
        where: Any = self.fields["where"]
        within = len(place["within"])
        told = {"place": both(place, "name"), "n": within}
        where.choices = [
            ("here", both(place, "name")),
            ("all", _("%(place)s and the %(n)s places that lie in it") % told),
        ]
        if not within:
            where.required, where.widget = False, forms.HiddenInput()
        self.fields["last"].help_text = _("Empty for one day.")

    def labels(self) -> Mapping[str, str]:
        return {"first": _("First day"), "last": _("Last day"), "where": _("Where?")}

    def clean(self) -> dict[str, Any]:
        """Refuse days that are over or run backwards, and more than one change can hold."""
        given = self.cleaned_data
        first, last = given.get("first"), given.get("last") or given.get("first")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        elif first and last and len(self.codes) * ((last - first).days + 1) > MOST:
            self.add_error("last", _("These are too many days for so many places at once."))
        return given

    @property
    def everywhere(self) -> bool:
        return self.cleaned_data.get("where") == "all"

    @property
    def codes(self) -> list[str]:
        return [self.place["code"], *(self.place["within"] if self.everywhere else [])]

    @property
    def span(self) -> tuple[date, date]:
        given = self.cleaned_data
        return given["first"], given["last"] or given["first"]


class Closing(Spanning):
    """Days on which a place is closed beyond its week, with what the public reads of it."""

    name_zh = forms.CharField(max_length=500)
    name_en = forms.CharField(max_length=500)

    def labels(self) -> Mapping[str, str]:
        self.fields["name_zh"].help_text = _("Everybody reads it on the page of the place.")
        return {**super().labels(), "name_zh": _("Reason in Chinese"), "name_en": _("Reason in English")}

    @property
    def said(self) -> Said:
        first, last = self.span
        days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
        reason = {name: self.cleaned_data[name] for name in ("name_zh", "name_en")}
        return {"closures": [{"place": code, "day": day, **reason} for code in self.codes for day in days]}


class Reopening(Spanning):
    """Closed days that are taken back."""

    def clean(self) -> dict[str, Any]:
        """Refuse days of which none is closed."""
        given = super().clean()
        if not self.errors and not self.said["reopened"]:
            self.add_error("first", _("None of these days is closed."))
        return given

    @property
    def said(self) -> Said:
        first, last = self.span
        asked = {"place": self.place["code"], "first": first, "last": last, "all_in_it": self.everywhere}
        return {"reopened": changes.closed(**asked, session=self.session)}


def _weekdays() -> Any:
    return forms.TypedMultipleChoiceField(
        coerce=int, choices=list(DAYS.items()), widget=forms.CheckboxSelectMultiple, required=False
    )


def _backwards(form: forms.Form) -> None:
    given = form.cleaned_data
    if given.get("opens") and given.get("closes") and given["opens"] >= given["closes"]:
        form.add_error("closes", _("It closes before it opens."))


class Hours(Proposing):
    """The week of a place, and its telephone."""

    days = _weekdays()
    opens = forms.TimeField(widget=_hour())
    closes = forms.TimeField(widget=_hour())
    phone = forms.CharField(max_length=40)

    def __init__(self, data: Any, *, place: Place, session: Session, initial: Mapping[str, Any]) -> None:
        now = {name: place[name] for name in ("days", "opens", "closes", "phone")}
        super().__init__(data, place=place, session=session, initial=now)
        self.fields["days"].required = True

    def labels(self) -> Mapping[str, str]:
        return {"days": _("Open on"), "opens": _("Opens at"), "closes": _("Closes at"), "phone": _("Telephone")}

    def clean(self) -> dict[str, Any]:
        """Refuse hours that end before they begin, and what changes nothing."""
        given = self.cleaned_data
        _backwards(self)
        if not self.errors and all(given[name] == self.initial[name] for name in self.initial):
            self.add_error("days", _("Nothing of this is different from now."))
        return given

    @property
    def said(self) -> Said:
        return {
            "hours": [{"place": self.place["code"], "phone": self.cleaned_data["phone"], **_week(self.cleaned_data)}]
        }


def _week(given: Mapping[str, Any]) -> dict[str, Any]:
    opens, closes = given["opens"], given["closes"]
    return {"days": sorted(given["days"]), "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}


class Window(Proposing):
    """A window that is added, or is called otherwise from now on."""

    code = forms.RegexField("^[0-9A-Za-z_.-]{1,20}$")
    name_zh = forms.CharField(max_length=500)
    name_en = forms.CharField(max_length=500)

    def __init__(self, data: Any, *, place: Place, session: Session, initial: Mapping[str, Any]) -> None:
        there: Mapping[str, Any] = next((one for one in place["windows"] if one["code"] == initial.get("code")), {})
        super().__init__(data, place=place, session=session, initial=there)
        self.fields["code"].error_messages["invalid"] = _("Up to 20 letters, digits, dots and dashes.")
        self.fields["code"].help_text = _("That of a window that is there changes its name.")

    def labels(self) -> Mapping[str, str]:
        return {"code": _("Code of the window"), "name_zh": _("Name in Chinese"), "name_en": _("Name in English")}

    @property
    def said(self) -> Said:
        given = {name: self.cleaned_data[name] for name in ("code", "name_zh", "name_en")}
        return {"windows": [{"place": self.place["code"], **given}]}


class WindowEnd(Proposing):
    """A window that ends."""

    code = forms.ChoiceField()

    def __init__(self, data: Any, *, place: Place, session: Session, initial: Mapping[str, Any]) -> None:
        super().__init__(data, place=place, session=session, initial=initial)
        code: Any = self.fields["code"]
        code.choices = [(one["code"], f"{one['code']} · {both(one, 'name')}") for one in place["windows"]]

    def labels(self) -> Mapping[str, str]:
        self.fields["code"].help_text = _("Its code can be given to a window again.")
        return {"code": _("Which window ends?")}

    @property
    def said(self) -> Said:
        return {"windows_ended": [{"place": self.place["code"], "code": self.cleaned_data["code"]}]}


class Offer(Proposing):
    """Whether a place offers an item, with what is its own: telephone and hours, or why it does not."""

    what = forms.ChoiceField(widget=forms.RadioSelect)
    reason_zh = forms.CharField(max_length=500, required=False)
    reason_en = forms.CharField(max_length=500, required=False)
    phone = forms.CharField(max_length=40, required=False)
    days = _weekdays()
    opens = forms.TimeField(required=False, widget=_hour())
    closes = forms.TimeField(required=False, widget=_hour())

    def __init__(self, data: Any, *, place: Place, session: Session, initial: Mapping[str, Any]) -> None:
        """`initial` is the row of the item at this place, see registry/offers.py."""
        self.item, self.in_halls = str(initial["code"]), bool(initial["entered"])
        super().__init__(data, place=place, session=session, initial=_standing(initial))
        what: Any = self.fields["what"]
        what.choices = [
            ("yes", _("It is offered here")),
            ("no", _("It is not offered here")),
            ("level", _("As at all halls of this level: what this place says of its own ends")),
        ]

    def labels(self) -> Mapping[str, str]:
        self.fields["reason_zh"].help_text = _("Only where it is not offered: people read it instead.")
        self.fields["days"].help_text = _("All three or none: without them the hours are those of the place.")
        self.fields["phone"].help_text = _("Empty where it is that of the place.")
        return {
            "what": _("At this place"),
            "reason_zh": _("Why not, in Chinese"),
            "reason_en": _("Why not, in English"),
            "phone": _("Telephone for this item"),
            "days": _("Days for this item"),
            "opens": _("Opens at"),
            "closes": _("Closes at"),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse a no without its reason, and hours of which a part is missing."""
        given = self.cleaned_data
        if given.get("what") == "no":
            for name in ("reason_zh", "reason_en"):
                if not given.get(name):
                    self.add_error(name, _("Say why, in both languages: people read it."))
        elif given.get("what") == "yes":
            if not self.in_halls:
                self.add_error("what", _("This item is in no hall."))
            whole = [bool(given.get(name)) for name in ("days", "opens", "closes")]
            if any(whole) and not all(whole):
                self.add_error("days", _("Say days and times, or none of them."))
            _backwards(self)
        return given

    @property
    def said(self) -> Said:
        given, at = self.cleaned_data, {"place": self.place["code"], "item": self.item}
        if given["what"] == "level":
            return {"as_level": [at]}
        if given["what"] == "no":
            return {
                "offers": [{**at, "offered": False, "reason_zh": given["reason_zh"], "reason_en": given["reason_en"]}]
            }
        phone = {"phone": given["phone"]} if given["phone"] else {}
        return {"offers": [{**at, "offered": True, **phone, **(_week(given) if given["days"] else {})}]}


def _standing(row: Mapping[str, Any]) -> dict[str, Any]:
    """How an item stands at a place, as the form says it."""
    reasons = {name: row[name] or "" for name in ("reason_zh", "reason_en")}
    week: dict[str, list[int] | time | str] = {
        "phone": row["phone"],
        "days": row["days"],
        "opens": row["opens"],
        "closes": row["closes"],
    }
    return {"what": "yes" if row["offered"] else "no", **reasons, **(week if row["own"] else {})}
