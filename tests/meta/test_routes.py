"""Every address asks for a session, or is in the written list of what anyone may ask."""

import re
from collections.abc import Iterator
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from yimen.api.urls import urlpatterns, v1

PUBLIC_PAGES = {
    "healthz": "whether this process and its database answer",
    "home": "the front page",
    "items": "what the city offers",
    "guide": "what an item asks for",
    "where": "the places that offer an item: from where one asks is in the address, nothing is recorded",
    "check": "whether it fits: the answers are in the address, nothing is recorded",
    "short_guide": "a short address of a guide",
    "sitemap": "the guides, for search engines",
    "robots": "what is not for them",
    "places": "where to go",
    "figures": "how the city does, in figures",
    "figures_json": "the same, for programs",
    "place": "one place, and when it is open",
    "place_items": "what is done there",
    "verify": "verifying a certificate",
    "confirm": "a person at the window types the one-time code she was given",
    "follow": "a person types number and code of her case",
    "follow_paper": "and opens a paper that was issued in it, under the same",
    "trust": "the public keys of the city",
    "draws": "the draws, as the public may check them",
    "draws_json": "the same, for programs",
    "draws_of": "the draws of one day",
    "record": "the signed minutes",
    "account_login": "signing in",
    "choose_post": "signing in: asks for the account itself",
    "sign_out": "ends what there is to end",
    "signed_out": "where signing out leads to",
    "set_language": "a cookie and nothing else",
    "large_print": "a cookie and nothing else",
}
PUBLIC_OPERATIONS = {
    ("GET", "/items"),
    ("GET", "/items/{code}"),
    ("GET", "/items/{code}/places"),
    ("GET", "/items/{code}/took"),
    ("GET", "/ways"),
    ("GET", "/items/{code}/versions"),
    ("GET", "/places"),
    ("GET", "/places/{code}"),
    ("GET", "/places/{code}/items"),
    ("GET", "/trust"),
    ("POST", "/confirmations"),
    ("POST", "/confirmations/look"),
    ("POST", "/confirmations/confirm"),
    ("POST", "/follow"),
    ("POST", "/follow/papers/{document}"),
    ("GET", "/draws/{day}"),
    ("GET", "/record/minutes"),
    ("POST", "/verify"),
    ("POST", "/sessions"),
    ("POST", "/payments/called"),  # signed by the payment provider
}
DESCRIBING = {"openapi-json", "api-root"}  # the description of the interface; at its root there is nothing
# What signing in brings with it: its pages belong to the account, and it guards them itself.
BROUGHT = ("allauth.", "django.")
NOTHING = UUID(int=0)


def pages(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from pages(one.url_patterns)
        else:
            yield one


def filled(page: URLPattern, prefix: str = "/") -> str:
    """An address of a route, with something in each of its places."""
    values = {
        name: NOTHING if kind.regex.startswith("[0-9a-f]") else "x" for name, kind in page.pattern.converters.items()
    }
    return prefix + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), str(page.pattern))


def test_every_page_asks_for_a_session_or_is_known_to_be_public() -> None:
    ours = [
        one
        for one in pages(get_resolver().url_patterns)
        if not (one.name in PUBLIC_PAGES or one.callback.__module__.startswith(BROUGHT))
        and not one.callback.__module__.startswith(("ninja.", "yimen.api."))
        and one.name not in DESCRIBING
    ]
    assert len(ours) > 15
    assert [one.name for one in ours if not asks(one)] == []


def asks(page: URLPattern) -> bool:
    """Whether a page turns away whoever is not signed in, however it is called."""
    path = filled(page)
    answers = [Client().get(path), Client().post(path)]
    return all(
        one.headers.get("Location", "").startswith("/accounts/login/") or one.status_code in (403, 405)
        for one in answers
    )


def test_every_public_page_is_there() -> None:
    assert PUBLIC_PAGES.keys() - {one.name for one in pages(get_resolver().url_patterns)} == set()


def test_every_operation_asks_for_a_session_or_is_known_to_be_public() -> None:
    routes = [one for one in pages(urlpatterns[:1]) if one.name not in DESCRIBING]
    opened = set()
    for one in routes:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answer = Client().generic(method, filled(one, "/api/v1/"))
            if answer.status_code != 405 and answer.json().get("code") != "session.ended":
                opened.add((method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{one.pattern}")))
    assert len(routes) > 25
    assert opened == PUBLIC_OPERATIONS


def test_the_description_says_the_same() -> None:
    paths = v1.get_openapi_schema(path_prefix="")["paths"]
    said = {
        (method.upper(), path)
        for path, methods in paths.items()
        for method, one in methods.items()
        if "security" not in one
    }
    assert said == PUBLIC_OPERATIONS
