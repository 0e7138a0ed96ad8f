"""
Clocks in the database: pauses and extensions give the dates of the pure calculation, whatever the time zone, and nobody's
settings reach into them.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.json import Jsonb

import testing_city
from official_days import VECTORS, official
from yimen.pure.workdays import Calendar, ran_out

FIRST, LAST = date(2023, 11, 1), date(2032, 12, 31)
ZONES = ("UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati")
CITY = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return official()


@pytest.fixture(scope="module")
def database(calendar: Calendar) -> Iterator[psycopg.Connection]:
    days: list[dict[str, Any]] = []
    for step in range((LAST - FIRST).days + 1):
        kind = calendar.kind_of(FIRST + timedelta(days=step))
        days.append(
            {
                "day": kind.day.isoformat(),
                "working": kind.working,
                "provisional": kind.provisional,
                "name_zh": "",
                "name_en": "",
            }
        )
    with psycopg.connect(testing_city.uri("owner")) as owner:
        owner.execute("delete from registry_calendar")
        owner.execute("select registry_apply(%s::jsonb)", [Jsonb({"calendar": days})])
        yield owner
        owner.rollback()


def drawn(seed: int, count: int) -> list[dict[str, Any]]:
    random = Random(seed)  # noqa: S311 - days to compare, nothing secret
    found = []
    for number in range(count):
        unit = random.choice("WWNMI")
        most = {"W": 120, "N": 200, "M": 24, "I": 0}[unit]
        start = date(2024, 1, 1) + timedelta(days=random.randrange(1400))
        paused = start + timedelta(days=random.randrange(60))
        found.append(
            {
                "n": number,
                "start": start.isoformat(),
                "unit": unit,
                "amount": random.randint(min(1, most), most),
                "extended": random.choice([0, 0, 10, 15]),
                "paused": paused.isoformat(),
                "resumed": (paused + timedelta(days=random.randrange(90))).isoformat(),
            }
        )
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_twenty_thousand_clocks_agree_under_each_zone(
    database: psycopg.Connection, calendar: Calendar, zone: str
) -> None:
    asked = drawn(ZONES.index(zone), 5000)
    database.execute("select set_config('timezone', %s, true), set_config('datestyle', 'German', true)", [zone])
    sql = """
        select x.n, d.due - date '2000-01-01', d.provisional, p.days
        from jsonb_to_recordset(%s) x (n int, start date, unit text, amount int, extended int, paused date, resumed date)
        cross join lateral (select registry_days(x.paused, x.resumed, x.unit) as days) p
        cross join lateral registry_due(x.start, x.amount, x.unit, x.extended + p.days) d order by x.n
    """
    found = database.execute(sql, [Jsonb(asked)]).fetchall()
    database.execute("select set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true)")
    assert len(found) == len(asked)
    for one, (_, due, provisional, paused) in zip(asked, found, strict=True):
        out = calendar.days(date.fromisoformat(one["paused"]), date.fromisoformat(one["resumed"]), one["unit"])
        expected = calendar.due(date.fromisoformat(one["start"]), one["amount"], one["unit"], one["extended"] + out)
        assert (paused, due, provisional) == (out, (expected.date - date(2000, 1, 1)).days, expected.provisional), one


@pytest.mark.parametrize(("amount", "unit", "start", "due"), VECTORS)
def test_golden_vectors(database: psycopg.Connection, amount: int, unit: str, start: str, due: str) -> None:
    found = database.execute("select due::text, provisional from registry_due(%s, %s, %s)", [start, amount, unit])
    assert found.fetchone() == (due, False)


@pytest.mark.parametrize(
    ("amount", "unit", "more"),
    [(0, "W", 0), (-1, "N", 0), (2001, "W", 0), (121, "M", 0), (1, "I", 0), (5, "X", 0), (5, None, 0), (5, "W", -1)],
)
def test_a_limit_that_is_none_is_refused(database: psycopg.Connection, amount: int, unit: str, more: int) -> None:
    with pytest.raises(psycopg.Error, match=r"limit\.malformed"), database.transaction():
        database.execute("select * from registry_due('2026-03-02', %s, %s, %s)", [amount, unit, more])


@pytest.mark.parametrize(
    ("after_the_end", "amount", "unit"), [(1, 1, "W"), (1, 1, "N"), (1, 1, "M"), (1, 0, "I"), (-5, 100, "W")]
)
def test_a_calendar_that_ends_too_early_is_refused_whatever_the_unit(
    database: psycopg.Connection, after_the_end: int, amount: int, unit: str
) -> None:
    with pytest.raises(psycopg.Error, match=r"calendar\.too_short"), database.transaction():
        database.execute("select * from registry_due(%s, %s, %s)", [LAST + timedelta(days=after_the_end), amount, unit])


def test_a_calendar_with_a_gap_is_refused(database: psycopg.Connection) -> None:
    far = {"day": "2034-01-01", "working": False, "provisional": True, "name_zh": "", "name_en": ""}
    with pytest.raises(psycopg.Error, match=r"calendar\.gap"), database.transaction():
        database.execute("select registry_apply(%s::jsonb)", [Jsonb({"calendar": [far]})])


INSTANTS = (
    "2026-09-18T16:59:59.999",
    "2026-09-18T17:00:00",
    "2026-09-18T23:59:59.999",
    "2026-09-19T00:00:00",
    "2026-09-30T23:30:00",
    "2025-12-31T23:59:59.999",
    "2026-01-01T00:00:00",
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("local", INSTANTS)
def test_the_day_of_receipt_is_the_citys_under_each_zone(
    database: psycopg.Connection, calendar: Calendar, zone: str, local: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=CITY)
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        database.execute("select set_config('timezone', %s, true)", [zone])
        sql = "select record_day(%(at)s), registry_received(%(at)s), registry_received(%(at)s, '17:00')"
        found = database.execute(sql, {"at": at.astimezone(UTC)}).fetchone()
        closes = datetime.fromisoformat("2026-01-01T17:00").time()
        own = at.astimezone(CITY).replace(tzinfo=None)
        assert found == (own.date(), calendar.received(own), calendar.received(own, closes=closes))
    finally:
        database.execute("select set_config('timezone', 'UTC', true)")
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("local", ["2026-09-24T23:59:59.999", "2026-09-25T00:00:00", "2026-10-09T12:00:00"])
@pytest.mark.parametrize("zone", ZONES)
def test_deemed_acceptance_is_true_at_its_time(database: psycopg.Connection, local: str, zone: str) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=CITY)
    with database.transaction(force_rollback=True):
        database.execute("select set_config('timezone', %s, true)", [zone])
        database.execute(
            "with s as (insert into record_stream (id, type, head, hash, state, at)"
            " values (gen_random_uuid(), 'case', 1, '', 'received', now()) returning id)"
            " insert into casework_clock (stream, name, started, starts_on, amount, unit, due_on, provisional)"
            " select id, 'acceptance', 1, '2026-09-18', 5, 'W', '2026-09-24', false from s"
        )
        sql = "select bool_or(casework_deemed_by(k.stream, %s)) from casework_clock k where k.starts_on = '2026-09-18'"
        row = database.execute(sql, [at.astimezone(UTC)]).fetchone()
    assert row == (ran_out(due=date(2026, 9, 24), now=at.replace(tzinfo=None)),)


def a_case(database: psycopg.Connection, starts: str, limits: dict[str, Any]) -> str:
    row = database.execute(
        "insert into record_stream (id, type, head, hash, state, at)"
        " values (gen_random_uuid(), 'case', 1, '', 'examining', now()) returning id::text"
    ).fetchone()
    assert row is not None
    step(database, row[0], f"casework_start_clocks(s, '{starts}', '{json.dumps(limits)}')")
    return str(row[0])


def step(database: psycopg.Connection, stream: str, call: str) -> None:
    """Do something to the clocks of a case, as the effect of one more event does."""
    database.execute("update record_stream set head = head + 1 where id = %s", [stream])
    database.execute(f"select {call} from record_stream s where s.id = %s", [stream])


def due(database: psycopg.Connection, stream: str) -> dict[str, str]:
    found = database.execute("select name, due_on::text from casework_clock where stream = %s", [stream])
    return dict(found.fetchall())


PAUSED = "casework_pause_clocks(s, '{statutory}', '2026-09-14')"
TWENTY = {"amount": 20, "unit": "W"}


def test_a_pause_and_an_extension_move_the_end(database: psycopg.Connection) -> None:
    case = a_case(database, "2026-09-07", {"statutory": TWENTY})
    assert due(database, case) == {"statutory": "2026-10-10"}
    step(database, case, "casework_pause_clocks(s, '{statutory,promise}', '2026-09-14')")
    step(database, case, "casework_resume_clocks(s, '{statutory,promise}', '2026-09-28')")
    assert due(database, case) == {"statutory": "2026-10-23"}
    step(database, case, "casework_extend_clocks(s, '{statutory}', 10)")
    assert due(database, case) == {"statutory": "2026-11-06"}
    step(database, case, "casework_pause_clocks(s, '{statutory}', '2026-11-02')")
    step(database, case, "casework_resume_clocks(s, '{statutory}', '2026-11-02')")
    assert due(database, case) == {"statutory": "2026-11-06"}
    step(database, case, 'casework_start_clocks(s, \'2026-09-07\', \'{"statutory": {"amount": 20, "unit": "W"}}\')')
    assert due(database, case) == {"statutory": "2026-10-10"}


def test_a_limit_that_the_law_does_not_set_starts_no_clock(database: psycopg.Connection) -> None:
    limits = {"statutory": None, "promise": {"amount": 0, "unit": "I"}, "link": {"amount": 1, "unit": "M"}}
    assert due(database, a_case(database, "2026-09-19", limits)) == {"promise": "2026-09-20", "link": "2026-10-19"}


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("casework_resume_clocks(s, '{statutory}', '2026-09-14')", "clock.not_paused"),
        ("casework_pause_clocks(s, '{promise}', '2026-09-14')", "clock.not_running"),
        ("casework_extend_clocks(s, '{promise}', 10)", "clock.not_running"),
        ("casework_extend_clocks(s, '{statutory}', 0)", "limit.malformed"),
        ("casework_extend_clocks(s, '{statutory}', null)", "limit.malformed"),
        (
            PAUSED + ", casework_pause_clocks(s, '{statutory}', '2026-09-15')",
            "clock.paused_already",
        ),
        (
            PAUSED + ", casework_resume_clocks(s, '{statutory}', '2026-09-11')",
            "clock.resumed_before_pause",
        ),
    ],
)
def test_what_cannot_be_done_to_a_clock_is_refused(database: psycopg.Connection, call: str, code: str) -> None:
    case = a_case(database, "2026-09-07", {"statutory": TWENTY})
    with pytest.raises(psycopg.Error, match=code.replace(".", r"\.")), database.transaction():
        step(database, case, call)
    assert due(database, case) == {"statutory": "2026-10-10"}


def test_a_clock_that_stops_while_it_stands_still_leaves_the_pause_out(database: psycopg.Connection) -> None:
    case = a_case(database, "2026-09-07", {"statutory": TWENTY})
    step(database, case, "casework_pause_clocks(s, '{statutory}', '2026-09-14')")
    database.execute("update record_stream set at = '2026-09-28 12:00+08' where id = %s", [case])
    step(database, case, "casework_stop_clocks(s, '{statutory,promise}')")
    found = database.execute(
        "select paused_days, paused_on, stopped_on::text, due_on::text from casework_clock where stream = %s", [case]
    ).fetchone()
    assert found == (10, None, "2026-09-28", "2026-10-23")
