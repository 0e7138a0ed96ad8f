"""Whether a place is open, in words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.pure.opening import opening
from yimen.registry import places
from yimen.registry.calendar import OnRecord
from yimen.web.guidance import DAYS, opening_of
from yimen.web.tags import both


def opening_words(found: Mapping[str, Any], days: OnRecord, now: datetime) -> dict[str, Any]:
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
