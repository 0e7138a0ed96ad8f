"""The examiner: cases that chance gave her, held against each condition of the item."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import examination
from yimen.record.events import Recorded, Session
from yimen.web.door import signed_in
from yimen.web.fields import EveryPoint
from yimen.web.work import View, Work, case_page, named, worklist


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("examiner")
def list_mine(request: HttpRequest, session: Session) -> HttpResponse:
    """List the cases I am to examine."""
    context = worklist(
        request, session, page="examiner_worklist", case_url=lambda row: reverse("examiner_case", args=[row["stream"]])
    )
    return render(request, "examiner/worklist.html", context)


def _form(view: View, data: Any) -> forms.Form:
    form = forms.Form(data)
    form.fields["conditions"] = EveryPoint(
        label=_("Met, each of them"),
        points=named(view["item"]["body"]["conditions"], "name"),
        missing=_("Tick each condition that is met."),
    )
    return form


def _examine(*, given: dict[str, Any], **move: Any) -> Recorded:
    return examination.examine(conditions=given["conditions"], **move)


EXAMINE = Work(
    template="examiner/case.html",
    worklist="examiner_worklist",
    done="examined",
    form=_form,
    act=_examine,
    about=lambda view, session: {},
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("examiner")
def examine(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Examine one case."""
    return case_page(request, session, case, EXAMINE)
