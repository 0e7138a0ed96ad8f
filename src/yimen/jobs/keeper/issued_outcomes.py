"""What each paper says from the decision on: grant and denial, fees, originals, and how the result was served."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from yimen.jobs.keeper.issued_parts import (
    LICENSING,
    LICENSING_EN,
    SIGNED,
    Said,
    Words,
    day_line,
    items,
    line,
    person_line,
    rows,
    text,
    time_line,
)
from yimen.pure.evidence import NO_END
from yimen.pure.issued import Line
from yimen.pure.yuan import capitals, figures

EVIDENCE: Final[Mapping[str, tuple[str, str]]] = {
    "signed_receipt": ("签收回执", "The signed receipt"),
    "carrier_record": ("承运人投递记录", "The carrier's record of delivery"),
}
CARRIERS: Final[Mapping[str, str]] = {"ems": "邮政速递 EMS", "sf": "顺丰 SF Express"}


def grant(words: Words) -> Said:
    decided = json.loads(words.source["decision"])
    on, certificate, until = date.fromisoformat(decided["decided_on"]), decided["certificate"], decided["valid_until"]
    ends = day_line("有效期至", "Valid until", date.fromisoformat(until)) if until else _no_end()
    served, why = words.due(words.limits["service"], on, "decided", "颁发送达期限", "Delivered by")
    return Said(
        blocks=(
            text(
                f"经审查，{words.item_zh}的申请符合法定条件、标准。依照{LICENSING}第三十八条第一款，决定准予。",
                f"Having examined your application for {words.item_en}, this agency finds that it meets the conditions of the law and, "
                f"under art. 38(1) of the {LICENSING_EN}, grants it.",
            ),
            rows(
                *words.who(),
                day_line("决定日期", "Decided on", on),
                line(
                    "证件", "Certificate", f"{certificate['type_zh']} {certificate['number']}", certificate["type_en"]
                ),
                day_line("有效期起", "Valid from", date.fromisoformat(decided["valid_from"])),
                ends,
                words.basis,
                served,
            ),
            items(
                "准予的内容", "What is granted", [line(one["zh"], one["en"], one["value"]) for one in decided["scope"]]
            ),
            why,
            text(
                f"证件在决定之日起十个工作日内颁发、送达（{LICENSING}第四十四条）。本决定予以公开，公众有权查阅（第四十条）。",
                f"The certificate is issued and served within ten working days of the decision ({LICENSING_EN}, art. 44). This decision is "
                "published, and anyone may consult it (art. 40).",
            ),
            words.remedies(),
        ),
        signed_by=SIGNED,
    )


def _no_end() -> Line:
    return line("有效期至", "Valid until", NO_END, "No end")


def denial(words: Words) -> Said:
    decided = json.loads(words.source["decision"])
    names = {one["code"]: one for one in words.source["body"]["conditions"]}
    reasons = []
    for one in decided["reasons"]:
        known = names.get(one["condition"], {})
        reasons.append(line(known.get("zh") or one["condition"], known.get("en") or "", one["why"]))
    return Said(
        blocks=(
            text(
                f"经审查，{words.item_zh}的申请不符合下列法定条件、标准。依照{LICENSING}第三十八条第二款，决定不予准许，并说明理由如下。",
                f"Having examined your application for {words.item_en}, this agency finds that the conditions below are not met and, under "
                f"art. 38(2) of the {LICENSING_EN}, denies it for the reasons given.",
            ),
            rows(
                *words.who(),
                day_line("决定日期", "Decided on", date.fromisoformat(decided["decided_on"])),
                words.basis,
            ),
            items("不予准许的理由", "Reasons", reasons),
            words.remedies(),
            words.failure(),
        ),
        signed_by=SIGNED,
    )


def _fee_lines(words: Words) -> list[Line]:
    """The published lines that apply, each with its basis and amount."""
    known = {one["code"]: one for one in words.source["body"].get("fees", [])}
    return [
        line(
            known[one["code"]]["name_zh"],
            known[one["code"]]["name_en"],
            f"{figures(one['amount'])}　依据：{known[one['code']]['basis']}",
        )
        for one in words.source["fee"]["lines"]
    ]


def _amount(words: Words, zh: str, en: str) -> Line:
    amount = words.source["fee"]["amount"]
    return line(zh, en, f"{figures(amount)}\n（大写）{capitals(amount)}")


def fee_notice(words: Words) -> Said:
    centre = words.source["centre"]
    return Said(
        blocks=(
            text(
                f"{words.item_zh}的申请已经受理。依照公布的收费依据和标准，应当缴纳下列费用。",
                f"Your application for {words.item_en} is accepted. By the published rates the following is to be paid.",
            ),
            rows(
                *words.who(),
                _amount(words, "应缴金额", "To be paid"),
                day_line("通知日期", "Notified on", words.day("today")),
                line(
                    "缴费方式",
                    "How to pay",
                    f"网上办件页面，或者{centre['name_zh']}任一综合窗口",
                    f"On the page of your case, or at any window of {centre['name_en']}",
                ),
            ),
            items("收费项目", "Fees", _fee_lines(words)),
            text(
                "除公布的收费项目和标准外，不收取任何费用。缴清之前不影响审查和决定，但不制发证件"
                f"（{LICENSING}第五十八条、第五十九条）。",
                "Nothing is charged beyond the published fees. Examination and decision do not wait for payment; the certificate does "
                f"({LICENSING_EN}, arts 58 and 59).",
            ),
        )
    )


def fee_receipt(words: Words) -> Said:
    fee = words.source["fee"]
    return Said(
        blocks=(
            text(
                f"{words.item_zh}的下列费用已经缴清，特发此凭证。",
                f"The fees below, for {words.item_en}, have been paid.",
            ),
            rows(
                *words.who(),
                _amount(words, "实缴金额", "Paid"),
                time_line("缴费时间", "Paid at", fee["paid_at"]),
                line("支付流水号", "Payment reference", fee["reference"]),
                *([line("缴费通知书", "Notice of fee", fee["notice"])] if fee["notice"] else []),
            ),
            items("收费项目", "Fees", _fee_lines(words)),
        )
    )


def _original(words: Words) -> list[Line]:
    original = words.source["original"]
    known = {one["code"]: one for one in words.source["body"]["materials"]}.get(original["material"], {})
    count = original["pieces"]
    return [
        line("原件", "Original", known.get("name_zh", original["material"]), known.get("name_en", "")),
        line("份数", "Pieces", f"{count} 份", f"{count} {'piece' if count == 1 else 'pieces'}"),
        time_line("收存时间", "Taken at", original["taken"]),
    ]


def original_receipt(words: Words) -> Said:
    return Said(
        blocks=(
            text(
                f"为办理{words.item_zh}，下列原件由窗口收存核验。原件凭本凭证领回，领回之前本件不办结。",
                f"For {words.item_en} the originals below were left at the window to be checked. They are given back against this receipt; "
                "the case is not closed before.",
            ),
            rows(*words.who(), *_original(words), person_line("接收人", "Received by", words.source["clerk"])),
        ),
        signed_by=("交件人", "Left by"),
    )


def original_return(words: Words) -> Said:
    receipt = words.source["original"]["receipt"]
    return Said(
        blocks=(
            text(
                f"为办理{words.item_zh}收存的下列原件已经退还。",
                f"The originals below, left for {words.item_en}, have been given back.",
            ),
            rows(
                *words.who(),
                *_original(words),
                time_line("退还时间", "Given back at", words.source["at"]),
                *([line("收存凭证", "Receipt of originals", receipt)] if receipt else []),
                person_line("退还人", "Given back by", words.source["clerk"]),
            ),
        ),
        signed_by=("领回人", "Taken back by"),
    )


def service(words: Words) -> Said:
    source = words.source
    result = source["body"]["result"]
    served = f"{result['name_zh']} {source['certificate_no'] or ''}".strip()
    way, arrived, by_hand = _way(words)
    return Said(
        blocks=(
            text(
                f"{words.item_zh}的办理结果已经送达（{LICENSING}第四十四条；送达方式参照《中华人民共和国民事诉讼法》第八十七条至第九十五条）。",
                f"The result of {words.item_en} has been served ({LICENSING_EN}, art. 44; ways of service by analogy with arts 87 to 95 of the "
                "Civil Procedure Law).",
            ),
            rows(
                *words.who(),
                line("送达文书", "Document served", served, result["name_en"]),
                *way,
                time_line(*arrived, source["at"]),
                line("受送达人", "Served on", source["applicant"]["name_zh"]),
                line("拒收事由", "Refusal", "无拒收", "Not refused"),
            ),
            text(
                "送达日期为受送达人签收、邮件回执所载或者到达受送达人系统之日。",
                "The date of service is that of the signature, of the carrier's receipt, or of arrival in the recipient's system.",
            ),
        ),
        signed_by=("受送达人签名或盖章", "Signature or seal of the recipient") if by_hand else None,
    )


def _noted(words: Words) -> list[Line]:
    """Of what a clerk noted by hand: on which evidence, and who did. Nothing, where the carrier said it over the network."""
    if words.source["event"] != "certificate.arrival_noted":
        return []
    return [
        line("送达凭据（人工登记）", "Evidence (noted by hand)", *EVIDENCE[words.source["facts"]["evidence"]]),
        person_line("登记人", "Noted by", words.source["clerk"]),
    ]


def _way(words: Words) -> tuple[list[Line], tuple[str, str], bool]:
    """How it was served, by whom and to whom; what its time is called; and whether somebody signs for it by hand."""
    source, facts = words.source, words.source["facts"]
    if source["event"] == "certificate.delivered" and facts["way"] == "electronic":
        how = line(
            "送达方式", "Way of service", "电子送达（申请时已同意）", "Electronic, with the consent given at filing"
        )
        return [how], ("到达受送达人系统的时间", "Arrived in the recipient's system"), False
    if source["event"] in ("certificate.delivered", "certificate.arrival_noted"):
        parcel: Mapping[str, Any] = source["parcel"]
        carrier = f"{CARRIERS.get(parcel['carrier'], parcel['carrier'].upper())} {parcel['tracking']}"
        return (
            [
                line("送达方式", "Way of service", "邮寄送达", "By post"),
                line("承运人及单号", "Carrier and number", carrier),
                *_noted(words),
            ],
            ("收到日期（回执）", "Received (carrier's receipt)"),
            False,
        )
    to = (
        ("代办人", "The agent")
        if facts["to"] == "agent"
        else ("申请人本人（或其法定代表人）", "The applicant in person")
    )
    late = "（逾期保管后领取）" if source["event"] == "certificate.collected_late" else ""
    return (
        [
            line("送达方式", "Way of service", f"窗口直接送达{late}", "Handed over at the window"),
            line(
                "领取人",
                "Collected by",
                f"{to[0]}，窗口人员查验身份证件",
                f"{to[1]}; identity document seen by the clerk",
            ),
            person_line("送达人", "Served by", source["clerk"]),
        ],
        ("收到日期", "Received"),
        True,
    )
