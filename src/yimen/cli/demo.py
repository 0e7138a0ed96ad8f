"""`yimen demo`: one real application, from filing to a certificate that anyone can check, over HTTP and nothing else."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click
from django.conf import settings

from yimen.cli.applying import form_for, papers_for
from yimen.cli.program import Program, Refused

START_SECONDS: Final = 180
STEP_SECONDS: Final = 60
# move, role of those who may be drawn, hat, what it is called
MOVES: Final = (
    ("accept", "clerk", "counter", "accepts at the window 受理"),
    ("examine", "examiner", "examiner", "examines 审查"),
    ("decide", "decider", "decider", "decides 决定"),
    ("make", "maker", "maker", "makes the certificate 制证"),
    ("release", "custodian", "first custodian", "releases the seal, first hand 用印"),
    ("release-again", "custodian", "second custodian", "releases the seal, second hand 用印"),
)
CUSTODY: Final = ("make", "release", "release-again")
OF_THE_AGENCY: Final = ("examiner", "decider")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where Yimen runs, or shall run.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="Folder for the certificate.")
def demo(url: str, into: Path | None, *, as_json: bool) -> None:
    """
    Take an application from filing to the delivered certificate, each person with a session of her own.

    If nothing answers at the URL, the platform is started there for as long as this takes.
    """
    tell: Callable[[str], None] = (lambda line: None) if as_json else click.echo
    try:
        with running(url, tell) as program:
            told = Demonstration(program, people(), tell, into or settings.STATE_DIR / "demonstration").run()
    except (Refused, Stuck) as no:
        if as_json:
            click.echo(json.dumps({"error": str(no)}, ensure_ascii=False))
            raise click.exceptions.Exit(1) from no
        raise click.ClickException(str(no)) from no
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))


class Stuck(Exception):
    """What should follow does not."""


@contextmanager
def running(url: str, tell: Callable[[str], None]) -> Iterator[Program]:
    """A program connected to the platform, which is started unless it is there."""
    program = Program(url)
    with ExitStack() as stack:
        stack.callback(program.close)
        if not program.healthy():
            tell(f"Nothing answers at {url}; starting the platform …")
            stack.callback(stop, start(url, program))
        yield program


def start(url: str, program: Program) -> subprocess.Popen[bytes]:
    """Start `yimen serve` at a URL and wait until it answers and its people are known."""
    parts = urlsplit(url)
    command = [sys.executable, "-m", "yimen", "serve", "--host", str(parts.hostname), "--port", str(parts.port or 80)]
    settings.LOG_DIR.mkdir(parents=True, exist_ok=True)
    log = settings.LOG_DIR / "demo.log"
    with log.open("wb") as written:
        serving = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    until = time.monotonic() + START_SECONDS
    while not program.healthy():
        if serving.poll() is not None or time.monotonic() > until:
            stop(serving)
            raise Stuck(f"the platform did not start; see {log}")
        time.sleep(0.2)
    return serving


def stop(serving: subprocess.Popen[bytes]) -> None:
    serving.terminate()
    try:
        serving.wait(30)
    except subprocess.TimeoutExpired:
        serving.kill()
        serving.wait()


def people() -> list[dict[str, Any]]:
    """Who can sign in to the demonstration: the list that `yimen serve` prints."""
    path = settings.STATE_DIR / "demonstration.json"
    if not path.is_file():
        raise Stuck(f"{path} is missing: only a demonstration city tells who can sign in")
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


@dataclass
class Demonstration:
    """One application, its people's sessions, and what has been done so far."""

    program: Program
    people: list[dict[str, Any]]
    tell: Callable[[str], None]
    into: Path
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def run(self) -> dict[str, Any]:
        applicant, organisation = self._applicant()
        case, number, item = self._file(applicant, organisation)
        for move, role, hat, words in MOVES:
            self._move(case, item, move, role, hat, words)
        seen = self._closed(case, applicant)
        path, verified = self._certificate(seen, applicant)
        count = len({event["mark"] for event in seen["events"] if event["hat"]})
        self.tell(f"\n  {count} people, one hat each; {time.monotonic() - self.began:.1f} s. The certificate is {path}")
        return {
            "case": number,
            "state": seen["state"],
            "steps": self.steps,
            "people": count,
            "certificate": str(path),
            "verified": verified,
        }

    def _applicant(self) -> tuple[str, dict[str, Any]]:
        """The first person who acts for an organisation."""
        for person in self._with_role("applicant"):
            token = self._token(person, "applicant")
            organisations = self.program.get("/organisations", token)["items"]
            if organisations:
                return token, organisations[0]
        raise Stuck("nobody in this city acts for an organisation")

    def _file(self, token: str, organisation: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        began = time.monotonic()
        found = self._item()
        item = found["body"]
        given = {"item": found["code"], "organisation": organisation["id"], "form": form_for(item, organisation)}
        self.tell(f"\n  一门 Yimen · {item['name_zh']} {item['name_en']}\n  {organisation['name_zh']}\n")
        fields = {"application": json.dumps(given, ensure_ascii=False)}
        filed = self.program.send("/cases", fields, papers_for(item), token)
        self._done("file", "applicant", f"files online 申报, receipt {filed['receipt']['hash'][:16]}", began)
        return filed["case"], filed["number"], found

    def _item(self) -> dict[str, Any]:
        """The first item that an organisation applies for, without a fee, and decided within a promised time."""
        for line in self.program.get("/items")["items"]:
            item: dict[str, Any] = self.program.get(f"/items/{line['code']}")
            body = item["body"]
            if set(body["service_objects"]) - {"1"} and not body["fees"] and not body["instant"]:
                return item
        raise Stuck("this city has no item that an organisation can apply for without a fee")

    def _move(self, case: str, item: dict[str, Any], move: str, role: str, hat: str, words: str) -> None:
        """Find whom chance drew by asking the worklists of all who may be, and have that person act."""
        began = time.monotonic()
        token, line = self._drawn(case, role, item["agency_code"] if role in OF_THE_AGENCY else "")
        body: dict[str, Any] = {"after": line["head"]}
        if move == "examine":
            body["conditions"] = [one["code"] for one in item["body"]["conditions"]]
        if move in CUSTODY:
            seen = self.program.get(f"/cases/{case}", token)
            body |= {"decision": seen["decision_content"], "seal": seen["seal"]["code"]}
        self.program.post(f"/cases/{case}/{move}", body, token)
        self._done(move, hat, words, began)

    def _drawn(self, case: str, role: str, agency: str) -> tuple[str, dict[str, Any]]:
        until = time.monotonic() + STEP_SECONDS
        while time.monotonic() < until:
            for person in self._with_role(role, agency):
                token = self._token(person, role)
                for line in self.program.get("/worklist?limit=100", token)["items"]:
                    if line["stream"] == case:
                        return token, line
            time.sleep(0.1)
        raise Stuck(f"no {role} has case {case} on the worklist: are worker and keeper running?")

    def _closed(self, case: str, token: str) -> dict[str, Any]:
        began = time.monotonic()
        until = began + STEP_SECONDS
        while time.monotonic() < until:
            seen: dict[str, Any] = self.program.get(f"/cases/{case}", token)
            if not seen["open"]:
                self._done("close", "machine", "seals, delivers and closes 签章、送达、办结", began)
                return seen
            time.sleep(0.1)
        raise Stuck(f"case {case} is not closed: are worker and keeper running?")

    def _certificate(self, seen: dict[str, Any], token: str) -> tuple[Path, bool]:
        began = time.monotonic()
        pdf = self.program.fetch(f"/documents/{seen['certificate']['document']}/content", token).body
        self.into.mkdir(parents=True, exist_ok=True)
        path = self.into / f"{seen['certificate']['certificate_no']}.pdf"
        path.write_bytes(pdf)
        found = self.program.send("/verify", {}, [("file", path.name, pdf)])
        passed = sum(check["passed"] is True for check in found["checks"])
        self._done("verify", "anyone", f"checks the certificate 核验: {passed} of {len(found['checks'])} hold", began)
        if not found["genuine"]:
            raise Stuck(f"the certificate {path} does not verify: {found['failed']}")
        return path, True

    def _with_role(self, role: str, agency: str = "") -> list[dict[str, Any]]:
        """Whoever holds a role, of one agency or anywhere."""
        mine = [one for one in self.people if role in one["what"].split(", ")]
        return [one for one in mine if not agency or agency in one["places"]]

    def _token(self, person: dict[str, Any], role: str) -> str:
        """The token of a person in a role; she signs in when she is first asked."""
        found = self.tokens.get((person["login"], role))
        if found is None:
            found = self.tokens[person["login"], role] = self._sign_in(person, role)
        return found

    def _sign_in(self, person: dict[str, Any], role: str) -> str:
        given: dict[str, Any] = {"username": person["login"], "password": person["password"]}
        if role == "applicant":
            given["post"] = "applicant"
        try:
            return str(self.program.post("/sessions", given)["token"])
        except Refused as refused:
            if refused.code != "sign_in.choose_post":
                raise
            post = next(one["post"] for one in refused.params["posts"] if one["role"] == role)
        return str(self.program.post("/sessions", {**given, "post": post})["token"])

    def _done(self, step: str, hat: str, words: str, began: float) -> None:
        took = time.monotonic() - began
        self.steps.append({"step": step, "hat": hat, "seconds": round(took, 3)})
        total = len(MOVES) + 3
        bar = "●" * len(self.steps) + "○" * (total - len(self.steps))
        self.tell(f"  {bar}  {hat:<16} {words}  {took:.2f} s")
