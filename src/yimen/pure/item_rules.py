"""
The rules an item must keep before it can be published, each with its code.

R1 to R12 are those by which item records are audited in practice (domain 1.4); D1 to D5 and the rules of single fields
(F1 to F7) are ours. A finding names the item, the kind of row, its place, the field, the rule, and what would satisfy it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from sys import intern
from typing import Final

from yimen.pure.identifiers import IdentifierError, check_implementation_code, check_item_code
from yimen.pure.item_fields import LONGEST, MOST_ROWS, OF_AN_ITEM, SEVERAL, SHEETS, SIXTEEN, Field
from yimen.pure.workdays import PERIODS

Row = Mapping[str, str]
# Elements that every item must say, each with the fields that say it; `materials`: at least one.
Profile = Mapping[str, Sequence[str]]

# What would satisfy each rule.
SATISFIED_BY: Final[Mapping[str, tuple[str, str]]] = {
    "F1": ("填写此字段", "fill in this field"),
    "F2": ("使用代码表中的值", "use a value of the code list"),
    "F3": ("填写不小于 0 的整数", "a whole number, not below 0"),
    "F4": (f"缩短到国家字段长度以内；未规定长度的，不超过 {LONGEST} 字", f"shorten it to what the national column takes, or to {LONGEST:,} characters where it names no limit"),
    "F5": ("按年-月-日填写日期", "a date as year-month-day"),
    "F6": ("编码须符合校验并逐级包含：12、31、33 位", "codes of 12, 31 and 33 characters that pass their check and build on each other"),
    "F7": (f"材料、收费、问答各不超过 {MOST_ROWS} 行", f"no more than {MOST_ROWS} rows of a kind"),
    "R1": ("承诺时限、办件类型和审查类型一致：即办须三者皆为即办", "promise, kind of case and kind of examination agree: on the spot in all three or in none"),
    "R2": ("结果名称以“证”“照”结尾为出证办结，以“批复”结尾为审批办结，其他以“文”“书”结尾为出文办结", "a result called 证 or 照 ends with a certificate, 批复 with an approval, other 文 or 书 with a document"),
    "R3": ("到现场次数大于 0 须说明原因，等于 0 不得有原因", "a reason if there are visits, and none if there are not"),
    "R4": ("到现场次数为 0 而不能网办的，办理形式须含快递申请", "with no visit and nothing online it is applied for by express"),
    "R5": ("全程网办（Ⅳ级）的到现场次数须为 0", "what is online as a whole needs no visit"),
    "R6": ("收费须有依据和收费项目", "a fee has a basis and its lines"),
    "R7": ("咨询和投诉电话须带区号且不相同", "telephones with area code to ask and to complain, not the same"),
    "R8": ("主题分类须与服务对象一致", "themes for persons if it is for persons, for organisations if for organisations"),
    "R9": ("行政许可须至少有一个常见问题", "a licence has at least one question with its answer"),
    "R10": ("办理流程至少写明五个环节：受理，审查或审核，审批或决定，办结，送达等", "the procedure names five links or more: 受理, 审查 or 审核, 审批 or 决定, 送达, and 办结 or another"),
    "R11": ("有审批结果的须有名称和样本", "a result has a name and a sample"),
    "R12": ("不收费的不得有收费项目或网上支付", "without a fee neither lines of it nor payment online"),
    "D1": ("承诺时限不得长于法定时限", "the promise is no longer than the limit of the law"),
    "D2": ("每项材料须有依据，不得要求“其他材料”等兜底材料", "each material has a basis, and none is a catch-all such as 其他材料"),
    "D3": ("中介服务须有依据", "intermediary services have a basis"),
    "D4": ("各环节时限之和不得长于承诺时限", "the limits of the links are together no longer than the promise"),
    "D6": ("情形代码为“问题.选项”，不得重复；每个问题至少两个选项，问题文字一致", "a situation's code is QUESTION.ANSWER, there once; a question has two answers or more, and the same words at each"),
    "D7": ("适用情形须为本事项同一问题的情形代码", "situations of this item and of one question"),
    "D8": ("时限须为时钟可计算的：工作日 1 至 2000、自然日 1 至 4000、月 1 至 120，即办为 0 且各环节为 0", "a limit that the clocks count: 1 to 2,000 working days, 1 to 4,000 natural days, 1 to 120 months; on the spot is 0, and so are its links"),
    "D9": ("同一事项中材料、收费的代码不得重复", "no code twice among the materials, or among the fees, of an item"),
    "D10": ("跨省通办为全程网办的，到现场次数须为 0", "what is done online as a whole from another province needs no visit"),
    "D11": ("未进驻大厅的须说明原因，已进驻的不得有原因", "a reason if it is in no hall, and none if it is"),
    "D12": ("已取消的事项须用“取消”办理，不能发布为“取消”状态", "an item is ended by ending it, not by publishing that it has ended"),
    "D5": ("只有政府部门核发的材料可以免提交，并须写明数据来源", "only what the government issues is obtained by sharing, and the source is named"),
    "E": ("补全此项必备要素", "say this, which every item must"),
}  # fmt: skip

# Each of these links is in the procedure of a licence, by one of its names, and five names are.
STEPS: Final = (("受理",), ("审查", "审核"), ("审批", "决定"), ("送达",))
_OTHER_STEPS: Final = ("办结", "制证")
LINKS: Final = ("examining", "deciding", "certifying")
DAYS_OF: Final = {"W": 7 / 5, "N": 1.0, "H": 1 / 24, "M": 30.0, "I": 0.0}
_PHONE: Final = re.compile(r"0[0-9]{2,3}-[0-9]{5,8}")
_SITUATION: Final = re.compile(r"[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{1,40}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_CATCH_ALL: Final = re.compile(r"^(其他|其它)(有关|相关|必要)?(材料|资料|文件)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """An item with the rows that belong to it, each a mapping from field to text."""

    item: Row
    situations: Sequence[Row] = field(default=())
    materials: Sequence[Row] = field(default=())
    fees: Sequence[Row] = field(default=())
    questions: Sequence[Row] = field(default=())

    def said(self, name: str) -> str:
        """Return what a field of the item says, or an empty text."""
        return self.item.get(name, "")

    def rows(self, sheet: str) -> Sequence[Row]:
        """Return the rows of a sheet: of "items" the item's own."""
        found: Sequence[Row] = [self.item] if sheet == "items" else getattr(self, sheet)
        return found

    def as_rows(self) -> dict[str, list[dict[str, str]]]:
        """Return the rows by sheet without what says nothing, as they are stored."""
        return {
            sheet: [{name: value for name, value in row.items() if value} for row in self.rows(sheet)]
            for sheet in SHEETS
        }

    def several(self, name: str) -> list[str]:
        """Return the values of a field of the item that may have several."""
        return [one for one in self.said(name).split(SEVERAL) if one]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that an item breaks: `sheet` and `place` (from 1) say in which row, `name` in which field."""

    item: str
    rule: str
    name: str
    sheet: str = "items"
    place: int = 1

    def satisfied_by(self, language: str) -> str:
        """Return in words (zh or en) what would satisfy the rule."""
        return SATISFIED_BY[self.rule][0 if language == "zh" else 1]

    def as_data(self) -> dict[str, str | int]:
        """Return the finding for programs: the same words wherever one is told."""
        return {
            "item": self.item,
            "rule": self.rule,
            "sheet": self.sheet,
            "place": self.place,
            "field": self.name,
            "satisfied_by_zh": self.satisfied_by("zh"),
            "satisfied_by_en": self.satisfied_by("en"),
        }


def whole_of(stored: Mapping[str, Sequence[Row]]) -> Whole:
    """Return the item whose rows were stored, with an empty text for what they do not say; a row's place is where it stands."""

    def rows(sheet: str) -> list[Row]:
        told: list[Row] = [
            {one.name: intern(str(row.get(one.name, ""))) for one in SHEETS[sheet]} for row in stored.get(sheet, ())
        ]
        return told if sheet == "items" else [{**row, "order": str(place)} for place, row in enumerate(told, 1)]

    return Whole(item=next(iter(rows("items")), {}), **{sheet: rows(sheet) for sheet in OF_AN_ITEM})


def findings(whole: Whole, profile: Profile = SIXTEEN) -> list[Finding]:
    """Return every rule that an item breaks, and each element of a completeness profile that it does not say; it may be published if there is none."""
    return [
        *_of_fields(whole),
        *_of_elements(whole, profile),
        *_of_rules(whole),
        *_of_materials(whole),
        *_of_codes(whole),
        *_of_situations(whole),
    ]


def complete(whole: Whole, profile: Profile = SIXTEEN) -> dict[str, bool]:
    """Return of each element of a completeness profile whether the item says it."""
    return {element: all(_says(whole, name) for name in names) for element, names in profile.items()}


def _says(whole: Whole, name: str) -> bool:
    return bool(whole.materials) if name == "materials" else bool(whole.said(name).strip())


def _of_elements(whole: Whole, profile: Profile) -> Iterator[Finding]:
    """Of each element that is not said, the first field that does not say it."""
    for names in profile.values():
        lacking = [name for name in names if not _says(whole, name)]
        if lacking:
            yield Finding(item=whole.said("handling_code"), rule="E", name=lacking[0])


def _of_fields(whole: Whole) -> Iterator[Finding]:
    for sheet, fields in SHEETS.items():
        if len(whole.rows(sheet)) > MOST_ROWS:
            yield Finding(item=whole.said("handling_code"), rule="F7", name=sheet)
        for place, row in enumerate(whole.rows(sheet), 1):
            for one in fields:
                rule = _wrong(one, row.get(one.name, ""))
                if rule:
                    code = whole.said("handling_code")
                    yield Finding(item=code, rule=rule, name=one.name, sheet=sheet, place=place)


def _wrong(one: Field, value: str) -> str:
    """The rule that a value breaks by itself, or an empty text."""
    if not value.strip():
        return "F1" if one.required else ""
    if len(value) > (one.size or LONGEST):
        return "F4"
    if one.kind == "number":
        return "" if _NUMBER.fullmatch(value) else "F3"
    if one.kind == "date":
        return "" if _is_date(value) else "F5"
    if one.codes:
        values = value.split(SEVERAL) if one.kind == "codes" else [value]
        return "" if set(values) <= set(one.codes) and len(set(values)) == len(values) else "F2"
    return ""


def _is_date(value: str) -> bool:
    try:
        return bool(_DATE.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def _of_rules(whole: Whole) -> Iterator[Finding]:
    for rule, name, kept in _RULES:
        if not kept(whole):
            yield Finding(item=whole.said("handling_code"), rule=rule, name=name)


def _of_materials(whole: Whole) -> Iterator[Finding]:
    for place, row in enumerate(whole.materials, 1):
        code = whole.said("handling_code")
        if not row.get("basis", "").strip() or _CATCH_ALL.match(row.get("name", "")):
            yield Finding(item=code, rule="D2", name="basis", sheet="materials", place=place)
        if row.get("shared_from", "") and row.get("source") != "20":
            yield Finding(item=code, rule="D5", name="shared_from", sheet="materials", place=place)


def _of_codes(whole: Whole) -> Iterator[Finding]:
    """Papers and orders go by their codes, so that two with one code would be satisfied by one paper."""
    for sheet in ("materials", "fees"):
        codes = [row.get("code", "") for row in whole.rows(sheet)]
        for place, one in enumerate(codes, 1):
            if one and one in codes[: place - 1]:
                yield Finding(item=whole.said("handling_code"), rule="D9", name="code", sheet=sheet, place=place)


def _of_situations(whole: Whole) -> Iterator[Finding]:
    code, told = whole.said("handling_code"), [one.get("code", "") for one in whole.situations]
    words: dict[str, set[tuple[str, str]]] = {}
    for row in whole.situations:
        words.setdefault(question_of(row), set()).add((row.get("question", ""), row.get("question_en", "")))
    answers = Counter(map(question_of, whole.situations))
    for place, row in enumerate(whole.situations, 1):
        question = question_of(row)
        sound = _SITUATION.fullmatch(row.get("code", "")) and told.count(row["code"]) == 1
        if not (sound and answers[question] > 1 and len(words[question]) == 1):
            yield Finding(item=code, rule="D6", name="code", sheet="situations", place=place)
    for sheet in ("materials", "fees"):
        for place, row in enumerate(whole.rows(sheet), 1):
            named = situations_of(row)
            if not set(named) <= set(told) or len({one.partition(".")[0] for one in named}) > 1:
                yield Finding(item=code, rule="D7", name="situations", sheet=sheet, place=place)


def question_of(situation: Row) -> str:
    """Return which question of the item a situation answers."""
    return situation.get("code", "").partition(".")[0]


def situations_of(row: Row) -> list[str]:
    """Return the codes of the situations in which a material or a fee is asked for; none where it always is."""
    return [one for one in row.get("situations", "").split(SEVERAL) if one]


def _number(whole: Whole, name: str) -> int:
    value = whole.said(name)
    return int(value) if _NUMBER.fullmatch(value) else 0


def _days(whole: Whole, limit: str) -> float:
    return _number(whole, f"{limit}_amount") * DAYS_OF.get(whole.said(f"{limit}_unit"), 0.0)


def _codes_build(w: Whole) -> bool:
    handling, implementation, basic = (w.said(n) for n in ("handling_code", "implementation_code", "catalogue_code"))
    try:
        check_item_code(basic)
        check_implementation_code(implementation)
        check_implementation_code(handling)
    except IdentifierError:
        return False
    return (
        len(handling) == 33
        and handling[:31] == implementation
        and implementation[19:] == basic
        and implementation[:18] == w.said("agency_code")
        and implementation[18] in w.several("levels")
    )


def _agree_on_the_spot(w: Whole) -> bool:
    on_the_spot = w.said("project_type") == "1"
    return on_the_spot == (w.said("promise_unit") == "I") == (w.said("examination_type") == "1")


def completion(result_type: str, name: str) -> str:
    """Return how an item ends, by the kind and the name of its result: 1 certificate, 2 document, 3 approval, 9 otherwise."""
    if name.endswith("批复"):
        return "3"
    if name.endswith(("证", "照", "证书")) or result_type == "1":
        return "1"
    return "2" if name.endswith(("文", "书")) else "9"


def _ends_as_named(w: Whole) -> bool:
    """A name with another ending binds nothing."""
    named = w.said("result_name")
    bound = named.endswith(("证", "照", "书", "文", "批复"))
    return not bound or w.said("completion_type") == completion(w.said("result_type"), named)


def _phones_differ(w: Whole) -> bool:
    asking, complaining = w.said("consult_phone"), w.said("complaint_phone")
    return asking != complaining and all(_PHONE.search(one) for one in (asking, complaining))


def _themes_fit(w: Whole) -> bool:
    objects = set(w.several("objects"))
    return bool(w.said("person_themes")) == ("1" in objects) and bool(w.said("enterprise_themes")) == bool(
        objects - {"1"}
    )


def _promise_within_law(w: Whole) -> bool:
    """Where the law sets no limit its amount is 0 of a unit that has some, and any promise is within it."""
    none = w.said("statutory_unit") != "I" and _number(w, "statutory_amount") == 0
    return none or _days(w, "promise") <= _days(w, "statutory")


def _links_within_promise(w: Whole) -> bool:
    links = sum(_number(w, f"{link}_amount") for link in LINKS)
    return w.said("promise_unit") == "I" or links <= _number(w, "promise_amount")


def _countable(w: Whole, limit: str) -> bool:
    """Whether the clocks can count a limit (registry_due); the law may set none, which is an amount of 0."""
    unit, amount = w.said(f"{limit}_unit"), _number(w, f"{limit}_amount")
    none = limit == "statutory" and not amount
    return none or amount in next((known for name, known in PERIODS.items() if name == unit), ())


def _links_countable(w: Whole) -> bool:
    return w.said("promise_unit") != "I" or not any(_number(w, f"{one}_amount") for one in LINKS)


def _names_links(procedure: str) -> bool:
    named = [[one for one in names if one in procedure] for names in STEPS]
    return all(named) and sum(map(len, named)) + sum(one in procedure for one in _OTHER_STEPS) >= 5


def _express_without_visit(w: Whole) -> bool:
    return w.said("visits") != "0" or w.said("online") == "1" or "4" in w.several("handling_forms")


_RULES: Final[tuple[tuple[str, str, Callable[[Whole], bool]], ...]] = (
    ("F6", "implementation_code", _codes_build),
    ("R1", "project_type", _agree_on_the_spot),
    ("R2", "completion_type", _ends_as_named),
    ("R3", "visits_reason", lambda w: bool(w.said("visits_reason").strip()) == (_number(w, "visits") > 0)),
    ("R4", "handling_forms", _express_without_visit),
    ("R5", "visits", lambda w: w.said("online_depth") != "4" or w.said("visits") == "0"),
    ("R6", "fee_basis", lambda w: w.said("charged") != "1" or bool(w.said("fee_basis").strip() and w.fees)),
    ("R7", "complaint_phone", _phones_differ),
    ("R8", "objects", _themes_fit),
    ("R9", "questions", lambda w: w.said("type") != "01" or bool(w.questions)),
    ("R10", "procedure", lambda w: w.said("type") != "01" or _names_links(w.said("procedure"))),
    ("R11", "result_sample", lambda w: w.said("result_type") == "4" or bool(w.said("result_name") and w.said("result_sample"))),
    ("R12", "online_payment", lambda w: w.said("charged") == "1" or not (w.fees or w.said("online_payment") == "1")),
    ("D1", "promise_amount", _promise_within_law),
    ("D8", "promise_amount", lambda w: _countable(w, "promise") and _links_countable(w)),
    ("D8", "statutory_amount", lambda w: _countable(w, "statutory")),
    ("D10", "elsewhere", lambda w: w.said("elsewhere") != "online" or w.said("visits") == "0"),
    ("D11", "not_entered_reason", lambda w: bool(w.said("not_entered_reason").strip()) == (w.said("entered") == "0")),
    ("D12", "state", lambda w: w.said("state") != "3"),
    ("D3", "intermediary_basis", lambda w: bool(w.said("intermediary_basis")) or not w.said("intermediary_services")),
    ("D4", "promise_amount", _links_within_promise),
)  # fmt: skip
