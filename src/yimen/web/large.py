"""Large print: bigger type and targets, stronger contrast and one column, for as long as the person wants it so."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE: Final = "yimen_large"
YEAR: Final = 365 * 24 * 3600


def is_large(request: HttpRequest) -> bool:
    """Whether this browser wants large print."""
    return request.COOKIES.get(COOKIE) == "1"


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Switch large print on or off, and lead back to the same page. A cookie and nothing else."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if safe else "/")
    remember(response, on=request.POST.get("large") == "1")
    return response


def remember(response: HttpResponse, *, on: bool) -> None:
    """Have the browser keep the choice, or forget it."""
    if on:
        response.set_cookie(
            COOKIE,
            "1",
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
