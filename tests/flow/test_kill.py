"""
Kill -9 at random moments over web, worker, keeper and database, while cases run.

Each client keeps a journal of what was acknowledged to it, and sends again, under the same key, whatever was not. In the
end nothing acknowledged is missing, nothing is there twice, chains are whole, and no certificate is without its grant.
"""

import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from small_city import small_city
from yimen.cli.applying import form_for, papers_for
from yimen.cli.program import Program, Refused
from yimen.pure.chain import Event, check_chain, check_hats

KILLS = 21
CASES = 8
PAUSE = (0.6, 1.8)
PATIENCE = 75
MOVES = ("accept", "examine", "decide", "make", "release", "release-again")
CENTRE = "C220100"
ROLES = {
    "accept": "clerk",
    "examine": "examiner",
    "decide": "decider",
    "make": "maker",
    "release": "custodian",
    "release-again": "custodian",
}
AWAY = (OSError, http.client.HTTPException, json.JSONDecodeError)


@dataclass
class Platform:
    """A running platform with a state of its own, and the processes that may be killed."""

    state: Path
    port: int
    serving: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def login(self, name: str) -> psycopg.Connection:
        return psycopg.connect((self.state / "logins" / name).read_text(), autocommit=True)

    def victims(self) -> dict[str, list[int]]:
        """Process ids by what they are."""
        found: dict[str, list[int]] = {"web": [], "worker": [], "keeper": [], "database": []}
        for pid in descendants(self.serving.pid):
            words = command_of(pid)
            for name in ("worker", "keeper"):
                if words[-1:] == [name]:
                    found[name].append(pid)
            if any("granian" in word for word in words):
                found["web"].append(pid)
        lock = next(self.state.glob("postgres/**/postmaster.pid"), None)
        if lock is not None:
            found["database"].append(int(lock.read_text().split()[0]))
        return found


def descendants(pid: int) -> list[int]:
    try:
        own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:  # it has ended meanwhile
        own = []
    return own + [deeper for child in own for deeper in descendants(child)]


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().rstrip("\0").split("\0")
    except OSError:
        return [""]


@pytest.fixture
def platform() -> Iterator[Platform]:
    """The whole platform with the sample city, as `./run` starts it."""
    state = Path(tempfile.mkdtemp(prefix="yimen-kill-"))
    state.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIMEN_")}
    environment = kept | {"YIMEN_STATE": str(state), "YIMEN_CITY": str(small_city())}
    command = [sys.executable, "-m", "yimen", "serve", "--port", str(port)]
    log = (state / "serve.log").open("wb")
    serving = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    started = Platform(state, port, serving)
    try:
        wait_until(lambda: "is running at" in (state / "serve.log").read_text(), 120, "the platform to start")
        yield started
    finally:
        serving.send_signal(signal.SIGTERM)
        try:
            serving.wait(30)
        except subprocess.TimeoutExpired:
            serving.kill()
        left = [
            path.parent.name
            for path in Path("/proc").glob("[0-9]*/cmdline")
            if str(port) in command_of(int(path.parent.name))
        ]
        shutil.rmtree(state, ignore_errors=True)
        assert left == [], "whatever was killed, nothing of the platform stays behind"


def wait_until(reached: Callable[[], bool], seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.2)


@dataclass
class Journal:
    """What was acknowledged: key to receipt."""

    lines: list[tuple[UUID, dict[str, Any]]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, key: UUID, receipt: dict[str, Any]) -> None:
        with self.lock:
            self.lines.append((key, receipt))


@dataclass
class Client:
    """An office of people who know nothing of kills: whatever is not acknowledged is sent again under the same key."""

    platform: Platform
    journal: Journal
    tokens: dict[str, list[str]]
    until: float

    def __post_init__(self) -> None:
        self.program = Program(self.platform.url, timeout=15)

    def insist(self, request: Callable[[], Any]) -> Any:
        """Send until it is answered. Only `unavailable` and a dead connection are worth sending again."""
        while True:
            try:
                return request()
            except Refused as refused:
                if refused.status < 500:
                    raise
            except AWAY:
                self.program.close()
            assert time.monotonic() < self.until, "the platform did not come back"
            time.sleep(0.3)

    def run(self, item: dict[str, Any], organisation: dict[str, Any]) -> str:
        key = uuid4()
        given = {"item": item["code"], "organisation": organisation["id"], "form": form_for(item["body"], organisation)}
        fields = {"application": json.dumps(given, ensure_ascii=False)}
        papers = papers_for(item["body"])
        applicant = self.tokens["applicant"][0]
        filed = self.insist(lambda: self.program.send("/cases", fields, papers, applicant, key=key))
        self.journal.note(key, filed["receipt"])
        case = str(filed["case"])
        for move in MOVES:
            self.move(case, move, [one["code"] for one in item["body"]["conditions"]])
        return case

    def move(self, case: str, move: str, conditions: list[str]) -> None:
        token, head = self.drawn(case, ROLES[move])
        body: dict[str, Any] = {"after": head}
        if move == "examine":
            body["conditions"] = conditions
        if ROLES[move] in ("maker", "custodian"):
            seen = self.insist(lambda: self.program.get(f"/cases/{case}", token))
            body |= {"decision": seen["decision_content"], "seal": seen["seal"]["code"]}
        key = uuid4()
        done = self.insist(lambda: self.program.post(f"/cases/{case}/{move}", body, token, key=key))
        self.journal.note(key, done["receipt"])

    def drawn(self, case: str, role: str) -> tuple[str, int]:
        while True:
            for token in self.tokens[role]:
                for line in self.insist(partial(self.program.get, "/worklist?limit=100", token))["items"]:
                    if line["stream"] == case:
                        return token, int(line["head"])
            assert time.monotonic() < self.until, f"nobody was drawn as {role}"
            time.sleep(0.2)


def sign_everyone_in(platform: Platform, places: set[str]) -> dict[str, list[str]]:
    """The tokens of all who may be drawn at these places, by role, and of those who apply."""
    program = Program(platform.url)
    tokens: dict[str, list[str]] = {}
    for person in json.loads((platform.state / "demonstration.json").read_text()):
        role = person["what"]
        if role not in {*ROLES.values(), "applicant"} or (person["places"] and not places & set(person["places"])):
            continue
        given = {"username": person["login"], "password": person["password"]}
        try:
            token = program.post("/sessions", given)["token"]
        except Refused as refused:
            post = next(one["post"] for one in refused.params["posts"] if one["role"] == role)
            token = program.post("/sessions", given | {"post": post})["token"]
        tokens.setdefault(role, []).append(token)
    return tokens


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(platform: Platform) -> None:
    program = Program(platform.url)
    item = program.get("/items/" + program.get("/items")["items"][0]["code"])
    tokens = sign_everyone_in(platform, {item["agency_code"], CENTRE})
    (organisation, *_) = program.get("/organisations", tokens["applicant"][0])["items"]
    journal, cases, failures = Journal(), [], []
    until = time.monotonic() + PATIENCE + 30

    def work() -> None:
        client = Client(platform, journal, tokens, until)
        try:
            for _ in range(CASES // 4):
                cases.append(client.run(item, organisation))
        except Exception as failure:
            failures.append(failure)

    clients = [threading.Thread(target=work) for _ in range(4)]
    for client in clients:
        client.start()
    killed = kill_at_random(platform, random.Random(20261123))  # noqa: S311 - moments, not secrets
    for client in clients:
        client.join()
    assert not failures, failures
    assert len(killed) >= 20
    assert {"web", "worker", "keeper", "database"} == set(killed)
    wait_until(lambda: closed(platform) >= len(cases), PATIENCE, "keeper and worker to finish")
    wait_until(lambda: settled(platform), PATIENCE, "every event to have its place")
    compare(platform, journal, cases)


def kill_at_random(platform: Platform, chance: random.Random) -> list[str]:
    """Kill one process after another, each kind again and again."""
    killed: list[str] = []
    while len(killed) < KILLS:
        time.sleep(chance.uniform(*PAUSE))
        kind = ("web", "worker", "keeper", "web", "database")[len(killed) % 5]
        found = platform.victims()[kind]
        if not found:
            continue
        try:
            os.kill(chance.choice(found), signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed.append(kind)
    return killed


def closed(platform: Platform) -> int:
    try:
        with platform.login("oversight") as oversight:
            found = oversight.execute("select count(*) from record_stream where type = 'case' and state = 'closed'")
            return int((found.fetchone() or [0])[0])
    except psycopg.OperationalError:
        return 0


def settled(platform: Platform) -> bool:
    """Whether the sequencer has caught up with the last event."""
    with platform.login("oversight") as oversight:
        sql = "select (select count(*) from record_event) = (select count(*) from record_place)"
        return bool((oversight.execute(sql).fetchone() or [False])[0])


def compare(platform: Platform, journal: Journal, cases: list[str]) -> None:
    """Hold the journal against the record."""
    with platform.login("oversight") as oversight:
        for key, receipt in journal.lines:
            found = oversight.execute(
                "select number, hash from record_event where stream = %s and key = %s", [receipt["stream"], key]
            ).fetchall()
            assert found == [(receipt["number"], bytes.fromhex(receipt["hash"]))], "acknowledged, and once"
        filed = oversight.execute("select stream from casework_case").fetchall()
        assert sorted(str(stream) for (stream,) in filed) == sorted(cases), "each filing is one case"
        for case in cases:
            chain = chain_of(oversight, case)
            check_chain(chain)
            check_hats(chain)
            kinds = [event.kind for event in chain]
            assert len(kinds) == len(set(kinds)), "nothing happened twice"
            assert kinds[-1] == "case.closed"
        whole = "select count(*) from casework_certificate c join casework_grant g on g.stream = c.stream"
        assert oversight.execute(whole).fetchone() == (len(cases),), "no certificate without its grant"
        placed = "select count(*), max(place) from record_place"
        count, last = oversight.execute(placed).fetchone() or (0, 0)
        events = oversight.execute("select count(*) from record_event").fetchone()
        assert (count, last) == (events[0] if events else -1, count), "every event has one place, without a gap"


def chain_of(oversight: psycopg.Connection, case: str) -> list[Event]:
    sql = """select stream, number, kind, at, login, facts, prev, hash, mark, role, hat, key
             from record_event where stream = %s order by number"""
    with oversight.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return [Event(**row) for row in cursor.execute(sql, [case]).fetchall()]
