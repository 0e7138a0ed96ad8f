"""pgbench beside it: our own statements without a web server, and a bare schema without a guarantee."""

import json
import re
import secrets
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from yimen.cli.bench.installation import Installation
from yimen.cli.bench.processes import cpu_ms

HERE: Final = Path(__file__).parent
_TPS: Final = re.compile(r"tps = ([0-9.]+)")
_DONE: Final = re.compile(r"number of transactions actually processed: ([0-9]+)")
_FAILED: Final = re.compile(r"number of failed transactions: ([0-9]+)")


@dataclass
class Rate:
    """Whole lives a second, and what the database used for one."""

    per_s: float
    cpu_ms: float


class Statements:
    """Runs pgbench as the server's administrator, who takes each link's login in turn."""

    def __init__(self, installation: Installation, given: dict[str, Any], tell: Callable[[str], None]) -> None:
        self.installation, self.tell = installation, tell
        with installation.admin() as connection:
            connection.execute((HERE / "bare.sql").read_text(encoding="utf-8"))
            connection.execute((HERE / "own.sql").read_text(encoding="utf-8"))
            for number, (organisation, form) in enumerate(given["applications"]):
                connection.execute(
                    "insert into bench.given (number, item, organisation, form, documents, secret, conditions)"
                    " values (%s, %s, %s, %s, %s, %s, %s)",
                    [
                        number,
                        given["item"],
                        organisation,
                        json.dumps(form, ensure_ascii=False),
                        json.dumps([_document(material) for material in given["materials"]]),
                        next(secret for _, post, _, secret in given["people"] if post is None),
                        json.dumps(sorted(given["conditions"])),
                    ],
                )
            for person in given["people"]:
                connection.execute(
                    "insert into bench.session (person, post, login, secret) values (%s, %s, %s, %s)", person
                )

    def own(self, *, clients: int, seconds: int) -> Rate:
        return self._run("own_life.sql", clients, seconds)

    def bare(self, *, clients: int, seconds: int) -> Rate:
        return self._run("bare_life.sql", clients, seconds)

    def _run(self, script: str, clients: int, seconds: int) -> Rate:
        self.tell(f"pgbench {script}, {clients} clients …")
        server = self.installation.server
        command = [str(server.programs.folder() / "pgbench"), "-n", "-M", "prepared", "-f", str(HERE / script)]
        command += ["-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds)]
        command.append(server.uri(self.installation.database()))
        before = cpu_ms(self.installation.postmaster())
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        used = cpu_ms(self.installation.postmaster()) - before
        tps, count, failed = (pattern.search(done.stdout) for pattern in (_TPS, _DONE, _FAILED))
        if done.returncode or not tps or not count or (failed and failed[1] != "0"):
            raise click.ClickException(f"pgbench failed: {done.stderr.strip()[-1000:]}")
        return Rate(per_s=float(tps[1]), cpu_ms=used / max(1, int(count[1])))


def _document(material: str) -> dict[str, Any]:
    return {
        "material": material,
        "name": "bench.png",
        "media_type": "image/png",
        "size": 1000,
        "salt": secrets.token_hex(16),
        "digest": secrets.token_hex(32),
        "content": secrets.token_hex(32),
        "stored_as": secrets.token_hex(16),
        "key": secrets.token_hex(32),
    }
