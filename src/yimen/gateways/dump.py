"""A database in one file: PostgreSQL's own pg_dump and pg_restore, run as whoever runs us, with the password out of sight."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yimen.gateways.postgres_programs import MINIMAL, PostgresError, Programs

Progress = Callable[[int], None]
DUMPED: Final = "dumping contents of table"
LOADED: Final = "processing data for table"


@dataclass(frozen=True)
class Dumping:
    """The programs that dump and load, found where the server's are, or on the path where there is no embedded server."""

    programs: Programs

    def dump(self, uri: str, target: Path, *, snapshot: str, progress: Progress) -> None:
        """
        Write everything that a snapshot of the database shows into a file, one table at a time.

        Refuses: PostgresError, with what pg_dump said.
        """
        options = ["--format=custom", f"--snapshot={snapshot}", f"--file={target}", "--verbose"]
        self._run("pg_dump", uri, options, sign=DUMPED, progress=progress)

    def load(self, uri: str, source: Path, *, record: str, progress: Progress) -> None:
        """
        Bring a dump into an empty database, as its owner: all of it or nothing.

        Functions are handed to the role that owns them, which for this moment may create in the schema.

        Refuses: PostgresError, with what pg_restore said.
        """
        role = sql.Identifier(record)
        with psycopg.connect(uri, autocommit=True) as owner:
            owner.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(role))
            try:
                options = ["--single-transaction", "--exit-on-error", "--verbose", str(source)]
                self._run("pg_restore", uri, options, sign=LOADED, progress=progress)
            finally:
                owner.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM {}").format(role))

    def tables(self, source: Path) -> int:
        """
        Return how many tables' contents a dump holds.

        Refuses: PostgresError, when the file is no dump.
        """
        command = [str(self._program("pg_restore")), "--list", str(source)]
        done = subprocess.run(command, env=MINIMAL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PostgresError(f"{source.name} is not a dump: {done.stderr.strip()}")
        return sum(" TABLE DATA " in line for line in done.stdout.splitlines())

    def _run(self, name: str, uri: str, options: list[str], *, sign: str, progress: Progress) -> None:
        where = conninfo_to_dict(uri)
        password = str(where.pop("password", "") or "")
        command = [str(self._program(name)), f"--dbname={make_conninfo('', **where)}", *options]
        said: list[str] = []
        with subprocess.Popen(
            command, env=MINIMAL | {"PGPASSWORD": password}, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as running:
            for line in running.stderr or ():
                said = [*said[-11:], line.strip()]
                if sign in line:
                    progress(1)
        if running.returncode:
            raise PostgresError(f"{name} failed:\n" + "\n".join(said))

    def _program(self, name: str) -> Path:
        try:
            return self.programs.folder() / name
        except PostgresError:
            found = shutil.which(name)
            if found is None:
                message = f"{name} is not here: install PostgreSQL's client programs, or name their folder in YIMEN_POSTGRES_BIN."
                raise PostgresError(message) from None
            return Path(found)
