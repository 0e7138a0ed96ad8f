"""What an item that is made up asks of the applicant's case: conditions by its kind, and papers that only some cases need."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from yimen.pure.item_fields import SEVERAL
from yimen.pure.item_rules import Row


class _Question(NamedTuple):
    """A question that is asked where all these papers are: each answer with its words and the papers that it alone needs."""

    code: str
    zh: str
    en: str
    among: Sequence[str]
    answers: Sequence[tuple[str, str, str, Sequence[str]]]


_QUESTIONS: Final = (
    _Question(
        "old", "原证件还在吗？", "Do you still have the old one?", ("previous_certificate", "loss_statement"),
        (("damaged", "在，已损坏", "Yes, it is damaged", ("previous_certificate",)), ("lost", "已遗失", "No, it is lost", ("loss_statement",))),
    ),
    _Question(
        "premises", "经营场所是自有的还是租用的？", "Are the premises your own or rented?", ("premises_proof", "property_certificate"),
        (("own", "自有", "Our own", ("property_certificate",)), ("rented", "租用或者借用", "Rented or lent", ("premises_proof",))),
    ),
    _Question(
        "family", "是否与配偶共同申请？", "Do you apply together with your spouse?", ("marriage_certificate", "home_purchase_contract"),
        (("alone", "本人申请", "No, on my own", ()), ("together", "与配偶共同申请", "Yes", ("marriage_certificate",))),
    ),
    _Question(
        "account", "款项发放到哪里？", "Into which account is it to be paid?", ("bank_account", "identity_card"),
        (("card", "社会保障卡", "My social security card", ()), ("bank", "其他银行账户", "Another account with a bank", ("bank_account",))),
    ),
    _Question(
        "agent", "谁来办理？", "Who hands it in?", ("authorisation", "identity_card"),
        (("self", "本人或者法定代表人", "I myself, or the legal representative", ()), ("agent", "受委托的人", "Someone I authorise", ("authorisation",))),
    ),
)  # fmt: skip
_INSTEAD: Final = {"premises_proof": "property_certificate"}
_FOR: Final[Mapping[str, tuple[str, str]]] = {
    "persons": ("申请人为事项所涉的本人或者其监护人", "The applicant is the person concerned or the guardian"),
    "organisations": ("申请人为依法登记的单位", "The applicant is a registered organisation"),
    "both": ("申请人为本人，或者依法登记的单位", "The applicant is the person concerned or a registered organisation"),
}
_OF_VARIANT: Final[Mapping[str, tuple[str, str]]] = {
    "change": ("持有有效的原证件，登记的内容已经改变", "The applicant holds what is to be changed, and what it says has changed"),
    "renew": ("持有的证件尚在有效期内，距届满不少于三十日", "What is to be renewed is in force for thirty days or more"),
    "replace": ("持有的证件尚在有效期内，已经遗失或者损坏", "What is to be replaced is in force, and lost or damaged"),
    "cancel": ("持有有效的原证件，不再从事有关活动", "The applicant holds what is to be cancelled, and has ended what it is for"),
}  # fmt: skip
_OF_TYPE: Final[Mapping[str, tuple[str, str]]] = {
    "01": ("没有依法不得取得该许可的情形", "Nothing by law bars the applicant from this licence"),
    "05": (
        "符合规定的给付对象和标准，未重复享受",
        "The applicant is entitled to the benefit and does not have it already",
    ),
    "07": ("要求确认的事实或者权利没有争议", "What is to be confirmed is not in dispute"),
    "08": ("成绩属实，在规定的期限内申报", "The achievement is true and is put forward in time"),
    "09": ("双方协商不成，尚未起诉", "The parties could not agree, and no court has been asked"),
    "10": ("事项属于本市管辖", "The matter lies within this city"),
    "20": (
        "在本市居住、工作、经营，或者事项发生在本市",
        "The applicant lives, works or trades here, or the matter is here",
    ),
}
_WITH: Final[Mapping[str, tuple[str, str]]] = {
    "premises_proof": ("有与活动相适应的固定场所", "There are fixed premises that suit it"),
    "staff_list": ("有符合要求的从业人员", "There is staff that is qualified for it"),
    "capital_proof": ("有规定数额的资金", "There is the capital that is asked for"),
    "safety_plan": ("有安全和应急的措施", "There are measures for safety and emergencies"),
}


def conditions(kind: str, variant: str, objects: Sequence[str], papers: Sequence[str]) -> Row:
    """Return the conditions of an item in both languages, by its type, its variant, for whom it is and which papers it asks for."""
    persons, others = "1" in objects, any(one != "1" for one in objects)
    told = [_FOR["both" if persons and others else "persons" if persons else "organisations"]]
    if variant in _OF_VARIANT:
        told.append(_OF_VARIANT[variant])
    else:
        told += [words for paper, words in _WITH.items() if paper in papers]
        told.append(_OF_TYPE.get(kind, _OF_TYPE["10"]))
    return {
        "conditions": "；".join(zh for zh, _ in told) + "。",
        "conditions_en": "; ".join(en[0].lower() + en[1:] if n else en for n, (_, en) in enumerate(told)) + ".",
    }


def with_alternatives(papers: Sequence[str]) -> list[str]:
    """Return these papers, and after each the one that other cases need in its place."""
    return list(dict.fromkeys(one for paper in papers for one in (paper, _INSTEAD.get(paper, paper))))


def situations_in(papers: Sequence[str]) -> Iterator[Row]:
    """Return the situations of an item that asks for these papers: each answer to each question that they raise."""
    for one in _asked(papers):
        for code, zh, en, _ in one.answers:
            yield {
                "code": f"{one.code}.{code}",
                "question": one.zh,
                "question_en": one.en,
                "answer": zh,
                "answer_en": en,
            }


def in_situations(paper: str, papers: Sequence[str]) -> str:
    """Return in which situations an item that asks for these papers asks for one of them; an empty text is always."""
    named = [f"{one.code}.{code}" for one in _asked(papers) for code, _, _, needed in one.answers if paper in needed]
    return SEVERAL.join(named)


def _asked(papers: Sequence[str]) -> list[_Question]:
    return [one for one in _QUESTIONS if set(one.among) <= set(papers)]
