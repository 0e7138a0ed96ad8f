"""Refusals as pages: the six kinds are mapped to an answer here, and nowhere else in this face."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yimen.record.refusal import Refusal
from yimen.registry import catalogue
from yimen.web.door import forget
from yimen.web.kept import keep
from yimen.web.middleware import ACCOUNTS
from yimen.web.shown import answers

PAGES: Final = {
    "malformed": (400, "errors/400.html"),
    "forbidden": (403, "errors/403.html"),
    "missing": (404, "errors/404.html"),
    "conflict": (409, "errors/409.html"),
    "not_now": (409, "errors/not_now.html"),
    "unavailable": (503, "errors/503.html"),
}
NOT_WRITTEN: Final = {"csrfmiddlewaretoken", "key", "after", "next", "password", "do", "remove", "item", "organisation"}
TICKED: Final = {
    "complete",
    "to",
    "seen",
    "evidence",
    "outcome",
    "checked",
    "carrier",
    "return",
    "aside-ground",
}  # nothing to copy


class Refusals:
    """Turn a refusal that no view has caught into the page of its kind; what was typed is shown again, never lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave everything else to Django."""
        if not isinstance(exception, Refusal):
            return None
        return page_of(request, exception)


def page_of(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the page that tells a refusal; a lost session leads to the door and back."""
    if refusal.code == "session.ended":
        return _session_ended(request)
    status, template = PAGES[refusal.kind]
    context = {
        "says": refusal.words,
        "code": refusal.code,
        "fresh_url": request.path_info,
        "kept": written_in(request),
    }
    response = render(request, template, context, status=status)
    if refusal.kind == "unavailable":
        response["Retry-After"] = "30"
        keep(request, response)
    return response


def _session_ended(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else request.path_info
    choose = f"{reverse('choose_post')}?{urlencode({'next': back})}"
    login = f"{reverse('account_login')}?{urlencode({'next': choose})}"
    if request.method != "POST":
        response: HttpResponse = HttpResponseRedirect(login)
    else:
        written = written_in(request)
        response = HttpResponse(status=403)
        carried = keep(request, response)
        context = {"login_url": login, "kept": written, "carried": carried, "files": bool(request.FILES)}
        response.content = render(request, "sign_in/session_ended.html", context).content
    forget(response)
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not this browser's: an old page, most often. What was typed is shown, never lost."""
    refusal = Refusal("forbidden", "form.of_another_visit")
    context = {
        "says": refusal.words,
        "code": refusal.code,
        "fresh_url": request.path_info,
        "kept": written_in(request),
    }
    return render(request, "errors/409.html", context, status=403)


def written_in(request: HttpRequest) -> list[dict[str, str]]:
    """
    Return what was typed into the form that could not be taken; in the words of its item, if it names one.

    Forms of an account hold passwords, which are not shown again.
    """
    if request.method != "POST" or request.path_info.startswith(ACCOUNTS):
        return []
    typed = {name: values for name, values in request.POST.lists() if name not in NOT_WRITTEN | TICKED and any(values)}
    item = request.POST.get("item")
    if item:
        with suppress(Refusal):
            questions = catalogue.body_in_force(code=item)["form"]
            return [{"label": one["key"], "value": one["value"]} for one in answers(questions, typed)]
    return [{"label": name, "value": ", ".join(values)} for name, values in typed.items()]
