"""
The supervisor: the whole life of a case, and the days of the draws. She reads everything and acts on no case.

Every case is listed in `every_case`.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.oversight.days import day_of_draws
from yimen.oversight.life import Life, broken_link, draw_findings, life, second_hat
from yimen.oversight.messages import messages_of
from yimen.pure.draw_check import Finding
from yimen.pure.draw_day import DayMalformed
from yimen.record import draws
from yimen.record.events import Session
from yimen.web import shown
from yimen.web.custody import signature_of
from yimen.web.door import signed_in
from yimen.web.halves import chosen_day, laid_down, waiting_days
from yimen.web.messages import told_of
from yimen.web.said import said_in
from yimen.web.tags import both, moment
from yimen.web.words import HATS
from yimen.web.work import done, frame_of, notice_of

FEWEST: Final = 2


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("supervisor")
def read_case(request: HttpRequest, session: Session, case: UUID) -> HttpResponse:
    """Show the whole life of one case: who, when, what; with everything recomputed that can be."""
    found = life(case=case, session=session)
    broken = broken_link(found.events, head=found.view["hash"])
    context = {
        **frame_of(found.view, session=session),
        "events": _events(found),
        "people": _people(found),
        "responsible": shown.responsible_of(found.view),
        "fee": shown.fee_of(found.view),
        "certificate": shown.certificate_of(found.view),
        "parcel": found.view["parcel"] if found.view["state"] == "posted" else None,
        "left": _originals(found.view),
        "readings": _readings(found.view),
        "chain": {"whole": broken is None, "count": len(found.events), "broken_at": broken and broken.number},
        "checks": checks_of(found),
        "parked": [one | {"at": datetime.fromisoformat(one["at"])} for one in found.parked],
        "told": [told_of(one) for one in messages_of(case=case, session=session)],
    }
    return render(request, "supervisor/case.html", context)


def _originals(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The originals that were taken, and whether they are back."""
    names = shown.materials_of(view)
    back, here = _("given back"), _("still here")
    return [
        {
            "key": names.get(one["material"], one["material"]),
            "value": f"{one['pieces']} · {back if one['returned'] else here}",
        }
        for one in view["originals"]
    ]


def _events(found: Life) -> list[dict[str, Any]]:
    told, said = [], said_in(found.view)
    for one, raw in zip(found.view["events"], found.events, strict=True):
        facts = one["facts"]
        chance = "lot" in facts
        at = datetime.fromisoformat(one["at"])
        told.append(
            {
                **one,
                "at": at,
                "said": said.get(one["number"], []),
                "again_url": reverse("draws_of", args=[moment(at, "%Y-%m-%d")]) if chance else "",
                "hat": one["hat"] or ("chance" if chance else "machine"),
                "name": both(one, "name"),
                "pseudonym": facts.get("chosen", ""),
                "note": _drawn_from(facts) if chance else both(raw, "place"),
            }
        )
    return told


def _drawn_from(facts: Mapping[str, Any]) -> str:
    if facts["same_as"]:
        return _("the same person as for the earlier application")
    return _("one of %(n)s candidates") % {"n": facts["candidates"]}


def _people(found: Life) -> list[dict[str, Any]]:
    pairs = zip(found.view["events"], found.events, strict=True)
    worn: dict[str, dict[str, Any]] = {}
    for one, raw in pairs:
        if one["hat"]:
            worn.setdefault(one["hat"], {"hat": one["hat"], "name": both(one, "name"), "post": both(raw, "place")})
    return sorted(worn.values(), key=lambda one: list(HATS).index(one["hat"]))


def _readings(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [one | {"at": datetime.fromisoformat(one["at"])} for one in view["readings"] or []]


def checks_of(found: Life) -> list[dict[str, Any]]:
    """Return what was recomputed for this page, and what came of it."""
    broken, second = broken_link(found.events, head=found.view["hash"]), second_hat(found.events)
    listed = [
        (_("Every event is bound to the one before"), "failed" if broken else "passed", str(broken or "")),
        (_("Nobody wears two hats"), "failed" if second else "passed", str(second or "")),
        (_("The agency signed the decision"), *_signed(found.view)),
        (_("Chance chose as the seeds say"), *_drawn(found.days)),
    ]
    return [
        {"number": number, "name": name, "standing": standing, "says": says}
        for number, (name, standing, says) in enumerate(listed, 1)
    ]


def _signed(view: Mapping[str, Any]) -> tuple[str, str]:
    if not view["grant"]:
        return "unseen", _("There is no signed decision yet.")
    standing = signature_of(view)
    if standing == "unseen":
        return "unseen", _("The agency's certificate is not here to check with.")
    return ("passed", "") if standing == "valid" else ("failed", _("The signature does not hold."))


def _drawn(days: list[dict[str, Any]]) -> tuple[str, str]:
    """The draws of this case; what can only be told from other cases or after the day is not a fault."""
    try:
        findings = draw_findings(days)
    except DayMalformed as malformed:
        return "failed", str(malformed)
    wrong = [one for one in findings if one.level == "wrong"]
    if wrong:
        return "failed", "; ".join(_finding(one) for one in wrong)
    weak = "; ".join(_finding(one) for one in findings if one.level == "weak")
    if not days or any(one["centre_half"] is None for one in days):
        return "unseen", weak or _("The seeds are published after the day; until then nobody can draw again.")
    return "passed", weak


def _finding(one: Finding) -> str:
    return one.en if (get_language() or "").startswith("en") else one.zh


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("supervisor")
def roster(request: HttpRequest, session: Session) -> HttpResponse:
    """Show who is behind each pseudonym of a day, and lay down the supervisor's half for the days to come."""
    if request.method == "POST":
        laid_down(request, session, draws.commit_day)
        return done("supervisor_roster", "committed")
    found = day_of_draws(day=chosen_day(request), session=session)
    context = {
        "day": date.fromisoformat(found["day"]),
        "today": date.fromisoformat(found["coming"]["today"]),
        "pools": [_pool(one, found["people"]) for one in found["public"]],
        "coming": waiting_days(found["coming"], side="supervisor"),
        **notice_of(request),
    }
    return render(request, "supervisor/roster.html", context)


def _pool(public: Mapping[str, Any], people: list[dict[str, Any]]) -> dict[str, Any]:
    drawn = Counter(one["chosen"] for one in public["draws"])
    mine = [one for one in people if one["pool"] == public["pool"]]
    roles = Counter(one["role"] for one in mine)
    return {
        "name_zh": public["name_zh"],
        "name_en": public["name_en"],
        "sealed": public["supervisor_commitment"] is not None,
        "revealed": public["centre_half"] is not None,
        "digest": public["roster_digest"],
        "people": [
            {
                "pseudonym": one["pseudonym"],
                "name": both(one, "name"),
                "role": one["role"],
                "drawn": drawn[one["pseudonym"]],
            }
            for one in mine
        ],
        "draws": drawn.total(),
        "few": sorted(role for role, count in roles.items() if count < FEWEST),
    }
