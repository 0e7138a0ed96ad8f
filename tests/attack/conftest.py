"""
The attacker of these tests holds a login: every statement is raw SQL, as if it had been injected into that link's process.

What is refused is refused by the database; no line of our Python stands between.
"""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

import town as towns

APPEND = "select * from record_append(%s::uuid, %s::int, %s, %s, %s::jsonb, %s::uuid)"
NOT_GRANTED = "42501"


class Act(Protocol):
    def __call__(
        self, link: str, /, stream: object, after: int, kind: str, secret: str | None, **facts: object
    ) -> Any: ...


@pytest.fixture
def town() -> towns.Town:
    return towns.town()


@pytest.fixture
def act(ask: Callable[..., Any]) -> Act:
    """Call the one writer under a login."""

    def run(link: str, /, stream: object, after: int, kind: str, secret: str | None, **facts: object) -> Any:
        key = facts.pop("key", None) or uuid4()
        return ask(link, APPEND, stream, after, kind, secret, Jsonb(facts), key)[0]

    return run


@pytest.fixture
def refused() -> Callable[..., None]:
    """Run something that must fail, with the refusal's code or the database's own."""

    def check(code: str, do: Callable[..., Any], *args: object, **named: Any) -> None:
        with pytest.raises(psycopg.Error) as error:
            do(*args, **named)
        assert code in (error.value.sqlstate, error.value.diag.message_primary), str(error.value)

    return check
