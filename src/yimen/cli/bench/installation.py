"""An installation for measuring: a server, a city, keys and processes of its own, below the state folder."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import click
import psycopg
from django.conf import settings

from yimen import migrations
from yimen.cli.bench import processes
from yimen.cli.program import Program
from yimen.gateways.postgres import EmbeddedServer, free_port
from yimen.pure.identifiers import credit_check, organisation_check

START_SECONDS: Final = 600
ORGANISATIONS: Final = 400
FLUSH_SECONDS: Final = 11  # an idle connection of the server reports what it did within ten


def credit_code(number: int) -> str:
    """The code of a made-up company, with its two check digits (GB 32100-2015)."""
    body = f"MB{number:06d}"
    start = "91220199" + body + organisation_check(body)
    return start + credit_check(start)


def kept(folder: Path, tell: Callable[[str], None], *, afresh: bool) -> Path:
    """The folder of an installation that is kept between runs; what was made by another schema or city is thrown away."""
    made_by, now = folder / "made_by", _made_by()
    if folder.is_dir() and (afresh or not made_by.is_file() or made_by.read_text(encoding="ascii") != now):
        tell(f"Throwing away what was loaded in {folder} …")
        server = EmbeddedServer(folder / "postgres")
        server.leave()  # stops one that a run left behind
        if server.answers():
            raise click.ClickException(f"{folder} is in use by another run")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    folder.parent.chmod(0o711)
    made_by.write_text(now, encoding="ascii")
    tell(f"What is loaded is kept in {folder}")
    return folder


def _made_by() -> str:
    """What a kept installation depends on: the schema, what is loaded, and the city."""
    bench, schema = Path(__file__).parent, Path(migrations.__path__[0])
    sources = [*schema.rglob("*.sql"), *schema.rglob("*.py"), bench / "many.sql", bench / "many.py"]
    found = hashlib.sha256()
    for path in sorted([*sources, *(one for one in settings.CITY_DIR.rglob("*") if one.is_file())]):
        found.update(path.read_bytes())
    return found.hexdigest()


class Installation:
    """Held as a context: its server runs, whether or not the platform is served."""

    def __init__(self, state: Path, tell: Callable[[str], None]) -> None:
        self.state = state
        self.tell = tell
        self.server = EmbeddedServer(state / "postgres")
        self.serve: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.state.mkdir(parents=True, exist_ok=True, mode=0o711)
        self.server.join()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.leave()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve the platform on a free port; yields its address."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = self.environment(url)
        command = [sys.executable, "-m", "yimen", "serve", "--port", str(port)]
        log = self.state / "bench.log"
        with log.open("wb") as written:
            self.serve = subprocess.Popen(
                command, env=environment, stdout=written, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )
        try:
            self.tell("Starting an installation of its own …")
            self._wait_for(url, log)
            yield url
        finally:
            self._stop()

    def environment(self, url: str) -> dict[str, str]:
        """What a process of this installation is started with, and nothing of the one that measures."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("YIMEN_LOGIN")}
        return kept | {
            "YIMEN_STATE": str(self.state),
            "YIMEN_PUBLIC_URL": url or "http://127.0.0.1:8000",
            "YIMEN_CITY": str(self._city()),
        }

    def make_ready(self) -> None:
        """Tables, keys and the city, as `yimen ready` makes them."""
        self.tell("Making an installation of its own ready …")
        command = [sys.executable, "-m", "yimen", "ready"]
        done = subprocess.run(command, env=self.environment(""), capture_output=True, text=True, check=False)
        if done.returncode:
            raise click.ClickException(done.stderr.strip()[-1000:])

    def _city(self) -> Path:
        """The sample city with many organisations: one organisation's applications go to the same people, in turn."""
        folder = self.state / "city"
        if folder.is_dir():
            return folder
        shutil.copytree(settings.CITY_DIR, folder)
        with (folder / "organisations.csv").open("a", encoding="utf-8") as file:
            for number in range(ORGANISATIONS):
                file.write(f"{credit_code(number)},示范测速 {number} 号餐饮有限公司,Bench Catering {number},A001\n")
        return folder

    def _wait_for(self, url: str, log: Path) -> None:
        until = time.monotonic() + START_SECONDS
        while not (Program(url).healthy() and len(self.parts()) == 3):
            if self.serve is None or self.serve.poll() is not None or time.monotonic() > until:
                raise click.ClickException(f"The installation did not start; see {log}")
            time.sleep(0.3)

    def _stop(self) -> None:
        if self.serve is not None:
            self.wake("worker", "keeper")
            self.serve.terminate()
            self.serve.wait(60)
            self.serve = None

    def parts(self) -> dict[str, int]:
        """The processes of the platform by name."""
        found: dict[str, int] = {}
        for pid in processes.tree(self.serve.pid)[1:] if self.serve else []:
            words = processes.command(pid)
            for name, mark in (("web", " granian "), ("worker", " yimen worker"), ("keeper", " yimen keeper")):
                if mark in words and name not in found:
                    found[name] = pid
        return found

    def sleep(self, *names: str) -> None:
        """Stop processes where they are, so that what they do is not in the figures."""
        for name in names:
            os.kill(self.parts()[name], signal.SIGSTOP)

    def wake(self, *names: str) -> None:
        for name in names:
            pid = self.parts().get(name)
            if pid is not None:
                os.kill(pid, signal.SIGCONT)

    def cpu(self) -> dict[str, float]:
        """CPU ms so far: web, worker, keeper, database."""
        found = {name: processes.cpu_ms(pid) for name, pid in self.parts().items()}
        return found | {"database": processes.cpu_ms(self.postmaster())}

    def memory(self) -> dict[str, float]:
        pids = list(self.parts().values())
        return {field.lower(): round(processes.memory_mb(pids, field), 1) for field in ("Rss", "Pss")}

    def postmaster(self) -> int:
        return int((self.server.data / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def database(self) -> str:
        return urlsplit((self.state / "logins" / "owner").read_text(encoding="utf-8")).path.lstrip("/")

    def admin(self) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(self.server.uri(self.database()), autocommit=True)

    def people(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((self.state / "demonstration.json").read_text(encoding="utf-8"))
        return found

    def statements(self) -> int:
        """How many statements were committed so far; each of ours is a transaction of its own."""
        time.sleep(FLUSH_SECONDS)
        with self.admin() as connection:
            row = connection.execute(
                "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()"
            ).fetchone()
        return int(row[0]) if row else 0
