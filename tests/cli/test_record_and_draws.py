"""`yimen record check` and `yimen draws check`, as a person or a script runs them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

import testing_city
import town as towns
from yimen.cli.draws import draws
from yimen.cli.record import record
from yimen.gateways.authority import found_demonstration_ca, trust
from yimen.gateways.keystore import RECORD, FileKeyStore
from yimen.pure.draw_check import check_day
from yimen.pure.minutes import minute_line, minute_message
from yimen.record import draws as drawing
from yimen.record import statement
from yimen.record.order import sequence


def run(*arguments: str) -> Result:
    group = {"record": record, "draws": draws}[arguments[0]]
    return CliRunner().invoke(group, list(arguments[1:]), catch_exceptions=False)


@pytest.fixture
def minutes(tmp_path: Path) -> tuple[Path, Path]:
    """Sign the head of the record into a file, as the keeper does each minute."""
    (tmp_path / "keys").mkdir(mode=0o700)
    keys = FileKeyStore(tmp_path / "keys")
    found_demonstration_ca(keys, agencies=[], seals=[], at=datetime.now(UTC))
    published = tmp_path / "trust.json"
    published.write_text(trust(keys), encoding="utf-8")
    towns.town().brought_to("granted")
    sequence()
    head, at = statement.row("keeper", "select place, running from record_horizon"), datetime.now(UTC)
    given: dict[str, Any] = {"place": head["place"], "running": bytes(head["running"]), "at": at}
    line = minute_line(**given, signature=keys.sign(RECORD, minute_message(**given)))
    (tmp_path / "minutes-2026-11-23.log").write_text(line + "123 half a li", encoding="ascii")
    return tmp_path, published


def test_a_whole_record_exits_with_0_and_says_so(minutes: tuple[Path, Path]) -> None:
    folder, published = minutes
    done = run("record", "check", "--minutes", str(folder), "--trust", str(published), "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["whole"]
    assert said["minutes"] == 1
    assert said["signed_up_to"] == said["places"]
    assert "WHOLE" in run("record", "check", "--minutes", str(folder), "--trust", str(published)).stdout


def test_a_fault_exits_with_1_and_is_named(minutes: tuple[Path, Path]) -> None:
    folder, published = minutes
    path = folder / "minutes-2026-11-23.log"
    place, digest, rest = path.read_text(encoding="ascii").splitlines()[0].split(" ", 2)
    path.write_text(f"{int(place) + 1} {digest} {rest}\n", encoding="ascii")
    done = run("record", "check", "--minutes", str(folder), "--trust", str(published), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["check"] == 7
    path.write_text("nonsense\n", encoding="ascii")
    done = run("record", "check", "--minutes", str(folder), "--trust", str(published))
    assert done.exit_code == 1
    assert "NOT WHOLE" in done.stdout


def test_a_witness_that_is_no_certificate_is_a_wrong_use(minutes: tuple[Path, Path]) -> None:
    folder, published = minutes
    done = run("record", "check", "--minutes", str(folder), "--witness", str(published))
    assert done.exit_code == 2
    assert "not a certificate" in done.output


def test_the_draws_of_today_are_right_and_not_revealed() -> None:
    town = towns.town()
    town.brought_to("deciding")
    done = run("draws", "check", towns.today().isoformat(), "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["right"]) == (0, True)
    (pool,) = (one for one in said["pools"] if one["pool"] == str(town.agency))
    assert (pool["draws"], pool["revealed"]) == (2, False)


def test_after_the_day_strangers_draw_again_and_every_lie_is_found(
    clone: Callable[[], testing_city.City], monkeypatch: Any
) -> None:
    clone()
    monkeypatch.setattr(towns, "founded", cache(towns.founded.__wrapped__))
    town, day = towns.town(), towns.today()
    for _ in range(3):
        town.brought_to("released")
    with towns.testing_city_owner() as owner:
        owner.execute("update record_clock set ahead = interval '1 day'")
    assert drawing.reveal_days() == 2
    assert drawing.reveal_days() == 0
    done = run("draws", "check", day.isoformat(), "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["right"], said["draws"]) == (0, True, 18)
    assert all(pool["revealed"] for pool in said["pools"])
    for pool in drawing.public_day(day=day):
        assert not [one for one in check_day(pool) if one.level == "wrong"]
        for lie in lies(pool):
            assert [one for one in check_day(lie) if one.level == "wrong"]
    tomorrow = run("draws", "check", (day + timedelta(days=1)).isoformat())
    assert "No pool had draws" in tomorrow.stdout


def lies(pool: dict[str, Any]) -> list[dict[str, Any]]:
    """The same day with one thing wrong: a half, the roster, who is excluded, who was chosen, the lot."""
    first, *others = pool["draws"]
    role = [one["pseudonym"] for one in pool["roster"] if one["role"] == first["role"]]
    another = next(name for name in role if name != first["chosen"])
    return [
        pool | {"centre_half": "00" * 32},
        pool | {"supervisor_half": "00" * 32},
        pool | {"roster": [one for one in pool["roster"] if one["pseudonym"] != another]},
        pool | {"roster": [*pool["roster"], {"pseudonym": "000000000000", "role": first["role"]}]},
        pool | {"draws": [first | {"chosen": another}, *others]},
        pool | {"draws": [first | {"excluded": [first["chosen"]]}, *others]},
        pool | {"draws": [first, *others, first]},
    ]


def test_a_city_that_does_not_answer_is_a_wrong_use() -> None:
    assert run("draws", "check", "2026-01-01", "--from", "http://127.0.0.1:1").exit_code == 2
    assert run("draws", "check", "2026-01-01", "--from", "file:///etc").exit_code == 2


def test_halves_are_committed_from_the_command_line() -> None:
    town = towns.town(committed=False)
    for side, role in (("centre", "manager"), ("supervisor", "supervisor")):
        token = str(town.someone(role).session.secret)
        done = run("draws", "commit", str(town.centre), towns.today().isoformat(), "--as", side, "--token", token)
        assert done.exit_code == 0, done.output
        assert UUID(done.stdout.rsplit(" ", 1)[1].rstrip(")\n"))
    wrong = run("draws", "commit", str(town.centre), towns.today().isoformat(), "--as", "centre", "--token", "x")
    assert wrong.exit_code == 1
