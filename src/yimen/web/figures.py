"""The reform in figures: charts drawn here, each with its table under it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.oversight import figures as counting
from yimen.oversight.figures import Figures, Group
from yimen.web.tags import both


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """All figures, as they were within the last minute."""
    found = counting.figures()
    context = {
        "tiles": _tiles(found),
        "visits": _visits(found),
        "types": _bars(found.by_type, "items"),
        "times": _times(found.by_type),
        "agencies": _bars(found.by_agency, "items"),
        "levels": _bars(found.by_level, "items"),
        "seals": _seals(found),
        "total": found.total.sums["items"],
        "at": found.at,
    }
    return render(request, "public/figures.html", context)


@require_safe
def figures_json(request: HttpRequest) -> JsonResponse:
    """The same for programs, as `yimen figures --json` prints it."""
    return JsonResponse(counting.as_data(counting.figures()), json_dumps_params={"ensure_ascii": False})


def _name(one: Group) -> str:
    return both({"name_zh": one.name_zh, "name_en": one.name_en}, "name")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}".replace("%", " %")


def _of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _tiles(found: Figures) -> list[dict[str, str]]:
    total, sums, seen = found.total, found.total.sums, found.total.visited
    more = {"items": f"{sums['items']:,}", "cases": f"{seen['cases']:,}"}
    return [
        {
            "value": more["items"],
            "name": _("items under one standard"),
            "note": _("%(count)s with all their elements") % {"count": f"{sums['complete']:,}"},
        },
        {
            "value": _percent(total.share("at_most_once")),
            "name": _("need at most one visit, as declared"),
            "note": _("%(count)s of %(items)s items") % (more | {"count": f"{sums['at_most_once']:,}"}),
        },
        {
            "value": _percent(total.came_at_most_once),
            "name": _("came at most once, as measured"),
            "note": _("of the last %(cases)s cases that are over") % more
            if seen["cases"]
            else _("no case is over yet"),
        },
        {
            "value": _percent(total.share("none")),
            "name": _("need no visit at all"),
            "note": _("%(count)s of %(items)s items") % (more | {"count": f"{sums['none']:,}"}),
        },
        {
            "value": _percent(total.share("entered")),
            "name": _("are done in the service halls"),
            "note": _("%(count)s of %(items)s items") % (more | {"count": f"{sums['entered']:,}"}),
        },
        {
            "value": f"{sums['elsewhere']:,}",
            "name": _("can be done from another province"),
            "note": _("online, collected for us, or together with the other city"),
        },
        {
            "value": _percent(total.saved),
            "name": _("less time is promised than the law allows"),
            "note": _("over the %(count)s items for which both count in working days")
            % {"count": f"{sums['limited']:,}"},
        },
        {
            "value": f"{found.seals:,}",
            "name": _("seals, all in the one custody"),
            "note": _("of agencies at %(count)s centres")
            % {"count": sum(one["centres"] for one in found.seals_by_level)},
        },
    ]


def _visits(found: Figures) -> list[dict[str, Any]]:
    """Declared of items and measured of cases on one scale: no visit, one, more."""
    sums, seen = found.total.sums, found.total.visited
    declared = (sums["none"], sums["at_most_once"] - sums["none"], sums["items"] - sums["at_most_once"])
    measured = (seen["none"], seen["once"], seen["more"])
    rows = ((_("Declared, of items"), declared), (_("Measured, of cases"), measured))
    return [
        {
            "name": name,
            "whole": f"{sum(counts):,}",
            "parts": list(_parts(zip(("none", "once", "more"), counts, strict=True), sum(counts))),
        }
        for name, counts in rows
    ]


def _parts(counts: Iterable[tuple[str, int]], whole: int) -> Iterable[dict[str, Any]]:
    at = 0.0
    for kind, count in counts:
        wide = 100 * count / whole if whole else 0.0
        yield {
            "kind": kind,
            "at": f"{at:.3f}",
            "wide": f"{wide:.3f}",
            "count": f"{count:,}",
            "share": _percent(_of(count, whole)),
        }
        at += wide


def _bars(groups: Iterable[Group], name: str) -> list[dict[str, Any]]:
    """A bar for each group, as long as its number is beside the longest; of it those that need at most one visit and none."""
    listed = list(groups)
    longest = max((one.sums[name] for one in listed), default=0) or 1
    return [
        {
            "name": _name(one),
            "items": f"{one.sums['items']:,}",
            "wide": f"{100 * one.sums[name] / longest:.3f}",
            "none_wide": f"{100 * one.sums['none'] / longest:.3f}",
            "none": _percent(one.share("none")),
            "at_most_once": _percent(one.share("at_most_once")),
            "entered": _percent(one.share("entered")),
            "elsewhere": f"{one.sums['elsewhere']:,}",
            "complete": _percent(one.share("complete")),
            "saved": _percent(one.saved),
            "measured": _percent(one.came_at_most_once),
        }
        for one in listed
    ]


def _times(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """Of each type the mean working days that the law gives and that are promised, over items for which both count in these."""
    listed = [
        (one, one.sums["law_days"] / one.sums["limited"], one.sums["promise_days"] / one.sums["limited"])
        for one in groups
        if one.sums["limited"]
    ]
    longest = max((law for _one, law, _promise in listed), default=1.0)
    return [
        {
            "name": _name(one),
            "law": f"{law:.1f}",
            "promise": f"{promise:.1f}",
            "law_wide": f"{100 * law / longest:.3f}",
            "promise_wide": f"{100 * promise / longest:.3f}",
            "saved": _percent(one.saved),
            "items": f"{one.sums['limited']:,}",
        }
        for one, law, promise in listed
    ]


def _seals(found: Figures) -> list[dict[str, Any]]:
    names: Mapping[str, str] = {
        "city": _("the city's centre"),
        "county": _("centres of districts and counties"),
        "township": _("centres of streets and towns"),
    }
    longest = max((one["seals"] for one in found.seals_by_level), default=1)
    return [
        {
            "name": names[one["level"]],
            "count": f"{one['seals']:,}",
            "centres": one["centres"],
            "wide": f"{100 * one['seals'] / longest:.3f}",
        }
        for one in found.seals_by_level
    ]
