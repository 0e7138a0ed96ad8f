"""`yimen serve` on a machine that has some links' logins, and the database elsewhere."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from django.conf import settings

import testing_city
from small_city import small_city
from yimen.cli.serve import BACKGROUND, DRAWING, FACES, environment, having, refuse_too_many_connections
from yimen.gateways.postgres import free_port


@pytest.fixture
def face(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve with nothing but the login files of door and public; yields the address and what was said."""
    (tmp_path / "logins").mkdir()
    for login in ("door", "public"):
        shutil.copy(testing_city.current().state / "logins" / login, tmp_path / "logins" / login)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIMEN_")}
    given = {"YIMEN_STATE": str(tmp_path), "YIMEN_CITY": str(small_city()), "YIMEN_POOL_SIZE": "2"}
    port = free_port()
    command = [sys.executable, "-m", "yimen", "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(
        command, env=kept | given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if line.startswith("Here are only"):
            break
    yield f"http://127.0.0.1:{port}", said
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, "".join(said) + rest
    assert "starting it again" not in rest, rest


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_face_is_served_with_its_own_logins_alone(face: tuple[str, list[str]]) -> None:
    address, said = face
    assert said[-1] == "Here are only: door, public\n", "".join(said)
    assert [line for line in said if "tables" in line or "the city" in line] == []
    assert status(f"{address}/") == 200
    assert status(f"{address}/accounts/login/") == 200
    with urllib.request.urlopen(f"{address}/", timeout=20) as page:  # noqa: S310 - our own server
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page.read().decode())
    assert styles
    assert {status(address + one) for one in styles} == {200}


def test_no_process_is_given_more_than_is_here_and_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "READ_LOGINS", lambda: {"door": "…", "counter": "…", "worker": "…"})
    assert having(FACES) == ["door", "counter"]
    assert having(BACKGROUND) == ["worker"]
    assert environment(*FACES)["YIMEN_LOGINS"] == "door,counter"
    assert environment(*DRAWING)["YIMEN_LOGINS"] == "door"


def test_a_database_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    away = f"postgresql://yimen_worker:word-of-pass@127.0.0.1:{free_port()}/yimen"
    monkeypatch.setattr(settings, "READ_LOGINS", lambda: {"worker": away})
    with pytest.raises(click.ClickException, match="cannot be reached with the login worker") as said:
        refuse_too_many_connections(1)
    assert "word-of-pass" not in said.value.message
