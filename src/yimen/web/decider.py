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
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import decision
from yimen.casework.writing import LONGEST
from yimen.record.events import Recorded, Session
from yimen.web.door import signed_in
from yimen.web.work import (
    View,
    Way,
    Work,
    asked,
    case_page,
    certificate_rows,
    named,
    step_aside,
    worklist,
    written,
)


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
        label=_(
            "I have read the application, its papers and the finding, and I grant what was applied for, as it stands above."
        ),
        error_messages={"required": _("Tick this if you grant it.")},
    )
    return form


def _decide(*, given: dict[str, Any], **move: Any) -> Recorded:
    return decision.decide(**move)


def _deny_form(view: View, data: Any) -> forms.Form:
    """A place for the reason at each condition; those that the examiner found not met must be answered."""
    form = forms.Form(data, prefix="deny")
    failed = (view["finding"] or {}).get("failed", [])
    for code, name in named(view["item"]["body"]["conditions"], "name"):
        form.fields[code] = forms.CharField(
            label=name,
            required=code in failed,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={"required": _("Say why this is not met.")},
        )
    return form


def _deny(*, given: dict[str, Any], **move: Any) -> Recorded:
    return decision.deny(reasons={code: why for code, why in given.items() if why.strip()}, **move)


def _send_back(*, given: dict[str, Any], **move: Any) -> Recorded:
    return decision.send_back(reason=given["reason"], **move)


def _about(view: View, session: Session) -> dict[str, Any]:
    found = view["finding"]
    shown: dict[str, Any] = {"sent_back": written(view, "case.sent_back")}
    if found:
        names = dict(named(view["item"]["body"]["conditions"], "name"))
        shown["finding"] = {
            "conditions": [{"name": name, "met": code in found["conditions"]} for code, name in names.items()],
            "at": datetime.fromisoformat(found["at"]),
            "meets": found["finding"] == "meets",
        }
    body = json.loads(view["decision"]) if view["decision"] else None
    if body and body["verdict"] == "denied":
        shown["denial"] = [{"key": names[one["condition"]], "value": one["why"]} for one in body["reasons"]]
    elif body:
        shown["decision"] = certificate_rows(body)
    elif view["state"] == "deciding" and found["finding"] == "meets":
        shown["decision"] = certificate_rows(decision.decision_of(view=dict(view), salt=""))
    return shown


def _meets(view: View) -> bool:
    return bool(view["turn"]) and view["finding"]["finding"] == "meets" and not view["unverified"]


DENY = Way(
    done="denied",
    form=_deny_form,
    act=_deny,
    title=gettext_lazy("If it cannot be granted"),
    text=gettext_lazy(
        "Give the reason at each condition that is not met. The applicant gets them with the remedies: reconsideration "
        "within 60 days, an action within six months."
    ),
    button=gettext_lazy("Deny the application"),
    stop=True,
    when=lambda view: bool(view["turn"]) and not view["unverified"],
)
SEND_BACK = Way(
    done="sent_back",
    form=asked("back", reason=gettext_lazy("What should be looked at again?")),
    act=_send_back,
    title=gettext_lazy("If the finding should be looked at again"),
    text=gettext_lazy("The same examiner has the case again, and you after that. The clock runs on."),
    button=gettext_lazy("Send it back to the examiner"),
)
DECIDE = Work(
    template="decider/case.html",
    worklist="decider_worklist",
    way=Way(done="granted", form=_form, act=_decide, when=_meets),
    about=_about,
    others={"deny": DENY, "back": SEND_BACK, "aside": step_aside("decider")},
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("decider")
def decide(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Decide one case."""
    return case_page(request, session, case, DECIDE)
