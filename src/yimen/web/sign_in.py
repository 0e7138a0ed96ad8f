"""The door: after the password (allauth), the hat is chosen, and a session of the record is opened for it."""

import json
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yimen.record import sessions
from yimen.record.refusal import Refusal
from yimen.web.door import HOMES, forget, remember, session_of

# In a demonstration, in the order of the path; the first of each is enough to take a case through.
ROLES: Final = (
    "applicant",
    "clerk",
    "examiner",
    "decider",
    "maker",
    "custodian",
    "supervisor",
    "manager",
    "editor",
    "reviewer",
)
WHERE: Final = itemgetter("where_zh")
FOR_MYSELF = {"post": "", "role": "applicant", "place_zh": "", "place_en": ""}


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    """The password, as allauth asks it; a demonstration shows who can sign in."""

    def get_form(self, form_class: Any = None) -> Any:
        """The form without what does not work here: nobody is sent a password, and a label needs no echo in its field."""
        form = super().get_form(form_class)
        form.fields["password"].help_text = ""
        form.fields["login"].label = _("User name")
        for field in form.fields.values():
            field.widget.attrs.pop("placeholder", None)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "demonstration_people": demonstration_people()}


login = SignIn.as_view()


def demonstration_people() -> list[dict[str, Any]]:
    """Return who can sign in to a demonstration, for each hat the places and their people; nothing anywhere else."""
    if not settings.DEMONSTRATION:
        return []
    try:
        people = json.loads((settings.STATE_DIR / "demonstration.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [
        {"role": role, "places": [{"name_zh": name, "people": list(mine)} for name, mine in groupby(found, key=WHERE)]}
        for role in ROLES
        if (found := sorted((one for one in people if role in one["what"].split(", ")), key=WHERE))
    ]


@never_cache
@login_required
def choose_post(request: HttpRequest) -> HttpResponse:
    """
    Choose the hat to work in. Whoever has no post goes straight to her own matters.

    An official can always come as an applicant too; on one case the record lets her wear one hat only.
    """
    person = sessions.posts(username=request.user.get_username())
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not person["posts"]:
        return _enter(request, person, FOR_MYSELF, wanted)
    offered = [*person["posts"], FOR_MYSELF]
    if request.method == "POST":
        chosen = next((one for one in offered if one["post"] == request.POST.get("post")), None)
        if chosen:
            return _enter(request, person, chosen, wanted)
    context = {
        "posts": [one | {"id": one["post"]} for one in offered],
        "chosen": offered[0]["post"],
        "error": _("Choose what you are here for.") if request.method == "POST" else "",
        "next": wanted,
    }
    return render(request, "sign_in/choose_post.html", context)


def _enter(request: HttpRequest, person: dict[str, Any], post: dict[str, Any], wanted: str) -> HttpResponse:
    with suppress(Refusal):  # the browser forgets the one it carried, and nobody else shall find it
        sessions.end_session(session=session_of(request))
    opened = sessions.open_session(
        username=request.user.get_username(), post=UUID(post["post"]) if post["post"] else None
    )
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if safe else reverse(HOMES[post["role"]]))
    viewer = {
        "name_zh": person["name_zh"],
        "name_en": person["name_en"],
        "role": post["role"],
        "several": bool(person["posts"]),
    }
    remember(response, session=opened.session, viewer=viewer)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session of the record and the account's."""
    with suppress(Refusal):
        sessions.end_session(session=session_of(request))
    logout(request)
    response = HttpResponseRedirect(reverse("signed_out"))
    forget(response)
    return response


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "sign_in/signed_out.html")
