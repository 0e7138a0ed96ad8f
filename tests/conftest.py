"""
What every test may use. Each pytest worker runs a server of its own, with a database prepared and migrated as an
installation's is. Tests use the nine real logins, commit, and never reset.

- `connect("counter")`: a plain psycopg connection under a login (also "owner", and "admin" for the superuser).
- `ask("counter", "select …", value)`: the rows of a statement under a login.
- Django's aliases (`connections["counter"]`, `default` is door) go to the same database.
- `clone()`: an empty city of one's own: a fresh copy of the migrated database, to which Django's aliases move
  until the test ends. `clone().state` is a state folder for commands run as programs.
- `client`: Django's test client.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.test import Client

import testing_city

Connect = Callable[[str], psycopg.Connection]
CLONES = itertools.count()  # no two of a run are called the same


def pytest_configure(config: pytest.Config) -> None:
    """Have the database before any test module is imported, and Django set up on it."""
    shares_out = bool(config.getoption("numprocesses", None))  # the process that only shares tests out to workers
    if not shares_out and not config.option.collectonly:
        testing_city.start()


def pytest_unconfigure() -> None:
    testing_city.leave()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open connections under any login; they are closed when the test ends."""
    opened: list[psycopg.Connection] = []

    def open_one(login: str) -> psycopg.Connection:
        opened.append(psycopg.connect(testing_city.uri(login), autocommit=True))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


@pytest.fixture
def ask(connect: Connect) -> Callable[..., Any]:
    """Run a statement under a login and return its rows; each login has one connection of its own."""
    known: dict[str, psycopg.Connection] = {}

    def run(login: str, sql: str, *params: object) -> Any:
        if login not in known:
            known[login] = connect(login)
        cursor = known[login].execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []

    return run


@pytest.fixture
def clone() -> Iterator[Callable[[], testing_city.City]]:
    """Make an empty city and move Django to it; it is dropped when the test ends."""
    before = testing_city.current()
    made: list[testing_city.City] = []

    def make() -> testing_city.City:
        made.append(testing_city.make(f"{before.database}_clone{next(CLONES)}_{os.getpid()}"))
        testing_city.move_to(made[-1])
        return made[-1]

    yield make
    testing_city.move_to(before)
    for city in made:
        testing_city.drop(city)


@pytest.fixture
def client() -> Client:
    """A visitor's browser, without the token that forms carry."""
    return Client()
