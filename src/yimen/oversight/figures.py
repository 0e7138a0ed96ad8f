"""
The figures of the reform, counted from the catalogue, the seals and the record at the moment they are asked; none is written down.

Declared is what the catalogue says of items, measured is what the record has of cases. Source of the measures: domain 9, 10.1.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yimen.pure.item_codes import TYPE
from yimen.record import statement

# Items by agency, type and the levels that offer them; time as working days of those for which the law and the promise count in these.
# What a row says is text: what is no number says nothing.
_COUNTED: Final = """
    with item as materialized (
        select i.code, i.agency, i.entered, i.rows -> 'items' -> 0 as r, i.id in (select oversight_complete()) as complete from registry_in_force i
    ), number as (
        select i.*, case when i.r ->> 'visits' ~ '^[0-9]{1,9}$' then (i.r ->> 'visits')::int else 99 end as visits,
               case when i.r ->> 'statutory_amount' ~ '^[0-9]{1,9}$' then (i.r ->> 'statutory_amount')::int end as statutory,
               case when i.r ->> 'promise_amount' ~ '^[0-9]{1,9}$' then (i.r ->> 'promise_amount')::int end as promise,
               case when i.entered then array(select distinct coalesce(o.level, c.level) from registry_offer o left join registry_centre c on c.id = o.place
                                              where o.item = i.code and o.offered and o.ended_at is null and c.ended_at is null order by 1) end as levels
        from item i
    ), told as (
        select n.*, coalesce(n.r ->> 'type', '') as type, n.r ->> 'elsewhere' as elsewhere, n.r ->> 'promise_unit' = 'I' as instant,
               case when n.r ->> 'statutory_unit' = 'W' and n.r ->> 'promise_unit' in ('W', 'I') and n.promise is not null then nullif(n.statutory, 0) end as law
        from number n
    )
    select a.code as agency, a.name_zh, a.name_en, t.type, coalesce(t.levels, '{}') as levels, count(*)::int as items,
           (count(*) filter (where t.complete))::int as complete,
           (count(*) filter (where t.visits = 0))::int as none, (count(*) filter (where t.visits <= 1))::int as at_most_once,
           (count(*) filter (where t.entered))::int as entered, (count(*) filter (where t.elsewhere <> ''))::int as elsewhere,
           (count(*) filter (where t.instant))::int as instant, (count(t.law))::int as limited, coalesce(sum(t.law), 0)::int as law_days,
           coalesce(sum(t.promise) filter (where t.law is not null), 0)::int as promise_days
    from told t join registry_agency a on a.id = t.agency group by a.code, a.name_zh, a.name_en, t.type, t.levels
"""
_SEALS: Final = """
    select c.level, count(*)::int as seals, count(distinct s.centre)::int as centres from registry_seal s join registry_centre c on c.id = s.centre
    group by c.level order by array_position('{city,county,township}', c.level)
"""
SUMS: Final = (
    *("items", "complete", "none", "at_most_once", "entered", "elsewhere", "instant"),
    *("limited", "law_days", "promise_days"),
)
VISITED: Final = ("cases", "none", "once", "more")
LEVELS: Final[Mapping[str, tuple[str, str]]] = {
    "city": ("市级大厅和分厅", "The city's hall and its sub-halls"),
    "county": ("区县级大厅和分厅", "Halls of districts and counties"),
    "township": ("街道乡镇大厅", "Halls of streets and towns"),
    "": ("不在大厅办理", "In no hall"),
}
KEPT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    Items that have something in common, counted. `law_days` and `promise_days` are sums over `limited` items, in working days; `visited`
    counts cases that are over: none, once, more.
    """

    code: str
    name_zh: str
    name_en: str
    sums: Mapping[str, int]
    visited: Mapping[str, int]

    def share(self, name: str) -> float | None:
        """Return a count as a share of the items, from 0 to 1; None where there are none."""
        return self.sums[name] / self.sums["items"] if self.sums["items"] else None

    @property
    def came_at_most_once(self) -> float | None:
        """Return the share of cases for which somebody came at most once, from 0 to 1; None where none is over."""
        return (self.visited["none"] + self.visited["once"]) / self.visited["cases"] if self.visited["cases"] else None

    @property
    def saved(self) -> float | None:
        """How much shorter the promise is than the law, from 0 to 1, over the items for which both count in working days."""
        law = self.sums["law_days"]
        return 1 - self.sums["promise_days"] / law if law else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """
    All figures: of all items, by agency (the most items first), by type, and by the level of the halls that offer them, where an item is counted
    at each; seals; and when all this was counted.
    """

    total: Group
    by_agency: tuple[Group, ...]
    by_type: tuple[Group, ...]
    by_level: tuple[Group, ...]
    seals: int
    seals_by_level: tuple[Mapping[str, Any], ...]
    at: datetime


_kept: dict[str, tuple[float, Figures]] = {}


def figures(*, fresh: bool = False) -> Figures:
    """Return the figures as they are now, or as they were within the last minute unless they must be fresh."""
    kept = _kept.get("figures")
    if fresh or kept is None or kept[0] < time.monotonic():
        kept = _kept["figures"] = time.monotonic() + KEPT_SECONDS, _counted()
    return kept[1]


def _counted() -> Figures:
    rows = statement.rows("public", _COUNTED)
    seals = statement.rows("public", _SEALS)
    cases = statement.document("public", "select oversight_visited()")
    agencies = [
        _group(code, (of[0]["name_zh"], of[0]["name_en"]), of, [one for one in cases if one["agency"] == code])
        for code, of in _grouped(rows, lambda row: [row["agency"]])
    ]
    return Figures(
        total=_group("", ("全部", "All"), rows, cases),
        by_agency=tuple(sorted(agencies, key=lambda one: (-one.sums["items"], one.code))),
        by_type=tuple(
            _group(code, TYPE.get(code, ("–", "–")), of, [one for one in cases if one["type"] == code])
            for code, of in _grouped(rows, lambda row: [row["type"]])
        ),
        by_level=tuple(
            _group(code, LEVELS[code], of, ())
            for code, of in sorted(
                _grouped(rows, lambda row: row["levels"] or [""]), key=lambda one: list(LEVELS).index(one[0])
            )
        ),
        seals=sum(one["seals"] for one in seals),
        seals_by_level=tuple(seals),
        at=statement.value("public", "select statement_timestamp() + (select c.ahead from record_clock c)"),
    )


def _grouped(
    rows: Iterable[statement.Row], keys: Callable[[statement.Row], list[str]]
) -> list[tuple[str, list[statement.Row]]]:
    found: dict[str, list[statement.Row]] = {}
    for row in rows:
        for key in keys(row):
            found.setdefault(key, []).append(row)
    return sorted(found.items())


def _group(
    code: str, name: tuple[str, str], rows: Sequence[statement.Row], cases: Sequence[Mapping[str, int]]
) -> Group:
    return Group(
        code=code,
        name_zh=name[0],
        name_en=name[1],
        sums={sum_of: sum(row[sum_of] for row in rows) for sum_of in SUMS},
        visited={sum_of: sum(one[sum_of] for one in cases) for sum_of in VISITED},
    )


def as_data(found: Figures) -> dict[str, Any]:
    """Return all figures for programs: what `yimen figures --json` prints and the page offers."""

    def group(one: Group) -> dict[str, Any]:
        shares = {f"{name}_share": one.share(name) for name in ("complete", "none", "at_most_once", "entered")}
        named = {"code": one.code, "name_zh": one.name_zh, "name_en": one.name_en}
        return {**named, **one.sums, **shares, "promise_shorter_by": one.saved, "measured": measured(one)}

    def measured(one: Group) -> dict[str, Any]:
        return {**one.visited, "at_most_once_share": one.came_at_most_once}

    levels = [{name: value for name, value in group(one).items() if name != "measured"} for one in found.by_level]
    return {
        "counted_at": found.at.isoformat(),
        "total": group(found.total),
        "seals": found.seals,
        "seals_by_level": list(found.seals_by_level),
        "by_type": [group(one) for one in found.by_type],
        "by_level": levels,
        "by_agency": [group(one) for one in found.by_agency],
    }
