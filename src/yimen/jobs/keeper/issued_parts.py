"""The parts of which issued papers are built, each in both languages: a text, rows with what they are, a numbered list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from django.conf import settings

from yimen.pure.due_sentence import StartEvent, day_en, day_zh, explain
from yimen.pure.issued import Line
from yimen.pure.workdays import Calendar

Source = Mapping[str, Any]
LICENSING: Final = "《中华人民共和国行政许可法》"
LICENSING_EN: Final = "Administrative Licensing Law"
SIGNED: Final = ("签收人", "Received by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A text or a note in smaller type (zh, en), or rows or numbered items under a title (zh, en) or none."""

    form: Literal["text", "note", "rows", "items"]
    zh: str = ""
    en: str = ""
    rows: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a paper says, from the head to the place where it is signed for (by whom, in both languages; or nobody)."""

    blocks: tuple[Block, ...]
    signed_by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What every paper asks of its source: the item in quotes, days with why, the remedies."""

    source: Source
    days: Calendar

    @property
    def limits(self) -> Mapping[str, Any]:
        limits: Mapping[str, Any] = self.source["body"]["limits"]
        return limits

    @property
    def item_zh(self) -> str:
        return f"“{self.source['item']['name_zh']}”"

    @property
    def item_en(self) -> str:
        return f'"{self.source["item"]["name_en"]}"'

    @property
    def basis(self) -> Line:
        body = self.source["body"]
        return line("事项依据", "Legal basis of the item", body["basis_zh"], body.get("basis_en", ""))

    def day(self, name: str) -> date:
        return date.fromisoformat(self.source[name])

    def due(self, limit: Mapping[str, Any], start: date, event: StartEvent, zh: str, en: str) -> tuple[Line, Block]:
        """The last day of a period as a row, and the sentence that explains it."""
        due = self.days.due(start, limit["amount"], limit["unit"])
        why = explain(due, start=event)
        return day_line(zh, en, due.date), note(f"{zh}的计算：{why.zh}", f"{en}: {why.en}")

    def who(self) -> list[Line]:
        """Applicant (and whoever acts for her), item and case: the first rows of every paper."""
        source, who = self.source, self.source["applicant"]
        rows = [line("申请人", "Applicant", who["name_zh"], _also(who["name_zh"], who["name_en"]))]
        if who["code"]:
            rows.append(line("统一社会信用代码", "Credit code", who["code"]))
            rows.append(line("法定代表人", "Representative", who["representative"]))
        if source["agent"]:
            rows.append(line("代办人", "Agent by mandate", source["agent"]))
        item = source["item"]
        return [
            *rows,
            line("事项", "Item", item["name_zh"], item["name_en"]),
            line("事项编码", "Code of the item", f"{item['code']}（第 {item['version']} 版）"),
            line("办件编号", "Case number", source["case"]),
        ]

    def remedies(self, *, zh: str = "本决定", en: str = "this decision") -> Block:
        """Where to turn against a decision, with periods; and that against no answer at all, reconsideration comes first."""
        city = self.source["city"]
        return text(
            f"如不服{zh}，可以自收到之日起六十日内，依法向{city['name_zh']}人民政府（依法实行垂直领导的机关以及税务、国家安全机关，"
            "向其上一级主管部门）申请行政复议（《中华人民共和国行政复议法》第二十条）；也可以自收到之日起六个月内，依法直接向人民法院"
            "提起行政诉讼（《中华人民共和国行政诉讼法》第四十六条）。",
            f"Against {en} you may ask the People's Government of {city['name_en']} (for agencies under vertical leadership, tax and "
            "state security: the competent authority above) for administrative reconsideration within 60 days of receiving it "
            "(Administrative Reconsideration Law, art. 20), or bring an action before a people's court within six months "
            "(Administrative Litigation Law, art. 46).",
        )

    def failure(self) -> Block:
        return text(
            "对行政机关未在法定期限内作出答复、决定（未履行法定职责）不服的，应当先申请行政复议；对行政复议决定不服的，再依法提起行政诉讼"
            "（《中华人民共和国行政复议法》第十一条第十一项、第二十三条第一款第三项）。",
            "Against a failure to act or to answer in time, administrative reconsideration comes first; an action before a court lies "
            "only against the outcome of reconsideration (Administrative Reconsideration Law, arts 11(11) and 23(1)(3)).",
        )


def text(zh: str, en: str) -> Block:
    return Block(form="text", zh=zh, en=en)


def note(zh: str, en: str) -> Block:
    return Block(form="note", zh=zh, en=en)


def rows(*lines: Line, zh: str = "", en: str = "") -> Block:
    return Block(form="rows", zh=zh, en=en, rows=lines)


def items(zh: str, en: str, lines: list[Line]) -> Block:
    return Block(form="items", zh=zh, en=en, rows=tuple(lines))


def line(zh: str, en: str, value: str, also: str = "") -> Line:
    return Line(zh=zh, en=en, value=value, also=also)


def day_line(zh: str, en: str, day: date) -> Line:
    return line(zh, en, day_zh(day), day_en(day))


def time_line(zh: str, en: str, at: str) -> Line:
    moment = datetime.fromisoformat(at).astimezone(ZoneInfo(settings.CITY_TIME_ZONE))
    return line(zh, en, f"{day_zh(moment.date())}{moment:%H:%M:%S}", f"{moment:%Y-%m-%d %H:%M:%S} UTC{moment:%z}")


def person_line(zh: str, en: str, clerk: Mapping[str, Any] | None) -> Line:
    """The clerk at the window by name and number; online, the system that took it in by itself."""
    if clerk is None:
        return line(zh, en, "一门政务服务系统自动接收（网上办理）", "Taken in by the system (online)")
    return line(zh, en, f"{clerk['name']}（工号 {clerk['staff_no']}）", f"Staff number {clerk['staff_no']}")


def _also(zh: str, en: str) -> str:
    return "" if en == zh else en
