"""What messages say, in both languages: one wording for each kind of event that is told, for pages and mail alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from yimen.pure.yuan import figures

Both = tuple[str, str]  # Chinese, English
ZH, EN = 0, 1


@dataclass(frozen=True, slots=True)
class Wording:
    """A title that stands alone, and what it means for the reader."""

    title: Both
    text: Both


NOTICES: Final[Mapping[str, Wording]] = {
    "case.submitted": Wording(
        ("申请已提交", "Application filed"),
        ("申请已收到，收件凭证在办件页面。", "It has been received; the receipt is on the page of the case."),
    ),
    "case.taken": Wording(
        ("窗口已代为提交申请", "Application filed at the window"),
        ("申请已收到，收件凭证在办件页面。", "It has been received; the receipt is on the page of the case."),
    ),
    "case.correction_asked": Wording(
        ("请补正申请材料", "Please correct your application"),
        (
            "需要补正的内容已一次性全部列在办件页面。逾期未补正的，视为撤回申请。",
            "Everything that is missing is listed at once on the page of the case. Without a correction in time the application counts as taken back.",
        ),
    ),
    "case.corrected": Wording(
        ("补正材料已收到", "Correction received"),
        ("自收到补正之日起重新计算受理期限。", "The time for accepting it begins anew on the day of receipt."),
    ),
    "case.corrected_at_window": Wording(
        ("窗口已收到补正材料", "Correction received at the window"),
        ("自收到补正之日起重新计算受理期限。", "The time for accepting it begins anew on the day of receipt."),
    ),
    "case.lapsed": Wording(
        ("逾期未补正，视为撤回申请", "No correction came: taken back"),
        (
            "补正期限已过，申请视为撤回。您可以重新申请；不服的，救济途径在办件页面。",
            "The time for the correction is over, and the application counts as taken back. You may apply again; what you can do against it is on the page of the case.",
        ),
    ),
    "case.accepted": Wording(
        ("申请已受理", "Application accepted"),
        ("办理期限自受理之日起计算。", "The time for deciding runs from the day of acceptance."),
    ),
    "case.deemed_accepted": Wording(
        ("逾期未答复，依法视为受理", "Accepted by law"),
        (
            "受理期限内没有答复，依法自收到之日起视为已受理。",
            "Nobody answered in time, so by law it counts as accepted from the day of receipt.",
        ),
    ),
    "case.not_required": Wording(
        ("此事不需要办理许可", "No application is needed"),
        (
            "理由在办件页面；不服的，可以依法申请行政复议或提起行政诉讼。",
            "The reason is on the page of the case, and what you can do against it.",
        ),
    ),
    "case.refused": Wording(
        ("不予受理", "Not accepted"),
        (
            "理由和应当前往的机关在办件页面；不服的，可以依法申请行政复议或提起行政诉讼。",
            "The reason, and where to go instead, is on the page of the case, and what you can do against it.",
        ),
    ),
    "case.withdrawn": Wording(
        ("申请已撤回", "Application withdrawn"),
        ("办件已终止。", "The case is over."),
    ),
    "case.verified": Wording(
        ("待核验事项已核验", "Checked later, as promised"),
        ("收件时暂时无法核验的事项现已核验。", "What could not be checked when it was received has been checked now."),
    ),
    "case.check_differed": Wording(
        ("姓名与证件号码核对不一致", "Number and name do not match the register"),
        (
            "请带身份证件到窗口核对；核对清楚之前不能作出决定。",
            "Bring your identity card to a window. There is no decision before this is cleared up.",
        ),
    ),
    "case.recounted": Wording(
        ("办理日期已重新计算", "Dates counted anew"),
        (
            "工作日安排有变动，日期已依法重新计算。",
            "The calendar of working days changed; the dates were counted again.",
        ),
    ),
    "case.contact_changed": Wording(
        ("联系方式已变更", "Telephone or e-mail changed"),
        (
            "如果不是您或您的代办人所为，请与中心联系。",
            "If neither you nor who acts for you did this, tell the centre.",
        ),
    ),
    "case.granted": Wording(
        ("决定：准予", "Decided: granted"),
        ("接下来制作证照并用印。", "The certificate is made and sealed next."),
    ),
    "case.denied": Wording(
        ("决定：不予准许", "Decided: denied"),
        (
            "理由和救济途径在办件页面。救济期限自本通知到达之日起计算。",
            "The reasons are on the page of the case. The time for remedies runs from the arrival of this message.",
        ),
    ),
    "fee.asked": Wording(
        ("请缴费", "A fee is to be paid"),
        (
            "缴费后方可制证。金额与公布的标准一致。",
            "The certificate is made after it is paid. It is the published fee and nothing more.",
        ),
    ),
    "fee.paid": Wording(
        ("缴费已到账", "Fee received"),
        ("收款凭据在办件页面。", "The receipt is on the page of the case."),
    ),
    "certificate.sealed": Wording(
        ("证照已制好，请到窗口领取", "Ready for you to collect"),
        ("请带身份证件；由他人代领须有您的授权。", "Bring your identity card. Someone else needs your mandate."),
    ),
    "certificate.posted": Wording(
        ("证照已寄出", "On its way by post"),
        ("快递单号在办件页面。", "The tracking number is on the page of the case."),
    ),
    "certificate.delivered": Wording(
        ("证照已送达", "Your certificate is delivered"),
        (
            "电子证照在办件页面。对决定不服的，救济期限自送达之日起计算。",
            "The certificate is on the page of the case. The time for remedies against the decision runs from today.",
        ),
    ),
    "certificate.arrival_noted": Wording(
        ("证照已送达（人工登记）", "Your certificate is delivered (noted by hand)"),
        (
            "窗口依签收回执或承运人投递记录登记。没有收到的，请与中心联系。对决定不服的，救济期限自送达之日起计算。",
            "A clerk noted it, by the signed receipt or the carrier's record. Tell the centre if you have not got it. The time for remedies runs from today.",
        ),
    ),
    "certificate.returned": Wording(
        ("邮件被退回，请到窗口领取", "It came back by post: please collect it"),
        ("请带身份证件；由他人代领须有您的授权。", "Bring your identity card. Someone else needs your mandate."),
    ),
    "certificate.return_noted": Wording(
        ("邮件被退回（人工登记），请到窗口领取", "It came back by post (noted by hand): please collect it"),
        ("请带身份证件；由他人代领须有您的授权。", "Bring your identity card. Someone else needs your mandate."),
    ),
    "certificate.loss_noted": Wording(
        ("邮件遗失（人工登记），请到窗口领取", "The parcel was lost (noted by hand): please collect the result"),
        ("请带身份证件；由他人代领须有您的授权。", "Bring your identity card. Someone else needs your mandate."),
    ),
    "certificate.handed_over": Wording(
        ("证照已在窗口领取", "Handed over at the window"),
        ("领取记录在办件页面。", "Who took it is on record."),
    ),
    "certificate.kept": Wording(
        ("逾期未领取，证照由中心保管", "Not collected: kept at the centre"),
        ("您仍可随时到窗口领取。", "You can still fetch it at the window at any time."),
    ),
    "certificate.collected_late": Wording(
        ("保管的证照已领取", "Collected later"),
        ("领取记录在办件页面。", "Who took it is on record."),
    ),
    "original.taken": Wording(
        ("窗口已收存原件", "We hold originals of yours"),
        ("请保留收条，凭收条取回。", "Keep the receipt: you get them back against it."),
    ),
    "original.returned": Wording(
        ("原件已退还", "Originals given back"),
        ("退还记录在办件页面。", "It is on record."),
    ),
    "mandate.given": Wording(
        ("授权已生效", "A mandate was given"),
        ("委托人可以随时终止授权。", "Whoever gave it can end it at any time."),
    ),
    "mandate.ended": Wording(
        ("授权已终止", "A mandate has ended"),
        ("自终止时起，代办人不能再查看或办理。", "From then on the agent sees and does nothing more under it."),
    ),
}

# Why an event is told or not: the reasons of the service level.
WHYS: Final[Mapping[str, Both]] = {
    "you_act": ("您须在期限内办理", "you must act by a date"),
    "you_come": ("须您到窗口核对，否则不能作出决定", "you must come to a window, or there is no decision"),
    "you_pay": ("您须缴费", "you must pay"),
    "you_collect": ("您须在期限内领取", "you must fetch it by a date"),
    "our_time": ("我们的办理期限由此起算或变动", "our time for deciding begins or changes"),
    "remedies": ("您的救济期限由此起算，或结果已送出", "your time for remedies begins, or a result is on its way"),
    "course": ("办理进度，只在站内告知", "the course of the case: told here, not mailed"),
    "follows": ("紧随已告知的事项", "it follows at once what was told"),
    "present": ("您本人在场", "you stood there"),
    "inner": ("机关内部环节，办件页面可见", "an inner step, to be seen on the page of the case"),
    "chance": ("随机指派，不影响您的期限", "chance gives a step to someone; your dates stay"),
    "no_case": ("与办件无关", "it is not of a case"),
}

DATES: Final[Mapping[str, Both]] = {
    "acceptance": ("答复是否受理的最后日期", "We say by then whether we accept it"),
    "correction": ("补正的最后日期", "Correct it by"),
    "promise": ("承诺办结日期", "We promise to decide by"),
    "statutory": ("法定办结日期", "The law demands a decision by"),
    "service": ("制证送达的最后日期", "We make and deliver it by"),
    "collection": ("领取的最后日期", "Fetch it by"),
}
AMOUNT: Final[Both] = ("金额", "Amount")
RECONSIDERATION: Final[Both] = ("申请行政复议", "Administrative reconsideration")
ACTION: Final[Both] = ("提起行政诉讼", "Action in court")


def lines(says: Mapping[str, Any], language: int) -> list[Both]:
    """Return the dates, amounts and periods of a message, each with its label, in one language (ZH or EN)."""
    found = [(DATES[one["clock"]][language], str(one["due_on"])) for one in says["dates"] if one["clock"] in DATES]
    if says["amount"]:
        found.append((AMOUNT[language], figures(says["amount"])))
    if says["remedies"]:
        days, months = says["remedies"]["reconsideration_days"], says["remedies"]["action_months"]
        found.append((RECONSIDERATION[language], (f"{days} 日内", f"within {days} days")[language]))
        found.append((ACTION[language], (f"{months} 个月内", f"within {months} months")[language]))
    return found
