"""
What a draft of items says: whole items as rows, each with the version it follows and what follows from its rows.

The rows alone are what an editor writes and a reviewer reads. The body that cases read, the agency, the place, the seal, and how the item
is found are made from them and from the version that it follows, so the same rows after the same version make the same draft.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final

from yimen.pure.item_rules import Whole, whole_of
from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry import spelling
from yimen.registry.item_body import body_of_rows

LAST: Final = """
    select i.code, max(i.version) as version, max(i.version) filter (where i.ended_at is null) as stands,
           (array_agg(i.name_zh order by i.version desc))[1] as name_zh, (array_agg(i.name_en order by i.version desc))[1] as name_en,
           (array_agg(i.published_at order by i.version desc))[1] as published_at
    from registry_item i where i.code = any (%s::text[]) group by i.code
"""
_FOLLOWED: Final = """
    select i.code, i.version, i.agency::text, i.centre::text, i.seal::text, i.body
    from registry_item i join unnest(%s::text[], %s::int[]) as x (code, version) on i.code = x.code and i.version = x.version
"""
_SEALS: Final = """
    select a.code as agency_code, a.name_zh, a.id::text as agency, c.id::text as centre, s.kind, s.id::text as seal
    from registry_seal s join registry_agency a on a.id = s.agency join registry_centre c on c.id = s.centre
    where a.code = any (%s::text[]) order by c.level = 'city' desc, c.kind = 'hall' desc, s.code
"""
AT_ONCE: Final = 100  # items, of which the whole is in memory
NO_BASES: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    What an editor would have changed: items, whole; the codes (of implementations) that end; and those of which what is to come is
    cancelled. `bases`: by code the versions that she looked at, where that need not be the last one published.
    """

    why: str
    items: Sequence[Whole] = ()
    ends: Sequence[str] = ()
    cancels: Sequence[str] = ()
    bases: Mapping[str, int] = field(default_factory=lambda: NO_BASES)

    @property
    def parts(self) -> dict[str, list[str]]:
        """The codes of the items that it changes, ends and cancels."""
        changes = [one.said("implementation_code") for one in self.items]
        return {"items": changes, "ends": list(self.ends), "cancels": list(self.cancels)}

    @property
    def codes(self) -> list[str]:
        """Every item that it touches."""
        return [code for part in self.parts.values() for code in part]

    def without(self, code: str) -> "Wanted":
        """The same without an item."""
        return replace(
            self,
            items=[one for one in self.items if one.said("implementation_code") != code],
            ends=[one for one in self.ends if one != code],
            cancels=[one for one in self.cancels if one != code],
            bases={one: base for one, base in self.bases.items() if one != code},
        )

    def is_said_by(self, body: Mapping[str, Any]) -> bool:
        """Whether a draft says this, whatever the rest of it was made from at its time."""
        listed = {name: body[name] for name in ("items", "ends", "cancels")}
        bases = {one["code"]: one["base"] for part in listed.values() for one in part}
        return (
            body["why"] == self.why
            and [_typed(whole_of(one["rows"])) for one in listed["items"]] == [_typed(one) for one in self.items]
            and [one["code"] for one in listed["ends"]] == list(self.ends)
            and [one["code"] for one in listed["cancels"]] == list(self.cancels)
            and all(bases.get(code, base) == base for code, base in self.bases.items())
        )


def written(wanted: Wanted) -> bytes:
    """
    Return the draft that says what is wanted as JSON, each item written as it is made: a whole catalogue is 25 MB.

    Refuses: malformed revision.malformed (an agency that has no seal).
    """
    last = {one["code"]: one for one in statement.rows("registry", LAST, [[*wanted.ends, *wanted.cancels]])}
    ends = [_based(code, wanted, last.get(code, {}).get("stands")) for code in wanted.ends]
    cancels = [_based(code, wanted, last.get(code, {}).get("version")) for code in wanted.cancels]
    told = BytesIO()
    told.write(b'{"cancels": %s, "ends": %s, "items": [' % (_json(cancels), _json(ends)))
    for number, one in enumerate(drafted(wanted)):
        told.write(b", " * bool(number) + _json(one))
    told.write(b'], "why": %s}' % _json(wanted.why))
    return told.getvalue()


def drafted(wanted: Wanted) -> Iterator[dict[str, Any]]:
    """
    Yield the items of the draft that says what is wanted, as they would be written; the versions that they follow are read some at a time.

    Refuses: malformed revision.malformed (an agency that has no seal).
    """
    seals = _seals({one.said("agency_code") for one in wanted.items})
    for at in range(0, len(wanted.items), AT_ONCE):
        some = [
            whole_of(one.as_rows()) for one in wanted.items[at : at + AT_ONCE]
        ]  # what no field is named for is not kept
        codes = [one.said("implementation_code") for one in some]
        last = {one["code"]: one for one in statement.rows("registry", LAST, [codes])}
        bases = [
            _base(code, wanted, last.get(code, {}).get("stands") or last.get(code, {}).get("version")) for code in codes
        ]
        followed = {one["code"]: one for one in statement.rows("registry", _FOLLOWED, [codes, bases])}
        for code, one, base in zip(codes, some, bases, strict=True):
            yield _drafted(one, followed.get(code, {}), base, seals.get(one.said("agency_code"), ()))


def _base(code: str, wanted: Wanted, last: int | None) -> int:
    return wanted.bases.get(code, last or 0)


def _based(code: str, wanted: Wanted, last: int | None) -> dict[str, Any]:
    return {"code": code, "base": _base(code, wanted, last)}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _seals(agencies: Collection[str]) -> Mapping[str, Sequence[statement.Row]]:
    found: dict[str, list[statement.Row]] = {}
    for one in statement.rows("registry", _SEALS, [list(agencies)]):
        found.setdefault(one["agency_code"], []).append(one)
    return found


def _typed(whole: Whole) -> Any:
    """The rows without what is not hers to type."""
    return replace(whole, item={**whole.item, "agency_name": ""}).as_rows()


def _drafted(one: Whole, followed: Mapping[str, Any], base: int, seals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kind = "approval" if one.said("result_type") == "2" else "licence"
    chosen = next((seal for seal in seals if seal["kind"] == kind), seals[0] if seals else None)
    if chosen is None:
        raise Refusal("malformed", "revision.malformed", detail=f"agency_code: {one.said('agency_code')[:30]}")
    one = replace(one, item={**one.item, "agency_name": chosen["name_zh"]})  # its agency's of today, whatever was typed
    pinyin = spelling.pinyin(one.said("name"))
    return {
        "code": one.said("implementation_code"),
        "base": base,
        "agency": followed.get("agency") or chosen["agency"],
        "centre": followed.get("centre") or chosen["centre"],
        "seal": followed.get("seal") or chosen["seal"],
        "body": _body(one, followed),
        "rows": one.as_rows(),
        "pinyin": pinyin,
        "initials": spelling.initials(pinyin),
    }


def _body(one: Whole, followed: Mapping[str, Any]) -> dict[str, Any]:
    """The body as far as the rows can be read; a draft may break rules, and then has none that cases could read."""
    try:
        return body_of_rows(one, before=statement.read_json(followed["body"]) if followed else None)
    except (KeyError, ValueError):
        return {
            "handling_code": one.said("handling_code"),
            "name_zh": one.said("name"),
            "name_en": one.said("name_en"),
            "limits": {},
        }


def rows_followed(items: Sequence[Mapping[str, Any]]) -> dict[str, Whole]:
    """Return the rows of the versions that items of a draft follow, by code."""
    sql = "select i.code, i.rows from registry_item i join unnest(%s::text[], %s::int[]) as x (code, version) on i.code = x.code and i.version = x.version"
    return {
        one["code"]: whole_of(statement.read_json(one["rows"]))
        for one in statement.rows("registry", sql, _asked(items))
    }


def still_coming(cancels: Sequence[Mapping[str, Any]]) -> dict[str, statement.Row]:
    """Return the versions of what a draft cancels, by code, and whether something of them is still to come."""
    sql = """
        select i.code, i.version, i.published_at, registry_coming(i.code, i.version) as coming
        from registry_item i join unnest(%s::text[], %s::int[]) as x (code, version) on i.code = x.code and i.version = x.version order by i.code
    """
    return {one["code"]: one for one in statement.rows("registry", sql, _asked(cancels))} if cancels else {}


def _asked(listed: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [[one["code"] for one in listed], [int(one["base"]) for one in listed]]
