"""
Which items a place offers, and at which places an item is done. Tables: registry_offer, registry_item, registry_centre.

Every place that offers an item applies the version that is in force: an offer names no version. Only telephone and hours can be a place's own.
"""

from collections.abc import Mapping
from typing import Any, Final

from yimen.pure.opening import AHEAD
from yimen.record import statement
from yimen.record.refusal import Refusal

LEVELS: Final = ("city", "county", "township")
_PLACE: Final = """
    c.code, c.name_zh, c.name_en, c.level, c.kind, c.address_zh, c.address_en, c.longitude::float8 as longitude, c.latitude::float8 as latitude,
    g.code as district, g.name_zh as district_zh, g.name_en as district_en, d.code as division, o.version, o.own, o.phone, o.days, o.opens, o.closes,
    (select coalesce(jsonb_agg(jsonb_build_object('day', x.day, 'name_zh', x.name_zh, 'name_en', x.name_en) order by x.day), '[]') from registry_closure x
     where x.centre = c.id and x.ended_at is null and x.day between registry_today() and registry_today() + %(ahead)s::int) as closures
"""
_OF_ITEM: Final = f"""
    select {_PLACE} from registry_offering o join registry_centre c on c.id = o.place join registry_division d on d.code = c.division
    join registry_division g on g.code = case d.level when 'township' then d.parent else d.code end
    where o.code = %(item)s and o.offered and c.code > %(after)s
      and (%(district)s = 'all' or c.level = 'city' or %(district)s = g.code or %(district)s = '' and c.level = 'county')
    order by c.code limit %(limit)s::int
"""  # noqa: S608 - our own words
_ITEM: Final = """
    select i.code, i.version, i.name_zh, i.name_en, i.entered, i.suspended, i.rows -> 'items' -> 0 ->> 'not_entered_reason' as reason_zh, i.rows -> 'items' -> 0 ->> 'not_entered_reason_en' as reason_en,
           coalesce(i.rows -> 'items' -> 0 ->> 'consult_phone', '') as consult, a.name_zh as agency_zh, a.name_en as agency_en,
           coalesce(i.rows -> 'items' -> 0 ->> 'address', '') as address_zh, coalesce(i.rows -> 'items' -> 0 ->> 'address_en', '') as address_en,
           (select count(*) from registry_offering o where o.item = i.id and o.offered)::int as places
    from registry_in_force i join registry_agency a on a.id = i.agency where i.code = %(item)s
"""
_AT_PLACE: Final = """
    select o.code, o.version, i.name_zh, i.name_en, a.name_zh as agency_zh, a.name_en as agency_en, o.offered, o.own, o.phone, o.days, o.opens, o.closes,
           o.entered, coalesce(o.reason_zh, case when not o.entered then i.rows -> 'items' -> 0 ->> 'not_entered_reason' end) as reason_zh,
           coalesce(o.reason_en, case when not o.entered then i.rows -> 'items' -> 0 ->> 'not_entered_reason_en' end) as reason_en,
           case when o.entered and not o.offered then
               (select coalesce(jsonb_agg(distinct l.level), '[]') from registry_offer l where l.item = o.code and l.level is not null and l.ended_at is null) end as levels
    from registry_centre c join registry_offering o on o.place = c.id join registry_in_force i on i.id = o.item join registry_agency a on a.id = i.agency
    where c.code = %(place)s and o.code > %(after)s and (%(offered)s = '' or o.offered = (%(offered)s = 'yes'))
      and not exists (select 1 from unnest(%(words)s::text[]) w
                      where strpos(lower(concat_ws(' ', i.name_zh, i.name_en, a.name_zh, a.name_en, i.code)), w) = 0)
    order by o.code limit %(limit)s::int
"""
_COUNTED: Final = """
    select (count(*) filter (where o.offered))::int as offered, count(*)::int as items
    from registry_centre c join registry_offering o on o.place = c.id where c.code = %(place)s
"""


def item(*, code: str) -> dict[str, Any]:
    """
    Return an item in force as its places need it: code, version, name_zh/en, entered (is it in halls at all, else reason_zh/en say
    why not), its agency, whom to ask (consult, an empty text if it does not say) and where (address), and at how many places it is offered.

    Refuses: missing item.unknown.
    """
    found = statement.rows("public", _ITEM, {"item": sound(code)})
    if not found:
        raise Refusal("missing", "item.unknown", item=code[:100])
    return dict(found[0])


def of_item(*, code: str, district: str = "", after: str = "", limit: int = 100) -> list[statement.Row]:
    """
    Return the places that offer an item, by code: of the city and its districts; with a `district` (its code) those of the city and all
    in that district; with "all" every one. Each has the version it applies, its position, and its telephone and hours for this item;
    `own`: they are not those of the place.
    """
    asked = {"item": sound(code), "district": sound(district), "after": sound(after)}
    values = {**asked, "ahead": AHEAD, "limit": min(limit, 500)}
    return [_read(one) for one in statement.rows("public", _OF_ITEM, values)]


def at_place(
    *, place: str, typed: str = "", offered: str = "", after: str = "", limit: int = 50, login: str = "public"
) -> list[statement.Row]:
    """
    Return the items in force by code, with whether a place offers each, and if it does not, why: a reason of the place or of the item,
    or the `levels` whose halls offer it. `offered`: "yes", "no", or all; `typed`: words of its name, agency or code.
    """
    asked = {"place": sound(place), "after": sound(after), "words": sound(typed).lower().split()}
    values = asked | {"offered": offered if offered in ("yes", "no") else "", "limit": min(limit, 500)}
    return [_read(one) for one in statement.rows(login, _AT_PLACE, values)]


def counted(*, place: str) -> Mapping[str, int]:
    """Return how many items a place offers, of how many in force: offered, items."""
    return statement.row("public", _COUNTED, {"place": sound(place)})


def sound(text: str) -> str:
    return text[:100].replace("\x00", "").strip()


def _read(row: statement.Row) -> statement.Row:
    return row | {name: statement.read_json(row[name]) for name in ("days", "closures", "levels") if name in row}
