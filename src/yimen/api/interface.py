"""The one place where the interface is put together: its errors, the answers every route may give, and its addresses."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from yimen.api import errors
from yimen.api.asked import Application
from yimen.api.refusals import by_status, refused_by
from yimen.api.shapes import Problem
from yimen.record.refusal import Refusal

View = Callable[..., HttpResponseBase]
DESCRIPTION: Final = """
Every operation of the pages, for programs. A session is a bearer token of one person in one hat; it is checked by the
database at every call. What records an event takes an `Idempotency-Key` and answers with a receipt. What is refused is
answered as `application/problem+json` with a stable `code` and one of six `kind`s, in the language you accept.
"""
ALWAYS: Final = {"platform.fault": "unavailable", "request.malformed": "malformed"}
WITH_PATH: Final = {"address.unknown": "missing"}
WITH_KEY: Final = {"key.missing": "malformed"}


class Interface(NinjaAPI):
    """NinjaAPI whose description also says how each route refuses: with which status, and with which codes."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return f"{operation.view_func.__module__.rpartition('.')[2]}_{operation.view_func.__name__}"

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"]["schemas"]["Problem"] = _inline(Problem)
        schema["components"]["schemas"].setdefault("Application", _inline(Application))
        views = {self.get_openapi_operation_id(one): one.view_func for one in self.operations()}
        for address, methods in schema["paths"].items():
            for route in methods.values():
                for status, codes in refusals(address, route, views[route["operationId"]]).items():
                    route["responses"][status] = _refusing_with(codes)
        return schema

    def operations(self) -> Iterator[Operation]:
        """Every operation of every route."""
        for _, router in self._routers:
            for view in router.path_operations.values():
                yield from view.operations


def refusals(address: str, route: dict[str, Any], view: View) -> dict[int, list[str]]:
    """Return the codes a route may refuse with, by status."""
    found = {**ALWAYS, **refused_by(view)}
    given = [one for one in route.get("parameters", []) if one["in"] != "path"]
    if any(one["name"] == "Idempotency-Key" for one in given):
        found |= WITH_KEY
    if "{" in address:
        found |= WITH_PATH
    return by_status(found)


def _refusing_with(codes: list[str]) -> dict[str, Any]:
    exact = {"properties": {"code": {"enum": codes}}}
    shape = {"allOf": [{"$ref": "#/components/schemas/Problem"}, exact]}
    return {"description": ", ".join(codes), "content": {errors.PROBLEM_JSON: {"schema": shape}}}


def _inline(shape: type[Schema]) -> dict[str, Any]:
    """The description of a shape that no argument names, whole in one place."""
    return shape.model_json_schema(ref_template="#/components/schemas/{model}")


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
    """The URL patterns of the interface; a wrong method, an unknown address and an unknown part of a query are refused like anything else."""
    for operation in made.operations():
        operation.view_func = _knowing(operation)  # before addresses are made: ninja copies its operations then
    patterns, _, namespace = made.urls
    for one in patterns:
        if isinstance(one, URLPattern):
            one.callback = _refusing(one.callback)
    return [path("v1/", (patterns, "ninja", namespace)), re_path(r"^[\s\S]*$", _unknown)]


def _knowing(operation: Operation) -> View:
    """What is not asked for in a query is refused, as in a body: a misspelt filter would show everything."""
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }
    view: View = operation.view_func

    @wraps(view)
    def knowing(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        if unknown := {name[:100]: "unknown" for name in request.GET if name not in known}:
            raise Refusal("malformed", "request.malformed", fields=unknown)
        return view(request, *args, **values)

    return knowing


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
