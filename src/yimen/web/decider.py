"""The decider: what the examiner found, the decision as it will be signed, and granting it."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import decision
from yimen.record.events import Recorded, Session
from yimen.web.door import signed_in
from yimen.web.work import View, Work, case_page, certificate_rows, named, worklist


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("decider")
def list_mine(request: HttpRequest, session: Session) -> HttpResponse:
    """List the cases I am to decide."""
    context = worklist(
        request, session, page="decider_worklist", case_url=lambda row: reverse("decider_case", args=[row["stream"]])
    )
    return render(request, "decider/worklist.html", context)


def _form(view: View, data: Any) -> forms.Form:
    form = forms.Form(data)
    form.fields["sure"] = forms.BooleanField(
        label=_("I have read the application, its papers and the finding, and I grant the licence as it stands above."),
        error_messages={"required": _("Tick this if you grant the licence.")},
    )
    return form


def _decide(*, given: dict[str, Any], **move: Any) -> Recorded:
    return decision.decide(**move)


def _about(view: View, session: Session) -> dict[str, Any]:
    found = view["finding"]
    shown: dict[str, Any] = {}
    if found:
        names = dict(named(view["item"]["body"]["conditions"], "name"))
        shown["finding"] = {
            "conditions": [{"name": name, "met": code in found["conditions"]} for code, name in names.items()],
            "at": datetime.fromisoformat(found["at"]),
        }
    if view["decision"]:
        shown["decision"] = certificate_rows(json.loads(view["decision"]))
    elif view["state"] == "deciding":
        shown["decision"] = certificate_rows(decision.decision_of(view=dict(view), salt=""))
    return shown


DECIDE = Work(
    template="decider/case.html",
    worklist="decider_worklist",
    done="granted",
    form=_form,
    act=_decide,
    about=_about,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("decider")
def decide(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Decide one case."""
    return case_page(request, session, case, DECIDE)
