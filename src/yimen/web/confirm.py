"""
The person confirms what a clerk filled in for her, on a second screen or her own phone; afterwards it shows her receipt.

No one needs to sign in. The one-time code is typed, or comes behind the # of a square code; it is sent once, in a form, and exchanged
for a secret that this browser keeps for these pages alone.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import confirmation
from yimen.casework.form import matters
from yimen.record.refusal import Refusal
from yimen.web.correct import notice_of
from yimen.web.forms import WAYS
from yimen.web.shown import answers, english

COOKIE: Final = "yimen_screen"
LONGEST: Final = 2 * 3600  # seconds; the database ends it sooner
LOOKS: Final = 100  # how often a waiting screen looks by itself whether it is filed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the code, show what is about to be filed, and take the person's yes to exactly that; then show her receipt."""
    secret = request.COOKIES.get(COOKIE, "")
    try:
        if request.method == "POST":
            return _done(request, secret)
        found = confirmation.confirmation(secret=secret) if secret else None
    except Refusal as refused:
        if refused.kind == "unavailable":
            raise
        return _told(request, secret, refused)
    return render(request, "public/confirm.html", {"wrong": "", **_shown(request, found)})


def _done(request: HttpRequest, secret: str) -> HttpResponse:
    """Do what a button asks for, and show the page anew."""
    response = redirect("confirm")
    if request.POST.get("do") == "open":
        secret = confirmation.open_confirmation(code=request.POST.get("code", "")[:40])
        response.set_cookie(COOKIE, secret, max_age=LONGEST, path=reverse("confirm"), httponly=True, samesite="Strict",
                            secure=settings.SESSION_COOKIE_SECURE)  # fmt: skip
    elif request.POST.get("do") == "close":
        response.delete_cookie(COOKIE, path=reverse("confirm"), samesite="Strict")
    else:
        confirmation.confirm(secret=secret, digest=request.POST.get("digest", ""))
    return response


def _told(request: HttpRequest, secret: str, refused: Refusal) -> HttpResponse:
    """What was wrong: with the code that was typed, with a screen whose time is over, or with what was changed meanwhile."""
    shown = (
        _shown(request, confirmation.confirmation(secret=secret))
        if refused.kind == "conflict"
        else _shown(request, None)
    )
    over = request.method != "POST"  # an old cookie: it is no fault of hers
    status = 409 if refused.kind == "conflict" else 200 if over else 404
    response = render(request, "public/confirm.html", {"wrong": "" if over else refused.words, **shown}, status=status)
    if over:
        response.delete_cookie(COOKIE, path=reverse("confirm"), samesite="Strict")
    return response


def _shown(request: HttpRequest, found: Mapping[str, Any] | None) -> dict[str, Any]:
    if found is None:
        return {"shown": None}
    looks = request.GET.get("looks", "")
    looked = int(looks) if looks.isascii() and looks.isdigit() and len(looks) < 4 else 0
    name = "name_en" if english() else "name_zh"
    body, organisation, filed = found["item"]["body"], found["organisation"], found["case"]
    return {
        "shown": {
            "what": found["what"],
            "item": {"name_zh": body["name_zh"], "name_en": body["name_en"]},
            "person": found["person_en" if english() else "person_zh"],
            "behalf": f"{organisation[name]} · {organisation['code']}" if organisation else found["principal"][name],
            "asked": notice_of(body, json.loads(found["notice"])) if found["notice"] else [],
            "answers": list(answers(body["form"], found["form"])),
            "papers": [one["name"] for one in found["documents"]] if found["what"] == "correction" else [],
            "materials": list(_materials(body, found)) if found["what"] == "filing" else [],
            "delivery": WAYS[found["delivery"]],
            "address": found["address"],
            "digest": found["digest"],
            "confirmed": found["confirmed"],
            "follow": found["follow"],
            "case": filed and filed | {"at": datetime.fromisoformat(filed["at"]), "due": filed["due_on"] and date.fromisoformat(filed["due_on"])},
            "again": f"?looks={looked + 1}" if looked < LOOKS else "",
        }
    }  # fmt: skip


def _materials(body: Mapping[str, Any], found: Mapping[str, Any]) -> Any:
    """Every paper that matters: what she gave, what is fetched for her and from where, and what the form itself makes."""
    for one in body["materials"]:
        given = [paper["name"] for paper in found["documents"] if paper["material"] == one["code"]]
        if matters(one, found["form"]) and (given or one["necessity"] == 1 or one.get("exempt_by_sharing")):
            yield {
                "name_zh": one["name_zh"],
                "name_en": one["name_en"],
                "papers": given,
                "shared": bool(one.get("exempt_by_sharing")) and not given,
                "from_form": bool(one.get("from_form")) and not given,
                "note_zh": one.get("standard_zh", ""),
                "note_en": one.get("standard_en", ""),
            }
