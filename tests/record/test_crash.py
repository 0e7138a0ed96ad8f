"""A server killed in the middle, and a dump restored elsewhere: what was acknowledged is there, once, and readers go on."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest

import testing_city
import town as towns
from yimen.cli.attach import close_connections
from yimen.gateways.postgres import EmbeddedServer
from yimen.gateways.preparation import Preparation, grant_database
from yimen.record import order

FILE = "select number from casework_file(%s, %s, %s)"


def dumped(source: str, target: Path) -> None:
    programs = testing_city.Run.server or EmbeddedServer(testing_city.Run.base / "postgres")
    tool = programs.programs.folder() / "pg_dump"
    subprocess.run([tool, "--format=custom", f"--file={target}", f"--dbname={source}"], check=True, capture_output=True)


def restored(source: Path, target: str, server: EmbeddedServer) -> None:
    tool = server.programs.folder() / "pg_restore"
    done = subprocess.run(
        [tool, "--exit-on-error", f"--dbname={target}", source], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def events(uri: str) -> list[tuple[UUID, int]]:
    with psycopg.connect(uri) as reader:
        return list(reader.execute("select stream, number from record_event"))


def read_all(uri: str, seen: list[tuple[UUID, int]]) -> None:
    """A reader of its own, over the same places and cursor as worker's."""
    with psycopg.connect(uri, autocommit=True) as worker:
        worker.execute("select record_sequence()")
        sql = """select c.place, p.place, p.stream, p.number from record_cursor c join record_place p on p.place > c.place
                 where c.name = 'delivery' order by p.place limit 50"""
        while batch := worker.execute(sql).fetchall():
            seen += [(stream, number) for _, _, stream, number in batch]
            worker.execute("select record_advance('delivery', %s, %s)", [batch[0][0], batch[-1][1]])


@pytest.fixture
def second_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedServer, Path]]:
    """A server that a test may kill, with the logins of an installation."""
    state = testing_city.Run.base / f"second-{uuid4().hex[:8]}"
    state.mkdir(mode=0o711)
    server = EmbeddedServer(state / "postgres")
    admin = server.join()
    Preparation(admin=admin, name=testing_city.NAME, state=state, external=True).prepare()
    yield server, state
    server.leave()


def uri(state: Path, login: str) -> str:
    return (state / "logins" / login).read_text(encoding="utf-8")


def at(server: EmbeddedServer, given: str) -> str:
    """A login's URI at the port where the server listens now."""
    parts, now = urlsplit(given), urlsplit(server.uri())
    return parts._replace(netloc=f"{parts.netloc.rsplit(':', 1)[0]}:{now.port}").geturl()


def copied(server: EmbeddedServer, folder: Path) -> None:
    """Restore a dump of the tests' city into the second server."""
    dumped(testing_city.uri("admin"), folder / "dump")
    admin = server.uri(testing_city.NAME)
    restored(folder / "dump", admin, server)
    with psycopg.connect(admin, autocommit=True) as inside:
        grant_database(inside, name=testing_city.NAME)


def test_a_dump_restored_elsewhere_goes_on_in_a_new_epoch(second_server: Any, tmp_path: Path) -> None:
    server, state = second_server
    town = towns.town()
    town.brought_to("deciding")
    order.sequence()
    placed = town.filed()  # committed, but has no place yet when the dump is made
    drafts = [town.drafted() for _ in range(3)]
    seen: list[tuple[UUID, int]] = []
    read_all(testing_city.uri("worker"), [])
    town.filed()
    copied(server, tmp_path)
    with psycopg.connect(uri(state, "public"), autocommit=True) as public:
        for draft in drafts:
            public.execute(FILE, [town.applicant.session.secret, draft, uuid4()])
    with psycopg.connect(uri(state, "oversight")) as reader:
        last = reader.execute("select place from record_horizon").fetchone()
    read_all(uri(state, "worker"), seen)
    with psycopg.connect(uri(state, "oversight")) as reader:
        rows = reader.execute("select place, stream, number from record_place order by place").fetchall()
        epochs = reader.execute("select count(distinct epoch) from record_event").fetchone()
    assert epochs == (2,)
    assert [place for place, _, _ in rows] == list(range(1, len(rows) + 1))
    assert {(stream, number) for _, stream, number in rows} == set(events(uri(state, "oversight")))
    assert seen == [(stream, number) for place, stream, number in rows if place > (last or (0,))[0]]
    assert {(draft, 1) for draft in drafts} <= set(seen)
    assert placed


def test_killing_the_server_loses_nothing_acknowledged_and_doubles_nothing(second_server: Any, tmp_path: Path) -> None:
    server, state = second_server
    town = towns.town(roles={"clerk": 4})
    secret = town.applicant.session.secret
    work = [[(town.drafted(), uuid4()) for _ in range(5)] for _ in range(4)]
    copied(server, tmp_path)
    acknowledged: set[UUID] = set()
    stop = threading.Event()

    def write(mine: list[tuple[UUID, UUID]]) -> None:
        """File each draft until it is acknowledged: the same key, so that nothing doubles."""
        for draft, key in mine:
            while draft not in acknowledged and not stop.is_set():
                try:
                    with psycopg.connect(at(server, uri(state, "public")), autocommit=True, connect_timeout=5) as link:
                        assert link.execute(FILE, [secret, draft, key]).fetchone() == (1,)
                        acknowledged.add(draft)
                except psycopg.OperationalError:
                    stop.wait(0.05)

    threads = [threading.Thread(target=write, args=[mine]) for mine in work]
    for thread in threads:
        thread.start()
    seen: list[tuple[UUID, int]] = []
    for _ in range(3):
        stop.wait(0.15)
        kill(server)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.uri(), connect_timeout=1)
        assert server.revive()
        read_all(at(server, uri(state, "worker")), seen)
    for thread in threads:
        thread.join(60)
    stop.set()
    read_all(at(server, uri(state, "worker")), seen)
    stored = events(at(server, uri(state, "oversight")))
    assert acknowledged == {draft for mine in work for draft, _ in mine}
    assert {(draft, number) for draft in acknowledged for number in (1, 2)} <= set(stored)
    assert not {(draft, 3) for draft in acknowledged} & set(stored)
    assert len(seen) == len(set(seen))
    assert {(draft, number) for draft in acknowledged for number in (1, 2)} <= set(seen)


def kill(server: EmbeddedServer) -> None:
    """kill -9, of the server and of all its processes: nothing is written on the way out."""
    lines = (server.data / "postmaster.pid").read_text(encoding="ascii").splitlines()
    parent = int(lines[0])
    os.kill(parent, signal.SIGSTOP)  # so that it starts no other while we look
    children = [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/stat") if parent_of(path) == parent]
    os.kill(parent, signal.SIGKILL)
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


def parent_of(stat: Path) -> int:
    try:
        return int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0  # it ended in this moment


def test_a_request_is_answered_the_same_after_every_connection_was_lost(
    connect: Callable[[str], psycopg.Connection],
) -> None:
    town = towns.town()
    draft, key = town.drafted(), uuid4()
    given = [town.applicant.session.secret, draft, key]
    sql = "select number, hash, at, retried from casework_file(%s, %s, %s)"
    first = connect("public").execute(sql, given).fetchone()
    close_connections()
    again = connect("public").execute(sql, given).fetchone()
    assert first
    assert again
    assert first[:3] == again[:3]
    assert (first[3], again[3]) == (False, True)
