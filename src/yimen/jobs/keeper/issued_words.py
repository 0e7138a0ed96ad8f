"""
What each paper says on the way to an answer: receipts, the notice of correction, acceptance, and being turned away.

Each element that law or practice wants on a paper is named in domain terms in tests/issued_elements.py.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from yimen.jobs.keeper.issued_outcomes import (
    denial,
    fee_notice,
    fee_receipt,
    grant,
    original_receipt,
    original_return,
    service,
)
from yimen.jobs.keeper.issued_parts import (
    LICENSING,
    LICENSING_EN,
    SIGNED,
    Block,
    Said,
    Source,
    Words,
    day_line,
    items,
    line,
    person_line,
    rows,
    text,
    time_line,
)
from yimen.jobs.keeper.typeface import CharacterMissing, check_printable
from yimen.pure.issued import Kind, Line
from yimen.pure.workdays import Calendar

ON_THE_SPOT: Final = (
    (
        "本事项为即办件，材料齐全的，收到后当场审查并作出决定，不必等候。当场办结的，不另发受理通知书，"
        "受理时间以本凭证所载收到时间为准；当日不能办结的，按下列期限答复。"
    ),
    (
        "This is decided on the spot: complete materials are examined and decided as soon as they are received. Then no notice of "
        "acceptance follows, and the time of receipt is that of acceptance. Only what cannot be decided on the day has the limit below."
    ),
)


def says(source: Source, *, days: Calendar) -> Said:
    """Return what the paper of a source says (casework.issued.source)."""
    return _SAYS[source["kind"]](Words(source, days))


def _receipt(words: Words) -> Said:
    return _received(
        words,
        zh=f"{words.item_zh}的申请及下列材料已经收到，特发此凭证。",
        en=f"Your application for {words.item_en} and the materials listed below have been received.",
    )


def _corrected_receipt(words: Words) -> Said:
    return _received(
        words,
        zh=f"为{words.item_zh}的申请补正的下列材料已经收到，特发此凭证；收到申请材料的时间按本次收到重新计算。",
        en=f"The materials with which you corrected the application for {words.item_en} have been received; the time of receipt "
        "is counted anew from now.",
    )


def _received(words: Words, *, zh: str, en: str) -> Said:
    source = words.source
    event: Any = "corrected" if source["kind"] == "corrected_receipt" else "received"
    answer, why = words.due(words.limits["acceptance"], words.day("received"), event, "答复期限", "You hear by")
    blocks = [
        text(zh, en),
        *([text(*ON_THE_SPOT)] if source["instant"] else []),
        rows(
            *words.who(),
            time_line("收到时间", "Received", source["at"]),
            person_line("接收人", "Received by", source["clerk"]),
            day_line("受理期限起算日", "Counts from", words.day("received")),
            answer,
        ),
        *_materials(words, "收到的材料", "Materials received"),
        why,
        text(
            "逾期不一次告知需要补正的全部内容的，自收到申请材料之日起即为受理"
            f"（{LICENSING}第三十二条第一款第四项）。收到材料不等于受理。",
            "Unless you are told by then, once, of everything that is to be corrected, the application counts as accepted from the "
            f"day of receipt ({LICENSING_EN}, art. 32(1)(4)). Receipt is not yet acceptance.",
        ),
    ]
    if source["unverified"]:
        blocks.append(
            text(
                "收件时申请人身份尚待核验，不影响本凭证的效力；作出决定之前须完成核验。",
                "The applicant's identity was still to be checked when this was received. This receipt holds all the same; the "
                "check must be made before a decision.",
            )
        )
    return Said(blocks=tuple(blocks))


def _correction(words: Words) -> Said:
    source = words.source
    limit = words.limits.get("correction") or {"amount": 30, "unit": "N"}
    until, why = words.due(limit, words.day("today"), "correction_asked", "补正期限", "Correct by")
    centre = source["centre"]
    return Said(
        blocks=(
            text(
                f"{words.item_zh}的申请材料不齐全或者不符合法定形式。依照{LICENSING}第三十二条第一款第四项，现将需要补正的全部内容"
                "一次告知如下。除下列内容外，不再要求补正其他材料。",
                f"The materials of your application for {words.item_en} are incomplete or not in the proper form. Under art. 32(1)(4) "
                f"of the {LICENSING_EN} you are told here, once, of everything that is to be corrected. Nothing else will be asked for.",
            ),
            rows(
                *words.who(),
                time_line("告知时间", "Told at", source["at"]),
                until,
                line(
                    "如何补正",
                    "How",
                    f"网上办件页面，或者{centre['name_zh']}任一综合窗口（{centre['address_zh']}，电话 {centre['phone']}）",
                    f"On the page of your case, or at any window of {centre['name_en']} ({centre['address_en']})",
                ),
            ),
            items("补正内容", "What is to be corrected", _missing(words)),
            why,
            text(
                "收到补正材料后，答复期限自收到之日起重新计算。逾期不补正的，视为撤回申请，可以重新申请。",
                "When the correction is received, the time for the answer counts anew from that day. What is not corrected in time "
                "counts as withdrawn; you may apply again.",
            ),
        ),
        signed_by=SIGNED,
    )


def _missing(words: Words) -> list[Line]:
    """Everything to be corrected: the name of each material or question, what is wrong, and the standard it must meet."""
    body = words.source["body"]
    materials = {one["code"]: one for one in body["materials"]}
    questions = {one["name"]: one for one in body["form"]}
    found = []
    for one in json.loads(words.source["writing"])["items"]:
        if one["material"]:
            known = materials.get(one["material"], {})
            names = known.get("name_zh", one["material"]), known.get("name_en", "")
        else:
            known = questions.get(one["field"], {})
            names = f"申请表：{known.get('label_zh') or one['field']}", f"Form: {known.get('label_en') or one['field']}"
        standard = known.get("standard_zh", "") or "与申请事项一致，完整、清晰。"
        also = known.get("standard_en", "") or "Consistent with what is applied for, complete and legible."
        found.append(line(*names, f"{one['what']}\n标准：{standard}", f"Standard: {also}"))
    return found


def _acceptance(words: Words) -> Said:
    return _accepted(
        words,
        start="accepted",
        zh=f"{words.item_zh}的申请属于本机关职权范围，申请材料齐全、符合法定形式。依照{LICENSING}第三十二条第一款第五项，决定予以受理。",
        en=f"Your application for {words.item_en} falls to this agency, and its materials are complete and in the proper form. Under "
        f"art. 32(1)(5) of the {LICENSING_EN} it is accepted.",
    )


def _deemed_acceptance(words: Words) -> Said:
    days = words.limits["acceptance"]["amount"]
    return _accepted(
        words,
        start="received",
        zh=f"{words.item_zh}的申请，本机关自收到申请材料之日起{days}个工作日内未一次告知需要补正的全部内容。依照{LICENSING}第三十二条"
        "第一款第四项，自收到申请材料之日起即为受理。本通知书为视为受理的自动通知。",
        en=f"Within {days} working days of receipt this agency did not tell you of anything to be corrected in your application for "
        f"{words.item_en}. Under art. 32(1)(4) of the {LICENSING_EN} it has been accepted by law from the day of receipt. This notice "
        "is automatic.",
    )


def _accepted(words: Words, *, start: Any, zh: str, en: str) -> Said:
    source, contact = words.source, words.source["contact"] or {}
    accepted = words.day("today" if start == "accepted" else "received")
    dates, whys = [], []
    for name, label, english in (
        ("statutory", "法定办结期限", "Decision due by law"),
        ("promise", "承诺办结期限", "Decision promised"),
    ):
        limit = words.limits.get(name)
        if limit:
            received = limit.get("starts", "accepted") == "received"
            first = words.day("received") if received else accepted
            row, why = words.due(limit, first, "received" if received else start, label, english)
            dates.append(row)
            whys.append(why)
    named = (contact.get("phone"), contact.get("email"), contact.get("address"))
    return Said(
        blocks=(
            text(zh, en),
            rows(
                *words.who(),
                line("联系方式", "Contact", "\n".join(one for one in named if one) or "未留", ""),
                day_line("受理日期", "Accepted on", accepted),
                *dates,
                words.basis,
                *([person_line("受理人", "Accepted by", source["clerk"])] if source["clerk"] else []),
            ),
            *_materials(words, "申请材料", "Materials"),
            *whys,
            text(
                "依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，所需时间不计算在期限内，并书面告知"
                f"（{LICENSING}第四十五条）。",
                "Time that the law gives to hearings, tenders, tests, inspections and expert reviews is not counted, and you are told of "
                f"it in writing ({LICENSING_EN}, art. 45).",
            ),
            words.failure(),
        ),
        signed_by=SIGNED,
    )


def _turned_away(words: Words, *, zh: str, en: str, more: list[Line], remedy: tuple[str, str]) -> Said:
    reason = json.loads(words.source["writing"])["reason"]
    return Said(
        blocks=(
            text(zh, en),
            rows(
                *words.who(),
                line("理由", "Reason", reason),
                *more,
                words.basis,
                day_line("日期", "Date", words.day("today")),
                *([person_line("承办人", "Handled by", words.source["clerk"])] if words.source["clerk"] else []),
            ),
            words.remedies(zh=remedy[0], en=remedy[1]),
            words.failure(),
        ),
        signed_by=SIGNED,
    )


def _not_required(words: Words) -> Said:
    return _turned_away(
        words,
        zh=f"{words.item_zh}的申请所涉事项依法不需要取得行政许可。依照{LICENSING}第三十二条第一款第一项，即时告知不受理。",
        en=f"What you applied for under {words.item_en} needs no licence by law. Under art. 32(1)(1) of the {LICENSING_EN} you are told "
        "at once that it is not taken in.",
        more=[],
        remedy=("本告知", "this notice"),
    )


def _refusal(words: Words) -> Said:
    where = json.loads(words.source["writing"])["where"]
    return _turned_away(
        words,
        zh=f"{words.item_zh}的申请依法不属于本机关职权范围。依照{LICENSING}第三十二条第一款第二项，决定不予受理。",
        en=f"Your application for {words.item_en} does not fall to this agency. Under art. 32(1)(2) of the {LICENSING_EN} it is not "
        "accepted.",
        more=[line("应向其申请的机关", "Apply to", where)],
        remedy=("本决定", "this decision"),
    )


def _materials(words: Words, zh: str, en: str) -> list[Block]:
    """The materials that came, and those that are not asked for because the government holds them or the form makes them."""
    came: dict[str, list[Mapping[str, Any]]] = {}
    for one in words.source["materials"]:
        came.setdefault(one["material"], []).append(one)
    body = words.source["body"]["materials"]
    listed = [_came(one, came[one["code"]]) for one in body if one["code"] in came]
    spared = [
        line(one["name_zh"], one["name_en"], *_why_spared(one))
        for one in body
        if one["code"] not in came and (one.get("exempt_by_sharing") or one.get("from_form"))
    ]
    if words.source["kind"] == "corrected_receipt":
        spared = []
    none = [line("未提交文件", "No files", "", "")]
    return [items(zh, en, listed or none), *([items("免于提交", "Not asked of you", spared)] if spared else [])]


def _came(material: Mapping[str, Any], files: list[Mapping[str, Any]]) -> Line:
    names = "、".join(_file(one["name"], n) for n, one in enumerate(files, 1))
    again = "（沿用此前提交的材料）" if any(one["earlier"] for one in files) else ""
    count = len(files)
    also = f"{count} {'file' if count == 1 else 'files'}{', used again from an earlier case' if again else ''}"
    return line(material["name_zh"], material["name_en"], f"{count} 份：{names}{again}", also)


def _why_spared(material: Mapping[str, Any]) -> tuple[str, str]:
    if material.get("from_form"):
        return "由申请表自动生成", "Made from the form"
    return "由数据共享取得，不必提交", "Had by sharing within the government"


def _file(name: str, number: int) -> str:
    """The name of a file as its owner wrote it; where no typeface of ours has it, its number stands for it."""
    try:
        check_printable(text=name, where="file")
    except CharacterMissing:
        return f"文件 {number}"
    return name


_SAYS: Final[Mapping[Kind, Callable[[Words], Said]]] = {
    "receipt": _receipt,
    "corrected_receipt": _corrected_receipt,
    "correction": _correction,
    "acceptance": _acceptance,
    "deemed_acceptance": _deemed_acceptance,
    "not_required": _not_required,
    "refusal": _refusal,
    "grant": grant,
    "denial": denial,
    "fee_notice": fee_notice,
    "fee_receipt": fee_receipt,
    "original_receipt": original_receipt,
    "original_return": original_return,
    "service": service,
}
