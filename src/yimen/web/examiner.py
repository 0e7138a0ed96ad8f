"""The examiner: cases that chance gave her, held against each condition of the item."""

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

from yimen.casework import case as cases
from yimen.casework import examination
from yimen.record.events import Recorded, Session
from yimen.web.door import signed_in
from yimen.web.fields import EveryPoint
from yimen.web.work import View, Way, Work, case_page, named, step_aside, worklist, written


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


def _fails_form(view: View, data: Any) -> forms.Form:
    form = forms.Form(data, prefix="fails")
    form.fields["failed"] = forms.MultipleChoiceField(
        label=_("Which conditions are not met?"),
        choices=named(view["item"]["body"]["conditions"], "name"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one.")},
    )
    return form


def _fails(*, given: dict[str, Any], case: UUID, session: Session, **move: Any) -> Recorded:
    conditions = [one["code"] for one in cases.view(case=case, session=session)["item"]["body"]["conditions"]]
    met = [code for code in conditions if code not in given["failed"]]
    return examination.examine(conditions=met, failed=given["failed"], case=case, session=session, **move)


EXAMINE = Work(
    template="examiner/case.html",
    worklist="examiner_worklist",
    way=Way(done="examined", form=_form, act=_examine),
    about=lambda view, session: {"sent_back": written(view, "case.sent_back")},
    others={
        "fails": Way(
            done="failed",
            form=_fails_form,
            act=_fails,
            title=gettext_lazy("If a condition is not met"),
            text=gettext_lazy(
                "An application with such a finding cannot be granted; whoever decides denies it with reasons."
            ),
            button=gettext_lazy("Record that it is not met"),
            stop=True,
        ),
        "aside": step_aside("examiner"),
    },
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("examiner")
def examine(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Examine one case."""
    return case_page(request, session, case, EXAMINE)
