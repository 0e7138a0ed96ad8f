"""`yimen demo`: the main job in one command, on an installation that it starts itself."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from small_city import small_city
from yimen.cli.applying import drawing, form_for, wanted
from yimen.cli.demo import demo
from yimen.gateways.postgres import free_port
from yimen.pure.content import kind_of


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """A state folder that the database's user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="yimen-demo-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_it_takes_a_case_from_filing_to_a_certificate_that_verifies(state: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIMEN_")}
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "yimen", "demo", "--json", "--url", url]
    environment = kept | {
        "YIMEN_STATE": str(state),
        "YIMEN_CITY": str(small_city()),
        "YIMEN_PUBLIC_URL": url,
        "YIMEN_WEB_WORKERS": "1",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said.keys() == {"case", "state", "steps", "people", "certificate", "verified"}
    assert (said["state"], said["people"], said["verified"]) == ("closed", 7, True)
    hats = [step["hat"] for step in said["steps"]]
    assert hats == [
        "applicant",
        "counter",
        "examiner",
        "decider",
        "maker",
        "first custodian",
        "second custodian",
        "machine",
        "anyone",
    ]
    assert Path(said["certificate"]).read_bytes().startswith(b"%PDF-")


def test_without_a_demonstration_city_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "STATE_DIR", tmp_path)
    monkeypatch.setattr("yimen.cli.program.Program.healthy", lambda program: True)
    done = CliRunner().invoke(demo, ["--json"])
    assert done.exit_code == 1
    assert "demonstration.json" in json.loads(done.output)["error"]


def test_what_it_hands_in_is_sound() -> None:
    assert kind_of(drawing()) == "image/png"
    materials = [
        {"code": "a", "necessity": 1},
        {"code": "b", "necessity": 1, "exempt_by_sharing": True},
        {"code": "c", "necessity": 1, "from_form": True},
        {"code": "d", "necessity": 3},
    ]
    assert [one["code"] for one in wanted(materials)] == ["a"]
    item = {"form": [{"name": "kind", "type": "choice", "choices": [{"code": "x"}, {"code": "y"}, {"code": "z"}]}]}
    assert form_for(item, {"code": "91220199MA9999013Y"}) == {"kind": "y"}
