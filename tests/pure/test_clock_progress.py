"""What is used, left and paused of a period, and the sentences that tell it."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from official_days import official
from yimen.pure.clock_progress import Running, progress
from yimen.pure.due_sentence import History, explain
from yimen.pure.workdays import PeriodOutOfBounds, Unit, ran_out

OFFICIAL = official()
DAYS = st.dates(date(2024, 1, 1), date(2026, 9, 30))
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["W", "N", "M", "I"])


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-09-18", "2026-09-18"),
        ("2026-09-19", "2026-09-20"),  # Saturday; the Sunday after it is worked
        ("2026-10-01", "2026-10-08"),
        ("2026-02-14", "2026-02-14"),  # a make-up Saturday
        ("2025-12-31", "2025-12-31"),
    ],
)
def test_on_the_spot_is_the_same_day_or_the_next_working_day(start: str, due: str) -> None:
    assert OFFICIAL.due(on(start), 0, "I").date == on(due)


def test_on_the_spot_has_no_amount() -> None:
    with pytest.raises(PeriodOutOfBounds):
        OFFICIAL.due(on("2026-03-02"), 1, "I")
    with pytest.raises(PeriodOutOfBounds):
        OFFICIAL.due(on("2026-03-02"), 5, "W", -1)


def test_a_pause_and_an_extension_move_the_end_by_their_working_days() -> None:
    start = on("2026-09-07")
    paused = OFFICIAL.days(on("2026-09-14"), on("2026-09-28"), "W")
    assert paused == 10
    assert OFFICIAL.due(start, 20, "W").date == on("2026-10-10")
    assert OFFICIAL.due(start, 20, "W", paused).date == on("2026-10-23")
    assert OFFICIAL.due(start, 20, "W", paused + 10).date == on("2026-11-06")


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-09-18T16:59:59.999", "2026-09-18"),
        ("2026-09-18T17:00:00", "2026-09-20"),
        ("2026-09-18T23:59:59.999", "2026-09-20"),
        ("2026-09-19T00:00:00", "2026-09-20"),
        ("2026-09-20T08:00:00", "2026-09-20"),
        ("2026-09-30T23:00:00", "2026-10-08"),
        ("2025-12-31T20:00:00", "2026-01-04"),
    ],
)
def test_what_comes_after_closing_or_on_a_day_of_rest_is_received_on_the_next_working_day(at: str, day: str) -> None:
    assert OFFICIAL.received(datetime.fromisoformat(at), closes=time(17)) == on(day)


def test_without_closing_time_the_day_ends_at_midnight() -> None:
    assert OFFICIAL.received(datetime.fromisoformat("2026-09-18T23:59:59.999")) == on("2026-09-18")
    assert OFFICIAL.received(datetime.fromisoformat("2026-09-19T00:00")) == on("2026-09-20")


def test_a_period_runs_out_when_its_last_day_is_over() -> None:
    due, last = on("2026-09-24"), datetime.fromisoformat("2026-09-24T23:59:59.999")
    first = datetime.fromisoformat("2026-09-25T00:00")
    assert not ran_out(due=due, now=last)
    assert ran_out(due=due, now=first)
    assert not ran_out(due=due, now=first, answered_on=due)
    assert ran_out(due=due, now=first, answered_on=on("2026-09-25"))


def test_a_pause_is_neither_used_nor_left() -> None:
    clock = Running(starts_on=on("2026-09-07"), unit="W", due_on=on("2026-10-23"), paused_days=10)
    how = progress(clock, today=on("2026-09-29"), calendar=OFFICIAL)
    assert (how.used, how.left, how.over, how.paused, how.allowed) == (6, 14, 0, 10, 20)
    standing = Running(starts_on=on("2026-09-07"), unit="W", due_on=on("2026-10-10"), paused_on=on("2026-09-14"))
    for today in ("2026-09-14", "2026-09-28", "2026-12-01"):
        how = progress(standing, today=on(today), calendar=OFFICIAL)
        assert (how.used, how.left, how.over, how.allowed) == (5, 15, 0, 20)
        assert how.standing_still


def test_what_was_over_is_told_apart() -> None:
    clock = Running(starts_on=on("2026-03-02"), unit="W", due_on=on("2026-03-09"), stopped_on=on("2026-03-11"))
    how = progress(clock, today=on("2026-06-01"), calendar=OFFICIAL)
    assert (how.used, how.left, how.over, how.allowed, how.stopped) == (7, 0, 2, 5, True)


@given(DAYS, st.integers(1, 60), st.sampled_from(["W", "N"]), st.integers(0, 120), st.integers(0, 30))
def test_used_and_left_are_what_is_allowed(start: date, amount: int, unit: Unit, later: int, paused: int) -> None:
    due = OFFICIAL.due(start, amount, unit, paused)
    clock = Running(starts_on=start, unit=unit, due_on=due.date, paused_days=paused)
    today = start + timedelta(days=later)
    how = progress(clock, today=today, calendar=OFFICIAL)
    rolled = OFFICIAL.days(due.steps.rolled_from, due.date, unit) if due.steps.rolled_from else 0
    if OFFICIAL.days(start, today, unit) >= paused:  # the pause lies within the time so far
        assert how.allowed == amount + rolled
    assert how.left == 0 or how.over == 0


@given(DAYS, UNITS, st.integers(1, 24), st.integers(0, 20))
def test_every_date_has_a_sentence_that_names_it(start: date, unit: Unit, amount: int, paused: int) -> None:
    due = OFFICIAL.due(start, 0 if unit == "I" else amount, unit, paused)
    told = explain(due, start="received", history=History(paused_days=paused))
    day = due.date
    assert f"{day.year}年{day.month}月{day.day}日" in told.zh
    assert f"{day.day} {day:%B} {day.year}" in told.en


def test_the_sentences_tell_what_happened_to_a_clock() -> None:
    due = OFFICIAL.due(on("2026-09-21"), 5, "W", 12)
    history = History(
        filed_on=on("2026-09-19"), paused_days=2, extended=10, paused_on=on("2026-10-09"), was=on("2026-10-20")
    )
    told = explain(due, start="received", history=history)
    assert "2026年9月19日（星期六）提交时不在工作时间，按下一个工作日2026年9月21日（星期一）收到计算。" in told.zh
    assert "第 5 个工作日，加上暂停期间不计的 2 个工作日和经批准延长的 10 个工作日，是" in told.zh
    assert "计时自2026年10月9日（星期五）起暂停" in told.zh
    assert "到期日由2026年10月20日（星期二）改为" in told.zh
    assert (
        "working day 5 (and 2 working days on which the clock stood still and 10 working days that were added by approval)"
        in told.en
    )
    assert "outside working time" in told.en
    assert "the date was Tuesday 20 October 2026 and is now" in told.en


def test_on_the_spot_is_told() -> None:
    same = explain(OFFICIAL.due(on("2026-09-18"), 0, "I"), start="accepted")
    assert same.zh == "当场办结：受理日当天，2026年9月18日（星期五）。"
    moved = explain(OFFICIAL.due(on("2026-10-01"), 0, "I"), start="received")
    assert "该日为休息日，顺延至2026年10月8日（星期四）" in moved.zh
    assert "so the next working day, Thursday 8 October 2026" in moved.en
