"""Whether a place is open, in words; and which are open at a time that suits."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from yimen.pure.opening import open_on, opening
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


class Times:
    """When people can come, as the address says it: `open` is `now`, or a weekday from 1 to 7, which is the next such day; else any time."""

    NOW: Final = "now"

    def __init__(self, asked: QueryDict, days: OnRecord, now: datetime) -> None:
        self._days, self._now = days, now
        told = asked.get("open", "")
        self.chosen = told if told == self.NOW or (len(told) == 1 and told in "1234567") else ""

    @property
    def day(self) -> date:
        """Return the day that is meant; today where it is none in particular."""
        today = self._now.date()
        return today + timedelta((int(self.chosen) - today.isoweekday()) % 7) if self.chosen.isdigit() else today

    def suit(self, row: Mapping[str, Any]) -> bool:
        """Return whether a place that was listed is open then."""
        found = dict(row)
        hours, closed = places.hours_of(found), places.closed_days(found)
        if self.chosen == self.NOW:
            return opening(hours=hours, kind_of=self._days.kind_of, closed=closed, now=self._now).now
        return not self.chosen or open_on(self.day, hours=hours, kind_of=self._days.kind_of, closed=closed)

    def options(self) -> list[dict[str, Any]]:
        """Return what can be chosen: code, name, chosen."""
        named = [("", _("At any time")), (self.NOW, _("Open now")), *((str(n), DAYS[n]) for n in range(1, 8))]
        return [{"code": code, "name": name, "chosen": code == self.chosen} for code, name in named]

    def words(self) -> str:
        """Say which places are shown; nothing where all are."""
        if not self.chosen:
            return ""
        if self.chosen == self.NOW:
            return _("Only those that are open now are shown.")
        told = {"weekday": str(DAYS[int(self.chosen)]), "day": self.day.isoformat()}
        return _("Only those that are open on %(weekday)s %(day)s are shown.") % told
