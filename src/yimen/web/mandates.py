"""Mandates: letting another person act, seeing who may act for whom, and ending it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import draft as drafts
from yimen.casework import mandate as deeds
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import catalogue
from yimen.web.door import signed_in
from yimen.web.fields import item_of_words
from yimen.web.forms import SELF, WRONG
from yimen.web.sent import id_of, key_of
from yimen.web.tags import both

ALL, ONE = "all", "one"


class Giving(forms.Form):
    """Whom I let act, for whom, in what, and until when."""

    agent = forms.CharField(
        label=gettext_lazy("Resident identity number of the person who acts for you"),
        max_length=18,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type the number.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name of that person, as on the card"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type the name.")},
    )
    behalf = forms.ChoiceField(label=gettext_lazy("For whom may she act?"), widget=forms.RadioSelect, initial=SELF)
    scope = forms.ChoiceField(
        label=gettext_lazy("In what?"),
        choices=[(ALL, gettext_lazy("Everything I may apply for")), (ONE, gettext_lazy("One item only"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say in what.")},
    )
    item = forms.CharField(
        label=gettext_lazy("Which item?"),
        help_text=gettext_lazy("For one item only: words of its name, or its code."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    until = forms.DateField(
        label=gettext_lazy("Until and including"),
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the last day."),
            "invalid": gettext_lazy("Enter a date, like 2026-11-24."),
        },
    )

    def __init__(self, organisations: list[dict[str, Any]], data: Any = None) -> None:
        super().__init__(data, initial={"until": timezone.localdate() + timedelta(days=90), "behalf": SELF})
        behalf: Any = self.fields["behalf"]
        behalf.choices = [(SELF, _("Myself")), *((one["id"], both(one, "name")) for one in organisations)]

    def clean_item(self) -> str:
        if self.cleaned_data.get("scope") != ONE:
            return ""
        if not self.cleaned_data["item"]:
            raise forms.ValidationError(_("Type words of its name."))
        return item_of_words(self, "item", login="public")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("applicant")
def mandates(request: HttpRequest, session: Session) -> HttpResponse:
    """My mandates: those I gave, which I may end, and those I hold."""
    organisations = drafts.organisations(session=session)
    form = Giving(organisations)
    if request.method == "POST":
        key = key_of(request)
        if request.POST.get("end"):
            deeds.end(mandate=id_of(request.POST["end"]), session=session, key=key)
            return redirect("mandates")
        form = Giving(organisations, request.POST)
        if form.is_valid() and _given(form, session, key):
            return redirect("mandates")
    known = [one | {"until_on": parse_date(one["until_on"])} for one in deeds.mandates(session=session)]
    named = catalogue.names(codes={code for one in known for code in one["items"] or ()})
    known = [one | {"names": [named.get(code, {"name_zh": code}) for code in one["items"] or ()]} for one in known]
    context = {
        "form": form,
        "key": uuid4(),
        "given": [one for one in known if one["mine"]],
        "held": [one for one in known if not one["mine"]],
    }
    return render(request, "public/mandates.html", context, status=422 if form.errors else 200)


def _given(form: Giving, session: Session, key: UUID) -> bool:
    """Give the mandate; whether it was given. What is wrong is said at its field."""
    told = form.cleaned_data
    try:
        deeds.give(
            agent=told["agent"].strip().upper(),
            name=told["name"].strip(),
            until=told["until"],
            session=session,
            key=key,
            organisation=None if told["behalf"] == SELF else UUID(told["behalf"]),
            items=[told["item"]] if told["scope"] == ONE else None,
        )
    except Refusal as refused:
        if refused.code == "form.malformed":
            for name, code in refused.params["fields"].items():
                form.add_error(name, str(WRONG.get(code, code)))
        elif refused.code in ("mandate.agent_unknown", "mandate.wait", "mandate.malformed"):
            form.add_error("until" if refused.code == "mandate.malformed" else "agent", refused.words)
        else:
            raise
        return False
    return True
