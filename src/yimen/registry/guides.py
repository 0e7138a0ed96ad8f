"""Items as their guides tell them: the version in force with its rows, the one to come, and what an item that ended leads to. Table: registry_item."""

from typing import Any, Final

from yimen.pure.item_rules import whole_of
from yimen.pure.opening import AHEAD
from yimen.record import statement
from yimen.record.refusal import Refusal

_GUIDE: Final = """
    with clock as materialized (
        select statement_timestamp() + c.ahead as now from record_clock c
    ), begun as materialized (
        select i.id, coalesce(i.ended_at <= k.now, false) as ended from registry_item i, clock k
        where i.code = %(code)s and i.published_at <= k.now order by i.version desc limit 1
    ), following as materialized (
        select i.id, i.version, i.published_at, i.rows from registry_item i, clock k
        where i.code = %(code)s and i.published_at > k.now and (i.ended_at is null or i.ended_at > i.published_at) order by i.version limit 1
    ), told as (
        select b.id, case when b.ended then 'ended' else 'in force' end as standing from begun b
        union all select f.id, 'to come' from following f where not exists (select 1 from begun)
    )
    select t.standing, i.code, i.version, i.suspended, i.ended_at, i.body || jsonb_build_object('document', i.document) as body, i.rows,
           a.code as agency_code, a.name_zh as agency_zh, a.name_en as agency_en, y.name_zh as city_zh, y.name_en as city_en,
           f.version as next_version, f.published_at as next_from, f.rows as next_rows,
           (select c.phone from registry_centre c where c.id = i.centre) as centre_phone, o.office, coalesce(o.offices, 0) as offices
    from told t join registry_item i on i.id = t.id join registry_agency a on a.id = i.agency
    cross join registry_city y left join following f on true
    left join lateral (
        select jsonb_build_object('code', c.code, 'name_zh', c.name_zh, 'name_en', c.name_en, 'address_zh', c.address_zh, 'address_en', c.address_en,
                                  'phone', o.phone, 'days', o.days, 'opens', to_char(o.opens, 'HH24:MI'), 'closes', to_char(o.closes, 'HH24:MI'),
                                  'closures', (select coalesce(jsonb_agg(jsonb_build_object('day', x.day, 'name_zh', x.name_zh, 'name_en', x.name_en) order by x.day), '[]')
                                               from registry_closure x where x.centre = c.id and x.ended_at is null
                                                 and x.day between registry_today() and registry_today() + %(ahead)s::int)) as office,
               (count(*) over ())::int as offices
        from registry_offering o join registry_centre c on c.id = o.place where o.item = i.id and o.offered
        order by c.id <> i.centre, array_position('{city,county,township}', c.level), c.code limit 1) o on true
"""
# Of each item its last version: of those that were never in force, none.
_NAMED: Final = """
    select i.code, i.name_zh, i.name_en, a.name_zh as agency_zh, a.name_en as agency_en, i.in_force
    from (select distinct on (i.code) i.code, i.name_zh, i.name_en, i.agency, f.id is not null as in_force
          from registry_item i left join registry_in_force f on f.id = i.id
          where substr(i.code, 20, 12) = %s order by i.code, f.id is null, i.version desc) i
    join registry_agency a on a.id = i.agency order by i.code limit 100
"""
_ALL: Final = "select i.code, i.published_at from registry_in_force i order by i.code"


def guide(*, code: str) -> dict[str, Any]:
    """
    Return an item with all that its guide says: body, rows (as `whole`), whether it is suspended, agency, city, and of the `offices` at which it is offered one: its own
    centre, or the first of the highest level, with telephone and hours for this item and the coming closures; None where no place offers it.

    `standing`: in force; ended (its last version, since `ended_at`); or to come (it was never offered yet). `next`: the version that
    is published and not yet in force, with the time `from` which it will be, or None.

    Refuses: missing item.unknown.
    """
    found = statement.rows("public", _GUIDE, {"code": code[:100].replace("\x00", ""), "ahead": AHEAD})
    if not found:
        raise Refusal("missing", "item.unknown", item=code[:100])
    row = found[0] | {name: statement.read_json(found[0][name]) for name in ("body", "rows", "office", "next_rows")}
    later = {"version": row["next_version"], "from": row["next_from"], "whole": whole_of(row["next_rows"] or {})}
    return row | {"whole": whole_of(row["rows"]), "next": later if row["next_version"] else None}


def of_catalogue(*, code: str) -> list[statement.Row]:
    """Return the items of a basic code (12 digits): code, name_zh/en, agency_zh/en, and whether each is in_force."""
    return statement.rows("public", _NAMED, [code[:12].replace("\x00", "")])


def addresses() -> list[statement.Row]:
    """Return every item in force by code: code, and since when its version is, published_at."""
    return statement.rows("public", _ALL)
