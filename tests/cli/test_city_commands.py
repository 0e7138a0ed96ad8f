"""`yimen city` and `yimen account` in a city that is no demonstration: two registrars, each with a password of her own."""

import json
import secrets
import shutil
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import pytest
from click.testing import CliRunner, Result
from django.conf import settings

import testing_city
import town as towns
from small_city import small_city
from yimen.cli.account import account
from yimen.cli.city import DAYS_AHEAD, city, commit_coming_days, everyone_as
from yimen.cli.keys import keys
from yimen.cli.ready import bring_in_city
from yimen.record import draws, statement
from yimen.registry import changes

SAMPLE = str(Path(__file__).parents[2] / "cities" / "sample")
Clone = Callable[[], testing_city.City]
FIRST, SECOND = "harbour-lantern-7", "willow-copper-19"
ALL = 2498  # items of the sample city: those written by hand and those made of stems


def run(*words: str, typed: str = "") -> Result:
    group = {"city": city, "account": account, "keys": keys}[words[0]]
    return CliRunner().invoke(group, list(words[1:]), input=typed, catch_exceptions=False)


def value(sql: str) -> Any:
    return statement.value("registry", sql)


@pytest.fixture
def real(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    clone()
    monkeypatch.setattr(settings, "DEMONSTRATION", False)


def test_a_real_city_is_entered_by_two_registrars_who_prove_who_they_are(real: None) -> None:
    founded = run("city", "load", SAMPLE)
    assert founded.exit_code == 0, founded.output
    assert "yimen account make registrar1" in founded.output
    assert value("select count(*) from registry_item") == 0
    assert run("city", "load", SAMPLE).exit_code == 1, "nobody proposes"

    assert "nobody on record" in run("account", "make", "examiner1").output.lower()
    assert "too short" in run("account", "make", "registrar1", typed="abc\nabc\n").output
    made = run("account", "make", "registrar1", typed=f"{FIRST}\n{FIRST}\n")
    assert made.exit_code == 0, made.output
    assert "registrar, " in made.output
    assert "already" in run("account", "make", "registrar1", typed=f"{SECOND}\n{SECOND}\n").output
    assert run("account", "make", "registrar2", typed=f"{SECOND}\n{SECOND}\n").exit_code == 0

    load = ("city", "load", SAMPLE, "--username", "registrar1")
    assert "wrong" in run(*load, typed=f"{SECOND}\n").output
    assert json.loads(run("city", "entries", "--json").output) == []
    assert run(*load, typed=f"{FIRST}\n").exit_code == 0
    again = run(*load, typed=f"{FIRST}\n")
    assert (again.exit_code, "waits already" in again.output) == (1, True)

    (waiting,) = json.loads(run("city", "entries", "--json").output)
    assert (waiting["proposed_by"], waiting["rows"]["items"]) == ("registrar1", ALL)
    confirm = ("city", "confirm", waiting["entry"], "--username")
    assert "another registrar" in run(*confirm, "registrar1", typed=f"{FIRST}\ny\n").output
    assert run(*confirm, "registrar2", typed=f"{SECOND}\nn\n").exit_code == 1
    assert value("select count(*) from registry_item") == 0
    done = run(*confirm, "registrar2", "--rows", typed=f"{SECOND}\ny\n")
    assert done.exit_code == 0, done.output
    assert "\n  agencies: {" in done.output
    assert value("select count(*) from registry_item") == ALL
    assert run("city", "entries").output == "no entry waits\n"
    assert "waits" in run(*confirm, "registrar2", typed=f"{SECOND}\n").output
    assert run("city", "load", SAMPLE).output.strip() == "nothing to change"

    assert run("account", "make", "examiner1", typed=f"{FIRST}\n{FIRST}\n").exit_code == 0
    assert "no post as registrar" in run(*confirm, "examiner1", typed=f"{FIRST}\n").output


def test_getting_ready_founds_a_real_city_and_leaves_the_rest_to_its_registrars(
    real: None, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_in_city()
    bring_in_city()
    said = capsys.readouterr().out
    assert said.count("founded the city") == 1
    assert said.count("--username registrar1") == 2


def test_a_closure_that_the_folder_drops_is_taken_back_and_loading_again_changes_nothing(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clone()
    monkeypatch.setattr(settings, "DEMONSTRATION", True)
    folder = Path(shutil.copytree(small_city(), tmp_path / "city"))
    assert run("city", "load", str(folder)).exit_code == 0
    dropped = (folder / "closures.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert value("select count(*) from registry_closure where ended_at is null") == len(dropped) > 1
    (folder / "closures.csv").write_text("centre,date,name_zh,name_en\n", encoding="utf-8")
    assert run("city", "load", str(folder)).exit_code == 0
    assert value("select count(*) from registry_closure where ended_at is null") == 0
    assert run("city", "load", str(folder)).output.strip() == "nothing to change"


def test_what_managers_changed_stays_when_the_folder_is_loaded_again(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clone()
    monkeypatch.setattr(settings, "DEMONSTRATION", True)
    folder = Path(shutil.copytree(small_city(), tmp_path / "city"))
    assert run("city", "load", str(folder)).exit_code == 0
    one, two = islice(everyone_as("manager"), 2)
    closed = (
        "select x.day::text as day, c.code as place from registry_closure x join registry_centre c on c.id = x.centre"
    )
    first, *others = statement.rows("registry", f"{closed} where x.day >= registry_today() order by x.day, c.code")
    place, item = (
        str(first["place"]),
        value("select item from registry_offer where level = 'city' order by item limit 1"),
    )
    window = value(
        f"select w.code from registry_window w join registry_centre c on c.id = w.centre where c.code = '{place}' limit 1"
    )
    week = {"days": [1, 2, 3], "opens": "10:00", "closes": "15:00"}
    said: dict[str, Any] = {
        "reopened": [dict(first)],
        "closures": [{"place": place, "day": "2026-12-31", "name_zh": "盘点", "name_en": "Stocktaking"}],
        "hours": [{"place": place, "phone": "0431-99999999", **week}],
        "windows": [{"place": place, "code": "M1", "name_zh": "新窗", "name_en": "New window"}],
        "windows_ended": [{"place": place, "code": window}],
        "offers": [{"place": place, "item": item, "offered": True, **week}],
    }
    made = changes.propose(why="冬季安排", said=said, session=one, key=uuid4()).stream
    seen = changes.read(change=made, session=two).proposed
    changes.confirm(change=made, proposed=seen, why="同意", session=two, key=uuid4())

    assert run("city", "load", str(folder)).output.strip() == "nothing to change"
    table = folder / "centres.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("08:30", "08:45"), encoding="utf-8")
    again = run("city", "load", str(folder))
    assert again.exit_code == 0, again.output
    opens = dict(statement.document("registry", "select jsonb_object_agg(code, opens) from registry_centre"))
    assert opens.pop(place) == "10:00:00"
    assert set(opens.values()) == {"08:45:00"}
    left = {(row["place"], row["day"]) for row in statement.rows("registry", f"{closed} where x.ended_at is null")}
    assert left == {(place, "2026-12-31"), *((row["place"], row["day"]) for row in others)}
    assert value("select count(*) from registry_window where code = 'M1'") == 1
    assert (
        value("select count(*) from registry_offer where place is not null and days = '[1, 2, 3]' and ended_at is null")
        == 1
    )
    assert run("city", "load", str(folder)).output.strip() == "nothing to change"


def test_a_place_that_the_folder_has_no_more_ends(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clone()
    monkeypatch.setattr(settings, "DEMONSTRATION", True)
    folder = Path(shutil.copytree(small_city(), tmp_path / "city"))
    assert run("city", "load", str(folder)).exit_code == 0
    for table in ("centres", "windows", "closures", "offers"):
        lines = (folder / f"{table}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / f"{table}.csv").write_text(
            "".join(one for one in lines if "C220100-S05" not in one), encoding="utf-8"
        )
    gone = run("city", "load", str(folder))
    assert gone.exit_code == 0, gone.output
    assert value("select array_agg(code) from registry_centre where ended_at is not null") == ["C220100-S05"]
    live = "select count(*) from registry_window w join registry_centre c on c.id = w.centre where c.ended_at is not null and w.ended_at is null"
    assert value(live) == 0
    assert run("city", "load", str(folder)).output.strip() == "nothing to change"
    shutil.copy(small_city() / "centres.csv", folder / "centres.csv")
    assert run("city", "load", str(folder)).exit_code == 0
    assert value("select count(*) from registry_centre where ended_at is not null") == 0


def test_a_folder_that_is_being_changed_stops_no_start(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clone()
    monkeypatch.setattr(settings, "CITY_DIR", tmp_path)
    with pytest.raises(click.exceptions.Exit):
        bring_in_city()
    towns.town(committed=False)
    bring_in_city()
    assert "stays as it is on record" in capsys.readouterr().err


def test_a_day_of_which_one_half_was_committed_gets_the_other(clone: Clone) -> None:
    clone()
    town = towns.town(committed=False)
    today = towns.today()
    manager = town.someone("manager").session
    for pool, day in ((town.centre, today), (town.agency, today + timedelta(1))):
        draws.open_day(pool=pool, day=day, half=secrets.token_bytes(32), session=manager, key=uuid4())
    assert commit_coming_days() == 2 * DAYS_AHEAD
    assert value("select count(*) from record_draw_day where supervisor_commitment is not null") == 2 * DAYS_AHEAD
    assert commit_coming_days() == 0


def test_keys_are_made_for_the_city_of_this_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "agencies.csv").write_text("code,name_zh\n11X,海港局\n", encoding="utf-8")
    (folder / "seals.csv").write_text("code,name_zh,agency\nharbour-seal,海港章,11X\n", encoding="utf-8")
    for name, path in (("CITY_DIR", folder), ("STATE_DIR", tmp_path), ("KEYS_DIR", tmp_path / "keys")):
        monkeypatch.setattr(settings, name, path)
    (tmp_path / "keys").mkdir(mode=0o700)
    done = run("keys", "make", "--json")
    assert done.exit_code == 0, done.output
    assert any("harbour-seal" in name for name in json.loads(done.output)["keys"])
