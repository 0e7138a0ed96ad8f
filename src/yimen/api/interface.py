"""The one place where the interface is put together: its errors, the answers every route may give, and its addresses."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from yimen.api import errors
from yimen.api.shapes import Problem
from yimen.record.refusal import Refusal

View = Callable[..., HttpResponseBase]
DESCRIPTION: Final = """
Every operation of the pages, for programs. A session is a bearer token of one person in one hat; it is checked by the
database at every call. What records an event takes an `Idempotency-Key` and answers with a receipt. What is refused is
answered as `application/problem+json` with a stable `code` and one of six `kind`s, in the language you accept.
"""
ALWAYS: Final = {"405": "The address does not take this method", "422": "malformed", "503": "unavailable"}
WITH_PATH: Final = {"404": "missing"}
WITH_SESSION: Final = {"401": "session ended", "403": "forbidden", "404": "missing"}
CHANGING: Final = {"409": "conflict or not_now", "413": "a file is too large"}


class Interface(NinjaAPI):
    """NinjaAPI whose description also says how each route refuses."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"]["Problem"] = shape
        content = {errors.PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for address, methods in schema["paths"].items():
            for method, route in methods.items():
                for status, words in _refusals(address, method, route).items():
                    route["responses"].setdefault(status, {"description": words, "content": content})
        return schema


def _refusals(address: str, method: str, route: dict[str, Any]) -> dict[str, str]:
    found = dict(ALWAYS)
    if "{" in address:
        found |= WITH_PATH
    if "security" in route:
        found |= WITH_SESSION
    if method != "get":
        found |= CHANGING
    return found


def make(version: str) -> Interface:
    made = Interface(
        title="Yimen 一门",
        version=version,
        description=DESCRIPTION,
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="api",
    )
    made.add_exception_handler(Refusal, errors.on_refusal)
    made.add_exception_handler(Exception, errors.on_anything)
    for kind in (ValidationError, HttpError, Http404):
        made.add_exception_handler(kind, errors.on_anything)
    return made


def addresses(made: Interface) -> list[URLPattern | URLResolver]:
    """The URL patterns of the interface; a wrong method and an unknown address are refused like anything else."""
    patterns, _, namespace = made.urls
    for one in patterns:
        if isinstance(one, URLPattern):
            one.callback = _refusing(one.callback)
    return [path("v1/", (patterns, "ninja", namespace)), re_path("^.*$", _unknown)]


def _refusing(view: View) -> View:
    @wraps(view)
    def refusing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:  # raised outside an operation: by a parser, or by the root without a page
            return errors.on_anything(request, error)
        if response.status_code == 405:
            refused = errors.problem(Refusal("malformed", "method.unknown"))
            refused["Allow"] = response.headers.get("Allow", "")
            return refused
        return response

    return refusing


def _unknown(request: HttpRequest) -> HttpResponseBase:
    return errors.problem(Refusal("missing", "address.unknown"))


_unknown.csrf_exempt = True  # type: ignore[attr-defined]  # how Django is told
