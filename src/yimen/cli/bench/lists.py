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
from typing import Any, Final, LiteralString
from urllib.parse import urlsplit

import psycopg
from django.core import signing

from yimen.cli.bench.installation import Installation
from yimen.web.door import COOKIE, SALT

DEEP: Final = 5  # how many pages further is deep, or the last one
WARM: Final = 24  # requests before a page is timed
NEXT: Final = r'href="([^"]+)" rel="next"'
HEAD: Final = f"{'':52}{'p50':>8}{'p95':>8}{'p99':>8}{'web':>8}{'database':>10}{'statements':>12}{'growth':>8}"
# What a supervisor lists; … is an agency.
SUPERVISED: Final = (
    "",
    "show=all",
    "show=over",
    "show=over&agency=…",
    "agency=…",
    "show=all&agency=…",
    "state=deciding",
    "state=deciding&agency=…",
    "show=all&state=refused",
    "show=all&state=refused&agency=…",
    "show=over&state=closed&agency=…",
    "show=late",
    "show=late&agency=…",
    "show=late&state=deciding",
    "show=late&state=deciding&agency=…",
    "clock=promise",
    "clock=promise&state=deciding",
    "clock=promise&agency=…&state=deciding",
    "clock=correction",
    "clock=collection",
)


@dataclass(frozen=True)
class Page:
    """A list as its reader asks for it."""

    name: str
    address: str
    carries: dict[str, str]


class Lists:
    """The people who read lists, with sessions of their own, and what they read."""

    def __init__(self, installation: Installation, tell: Callable[[str], None]) -> None:
        self.installation, self.tell = installation, tell
        self.key = (installation.state / "secret_key").read_text(encoding="ascii")
        with installation.admin() as connection:
            # whoever is not in the city's folder is ended when the platform is made ready anew
            connection.execute(
                "update registry_post set ended_at = null where id in (select b.post from bench.person b)"
            )
            connection.execute(
                "update registry_person set ended_at = null where id in (select b.id from bench.person b)"
            )
            self.secrets = {role: self._session(connection, role, login) for role, login in READERS.items()}
            row = connection.execute(
                "select (select agency::text from registry_item where ended_at is null order by code limit 1),"
                " (select stream::text from casework_visit where ended_at is null order by ticket limit 1)"
            ).fetchone()
        self.agency, self.visit = row or ("", "")

    def _session(self, connection: Any, role: str, login: str) -> str:
        """The secret of a session of the busiest person of a role who has something to do."""
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
        return secret

    def _browser(self, role: str) -> dict[str, str]:
        """What the browser of a reader sends along."""
        viewer = {"name_zh": "测速", "name_en": "Bench", "role": role, "several": False}
        carried = {"secret": self.secrets[role], "login": READERS[role], **viewer}
        return {"Cookie": f"{COOKIE}={signing.dumps(carried, key=self.key, salt=SALT)}", "Accept-Language": "en"}

    def _program(self, role: str) -> dict[str, str]:
        """What a program of hers sends along."""
        return {"Authorization": f"Bearer {READERS[role]}.{self.secrets[role]}"}

    def pages(self) -> Iterator[Page]:
        for role, address in (
            ("applicant", "/cases/"),
            ("applicant", "/cases/papers/"),
            ("applicant", "/messages/"),
            ("applicant", "/mandates/"),
            ("clerk", "/window/"),
            ("clerk", "/window/visits/"),
            ("clerk", f"/window/visits/{self.visit}/"),
            ("examiner", "/examiner/"),
            ("decider", "/decider/"),
            ("maker", "/custody/"),
            ("custodian", "/custody/"),
            ("supervisor", "/supervisor/payments/"),
        ):
            yield Page(f"{role} {address.replace(self.visit, '…')}", address, self._browser(role))
        for role in ("clerk", "examiner", "decider", "maker", "custodian"):
            yield Page(f"{role} worked", "/api/v1/worked?limit=20", self._program(role))
        for asked in SUPERVISED:
            address = f"/supervisor/?{asked.replace('…', self.agency)}"
            yield Page(f"supervisor {asked or 'open'}", address, self._browser("supervisor"))
        yield Page("guide /", "/", {})

    def measure(self, url: str, *, clients: int, requests: int) -> dict[str, dict[str, float]]:
        """Time every page and a deep one of each list that goes on; each is told as soon as it is known."""
        found = {}
        pages = [one for page in self.pages() for one in (page, self._deep(url, page)) if one]
        counted = self._counted(pages)
        self.tell(HEAD)
        for one in pages:
            found[one.name] = self._timed(url, one, clients=clients, requests=requests)
            found[one.name]["statements"] = counted[one.name]
            self.tell(line(one.name, found[one.name]))
        return found

    def _deep(self, url: str, page: Page) -> Page | None:
        """The page that so many steps further on lead to, if the list goes on at all."""
        connection, address = _connect(url), page.address
        for _ in range(DEEP):
            following = _following(_fetch(connection, address, page.carries), page.address)
            if following is None:
                break
            address = following
        connection.close()
        return None if address == page.address else Page(f"{page.name}, deep", address, page.carries)

    def _timed(self, url: str, page: Page, *, clients: int, requests: int) -> dict[str, float]:
        took: list[float] = []
        wrong: list[BaseException] = []

        def read(many: int, into: list[float]) -> None:
            try:
                connection = _connect(url)
                for _ in range(many):
                    began = time.monotonic()
                    _fetch(connection, page.address, page.carries)
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

    def _counted(self, pages: list[Page]) -> dict[str, int]:
        """How many statements each page sends, counted by Django in a process of its own."""
        addresses = [{"name": one.name, "address": one.address, "carries": one.carries} for one in pages]
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
        """The hourly check as the worker does it, and what it finds as a supervisor asks; once to warm up, and once timed."""
        for _ in range(2):
            with self.installation.admin() as connection:
                connection.execute("delete from oversight_hour")  # it looks once in each hour
            before = self.installation.cpu()["database"]
            look, (lacking,) = self._asked("worker", "select oversight_look()")
            used = self.installation.cpu()["database"] - before
            orphans, (found,) = self._asked("oversight", "select count(*) from oversight_orphans()")
        with self.installation.admin() as connection:
            row = connection.execute("select open_cases from oversight_hour").fetchone()
        told = {"open": row[0] if row else 0, "without": lacking, "found": found}
        return told | {"look_ms": look, "look_cpu_ms": round(used, 1), "orphans_ms": orphans}

    def _asked(self, login: str, statement: LiteralString) -> tuple[float, Any]:
        """Ask one statement under a login of the platform: how many ms it takes, and its row."""
        uri = (self.installation.state / "logins" / login).read_text(encoding="utf-8").strip()
        with psycopg.connect(uri, autocommit=True) as connection:
            began = time.monotonic()
            row = connection.execute(statement).fetchone()
            return round((time.monotonic() - began) * 1000, 1), row


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


def line(name: str, one: dict[str, float], growth: float | str = "") -> str:
    """One page as a line of the table."""
    return (
        f"{name:52}{one['p50']:>8}{one['p95']:>8}{one['p99']:>8}{one['web_cpu_ms']:>8}{one['database_cpu_ms']:>10}"
        f"{one['statements']:>12}{growth:>8}"
    )


def described(found: dict[str, Any]) -> Iterator[str]:
    sizes = list(found["pages"])
    yield HEAD
    for name, one in found["pages"][sizes[-1]].items():
        yield line(name, one, found["growth"].get(name, ""))
    for size in sizes:
        hour = found["hourly"][size]
        yield (
            f"the hourly look at {hour['open']} open cases among {size}: {hour['look_ms']} ms, {hour['look_cpu_ms']} CPU ms"
            f" (what it finds, asked anew: {hour['orphans_ms']} ms); {hour['without']} lack a person or a day"
        )


def _connect(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    return http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)


def _fetch(connection: http.client.HTTPConnection, address: str, carries: dict[str, str]) -> str:
    connection.request("GET", address, headers=carries)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise LookupError(f"{address}: {answer.status}")
    return body.decode()


def _following(body: str, first: str) -> str | None:
    """The address of the page after this one: a link of a page, or the cursor of an answer."""
    if body.startswith("{"):
        cursor = json.loads(body)["next"]
        return f"{first}&cursor={cursor}" if cursor else None
    found = search(NEXT, body)
    if found is None:
        return None
    target = unescape(found[1])
    return target if target.startswith("/") else f"{first.partition('?')[0]}{target}"
