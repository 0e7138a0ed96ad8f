"""
The elements each paper must have, with the source of each (domain 3.5): what a person finds when she reads it.

`Element(source, zh, en)`: both are looked for in the text of the PDF, without spaces.
"""

from dataclasses import dataclass

LICENSING = "行政许可法"
CASES = "案卷评查标准"  # what those who review files look for
PRACTICE = "公开文书样式"  # published forms


@dataclass(frozen=True)
class Element:
    """One thing that must stand on a paper, as its Chinese and its English reader find it."""

    source: str
    zh: str
    en: str


# On every paper: special seal and date (32), a number, whose and what it is, and its place on the record.
ALWAYS = (
    Element(f"{LICENSING} 32 专用印章", "行政许可专用章", "Bureau"),
    Element(f"{LICENSING} 32 注明日期", "年11月", "2026"),
    Element(f"{PRACTICE} 文号", "〔2026〕", ""),
    Element(f"{CASES} 申请人", "申请人", "Applicant"),
    Element(f"{CASES} 事项", "食品经营许可（新办）", "Food business licence (new)"),
    Element("记录的见证", "记录", "Record"),
)
MATERIALS = (Element(f"{CASES} 材料清单", "1份：布局图.png", "Layout"),)
REMEDIES = (
    Element("行政复议法 20", "六十日内", "within 60 days"),
    Element("行政诉讼法 46", "六个月内", "within six months"),
)
FAILURE = (Element("行政复议法 23(1)(3), 11(11)", "应当先申请行政复议", "administrative reconsideration comes first"),)
SIGNED = (Element(f"{CASES} 签收及时间", "签收人", "Received by"),)
RECEIPT = (
    *MATERIALS,
    Element(f"{CASES} 收到时间", "收到时间", "Received"),
    Element(f"{CASES} 接收人", "接收人", "Received by"),
    Element(f"{CASES} 受理起算时间", "受理期限起算日", "Counts from"),
    Element(f"{LICENSING} 32(1)(4)", "逾期不一次告知", "accepted from the day of receipt"),
)
ACCEPTANCE = (
    *MATERIALS,
    *SIGNED,
    *FAILURE,
    Element(f"{CASES} 联系方式", "0431-80000001", "Contact"),
    Element(f"{CASES} 法律依据", "食品安全法》第三十五条", "Food Safety Law, art. 35"),
    Element(f"{CASES} 受理日期", "受理日期", "Accepted on"),
    Element(f"{LICENSING} 42 办结期限", "法定办结期限", "Decision due by law"),
    Element(f"{PRACTICE} 承诺期限", "承诺办结期限", "Decision promised"),
    Element(f"{LICENSING} 45 不计算的时间", "第四十五条", "is not counted"),
)
FEE = (
    Element(f"{LICENSING} 59 项目和标准", "工本费", "Cost of making"),
    Element(f"{LICENSING} 59 依据", "吉省价收〔2025〕1号", "Fees"),
    Element(f"{PRACTICE} 金额大写", "人民币叁佰元伍角整", "¥300.50"),
)
ORIGINAL = (
    Element(f"{PRACTICE} 原件名称", "营业执照", "Business licence"),
    Element(f"{PRACTICE} 份数", "2份", "2 pieces"),
    Element(f"{PRACTICE} 收存时间", "收存时间", "Taken at"),
    Element(f"{PRACTICE} 经手人", "工号", "Staff number"),
)

ELEMENTS: dict[str, tuple[Element, ...]] = {
    "receipt": RECEIPT,
    "corrected_receipt": (
        *(one for one in RECEIPT if one not in MATERIALS),
        Element(f"{CASES} 补正材料", "新布局图.png", "Receipt of corrected materials"),
    ),
    "correction": (
        *SIGNED,
        Element(f"{LICENSING} 32(1)(4) 一次告知全部", "全部内容一次告知", "once, of everything"),
        Element(f"{CASES} 名称", "布局图", "Layout"),
        Element(f"{CASES} 内容", "请标明面积", "What is to be corrected"),
        Element(f"{CASES} 内容", "请写明门牌号", "Form: Premises"),
        Element(f"{CASES} 标准", "标准：A3图幅，标明面积", "Standard: A3, with areas"),
        Element(f"{CASES} 不得要求无关材料", "不再要求补正其他材料", "Nothing else will be asked for"),
        Element(f"{CASES} 告知时间", "告知时间", "Told at"),
        Element(f"{PRACTICE} 补正期限", "补正期限", "Correct by"),
    ),
    "acceptance": ACCEPTANCE,
    "deemed_acceptance": (
        *ACCEPTANCE,
        Element(f"{LICENSING} 32(1)(4)", "自收到申请材料之日起即为受理", "accepted by law from the day of receipt"),
        Element("受理日期为收到之日", "自收到申请材料之日起5个工作日", "Within 5 working days of receipt"),
    ),
    "not_required": (
        *SIGNED,
        *REMEDIES,
        Element(f"{LICENSING} 32(1)(1)", "依法不需要取得行政许可", "needs no licence by law"),
        Element(f"{LICENSING} 32(1)(1) 理由", "仅销售预包装食品，备案即可", "Reason"),
    ),
    "refusal": (
        *SIGNED,
        *REMEDIES,
        *FAILURE,
        Element(f"{LICENSING} 32(1)(2) 理由", "属于消防事项", "Reason"),
        Element(f"{LICENSING} 32(1)(2) 告知向何机关申请", "应向其申请的机关", "Apply to"),
        Element(f"{LICENSING} 32(1)(2)", "消防救援支队", "not accepted"),
    ),
    "grant": (
        *SIGNED,
        *REMEDIES,
        Element(f"{LICENSING} 38(1)", "决定准予", "grants it"),
        Element(f"{LICENSING} 38 内容", "长春市示范区人民大街1号", "Premises"),
        Element(f"{LICENSING} 38 内容", "热食类食品制售", "Scope of business"),
        Element(f"{LICENSING} 39 证件", "食品经营许可证", "Food business licence"),
        Element(f"{LICENSING} 39 有效期", "有效期至", "Valid until"),
        Element(f"{LICENSING} 38 日期", "决定日期", "Decided on"),
        Element(f"{LICENSING} 40 公开", "公众有权查阅", "anyone may consult it"),
        Element(f"{LICENSING} 44 颁发送达", "十个工作日内颁发、送达", "within ten working days"),
    ),
    "denial": (
        *SIGNED,
        *REMEDIES,
        *FAILURE,
        Element(f"{LICENSING} 38(2) 理由", "有保证食品安全的规章制度", "There are rules that ensure food safety"),
        Element(f"{LICENSING} 38(2) 理由", "没有食品安全管理制度", "Reasons"),
        Element(f"{LICENSING} 38 日期", "决定日期", "Decided on"),
    ),
    "fee_notice": (*FEE, Element(f"{LICENSING} 58", "不收取任何费用", "Nothing is charged beyond the published fees")),
    "fee_receipt": (
        *FEE,
        Element(f"{PRACTICE} 缴费时间", "缴费时间", "Paid at"),
        Element(f"{PRACTICE} 流水号", "PAY-", "Payment reference"),
    ),
    "original_receipt": (*ORIGINAL, Element(f"{PRACTICE} 凭证领回", "凭本凭证领回", "given back against this receipt")),
    "original_return": (
        *ORIGINAL,
        Element(f"{PRACTICE} 退还时间", "退还时间", "Given back at"),
        Element(f"{PRACTICE} 收存凭证", "原收〔2026〕", "Receipt of originals"),
        Element(f"{PRACTICE} 领回人", "领回人", "Taken back by"),
    ),
    "service": (
        Element("民诉法 87 送达文书", "送达文书", "Document served"),
        Element("民诉法 87 受送达人", "受送达人", "Served on"),
        Element("民诉法 87 拒收", "拒收事由", "Refusal"),
        Element("民诉法 87 证号", "JY22201990", ""),
    ),
}
# What differs with the way of service (民诉法 88 to 91).
BY_WAY: dict[str, tuple[Element, ...]] = {
    "window": (
        Element("民诉法 87 签名或者盖章", "受送达人签名或盖章", "Signature or seal of the recipient"),
        Element("民诉法 88 直接送达", "窗口直接送达", "Handed over at the window"),
        Element("民诉法 87 收到日期", "收到日期", "Received"),
        Element("身份核验", "窗口人员查验身份证件", "document seen by the clerk"),
    ),
    "post": (
        Element("民诉法 91 邮寄送达", "邮寄送达", "By post"),
        Element("民诉法 91 回执", "收到日期（回执）", "Received (carrier's receipt)"),
        Element("邮件号", "邮政速递EMS", "EM"),
    ),
    "electronic": (
        Element("民诉法 90 经同意", "电子送达（申请时已同意）", "with the consent given at filing"),
        Element("民诉法 90 到达日期", "到达受送达人系统的时间", "Arrived in the recipient's system"),
    ),
}
