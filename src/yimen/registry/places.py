"""The places of the city as anyone reads them. Tables: registry_agency, registry_centre, registry_division, registry_window, registry_closure."""

from datetime import date, time
from typing import Any, Final

from yimen.pure.opening import AHEAD, Hours
from yimen.record import statement
from yimen.record.refusal import Refusal

_COLUMNS: Final = """
    c.code, c.name_zh, c.name_en, c.level, c.kind, c.address_zh, c.address_en, c.phone, c.days, c.opens, c.closes,
    c.longitude::float8 as longitude, c.latitude::float8 as latitude,
    g.code as district, g.name_zh as district_zh, g.name_en as district_en,
    (select coalesce(jsonb_agg(jsonb_build_object('day', x.day, 'name_zh', x.name_zh, 'name_en', x.name_en) order by x.day), '[]') from registry_closure x
     where x.centre = c.id and x.ended_at is null and x.day between registry_today() and registry_today() + %(ahead)s::int) as closures
"""
_FROM: Final = """
    from registry_centre c join registry_division d on d.code = c.division
    join registry_division g on g.code = case d.level when 'township' then d.parent else d.code end
"""
_LISTED: Final = f"""
    select {_COLUMNS}, (select count(*) from registry_window w where w.centre = c.id and w.ended_at is null)::int as windows {_FROM}
    where c.ended_at is null and (%(after)s = '' or (c.division, c.kind, c.code) > (select p.division, p.kind, p.code from registry_centre p where p.code = %(after)s))
      and (%(district)s = 'all' or %(district)s = '' and c.level <> 'township' or c.id in (select registry_within(h.id) from registry_centre h where h.division = %(district)s and h.kind = 'hall'))
      and not exists (select 1 from unnest(%(words)s::text[]) w
                      where strpos(lower(concat_ws(' ', c.name_zh, c.name_en, c.address_zh, c.address_en)), w) = 0)
    order by c.division, c.kind, c.code limit %(limit)s::int
"""  # noqa: S608 - our own words
_ONE: Final = f"""
    select {_COLUMNS}, c.ended_at, h.code as hall, h.name_zh as hall_zh, h.name_en as hall_en,
           (select coalesce(jsonb_agg(jsonb_build_object('name_zh', w.name_zh, 'name_en', w.name_en) order by w.code), '[]')
            from registry_window w where w.centre = c.id and w.ended_at is null) as windows,
           (select coalesce(jsonb_agg(jsonb_build_object('code', s.code, 'name_zh', s.name_zh, 'name_en', s.name_en) order by s.code), '[]')
            from registry_centre s where s.parent = c.id and s.ended_at is null) as subs
    {_FROM} left join registry_centre h on h.id = c.parent where c.code = %(code)s
"""  # noqa: S608 - our own words
_DISTRICTS: Final = """
    select d.code, d.name_zh, d.name_en, c.longitude::float8 as longitude, c.latitude::float8 as latitude
    from registry_division d join registry_centre c on c.division = d.code and c.kind = 'hall' and c.ended_at is null where d.level in ('county', 'zone') order by d.code
"""
_HALLS: Final = """
    select c.code, c.level, c.longitude::float8 as longitude, c.latitude::float8 as latitude, d.name_zh, d.name_en, g.code as district,
           g.name_zh as district_zh, g.name_en as district_en
    from registry_centre c join registry_division d on d.code = c.division
    join registry_division g on g.code = case d.level when 'township' then d.parent else d.code end
    where c.kind = 'hall' and c.ended_at is null order by g.code, d.level = 'township', d.code, c.code
"""


def agencies(*, login: str) -> list[statement.Row]:
    """Return the agencies by their Chinese name: id, code, name_zh, name_en."""
    return statement.rows(login, "select id, code, name_zh, name_en from registry_agency order by name_zh, code")


def districts() -> list[statement.Row]:
    """Return the districts, counties and zones that have a hall: code, name_zh/en, and the position of the hall."""
    return statement.rows("public", _DISTRICTS)


def halls() -> list[statement.Row]:
    """Return the halls, the city's first, then each district's before those of its streets: code, level, position; name_zh/en of its division."""
    return statement.rows("public", _HALLS)


def listed(*, district: str = "", typed: str = "", after: str = "", limit: int = 50) -> list[statement.Row]:
    """
    Return places by division, a hall before its sub-halls: those of the city and its districts; with a `district` (its code) all that
    lie in it; with "all" every one. Only those whose name or address has every word that was typed; `after` is the code of the last one seen.
    """
    asked = {"district": district, "after": after}
    sound = {name: _sound(value) for name, value in asked.items()}
    values = {**sound, "words": _sound(typed).lower().split(), "limit": min(limit, 500), "ahead": AHEAD}
    return [_read(one) for one in statement.rows("public", _LISTED, values)]


def place(*, code: str) -> dict[str, Any]:
    """
    Return one place as `listed` does, also one that has ended (since `ended_at`), with its `windows` and sub-halls (`subs`), and the hall under
    which it is listed.

    Refuses: missing place.unknown.
    """
    found = statement.rows("public", _ONE, {"code": _sound(code), "ahead": AHEAD})
    if not found:
        raise Refusal("missing", "place.unknown", place=code[:100])
    return _read(found[0])


def hours_of(found: statement.Row) -> Hours:
    """Return the weekly hours of a place that was listed."""
    opens, closes = (
        one if isinstance(one, time) else time.fromisoformat(one) for one in (found["opens"], found["closes"])
    )
    return Hours(days=frozenset(found["days"]), opens=opens, closes=closes)


def closed_days(found: statement.Row) -> frozenset[date]:
    """Return the coming days on which a place that was listed is closed beyond its week."""
    return frozenset(date.fromisoformat(one["day"]) for one in found["closures"])


def _sound(text: str) -> str:
    return text[:100].replace("\x00", "").strip()


def _read(row: statement.Row) -> statement.Row:
    documents = {
        name: statement.read_json(row[name]) for name in ("days", "closures", "windows", "subs") if name in row
    }
    return row | documents
