"""
The supervisor's list: every case by agency and link, the newest first; every running clock, the most urgent first; or what a number
begins with.

Two statements, whatever is asked for: the page, and the agencies one may choose from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import case as cases
from yimen.casework.case import Due
from yimen.oversight.hourly import last_look
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import places
from yimen.web.clocks import ORDER, days_left, standing_of
from yimen.web.door import signed_in
from yimen.web.place import place_in, place_of
from yimen.web.tags import both
from yimen.web.words import CLOCKS, LAST, STATES, Words

PAGE: Final = 20
LONGEST: Final = 60  # characters of a number
SHOWS: Final[Words] = {
    "open": _("Open cases"),
    "late": _("What is late"),
    "over": _("Cases that are over"),
    "all": _("All cases"),
}
SELECTED: Final = mark_safe(" selected")
OPEN_ONLY: Final[Mapping[str, bool | None]] = {"open": True, "over": False, "all": None}


class Place(NamedTuple):
    """After which row a page begins, in each of the three orders."""

    filed: cases.Filed | None
    clock: Due | None
    number: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for; what it does not know, or what is not there, is not asked for."""

    show: str
    agency: str
    state: str
    clock: str
    number: str

    @property
    def by_clock(self) -> bool:
        return not self.number and (self.show == "late" or (self.show == "open" and bool(self.clock)))

    @property
    def kept(self) -> dict[str, str]:
        if self.number:
            return {"number": self.number}
        given = {"show": self.show if self.show != "open" else "", "agency": self.agency, "state": self.state}
        return {name: value for name, value in {**given, "clock": self.clock}.items() if value}


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("supervisor")
def list_all(request: HttpRequest, session: Session) -> HttpResponse:
    """List every case, with who is responsible and what is due; by agency, link and clock."""
    agencies = {str(one["id"]): both(one, "name") for one in places.agencies(login=session.login)}
    asked = _asked(request, agencies)
    place = Place(place_in(request), _clock_in(request), _text_in(request, "past"))
    rows = _rows(asked, session, place)
    shown, page = rows[:PAGE], reverse("supervisor_cases")
    following = f"{page}?{urlencode(asked.kept | _place_of(asked, shown[-1]))}" if len(rows) > PAGE else ""
    context = {
        "cases": [_row(row, session.login, named=asked.by_clock) for row in shown],
        "asked": asked,
        "by_clock": asked.by_clock,
        "choices": _choices(asked, agencies),
        "look": look_at_all(),
        "pages": {"previous": f"{page}?{urlencode(asked.kept)}" if any(place) else "", "next": following},
    }
    return render(request, "supervisor/cases.html", context)


def _asked(request: HttpRequest, agencies: Mapping[str, str]) -> Asked:
    def one_of(name: str, known: Mapping[str, Any], otherwise: str = "") -> str:
        given = request.GET.get(name, "")
        return given if given in known else otherwise

    return Asked(
        show=one_of("show", SHOWS, "open"),
        agency=one_of("agency", agencies),
        state=one_of("state", LAST),
        clock=one_of("clock", CLOCKS),
        number=_text_in(request, "number"),
    )


def _text_in(request: HttpRequest, name: str) -> str:
    return "".join(request.GET.get(name, "").replace("\x00", "").split())[:LONGEST]


def _rows(asked: Asked, session: Session, place: Place) -> list[dict[str, Any]]:
    if asked.number:
        return cases.numbered(session=session, number=asked.number, limit=PAGE + 1, after=place.number or None)
    before, after = place.filed, place.clock
    agency, state = UUID(asked.agency) if asked.agency else None, asked.state or None
    if asked.by_clock:
        return cases.due(
            session=session,
            limit=PAGE + 1,
            after=after,
            clock=asked.clock or None,
            late=asked.show == "late",
            agency=agency,
            state=state,
        )
    only_open = OPEN_ONLY[asked.show]
    return cases.all_cases(
        session=session, limit=PAGE + 1, before=before, only_open=only_open, agency=agency, state=state
    )


def _choices(asked: Asked, agencies: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields of the form above the list."""
    states = {code: str(STATES[kind]) for code, kind in LAST.items()}
    fields = (
        ("show", _("Show"), SHOWS, asked.show),
        ("agency", _("Agency"), {"": _("All agencies"), **agencies}, asked.agency),
        ("state", _("Stands at"), {"": _("Every step"), **states}, asked.state),
        ("clock", _("Clock"), {"": _("Any clock"), **{name: CLOCKS[name] for name in ORDER}}, asked.clock),
    )
    return [
        {"name": name, "label": label, "options": _options(options, chosen)} for name, label, options, chosen in fields
    ]


def _options(options: Mapping[str, Any], chosen: str) -> SafeString:
    """A hundred lines that a template would take longer to write than all the rest of the page."""
    lines = ((code, SELECTED if code == chosen else "", word) for code, word in options.items())
    return format_html_join("", '<option value="{}"{}>{}</option>', lines)


def _clock_in(request: HttpRequest) -> Due | None:
    """The last clock shown before, as an address carries it. Refuses: malformed move.malformed."""
    if "due" not in request.GET:
        return None
    try:
        return date.fromisoformat(request.GET["due"]), UUID(request.GET["case"]), request.GET["after"]
    except (KeyError, ValueError) as wrong:
        raise Refusal("malformed", "move.malformed") from wrong


def _place_of(asked: Asked, row: Mapping[str, Any]) -> dict[str, str]:
    """What an address has to carry so that the next page begins after this row."""
    if asked.number:
        return {"past": row["number"]}
    if not asked.by_clock:
        return place_of(row)
    return {"due": row["due_on"].isoformat(), "case": str(row["stream"]), "after": row["clock"]}


def look_at_all() -> dict[str, Any]:
    """The last hourly check as the page shows it."""
    look, words = last_look(), _lacks()
    rows = [
        {**one, "url": reverse("supervisor_case", args=[one["stream"]]), "words": words.get(one["lacks"], one["lacks"])}
        for one in look.found
    ]
    return {"at": look.at, "open_cases": look.open_cases, "late": look.late, "found": rows}


def _lacks() -> Words:
    return {
        "responsible": _("nobody is responsible"),
        "case": _("its application is missing"),
        "clock": _("no clock runs"),
        "acceptance": _("no due date for the acceptance"),
        "correction": _("no due date for the correction"),
        "statutory": _("no statutory due date"),
        "promise": _("no promised due date"),
        "service": _("no due date for the service"),
        "link": _("no due date for this step"),
    }


def _row(row: Mapping[str, Any], login: str, *, named: bool) -> dict[str, Any]:
    left = days_left(row["due_on"], row["today"], login=login) if row["due_on"] else None
    return {
        "number": row["number"],
        "url": reverse("supervisor_case", args=[row["stream"]]),
        "name_zh": row["item_zh"],
        "name_en": row["item_en"],
        "agency_zh": row["agency_zh"],
        "agency_en": row["agency_en"],
        "holder": both(row, "applicant"),
        "state": LAST[row["state"]],
        "responsible": both(row, "responsible") if row["open"] else "",
        "clock": row["clock"] if row["open"] or named else "",
        "due": row["due_on"] if row["open"] or named else None,
        "left": left,
        "standing": standing_of(left) if left is not None and (row["open"] or named) else "",
        "filed_at": row["filed_at"],
    }
