"""
Who is at the page: the session that the browser carries, and what a page needs of it.

The cookie holds the secret of a session of the record, and beside it what a page shows of the person, so that no page
asks the database only to greet. It proves nothing: the database looks at the secret alone.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web.large import is_large

COOKIE: Final = "yimen_session"
SALT: Final = "yimen.web.door"
View = Callable[..., HttpResponse]

# Where each hat works, and what its pages are called.
HOMES: Final = {
    "applicant": "desk",
    "clerk": "window_worklist",
    "examiner": "examiner_worklist",
    "decider": "decider_worklist",
    "maker": "custody_worklist",
    "custodian": "custody_worklist",
    "supervisor": "supervisor_cases",
    "manager": "manager_draws",
    "registrar": "home",
    "editor": "catalogue",
    "reviewer": "catalogue",
}
NAVIGATION: Final = {
    "": (
        ("home", _("Front page")),
        ("items", _("Services")),
        ("places", _("Places")),
        ("verify", _("Verify a certificate")),
        ("draws", _("Draws")),
        ("record", _("Record")),
    ),
    "applicant": (
        ("home", _("Front page")),
        ("items", _("Services")),
        ("desk", _("My cases")),
        ("messages", _("Messages")),
        ("mandates", _("Mandates")),
        ("verify", _("Verify a certificate")),
    ),
    "clerk": (("window_worklist", _("My work")), ("window_visits", _("People at the window"))),
    "examiner": (("examiner_worklist", _("My work")),),
    "decider": (("decider_worklist", _("My work")),),
    "maker": (("custody_worklist", _("My work")),),
    "custodian": (("custody_worklist", _("My work")),),
    "supervisor": (
        ("supervisor_cases", _("Cases")),
        ("supervisor_payments", _("Payments")),
        ("supervisor_roster", _("Roster and draws")),
        ("place_changes", _("Changes of places")),
        ("record", _("Record")),
    ),
    "manager": (
        ("manager_places", _("My places")),
        ("place_changes", _("Changes")),
        ("manager_draws", _("Roster and draws")),
    ),
    "registrar": (("home", _("Front page")),),
    "editor": (("catalogue", _("The catalogue")), ("catalogue_sharing", _("What could be shared"))),
    "reviewer": (("catalogue", _("The catalogue")),),
}


def remember(response: HttpResponse, *, session: Session, viewer: dict[str, Any]) -> None:
    """Give the browser a session, until it is closed."""
    carried = {"secret": session.secret, "login": session.login, **viewer}
    response.set_cookie(
        COOKIE,
        signing.dumps(carried, salt=SALT),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def carried_by(request: HttpRequest) -> dict[str, Any] | None:
    """Return what the browser carries, or None when that is nothing or was not given by us."""
    try:
        return dict(signing.loads(request.COOKIES[COOKIE], salt=SALT))
    except (KeyError, signing.BadSignature, TypeError, ValueError):
        return None


def session_of(request: HttpRequest) -> Session:
    """Return the session of a page that needs one. Refuses: forbidden session.ended when the browser carries none."""
    carried = carried_by(request)
    if carried is None:
        raise Refusal("forbidden", "session.ended")
    return Session(secret=carried["secret"], login=carried["login"])


def signed_in(*roles: str) -> Callable[[View], View]:
    """
    Hand the session to a view; whoever wears another hat is told so before anything is read.

    This is courtesy, not protection: every operation is checked by the database.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def with_session(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            session = session_of(request)
            carried = carried_by(request) or {}
            if roles and carried.get("role") not in roles:
                raise Refusal("forbidden", "move.of_another_role")
            return view(request, session, *args, **kwargs)

        return with_session

    return decorate


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: who is signed in, where she can go, and whether this city is a demonstration."""
    carried = carried_by(request)
    english = (get_language() or "").startswith("en")
    role = carried["role"] if carried else ""
    path = request.path_info
    nav = [
        {"name": name, "url": url, "label": label}
        for name, label in NAVIGATION.get(role, ())
        if (url := _address(name))
    ]
    return {
        "viewer": carried
        and {"name": carried["name_en" if english else "name_zh"], "hat": role, "several": carried["several"]},
        "nav": [one | {"current": one["url"] == path} for one in nav],
        "demonstration": settings.DEMONSTRATION,
        "large": is_large(request),
        "same_page": _same_page(request),
    }


def _same_page(request: HttpRequest) -> str:
    """This page without the language that its address asks for: where changing the language leads to."""
    if "language" not in request.GET:
        return request.get_full_path()
    asked = request.GET.copy()
    asked.pop("language")
    return request.path + (f"?{asked.urlencode()}" if asked else "")


def _address(name: str) -> str:
    """The address of a page, or nothing where its face is not mounted."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
