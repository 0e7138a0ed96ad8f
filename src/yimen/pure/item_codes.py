"""The code lists of an item's fields: national code, Chinese, English. Domain: GB/T 39046—2020 annex A and the upload schema.

One list is one way to say it: where provinces differ (service objects, handling forms, results), the list here is that of
GB/T 39046, and an edge that needs another maps it there.
"""

from collections.abc import Mapping
from typing import Final

Codes = Mapping[str, tuple[str, str]]

YES_NO: Final[Codes] = {"1": ("是", "yes"), "0": ("否", "no")}
TYPE: Final[Codes] = {
    "01": ("行政许可", "licence"),
    "02": ("行政处罚", "penalty"),
    "03": ("行政强制", "coercion"),
    "04": ("行政征收", "levy"),
    "05": ("行政给付", "benefit"),
    "06": ("行政检查", "inspection"),
    "07": ("行政确认", "confirmation"),
    "08": ("行政奖励", "reward"),
    "09": ("行政裁决", "adjudication"),
    "10": ("其他行政权力", "other power"),
    "20": ("公共服务", "public service"),
}
POWER_SOURCE: Final[Codes] = {
    "1": ("法定本级行使", "its own by law"),
    "2": ("上级下放", "devolved from above"),
    "3": ("上级授权", "authorised from above"),
    "4": ("同级授权", "authorised by the same level"),
    "5": ("上级委托", "entrusted from above"),
    "6": ("同级委托", "entrusted by the same level"),
}
LEVEL: Final[Codes] = {
    "1": ("国家级", "state"),
    "2": ("省级", "province"),
    "3": ("市级", "city"),
    "4": ("县级", "county"),
    "5": ("镇（乡、街道）级", "township"),
    "6": ("村（社区）级", "village"),
    "7": ("分级管理", "by several levels"),
}
STATE: Final[Codes] = {"1": ("在用", "in use"), "2": ("暂停", "suspended"), "3": ("取消", "ended")}
AGENCY_NATURE: Final[Codes] = {
    "1": ("法定机关", "authority by law"),
    "2": ("授权组织", "authorised body"),
    "3": ("受委托组织", "entrusted body"),
    "9": ("其他", "other"),
}
UNIT: Final[Codes] = {
    "W": ("工作日", "working days"),
    "N": ("自然日", "natural days"),
    "H": ("小时", "hours"),
    "M": ("月", "months"),
    "I": ("即办", "on the spot"),
}
# What the upload calls the units; on the spot is a time of none, counted in working days.
NATIONAL_UNIT: Final[Mapping[str, str]] = {"W": "1", "N": "2", "H": "3", "M": "4", "I": "1"}
OBJECT: Final[Codes] = {
    "1": ("自然人", "person"),
    "2": ("企业法人", "company"),
    "3": ("事业法人", "public institution"),
    "4": ("社会组织法人", "social organisation"),
    "5": ("行政机关", "authority"),
    "6": ("其他组织", "other organisation"),
}
PROJECT: Final[Codes] = {"1": ("即办件", "on the spot"), "2": ("承诺件", "within a promised time")}
EXAMINATION: Final[Codes] = {"1": ("即审即办", "at once"), "2": ("前审后批", "examined, then decided")}
COMPLETION: Final[Codes] = {
    "1": ("出证办结", "with a certificate"),
    "2": ("出文办结", "with a document"),
    "3": ("审批办结", "with an approval"),
    "9": ("其他", "otherwise"),
}
HANDLING: Final[Codes] = {
    "1": ("窗口办理", "at a window"),
    "2": ("网上办理", "on a computer"),
    "3": ("移动端办理", "on a phone"),
    "4": ("快递申请", "by express"),
    "9": ("其他", "otherwise"),
}
DEPTH: Final[Codes] = {
    "1": ("Ⅰ级：互联网咨询", "I: information"),
    "2": ("Ⅱ级：网上预约、预审", "II: asking and looking through"),
    "3": ("Ⅲ级：网上受理，最多跑一次", "III: acceptance, at most one visit"),
    "4": ("Ⅳ级：全程网办", "IV: all of it"),
}
AREA: Final[Codes] = {
    "1": ("全国", "the country"),
    "2": ("全省", "the province"),
    "3": ("全市", "the city"),
    "4": ("全县", "the county"),
    "5": ("全镇（乡、街道）", "the township"),
    "6": ("跨村（社区）", "villages"),
}
ELSEWHERE: Final[Codes] = {
    "online": ("全程网办", "all of it online"),
    "collect": ("异地代收代办", "received elsewhere for us"),
    "joint": ("多地联办", "handled by both places"),
}
RESULT: Final[Codes] = {
    "1": ("证照", "licence"),
    "2": ("批文", "approval"),
    "3": ("其他", "another paper"),
    "4": ("无", "nothing on paper"),
}
MATERIAL_TYPE: Final[Codes] = {"1": ("原件", "original"), "2": ("复印件", "copy"), "3": ("原件或复印件", "either")}
MATERIAL_FORMAT: Final[Codes] = {"1": ("纸质", "paper"), "2": ("电子", "electronic"), "3": ("纸质或电子", "either")}
NECESSITY: Final[Codes] = {
    "1": ("必要", "required"),
    "2": ("非必要", "optional"),
    "3": ("容缺后补", "may follow later"),
}
SOURCE: Final[Codes] = {
    "10": ("申请人自备", "the applicant's own"),
    "20": ("政府部门核发", "issued by the government"),
    "99": ("其他", "others"),
}

_PERSON = (
    "005 生育收养 birth and adoption|010 户籍办理 household registration|015 民族宗教 ethnic and religious affairs|"
    "020 教育科研 education and research|025 入伍服役 military service|030 就业创业 work and starting a business|"
    "035 设立变更 setting up and changing|040 准营准办 permission to operate|045 抵押质押 mortgage and pledge|"
    "050 职业资格 professional qualification|055 行政缴费 payments|060 婚姻登记 marriage|065 优待抚恤 veterans and their families|"
    "070 规划建设 planning and building|075 住房保障 housing|085 社会保障 social insurance|090 证件办理 identity papers|"
    "095 交通出行 transport|100 旅游观光 tourism|105 出境入境 leaving and entering the country|110 消费维权 consumer rights|"
    "115 公共安全 public safety|120 司法公证 justice and notaries|125 知识产权 intellectual property|130 环保绿化 environment|"
    "135 文化体育 culture and sport|140 公用事业 utilities|145 医疗卫生 health|150 离职退休 leaving work and retirement|"
    "155 死亡殡葬 death and funerals|998 地方特色 local matters|999 其他 other"
)
_ENTERPRISE = (
    "005 设立变更 setting up and changing|010 准营准办 permission to operate|015 资质认证 qualification|020 年检年审 yearly inspection|"
    "025 税收财务 taxes and accounts|030 人力资源 staff|035 社会保障 social insurance|040 投资审批 investment|"
    "045 融资信贷 finance and credit|050 抵押质押 mortgage and pledge|055 商务贸易 trade|060 招标拍卖 tenders and auctions|"
    "065 海关口岸 customs and ports|070 涉外服务 foreign affairs|075 农林牧渔 farming and forestry|"
    "085 国土和规划建设 land, planning and building|090 交通运输 transport|095 环保绿化 environment|100 应对气候变化 climate|"
    "105 水务气象 water and weather|110 医疗卫生 health|115 科技创新 science and innovation|120 文体教育 culture, sport and education|"
    "125 知识产权 intellectual property|130 民族宗教 ethnic and religious affairs|135 质量技术 quality and standards|"
    "140 检验检疫 inspection and quarantine|145 安全生产 safety at work|150 公安消防 police and fire|155 司法公证 justice and notaries|"
    "160 公用事业 utilities|165 法人注销 closing down|170 档案文物 archives and relics|998 地方特色 local matters|999 其他 other"
)


def _themes(listed: str) -> Codes:
    parts = (one.split(" ", 2) for one in listed.split("|"))
    return {code: (zh, en) for code, zh, en in parts}


PERSON_THEME: Final[Codes] = _themes(_PERSON)
ENTERPRISE_THEME: Final[Codes] = _themes(_ENTERPRISE)
