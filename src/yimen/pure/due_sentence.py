"""The sentences that explain a date, in both languages, from the steps that led to it: a clerk can read them out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from yimen.pure.statutory_days import Name
from yimen.pure.workdays import Due, Span, Steps

StartEvent = Literal[
    "received",
    "corrected",
    "correction_asked",
    "accepted",
    "passed_on",
    "sent_back",
    "examined",
    "decided",
    "sealed",
    "returned",
    "lost",
    "delivered",
]

_START: Final[Mapping[StartEvent, Name]] = {
    "received": Name("收到申请材料之日", "the day of receipt"),
    "corrected": Name("收到补正材料之日", "the day the corrected papers were received"),
    "correction_asked": Name("告知补正之日", "the day the correction was asked for"),
    "accepted": Name("受理日", "the day of acceptance"),
    "passed_on": Name("逾期未答复、转入审查之日", "the day it went on to the examiner because nobody had answered"),
    "sent_back": Name("退回重新审查之日", "the day it was sent back to be examined again"),
    "examined": Name("审查完成之日", "the day the examination ended"),
    "decided": Name("作出决定之日", "the day of the decision"),
    "sealed": Name("证照制成之日", "the day the certificate was ready"),
    "returned": Name("邮件退回窗口之日", "the day the parcel came back"),
    "lost": Name("登记邮件遗失之日", "the day the parcel was noted as lost"),
    "delivered": Name("结果送达之日", "the day the result was delivered"),
}
_WEEKDAYS_ZH: Final = "一二三四五六日"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened to a clock besides running: filed before the day it counts from, extended, stood
    still, or counted again after the calendar changed.
    """

    filed_on: date | None = None
    extended: int = 0
    paused_days: int = 0
    paused_on: date | None = None
    was: date | None = None


NOTHING: Final = History()


def explain(due: Due, *, start: StartEvent, history: History = NOTHING) -> Name:
    """Return why a period ends on its date, in Chinese and in English."""
    told = [
        _received_later(due.steps, history),
        _counted(due, _START[start], history),
        _standing_still(history),
        _changed(due, history),
        _provisional(due.steps),
    ]
    return Name("".join(one.zh for one in told if one), " ".join(one.en for one in told if one))


def day_zh(day: date, *about: str) -> str:
    """Return a date as it is read out in Chinese, with what it is."""
    weekday = f"星期{_WEEKDAYS_ZH[day.weekday()]}"
    return f"{day.year}年{day.month}月{day.day}日（{'，'.join((weekday, *about))}）"


def day_en(day: date) -> str:
    """Return a date as it is read out in English."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def _received_later(steps: Steps, history: History) -> Name | None:
    if history.filed_on is None or history.filed_on >= steps.start:
        return None
    return Name(
        f"{day_zh(history.filed_on)}提交时不在工作时间，按下一个工作日{day_zh(steps.start)}收到计算。",
        f"What was filed on {day_en(history.filed_on)}, outside working time,"
        f" counts as received on the next working day, {day_en(steps.start)}.",
    )


def _counted(due: Due, event: Name, history: History) -> Name:
    if due.steps.unit == "W":
        return _working_days(due, event, history)
    if due.steps.unit == "I":
        return _on_the_spot(due, event, history)
    return _rolled(due, event, history)


def _working_days(due: Due, event: Name, history: History) -> Name:
    steps = due.steps
    zh = f"从{day_zh(steps.start, event.zh, '当天不算')}起，第 {steps.amount} 个工作日{_added_zh(steps, history)}"
    zh += f"是{day_zh(due.date)}。周末不算"
    en = f"{day_en(due.date)} is working day {steps.amount}{_added_en(steps, history)} after {day_en(steps.start)}"
    en += f" ({event.en}, which does not count). Weekends do not count"
    if steps.rested:
        zh += f"，{'、'.join(_span_zh(span) for span in steps.rested)}放假不算"
        en += f", nor do {_list_en(_span_en(span) for span in steps.rested)}"
    if steps.made_up:
        zh += f"，调休上班的{'、'.join(map(day_zh, steps.made_up))}算"
        en += f"; the make-up working {'day' if len(steps.made_up) == 1 else 'days'}"
        en += f" {_list_en(map(day_en, steps.made_up))} {'does' if len(steps.made_up) == 1 else 'do'}"
    return Name(zh + "。", en + ".")


def _on_the_spot(due: Due, event: Name, history: History) -> Name:
    steps = due.steps
    zh, en = (
        f"当场办结：{event.zh}当天，{day_zh(steps.start)}",
        f"On the spot: {event.en} itself, {day_en(steps.start)}",
    )
    if steps.more:
        zh += f"{_added_zh(steps, history)}，是{day_zh(due.date)}"
        en += f"{_added_en(steps, history)}, which is {day_en(due.date)}"
    elif steps.rolled_from or due.date != steps.start:
        zh += f"，该日为休息日，顺延至{day_zh(due.date)}"
        en += f"; it is a day of rest, so the next working day, {day_en(due.date)}"
    return Name(zh + "。", en + ".")


def _rolled(due: Due, event: Name, history: History) -> Name:
    steps = due.steps
    nominal = steps.rolled_from or due.date
    length_zh = f"第 {steps.amount} 日" if steps.unit == "N" else f"满 {steps.amount} 个月"
    months = "month" if steps.amount == 1 else "months"
    length_en = f"day {steps.amount}" if steps.unit == "N" else f"{steps.amount} {months}"
    zh = f"从{day_zh(steps.start, event.zh, '当天不算')}起，{length_zh}{_added_zh(steps, history)}是{day_zh(nominal)}"
    en = f"{day_en(nominal)} is {length_en}{_added_en(steps, history)} after {day_en(steps.start)}"
    en += f" ({event.en}, which does not count)"
    if steps.rolled_from:
        names = list(dict.fromkeys(span.name for span in steps.rested))
        feast_zh = f"（{'、'.join(name.zh for name in names)}）" if names else ""
        feast_en = f" ({_list_en(name.en for name in names)})" if names else ""
        zh += f"，该日为休息日{feast_zh}，顺延至{day_zh(due.date)}"
        en += f"; it is a day of rest{feast_en}"
        en += f", so the period ends on the next working day, {day_en(due.date)}"
    return Name(zh + "。", en + ".")


def _added_zh(steps: Steps, history: History) -> str:
    unit = "个工作日" if steps.unit in ("W", "I") else "日"
    told = [f"暂停期间不计的 {history.paused_days} {unit}"] if history.paused_days else []
    told += [f"经批准延长的 {history.extended} {unit}"] if history.extended else []
    return f"，加上{'和'.join(told)}，" if told else ""


def _added_en(steps: Steps, history: History) -> str:
    working = "working " if steps.unit in ("W", "I") else ""
    told = []
    for count, why in ((history.paused_days, "the clock stood still"), (history.extended, "were added by approval")):
        if count:
            days = "day" if count == 1 else "days"
            told.append(f"{count} {working}{days} " + (f"on which {why}" if why.startswith("the") else f"that {why}"))
    return f" (and {' and '.join(told)})" if told else ""


def _standing_still(history: History) -> Name | None:
    if history.paused_on is None:
        return None
    return Name(
        f"计时自{day_zh(history.paused_on)}起暂停，恢复后到期日按暂停的天数顺延。",
        f"The clock has stood still since {day_en(history.paused_on)};"
        " when it runs on, the date moves by the days on which it stood still.",
    )


def _changed(due: Due, history: History) -> Name | None:
    if history.was is None or history.was == due.date:
        return None
    return Name(
        f"放假安排公布或调整后重新计算，到期日由{day_zh(history.was)}改为{day_zh(due.date)}。",
        f"The official days off were published or changed since: the date was {day_en(history.was)}"
        f" and is now {day_en(due.date)}.",
    )


def _provisional(steps: Steps) -> Name | None:
    if not steps.provisional_years:
        return None
    return Name(
        f"{'、'.join(f'{year} 年' for year in steps.provisional_years)}"
        "放假安排尚未公布，暂按周末和法定节假日推算，公布后重新计算。",
        f"The official days off of {' and '.join(map(str, steps.provisional_years))} are not published yet:"
        " the date is provisional, from weekends and statutory holidays, and will be computed again.",
    )


def _span_zh(span: Span) -> str:
    first = f"{span.name.zh}{span.first.year}年{span.first.month}月{span.first.day}日"
    return first if span.first == span.last else f"{first}至{span.last.month}月{span.last.day}日"


def _span_en(span: Span) -> str:
    if span.first == span.last:
        return f"{span.name.en} ({span.first.day} {span.first:%B})"
    return f"{span.name.en} ({span.first.day} {span.first:%B} to {span.last.day} {span.last:%B})"


def _list_en(words: Iterable[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last
