"""The window clerk: applications that chance gave her, looked at for form and completeness, and accepted."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import intake
from yimen.record.events import Recorded, Session
from yimen.web.door import signed_in
from yimen.web.fields import EveryPoint
from yimen.web.work import View, Work, case_page, named, worklist


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("clerk")
def list_mine(request: HttpRequest, session: Session) -> HttpResponse:
    """List the applications that wait for me."""
    context = worklist(
        request, session, page="window_worklist", case_url=lambda row: reverse("window_case", args=[row["stream"]])
    )
    return render(request, "window/worklist.html", context)


def _form(view: View, data: Any) -> forms.Form:
    form = forms.Form(data)
    here = [one for one in materials(view) if one["present"]]
    form.fields["complete"] = EveryPoint(
        label=_("I have looked at each of these: it is there, legible and in the proper form"),
        points=named(here, "name"),
        missing=_("Tick each paper once you have looked at it."),
    )
    if not here:
        del form.fields["complete"]
    return form


def materials(view: View) -> list[dict[str, Any]]:
    """The item's materials against what came: present, and asked for at all."""
    came = {one["material"] for one in view["documents"]}
    return [
        one
        | {
            "present": one["code"] in came,
            "asked": one["necessity"] == 1 and not one.get("exempt_by_sharing") and not one.get("from_form"),
            "shared": bool(one.get("exempt_by_sharing")),
            "from_form": bool(one.get("from_form")),
        }
        for one in view["item"]["body"]["materials"]
    ]


def _accept(*, given: dict[str, Any], **move: Any) -> Recorded:
    return intake.accept(**move)


ACCEPT = Work(
    template="window/case.html",
    worklist="window_worklist",
    done="accepted",
    form=_form,
    act=_accept,
    about=lambda view, session: {"complete": materials(view)},
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("clerk")
def accept(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Look at one application, and accept it."""
    return case_page(request, session, case, ACCEPT)
