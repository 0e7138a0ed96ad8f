"""What is said of changes of places on pages."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from yimen.web.words import Words

STATES: Final[Words] = {
    "proposed": _("Waits for a second hand"),
    "confirmed": _("In force"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn"),
}
TONES: Final = {"proposed": "going", "confirmed": "done", "declined": "stop", "withdrawn": "quiet"}
STEPS: Final[Words] = {
    "place.proposed": _("Proposed"),
    "place.confirmed": _("Confirmed, and in force"),
    "place.declined": _("Declined"),
    "place.withdrawn": _("Withdrawn"),
}
PARTS: Final[Words] = {
    "closures": _("Closed on days"),
    "reopened": _("Open after all"),
    "hours": _("Hours and telephone"),
    "windows": _("Windows"),
    "windows_ended": _("Windows that end"),
    "offers": _("What is offered"),
}
