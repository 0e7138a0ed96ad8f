"""Originals at the window: taken against a receipt that can be printed again at any time, and given back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import case as cases
from yimen.casework import original
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web import shown
from yimen.web.door import signed_in
from yimen.web.sent import number_of, once
from yimen.web.work import named, notice_of

View = Mapping[str, Any]
OVER = frozenset({"denied", "delivered", "kept", "withdrawn", "refused", "not_required", "lapsed", "closed"})


class Taking(forms.Form):
    """What the person leaves here."""

    def __init__(self, view: View, data: Any = None) -> None:
        super().__init__(data)
        materials = named(view["item"]["body"]["materials"], "name")
        self.fields["material"] = forms.ChoiceField(label=_("Original of"), choices=materials)
        self.fields["pieces"] = forms.IntegerField(
            label=_("How many pieces?"),
            min_value=1,
            max_value=99,
            initial=1,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
            error_messages={
                name: _("Write a number from 1 to 99.") for name in ("required", "invalid", "min_value", "max_value")
            },
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("clerk")
def originals(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """List the originals of a case; take more, give back."""
    view = cases.view(case=case, session=session)
    form = Taking(view)
    if request.method == "POST":
        key, after = once(request)
        returned = request.POST.get("return", "")
        if returned:
            original.give_back(case=case, after=after, taken=number_of(returned), session=session, key=key)
            return _told(reverse("window_originals", args=[case]), "original_returned")
        form = Taking(view, request.POST)
        if form.is_valid():
            taken = original.take(case=case, after=after, session=session, key=key, **form.cleaned_data)
            return _told(reverse("window_original", args=[case, taken.number]), "original_taken")
    context = {
        "case": shown.case_of(view),
        "originals": originals_of(view),
        "form": None if view["state"] in OVER else form,
        "wrong": form if form.is_bound else None,
        "key": uuid4(),
        "after": view["head"],
        **notice_of(request),
    }
    return render(request, "window/originals.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("clerk", "applicant")
def receipt(request: HttpRequest, session: Session, case: UUID, taken: str) -> HttpResponse:
    """The receipt for originals that were left here: for whoever left them, and for the clerk, as often as it is wanted."""
    view = cases.view(case=case, session=session)
    found = next((one for one in originals_of(view) if one["taken"] == number_of(taken)), None)
    if found is None:
        raise Refusal("conflict", "original.not_here")
    at_window = session.login == "counter"
    context = {
        "case": shown.case_of(view),
        "centre": view["centre"],
        "original": found,
        "at_window": at_window,
        "back": reverse("window_originals" if at_window else "case", args=[case]),
        **notice_of(request),
    }
    return render(request, "window/original_receipt.html", context)


def originals_of(view: View) -> list[dict[str, Any]]:
    """What was left here, what of, when, and when it was given back; the fingerprint of each taking."""
    names = shown.materials_of(view)
    events = {one["number"]: one for one in view["events"]}
    return [
        {
            "taken": one["taken"],
            "name": names.get(one["material"], one["material"]),
            "pieces": one["pieces"],
            "at": datetime.fromisoformat(events[one["taken"]]["at"]),
            "hash": events[one["taken"]]["hash"],
            "returned_at": datetime.fromisoformat(events[one["returned"]]["at"]) if one["returned"] else None,
        }
        for one in view["originals"]
    ]


def _told(url: str, what: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{url}?{urlencode({'done': what})}")
