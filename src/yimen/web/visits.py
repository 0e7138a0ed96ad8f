"""Visits: greeting a person, and serving those whom chance gave to this clerk."""

from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import draft as drafts
from yimen.casework import visit as visits
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web.door import signed_in
from yimen.web.fields import item_of_words
from yimen.web.forms import WRONG
from yimen.web.sent import once
from yimen.web.words import LAST
from yimen.web.work import done, notice_of

OUTCOMES: Final = (
    ("filed", gettext_lazy("An application was filed")),
    ("advice", gettext_lazy("Advice was given")),
    ("handed_over", gettext_lazy("Something was handed over or taken")),
    ("left", gettext_lazy("The person left")),
)


class Greeting(forms.Form):
    """Who stands at the door, and how that was checked."""

    resident_id = forms.CharField(
        label=gettext_lazy("Resident identity number"),
        help_text=gettext_lazy("18 characters, as on the card."),
        max_length=18,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-20", "autocomplete": "off", "inputmode": "text", "accesskey": "g"}
        ),
        error_messages={"required": gettext_lazy("Type the number.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name, as on the card"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type the name.")},
    )
    checked = forms.ChoiceField(
        label=gettext_lazy("How was the identity checked?"),
        help_text=gettext_lazy("What cannot be checked now blocks the decision later, never the person."),
        choices=[
            ("seen", gettext_lazy("With the card, by eye")),
            ("not_checked", gettext_lazy("It cannot be checked now")),
        ],
        initial="seen",
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        if visits.connected():  # otherwise the way is not offered
            checked = self.fields["checked"]
            ways = [("gateway", _("The register of people, now")), *checked.choices]  # type: ignore[attr-defined]  # a ChoiceField has choices
            checked.choices, checked.initial = ways, "gateway"  # type: ignore[attr-defined]  # the same


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("clerk")
def greet(request: HttpRequest, session: Session) -> HttpResponse:
    """Greet a person, and list those whom chance gave to me."""
    form, key, greeted = Greeting(), uuid4(), None
    if request.method == "POST":
        key, _after = once(request)
        form = Greeting(request.POST)
        if form.is_valid():
            try:
                greeted = visits.open_visit(
                    resident_id=form.cleaned_data["resident_id"].strip().upper(),
                    name_zh=form.cleaned_data["name"],
                    name_en="",
                    checked=form.cleaned_data["checked"],
                    session=session,
                    key=key,
                )
            except Refusal as refused:
                if refused.code in ("identity.not_this_person", "identity.wait"):
                    form.add_error("resident_id", refused.words)
                elif refused.code != "form.malformed":
                    raise
                for name, code in refused.params.get("fields", {}).items():
                    form.add_error(name, str(WRONG.get(code, code)))
            else:
                form, key = Greeting(), uuid4()
    context = {"form": form, "key": key, "after": 1, "greeted": greeted, "waiting": visits.waiting(session=session)}
    return render(request, "window/visits.html", {**context, **notice_of(request)}, status=422 if form.errors else 200)


class Starting(forms.Form):
    """What the person came for, by words of its name or its code; where several items have the words, one is chosen."""

    item = forms.CharField(
        label=gettext_lazy("What is it about?"),
        help_text=gettext_lazy("Words of the name of the item, or its code."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type words of its name.")},
    )

    def __init__(self, data: Any = None, *, login: str) -> None:
        super().__init__(data)
        self.login = login

    def clean_item(self) -> str:
        return item_of_words(self, "item", login=self.login)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("clerk")
def serve(request: HttpRequest, session: Session, visit: UUID) -> HttpResponse:
    """Serve one person: start or resume an application for her, and end the visit with what came of it."""
    here = next((one for one in visits.waiting(session=session) if one["visit"] == visit), None)
    if here is None:
        raise Refusal("missing", "visit.missing")
    ending = forms.Form(request.POST if request.POST.get("do") == "end" else None)
    ending.fields["outcome"] = forms.ChoiceField(
        label=_("What came of it?"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what came of it.")},
    )
    starting = Starting(request.POST if request.POST.get("do") == "start" else None, login=session.login)
    if request.method == "POST":
        key, after = once(request)
        if starting.is_bound and starting.is_valid():
            begun = drafts.start(item=starting.cleaned_data["item"], session=session, key=key, visit=visit)
            return HttpResponseRedirect(reverse("draft", args=[begun]))
        if ending.is_bound and ending.is_valid():
            visits.end(visit=visit, outcome=ending.cleaned_data["outcome"], session=session, key=key, after=after)
            return done("window_visits", "ended")
    context = {
        "visit": here,
        "cases": [one | {"last": LAST[one["state"]]} for one in visits.cases_of(visit=visit, session=session)],
        "starting": starting,
        "ending": ending,
        "key": uuid4(),
        "after": here["head"],
    }
    wrong = next((one for one in (starting, ending) if one.is_bound and one.errors), None)
    return render(request, "window/visit.html", {**context, "wrong": wrong}, status=422 if wrong else 200)
