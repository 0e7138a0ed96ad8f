"""A city works, is backed up meanwhile, is destroyed, and is brought back: nothing is lost but what came after, and that is told."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connections

import honest_city
import testing_city
import town as towns
from yimen.casework import case as cases
from yimen.casework.document import open_document
from yimen.casework.trust import published_trust
from yimen.cli.backup import backup
from yimen.cli.check import ask_all
from yimen.cli.record import minutes_in
from yimen.cli.restore import restore
from yimen.gateways.postgres import EmbeddedServer
from yimen.oversight.questions import QUESTIONS
from yimen.oversight.record_check import Outside, check_record
from yimen.pure.verification import verify
from yimen.record import statement
from yimen.record.refusal import Refusal

Clone = Callable[[], testing_city.City]
MOST = 4  # filed while the backup is taken
PURPOSES = {
    "received": "counter",
    "examining": "examiner",
    "deciding": "decider",
    "certifying": "maker",
    "made": "first_custodian",
    "half_released": "second_custodian",
}


def yimen(state: Path, *arguments: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YIMEN_")} | {
        "YIMEN_STATE": str(state)
    }
    command = [sys.executable, "-m", "yimen", *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """Another machine: a state folder of its own, with a server of its own as soon as something is restored there."""
    state = Path(tempfile.mkdtemp(prefix="yimen-restored-"))
    state.chmod(0o711)
    yield state
    server = EmbeddedServer(state / "postgres")
    if (state / "postgres").is_dir():
        server.leave()
    shutil.rmtree(state)


class Filing(threading.Thread):
    """People who go on filing while a backup is taken."""

    def __init__(self, town: towns.Town) -> None:
        super().__init__()
        self.town, self.over, self.filed = town, threading.Event(), list[UUID]()

    def run(self) -> None:
        while not self.over.is_set():
            if len(self.filed) < MOST:
                self.filed.append(self.town.filed())
        connections.close_all()


def outside() -> Outside:
    return Outside(lambda: list(minutes_in(settings.RECORD_DIR)), published_trust())


def known(name: str) -> Any:
    return statement.value("oversight", f"select {name} from record_horizon")


def finish(town: towns.Town, case: UUID) -> None:
    """Take a case on, from wherever it stands, to its end."""
    acts = {"received": town.accept, "examining": town.examine, "deciding": town.decide}
    while (state := town.state(case)) != "closed":
        if state not in PURPOSES:
            honest_city.tick()
        elif act := acts.get(state):
            act(case)
        else:
            town.custody(case, PURPOSES[state])


def move_to(state: Path) -> None:
    EmbeddedServer(state / "postgres").join()
    testing_city.move_to(testing_city.City(database="yimen", state=state))


def signed_in_anew(town: towns.Town) -> None:
    everyone = [*town.applicants, *(one for many in town.people.values() for one in many)]
    with pytest.raises(Refusal, match=r"session.ended"):
        cases.worklist(session=town.someone("clerk").session)
    for one in everyone:
        one.__dict__.pop("_session", None)


def test_a_city_is_destroyed_and_brought_back(
    clone: Clone, elsewhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = clone()
    town = honest_city.make(monkeypatch)
    folder, apart = tmp_path / "backup", tmp_path / "apart.json"
    people = Filing(town)
    people.start()
    taken = json.loads(yimen(city.state, "backup", folder, "--secrets", apart, "--json").stdout)
    people.over.set()
    people.join()
    assert taken["missing_documents"] == []
    assert not [path for path in folder.rglob("*") if path.name in ("passphrase", "secret_key")], (
        "they open what lies here"
    )
    honest_city.certified(town)  # after the backup: this will be lost
    assert known("place") > taken["events"]
    last = known("place")
    shutil.copytree(settings.RECORD_DIR, tmp_path / "minutes")
    kinds = {case: town.kinds(case) for case in people.filed}
    testing_city.drop(city)

    told = json.loads(
        yimen(elsewhere, "restore", folder, "--secrets", apart, "--minutes", tmp_path / "minutes", "--json").stdout
    )
    move_to(elsewhere)
    assert (told["place"], told["lost"], told["events"]) == (taken["events"], last - taken["events"], taken["events"])
    assert statement.value("oversight", "select max(epoch) from record_event") == taken_epoch(folder) + 1
    signed_in_anew(town)
    honest_city.tick()
    no = [
        one for one in ask_all(QUESTIONS, outside=outside(), quick=False) if one.answer is None or not one.answer.holds
    ]
    assert no == []
    assert check_record(outside=outside()).signed_up_to == known("place")
    lost = Path(told["lost_in"]).read_text(encoding="ascii").splitlines()
    assert int(lost[-1].split()[0]) == last
    (event,) = statement.rows("oversight", "select facts from record_event where kind = 'record.restored'")
    assert json.loads(event["facts"]) == {
        "taken_at": manifest(folder)["at"],
        "place": told["place"],
        "lost": told["lost"],
        "running": lost[-1].split()[1],
    }

    open_cases = statement.rows(
        "oversight", "select id, state from record_stream where type = 'case' and open order by at"
    )
    assert {row["id"] for row in open_cases} >= {case for case in kinds if town.kinds(case)}
    one_of_each = {row["state"]: row["id"] for row in open_cases}
    assert set(one_of_each) == {"received", "examining", "deciding", "certifying", "made"}
    for case in one_of_each.values():
        before = town.kinds(case)
        assert before == kinds.get(case, before)[: len(before)]
        finish(town, case)
        assert len(set(town.kinds(case))) == len(town.kinds(case)), "nothing was done twice"
        genuine(town, case)


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


def taken_epoch(folder: Path) -> int:
    return int(manifest(folder)["head"]["epoch"])


def genuine(town: towns.Town, case: UUID) -> None:
    """The certificate that the applicant opens is genuine for any stranger."""
    mine = town.applicant.session
    (paper,) = [one for one in cases.view(case=case, session=mine)["documents"] if one["material"] == "certificate"]
    opened = open_document(document=paper["id"], session=mine)
    at = statement.value("public", "select now()")
    assert verify(body=opened.content, trust=published_trust(), at=at).decision.stream == case


def run(command: click.Command, *arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(command, [*map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_broken_backup_is_refused_by_name_and_nothing_is_overwritten(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone()
    town = towns.town()
    honest_city.keys_of(town)
    town.filed()
    folder = tmp_path / "backup"
    run(backup, folder)
    assert "is sound" in run(backup, "check", folder, "--rehearse")
    assert "nothing is overwritten" in run(backup, folder, code=2)
    assert "has data" in run(restore, folder, code=1)

    document = next(path for path in folder.rglob("documents/*/*"))
    for path, bend, said in (
        (folder / "database.dump", flip, "database.dump is not what was written"),
        (document, flip, f"{document.name} is not what was written"),
        (document, Path.unlink, f"{document.name} is missing"),
        (folder / "keys" / "more.key", Path.touch, "keys/more.key is in the folder and not in the manifest"),
        (folder / "manifest.json", flip, "is no manifest"),
    ):
        kept = path.read_bytes() if path.exists() else None
        bend(path)
        assert said in run(backup, "check", folder, code=1)
        assert said in run(restore, folder, code=1)
        path.write_bytes(kept) if kept is not None else path.unlink()
    (key, *_) = [name for name in manifest(folder)["files"] if name.startswith("keys/") and name.endswith(".crt")]
    for bend_manifest, said in (
        ({"migrations": [*manifest(folder)["migrations"], "yimen.9999_later"]}, "does not know (yimen.9999_later)"),
        (
            {"files": manifest(folder)["files"] | {f"documents/../{key}": manifest(folder)["files"][key]}},
            "leads out of the backup",
        ),
        ({"files": manifest(folder)["files"] | {"/etc/hosts": ["", 0]}}, "leads out of the backup"),
    ):
        whole = (folder / "manifest.json").read_bytes()
        (folder / "manifest.json").write_text(json.dumps(manifest(folder) | bend_manifest), encoding="utf-8")
        assert said in run(restore, folder, code=1)
        (folder / "manifest.json").write_bytes(whole)
    document_of_the_store = next(settings.DOCUMENTS_DIR.rglob("*/*"))
    document_of_the_store.unlink()
    assert "MISSING: 1 documents" in run(backup, tmp_path / "another", code=1)
    monkeypatch.setattr(settings, "SECRET_KEY", "another")
    assert "is not the one of this backup" in run(restore, folder, code=1), "it comes apart from the backup"


def flip(path: Path) -> None:
    """One byte of a file is another."""
    body = bytearray(path.read_bytes())
    body[0] ^= 0x01
    path.write_bytes(body)
