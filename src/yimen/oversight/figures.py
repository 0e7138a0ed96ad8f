"""
The figures of the reform, counted from the catalogue, the seals and the record at the moment they are asked; none is written down.

Declared is what the catalogue says of items, measured is what the record has of cases. Source of the measures: domain 9, 10.1.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from yimen.pure.item_codes import LEVEL, TYPE
from yimen.record import statement

# Items by agency, type and level; time as working days of those for which the law and the promise count in these.
_COUNTED: Final = """
    with item as materialized (
        select i.id, i.agency, i.rows -> 'items' -> 0 as r from registry_in_force i
    ), told as (
        select i.agency, coalesce(i.r ->> 'type', '') as type, coalesce(i.r ->> 'levels', '') as level,
               coalesce((i.r ->> 'visits')::int, 99) as visits, i.r ->> 'entered' = '1' as entered, i.r ->> 'elsewhere' as elsewhere,
               i.id in (select oversight_complete()) as complete,
               case when i.r ->> 'statutory_unit' = 'W' and i.r ->> 'promise_unit' in ('W', 'I') then nullif((i.r ->> 'statutory_amount')::int, 0) end as law,
               (i.r ->> 'promise_amount')::int as promise, i.r ->> 'promise_unit' = 'I' as instant
        from item i
    )
    select a.code as agency, a.name_zh, a.name_en, t.type, t.level, count(*)::int as items, (count(*) filter (where t.complete))::int as complete,
           (count(*) filter (where t.visits = 0))::int as none, (count(*) filter (where t.visits <= 1))::int as at_most_once,
           (count(*) filter (where t.entered))::int as entered, (count(*) filter (where t.elsewhere <> ''))::int as elsewhere,
           (count(*) filter (where t.instant))::int as instant, (count(t.law))::int as limited, coalesce(sum(t.law), 0)::int as law_days,
           coalesce(sum(t.promise) filter (where t.law is not null), 0)::int as promise_days
    from told t join registry_agency a on a.id = t.agency group by a.code, a.name_zh, a.name_en, t.type, t.level
"""
_SEALS: Final = """
    select c.level, count(*)::int as seals, count(distinct s.centre)::int as centres from registry_seal s join registry_centre c on c.id = s.centre
    group by c.level order by array_position('{city,county,township}', c.level)
"""
SUMS: Final = (
    *("items", "complete", "none", "at_most_once", "entered", "elsewhere", "instant"),
    *("limited", "law_days", "promise_days"),
)
KEPT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items that have something in common, counted. `law_days` and `promise_days` are sums over `limited` items, in working days."""

    code: str
    name_zh: str
    name_en: str
    sums: Mapping[str, int]

    def share(self, name: str) -> float | None:
        """Return a count as a share of the items, from 0 to 1; None where there are none."""
        return self.sums[name] / self.sums["items"] if self.sums["items"] else None

    @property
    def saved(self) -> float | None:
        """How much shorter the promise is than the law, from 0 to 1, over the items for which both count in working days."""
        law = self.sums["law_days"]
        return 1 - self.sums["promise_days"] / law if law else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures: of all items, by agency (the most items first), type and level; seals; `visited`: cases, none, once, more."""

    total: Group
    by_agency: tuple[Group, ...]
    by_type: tuple[Group, ...]
    by_level: tuple[Group, ...]
    seals: int
    seals_by_level: tuple[Mapping[str, Any], ...]
    visited: Mapping[str, int]


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
    agencies = _grouped(rows, lambda row: row["agency"], lambda row: (row["name_zh"], row["name_en"]))
    return Figures(
        total=_group("", ("全部", "All"), rows),
        by_agency=tuple(sorted(agencies, key=lambda one: (-one.sums["items"], one.code))),
        by_type=tuple(_grouped(rows, lambda row: row["type"], lambda row: TYPE.get(row["type"], ("–", "–")))),
        by_level=tuple(_grouped(rows, lambda row: row["level"], lambda row: _levels(row["level"]))),
        seals=sum(one["seals"] for one in seals),
        seals_by_level=tuple(seals),
        visited=statement.document("public", "select oversight_visited()"),
    )


def _levels(codes: str) -> tuple[str, str]:
    named = [LEVEL.get(code, ("–", "–")) for code in codes.split("^")]
    return "、".join(zh for zh, _ in named), ", ".join(en for _, en in named)


def _grouped(
    rows: Iterable[statement.Row],
    key: Callable[[statement.Row], str],
    named: Callable[[statement.Row], tuple[str, str]],
) -> list[Group]:
    found: dict[str, list[statement.Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return [_group(code, named(of[0]), of) for code, of in sorted(found.items())]


def _group(code: str, name: tuple[str, str], rows: Iterable[statement.Row]) -> Group:
    listed = list(rows)
    return Group(
        code=code,
        name_zh=name[0],
        name_en=name[1],
        sums={sum_of: sum(row[sum_of] for row in listed) for sum_of in SUMS},
    )
