"""The catalogue as anyone reads it: items in force, each with its one published version. View: registry_in_force. Tables: registry_sought, registry_synonym, registry_life_event."""

import json
import time
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry import spelling

FOUND: Final = """
    select * from registry_find(%(typed)s, %(words)s, %(spelled)s, %(plain)s, %(plain_words)s, %(plain_spelled)s, %(parts)s,
                                %(agency)s, %(kind)s, %(theme)s, %(event)s, %(limit)s)
"""
_LISTED: Final = """
    select i.code, i.version, i.name_zh, i.name_en, a.name_zh as agency_zh, a.name_en as agency_en,
           i.limits -> 'promise' as promise, i.visits, i.fees <> '[]' as charged, false as near
    from registry_sought s join registry_in_force i on i.id = s.item join registry_agency a on a.id = s.agency
    where i.code > %(after)s and (%(agency)s = '' or a.code = %(agency)s) and (%(kind)s = '' or %(kind)s = any (s.kinds))
      and (%(theme)s = '' or %(theme)s = any (s.themes))
      and (%(event)s = '' or exists (select 1 from registry_life_event e where e.code = %(event)s and e.ended_at is null
                                     and (s.catalogue = any (e.items) or left(s.catalogue, 9) = any (e.items))))
    order by i.code limit %(limit)s::int
"""
# How many items there are to each way of looking for them, in one answer.
_WAYS: Final = """
    with here as materialized (
        select s.item, s.agency, s.kinds, s.themes, s.catalogue from registry_sought s join registry_in_force i on i.id = s.item
    )
    select jsonb_build_object(
        'items', (select count(*) from here),
        'kinds', (select coalesce(jsonb_object_agg(k.code, k.items), '{}')
                  from (select k as code, count(*) as items from here h, unnest(h.kinds) k group by k) k),
        'themes', (select coalesce(jsonb_object_agg(t.code, t.items), '{}')
                   from (select t as code, count(*) as items from here h, unnest(h.themes) t group by t) t),
        'agencies', (select coalesce(jsonb_agg(jsonb_build_object('code', a.code, 'name_zh', a.name_zh, 'name_en', a.name_en, 'items', h.items)), '[]')
                     from (select agency, count(*) as items from here group by agency) h join registry_agency a on a.id = h.agency),
        'events', (select coalesce(jsonb_agg(jsonb_build_object('code', e.code, 'name_zh', e.name_zh, 'name_en', e.name_en, 'items', e.many)
                                             order by e.ordinal, e.code), '[]')
                   from (select v.code, v.ordinal, v.name_zh, v.name_en, count(distinct h.item) as many
                         from registry_life_event v cross join unnest(v.items) u
                         join here h on left(h.catalogue, 9) = left(u, 9) and starts_with(h.catalogue, u)
                         where v.ended_at is null group by v.code) e))
"""
_ONE: Final = """
    select i.code, i.version, i.suspended, i.body || jsonb_build_object('document', i.document) as body, a.code as agency_code, a.name_zh as agency_zh, a.name_en as agency_en,
           c.name_zh as centre_zh, c.name_en as centre_en
    from registry_in_force i join registry_agency a on a.id = i.agency join registry_centre c on c.id = i.centre
    where i.code = %s
"""
_VERSIONS: Final = """
    select i.version, i.name_zh, i.name_en, i.published_at, i.ended_at, exists (select 1 from registry_in_force f where f.id = i.id) as in_force
    from registry_item i where i.code = %s and (%s::int is null or i.version < %s::int) order by i.version desc limit %s::int
"""
_NAMES: Final = "select i.code, i.name_zh, i.name_en from registry_in_force i where i.code = any (%s::text[])"
KEPT_SECONDS: Final = 30.0
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """
    Which items are looked for: of an agency (by its code), a kind (person, organisation: for whom; instant: decided on the spot), a
    theme (p and its code: of those for persons; e: for enterprises) and an event of life (by its code). An empty text asks for any.
    """

    agency: str = ""
    kind: str = ""
    theme: str = ""
    event: str = ""

    def values(self) -> dict[str, str]:
        return {name: _sound(getattr(self, name)) for name in ("agency", "kind", "theme", "event")}


ANY: Final = Among()


def find(*, typed: str, login: str, among: Among = ANY, limit: int = 20) -> list[statement.Row]:
    """
    Return the items in force that are meant by what was typed, the nearest first, as `listed`: by code, name in either language, what
    people say for it, pinyin or its initials; where there is none, those that are nearly written or sound like that (`near`).
    """
    values = sought(typed=typed, among=among, limit=limit)
    return [_line(row) for row in statement.rows(login, FOUND, values)] if values["typed"] else []


def sought(*, typed: str, among: Among = ANY, limit: int = 20) -> dict[str, Any]:
    """Return what FOUND is asked with for what was typed."""
    typed = " ".join(unicodedata.normalize("NFKC", _sound(typed)).lower().split())
    plain = spelling.plain(typed)
    return {
        "typed": typed,
        "words": typed.split(),
        "spelled": spelling.pinyin(typed),
        "plain": plain,
        "plain_words": plain.split(),
        "plain_spelled": spelling.pinyin(plain),
        "parts": spelling.parts(plain),
        "limit": min(limit, 100),
        **among.values(),
    }


def _sound(asked: str) -> str:
    return asked[:100].replace("\x00", "")


def listed(*, among: Among = ANY, after: str = "", limit: int = 50) -> list[statement.Row]:
    """
    Return the items in force by code: code, version, name_zh/en, agency_zh/en, the promise {amount, unit}, how many visits (None: it is not
    said), whether a fee is charged; `after` is the last code seen.
    """
    values = {**among.values(), "after": _sound(after), "limit": min(limit, 100)}
    return [_line(row) for row in statement.rows("public", _LISTED, values)]


def _line(row: statement.Row) -> statement.Row:
    promise = statement.read_json(row["promise"]) or {}
    told = {name: promise.get(name) for name in ("amount", "unit")}
    return row | {"promise": told if None not in told.values() else None}


def ways() -> dict[str, Any]:
    """
    Return how many items are in force to each way of looking for them: `items` in all; `kinds` and `themes` by code; `agencies` and
    `events` of life with code, name_zh/en and items.
    """
    found: dict[str, Any] = statement.document("public", _WAYS)
    return found


def names(*, codes: Collection[str]) -> dict[str, statement.Row]:
    """Return what items in force are called, by code: name_zh/en."""
    return {one["code"]: one for one in statement.rows("public", _NAMES, [list(codes)])} if codes else {}


def item(*, code: str) -> dict[str, Any]:
    """
    Return an item in force with its body: elements, limits, materials, form; and whether it is suspended, so that nothing is taken.

    Refuses: missing item.unknown.
    """
    found = statement.rows("public", _ONE, [code[:100].replace("\x00", "")])
    if not found:
        raise Refusal("missing", "item.unknown", item=code[:100])
    return _read(found[0])


def versions(*, code: str, before: int | None = None, limit: int = 50) -> list[statement.Row]:
    """
    Return the versions of an item, the last first, also one to come: version, name_zh/en, published_at, ended_at (none: until another
    follows), in_force. A running case keeps the one under which it was filed.

    Refuses: missing item.unknown.
    """
    code = _sound(code)
    found = statement.rows("public", _VERSIONS, [code, before, before, min(limit, 100)])
    if not found and before is None:
        raise Refusal("missing", "item.unknown", item=code)
    return found


def _read(row: statement.Row) -> dict[str, Any]:
    return row | {"body": json.loads(row["body"]) if isinstance(row["body"], str) else row["body"]}


def body_in_force(*, code: str) -> dict[str, Any]:
    """
    Return the body of an item for checking a form; kept for half a minute, since a version never changes.

    Refuses: missing item.unknown.
    """
    kept = _kept.get(code)
    if kept is None or kept[0] < time.monotonic():
        kept = time.monotonic() + KEPT_SECONDS, item(code=code)["body"]
        if len(_kept) > 5000:
            _kept.clear()
        _kept[code] = kept
    return kept[1]
