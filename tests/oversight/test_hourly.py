"""The hourly check: an open case that lost its responsible person or a due date is found within the hour, and told."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import testing_city
import town as towns
from visiting import visitor
from yimen.jobs.worker import look_at_open_cases
from yimen.oversight.hourly import Look, last_look
from yimen.record import statement


@pytest.fixture
def town(clone: Callable[[], testing_city.City], monkeypatch: pytest.MonkeyPatch) -> towns.Town:
    clone()
    monkeypatch.setattr(towns, "founded", cache(towns.founded.__wrapped__))
    return towns.town()


def after(minutes: int) -> Look:
    """What the supervisor knows some minutes later."""
    owner("update record_clock set ahead = ahead + make_interval(mins => %s)", minutes)
    look_at_open_cases()
    return last_look()


def owner(sql: str, *given: Any) -> None:
    with towns.testing_city_owner() as connection:
        connection.execute(sql, given)


def lacking(look: Look) -> set[tuple[str, str]]:
    return {(one["stream"], one["lacks"]) for one in look.found}


def test_no_open_case_lacks_anything_by_design(town: towns.Town) -> None:
    for state in ("received", "examining", "deciding", "granted", "certifying", "made", "half_released", "released"):
        town.brought_to(state)
    look = after(0)
    assert (look.open_cases, look.found, look.late) == (8, [], False)


def test_an_orphan_is_found_within_the_hour_and_the_finding_closes_when_it_is_none(town: towns.Town) -> None:
    one, two, left = (str(town.brought_to(state)) for state in ("received", "examining", "deciding"))
    assert after(0).found == []
    owner("update record_stream set responsible = null where id = %s", one)
    owner("update casework_clock set stopped = 1 where stream = %s and name = 'promise'", two)
    owner(
        "update registry_person p set ended_at = now() from record_stream s where s.id = %s and p.id = s.responsible",
        left,
    )
    events = statement.value("oversight", "select count(*) from record_event")
    assert lacking(after(60)) == {(one, "responsible"), (two, "promise"), (left, "responsible")}
    page = visitor(town.someone("supervisor")).get("/supervisor/").content.decode()
    assert "nobody is responsible" in page
    assert "no promised due date" in page
    owner("update casework_clock set stopped = null where stream = %s and name = 'promise'", two)
    assert lacking(after(60)) == {(one, "responsible"), (left, "responsible")}
    assert events == statement.value("oversight", "select count(*) from record_event"), "it looks and does not act"
    kept = statement.rows(
        "oversight", "select found_at < gone_at as over from oversight_orphan where stream = %s::uuid", [two]
    )
    assert kept == [{"over": True}]


def test_any_number_of_workers_look_once_in_an_hour_and_silence_is_told(town: towns.Town) -> None:
    assert last_look().late
    assert b"Not checked yet" in visitor(town.someone("supervisor")).get("/supervisor/").content
    for _ in range(3):
        look_at_open_cases()
    assert statement.value("oversight", "select count(*) from oversight_hour") == 1
    owner("update record_clock set ahead = interval '3 hours'")
    assert last_look().late
