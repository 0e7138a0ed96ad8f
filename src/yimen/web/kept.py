"""
What was typed into an application when the session ended or the database was away: it stays in the person's own browser,
and comes back to the same page.

Sealed by us, sent to that page alone, and gone when the browser is closed. Files are not kept: they are too large.
"""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict

COOKIE: Final = "yimen_kept"
SALT: Final = "yimen.web.kept"
MOST: Final = 3800  # what a browser surely takes in one cookie
NOT_KEPT: Final = {"csrfmiddlewaretoken", "key", "after", "do", "remove"}


def keep(request: HttpRequest, response: HttpResponse) -> bool:
    """Give the browser the application it had sent, for the same page; False when it is none, or too much to carry."""
    if "item" not in request.POST:
        return False
    typed = {name: values for name, values in request.POST.lists() if name not in NOT_KEPT and any(values)}
    carried = signing.dumps(typed, salt=SALT, compress=True)
    if len(carried) > MOST:
        return False
    response.set_cookie(
        COOKIE,
        carried,
        path=request.path_info,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return True


def kept(request: HttpRequest) -> QueryDict | None:
    """Return what had been typed on this page before a session ended, or None."""
    try:
        carried: Mapping[str, list[str]] = signing.loads(request.COOKIES[COOKIE], salt=SALT)
    except (KeyError, signing.BadSignature):
        return None
    typed = QueryDict(mutable=True)
    for name, values in carried.items():
        typed.setlist(name, values)
    return typed


def forget(request: HttpRequest, response: HttpResponse) -> None:
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=request.path_info, samesite="Lax")
