"""What is said of revisions on pages, and how the fields of an item are grouped on its form."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yimen.web.words import Words

STATES: Final[Words] = {
    "draft": _("Draft"),
    "submitted": _("With the reviewers"),
    "published": _("Published"),
    "withdrawn": _("Withdrawn"),
}
TONES: Final = {"draft": "quiet", "submitted": "going", "published": "done", "withdrawn": "stop"}
NEXT: Final[Words] = {
    "draft": _("Finish it and submit it."),
    "submitted": _("A reviewer, who is another person, publishes it or sends it back."),
    "published": _("Nothing: it is published."),
    "withdrawn": _("Nothing: it ended."),
}
STEPS: Final[Words] = {
    "revision.opened": _("Draft begun"),
    "revision.saved": _("Draft saved"),
    "revision.submitted": _("Submitted to the reviewers"),
    "revision.withdrawn": _("Withdrawn"),
    "revision.returned": _("Sent back"),
    "revision.published": _("Published"),
}
SHEETS: Final[Words] = {
    "items": _("The item itself"),
    "situations": _("Situation"),
    "materials": _("Material"),
    "fees": _("Fee"),
    "questions": _("Question"),
}
WHAT: Final[Words] = {
    "changed": _("changed"),
    "added": _("added"),
    "gone": _("removed"),
    "moved": _("in another order"),
}

# What names an item is never changed: another code is another item.
FIXED: Final = (
    "handling_code",
    "implementation_code",
    "catalogue_code",
    "agency_code",
    "agency_name",
    "version",
    "synthetic",
)
SECTIONS: Final[tuple[tuple[str, str | Promise, str], ...]] = (
    (
        "what",
        _("What it is"),
        "name name_en type state basis basis_en power_source local_catalogue_code local_implementation_code division_of_powers exercise_content",
    ),
    (
        "who",
        _("For whom, who and where"),
        (
            "objects person_themes enterprise_themes levels agency_nature entrusting_agency joint_agencies consult_phone complaint_phone entered"
            " not_entered_reason not_entered_reason_en area elsewhere address address_en hours directions town_code village_code"
        ),
    ),
    (
        "conditions",
        _("Conditions and procedure"),
        (
            "conditions conditions_en project_type examination_type completion_type procedure online_procedure window_procedure special_procedures"
            " quantity_limit intermediary_services intermediary_basis"
        ),
    ),
    (
        "time",
        _("Time"),
        (
            "statutory_amount statutory_unit statutory_note promise_amount promise_unit promise_note examining_amount deciding_amount"
            " certifying_amount effective_from ends_on"
        ),
    ),
    (
        "how",
        _("How it is done"),
        (
            "handling_forms visits visits_reason visits_reason_en online online_depth online_address appointments appointments_a_day"
            " appointment_rule express terminal single_sign_on web_address app_single_sign_on mobile_address"
        ),
    ),
    ("situations", _("Situations"), ""),
    ("materials", _("Materials"), ""),
    ("fees", _("Money"), "charged fee_basis online_payment"),
    ("result", _("Result"), "result_type result_name result_name_en result_paper result_sample"),
    (
        "rights",
        _("Rights and remedies"),
        "rights_and_duties rights_and_duties_en reconsideration reconsideration_en litigation litigation_en extension",
    ),
    ("questions", _("Questions and answers"), ""),
)
ADD: Final[Mapping[str, str | Promise]] = {
    "situations": _("Add an answer to a question"),
    "materials": _("Add a material"),
    "fees": _("Add a fee"),
    "questions": _("Add a question"),
}
