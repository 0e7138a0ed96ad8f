"""
Whole lives of a case over the HTTP API: everyone signs in, chance draws, and people work down their worklists.

A turn is done step by step: all cases are filed, then all accepted, and so on, by so many clients at once. Worker and keeper
sleep while people act, and then do all that is left to them; so what people wait for and what follows by itself are two
figures, each whole: order, messages and closing are the worker's; signatures, papers and the certificate the keeper's.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from secrets import randbelow
from typing import Any, Final
from uuid import UUID

from yimen.cli.applying import form_for, papers_for
from yimen.cli.bench.installation import Installation
from yimen.cli.bench.paths import Path, filed_at_window, filed_online, greeted
from yimen.cli.demo import CUSTODY
from yimen.cli.program import Program, Refused

PATIENCE: Final = 600.0
PAGE: Final = 20
WARM: Final = 12  # cases for each client before anything is measured
ENTRIES: Final = 100  # a page of the catalogue
DONE: Final = """
    with stand as (select count(*) filter (where s.state = %(state)s) as there, sum(s.head) as events
                   from record_stream s where s.id = any (%(cases)s)),
    placed as (select count(*) as events, max(p.place) as last from record_place p where p.stream = any (%(cases)s))
    select stand.there = cardinality(%(cases)s::uuid[]) and placed.events = stand.events
           and placed.last <= (select min(c.place) from record_cursor c)
    from stand, placed
"""
Task = Callable[[Program], None]


@dataclass
class Turn:
    """What one turn used: while people acted, and afterwards."""

    cases: int
    clients: int
    seconds: float = 0
    cpu: dict[str, float] = field(default_factory=dict)
    after: dict[str, float] = field(default_factory=dict)
    statements: int = 0
    latencies: dict[str, list[float]] = field(default_factory=dict)


class Life:
    """The people of the installation, signed in once, and what they do in a turn on one path."""

    def __init__(self, installation: Installation, url: str, tell: Callable[[str], None], path: Path) -> None:
        self.installation, self.url, self.tell, self.path = installation, url, tell, path
        self.program = Program(url)
        self.lock = threading.Lock()
        self.item = self._item()
        self.visitors = count(randbelow(300_000))
        self.tokens: dict[str, list[str]] = {}
        for person in installation.people():
            self._sign_in(person)
        self.organisations = self.program.get("/organisations", self.tokens["applicant"][0])["items"]

    def _item(self) -> dict[str, Any]:
        """The first item of the catalogue that is for this path."""
        for line in self.program.get(f"/items?limit={ENTRIES}")["items"]:
            item: dict[str, Any] = self.program.get(f"/items/{line['code']}")
            if self.path.takes(item["body"]):
                return item
        raise Refused(0, {"detail": f"this city has no item for the path {self.path.name}"})

    def _sign_in(self, person: dict[str, str]) -> None:
        """Sign a person in, if she works where the item is done, and one applicant: each password is slow to check, on purpose."""
        place = person["where_zh"]
        if place not in ("", self.item["centre_zh"], self.item["agency_zh"]):
            return
        if person["what"] == "applicant" and self.tokens.get("applicant"):
            return
        given = {"username": person["login"], "password": person["password"]}
        signed = self.program.post("/sessions", given)
        self.tokens.setdefault(signed["role"], []).append(signed["token"])

    def given(self) -> dict[str, Any]:
        """What pgbench files and who acts: the same item, forms, organisations and sessions as here."""
        people = []
        for token in [one for many in self.tokens.values() for one in many]:
            who = self.program.get("/sessions/current", token)
            people.append((who["person"], who["post"], *token.split(".", 1)))
        materials = [material for material, _, _ in papers_for(self.item["body"])]
        return {
            "item": self.item["code"],
            "applications": [(one["id"], form_for(self.item["body"], one)) for one in self.organisations],
            "materials": materials,
            "conditions": [one["code"] for one in self.item["body"]["conditions"]],
            "people": people,
        }

    def warm_up(self, *, clients: int) -> None:
        """Open the connections that so many clients need, and have every statement prepared on most of them."""
        self.tell("Warming up …")
        self.turn(cases=WARM * clients, clients=clients)

    def counted(self) -> float:
        """How many statements the people of one case send; the machines' are not among them."""
        return self.turn(cases=WARM, clients=1, counting=True).statements / WARM

    def turn(self, *, cases: int, clients: int, counting: bool = False) -> Turn:
        """Take so many cases through their whole life, so many clients at once."""
        self.tell(f"{cases} lives over HTTP, {self.path.name}, {clients} clients …")
        turn = Turn(cases=cases, clients=clients)
        filed: set[str] = set()
        self.installation.sleep("worker", "keeper")
        for moves, state in zip(self.path.rounds, self.path.states, strict=True):
            before = self.installation.statements() if counting else 0
            with self._used(turn.cpu):
                began = time.monotonic()
                if not filed:
                    self._file(turn, filed)
                for move, role in moves:
                    self._move(turn, filed, move, role)
                turn.seconds += time.monotonic() - began
            turn.statements += self.installation.statements() - before if counting else 0
            with self._used(turn.after):
                self.installation.wake("worker", "keeper")
                self._until(state, filed)
                self.installation.sleep("worker", "keeper")
        self.installation.wake("worker", "keeper")
        return turn

    @contextmanager
    def _used(self, into: dict[str, float]) -> Iterator[None]:
        """Add what all parts use meanwhile."""
        before = self.installation.cpu()
        yield
        for name, used in self.installation.cpu().items():
            into[name] = into.get(name, 0) + used - before[name]

    def _file(self, turn: Turn, filed: set[str]) -> None:
        """Everyone files: online, or at the window those whom a clerk greeted and another serves."""

        def keep(answer: dict[str, Any]) -> None:
            with self.lock:
                filed.add(answer["case"])

        def send(program: Program, organisation: dict[str, Any]) -> None:
            token = self.tokens["applicant"][0]
            keep(filed_online(program, timed, item=self.item, organisation=organisation, token=token))

        def serve(program: Program, visit: dict[str, Any], token: str) -> None:
            keep(filed_at_window(program, timed, item=self.item, visit=visit["visit"], token=token))

        def end(program: Program, visit: dict[str, Any], token: str) -> None:
            told = {"after": visit["head"], "outcome": "filed"}
            timed("end the visit", lambda: program.post(f"/visits/{visit['visit']}/end", told, token))

        timed = partial(self._timed, turn)
        if not self.path.for_person:
            given = [self.organisations[number % len(self.organisations)] for number in range(turn.cases)]
            self._all(turn, [partial(send, organisation=one) for one in given])
            return
        waiting = self._greet(turn)
        self._all(turn, [partial(serve, visit=visit, token=token) for visit, token in waiting])
        self._all(turn, [partial(end, visit=visit, token=token) for visit, token in waiting])

    def _greet(self, turn: Turn) -> list[tuple[dict[str, Any], str]]:
        """Greet people at the window; returns their visits, each with whom chance drew to serve."""
        clerks, opened = self.tokens["clerk"], set[str]()
        waiting: list[tuple[dict[str, Any], str]] = []
        timed = partial(self._timed, turn)

        def greet(program: Program, number: int) -> None:
            visit = greeted(program, timed, number=number, token=clerks[number % len(clerks)])
            with self.lock:
                opened.add(visit)

        def look(program: Program, token: str) -> None:
            found = timed("people at the window", lambda: program.get("/visits", token))["items"]
            with self.lock:
                waiting.extend((visit, token) for visit in found if visit["visit"] in opened)

        self._all(turn, [partial(greet, number=next(self.visitors)) for _ in range(turn.cases)])
        self._all(turn, [partial(look, token=token) for token in clerks])
        return waiting

    def _move(self, turn: Turn, cases: set[str], move: str, role: str) -> None:
        """Everyone of a role works down the worklist, page by page."""
        found: list[Task] = []

        def look(token: str) -> Task:
            def pages(program: Program) -> None:
                cursor = ""
                while cursor is not None:
                    path = f"/worklist?limit={PAGE}" + (f"&cursor={cursor}" if cursor else "")
                    page = self._timed(turn, "worklist", lambda path=path: program.get(path, token))  # type: ignore[misc]  # bound to this round
                    with self.lock:
                        found.extend(act(token, line) for line in page["items"] if line["stream"] in cases)
                    cursor = page["next"]

            return pages

        def act(token: str, line: dict[str, Any]) -> Task:
            return lambda program: self._act(turn, program, move, token, line)

        self._all(turn, [look(token) for token in self.tokens[role]])
        if len(found) != len(cases):
            raise Refused(0, {"detail": f"{len(found)} of {len(cases)} cases are on a worklist to {move}"})
        self._all(turn, found)

    def _act(self, turn: Turn, program: Program, move: str, token: str, line: dict[str, Any]) -> None:
        case, body = line["stream"], {"after": line["head"]}
        if move == "examine":
            body["conditions"] = [one["code"] for one in self.item["body"]["conditions"]]
        if move in CUSTODY:
            body |= {"decision": line["decision"], "seal": line["seal"]}
        if move == "hand-over":
            body |= {"identity": "seen", "to": "applicant"}
        self._timed(turn, move, lambda: program.post(f"/cases/{case}/{move}", body, token))

    def _timed(self, turn: Turn, step: str, call: Callable[[], Any]) -> Any:
        began = time.monotonic()
        answer = call()
        took = (time.monotonic() - began) * 1000
        with self.lock:
            turn.latencies.setdefault(step, []).append(took)
        return answer

    def _all(self, turn: Turn, tasks: Sequence[Task]) -> None:
        """Do all tasks, so many clients at once; the first refusal ends the turn."""
        waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            waiting.put(task)
        failed: list[Exception] = []
        threads = [threading.Thread(target=self._client, args=(waiting, failed)) for _ in range(turn.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]

    def _client(self, waiting: "queue.SimpleQueue[Task]", failed: list[Exception]) -> None:
        program = Program(self.url)
        try:
            while not failed:
                waiting.get_nowait()(program)
        except queue.Empty:
            return
        except Exception as error:
            failed.append(error)
        finally:
            program.close()

    def _until(self, state: str, cases: set[str]) -> None:
        """Wait until worker and keeper have brought all cases to a state, and have read all that was recorded of them."""
        until = time.monotonic() + PATIENCE
        streams = [UUID(one) for one in cases]
        with self.installation.admin() as connection:
            while time.monotonic() < until:
                row = connection.execute(DONE, {"cases": streams, "state": state}).fetchone()
                if row and row[0]:
                    return
                time.sleep(0.2)
        raise Refused(0, {"detail": f"after {PATIENCE} s not all cases are {state}"})
