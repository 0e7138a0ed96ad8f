"""
Every list page over HTTP, so many clients at once: its first page, a deep one, and how many statements it takes.

Worker and keeper are stopped while pages are timed, so that what they do is not in the figures. The statements of a page are
counted where they are sent, in a process of its own over the same database (`counting`).
"""

import hashlib
import http.client
import json
import math
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from re import search
from typing import Any, Final
from urllib.parse import urlsplit

from django.core import signing

from yimen.cli.bench.installation import Installation
from yimen.web.door import COOKIE, SALT

DEEP: Final = 5  # how many pages further is deep, or the last one
WARM: Final = 24  # requests before a page is timed
NEXT: Final = r'href="([^"]+)" rel="next"'
# What is asked of the whole list of open cases every hour: nobody responsible, or no clock that runs to a day.
HOURLY: Final = """
    select count(*), count(*) filter (where p.id is null or k.due_on is null)
    from record_stream s
    left join registry_person p on p.id = s.responsible and p.ended_at is null
    left join lateral (select min(c.due_on) as due_on from casework_clock c where c.stream = s.id and c.stopped is null) k on true
    where s.open and s.type = 'case' and s.state <> 'delivered'
"""


@dataclass(frozen=True)
class Page:
    """A list as its reader asks for it."""

    name: str
    address: str
    cookie: str


class Lists:
    """The people who read lists, with sessions of their own, and what they read."""

    def __init__(self, installation: Installation, tell: Callable[[str], None]) -> None:
        self.installation, self.tell = installation, tell
        self.key = (installation.state / "secret_key").read_text(encoding="ascii")
        with installation.admin() as connection:
            self.cookies = {role: self._session(connection, role, login) for role, login in READERS.items()}
            row = connection.execute(
                "select agency::text from registry_item where ended_at is null order by code"
            ).fetchone()
        self.agency = str(row[0]) if row else ""

    def _session(self, connection: Any, role: str, login: str) -> str:
        """A session of the busiest person of a role who has something to do, and the cookie a browser would carry."""
        secret = secrets.token_urlsafe(32)
        person, post = connection.execute(
            "select b.id, b.post from bench.person b left join record_assignment a on a.person = b.id and not a.done"
            " where b.kind = %s and b.number = 0 group by 1, 2 order by count(a.stream) desc limit 1",
            [role],
        ).fetchone()
        connection.execute(
            "insert into record_session (hash, person, post, login, opened_at, ends_at) values (%s, %s, %s, %s, now(), now() + interval '12 hours')",
            [hashlib.sha256(secret.encode()).digest(), person, post, login],
        )
        viewer = {"name_zh": "测速", "name_en": "Bench", "role": role, "several": False}
        carried = {"secret": secret, "login": login, **viewer}
        return f"{COOKIE}={signing.dumps(carried, key=self.key, salt=SALT)}"

    def pages(self) -> Iterator[Page]:
        for role, address in (
            ("applicant", "/cases/"),
            ("clerk", "/window/"),
            ("clerk", "/window/visits/"),
            ("examiner", "/examiner/"),
            ("decider", "/decider/"),
            ("maker", "/custody/"),
            ("custodian", "/custody/"),
        ):
            yield Page(f"{role} {address}", address, self.cookies[role])
        for asked in (
            "",
            "show=all",
            "show=over",
            f"agency={self.agency}",
            f"show=all&agency={self.agency}",
            "state=deciding",
            "show=all&state=refused",
            f"show=all&state=refused&agency={self.agency}",
            "show=late",
            f"show=late&agency={self.agency}",
            "clock=promise",
            "clock=correction",
        ):
            named = asked.replace(self.agency, "…")
            yield Page(f"supervisor {named or 'open'}", f"/supervisor/?{asked}", self.cookies["supervisor"])
        yield Page("guide /", "/", "")

    def measure(self, url: str, *, clients: int, requests: int) -> dict[str, dict[str, float]]:
        """Time every page and a deep one of each list that goes on."""
        found = {}
        addresses = []
        for page in self.pages():
            deep = self._deep(url, page)
            for one in [page, *([deep] if deep else [])]:
                self.tell(one.name)
                found[one.name] = self._timed(url, one, clients=clients, requests=requests)
                addresses.append({"name": one.name, "address": one.address, "cookie": one.cookie})
        for name, count in self._counted(addresses).items():
            found[name]["statements"] = count
        return found

    def _deep(self, url: str, page: Page) -> Page | None:
        """The page that so many steps further on lead to, if the list goes on at all."""
        connection, address = _connect(url), page.address
        for _ in range(DEEP):
            following = search(NEXT, _fetch(connection, address, page.cookie))
            if following is None:
                break
            target = unescape(following[1])
            address = target if target.startswith("/") else f"{page.address.partition('?')[0]}{target}"
        connection.close()
        return None if address == page.address else Page(f"{page.name}, deep", address, page.cookie)

    def _timed(self, url: str, page: Page, *, clients: int, requests: int) -> dict[str, float]:
        took: list[float] = []
        wrong: list[BaseException] = []

        def read(many: int, into: list[float]) -> None:
            try:
                connection = _connect(url)
                for _ in range(many):
                    began = time.monotonic()
                    _fetch(connection, page.address, page.cookie)
                    into.append((time.monotonic() - began) * 1000)
                connection.close()
            except BaseException as error:  # told by the thread that waits
                wrong.append(error)

        for many, into in ((WARM // clients, []), (requests // clients, took)):
            before = self.installation.cpu()
            hands = [threading.Thread(target=read, args=(many, into)) for _ in range(clients)]
            for hand in hands:
                hand.start()
            for hand in hands:
                hand.join()
            after = self.installation.cpu()
        if wrong:
            raise wrong[0]
        took.sort()
        figures = {
            f"p{part}": round(took[min(len(took) - 1, math.ceil(len(took) * part / 100) - 1)], 1)
            for part in (50, 95, 99)
        }
        return figures | {
            f"{part}_cpu_ms": round((after[part] - before[part]) / len(took), 2) for part in ("web", "database")
        }

    def _counted(self, addresses: list[dict[str, str]]) -> dict[str, int]:
        """How many statements each page sends, counted by Django in a process of its own."""
        command = [sys.executable, "-m", "yimen.cli.bench.counting"]
        done = subprocess.run(
            command,
            input=json.dumps(addresses),
            env=self.installation.environment(""),
            capture_output=True,
            text=True,
            check=True,
        )
        counted: dict[str, int] = json.loads(done.stdout)
        return counted

    def hourly(self) -> dict[str, float]:
        """The check of all open cases: how many there are, how many have nobody or no day, and how long it takes to know."""
        with self.installation.admin() as connection:
            connection.execute(HOURLY)
            began = time.monotonic()
            row = connection.execute(HOURLY).fetchone()
            took = (time.monotonic() - began) * 1000
        return {"open": row[0] if row else 0, "without": row[1] if row else 0, "ms": round(took, 1)}


READERS: Final = {
    "applicant": "public",
    "clerk": "counter",
    "examiner": "decide",
    "decider": "decide",
    "maker": "custody",
    "custodian": "custody",
    "supervisor": "oversight",
}


def grown(before: dict[str, Any], after: dict[str, Any]) -> dict[str, float]:
    """How many times longer each page takes at its median with the larger number of cases."""
    return {name: round(one["p50"] / before[name]["p50"], 2) for name, one in after.items() if name in before}


def described(found: dict[str, Any]) -> Iterator[str]:
    sizes = list(found["pages"])
    yield f"{'':46}{'p50':>8}{'p95':>8}{'p99':>8}{'web':>8}{'database':>10}{'statements':>12}{'growth':>8}"
    for name, one in found["pages"][sizes[-1]].items():
        growth = found["growth"].get(name, "")
        yield (
            f"{name:46}{one['p50']:>8}{one['p95']:>8}{one['p99']:>8}{one['web_cpu_ms']:>8}{one['database_cpu_ms']:>10}"
            f"{one['statements']:>12}{growth:>8}"
        )
    for size in sizes:
        hour = found["hourly"][size]
        yield f"the check of {hour['open']} open cases among {size}: {hour['ms']} ms; {hour['without']} without person or day"


def _connect(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    return http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)


def _fetch(connection: http.client.HTTPConnection, address: str, cookie: str) -> str:
    connection.request("GET", address, headers={"Cookie": cookie, "Accept-Language": "en"} if cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise LookupError(f"{address}: {answer.status}")
    return body.decode()
