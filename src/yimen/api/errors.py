"""
Refusals as problem+json (RFC 9457): the six kinds and what a program sends wrong are mapped here, and nowhere else.

not_now is answered 409 as a conflict with the state of the day: sending the same again later may succeed, but no time can
be promised, so there is no Retry-After; `kind` tells the two apart. Only what is away for a moment is 503.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeGuard

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yimen.record.refusal import Refusal
from yimen.record.statement import refusal_of

log = logging.getLogger(__name__)

PROBLEM_JSON: Final = "application/problem+json"
STATUS: Final[Mapping[str, int]] = {
    "malformed": 422,
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "not_now": 409,
    "unavailable": 503,
}
# Where HTTP has a word of its own for one code.
STATUS_OF_CODE: Final[Mapping[str, int]] = {
    "session.ended": 401,
    "sign_in.wrong": 401,
    "sign_in.code_wanted": 401,
    "sign_in.too_often": 429,
    "document.too_large": 413,
    "method.unknown": 405,
    "platform.fault": 500,
}
TITLES: Final[Mapping[str, Any]] = {
    "malformed": _("What was sent cannot be accepted as it is"),
    "forbidden": _("This is not yours to do"),
    "missing": _("There is no such thing"),
    "conflict": _("This does not fit with how things stand"),
    "not_now": _("This cannot be done now"),
    "unavailable": _("A part of the platform is away for a moment"),
}
# Words for what only this face can refuse; all others are the record's.
WORDS: Final[Mapping[str, Any]] = {
    "address.unknown": _("There is nothing at this address. See /api/v1/openapi.json."),
    "method.unknown": _("This address does not take this method. See /api/v1/openapi.json."),
    "face.elsewhere": _("This part of the chain is served by another machine."),
    "platform.fault": _("This is our fault and is in the log. Nothing was recorded; you can send it again."),
    "sign_in.choose_post": _("You hold several posts. Say which by its id, or `applicant` for none of them."),
    "sign_in.code_wanted": _("This account has a second factor. Send the six digits as `code`."),
    "sign_in.too_often": _("Too many wrong passwords. Wait five minutes."),
    "cursor.malformed": _("This cursor is none of ours. Begin without one."),
}
RETRY_AFTER_SECONDS: Final = "5"


def problem(refusal: Refusal) -> HttpResponse:
    """Say no in the reader's language, with the stable code for her program."""
    status = STATUS_OF_CODE.get(refusal.code, STATUS[refusal.kind])
    body = {
        "type": "about:blank",
        "title": str(TITLES[refusal.kind]),
        "status": status,
        "detail": str(WORDS[refusal.code]) if refusal.code in WORDS else refusal.words,
        "code": refusal.code,
        "kind": refusal.kind,
        "params": refusal.params,
    }
    response = HttpResponse(json.dumps(body, ensure_ascii=False, default=str), status=status, content_type=PROBLEM_JSON)
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status == 429:
        response["Retry-After"] = "300"
    if status == 503:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def on_refusal(request: HttpRequest, refusal: Exception | type[Exception]) -> HttpResponse:
    if not isinstance(refusal, Refusal):
        raise TypeError(refusal)
    return problem(refusal)


def on_anything(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Answer whatever an operation raised; what nobody foresaw goes to the log, never to the reader."""
    if isinstance(error, Error):
        error = refusal_of(error)
    if isinstance(error, Refusal):
        return problem(error)
    foreseen = _foreseen(error)
    if foreseen is not None:
        return problem(foreseen)
    log.error("%s %s failed", request.method, request.path, exc_info=error if isinstance(error, Exception) else None)
    return problem(Refusal("unavailable", "platform.fault"))


def _foreseen(error: object) -> Refusal | None:
    """What the frameworks raise about a bad request, as a refusal of ours."""
    if isinstance(error, ValidationError):
        return _not_valid(error.errors)
    if isinstance(error, AuthenticationError):
        return Refusal("forbidden", "session.ended")
    if isinstance(error, Http404):
        return Refusal("missing", "address.unknown")
    if isinstance(error, TooManyFilesSent):
        return Refusal("malformed", "document.too_many")
    if _about_the_request(error):
        return Refusal("malformed", "request.malformed")
    return None


def _about_the_request(error: object) -> TypeGuard[Exception]:
    kinds = (BadRequest, RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, SuspiciousOperation, UnicodeError)
    return isinstance(error, kinds) or (isinstance(error, HttpError) and error.status_code < 500)


def _not_valid(errors: Iterable[Mapping[str, Any]]) -> Refusal:
    """Name each field that does not fit; what was sent is not repeated."""
    fields = {}
    for error in errors:
        places = [str(place) for place in error["loc"] if place not in ("body", "query", "path", "header")]
        if error["loc"][:1] == ("header",) and "idempotency" in str(error["loc"][-1]).lower():
            return Refusal("malformed", "key.missing")
        if error["loc"][:1] == ("path",):
            return Refusal("missing", "address.unknown")
        # An operation's one body is called `given` in our code, which means nothing to a reader.
        fields[".".join(place for place in places if place != "given") or "body"] = str(error["type"])
    return Refusal("malformed", "request.malformed", fields=fields)
