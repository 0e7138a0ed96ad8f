"""An item that keeps every rule may be published; each rule, broken alone, is found by its code, in its row and field."""

from dataclasses import replace

import pytest

from yimen.pure.item_fields import LONGEST, MOST_ROWS, SHEETS
from yimen.pure.item_rules import SATISFIED_BY, Finding, Row, Whole, complete, findings

AGENCY = "11220199999901903F"
CODE = f"{AGENCY}322013100100001"
FIELDS: dict[str, str] = {
    "handling_code": CODE, "implementation_code": CODE[:31], "catalogue_code": CODE[19:31], "version": "1",
    "name": "食品经营许可", "name_en": "Food business licence", "type": "01", "state": "1", "basis": "食品安全法第三十五条",
    "power_source": "1", "levels": "3", "agency_name": "市场监管局", "agency_code": AGENCY, "agency_nature": "1",
    "objects": "1^2", "person_themes": "040", "enterprise_themes": "010", "project_type": "2", "examination_type": "2",
    "completion_type": "1", "conditions": "有固定场所", "procedure": "受理→审查→审核→决定→送达", "statutory_amount": "20",
    "statutory_unit": "W", "promise_amount": "7", "promise_unit": "W", "examining_amount": "4", "deciding_amount": "2",
    "certifying_amount": "1", "special_procedures": "无", "charged": "1", "fee_basis": "价格文件", "online_payment": "1",
    "handling_forms": "1^2", "visits": "1", "visits_reason": "核对原件", "online": "1", "online_depth": "3", "entered": "1",
    "address": "市政务服务中心", "hours": "8:30—17:00", "consult_phone": "0431-00000001", "complaint_phone": "0431-00000002",
    "appointments": "0", "express": "1", "terminal": "0", "result_type": "1", "result_name": "食品经营许可证",
    "result_sample": "sample/food", "single_sign_on": "1", "app_single_sign_on": "1", "synthetic": "1",
}  # fmt: skip
MATERIAL: Row = {
    "handling_code": CODE,
    "order": "1",
    "code": "M01",
    "name": "营业执照",
    "name_en": "Business licence",
    "type": "3",
    "paper": "business_licence",
    "format": "3",
    "necessity": "1",
    "source": "20",
    "shared_from": "business_register",
    "standard": "在有效期内",
    "standard_en": "In date",
    "basis": "食品经营许可和备案管理办法",
    "valid_months": "12",
}
FEE: Row = {
    "handling_code": CODE,
    "order": "1",
    "code": "F01",
    "name": "工本费",
    "name_en": "Cost of the card",
    "standard": "10 元/件",
    "amount_fen": "1000",
    "basis": "价格文件",
    "reducible": "0",
}
QUESTION: Row = {"handling_code": CODE, "order": "1", "question": "要多久？", "answer": "七个工作日。"}
SITUATION: Row = {
    "handling_code": CODE,
    "order": "1",
    "question": "场所是自有的吗？",
    "question_en": "Are the premises your own?",
}
OWN: Row = {**SITUATION, "code": "premises.own", "answer": "自有", "answer_en": "Our own"}
RENTED: Row = {**SITUATION, "order": "2", "code": "premises.rented", "answer": "租用", "answer_en": "Rented"}
SOUND = Whole(item=FIELDS, situations=[OWN, RENTED], materials=[MATERIAL], fees=[FEE], questions=[QUESTION])


def with_item(**said: str) -> Whole:
    return replace(SOUND, item={**FIELDS, **said})


def with_material(**said: str) -> Whole:
    return replace(SOUND, materials=[MATERIAL, {**MATERIAL, "order": "2", "code": "M02", **said}])


def test_a_sound_item_breaks_no_rule_and_says_all_sixteen_elements() -> None:
    assert findings(SOUND) == []
    assert len(complete(SOUND)) == 16
    assert all(complete(SOUND).values())


BROKEN = [
    ("F1", "name_en", with_item(name_en=" ")),
    ("F2", "type", with_item(type="77")),
    ("F2", "objects", with_item(objects="1^1")),
    ("F3", "visits", with_item(visits="一次")),
    ("F3", "promise_amount", with_item(promise_amount="-1")),
    ("F3", "version", with_item(version="１")),  # a full-width digit
    ("F4", "visits_reason", with_item(visits_reason="长" * 1001)),
    ("F4", "conditions", with_item(conditions="长" * (LONGEST + 1))),
    ("F7", "questions", replace(SOUND, questions=[QUESTION] * (MOST_ROWS + 1))),
    ("F5", "effective_from", with_item(effective_from="2026-13-01")),
    ("F5", "effective_from", with_item(effective_from="2026-02-30")),
    ("F6", "implementation_code", with_item(agency_code="112201999999000110")),
    ("F6", "implementation_code", with_item(handling_code=CODE[:32])),
    ("F6", "implementation_code", with_item(levels="4")),
    ("R1", "project_type", with_item(project_type="1")),
    (
        "R1",
        "project_type",
        with_item(promise_unit="I", promise_amount="0", examining_amount="", deciding_amount="", certifying_amount=""),
    ),
    ("R1", "project_type", with_item(examination_type="1")),
    ("R2", "completion_type", with_item(completion_type="2")),
    ("R2", "completion_type", with_item(result_name="关于同意的批复")),
    ("R3", "visits_reason", with_item(visits_reason="")),
    ("R3", "visits_reason", with_item(visits="0")),
    ("R4", "handling_forms", with_item(visits="0", visits_reason="", online="0")),
    ("R5", "visits", with_item(online_depth="4")),
    ("R6", "fee_basis", with_item(fee_basis="")),
    ("R6", "fee_basis", replace(SOUND, fees=[])),
    ("R7", "complaint_phone", with_item(complaint_phone="0431-00000001")),
    ("R7", "complaint_phone", with_item(consult_phone="00000001")),
    ("R8", "objects", with_item(objects="2")),
    ("R8", "objects", with_item(enterprise_themes="")),
    ("R9", "questions", replace(SOUND, questions=[])),
    ("R10", "procedure", with_item(procedure="受理→审查→决定→送达")),
    ("R11", "result_sample", with_item(result_sample="")),
    ("R12", "online_payment", replace(with_item(charged="0", fee_basis=""), fees=[])),
    ("R12", "online_payment", with_item(charged="0", online_payment="0")),
    ("D1", "promise_amount", with_item(promise_amount="29", promise_unit="N")),
    ("D1", "promise_amount", with_item(statutory_amount="0", statutory_unit="I")),  # the law says: on the spot
    ("D2", "basis", with_material(name="其他有关材料")),
    ("D3", "intermediary_basis", with_item(intermediary_services="检测")),
    ("D4", "promise_amount", with_item(examining_amount="5")),
    ("D5", "shared_from", with_material(source="10")),
    (
        "D8",
        "promise_amount",
        with_item(promise_amount="0", examining_amount="", deciding_amount="", certifying_amount=""),
    ),
    ("D8", "promise_amount", with_item(promise_amount="99999", statutory_amount="0")),
    ("D8", "promise_amount", with_item(promise_amount="8", promise_unit="H")),
    ("D8", "statutory_amount", with_item(statutory_amount="4001", statutory_unit="N")),
    (
        "D8",
        "statutory_amount",
        with_item(
            statutory_amount="48",
            statutory_unit="H",
            promise_amount="1",
            examining_amount="1",
            deciding_amount="",
            certifying_amount="",
        ),
    ),
    ("D9", "code", replace(SOUND, materials=[MATERIAL, {**MATERIAL, "order": "2"}])),
    ("D10", "elsewhere", with_item(elsewhere="online")),
    ("D11", "not_entered_reason", with_item(entered="0")),
    ("D11", "not_entered_reason", with_item(not_entered_reason="涉密")),
    ("D12", "state", with_item(state="3")),
    ("D9", "code", replace(SOUND, fees=[FEE, {**FEE, "order": "2"}])),
    ("D6", "code", replace(SOUND, situations=[OWN])),  # there is nothing to choose from
    ("D6", "code", replace(SOUND, situations=[OWN, RENTED, {**RENTED, "code": "rented"}])),
    ("D7", "situations", with_material(situations="premises.lent")),
    ("D7", "situations", replace(SOUND, fees=[{**FEE, "situations": "own"}])),
]


@pytest.mark.parametrize(("rule", "name", "broken"), BROKEN, ids=[f"{rule} {name}" for rule, name, _ in BROKEN])
def test_each_rule_broken_alone_is_found_by_its_code(rule: str, name: str, broken: Whole) -> None:
    found = findings(broken)
    assert (found[0].rule, found[0].name) == (rule, name)
    assert len(found) == 1 or rule.startswith("F")  # what makes no sense by itself may break what builds on it
    assert all(found[0].satisfied_by(language) for language in ("zh", "en"))


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule for rule, _, _ in BROKEN} | {"E"} == set(SATISFIED_BY)


def test_an_element_that_is_not_said_is_named_beside_the_field() -> None:
    found = findings(replace(SOUND, materials=[]))
    assert found == [Finding(item=CODE, rule="E", name="materials")]
    assert not complete(SOUND, {"exercise": ("exercise_content",)})["exercise"]  # a profile of a city's own


def test_situations_with_one_code_or_of_two_questions_are_found_where_they_stand() -> None:
    twice = replace(SOUND, situations=[OWN, RENTED, RENTED])
    assert [(one.rule, one.place) for one in findings(twice)] == [("D6", 2), ("D6", 3)]
    other = [{**OWN, "code": f"ground.{answer}", "question": "在室外吗？"} for answer in ("in", "out")]
    assert findings(replace(SOUND, situations=[OWN, RENTED, *other])) == []
    worded = replace(SOUND, situations=[OWN, {**RENTED, "question": "场所是租的吗？"}])
    assert [(one.rule, one.place) for one in findings(worded)] == [("D6", 1), ("D6", 2)]
    both = replace(
        SOUND, situations=[OWN, RENTED, *other], materials=[{**MATERIAL, "situations": "premises.own^ground.in"}]
    )
    assert [(one.rule, one.name, one.sheet) for one in findings(both)] == [("D7", "situations", "materials")]


@pytest.mark.parametrize(
    "procedure", ["受理→审核→审批→办结→送达", "受理→审查→审核→决定→送达", "受理、审查、决定、制证、送达"]
)
def test_a_licence_names_its_links_as_the_state_or_as_the_city_does(procedure: str) -> None:
    assert findings(with_item(procedure=procedure)) == []


@pytest.mark.parametrize(("amount", "unit"), [("2000", "W"), ("4000", "N"), ("120", "M"), ("1", "W"), ("0", "I")])
def test_the_longest_and_shortest_limits_that_the_clocks_count_keep_the_rules(amount: str, unit: str) -> None:
    spot = {
        "project_type": "1",
        "examination_type": "1",
        "examining_amount": "",
        "deciding_amount": "",
        "certifying_amount": "",
    }
    rest = spot if unit == "I" else {"examining_amount": "1", "deciding_amount": "", "certifying_amount": ""}
    assert findings(with_item(promise_amount=amount, promise_unit=unit, statutory_amount="0", **rest)) == []


def test_where_the_law_sets_no_limit_any_promise_is_within_it() -> None:
    assert findings(with_item(statutory_amount="0", statutory_unit="W")) == []


def test_a_finding_names_the_row() -> None:
    found = findings(with_material(basis=""))
    assert {(one.rule, one.sheet, one.place) for one in found} == {("F1", "materials", 2), ("D2", "materials", 2)}


def test_no_two_fields_of_a_sheet_share_a_heading() -> None:
    for fields in SHEETS.values():
        assert len({one.heading() for one in fields}) == len(fields)
