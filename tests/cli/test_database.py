"""`yimen database`: on the embedded server, and on a server of a city's own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yimen.gateways.postgres import EmbeddedServer
from yimen.gateways.preparation import SERVING


@pytest.fixture(scope="module")
def foreign() -> Iterator[str]:
    """The administrator's URI of another server, which no installation has seen."""
    folder = Path(tempfile.mkdtemp(prefix="yimen-foreign-"))
    folder.chmod(0o711)
    with EmbeddedServer(folder / "postgres").hold() as uri:
        yield uri
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def state() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="yimen-state-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def yimen(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does, with a state folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIMEN_")}
    return subprocess.run(
        [sys.executable, "-m", "yimen", *words],
        env=kept | {"YIMEN_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )


def login(state: Path, name: str) -> psycopg.Connection:
    return psycopg.connect((state / "logins" / name).read_text(), autocommit=True)


def test_an_embedded_database_is_made_migrated_and_described(state: Path) -> None:
    assert yimen(state, "database", "migrate").returncode == 0
    told = yimen(state, "database", "status", "--json")
    found = json.loads(told.stdout)
    assert (found["server"], found["tables"], found["logins"]) == ("embedded", "current", sorted(SERVING))
    assert not EmbeddedServer(state / "postgres").is_up(), "a command stops what it started"


def test_a_citys_own_server_is_prepared_twice_and_nothing_changes(foreign: str, state: Path) -> None:
    words = ("database", "prepare", "--admin", foreign, "--name", "harbour")
    first = yimen(state, *words)
    assert first.returncode == 0, first.stderr
    assert "made database harbour" in first.stdout
    written = {path.name: path.read_text() for path in (state / "logins").iterdir()}
    second = yimen(state, *words)
    assert "made" not in second.stdout
    assert {path.name: path.read_text() for path in (state / "logins").iterdir()} == written
    assert all(path.stat().st_mode & 0o077 == 0 for path in (state / "logins").iterdir())
    assert yimen(state, "database", "migrate").returncode == 0
    with login(state, "door") as door:
        assert door.execute("SELECT count(*) FROM auth_user").fetchone() == (0,)


def test_every_login_begins_with_nothing(foreign: str, state: Path) -> None:
    done = yimen(state, "database", "prepare", "--admin", foreign, "--name", "island")
    assert done.returncode == 0, done.stderr
    with login(state, "owner") as owner:
        owner.execute("CREATE TABLE things (number int)")
        owner.execute("CREATE FUNCTION answer() RETURNS int LANGUAGE sql RETURN 42")
    for name in SERVING:
        with login(state, name) as connection:
            for attempt in (
                "CREATE TEMP TABLE mine (number int)",
                "CREATE TABLE mine (number int)",
                "CREATE SCHEMA mine",
                "SELECT * FROM things",
                "SELECT answer()",
                "SET ROLE island_record",
                "SET ROLE island_owner",
                "CREATE ROLE mine",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(attempt)


def test_logins_of_one_city_do_not_reach_another(foreign: str, state: Path) -> None:
    for name in ("north", "south"):
        done = yimen(state / name, "database", "prepare", "--admin", foreign, "--name", name)
        assert done.returncode == 0, done.stderr
    uri = (state / "north" / "logins" / "counter").read_text().removesuffix("north") + "south"
    with pytest.raises(psycopg.OperationalError, match="CONNECT"):
        psycopg.connect(uri)


def test_the_passwords_of_another_installation_are_not_taken_by_mistake(foreign: str, state: Path) -> None:
    assert yimen(state / "a", "database", "prepare", "--admin", foreign, "--name", "valley").returncode == 0
    words = ("database", "prepare", "--admin", foreign, "--name", "valley")
    refused = yimen(state / "b", *words)
    assert refused.returncode == 1
    assert "already has an installation called 'valley'" in refused.stderr
    assert yimen(state / "b", *words, "--take-over").returncode == 0
    login(state / "b", "counter").close()


def test_a_database_with_other_letters_is_refused(foreign: str, state: Path) -> None:
    with psycopg.connect(foreign, autocommit=True) as admin:
        admin.execute("CREATE DATABASE odd TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc")
    refused = yimen(state, "database", "prepare", "--admin", foreign, "--name", "odd")
    assert refused.returncode == 1
    assert "UTF8" in refused.stderr
    assert "LATIN1" in refused.stderr


def test_a_name_that_is_no_name_and_a_server_that_is_away_are_named(foreign: str, state: Path) -> None:
    bad = yimen(state, "database", "prepare", "--admin", foreign, "--name", "Robert'); --")
    assert "is no name" in bad.stderr
    away = yimen(state, "database", "prepare", "--admin", "postgresql://me:secret@127.0.0.1:1/x")
    assert away.returncode == 1
    assert "cannot be reached" in away.stderr
    assert "secret" not in away.stderr


def test_an_administrator_need_not_be_superuser(foreign: str, state: Path) -> None:
    with psycopg.connect(foreign, autocommit=True) as admin:
        admin.execute("CREATE ROLE steward LOGIN CREATEDB CREATEROLE PASSWORD 'steward'")
        host = f"127.0.0.1:{admin.info.port}"
    uri = f"postgresql://steward:steward@{host}/postgres"
    done = yimen(state, "database", "prepare", "--admin", uri, "--name", "plain")
    assert done.returncode == 0, done.stderr
    assert yimen(state, "database", "migrate").returncode == 0


BAD_SETTINGS = (
    "YIMEN_WEB_WORKERS=many",
    "YIMEN_PUBLIC_URL=yimen",
    "YIMEN_DEMONSTRATION=perhaps",
    "YIMEN_TIME_ZONE=Asia/Nowhere",
)


@pytest.mark.parametrize("command", [("database", "status"), ("serve",)])
@pytest.mark.parametrize("setting", BAD_SETTINGS)
def test_a_setting_that_cannot_be_meant_is_named(state: Path, setting: str, command: tuple[str, ...]) -> None:
    name, _, value = setting.partition("=")
    done = subprocess.run(
        [sys.executable, "-m", "yimen", *command],
        env=os.environ | {"YIMEN_STATE": str(state), name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"yimen: {name}=")
