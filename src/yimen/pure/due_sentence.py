"""The sentence that explains a date, in both languages, from the steps that led to it."""

from collections.abc import Iterable
from typing import Literal

from yimen.pure.statutory_days import Name
from yimen.pure.workdays import Due, Span, Steps

StartEvent = Literal["received", "accepted", "examined", "decided"]

_START: dict[StartEvent, Name] = {
    "received": Name("收到申请材料之日", "the day of receipt"),
    "accepted": Name("受理日", "the day of acceptance"),
    "examined": Name("审查完成之日", "the day the examination ended"),
    "decided": Name("作出决定之日", "the day of the decision"),
}


def explain(due: Due, *, start: StartEvent) -> Name:
    """Return why a period ends on its date, in Chinese and in English."""
    steps = due.steps
    event = _START[start]
    if steps.unit == "W":
        zh, en = _working_days(due, event)
    else:
        zh, en = _rolled(due, event)
    if steps.provisional_years:
        years_zh = "、".join(f"{year} 年" for year in steps.provisional_years)
        years_en = " and ".join(str(year) for year in steps.provisional_years)
        zh += f"{years_zh}放假安排尚未公布，暂按周末和法定节假日推算，公布后重新计算。"
        en += (
            f" The official days off of {years_en} are not published yet: the date is provisional,"
            " from weekends and statutory holidays, and will be computed again."
        )
    return Name(zh, en)


def _working_days(due: Due, event: Name) -> tuple[str, str]:
    steps = due.steps
    zh = f"自 {steps.start}（{event.zh}，不计入）起第 {steps.amount} 个工作日为 {due.date}；"
    zh += "其间周末不计"
    en = f"{due.date} is working day {steps.amount} after {steps.start}"
    en += f" ({event.en}, which does not count)."
    en += " Weekends do not count"
    if steps.rested:
        zh += f"，{'、'.join(_span_zh(span) for span in steps.rested)} 放假不计"
        en += f", nor do {_list_en(_span_en(span) for span in steps.rested)}"
    if steps.made_up:
        zh += f"，调休上班的 {'、'.join(map(str, steps.made_up))} 计入"
        en += f"; the make-up working {'day' if len(steps.made_up) == 1 else 'days'}"
        en += f" {_list_en(map(str, steps.made_up))} {'does' if len(steps.made_up) == 1 else 'do'}"
    return zh + "。", en + "."


def _rolled(due: Due, event: Name) -> tuple[str, str]:
    steps = due.steps
    nominal = steps.rolled_from or due.date
    zh = f"自 {steps.start}（{event.zh}，不计入）起{_length_zh(steps)} {nominal}"
    en = f"{nominal} is {_length_en(steps)} after {steps.start} ({event.en}, which does not count)"
    if steps.rolled_from:
        names = list(dict.fromkeys(span.name for span in steps.rested))
        feast_zh = f"（{'、'.join(name.zh for name in names)}）" if names else ""
        feast_en = f" ({_list_en(name.en for name in names)})" if names else ""
        zh += f"，该日为休息日{feast_zh}，顺延至 {due.date}"
        en += f"; it is a day of rest{feast_en}"
        en += f", so the period ends on the next working day, {due.date}"
    return zh + "。", en + "."


def _length_zh(steps: Steps) -> str:
    return f"第 {steps.amount} 日为" if steps.unit == "N" else f"满 {steps.amount} 个月为"


def _length_en(steps: Steps) -> str:
    if steps.unit == "N":
        return f"day {steps.amount}"
    return f"{steps.amount} {'month' if steps.amount == 1 else 'months'}"


def _span_zh(span: Span) -> str:
    return f"{span.name.zh} {span.first}" + ("" if span.first == span.last else f" 至 {span.last}")


def _span_en(span: Span) -> str:
    return f"{span.name.en} ({span.first}" + (")" if span.first == span.last else f" to {span.last})")


def _list_en(words: Iterable[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last
