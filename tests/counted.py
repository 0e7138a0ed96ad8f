"""Counting what is sent to the database, under any login."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections


@contextmanager
def statements(*logins: str) -> Iterator[list[str]]:
    """Every statement under these logins, or under any, in the order it was sent."""
    seen: list[str] = []

    def counting(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    counted = [connections[login] for login in logins or connections]
    for one in counted:
        one.execute_wrappers.append(counting)
    try:
        yield seen
    finally:
        for one in counted:
            one.execute_wrappers.remove(counting)
