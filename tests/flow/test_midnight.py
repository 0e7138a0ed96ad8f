"""At midnight: a step is judged by the moment that stands in its event, whoever else acts at the same moment."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import at_window
import testing_city
import town as towns
from yimen.casework import correction
from yimen.record.events import WORKER, append

Act = Callable[[towns.Town, UUID], Any]


def ask(town: towns.Town, case: UUID) -> None:
    at_window.correction_asked(town, case)


def answer(town: towns.Town, case: UUID) -> Any:
    told: dict[str, Any] = {"answers": {}, "session": town.applicant.session, "key": uuid4()}
    return correction.correct(case=case, after=town.head(case), **told)


def by_time(town: towns.Town, case: UUID, clock: str) -> Any:
    """What the worker writes down when the time of this clock has run out."""
    since, facts = str(town.clock(case, clock)["starts_on"]), {}
    kind = KINDS[clock]
    if kind == "case.deemed_accepted":
        facts = {"since": since}
    return append(stream=case, after=town.head(case), kind=kind, session=WORKER, facts=facts, key=uuid4())


KINDS = {"correction": "case.lapsed", "acceptance": "case.deemed_accepted"}
MATTERS = [
    pytest.param(answer, "correction", id="answer or lapse"),
    pytest.param(ask, "acceptance", id="ask or deemed"),
]


def waiting_under(clock: str) -> tuple[towns.Town, UUID]:
    town = towns.town()
    case = town.filed()
    if clock == "correction":
        ask(town, case)
    return town, case


@pytest.mark.parametrize(("act", "clock"), MATTERS)
def test_from_the_first_moment_of_the_next_day_only_the_law_acts(act: Act, clock: str) -> None:
    town, case = waiting_under(clock)
    before = town.kinds(case)
    with at_window.days(town) as until:
        until((town.clock(case, clock)["due_on"] - towns.today()).days + 1)
        _ = town.applicant.session, town.drawn(case, "counter").session
        said = at_window.together(lambda: act(town, case), lambda: by_time(town, case, clock))
    assert said[0] in (
        "case.lapsed",
        "case.deemed_accepted",
        "case.wrong_state",
        "case.moved_meanwhile",
        "draft.filed_already",
    )
    assert town.kinds(case)[len(before)] == KINDS[clock]


@pytest.mark.parametrize(("act", "clock"), MATTERS)
def test_what_waits_over_midnight_is_not_too_late_by_its_own_date(act: Act, clock: str) -> None:
    """It waits for the case while the day ends: what time brings is not recorded under the date of the last day."""
    town, case = waiting_under(clock)
    last = town.clock(case, clock)["due_on"]
    with at_window.days(town) as until:
        until((last - towns.today()).days)
        _ = town.applicant.session, town.drawn(case, "counter").session
        said: list[Any] = []
        acts = [lambda: by_time(town, case, clock)]
        waiting = threading.Thread(target=lambda: said.extend(at_window.together(*acts)))
        with towns.testing_city_owner() as owner, owner.transaction():
            owner.execute("select 1 from record_stream where id = %s for update", [case])
            waiting.start()
            _until_one_waits()
            with towns.testing_city_owner() as other:
                other.execute("update record_clock set ahead = ahead + interval '1 day'")
        waiting.join()
    sql = "select record_day(at) as day from record_event where stream = %s and kind = %s"
    with towns.testing_city_owner() as owner:
        days = [day for (day,) in owner.execute(sql, [case, KINDS[clock]])]
    assert (all(day > last for day in days), len(said)) == (True, 1), (days, said)


def _until_one_waits() -> None:
    sql = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like %s"
    with psycopg.connect(testing_city.uri("admin"), autocommit=True) as admin:
        for _ in range(500):
            if admin.execute(sql, ["%record_append(%"]).fetchall()[0][0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits for the case")
