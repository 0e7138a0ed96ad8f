"""Custody: the maker compares and makes, two custodians release the seal; none of them can change what was decided."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import custody
from yimen.casework.trust import published_trust
from yimen.pure.trust import agency_has_signed
from yimen.record.events import Recorded, Session
from yimen.record.refusal import Refusal
from yimen.web.door import carried_by, signed_in
from yimen.web.work import View, Way, Work, case_page, certificate_rows, step_aside, worklist

PAGES: Final = {"maker": "custody_make", "first_custodian": "custody_release", "second_custodian": "custody_release"}


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("maker", "custodian")
def list_mine(request: HttpRequest, session: Session) -> HttpResponse:
    """List the certificates I am to make, or the seals I am to release."""
    context = worklist(request, session, page="custody_worklist", case_url=_address)
    making = (carried_by(request) or {}).get("role") == "maker"
    return render(request, "custody/worklist.html", {**context, "making": making})


def _address(row: Mapping[str, Any]) -> str:
    return reverse(PAGES[row["purpose"]], args=[row["stream"]])


class Compared(forms.Form):
    """What the hand saw: exactly this decision, for exactly this seal. The record compares both."""

    sure = forms.BooleanField()
    decision = forms.CharField(widget=forms.HiddenInput, max_length=64)
    seal = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, view: View, data: Any, *, label: str, missing: str) -> None:
        super().__init__(data, initial={"decision": view["decision_content"], "seal": view["seal"]["code"]})
        self.fields["sure"].label = label
        self.fields["sure"].error_messages["required"] = missing


def _make_form(view: View, data: Any) -> forms.Form:
    return Compared(
        view,
        data,
        label=_("I have compared: the certificate will read exactly as the signed decision does."),
        missing=_("Tick this once you have compared."),
    )


def _release_form(view: View, data: Any) -> forms.Form:
    return Compared(
        view,
        data,
        label=_("I release this seal for this decision, and for nothing else."),
        missing=_("Tick this if you release the seal."),
    )


def _make(*, given: dict[str, Any], **move: Any) -> Recorded:
    return custody.make(decision=given["decision"], seal=given["seal"], **move)


def _release(*, given: dict[str, Any], **move: Any) -> Recorded:
    return custody.release(decision=given["decision"], seal=given["seal"], **move)


def _release_again(*, given: dict[str, Any], **move: Any) -> Recorded:
    return custody.release_again(decision=given["decision"], seal=given["seal"], **move)


def _about(view: View, session: Session) -> dict[str, Any]:
    """What custody sees: the decision as signed, and the seal; neither papers nor what was typed."""
    signed = [one for one in view["events"] if one["kind"] == "case.grant_signed"]
    body = view["decision"]
    if body is None or not signed:
        raise Refusal("conflict", "case.wrong_state", state=view["state"])
    return {
        "details": certificate_rows(json.loads(body)),
        "papers": None,
        "decision": {
            "digest": view["decision_content"],
            "at": datetime.fromisoformat(signed[0]["at"]),
            "standing": signature_of(view),
            "agency": view["agency"],
        },
        "seal": {**view["seal"], "number": view["seal"]["code"], "sample": settings.DEMONSTRATION},
        "hand": _hand(view),
    }


def _hand(view: View) -> int:
    """Which hand this is: the one that is due, or, once it is done, the one it was."""
    done = any(one["kind"] == "certificate.released" for one in view["events"])
    return 2 if view["turn"] == "second_custodian" or (view["turn"] is None and done) else 1


def signature_of(view: View) -> str:
    """Whether the agency's signature over the decision holds: valid, invalid, or unseen when there is nothing to check it with."""
    try:
        trust = published_trust()
    except Refusal:
        return "unseen"
    valid = agency_has_signed(
        trust,
        agency_code=view["agency"]["code"],
        signature=bytes.fromhex(view["grant"]),
        data=view["decision"].encode(),
    )
    return "valid" if valid else "invalid"


def _work(template: str, done: str, form: Any, act: Any, step: str) -> Work:
    others = {"aside": step_aside(step)}
    return Work(
        template=template,
        worklist="custody_worklist",
        way=Way(done=done, form=form, act=act),
        about=_about,
        others=others,
    )


MAKE = _work("custody/make.html", "made", _make_form, _make, "maker")
RELEASE = _work("custody/release.html", "released", _release_form, _release, "first_custodian")
RELEASE_AGAIN = _work("custody/release.html", "released_again", _release_form, _release_again, "second_custodian")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("maker")
def make(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Make one certificate."""
    return case_page(request, session, case, MAKE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("custodian")
def release(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Release the seal for one certificate: the form says which hand it was drawn for."""
    again = request.POST.get("hand") == "2"
    return case_page(
        request, session, case, lambda view: RELEASE_AGAIN if again or view["turn"] == "second_custodian" else RELEASE
    )
