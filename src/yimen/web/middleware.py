"""What every answer carries, and Django's account machinery kept to the pages under /accounts/."""

from collections.abc import Awaitable, Callable
from typing import Final

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve

ACCOUNTS: Final = "/accounts/"
INTERFACE: Final = "/api/"
Answer = HttpResponseBase | Awaitable[HttpResponseBase]

POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",  # a page greets whoever is signed in; what everyone may keep says so itself
}


class SecurityHeaders:
    """Nothing runs that is not a file of ours, and no page is kept for others; an answer that says otherwise keeps its word."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # The secret of a second factor stands there once: no disk of a shared machine keeps it.
        if request.path_info.startswith(ACCOUNTS):
            response.headers.setdefault("Cache-Control", "no-store")
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class NoPrefetch:
    """
    A page that a browser asks for before anybody wants it is not made: looking at some of them leaves a trace.

    Opening a case reads its messages, opening a paper is seen by its owner, and coming back from the provider has a payment
    looked at. Each is meant, and doing it again changes nothing; but a person must have done it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')} {request.headers.get('X-Moz', '')}"
        if "prefetch" in told.lower():
            return HttpResponse(status=503, headers={"Cache-Control": "no-store"})
        return self.get_response(request)


class Interface:
    """
    Asks a route of the interface at once, past what is for pages alone.

    A program is known by its token and by no cookie, so that nothing can be forged in its name; and its routes answer
    every refusal, and every address and method that they do not have, by themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(INTERFACE):
            return self.get_response(request)
        found = request.resolver_match = resolve(request.path_info)
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        return response


class AccountSessions(SessionMiddleware):
    """Django's session, which knows an account and no case, under /accounts/ alone."""

    def __call__(self, request: HttpRequest) -> Answer:
        if request.path_info.startswith(ACCOUNTS):
            return super().__call__(request)
        return self.get_response(request)


class AccountUsers(AuthenticationMiddleware):
    """`request.user` under /accounts/ alone."""

    def __call__(self, request: HttpRequest) -> Answer:
        if request.path_info.startswith(ACCOUNTS):
            return super().__call__(request)
        return self.get_response(request)


class AccountMessages(MessageMiddleware):
    """allauth's messages under /accounts/ alone."""

    def __call__(self, request: HttpRequest) -> Answer:
        if request.path_info.startswith(ACCOUNTS):
            return super().__call__(request)
        return self.get_response(request)
