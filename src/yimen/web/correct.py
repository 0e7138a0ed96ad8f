"""Answering a correction notice: every thing that was asked for, with its place to fill, sent once; at the window, once the person confirmed it."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import case as cases
from yimen.casework import confirmation
from yimen.casework import draft as drafts
from yimen.casework.correction import correct as answer
from yimen.casework.form import matters
from yimen.casework.paper import name_of, paper_of
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web import confirming, shown
from yimen.web.apply import take_out
from yimen.web.door import signed_in
from yimen.web.forms import WRONG, SeveralFiles, question
from yimen.web.sent import id_of, once

View = Mapping[str, Any]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("applicant", "clerk")
def correct(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Show what is to be corrected, keep the papers as they come, and send it all at once."""
    view = cases.view(case=case, session=session)
    if view["state"] != "correcting":
        return redirect(_page_of(session), case)
    at_window = session.login == "counter"
    kept = confirmation.kept_answers(case=case, session=session)["answers"] if at_window else {}
    form, key, after = Correction(view, kept=kept), uuid4(), view["head"]
    if request.method == "POST":
        key, after = once(request)
        form = Correction(view, request.POST, kept=kept)
        form.full_clean()
        _take_in(request, form, case, session)
        if removed := request.POST.get("remove", ""):
            take_out(id_of(removed), session)
        elif request.POST.get("do") == "send" and _sent(form, case=case, after=after, session=session, key=key):
            return redirect("correct_check" if at_window else "case", case)
        view = cases.view(case=case, session=session)
    context = {
        "case": shown.case_of(view),
        "case_url": reverse(_page_of(session), args=[case]),
        "clock": next((one for one in shown.clocks_of(view, login=session.login) if one["name"] == "correction"), None),
        "asked": asked_of(view),
        "form": form,
        "places": [
            one | {"field": form[one["name"]] if one["name"] in form.fields else None} for one in places_of(view)
        ],
        "new": shown.new_papers_of(view),
        "at_window": at_window,
        "key": key,
        "after": after,
    }
    return render(request, "public/correct.html", context, status=422 if form.errors else 200)


def _page_of(session: Session) -> str:
    """Where the case is read by whoever answers: the applicant herself, or a clerk with the person before her."""
    return "window_case" if session.login == "counter" else "case"


def _sent(form: "Correction", *, case: UUID, after: int, session: Session, key: UUID) -> bool:
    """
    Send the correction, or at the window keep it for the person to confirm; whether it was taken. What is wrong is said at its field.
    """
    if form.errors:
        return False
    try:
        if session.login == "counter":
            confirmation.keep_answers(case=case, answers=form.answers(), session=session)
        else:
            answer(case=case, after=after, answers=form.answers(), session=session, key=key)
    except Refusal as refused:
        if refused.code != "form.malformed":
            raise
        for name, code in refused.params["fields"].items():
            form.add_error(name if name in form.fields else None, str(WRONG.get(code, code)))
    return not form.errors


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("clerk")
def check(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """At the window: what the person is to confirm before it is sent, on a screen of her own or with a signed page."""
    view = cases.view(case=case, session=session)
    if view["state"] != "correcting":
        return redirect("window_case", case)
    kept = confirmation.kept_answers(case=case, session=session)
    if request.method == "POST" and request.POST.get("do") not in ("ask", "signed"):
        return _confirmed(request, session, case, kept)
    confirming_now = confirming.asked(request, case, session)
    if request.method == "POST":
        view = cases.view(case=case, session=session)
        kept = confirmation.kept_answers(case=case, session=session)
    context = {
        "case": shown.case_of(view),
        "asked": asked_of(view),
        "answers": list(shown.answers(view["item"]["body"]["form"], kept["answers"])),
        "new": shown.new_papers_of(view),
        **confirming_now,
        "confirmed": kept["confirmed"] == "screen",
        "signed": kept["confirmed"] == "paper",
        "mark": kept["mark"],
        "back_url": reverse("correct", args=[case]),
        "key": uuid4(),
        "after": view["head"],
    }
    return render(request, "window/correction.html", context)


def _confirmed(request: HttpRequest, session: Session, case: UUID, kept: View) -> HttpResponse:
    """Send what the person confirmed; before she did, say so and wait for her."""
    key, after = once(request)
    try:
        answer(case=case, after=after, answers=kept["answers"], session=session, key=key)
    except Refusal as refused:
        if refused.code != confirming.AWAITED:
            raise
        return redirect(reverse("correct_check", args=[case]) + "?awaited")
    return redirect(reverse("window_case", args=[case]) + "?done=corrected_for")


def asked_of(view: View) -> list[dict[str, str]]:
    """What the notice asks for, in words: the paper or question, and what is wrong with it."""
    notice = next((one for one in reversed(view["writings"]) if one["kind"] == "case.correction_asked"), None)
    if notice is None:
        return []
    return notice_of(view["item"]["body"], json.loads(notice["body"]))


def notice_of(item: View, notice: View) -> list[dict[str, str]]:
    """What a notice asks for, in the words of the item."""
    language = "en" if shown.english() else "zh"
    papers = {one["code"]: one[f"name_{language}"] for one in item["materials"]}
    questions = {one["name"]: one.get(f"label_{language}") or one["name"] for one in item["form"]}
    return [
        {
            "where": papers.get(one["material"] or "", "") or questions.get(one["field"] or "", ""),
            "what": one["what"],
            "material": one["material"] or "",
            "field": one["field"] or "",
        }
        for one in notice["items"]
    ]


def places_of(view: View) -> list[dict[str, str]]:
    """A place to fill for each thing that was asked for."""
    return [
        one | {"name": f"material_{one['material']}" if one["material"] else one["field"]} for one in asked_of(view)
    ]


class Correction(forms.Form):
    """Only what was asked for: a file for a paper, the question itself for an answer."""

    def __init__(self, view: View, data: Any = None, *, kept: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={**view["form"], **(kept or {})})
        questions = {
            one["name"]: one
            for one in view["item"]["body"]["form"]
            if not one.get("contact") and matters(one, view["form"])
        }
        self.names: list[str] = []
        for one in places_of(view):
            if one["material"]:
                self.fields[one["name"]] = forms.Field(required=False, label=_("Add a file"), widget=SeveralFiles())
            elif one["field"] in questions:
                self.fields[one["field"]] = question(questions[one["field"]], questions)
                self.names.append(one["field"])

    def answers(self) -> dict[str, Any]:
        return {name: value for name in self.names if (value := self[name].value())}


def _take_in(request: HttpRequest, form: forms.Form, case: UUID, session: Session) -> None:
    for field, files in request.FILES.lists():
        for one in files if field in form.fields else []:
            try:
                paper = paper_of(one, material=field.removeprefix("material_"))
                drafts.attach(draft=case, paper=paper, session=session)
            except Refusal as refused:
                if refused.kind != "malformed":
                    raise
                why = {"file": name_of(one), "why": refused.words}
                form.add_error(field, _("%(file)s was not taken. %(why)s") % why)
