"""
The search, at so many clients at once: in the database, as one types, and as a whole page.

Each question is asked as often as any other. Beside it runs a statement that does nothing, so that what the machine and the way to the
database cost can be told from what the search costs.
"""

import http.client
import math
import threading
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import Any, Final
from urllib.parse import quote, urlsplit

import psycopg

from yimen.cli.bench.installation import Installation
from yimen.registry import catalogue

# What is meant, and what is only nearly like something.
MEANT: Final = (
    "食品经营",
    "饭店",
    "开饭店",
    "许可",
    "换驾照",
    "jiashizheng",
    "jsz",
    "open a restaurant",
    "licence",
    "220131999000",
)
NEARLY: Final = (
    "食品经迎许可",
    "shipinjinyingxuke",
    "fod business licence",
    "drivng licens",
    "刚出生上户口要去哪里办",
    "xqzwvk",
)
WARM: Final = 4  # times each client asks every question before it is timed
Ask = Callable[[str], object]


def measure(installation: Installation, url: str, *, clients: int, requests: int) -> dict[str, dict[str, float]]:
    """Return p50, p99 and the least, in ms, of each way to ask."""
    uri = (installation.state / "logins" / "public").read_text(encoding="utf-8")

    def statement(sql: str) -> Callable[[], Ask]:
        def made() -> Ask:
            connection = psycopg.connect(uri, autocommit=True)
            return lambda typed: connection.execute(sql, catalogue.sought(typed=typed, limit=51)).fetchall()

        return made

    def page(rest: str) -> Callable[[], Ask]:
        def made() -> Ask:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
            return lambda typed: _fetch(connection, f"/items/?q={quote(typed)}{rest}")

        return made

    ways: dict[str, tuple[Callable[[], Ask], Sequence[str]]] = {
        "database, nothing": (statement("select 1"), MEANT),
        "database, meant": (statement(catalogue.FOUND), MEANT),
        "database, nearly": (statement(catalogue.FOUND), NEARLY),
        "as one types": (page("&part"), (*MEANT, *NEARLY)),
        "page": (page(""), (*MEANT, *NEARLY)),
    }
    return {name: _timed(way, asked, clients=clients, requests=requests) for name, (way, asked) in ways.items()}


def items(installation: Installation) -> int:
    """How many items are searched."""
    with installation.admin() as connection:
        row = connection.execute("select count(*) from registry_sought").fetchone()
    return int(row[0]) if row else 0


def described(found: dict[str, Any]) -> list[str]:
    """The figures as lines."""
    head = f"{found['items']} items, {found['clients']} clients{'p50':>12}{'p99':>9}{'least':>9}  ms"
    return [
        head,
        *(f"{name:24}{one['p50']:>14}{one['p99']:>9}{one['least']:>9}" for name, one in found["search"].items()),
    ]


def _timed(way: Callable[[], Ask], asked: Sequence[str], *, clients: int, requests: int) -> dict[str, float]:
    took: list[float] = []
    wrong: list[BaseException] = []
    ready = threading.Barrier(clients)

    def hand(first: int) -> None:
        try:
            ask = way()
            for typed in list(asked) * WARM:
                ask(typed)
            ready.wait()
            for typed in islice(cycle(asked), first, first + math.ceil(requests / clients)):
                began = time.perf_counter()
                ask(typed)
                took.append((time.perf_counter() - began) * 1000)
        except BaseException as error:  # told by the thread that waits
            ready.abort()
            wrong.append(error)

    hands = [threading.Thread(target=hand, args=(number,)) for number in range(clients)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    if wrong:
        raise wrong[0]
    took.sort()
    parts = {f"p{part}": took[math.ceil(len(took) * part / 100) - 1] for part in (50, 99)}
    return {name: round(value, 1) for name, value in {**parts, "least": took[0]}.items()}


def _fetch(connection: http.client.HTTPConnection, address: str) -> None:
    connection.request("GET", address)
    answer = connection.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{address}: {answer.status}")
