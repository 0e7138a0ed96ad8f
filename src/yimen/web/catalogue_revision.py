"""One revision: what it changes, what stands in its way, and what its editor or a reviewer does with it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import keeping, revision
from yimen.registry.revision import Item, Revision
from yimen.web.catalogue_paging import Entry, entry_of, page_of
from yimen.web.catalogue_words import NEXT, STATES, STEPS, TONES
from yimen.web.door import signed_in
from yimen.web.sent import once
from yimen.web.work import done, notice_of


class Because(forms.Form):
    """Why a step is taken, and, where it cannot be taken back, that it is meant."""

    why = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any, *, prefix: str, sure: str = "") -> None:
        super().__init__(data, prefix=prefix)
        self.fields["why"].label = _("Why?")
        self.fields["why"].error_messages["required"] = _("Say why.")
        if sure:
            self.fields["sure"] = forms.BooleanField(
                label=sure, error_messages={"required": _("Tick this if you mean it.")}
            )


class Publishing(Because):
    """From when it is in force, and exactly which draft was read."""

    when = forms.ChoiceField(widget=forms.RadioSelect)
    day = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"})
    )
    hour = forms.TimeField(
        required=False, widget=forms.TimeInput(attrs={"type": "time", "class": "govuk-input--width-5"})
    )
    reviewed = forms.CharField(max_length=64, widget=forms.HiddenInput)

    field_order = ("when", "day", "hour", "why", "sure", "reviewed")

    def __init__(self, data: Any, *, reviewed: str) -> None:
        super().__init__(data, prefix="publish", sure=_("I have read what changes, and publish exactly this."))
        when: Any = self.fields["when"]
        when.label, when.choices = _("From when?"), [("now", _("At once")), ("later", _("At a time:"))]
        self.fields["day"].label, self.fields["hour"].label = _("Day"), _("Time of day")
        self.initial = {"when": "now", "reviewed": reviewed}

    def clean(self) -> dict[str, Any]:
        """Refuse a time of which half is missing."""
        given = self.cleaned_data
        if given.get("when") == "later" and not (given.get("day") and given.get("hour")):
            self.add_error("day", _("Say the day and the time of day."))
        return given

    @property
    def begins(self) -> datetime | None:
        """From when, as an instant; None for at once."""
        given = self.cleaned_data
        zone = ZoneInfo(settings.CITY_TIME_ZONE)
        return datetime.combine(given["day"], given["hour"], tzinfo=zone) if given["when"] == "later" else None


def _forms(found: Revision, data: Any, chosen: str, role: str) -> dict[str, Because]:
    """
    What can be done now by whom, each with its form; the one that was sent holds what was typed, also where it cannot be done any more:
    it may have been done by this very form.
    """
    made: dict[str, Callable[[Any], Because]] = {}
    if chosen == "submit" or (role == "editor" and found.state == "draft"):
        made["submit"] = lambda typed: Because(typed, prefix="submit")
    if chosen == "withdraw" or (role == "editor" and found.state in ("draft", "submitted")):
        made["withdraw"] = lambda typed: Because(
            typed, prefix="withdraw", sure=_("I withdraw it. It ends, and cannot be taken up again.")
        )
    if chosen == "publish" or (role == "reviewer" and found.state == "submitted"):
        made["publish"] = lambda typed: Publishing(typed, reviewed=found.draft)
    if chosen == "return" or (role == "reviewer" and found.state == "submitted"):
        made["return"] = lambda typed: Because(typed, prefix="return")
    return {name: make(data if name == chosen else None) for name, make in made.items()}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor", "reviewer")
def page(request: HttpRequest, session: Session, revision: UUID) -> HttpResponse:
    """Show what a revision changes, and do what was chosen."""
    found = _read(revision, session)
    role = keeping.keeper(session=session).role
    posted = request.method == "POST"
    key, after = once(request) if posted else (uuid4(), found.head)
    chosen = request.POST.get("do", "")
    ways = _forms(found, request.POST if posted else None, chosen, role)
    if posted and chosen.startswith("drop:"):
        return _dropped(revision, chosen.removeprefix("drop:"), session=session, after=after, key=key)
    if posted and chosen not in STEPPING:
        raise Refusal("malformed", "move.malformed")
    if posted and ways[chosen].is_valid():
        STEPPING[chosen](found, ways[chosen], revision=revision, after=after, session=session, key=key)
        return done("catalogue", f"revision_{chosen}")
    context = {
        **_context(request, found),
        "ways": ways,
        "wrong": ways.get(chosen),
        "role": role,
        "key": key,
        "after": after,
    }
    return render(request, "catalogue/revision.html", context | notice_of(request), status=422 if posted else 200)


def _read(which: UUID, session: Session) -> Revision:
    return revision.read(revision=which, session=session)


def _submit(_found: Revision, form: Because, **step: Any) -> None:
    revision.submit(why=form.cleaned_data["why"], **step)


def _withdraw(_found: Revision, form: Because, **step: Any) -> None:
    revision.withdraw(why=form.cleaned_data["why"], **step)


def _return(_found: Revision, form: Because, **step: Any) -> None:
    revision.send_back(why=form.cleaned_data["why"], **step)


def _publish(_found: Revision, form: Because, **step: Any) -> None:
    begins = form.begins if isinstance(form, Publishing) else None
    revision.publish(why=form.cleaned_data["why"], reviewed=form.cleaned_data["reviewed"], begins=begins, **step)


STEPPING: Final[Mapping[str, Callable[..., None]]] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "return": _return,
    "publish": _publish,
}


def _dropped(which: UUID, code: str, *, session: Session, after: int, key: UUID) -> HttpResponse:
    """Take an item, or the end of one, out of a draft. What is left must be something: an empty draft is withdrawn instead."""
    wanted = revision.drafted_at(revision=which, number=after, session=session).without(code)
    revision.save(revision=which, after=after, wanted=wanted, session=session, key=key)
    return HttpResponseRedirect(reverse("catalogue_revision", args=[which]))


def _context(request: HttpRequest, found: Revision) -> dict[str, Any]:
    part, pages = page_of(request, found.items)
    return {
        "revision": found,
        "state": STATES[found.state],
        "tone": TONES[found.state],
        "next": NEXT[found.state],
        "items": [_item(found, one) for one in part],
        "pages": pages,
        "ending": [_named(found, code) for code in found.ends],
        "cancelling": [_named(found, one.code) | {"version": one.base, "begins": one.begins} for one in found.cancels],
        "several": len(found.bases) > 1,
        "steps": [{"what": STEPS[one.kind], "at": one.at, "name_zh": one.name_zh, "name_en": one.name_en, "why": one.why} for one in reversed(found.steps)],
        "findings": len(found.findings),
    }  # fmt: skip


def _named(found: Revision, code: str) -> dict[str, Any]:
    zh, en = found.names.get(code, (code, code))
    return {"code": code, "name_zh": zh, "name_en": en, "moved": code in found.moved}


def _item(found: Revision, one: Item) -> dict[str, Any]:
    return entry_of(Entry(one.code, "changed", one.before, one.rows), found.profile) | {
        "moved": one.code in found.moved
    }
