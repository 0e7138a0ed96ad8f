"""What anyone may ask; addresses that are none; and the platform with a part of it away."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

import certificate_kit
import town as towns
from asking import Asking, application, drawn, filed, paper
from counted import statements
from yimen.gateways.authority import trust
from yimen.pure.wording import CHECKS


def test_the_catalogue_is_open(town: towns.Town) -> None:
    codes, cursor = [], ""
    while True:
        page = Asking().get("/items", limit=1, **({"cursor": cursor} if cursor else {})).said
        codes += [one["code"] for one in page["items"]]
        if not page["next"]:
            break
        cursor = page["next"]
    assert town.item in codes
    assert len(codes) == len(set(codes))
    shown = Asking().get(f"/items/{town.item}")
    assert shown.said["body"]["name_zh"] == towns.ITEM["name_zh"]
    assert shown.response["Cache-Control"] == "public, max-age=60"
    assert Asking().get("/items/none").code == "item.unknown"
    for no_code in ("'; --", "x" * 300, "%00"):
        assert Asking().get(f"/items/{no_code}").code == "address.unknown"


def test_draws_and_minutes_are_open(town: towns.Town) -> None:
    filed(town)
    (centre,) = [
        one for one in Asking().get(f"/draws/{towns.today()}").said["items"] if one["pool"] == str(town.centre)
    ]
    assert centre["draws"]
    assert centre["centre_half"] is None
    assert Asking().get("/draws/today").code == "address.unknown"
    assert Asking().get("/record/minutes").said.keys() == {"items", "next"}
    assert Asking().get("/record/minutes", limit=0).code == "request.malformed"


def test_what_is_not_there_is_a_problem_too() -> None:
    for path in ("", "/nothing", "/cases/", "/cases/1", "/../../etc/passwd"):
        answer = Asking().get(path)
        assert (answer.status, answer.code) == (404, "address.unknown"), path
    answer = Asking().delete("/items")
    assert (answer.status, answer.code) == (405, "method.unknown")
    assert "GET" in answer.response["Allow"]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bytes:
    """A genuine certificate, and the trust it is checked against in this installation."""
    store = certificate_kit.make_keys(tmp_path / "keys")
    (tmp_path / "trust.json").write_text(trust(store), encoding="utf-8")
    monkeypatch.setattr(settings, "STATE_DIR", tmp_path)
    return certificate_kit.Forge(store).build()


def test_a_file_that_is_no_certificate_is_told_by_the_check_it_fails(made: bytes) -> None:
    answer = Asking().send("/verify", {"file": paper(b"%PDF-1.7 nothing", "x.pdf")}, key=None)
    assert answer.status == 200
    assert (answer.said["genuine"], answer.said["failed"]["number"]) == (False, 1)
    assert [one["passed"] for one in answer.said["checks"]] == [False] + [None] * (len(CHECKS) - 1)
    assert Asking().post("/verify", {}, key=None).code == "request.malformed"
    assert Asking().send("/verify", {}, key=None).code == "request.malformed"


def test_a_genuine_certificate_passes_every_check(made: bytes) -> None:
    said = Asking().send("/verify", {"file": paper(made, "x.pdf")}, key=None).said
    assert said["genuine"], said["failed"]
    assert all(one["passed"] for one in said["checks"])
    assert said["decision"]["verdict"] == "granted"


@contextmanager
def database_away(login: str) -> Iterator[None]:
    """Nothing listens where this login looks for the database."""
    alias = connections[login]
    alias.close()
    alias.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL has one
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        before = dict(alias.settings_dict)
        alias.settings_dict |= {"HOST": "127.0.0.1", "PORT": str(nobody.getsockname()[1])}
        alias.settings_dict["OPTIONS"] = {**before["OPTIONS"], "pool": {"min_size": 0, "max_size": 1, "timeout": 0.5}}
        try:
            yield
        finally:
            alias.close()
            alias.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL has one
            alias.settings_dict.update(before)


def test_with_the_database_away_it_says_so_and_nothing_is_lost(town: towns.Town) -> None:
    asking = Asking(town.applicant)
    asking.token = f"public.{town.applicant.session.secret}"
    key = "5cbb3e0c-51f7-4b0f-8a9c-0d6b6a1c9c11"
    asking.get("/cases")
    with database_away("public"):
        away = asking.send("/cases", application(town), key=key)
        assert (away.status, away.code, away.said["kind"]) == (503, "database.away", "unavailable")
        assert away.response["Retry-After"]
    assert asking.send("/cases", application(town), key=key).said["retried"] is False


def test_a_face_that_is_not_here_says_so(town: towns.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    token = Asking(town.someone("clerk"))
    assert token.get("/worklist").status == 200
    monkeypatch.setattr(settings, "LOGINS", {"door": "", "public": ""})
    answer = token.get("/worklist")
    assert (answer.status, answer.code) == (404, "face.elsewhere")


def test_each_call_is_one_statement(town: towns.Town) -> None:
    applicant, supervisor = Asking(town.applicant), Asking(town.someone("supervisor"))
    case = filed(town)  # whatever is asked of the database once, is asked before
    clerk, line = drawn(town, case, "clerk")
    (document,) = clerk.get(f"/cases/{case}").said["documents"]
    day = towns.today()
    calls: dict[str, tuple[Callable[[], Any], int]] = {
        "worklist": (lambda: clerk.get("/worklist"), 1),
        "accept": (lambda: clerk.post(f"/cases/{case}/accept", {"after": line["head"]}), 1),
        "case": (lambda: clerk.get(f"/cases/{case}"), 1),
        "document": (lambda: clerk.get(f"/documents/{document['id']}/content"), 2),  # the reading is written down first
        "mine": (lambda: applicant.get("/cases"), 1),
        "drafts": (lambda: applicant.get("/drafts"), 1),
        "organisations": (lambda: applicant.get("/organisations"), 1),
        "who": (lambda: applicant.get("/sessions/current"), 1),
        "apply": (
            lambda: applicant.send("/cases", application(town)),
            2,
        ),  # who sends it and what the item asks; then filing it
        "all": (lambda: supervisor.get("/all-cases"), 1),
        "roster": (lambda: supervisor.get(f"/roster/{day}"), 1),
        "draws": (lambda: Asking().get(f"/draws/{day}"), 1),
        "items": (lambda: Asking().get("/items"), 1),
        "minutes": (lambda: Asking().get("/record/minutes"), 1),
        "refused": (lambda: Asking().get("/cases"), 0),
    }
    found = {}
    for name, (call, _) in calls.items():
        with statements() as seen:
            answer = call()
        assert answer.status < 402, (name, answer.said)
        found[name] = len(seen)
    assert found == {name: count for name, (_, count) in calls.items()}
