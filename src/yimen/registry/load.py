"""
Loading a city: compare its folder with what is on record, and put what differs into one entry.

Loading twice changes nothing. A person keeps the id she was given first; ids of everything else follow from its code.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from yimen.pure.item_rules import Whole
from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry.city import City
from yimen.registry.city_offers import OFFER_COLUMNS
from yimen.registry.city_rows import Rows, city_rows

_TABLES = {
    "city": "registry_city",
    "divisions": "registry_division",
    "agencies": "registry_agency",
    "centres": "registry_centre",
    "windows": "registry_window",
    "people": "registry_person",
    "posts": "registry_post",
    "duty": "registry_duty",
    "organisations": "registry_organisation",
    "seals": "registry_seal",
    "items": "registry_item",
    "spellings": "registry_spelling",
    "synonyms": "registry_synonym",
    "elements": "registry_element",
    "events": "registry_life_event",
    "calendar": "registry_calendar",
    "closures": "registry_closure",
    "offers": "registry_offer",
}
_KEYS = {
    "city": ("code",),
    "divisions": ("code",),
    "duty": ("post", "weekday"),
    "spellings": ("item",),
    "synonyms": ("word", "stands_for"),
    "elements": ("code",),
    "events": ("code",),
    "calendar": ("day",),
    "closures": ("centre", "day"),
    "offers": ("item", "level", "place"),
}
_MANAGED: dict[
    str, tuple[str, ...]
] = {  # what managers change: whole rows, or these columns of a row that registrars enter
    "centres": ("days", "opens", "closes", "phone"),
    "windows": (),
    "closures": (),
    "offers": (),
}
_ENDING = {  # what ends when the folder has it no more, with its columns: the folder may have no row of it left
    "agencies": ("id", "code", "name_zh", "name_en", "short_zh", "ended_at"),
    "centres": ("id", "ended_at"),  # the city's hall at least is in every folder, with all columns
    "posts": ("id", "person", "role", "centre", "agency", "ended_at"),
    "duty": ("post", "weekday", "ended_at"),
    "synonyms": ("word", "sound", "initials", "stands_for", "ended_at"),
    "elements": ("code", "place", "name_zh", "name_en", "fields", "ended_at"),
    "events": ("code", "ordinal", "name_zh", "name_en", "items", "ended_at"),
    "closures": ("centre", "day", "name_zh", "name_en", "ended_at"),
    "windows": ("id", "centre", "code", "name_zh", "name_en", "ended_at"),
    "offers": OFFER_COLUMNS,
}


def changes(city: City, catalogue: Sequence[Whole]) -> dict[str, Rows]:
    """
    Return the rows that loading a city would enter, by table; empty when there is nothing to change.

    Agencies, places, posts, duty, synonyms, elements, events of life, closures, windows and offers that the folder no longer has are ended, not deleted.
    What managers changed of their places stays as they have it, whatever the folder says.

    Refuses: conflict item.version_changed (a published version never changes; what differs needs a new number), item.of_a_revision (two
    people have changed it since by a revision, and so it goes on).
    """
    known = {row["staff_no"]: row for row in statement.rows("registry", "select id, staff_no from registry_person")}
    people = {
        one.staff_no: UUID(str(known[one.staff_no]["id"])) if one.staff_no in known else uuid4() for one in city.people
    }
    wanted = _as_managers_have_it(city_rows(city, catalogue, people))
    found: dict[str, Rows] = {}
    for table, rows in wanted.items():
        differing = _new_versions(rows) if table == "items" else _differing(table, rows)
        if table in _ENDING:
            differing += _ended(table, rows)
        if differing:
            found[table] = differing
    return found


def _as_managers_have_it(wanted: dict[str, Rows]) -> dict[str, Rows]:
    """The rows of the folder, with what two managers changed after the last entry as it is on record, ended or not."""
    for table, columns in _MANAGED.items():
        key, shown = _key(table), columns or _columns(table, wanted[table])
        if not shown:
            continue
        theirs = {
            key(row): row for row in _on_record(table, [], [*shown, *_key_names(table), "change"]) if row["change"]
        }
        kept = {one: {name: row[name] for name in shown} for one, row in theirs.items()}
        rows = [row | kept.pop(key(row), {}) for row in wanted[table]]
        wanted[table] = rows if columns else [*rows, *kept.values()]
    return wanted


def founding(city: City) -> dict[str, Rows]:
    """Return what an empty city is founded with: its divisions, the registrars, and the places of their posts."""
    registrars = {post.staff_no for post in city.posts if post.role == "registrar"}
    people = {one.staff_no: uuid4() for one in city.people if one.staff_no in registrars}
    wanted = city_rows(city, (), people)
    return {name: wanted[name] for name in ("city", "divisions", "centres", "people", "posts")}


def _differing(table: str, rows: Rows) -> Rows:
    """The rows that are not on record as they stand in the folder."""
    key = _key(table)
    here = {key(row): row for row in _on_record(table, rows)}
    return [row for row in rows if here.get(key(row)) != row]


def _new_versions(rows: Rows) -> Rows:
    """The versions of items that are not on record. One that is there is compared by its digest, not read."""
    sql = "select coalesce(jsonb_object_agg(i.id, i.digest), '{}') from registry_item i"
    here = statement.document("registry", sql)
    for row in rows:
        if here.get(row["id"], row["digest"]) != row["digest"]:
            raise Refusal("conflict", "item.version_changed", item=row["code"], version=row["version"])
    new = [row for row in rows if row["id"] not in here]
    reviewed = "select i.code from registry_item i where i.revision is not null and i.code = any (%s::text[]) order by i.code limit 1"
    for one in statement.rows("registry", reviewed, [[row["code"] for row in new]]):
        raise Refusal("conflict", "item.of_a_revision", item=one["code"])
    return new


def _ended(table: str, rows: Rows) -> Rows:
    """What ends on record that the folder no longer has, as rows that end now."""
    key = _key(table)
    kept = {key(row) for row in rows}
    gone = [row for row in _on_record(table, rows) if key(row) not in kept and row["ended_at"] is None]
    now = statement.value("registry", "select registry_today()::timestamptz::text")
    return [row | {"ended_at": now} for row in gone]


def _columns(table: str, rows: Rows) -> list[str]:
    return list(rows[0]) if rows else list(_ENDING.get(table, ()))


def _on_record(table: str, rows: Rows, columns: Iterable[str] = ()) -> Rows:
    """What the database has, with the columns of the folder, in the shapes of JSON."""
    columns = list(dict.fromkeys(columns)) or _columns(table, rows)
    if not columns:
        return []
    sql = f"select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (select {', '.join(columns)} from {_TABLES[table]}) t"  # noqa: S608 - our own names
    return list(statement.document("registry", sql))


def _key(table: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    names = _key_names(table)
    return lambda row: tuple(row[name] for name in names)


def _key_names(table: str) -> tuple[str, ...]:
    return _KEYS.get(table, ("id",))
