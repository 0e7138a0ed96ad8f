"""Visiting pages as a person of a town: Django's client with the session that the door would have given."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core import signing
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from town import Someone
from yimen.web import door


def visitor(someone: Someone | None = None, *, language: str = "en", **kwargs: Any) -> Client:
    """A browser, signed in as someone."""
    client = Client(**kwargs)
    client.cookies["django_language"] = language
    if someone is not None:
        session = someone.session
        carried = {
            "secret": session.secret,
            "login": session.login,
            "name_zh": "某人",
            "name_en": "Someone",
            "role": someone.role,
            "several": False,
        }
        client.cookies[door.COOKIE] = signing.dumps(carried, salt=door.SALT)
    return client


@contextmanager
def statements(login: str, most: int) -> Iterator[None]:
    """Assert that a page needs no more statements under a login than it may."""
    with CaptureQueriesContext(connections[login]) as captured:
        yield
    assert len(captured) <= most, [one["sql"][:120] for one in captured]
