"""Where to go: the places of the city by division, whether they are open, and the page of one place."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.pure.opening import opening
from yimen.registry import places
from yimen.registry.calendar import OnRecord, calendar
from yimen.web.guidance import DAYS, opening_of
from yimen.web.tags import both

PAGE: Final = 50


@require_safe
def list_places(request: HttpRequest) -> HttpResponse:
    """The places of the city or of one district, a page at a time; those whose name or address has the words that were typed."""
    words, district, after = (request.GET.get(name, "")[:100].strip() for name in ("q", "district", "after"))
    rows = places.listed(district=district, typed=words, after=after, limit=PAGE + 1)
    days, now = calendar(login="public"), timezone.localtime()
    shown = [one | _opening(one, days, now) for one in rows[:PAGE]]
    more = len(rows) > PAGE
    context = {
        "words": words,
        "district": district,
        "districts": places.districts(),
        "groups": [list(group) for _district, group in groupby(shown, key=lambda one: one["district"])],
        "pages": {
            "previous": _url(q=words, district=district) if after else "",
            "next": _url(q=words, district=district, after=rows[PAGE - 1]["code"]) if more else "",
        },
    }
    return render(request, "public/places.html", context)


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One place: where it is, when it is open, its windows. Refuses: missing place.unknown."""
    found = places.place(code=code)
    shown = found | _opening(found, calendar(login="public"), timezone.localtime())
    around = _url(district=found["district"] if found["level"] != "city" else "")
    return render(request, "public/place.html", {"place": shown, "around": around})


def _url(**asked: str) -> str:
    told = urlencode({name: value for name, value in asked.items() if value})
    return reverse("places") + (f"?{told}" if told else "")


def _opening(found: Mapping[str, Any], days: OnRecord, now: datetime) -> dict[str, Any]:
    """Whether it is open, in words; its week, in words; and the coming days on which it is closed."""
    row = dict(found)
    hours = places.hours_of(row)
    state = opening(hours=hours, kind_of=days.kind_of, closed=places.closed_days(row), now=now)
    week = {"days": list(hours.days), "opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}
    closed = [{"day": date.fromisoformat(one["day"]), "why": both(one, "name")} for one in row["closures"]]
    said = {"now": state.now, "week": opening_of(week), "closed": closed}
    told = {"opens": week["opens"], "closes": week["closes"]}
    if state.now:
        return said | {"when": _("Open now, until %(closes)s") % told}
    if state.next_day is None:
        return said | {"when": _("Closed for the next two months")}
    if state.next_day == now.date():
        return said | {"when": _("Closed, opens today at %(opens)s") % told}
    told |= {"weekday": str(DAYS[state.next_day.isoweekday()]), "day": state.next_day.isoformat()}
    return said | {"when": _("Closed, opens on %(weekday)s %(day)s at %(opens)s") % told}
