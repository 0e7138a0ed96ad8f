"""An item that keeps every rule, as rows."""

from dataclasses import replace

from yimen.pure.item_rules import Whole
from yimen.registry.item_rows import numbered

ITEM = {
    "version": "1",
    "name": "示例许可",
    "name_en": "A licence",
    "type": "01",
    "state": "1",
    "basis": "某法第一条",
    "basis_en": "Some law, art. 1",
    "power_source": "1",
    "levels": "3",
    "agency_name": "示范局",
    "agency_nature": "1",
    "objects": "1",
    "person_themes": "010",
    "project_type": "2",
    "examination_type": "2",
    "completion_type": "1",
    "conditions": "年满十八周岁；材料齐全",
    "conditions_en": "Of age; nothing missing",
    "procedure": "受理→审查→审核→决定→送达",
    "statutory_amount": "20",
    "statutory_unit": "W",
    "promise_amount": "5",
    "promise_unit": "W",
    "examining_amount": "2",
    "deciding_amount": "1",
    "certifying_amount": "1",
    "special_procedures": "无",
    "charged": "0",
    "online_payment": "0",
    "handling_forms": "1^2",
    "visits": "0",
    "online": "1",
    "online_depth": "4",
    "area": "3",
    "entered": "1",
    "address": "政务服务中心任一综合窗口",
    "hours": "工作日 8:30—17:00",
    "consult_phone": "0431-00000001",
    "complaint_phone": "0431-00000002",
    "effective_from": "2026-01-01",
    "appointments": "0",
    "express": "1",
    "terminal": "0",
    "result_type": "1",
    "result_name": "示例许可证",
    "result_name_en": "Licence",
    "result_paper": "a_licence",
    "result_sample": "sample/a_licence",
    "single_sign_on": "1",
    "app_single_sign_on": "1",
    "synthetic": "1",
}
MATERIALS = (
    {
        "code": "M01",
        "name": "申请表",
        "name_en": "Application form",
        "paper": "application",
        "type": "1",
        "format": "3",
        "necessity": "1",
        "source": "10",
        "standard": "填写完整",
        "standard_en": "Filled in",
        "basis": "某法第一条",
        "valid_months": "0",
    },
    {
        "code": "M02",
        "name": "身份证",
        "name_en": "Identity card",
        "paper": "identity_card",
        "type": "3",
        "format": "3",
        "necessity": "1",
        "source": "20",
        "shared_from": "population_register",
        "standard": "通过共享核验",
        "standard_en": "Checked by sharing",
        "basis": "某法第一条",
        "valid_months": "120",
    },
)
QUESTION = {"question": "多久能办好？", "answer": "五个工作日。"}


def an_item(agency: str, *, main: str = "001", **fields: str) -> Whole:
    """An item of an agency (by its code); `main` is its number there."""
    implementation = f"{agency}3220101{main}000"
    code = f"{implementation}01"
    item = {
        **ITEM,
        "agency_code": agency,
        "handling_code": code,
        "implementation_code": implementation,
        "catalogue_code": implementation[19:],
        **fields,
    }
    return Whole(item=item, materials=numbered(code, MATERIALS), questions=numbered(code, [QUESTION]))


def changed(whole: Whole, **fields: str) -> Whole:
    """The same item with other values in some fields."""
    return replace(whole, item={**whole.item, **fields})
