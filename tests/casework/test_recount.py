"""The calendar changes under open cases: their dates move, on record, and nothing else does."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import testing_city
import town as towns
from yimen.casework import case as cases
from yimen.casework import clocks
from yimen.record import statement

Clone = Callable[[], testing_city.City]


@pytest.fixture
def town(clone: Clone) -> towns.Town:
    clone()
    return towns.town()


def holidays(count: int = 2) -> list[date]:
    """The next working days, which an arrangement now makes days of rest."""
    sql = "select day from registry_calendar where working and day > registry_today() order by day limit %s"
    return [row["day"] for row in statement.rows("public", sql, [count])]


def arrange(days: list[date], *, working: bool = False, provisional: bool = False) -> UUID:
    rows = [
        {"day": day.isoformat(), "working": working, "provisional": provisional, "name_zh": "假", "name_en": "Rest"}
        for day in days
    ]
    one, two = towns.founded(testing_city.current().database)
    for registrar in (one, two):
        registrar.__dict__.pop("_session", None)  # it may be a later day
    return towns.enter({"calendar": rows}, one, two)


def unfinished() -> bool:
    return bool(
        statement.value("oversight", "select exists (select 1 from registry_calendar_change where done_at is null)")
    )


def count_all() -> int:
    rounds = 0
    while unfinished():
        clocks.recount()
        rounds += 1
        assert rounds < 100
    return rounds


def clocks_of(case: UUID) -> dict[str, dict[str, Any]]:
    sql = "select coalesce(jsonb_object_agg(name, to_jsonb(k)), '{}') from casework_clock k where stream = %s::uuid"
    return dict(statement.document("oversight", sql, [case]))


def recounted(case: UUID) -> list[dict[str, Any]]:
    sql = "select facts from record_event where stream = %s::uuid and kind = 'case.recounted' order by number"
    return [json.loads(row["facts"]) for row in statement.rows("oversight", sql, [case])]


def test_open_cases_are_counted_again_and_closed_ones_are_not(town: towns.Town) -> None:
    waiting, deciding, granted = town.filed(), town.brought_to("deciding"), town.brought_to("granted")
    closed = town.filed()
    cases.withdraw(case=closed, after=town.head(closed), session=town.applicant.session, key=uuid4())
    before = {case: clocks_of(case) for case in (waiting, deciding, granted, closed)}
    states = {case: town.state(case) for case in before}
    entry = arrange(holidays())
    count_all()

    assert recounted(closed) == []
    assert clocks_of(closed) == before[closed]
    for case in (waiting, deciding, granted):
        (told,) = recounted(case)
        assert told["entry"] == str(entry)
        now = clocks_of(case)
        moved = {one["name"]: (one["was"], one["now"]) for one in told["clocks"]}
        assert moved
        for name, clock in now.items():
            if clock["stopped"] is not None:
                assert clock == before[case][name]
                assert name not in moved
            else:
                assert moved[name] == (before[case][name]["due_on"], clock["due_on"])
                sql = "select due from registry_due(%s::date, %s, %s)"
                with towns.testing_city_owner() as owner:
                    row = owner.execute(sql, [clock["starts_on"], clock["amount"], clock["unit"]]).fetchone()
                assert row is not None
                assert row[0].isoformat() == clock["due_on"]
        assert town.state(case) == states[case]
    event = statement.row(
        "oversight", "select login, role, hat, person from record_event where kind = 'case.recounted' limit 1"
    )
    assert event == {"login": "worker", "role": "machine", "hat": "", "person": None}

    count_all()
    assert all(len(recounted(case)) == 1 for case in (waiting, deciding, granted))
    town.examine(town.brought_to("examining"))  # the life of cases goes on
    town.accept(waiting)


def test_the_case_says_why_its_date_moved(town: towns.Town) -> None:
    from_before = clocks_of(case := town.filed())["acceptance"]["due_on"]
    arrange(holidays())
    count_all()
    view = cases.view(case=case, session=town.applicant.session)
    (facts,) = [one["facts"] for one in view["events"] if one["kind"] == "case.recounted"]
    assert facts["clocks"][0]["was"] == from_before
    assert view["clocks"]["acceptance"]["due_on"] == facts["clocks"][0]["now"]


def test_a_date_that_stays_is_not_an_event(town: towns.Town) -> None:
    case = town.filed()
    days = [
        row["day"]
        for row in statement.rows("public", "select day from registry_calendar where day > registry_today() limit 8")
    ]
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_calendar set provisional = true where day > registry_today()")
        owner.execute("update casework_clock set provisional = true where stream = %s", [case])
    sql = "select day, working from registry_calendar where day = any(%s)"
    rows = [
        {"day": r["day"].isoformat(), "working": r["working"], "provisional": False, "name_zh": "", "name_en": ""}
        for r in statement.rows("public", sql, [days + [days[-1] + timedelta(days=n) for n in range(1, 6)]])
    ]
    one, two = towns.founded(testing_city.current().database)
    towns.enter({"calendar": rows}, one, two)
    count_all()
    assert recounted(case) == []
    assert clocks_of(case)["acceptance"]["provisional"] is False


def test_broken_off_anywhere_it_goes_on_and_doubles_nothing(town: towns.Town) -> None:
    filed = [town.filed() for _ in range(7)]
    arrange(holidays())
    uri = testing_city.uri("worker")
    assert clocks.recount() == 0  # the steps that were under way are waited for
    rounds = 0
    while unfinished():
        with psycopg.connect(uri) as killed:  # a batch that never commits
            killed.execute("select casework_recount(2)")
            with psycopg.connect(testing_city.uri("admin"), autocommit=True) as server:
                server.execute("select pg_terminate_backend(%s)", [killed.info.backend_pid])
            with pytest.raises(psycopg.OperationalError):
                killed.execute("select 1")
        with psycopg.connect(uri, autocommit=True) as worker:
            worker.execute("select casework_recount(2)")
        rounds += 1
        assert rounds < 50
    assert rounds > 3
    assert all(len(recounted(case)) == 1 for case in filed)


def test_a_case_that_is_being_moved_is_taken_afterwards(town: towns.Town) -> None:
    filed = [town.filed() for _ in range(3)]
    arrange(holidays())
    assert clocks.recount() == 0
    with psycopg.connect(testing_city.uri("owner")) as moving:
        moving.execute("select 1 from record_stream where id = %s for key share", [filed[1]])
        moving.execute("select 1 from record_stream where id = %s for update", [filed[1]])
        for _ in range(5):
            clocks.recount()
        assert recounted(filed[1]) == []
        assert unfinished()
    count_all()
    assert all(len(recounted(case)) == 1 for case in filed)


def test_a_step_that_counted_by_the_calendar_before_is_waited_for(town: towns.Town) -> None:
    town.filed()
    with psycopg.connect(testing_city.uri("owner")) as under_way:
        under_way.execute("select pg_current_xact_id()")
        arrange(holidays())
        for _ in range(5):
            assert clocks.recount() == 0
        assert unfinished()
    count_all()


def test_what_ran_out_before_the_change_stays(town: towns.Town) -> None:
    case = town.filed()
    due = date.fromisoformat(clocks_of(case)["acceptance"]["due_on"])
    with towns.later(town, (due - towns.today()).days + 1):
        assert statement.value("oversight", "select registry_today()") > due
        arrange([due])
        count_all()
        assert clocks_of(case)["acceptance"]["due_on"] == due.isoformat()


def test_decided_cases_tell_what_it_took(town: towns.Town) -> None:
    assert clocks.took(item=town.item, login="public") is None
    town.brought_to("deciding")
    town.brought_to("granted")
    withdrawn = town.filed()
    cases.withdraw(case=withdrawn, after=town.head(withdrawn), session=town.applicant.session, key=uuid4())
    assert clocks.took(item=town.item, login="public") == {"cases": 1, "unit": "W", "median": 0, "nine_in_ten": 0}
    with towns.testing_city_owner() as owner:
        owner.execute("update registry_item set ended_at = now() + interval '9 days' where code = %s", [town.item])
        owner.execute(  # a version to come, whose promise is in another unit
            "insert into registry_item (id, code, version, agency, centre, seal, body, published_at)"
            " select gen_random_uuid(), code, 2, agency, centre, seal, jsonb_set(body, '{limits,promise,unit}', '\"N\"'), ended_at"
            " from registry_item where code = %s", [town.item],
        )  # fmt: skip
    assert clocks.took(item=town.item, login="public") == {"cases": 1, "unit": "W", "median": 0, "nine_in_ten": 0}
    with towns.testing_city_owner() as owner:
        owner.execute(
            "with s as (insert into record_stream (id, type, head, hash, state, at)"
            " select gen_random_uuid(), 'test', 0, '', '', now() from generate_series(1, 300) returning id),"
            " n as (select id, row_number() over () as n from s)"
            " insert into casework_pace (stream, item, unit, decided_on, days) select id, %s, 'W',"
            " date '2030-01-01' + n::int, case when n <= 100 then 99 else n %% 10 end from n",
            [town.item],
        )
    told = clocks.took(item=town.item, login="public")
    assert told == {"cases": 200, "unit": "W", "median": 4, "nine_in_ten": 8}


def test_nobody_but_the_worker_counts_again(town: towns.Town) -> None:
    for login in ("public", "counter", "decide", "registry", "oversight", "keeper", "door"):
        with (
            psycopg.connect(testing_city.uri(login), autocommit=True) as someone,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            someone.execute("select casework_recount()")
    forged = "select * from record_append(%s, 2, 'case.recounted', null, '{\"clocks\": []}', gen_random_uuid())"
    case = town.filed()
    with (
        psycopg.connect(testing_city.uri("worker"), autocommit=True) as worker,
        pytest.raises(psycopg.Error, match=r"move\.unknown"),
    ):
        worker.execute(forged, [case])


def test_a_calendar_that_became_too_short_leaves_the_date_and_goes_on(town: towns.Town) -> None:
    case, other = town.filed(), town.filed()
    last = statement.value("public", "select max(day) from registry_calendar")
    with towns.testing_city_owner() as owner:
        owner.execute(
            "update casework_clock set starts_on = %s, amount = 5, due_on = %s where stream = %s and name = 'acceptance'",
            [last - timedelta(days=20), last - timedelta(days=13), case],
        )
    before = clocks_of(case)["acceptance"]["due_on"]
    arrange([last - timedelta(days=n) for n in range(20)])
    count_all()
    assert clocks_of(case)["acceptance"]["due_on"] == before
    assert recounted(case) == recounted(other) == []
