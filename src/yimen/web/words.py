"""What the codes of the record are called on pages: one home for each word, translated where it is shown."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

HATS: Final[Words] = {
    "applicant": _("Applicant"),
    "counter": _("Window clerk"),
    "examiner": _("Examiner"),
    "decider": _("Decider"),
    "maker": _("Certificate maker"),
    "first_custodian": _("First seal custodian"),
    "second_custodian": _("Second seal custodian"),
    "supervisor": _("Supervisor"),
    "greeter": _("Greeter"),
    "server": _("Window clerk"),
    "machine": _("The machine"),
    "chance": _("Chance"),
}

ROLES: Final[Words] = {
    "applicant": _("Applicant"),
    "clerk": _("Window clerk"),
    "examiner": _("Examiner"),
    "decider": _("Decider"),
    "maker": _("Certificate maker"),
    "custodian": _("Seal custodian"),
    "supervisor": _("Supervisor"),
    "manager": _("Centre manager"),
    "registrar": _("Registrar"),
    "editor": _("Editor of the catalogue"),
    "reviewer": _("Reviewer of the catalogue"),
    "code": _("Whoever had the code of the receipt"),
}

# How the identity of a person was proven.
PROOFS: Final[Words] = {
    "registry": _("Proven when the person was entered into this city's register"),
    "gateway": _("Confirmed by the register of people"),
    "seen": _("Identity card seen by a clerk"),
    "not_checked": _("Not checked yet"),
}

EVENTS: Final[Words] = {
    "case.submitted": _("Application filed"),
    "case.counter_drawn": _("Window clerk drawn by chance"),
    "case.accepted": _("Application accepted"),
    "case.examiner_drawn": _("Examiner drawn by chance"),
    "case.examined": _("Examined"),
    "case.decider_drawn": _("Decider drawn by chance"),
    "case.granted": _("Granted"),
    "case.grant_signed": _("Grant signed under the agency's key"),
    "case.maker_drawn": _("Certificate maker drawn by chance"),
    "certificate.made": _("Certificate made"),
    "certificate.first_custodian_drawn": _("First seal custodian drawn by chance"),
    "certificate.released": _("Seal released by the first hand"),
    "certificate.second_custodian_drawn": _("Second seal custodian drawn by chance"),
    "certificate.released_again": _("Seal released by the second hand"),
    "certificate.sealed": _("Certificate sealed"),
    "certificate.delivered": _("Certificate delivered"),
    "case.closed": _("Case closed"),
    "case.withdrawn": _("Application withdrawn"),
    "case.taken": _("Application filed at the window"),
    "case.correction_asked": _("Correction asked for"),
    "case.corrected": _("Correction received"),
    "case.corrected_at_window": _("Correction received at the window"),
    "case.lapsed": _("No correction came: taken back by law"),
    "case.deemed_accepted": _("Accepted by law, because nobody answered in time"),
    "case.not_required": _("No application is needed"),
    "case.refused": _("Not accepted: another agency's matter"),
    "case.sent_back": _("Sent back to the examiner"),
    "case.denied": _("Denied"),
    "case.clerk_stepped_aside": _("The window clerk handed the case back"),
    "case.examiner_stepped_aside": _("The examiner handed the case back"),
    "case.decider_stepped_aside": _("The decider handed the case back"),
    "certificate.maker_stepped_aside": _("The certificate maker handed the case back"),
    "certificate.first_custodian_stepped_aside": _("The first seal custodian handed the case back"),
    "certificate.second_custodian_stepped_aside": _("The second seal custodian handed the case back"),
    "certificate.deliverer_stepped_aside": _("The delivering clerk handed the case back"),
    "case.draw_waits": _("Nobody could be drawn yet; chance draws as soon as someone is on duty"),
    "case.left_to_manager": _("Whoever answered for the case has left; the manager answers for it now"),
    "case.recounted": _("Due dates counted anew, because the calendar changed"),
    "case.verified": _("Checked later, as promised at the window"),
    "case.contact_changed": _("Telephone or e-mail changed by the applicant"),
    "case.check_differed": _("The register of people says number and name do not belong together"),
    "case.seen": _("Document seen by a clerk"),
    "fee.asked": _("Fee asked for"),
    "fee.paid": _("Fee paid"),
    "original.taken": _("Originals taken against a receipt"),
    "original.returned": _("Originals given back"),
    "case.deliverer_drawn": _("Delivering clerk drawn by chance"),
    "certificate.posted": _("Certificate sent by post"),
    "certificate.arrival_noted": _("Arrival of the parcel noted by hand, with evidence"),
    "certificate.returned": _("The parcel came back"),
    "certificate.return_noted": _("Return of the parcel noted by hand, with the parcel here"),
    "certificate.loss_noted": _("Loss of the parcel noted by hand, by the carrier's record"),
    "certificate.handed_over": _("Certificate handed over at the window"),
    "certificate.kept": _("Not collected: kept at the centre"),
    "certificate.collected_late": _("Collected later"),
    "visit.opened": _("Visit opened"),
    "visit.window_drawn": _("Window clerk drawn by chance"),
    "visit.ended": _("Visit ended"),
    "mandate.given": _("Mandate given"),
    "mandate.ended": _("Mandate ended"),
}

# Where a case stands, named by the last thing that happened to it.
STATES: Final[Words] = {
    "case.submitted": _("Filed"),
    "case.counter_drawn": _("Waiting to be accepted"),
    "case.accepted": _("Accepted"),
    "case.examiner_drawn": _("Being examined"),
    "case.examined": _("Examined"),
    "case.decider_drawn": _("Being decided"),
    "case.granted": _("Granted"),
    "case.grant_signed": _("Granted"),
    "case.maker_drawn": _("Certificate being made"),
    "certificate.made": _("Certificate made"),
    "certificate.first_custodian_drawn": _("Waiting for the seal"),
    "certificate.released": _("Waiting for the seal"),
    "certificate.second_custodian_drawn": _("Waiting for the seal"),
    "certificate.released_again": _("Being sealed"),
    "certificate.sealed": _("Sealed"),
    "certificate.delivered": _("Delivered"),
    "case.closed": _("Closed"),
    "case.withdrawn": _("Withdrawn"),
    "case.correction_asked": _("To be corrected"),
    "case.lapsed": _("Taken back by law"),
    "case.not_required": _("No application needed"),
    "case.refused": _("Not accepted"),
    "case.denied": _("Denied"),
    "certificate.posted": _("On its way by post"),
    "certificate.kept": _("Kept at the centre"),
}

# The last thing that happened to a case in each state of the record.
LAST: Final[Mapping[str, str]] = {
    "received": "case.counter_drawn",
    "examining": "case.examiner_drawn",
    "deciding": "case.decider_drawn",
    "granted": "case.granted",
    "certifying": "case.maker_drawn",
    "made": "certificate.first_custodian_drawn",
    "half_released": "certificate.second_custodian_drawn",
    "released": "certificate.released_again",
    "sealed": "certificate.sealed",
    "delivered": "certificate.delivered",
    "closed": "case.closed",
    "withdrawn": "case.withdrawn",
    "correcting": "case.correction_asked",
    "lapsed": "case.lapsed",
    "not_required": "case.not_required",
    "refused": "case.refused",
    "denied": "case.denied",
    "posted": "certificate.posted",
    "kept": "certificate.kept",
}

TONES: Final[Mapping[str, str]] = {
    "case.submitted": "quiet",
    "case.counter_drawn": "quiet",
    "certificate.sealed": "done",
    "certificate.delivered": "done",
    "case.closed": "done",
    "case.withdrawn": "stop",
    "case.correction_asked": "warn",
    "case.lapsed": "stop",
    "case.not_required": "quiet",
    "case.refused": "stop",
    "case.denied": "stop",
    "certificate.kept": "warn",
}

CLOCKS: Final[Words] = {
    "promise": _("Promised limit"),
    "statutory": _("Limit set by law"),
    "acceptance": _("Acceptance"),
    "correction": _("Correction"),
    "collection": _("Collection"),
    "service": _("Making and delivery"),
    "link": _("This step"),
}

# Who is responsible in a state: the hat, and whether it is worn at the centre or at the agency.
RESPONSIBLE: Final[Mapping[str, tuple[str, str]]] = {
    "received": ("counter", "centre"),
    "examining": ("examiner", "agency"),
    "deciding": ("decider", "agency"),
    "granted": ("machine", "agency"),
    "certifying": ("maker", "centre"),
    "made": ("first_custodian", "centre"),
    "half_released": ("second_custodian", "centre"),
    "released": ("machine", "centre"),
    "sealed": ("machine", "centre"),
    "delivered": ("machine", "centre"),
    "correcting": ("applicant", "centre"),
    "denied": ("machine", "agency"),
    "posted": ("counter", "centre"),
}

# The nine steps of the path as people see them, and the events that end each.
STEPS: Final[tuple[tuple[tuple[str, ...], str | Promise], ...]] = (
    (("case.submitted", "case.taken"), _("Apply")),
    (("case.accepted", "case.deemed_accepted"), _("Accept")),
    (("case.examiner_drawn",), _("Draw")),
    (("case.examined",), _("Examine")),
    (("case.granted",), _("Decide")),
    (("certificate.made",), _("Make")),
    (("certificate.sealed",), _("Seal")),
    (
        ("certificate.delivered", "certificate.arrival_noted", "certificate.handed_over", "certificate.kept"),
        _("Deliver"),
    ),
    (("case.closed",), _("Close")),
)
# Events that end the path before its end.
ENDS: Final = ("case.withdrawn", "case.lapsed", "case.refused", "case.not_required", "case.denied")

PURPOSES: Final[Words] = {
    "counter": _("Window clerk"),
    "examiner": _("Examiner"),
    "decider": _("Decider"),
    "maker": _("Certificate maker"),
    "first_custodian": _("First seal custodian"),
    "second_custodian": _("Second seal custodian"),
    "window": _("Window clerk"),
    "deliverer": _("Delivering clerk"),
}


def period(limit: Mapping[str, Any] | None) -> str:
    """A time limit in words: {amount, unit}; None where the law sets none."""
    if limit is None:
        return gettext("no limit set")
    amount = limit["amount"]
    if limit["unit"] == "I":
        return gettext("on the spot")
    if limit["unit"] == "N":
        return ngettext("%(days)d day", "%(days)d days", amount) % {"days": amount}
    if limit["unit"] == "H":
        return ngettext("%(hours)d hour", "%(hours)d hours", amount) % {"hours": amount}
    if limit["unit"] == "M":
        return ngettext("%(months)d month", "%(months)d months", amount) % {"months": amount}
    return ngettext("%(days)d working day", "%(days)d working days", amount) % {"days": amount}
