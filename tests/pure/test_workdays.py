from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from official_days import VECTORS, official
from yimen.pure.due_sentence import StartEvent, explain
from yimen.pure.statutory_days import MID_AUTUMN, Name, statutory_days
from yimen.pure.workdays import ArrangedDay, Calendar, PeriodOutOfBounds, Unit

OFFICIAL = official()
PLAIN = Calendar()
DAYS = st.dates(date(2024, 1, 1), date(2026, 10, 31))


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(("amount", "unit", "start", "due"), VECTORS)
def test_periods_end_where_the_arrangements_say(amount: int, unit: Unit, start: str, due: str) -> None:
    found = OFFICIAL.due(on(start), amount, unit)
    assert found.date == on(due)
    assert not found.provisional


def test_days_excluded_and_added_move_the_date_by_their_number() -> None:
    excluded = OFFICIAL.working_days(on("2026-09-14"), on("2026-09-28"))
    assert excluded == 10
    assert OFFICIAL.due(on("2026-09-07"), 20 + excluded, "W").date == on("2026-10-23")
    assert OFFICIAL.due(on("2026-09-07"), 20 + excluded + 10, "W").date == on("2026-11-06")


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_published_years_have_their_working_days(year: int, count: int) -> None:
    assert OFFICIAL.working_days(date(year - 1, 12, 31), date(year, 12, 31)) == count


def test_our_calendar_says_what_the_published_arrangements_say() -> None:
    day = date(2024, 1, 1)
    while day.year <= 2026:
        assert OFFICIAL.working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_date_rules_agree_with_the_published_arrangements(year: int) -> None:
    known = statutory_days(year)
    assert len(known) >= 12
    for day, name in known.items():
        # 2024 still followed the old rule, under which the eve and 2 May were not statutory.
        if year > 2024 or day not in (date(2024, 2, 9), date(2024, 5, 2)):
            assert not OFFICIAL.working(day), (day, name)


def test_qingming_and_the_moon_are_known_ahead() -> None:
    assert statutory_days(2027)[on("2027-04-05")].zh == "清明节"
    assert statutory_days(2028)[on("2028-04-04")].zh == "清明节"
    assert statutory_days(2027)[on("2027-09-15")] == MID_AUTUMN
    assert statutory_days(2027)[on("2027-02-05")].zh == "春节"
    assert len(statutory_days(2027)) == 13
    assert MID_AUTUMN not in statutory_days(2060).values()
    assert len(statutory_days(2060)) == 7


def test_a_date_in_an_unpublished_year_is_provisional_and_says_so() -> None:
    due = OFFICIAL.due(on("2026-12-20"), 20, "W")
    assert due.provisional
    assert due.date == on("2027-01-18")
    assert due.steps.provisional_years == (2027,)
    sentence = explain(due, start="accepted")
    assert "2027 年放假安排尚未公布" in sentence.zh
    assert "provisional" in sentence.en


def test_only_days_that_matter_make_a_date_provisional() -> None:
    assert not OFFICIAL.due(on("2026-12-30"), 1, "W").provisional
    assert OFFICIAL.due(on("2026-12-31"), 1, "W").provisional
    assert OFFICIAL.due(on("2026-12-01"), 1, "M").provisional
    # Natural days in between are counted whatever they are; only the last one is looked at.
    assert not Calendar(years=[2028]).due(on("2027-12-01"), 40, "N").provisional


def test_the_sentence_names_what_was_skipped_and_what_was_counted() -> None:
    sentence = explain(OFFICIAL.due(on("2026-09-18"), 20, "W"), start="accepted")
    assert sentence.zh == (
        "从2026年9月18日（星期五，受理日，当天不算）起，第 20 个工作日是2026年10月22日（星期四）。周末不算，"
        "中秋节2026年9月25日至9月27日、国庆节2026年10月1日至10月7日放假不算，"
        "调休上班的2026年9月20日（星期日）、2026年10月10日（星期六）算。"
    )
    assert sentence.en == (
        "Thursday 22 October 2026 is working day 20 after Friday 18 September 2026 (the day of acceptance,"
        " which does not count). Weekends do not count, nor do Mid-Autumn Festival (25 September to 27 September)"
        " and National Day (1 October to 7 October); the make-up working days Sunday 20 September 2026 and"
        " Saturday 10 October 2026 do."
    )


@pytest.mark.parametrize("start", ["received", "accepted", "decided"])
def test_the_sentence_says_from_which_step_it_counts(start: StartEvent) -> None:
    sentence = explain(OFFICIAL.due(on("2026-03-02"), 5, "W"), start=start)
    words = {"received": "收到申请材料之日", "accepted": "受理日", "decided": "作出决定之日"}
    assert words[start] in sentence.zh


def test_the_sentence_says_when_the_last_day_moved() -> None:
    rolled = OFFICIAL.due(on("2026-09-21"), 10, "N")
    sentence = explain(rolled, start="received")
    assert "第 10 日是2026年10月1日（星期四），该日为休息日（国庆节），顺延至2026年10月8日（星期四）" in sentence.zh
    assert "the next working day, Thursday 8 October 2026" in sentence.en
    weekend = explain(OFFICIAL.due(on("2026-03-02"), 5, "N"), start="received")
    assert "该日为休息日，顺延至2026年3月9日（星期一）" in weekend.zh
    month = explain(OFFICIAL.due(on("2026-01-31"), 1, "M"), start="received")
    assert month.zh == "从2026年1月31日（星期六，收到申请材料之日，当天不算）起，满 1 个月是2026年2月28日（星期六）。"


@pytest.mark.parametrize(("amount", "unit"), [(0, "W"), (-1, "N"), (2001, "W"), (121, "M")])
def test_periods_out_of_bounds_are_refused(amount: int, unit: Unit) -> None:
    with pytest.raises(PeriodOutOfBounds):
        OFFICIAL.due(on("2026-03-02"), amount, unit)


def test_an_arrangement_that_contradicts_itself_is_refused() -> None:
    day = ArrangedDay(day=on("2026-01-01"), work=False, name=Name("元旦", "New Year's Day"))
    with pytest.raises(ValueError, match="not said to be published"):
        Calendar([day])
    with pytest.raises(ValueError, match="twice"):
        Calendar([day, day], years=[2026])
    monday = ArrangedDay(day=on("2026-03-02"), work=True, name=day.name)
    with pytest.raises(ValueError, match="make-up"):
        Calendar([monday], years=[2026])


@given(DAYS, st.integers(1, 40))
def test_a_period_of_working_days_ends_on_one_and_holds_that_many(start: date, amount: int) -> None:
    due = OFFICIAL.due(start, amount, "W")
    assert OFFICIAL.working(due.date)
    assert OFFICIAL.working_days(start, due.date) == amount


@given(DAYS, st.integers(1, 40), st.integers(1, 40))
def test_two_periods_in_a_row_are_one(start: date, one: int, other: int) -> None:
    middle = OFFICIAL.due(start, one, "W").date
    assert OFFICIAL.due(middle, other, "W").date == OFFICIAL.due(start, one + other, "W").date


@given(DAYS, st.integers(1, 40), st.sampled_from(["W", "N", "M"]))
def test_a_later_start_never_ends_earlier(start: date, amount: int, unit: Unit) -> None:
    tomorrow = start + timedelta(days=1)
    assert OFFICIAL.due(start, amount, unit).date <= OFFICIAL.due(tomorrow, amount, unit).date


@given(DAYS, st.integers(1, 60), st.sampled_from(["N", "M"]))
def test_natural_periods_end_on_a_working_day_not_before_their_time(start: date, amount: int, unit: Unit) -> None:
    due = OFFICIAL.due(start, amount, unit)
    assert OFFICIAL.working(due.date)
    nominal = due.steps.rolled_from or due.date
    assert nominal <= due.date
    if due.steps.rolled_from:
        assert not OFFICIAL.working(nominal)


@given(DAYS, st.integers(1, 40))
def test_steps_account_for_every_day(start: date, amount: int) -> None:
    steps = (due := OFFICIAL.due(start, amount, "W")).steps
    rested = {
        span.first + timedelta(days=step) for span in steps.rested for step in range((span.last - span.first).days + 1)
    }
    counted = 0
    for step in range(1, (due.date - start).days + 1):
        day = start + timedelta(days=step)
        counted += day in steps.made_up or (day.weekday() < 5 and day not in rested)
    assert counted == amount


@given(st.dates(date(2030, 1, 1), date(2090, 1, 1)), st.integers(1, 100))
def test_years_nobody_arranged_still_count_and_are_provisional(start: date, amount: int) -> None:
    assert PLAIN.due(start, amount, "W").provisional
