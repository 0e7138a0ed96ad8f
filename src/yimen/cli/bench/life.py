"""
Whole lives of a case over the HTTP API: everyone signs in, chance draws, and people work down their worklists.

A turn is done step by step: all cases are filed, then all accepted, and so on, by so many clients at once. Sealing is
measured apart: the keeper sleeps while the last hands release, and then seals all.
"""

import json
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from yimen.cli.applying import form_for, papers_for
from yimen.cli.bench.installation import Installation
from yimen.cli.demo import CUSTODY, MOVES
from yimen.cli.program import Program, Refused

PATIENCE: Final = 600.0
PAGE: Final = 20
WARM: Final = 24  # cases for each client before anything is measured
Task = Callable[[Program], None]


@dataclass
class Turn:
    """What one turn used."""

    cases: int
    clients: int
    seconds: float = 0
    cpu: dict[str, float] = field(default_factory=dict)
    certificate_cpu: float = 0
    certificate_seconds: float = 0
    statements: int = 0
    latencies: dict[str, list[float]] = field(default_factory=dict)


class Life:
    """The people of the installation, signed in once, and what they do in a turn."""

    def __init__(self, installation: Installation, url: str, tell: Callable[[str], None]) -> None:
        self.installation, self.url, self.tell = installation, url, tell
        self.program = Program(url)
        self.lock = threading.Lock()
        self.statements = 0
        (line, *_) = self.program.get("/items")["items"]
        self.item = self.program.get(f"/items/{line['code']}")
        self.tokens: dict[str, list[str]] = {}
        for person in installation.people():
            self._sign_in(person)
        self.organisations = self.program.get("/organisations", self.tokens["applicant"][0])["items"]

    def _sign_in(self, person: dict[str, str]) -> None:
        """Sign a person in, if she works where the item is done."""
        given: dict[str, Any] = {"username": person["login"], "password": person["password"]}
        if person["login"].startswith("applicant") and self.tokens.get("applicant"):
            return
        signed = self.program.post("/sessions", given)
        if signed["place_zh"] in (None, self.item["centre_zh"], self.item["agency_zh"]):
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

    def turn(self, *, cases: int, clients: int) -> Turn:
        """Take so many cases through their whole life, so many clients at once."""
        self.tell(f"{cases} lives over HTTP, {clients} clients …")
        turn = Turn(cases=cases, clients=clients)
        before_statements = self.installation.statements()
        before, began = self.installation.cpu(), time.monotonic()
        filed = self._file(turn)
        for move, role, _, _ in MOVES:
            if move == "make":
                self._until("certifying", filed)
                self.installation.sleep("keeper")
            self._move(turn, filed, move, role)
        middle, ended = self.installation.cpu(), time.monotonic()
        self.installation.wake("keeper")
        self._until("closed", filed)
        after, turn.certificate_seconds = self.installation.cpu(), time.monotonic() - ended
        turn.seconds = ended - began
        self.installation.sleep("worker", "keeper")
        turn.statements = self.installation.statements() - before_statements
        self.installation.wake("worker", "keeper")
        turn.cpu = {name: after[name] - before[name] for name in after}
        turn.certificate_cpu = after["keeper"] - middle["keeper"]
        return turn

    def _file(self, turn: Turn) -> set[str]:
        papers = papers_for(self.item["body"])
        filed: set[str] = set()

        def file(organisation: dict[str, Any]) -> Task:
            form = form_for(self.item["body"], organisation)
            given = {"item": self.item["code"], "organisation": organisation["id"], "form": form}
            fields = {"application": json.dumps(given, ensure_ascii=False)}

            def send(program: Program) -> None:
                answer = self._timed(
                    turn, "file", lambda: program.send("/cases", fields, papers, self.tokens["applicant"][0])
                )
                with self.lock:
                    filed.add(answer["case"])

            return send

        self._all(turn, [file(self.organisations[n % len(self.organisations)]) for n in range(turn.cases)])
        return filed

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
        """Wait until worker and keeper have brought all cases to a state."""
        until = time.monotonic() + PATIENCE
        with self.installation.admin() as connection:
            while time.monotonic() < until:
                row = connection.execute(
                    "select count(*) from record_stream where id = any (%s) and state = %s",
                    [[UUID(one) for one in cases], state],
                ).fetchone()
                if row and row[0] == len(cases):
                    return
                time.sleep(0.1)
        raise Refused(0, {"detail": f"after {PATIENCE} s not all cases are {state}"})
