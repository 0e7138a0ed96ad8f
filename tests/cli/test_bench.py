"""`yimen bench`: what it loads is whole, what it times are lists that are there, and its people walk every path."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.test import Client

import testing_city
import town as towns
from town_item import resident_id
from yimen.api.token import token_of
from yimen.casework import case as cases
from yimen.cli.bench import installation, loading, paths
from yimen.cli.bench.lists import SUPERVISED, _following
from yimen.cli.program import Answer, Program
from yimen.jobs.keeper.reading import read_chain
from yimen.pure.chain import check_chain
from yimen.pure.identifiers import check_resident_id
from yimen.record.events import Session
from yimen.web.every_case import SHOWS

CASES = 60


@pytest.mark.parametrize(
    ("loaded", "cases", "parts"),
    [
        ([], 10, [(0, 10)]),
        ([(0, 10)], 10, []),
        ([], 12_000, [(0, 5000), (5000, 10_000), (10_000, 12_000)]),
        ([(5000, 10_000)], 12_000, [(0, 5000), (10_000, 12_000)]),
        ([(0, 200)], 6000, [(200, 5200), (5200, 6000)]),
        ([(0, 5000), (5000, 10_000)], 2000, []),
    ],
)
def test_a_load_that_was_broken_off_goes_on(
    loaded: list[tuple[int, int]], cases: int, parts: list[tuple[int, int]]
) -> None:
    assert loading.missing(loaded, cases) == parts


def test_what_is_loaded_is_whole_and_listed_page_by_page(
    clone: Callable[[], testing_city.City], monkeypatch: pytest.MonkeyPatch
) -> None:
    clone()
    monkeypatch.setattr(towns, "founded", cache(towns.founded.__wrapped__))
    towns.town()
    monkeypatch.setattr(loading, "ProcessPoolExecutor", ThreadPoolExecutor)
    uri = testing_city.uri("admin")
    assert [loading.load(uri, cases=one) for one in (CASES // 2, CASES, CASES)] == [CASES // 2, CASES // 2, 0]
    with psycopg.connect(uri, autocommit=True) as owner:
        streams = owner.execute("select id, head, state from record_stream where type = 'case'").fetchall()
        clerk, post = owner.execute("select id, post from bench.person where kind = 'clerk' and number = 0").fetchall()[
            0
        ]
        owner.execute("update registry_person set username = 'bench-clerk' where id = %s", [clerk])
    assert len(streams) == CASES
    assert {len(read_chain(stream)) - head for stream, head, _ in streams} == {0}
    for stream, _, _ in streams:
        check_chain(read_chain(stream))
    who = towns.Someone(clerk, post, "bench-clerk", "clerk").session
    assert walked(who, size=3) == walked(who, size=100)


def walked(session: Session, *, size: int) -> list[Any]:
    """All that somebody worked on, page by page; the last filed first."""
    found: list[dict[str, Any]] = []
    while True:
        before = (found[-1]["filed_at"], found[-1]["stream"]) if found else None
        page = cases.worked(session=session, limit=size, before=before)
        found += page
        if len(page) < size:
            break
    assert found == sorted(found, key=lambda one: (one["filed_at"], one["stream"]), reverse=True)
    assert found
    return [one["stream"] for one in found]


def test_a_kept_installation_of_another_schema_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def kept(*, afresh: bool = False) -> bool:
        return (installation.kept(tmp_path / "100", told.append, afresh=afresh) / "loaded").exists()

    kept()
    (tmp_path / "100" / "loaded").touch()
    assert kept()
    assert not kept(afresh=True)
    (tmp_path / "100" / "loaded").touch()
    monkeypatch.setattr(settings, "CITY_DIR", tmp_path)
    (tmp_path / "another.csv").touch()
    assert not kept()
    assert sum("Throwing away" in one for one in told) == 2


class Inside(Program):
    """A program that asks this process."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1")

    def _send(self, method: str, path: str, body: bytes, headers: Any) -> Answer:
        content_type = headers.get("Content-Type", "application/json")
        answer = Client(headers=headers).generic(method, path, body, content_type=content_type)
        return Answer(answer.status_code, answer["Content-Type"], answer.content)


def test_at_the_window_she_confirms_on_a_screen_of_her_own_and_it_is_filed() -> None:
    form = [{"name": "premises", "type": "text"}, {"name": "contact_phone", "contact": True, "type": "phone"}]
    town = towns.town(item={"service_objects": ["1", "2"], "delivery": ["electronic", "window"], "form": form})
    steps: list[str] = []

    def timed(step: str, call: Callable[[], Any]) -> Any:
        steps.append(step)
        return call()

    program = Inside()
    item = program.get(f"/items/{town.item}")
    number = int(resident_id()[10:17])
    visit = paths.greeted(program, timed, number=number, token=token_of(town.someone("clerk").session))
    clerk = token_of(town.drawn(UUID(visit), "window").session)
    filed = paths.filed_at_window(program, timed, item=item, visit=visit, token=clerk)
    assert (filed["state"], program.get(f"/cases/{filed['case']}", clerk)["delivery"]) == ("received", "window")
    assert steps[0] == "greet"
    assert {"she reads", "she confirms"} < set(steps)


def test_numbers_that_are_greeted_are_right_and_nobodys() -> None:
    made = [paths.resident_id(number) for number in (0, 999, 1000, 28_000, 335_999)]
    assert len(set(made)) == len(made)
    assert all(check_resident_id(one, today=date(2026, 1, 1)).fictional for one in made)


def test_a_supervisor_is_asked_only_for_what_her_page_knows() -> None:
    for asked in SUPERVISED:
        given = dict(one.split("=") for one in asked.split("&")) if asked else {}
        assert given.get("show", "open") in SHOWS
        assert given.keys() <= {"show", "agency", "state", "clock"}


def test_the_next_page_is_found_in_a_page_and_in_an_answer() -> None:
    assert _following('<a href="?before=1&amp;x=2" rel="next">', "/cases/?show=all") == "/cases/?before=1&x=2"
    assert _following(json.dumps({"next": "abc"}), "/api/v1/worked?limit=20") == "/api/v1/worked?limit=20&cursor=abc"
    assert _following('{"next": null}', "/x") is None
