"""The catalogue as anyone reads it: items in force, each with its one published version. View: registry_in_force. Tables: registry_spelling, registry_synonym."""

import json
import time
import unicodedata
from collections.abc import Collection
from typing import Any, Final

from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry import spelling

# The nearest first: its code, its name, how that begins, all the words, how it sounds, its first letters, what people say for it.
_FOUND: Final = """
    with said as materialized (
        select s.stands_for from registry_synonym s
        where s.ended_at is null and (length(%(typed)s) > 1 and starts_with(s.word, %(typed)s)
            or case when s.word ~ '^[ -~]+$' then strpos(' ' || %(typed)s || ' ', ' ' || s.word || ' ') else strpos(%(typed)s, s.word) end > 0)
    ), ranked as (
        select i.id, case
            when %(typed)s in (lower(i.code), substr(i.code, 20)) then 1
            when %(typed)s in (lower(i.name_zh), lower(i.name_en)) then 2
            when starts_with(lower(i.name_zh), %(typed)s) or starts_with(lower(i.name_en), %(typed)s) then 3
            when not exists (select 1 from unnest(%(words)s::text[]) w where strpos(lower(i.name_zh || ' ' || i.name_en), w) = 0) then 4
            when strpos(' ' || p.pinyin, ' ' || %(typed)s) > 0 or %(sound)s <> '' and starts_with(replace(p.pinyin, ' ', ''), %(sound)s)
                or length(%(sound)s) > 4 and strpos(replace(p.pinyin, ' ', ''), %(sound)s) > 0 then 5
            when length(%(typed)s) > 1 and starts_with(p.initials, %(typed)s) or length(%(typed)s) > 2 and strpos(p.initials, %(typed)s) > 0 then 6
            when exists (select 1 from said s where s.stands_for = substr(i.code, 20)
                         or strpos(lower(i.name_zh || ' ' || i.name_en), s.stands_for) > 0) then 7
        end as rank
        from registry_in_force i left join registry_spelling p on p.item = i.id
    )
    select i.code, i.version, i.name_zh, i.name_en, a.name_zh as agency_zh, a.name_en as agency_en
    from ranked r join registry_in_force i on i.id = r.id join registry_agency a on a.id = i.agency
    where r.rank is not null and (%(agency)s = '' or a.code = %(agency)s)
      and case %(kind)s when 'person' then i.for_person when 'organisation' then i.for_organisation when 'instant' then i.instant else true end
    order by r.rank, length(i.name_zh), i.code limit %(limit)s::int
"""
# Where nothing is: those whose form has the words, then those that are nearly written, or nearly sound, like that.
_GUESSED: Final = """
    with ranked as (
        select i.id, exists (select 1 from unnest(%(words)s::text[]) w where strpos(i.asked, w) = 0) as unasked,
               greatest(trigram.strict_word_similarity(%(typed)s, lower(i.name_en)),
                        trigram.word_similarity(%(sound)s, replace(p.pinyin, ' ', ''))) as nearness
        from registry_in_force i left join registry_spelling p on p.item = i.id
    )
    select i.code, i.version, i.name_zh, i.name_en, a.name_zh as agency_zh, a.name_en as agency_en
    from ranked r join registry_in_force i on i.id = r.id join registry_agency a on a.id = i.agency
    where (not r.unasked or r.nearness > 0.5) and (%(agency)s = '' or a.code = %(agency)s)
      and case %(kind)s when 'person' then i.for_person when 'organisation' then i.for_organisation when 'instant' then i.instant else true end
    order by r.unasked, r.nearness desc, length(i.name_zh), i.code limit %(limit)s::int
"""
_LISTED: Final = """
    select i.code, i.version, i.name_zh, i.name_en, a.name_zh as agency_zh, a.name_en as agency_en
    from registry_in_force i join registry_agency a on a.id = i.agency
    where i.code > %(after)s and (%(agency)s = '' or a.code = %(agency)s)
      and case %(kind)s when 'person' then i.for_person when 'organisation' then i.for_organisation when 'instant' then i.instant else true end
    order by i.code limit %(limit)s::int
"""
_SUMMARY: Final = """
    select count(*)::int as items, (count(*) filter (where i.for_person))::int as person, count(distinct i.agency)::int as agencies,
           (count(*) filter (where i.for_organisation))::int as organisation, (count(*) filter (where i.instant))::int as instant
    from registry_in_force i
"""
_AGENCIES: Final = """
    select a.code, a.name_zh, a.name_en, count(*)::int as items
    from registry_in_force i join registry_agency a on a.id = i.agency group by a.code, a.name_zh, a.name_en
"""
_ONE: Final = """
    select i.code, i.version, i.body || jsonb_build_object('document', i.document) as body, a.code as agency_code, a.name_zh as agency_zh, a.name_en as agency_en,
           c.name_zh as centre_zh, c.name_en as centre_en
    from registry_in_force i join registry_agency a on a.id = i.agency join registry_centre c on c.id = i.centre
    where i.code = %s
"""
_NAMES: Final = "select i.code, i.name_zh, i.name_en from registry_in_force i where i.code = any (%s::text[])"
KEPT_SECONDS: Final = 30.0
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


def find(*, typed: str, login: str, agency: str = "", kind: str = "", limit: int = 20) -> list[statement.Row]:
    """
    Return the items in force that are meant by what was typed, the nearest first: by code, name in either language, pinyin or its
    initials, or an everyday word; where there is none, those whose form has the words, and those that are nearly written like that.
    As `listed`, and of an agency or a kind as there.
    """
    typed = " ".join(unicodedata.normalize("NFKC", _sound(typed)).lower().split())
    if not typed:
        return []
    values = {
        "typed": typed,
        "words": typed.split(),
        "sound": spelling.pinyin(typed).replace(" ", ""),
        "agency": _sound(agency),
        "kind": kind,
        "limit": min(limit, 100),
    }
    return statement.rows(login, _FOUND, values) or statement.rows(login, _GUESSED, values)


def _sound(asked: str) -> str:
    return asked[:100].replace("\x00", "")


def listed(*, agency: str = "", kind: str = "", after: str = "", limit: int = 50) -> list[statement.Row]:
    """
    Return the items in force by code, all of them or those of an agency (by its code) or a kind (person, organisation: for whom;
    instant: decided on the spot): code, version, name_zh/en, agency_zh/en; `after` is the last code seen.
    """
    asked = {"agency": agency, "kind": kind, "after": after}
    sound = {name: value[:100].replace("\x00", "") for name, value in asked.items()}
    return statement.rows("public", _LISTED, {**sound, "limit": min(limit, 100)})


def names(*, codes: Collection[str]) -> dict[str, statement.Row]:
    """Return what items in force are called, by code: name_zh/en."""
    return {one["code"]: one for one in statement.rows("public", _NAMES, [list(codes)])} if codes else {}


def summary() -> statement.Row:
    """Return how many items are in force: items, person, organisation, instant; and of how many agencies."""
    return statement.row("public", _SUMMARY)


def agencies() -> list[statement.Row]:
    """Return the agencies that have items in force: code, name_zh/en, and how many items."""
    return statement.rows("public", _AGENCIES)


def item(*, code: str) -> dict[str, Any]:
    """
    Return an item in force with its body: elements, limits, materials, form.

    Refuses: missing item.unknown.
    """
    found = statement.rows("public", _ONE, [code[:100].replace("\x00", "")])
    if not found:
        raise Refusal("missing", "item.unknown", item=code[:100])
    return _read(found[0])


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
