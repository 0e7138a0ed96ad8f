"""
The fields of an implementation list, its situations, materials, fees and questions: name in code, national column, words, kind, codes.

A field whose column is empty has none in the national upload; in exchange it goes by its own name. Source: the upload schema of
the national platform, GB/T 39046—2020, GB/T 39554.2—2020. One row of a kind (item, situation, material, fee, question) is a mapping from
field to text as it stands in a workbook: several values of one field are joined by `^`, an empty field is an empty text.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from yimen.pure import item_codes
from yimen.pure.item_codes import Codes

Kind = Literal["text", "number", "date", "code", "codes", "yes_no"]
SEVERAL: Final = "^"
LONGEST: Final = 20_000  # characters in a field whose column names no limit
MOST_ROWS: Final = 500  # materials, fees or questions of one item


class Field(NamedTuple):
    """A field of a row. `required`: never empty; `size`: the longest text the national column takes, 0 for none."""

    name: str
    column: str
    zh: str
    en: str
    kind: Kind = "text"
    required: bool = False
    size: int = 0
    codes: Codes = {}

    def heading(self) -> str:
        """Return what the field is called in exchange."""
        return self.column or self.name


def _code(name: str, column: str, zh: str, en: str, listed: Codes, *, required: bool = False) -> Field:
    return Field(name, column, zh, en, "code", required, 0, listed)


def _codes(name: str, column: str, zh: str, en: str, listed: Codes, *, required: bool = False) -> Field:
    return Field(name, column, zh, en, "codes", required, 0, listed)


def _flag(name: str, column: str, zh: str, en: str) -> Field:
    return Field(name, column, zh, en, "yes_no", True, 0, item_codes.YES_NO)


ITEM: Final = (
    Field("handling_code", "task_handle_item", "业务办理项编码", "Code of the handling item", required=True, size=50),
    Field("version", "task_version", "事项版本", "Version", "number", True),
    Field("catalogue_code", "catalog_code", "基本编码", "Basic code", required=True, size=12),
    Field("local_catalogue_code", "local_catalog_code", "地方基本编码", "Local basic code", size=50),
    Field("implementation_code", "task_code", "实施编码", "Implementation code", required=True, size=36),
    Field("local_implementation_code", "local_task_code", "地方实施编码", "Local implementation code", size=50),
    Field("name", "task_name", "事项名称", "Name", required=True, size=1000),
    Field("name_en", "", "英文名称", "Name in English", required=True, size=1000),
    _code("type", "task_type", "事项类型", "Type", item_codes.TYPE, required=True),
    _code("state", "task_state", "事项状态", "State", item_codes.STATE, required=True),
    Field("basis", "by_law", "设定依据", "Legal basis", required=True),
    Field("basis_en", "", "设定依据英文", "The same in English"),
    _code("power_source", "power_source", "权力来源", "Source of the power", item_codes.POWER_SOURCE, required=True),
    _codes("levels", "use_level", "行使层级", "Exercised by", item_codes.LEVEL, required=True),
    Field("division_of_powers", "", "权限划分", "Division of powers"),
    Field("exercise_content", "", "行使内容", "What is exercised"),
    Field("agency_name", "dept_name", "实施主体", "Implementing agency", required=True, size=200),
    Field("agency_code", "dept_code", "实施主体编码", "Code of the agency", required=True, size=50),
    _code(
        "agency_nature", "dept_type", "实施主体性质", "Nature of the agency", item_codes.AGENCY_NATURE, required=True
    ),
    Field("entrusting_agency", "entrust_name", "委托部门", "Entrusting agency", size=100),
    Field("joint_agencies", "other_dept", "联办机构", "Agencies that take part", size=200),
    _codes("objects", "server_type", "服务对象", "For whom", item_codes.OBJECT, required=True),
    _codes("person_themes", "user_topic_type", "自然人主题分类", "Themes for persons", item_codes.PERSON_THEME),
    _codes(
        "enterprise_themes", "corp_topic_type", "法人主题分类", "Themes for organisations", item_codes.ENTERPRISE_THEME
    ),
    _code("project_type", "project_type", "办件类型", "Kind of case", item_codes.PROJECT, required=True),
    _code("examination_type", "", "审查类型", "Kind of examination", item_codes.EXAMINATION, required=True),
    _code("completion_type", "", "办结类型", "Kind of conclusion", item_codes.COMPLETION),
    Field("conditions", "accept_condition", "受理条件", "Conditions", required=True),
    Field("conditions_en", "", "受理条件英文", "The same in English"),
    Field("procedure", "handle_flow", "办理流程", "Procedure", required=True),
    Field("online_procedure", "online_flow", "线上办理流程", "Procedure online"),
    Field("window_procedure", "offline_flow", "线下办理流程", "Procedure at the window"),
    Field("statutory_amount", "anticipate_day", "法定办结时限", "Statutory limit", "number", True),
    _code("statutory_unit", "anticipate_type", "法定办结时限单位", "Its unit", item_codes.UNIT, required=True),
    Field("statutory_note", "anticipate_explain", "法定办结时限说明", "Note on it"),
    Field("promise_amount", "promise_day", "承诺办结时限", "Promised limit", "number", True),
    _code("promise_unit", "promise_type", "承诺办结时限单位", "Its unit", item_codes.UNIT, required=True),
    Field("promise_note", "promise_explain", "承诺办结时限说明", "Note on it"),
    Field("examining_amount", "", "审查环节时限", "Limit of examining", "number"),
    Field("deciding_amount", "", "决定环节时限", "Limit of deciding", "number"),
    Field("certifying_amount", "", "制证环节时限", "Limit of certifying", "number"),
    Field("special_procedures", "special_procedure", "特别程序", "Special procedures", required=True, size=500),
    _flag("charged", "is_fee", "是否收费", "Is a fee charged"),
    Field("fee_basis", "fee_basis", "收费依据", "Basis of the fee"),
    _flag("online_payment", "is_pay_online", "是否支持网上支付", "Can it be paid online"),
    _codes("handling_forms", "handle_type", "办理形式", "How it is handled", item_codes.HANDLING, required=True),
    Field("visits", "limit_scene_num", "到办事现场次数", "Visits", "number", True),
    Field("visits_reason", "limit_scene_explain", "必须现场办理原因说明", "Why in person", size=1000),
    Field("visits_reason_en", "", "必须现场办理原因英文", "The same in English", size=1000),
    _flag("online", "is_online", "是否网办", "Is it online"),
    _code("online_depth", "online_handle_depth", "网上办理深度", "How much of it online", item_codes.DEPTH),
    Field("online_address", "online_handle_url", "网办地址", "Address online"),
    _code("area", "handle_area", "通办范围", "Where it can be done", item_codes.AREA),
    _code("elsewhere", "", "跨省通办方式", "How from another province", item_codes.ELSEWHERE),
    _flag("entered", "is_entry_center", "是否进驻政务大厅", "Is it in the hall"),
    Field("not_entered_reason", "", "未进驻原因", "Why it is not"),
    Field("not_entered_reason_en", "", "未进驻原因英文", "The same in English"),
    Field("address", "transact_addr", "办理地点", "Where", required=True, size=500),
    Field("address_en", "", "办理地点英文", "The same in English", size=500),
    Field("hours", "transact_time", "办理时间", "When", required=True, size=500),
    Field("directions", "", "交通指引", "How to get there"),
    Field("consult_phone", "link_way", "咨询方式", "Whom to ask", required=True),
    Field("complaint_phone", "supervise_way", "监督投诉方式", "Whom to complain to", required=True),
    Field("effective_from", "plan_effective_date", "计划生效日期", "In force from", "date"),
    Field("ends_on", "plan_cancel_date", "计划取消日期", "In force until", "date"),
    _flag("appointments", "is_schedule", "是否支持预约办理", "Can a time be booked"),
    Field("appointments_a_day", "scheduleNum", "每天可预约量", "Times a day", "number"),
    Field("appointment_rule", "scheduleRule", "预约规则", "How to book"),
    _flag("express", "is_express", "是否支持物流快递", "Can it be sent"),
    _flag("terminal", "is_service_terminals", "是否支持自助终端办理", "Is it at a terminal"),
    Field("quantity_limit", "limit_explain", "数量限制", "Limit of number"),
    Field("intermediary_services", "service_type", "中介服务", "Intermediary services", size=500),
    Field("intermediary_basis", "", "中介服务依据", "Basis of these"),
    _code("result_type", "result_type", "审批结果类型", "Kind of result", item_codes.RESULT, required=True),
    Field("result_name", "result_name", "审批结果名称", "Name of the result", size=200),
    Field("result_name_en", "", "审批结果英文名称", "Its English name", size=200),
    Field("result_paper", "", "审批结果证照种类", "Kind of paper of the result"),
    Field("result_sample", "result_guid", "审批结果样本", "Sample of the result"),
    _flag("single_sign_on", "is_single_login", "PC 端单点登录", "One sign-in on a computer"),
    Field("web_address", "link_addr", "PC 端跳转地址", "Address on a computer"),
    _flag("app_single_sign_on", "app_is_single_login", "移动端单点登录", "One sign-in on a phone"),
    Field("mobile_address", "mobile_terminal_url", "移动端跳转地址", "Address on a phone"),
    Field("town_code", "town_code", "乡镇代码", "Township", size=18),
    Field("village_code", "village_code", "村代码", "Village", size=18),
    Field("rights_and_duties", "", "依法享有的权利和履行的义务", "Rights and duties"),
    Field("rights_and_duties_en", "", "权利和义务英文", "The same in English"),
    Field("reconsideration", "", "行政复议部门、地址、电话", "Administrative reconsideration"),
    Field("reconsideration_en", "", "行政复议英文", "The same in English"),
    Field("litigation", "", "行政诉讼部门、地址、电话", "Administrative litigation"),
    Field("litigation_en", "", "行政诉讼英文", "The same in English"),
    Field("extension", "extend_field", "扩展字段", "Extension", size=2000),
    _flag("synthetic", "", "是否示例数据", "Is it made up"),
)
_OF_ITEM = Field(
    "handling_code", "task_handle_item", "业务办理项编码", "Code of the handling item", required=True, size=50
)
# One answer to a question about the applicant's case, known as QUESTION.ANSWER; what names some of them is asked in these alone.
SITUATION: Final = (
    _OF_ITEM,
    Field("order", "order_num", "排序", "Place", "number", True),
    Field("code", "", "情形代码", "Code", required=True, size=81),
    Field("question", "", "情形问题", "Question", required=True, size=200),
    Field("question_en", "", "情形问题英文", "The question in English", required=True, size=200),
    Field("answer", "", "情形选项", "Answer", required=True, size=200),
    Field("answer_en", "", "情形选项英文", "The answer in English", required=True, size=200),
)
_IN_SITUATIONS = Field("situations", "", "适用情形", "In these situations alone", "codes")
MATERIAL: Final = (
    _OF_ITEM,
    Field("order", "order_num", "排序", "Place", "number", True),
    Field("code", "", "材料代码", "Code", required=True),
    Field("name", "material_name", "材料名称", "Name", required=True, size=200),
    Field("name_en", "", "材料英文名称", "Name in English", required=True, size=200),
    Field("paper", "cert_type_code", "证照种类", "Kind of paper", required=True),
    _code("type", "material_type", "材料类型", "Original or copy", item_codes.MATERIAL_TYPE, required=True),
    _code("format", "material_format", "材料形式", "Paper or electronic", item_codes.MATERIAL_FORMAT, required=True),
    _code("necessity", "is_need", "材料必要性", "Needed", item_codes.NECESSITY, required=True),
    _code("source", "source_type", "来源渠道", "From whom", item_codes.SOURCE, required=True),
    Field("source_note", "source_explain", "来源渠道说明", "Note on it"),
    Field("issuer", "", "出具机构", "Who issues it"),
    Field("shared_from", "", "免提交数据来源", "Obtained by sharing from"),
    Field("copies", "page_num", "纸质份数", "Copies on paper", "number"),
    Field("size", "page_format", "纸质规格", "Size of the paper"),
    Field("form", "form_guid", "空白表格", "Empty form"),
    Field("example", "example_guid", "示例样表", "Example"),
    Field("filling_note", "fill_explain", "填报须知", "How to fill it in"),
    Field("standard", "accept_stand", "受理标准", "What makes it acceptable", required=True),
    Field("standard_en", "", "受理标准英文", "The same in English", required=True),
    Field("basis", "by_law", "要求提供材料的依据", "Why it may be asked", required=True),
    Field("valid_months", "", "再次使用有效月数", "Months it may be used again", "number", True),
    _IN_SITUATIONS,
    Field("remark", "remark", "备注", "Remark"),
)
FEE: Final = (
    _OF_ITEM,
    Field("order", "order_num", "排序", "Place", "number", True),
    Field("code", "", "收费项目代码", "Code", required=True),
    Field("name", "fee_name", "收费项目名称", "Name", required=True, size=200),
    Field("name_en", "", "收费项目英文名称", "Name in English", required=True, size=200),
    Field("standard", "fee_stand", "收费标准", "How much, in words", required=True, size=256),
    Field("amount_fen", "", "金额（分）", "Amount in fen", "number", True),
    Field("basis", "by_law", "收费依据", "Basis", required=True),
    _flag("reducible", "is_desc", "是否允许减免", "Can it be reduced"),
    Field("reduction_basis", "desc_explain", "减免依据", "Basis of that"),
    _IN_SITUATIONS,
    Field("remark", "remark", "备注", "Remark"),
)
QUESTION: Final = (
    _OF_ITEM,
    Field("order", "order_num", "排序", "Place", "number", True),
    Field("question", "question", "问题", "Question", required=True, size=1000),
    Field("question_en", "", "英文问题", "The same in English"),
    Field("answer", "answer", "解答", "Answer", required=True),
    Field("answer_en", "", "英文解答", "The same in English"),
)
SHEETS: Final[Mapping[str, tuple[Field, ...]]] = {
    "items": ITEM,
    "situations": SITUATION,
    "materials": MATERIAL,
    "fees": FEE,
    "questions": QUESTION,
}
OF_AN_ITEM: Final = tuple(sheet for sheet in SHEETS if sheet != "items")

# The sixteen elements as a profile: element, and the fields of the item that must say it ("materials": at least one row).
# Eleven are named by the reform; the official list of the other five was not found, so a city can name others (domain 1.7).
SIXTEEN: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",),
    "agency": ("agency_name", "agency_code"),
    "type": ("type",),
    "basis": ("basis",),
    "materials": ("materials",),
    "procedure": ("procedure",),
    "fee": ("charged",),
    "statutory_limit": ("statutory_amount", "statutory_unit"),
    "promise_limit": ("promise_amount", "promise_unit"),
    "place": ("address",),
    "consult_phone": ("consult_phone",),
    "code": ("catalogue_code", "implementation_code", "handling_code"),
    "conditions": ("conditions",),
    "objects": ("objects",),
    "result": ("result_type",),
    "complaint_phone": ("complaint_phone",),
}
