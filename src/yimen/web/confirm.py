"""The person confirms what a clerk filled in for her, on a second screen or her own phone. No one needs to sign in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import visit as visits
from yimen.record.refusal import Refusal
from yimen.web.forms import WAYS
from yimen.web.shown import answers, english


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show what is about to be filed under a code, and take the person's yes to exactly that."""
    if not code:
        typed = "".join(request.GET.get("code", "").split()).upper()[:20]
        return redirect("confirm_code", typed) if typed else render(request, "public/confirm.html", _nothing())
    wrong = ""
    if request.method == "POST":
        try:
            visits.confirm(code=code, digest=request.POST.get("digest", ""))
        except Refusal as refused:
            wrong = refused.words
    try:
        found = visits.confirmation(code=code)
    except Refusal as refused:
        return render(request, "public/confirm.html", _nothing(code, refused.words), status=404)
    context = {"code": code, "wrong": wrong, "shown": _shown(found)}
    return render(request, "public/confirm.html", context, status=409 if wrong else 200)


def _nothing(code: str = "", wrong: str = "") -> dict[str, Any]:
    return {"code": code, "wrong": wrong, "shown": None}


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    name = "name_en" if english() else "name_zh"
    body, organisation = found["item"]["body"], found["organisation"]
    return {
        "item": {"name_zh": body["name_zh"], "name_en": body["name_en"]},
        "person": found["person_en" if english() else "person_zh"],
        "behalf": f"{organisation[name]} · {organisation['code']}" if organisation else found["principal"][name],
        "answers": list(answers(body["form"], found["form"])),
        "papers": [one["name"] for one in found["documents"]],
        "delivery": WAYS[found["delivery"]],
        "address": found["address"],
        "digest": found["digest"],
        "confirmed": found["confirmed"],
    }
