"""
Following a case without an account: its number and the code of its receipt, typed once, show where it stands.

Number and code are sent in a form and kept by this browser for an hour, for these pages alone; every reading leaves a trace.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from yimen.casework import following
from yimen.record.refusal import Refusal
from yimen.web import shown
from yimen.web.correct import asked_of
from yimen.web.documents import handed_out

COOKIE: Final = "yimen_follow"
SALT: Final = "yimen.web.follow"
HOUR: Final = 3600
STATUS: Final = {"missing": 404, "not_now": 409}
Key = Mapping[str, str]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, or show the case they open."""
    if request.method == "POST":
        return _typed(request)
    key = _key(request)
    if key is None:
        return render(request, "public/follow_open.html", {"number": "", "wrong": ""})
    try:
        return _page(request, following.follow(**key))
    except Refusal as refused:  # the code was made anew, or its time is over
        return _again(request, key, refused)


def _typed(request: HttpRequest) -> HttpResponse:
    """Keep number and code in this browser once they were found right, or forget them."""
    response = redirect("follow")
    if request.POST.get("do") == "close":
        response.delete_cookie(COOKIE, path=reverse("follow"), samesite="Strict")
        return response
    key = {name: request.POST.get(name, "").strip()[:100].replace("\x00", "") for name in ("number", "code")}
    try:
        following.follow(**key)
    except Refusal as refused:
        return _again(request, key, refused)
    response.set_cookie(COOKIE, signing.dumps(key, salt=SALT), max_age=HOUR, path=reverse("follow"), httponly=True, samesite="Strict",
                        secure=settings.SESSION_COOKIE_SECURE)  # fmt: skip
    return response


def _again(request: HttpRequest, key: Key, refused: Refusal) -> HttpResponse:
    if refused.kind not in STATUS:
        raise refused
    context = {"number": key["number"], "wrong": refused.words}
    response = render(request, "public/follow_open.html", context, status=STATUS[refused.kind])
    response.delete_cookie(COOKIE, path=reverse("follow"), samesite="Strict")
    return response


@never_cache
@require_GET
def paper(request: HttpRequest, document: UUID) -> HttpResponse:
    """Show a paper that was issued in the case; the reading leaves a trace. Refuses: missing document.missing, follow.missing."""
    key = _key(request)
    if key is None:
        return redirect("follow")
    return handed_out(following.paper(document=document, **key), look=True)


def _key(request: HttpRequest) -> dict[str, str] | None:
    """Number and code, as this browser keeps them."""
    try:
        key: dict[str, str] = signing.loads(request.COOKIES[COOKIE], salt=SALT, max_age=HOUR)
    except (KeyError, signing.BadSignature):
        return None
    return key


def _page(request: HttpRequest, view: Mapping[str, Any]) -> HttpResponse:
    certificate = shown.certificate_of(view)
    context = {
        **shown.standing_of(view, login="public"),
        "centre": view["centre"],
        "certificate": certificate
        and certificate | {"url": reverse("follow_paper", args=[view["certificate"]["document"]])},
        "issued": [one | {"url": reverse("follow_paper", args=[one["document"]])} for one in shown.issued_of(view)],
        "asked": asked_of(view) if view["state"] == "correcting" else [],
        "followed": shown.followed_of(view),
    }
    return render(request, "public/follow.html", context)
