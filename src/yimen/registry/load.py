"""
Loading a city: compare its folder with what is on record, and put what differs into one entry.

Loading twice changes nothing. A person keeps the id she was given first; ids of everything else follow from its code.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.conf import settings

from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry import spelling
from yimen.registry.city import City
from yimen.registry.city_form import When
from yimen.registry.city_items import Item, Limit

Rows = list[dict[str, Any]]
CALENDAR_AHEAD = 6  # years after the last official arrangement, provisional

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
    "calendar": "registry_calendar",
}
_KEYS = {
    "city": ("code",),
    "divisions": ("code",),
    "duty": ("post", "weekday"),
    "spellings": ("item",),
    "synonyms": ("word", "stands_for"),
    "calendar": ("day",),
}


def identifier(kind: str, code: str) -> UUID:
    """Return the id of a place or thing by its code. People have none of this kind: theirs cannot be guessed."""
    return uuid5(NAMESPACE_URL, f"yimen/{kind}/{code}")


def identity(resident_id: str) -> str:
    """
    Return what stands for a resident id: one human being is one person, and the number itself is kept nowhere.

    Keyed with the installation's secret, because the numbers are few enough to try them all.
    """
    key = hashlib.sha256(b"yimen.identity.v1" + settings.SECRET_KEY.encode()).digest()
    return "\\x" + hmac.new(key, resident_id.encode(), hashlib.sha256).hexdigest()


def changes(city: City) -> dict[str, Rows]:
    """
    Return the rows that loading a city would enter, by table; empty when there is nothing to change.

    Posts, duty and synonyms that the folder no longer has are ended, not deleted.

    Refuses: conflict item.version_changed: a published version never changes; what differs needs a new number.
    """
    known = {row["staff_no"]: row for row in statement.rows("registry", "select id, staff_no from registry_person")}
    people = {
        one.staff_no: UUID(str(known[one.staff_no]["id"])) if one.staff_no in known else uuid4() for one in city.people
    }
    wanted = _wanted(city, people)
    found: dict[str, Rows] = {}
    for table, rows in wanted.items():
        differing = _differing(table, rows)
        if table in ("posts", "duty", "synonyms"):
            differing += _ended(table, rows)
        if differing:
            found[table] = differing
    return found


def founding(city: City) -> dict[str, Rows]:
    """Return what an empty city is founded with: its divisions, the registrars, and the places of their posts."""
    registrars = {post.staff_no for post in city.posts if post.role == "registrar"}
    people = {one.staff_no: uuid4() for one in city.people if one.staff_no in registrars}
    wanted = _wanted(city, people)
    return {name: wanted[name] for name in ("city", "divisions", "centres", "people", "posts")}


def _wanted(city: City, people: dict[str, UUID]) -> dict[str, Rows]:
    return {
        "city": [
            {
                "code": city.code,
                "name_zh": city.name_zh,
                "name_en": city.name_en,
                "demonstration": city.demonstration,
                "only_row": True,
            }
        ],
        "divisions": [
            {
                "code": d.code,
                "name_zh": d.name_zh,
                "name_en": d.name_en,
                "level": d.level,
                "parent": d.parent or None,
            }
            for d in city.divisions
        ],
        "agencies": [
            {
                "id": str(identifier("agency", a.code)),
                "code": a.code,
                "name_zh": a.name_zh,
                "name_en": a.name_en,
                "short_zh": a.short_zh,
            }
            for a in city.agencies
        ],
        "centres": _centres(city),
        "windows": [
            {
                "id": str(identifier("window", w.code)),
                "centre": str(identifier("centre", w.centre)),
                "code": w.code,
                "name_zh": w.name_zh,
                "name_en": w.name_en,
            }
            for w in city.windows
        ],
        **_people(city, people),
        "seals": [
            {
                "id": str(identifier("seal", s.code)),
                "code": s.code,
                "agency": str(identifier("agency", s.agency)),
                "centre": str(identifier("centre", s.centre)),
                "kind": s.kind,
                "name_zh": s.name_zh,
                "name_en": s.name_en,
            }
            for s in city.seals
        ],
        "items": [_item(city, item) for item in city.items],
        "spellings": [_spelling(item) for item in city.items],
        "synonyms": [{"word": s.word, "stands_for": s.stands_for, "ended_at": None} for s in city.synonyms],
        "calendar": _calendar(city),
    }


def _centres(city: City) -> Rows:
    return [
        {
            "id": str(identifier("centre", c.code)),
            "code": c.code,
            "name_zh": c.name_zh,
            "name_en": c.name_en,
            "level": c.level,
            "division": c.division,
            "address_zh": c.address_zh,
            "address_en": c.address_en,
            "days": list(c.days),
            "opens": c.opens.isoformat(),
            "closes": c.closes.isoformat(),
            "phone": c.phone,
        }
        for c in city.centres
    ]


def _people(city: City, people: dict[str, UUID]) -> dict[str, Rows]:
    posts = [post for post in city.posts if post.staff_no in people]
    kinds = {agency.code: "agency" for agency in city.agencies}
    held: dict[str, list[str]] = {}
    rows: Rows = []
    for post in posts:
        key = str(identifier("post", f"{people[post.staff_no]}/{post.role}/{post.place}"))
        held.setdefault(post.staff_no, []).append(key)
        kind = kinds.get(post.place, "centre")
        places = {"centre": None, "agency": None, kind: str(identifier(kind, post.place))}
        rows.append({"id": key, "person": str(people[post.staff_no]), "role": post.role, **places, "ended_at": None})
    return {
        "people": [
            {
                "id": str(people[p.staff_no]),
                "staff_no": p.staff_no,
                "username": p.username,
                "name_zh": p.name_zh,
                "name_en": p.name_en,
                "identity": identity(p.resident_id),
                "ended_at": None,
            }
            for p in city.people
            if p.staff_no in people
        ],
        "posts": rows,
        "duty": [
            {"post": post, "weekday": weekday, "ended_at": None}
            for duty in city.duty
            for post in held.get(duty.staff_no, [])
            for weekday in duty.weekdays
        ],
        "organisations": [
            {
                "id": str(identifier("organisation", o.credit_code)),
                "code": o.credit_code,
                "name_zh": o.name_zh,
                "name_en": o.name_en,
                "representative": str(people[o.representative]),
            }
            for o in city.organisations
            if o.representative in people
        ],
    }


def _item(city: City, item: Item) -> dict[str, Any]:
    kind = "approval" if item.result.type == "2" else "licence"
    seals = [s for s in city.seals if s.agency == item.agency and s.centre == item.centre]
    seal = next((s for s in seals if s.kind == kind), seals[0])
    return {
        "id": str(identifier("item", f"{item.code}/{item.version}")),
        "code": item.implementation_code,
        "version": item.version,
        "agency": str(identifier("agency", item.agency)),
        "centre": str(identifier("centre", item.centre)),
        "seal": str(identifier("seal", seal.code)),
        "body": item_body(item),
        "document": dict(item.document),
    }


def _spelling(item: Item) -> dict[str, Any]:
    pinyin = spelling.pinyin(item.name.zh)
    return {
        "item": str(identifier("item", f"{item.code}/{item.version}")),
        "pinyin": pinyin,
        "initials": spelling.initials(pinyin),
    }


def item_body(item: Item) -> dict[str, Any]:
    """Return an item as cases and pages read it; the whole file is kept beside it, with the source of each value."""
    whole: Any = item.document
    return {
        "key": item.key,
        "handling_code": item.code,
        "name_zh": item.name.zh,
        "name_en": item.name.en,
        "type_zh": item.item_type.zh,
        "type_en": item.item_type.en,
        "basis_zh": item.basis[0].zh,
        "basis_en": item.basis[0].en,
        "instant": item.instant,
        "service_objects": list(item.service_objects),
        "delivery": list(item.delivery),
        "fees": [
            {
                "code": fee.code,
                "name_zh": fee.name.zh,
                "name_en": fee.name.en,
                "amount": fee.amount,
                "basis": fee.basis,
                "when": _when(fee.when),
            }
            for fee in item.fees
        ],
        "conditions": [
            {"code": f"C{n}", "zh": zh.strip("。； "), "en": en.strip(".; ")}
            for n, (zh, en) in enumerate(
                zip(item.conditions.zh.split("；"), item.conditions.en.split(";"), strict=False), 1
            )
        ],
        "materials": [
            {
                "code": m.code,
                "name_zh": m.name.zh,
                "name_en": m.name.en,
                "necessity": m.necessity,
                "source": m.source,
                "exempt_by_sharing": m.exempt_by_sharing,
                "from_form": m.code in whole.get("from_form", []),
                "accepted_types": list(m.accepted_types),
                "standard_zh": m.accept_standard.zh,
                "standard_en": m.accept_standard.en,
                "basis": m.basis,
                "kind": m.kind,
                "valid_months": m.valid_months,
                "originals": m.originals,
                "when": _when(m.when),
            }
            for m in item.materials
        ],
        "form": [
            {
                "name": f.code,
                "type": f.type,
                "label_zh": f.label.zh,
                "label_en": f.label.en,
                "hint_zh": f.hint.zh if f.hint else "",
                "hint_en": f.hint.en if f.hint else "",
                "required": f.required,
                "contact": f.contact,
                "min_length": f.min_length,
                "max_length": f.max_length,
                "choices": [{"code": c.code, "zh": c.label.zh, "en": c.label.en} for c in f.choices],
                "when": _when(f.when),
            }
            for f in item.form
        ],
        "limits": {
            "acceptance": _limit(item.acceptance),
            "statutory": item.statutory and _limit(item.statutory),
            "promise": _limit(item.promise),
            "service": _limit(item.service),
            "correction": item.correction and _limit(item.correction),
            "collection": item.collection and _limit(item.collection),
            "fallback": item.fallback and _limit(item.fallback),
            "links": whole["link_limits"],
        },
        "result": {
            "type": item.result.type,
            "kind": item.result.kind,
            "name_zh": item.result.name.zh,
            "name_en": item.result.name.en,
            "number_prefix": item.result.number_prefix,
            "valid_years": item.result.valid_years,
        },
    }


def _when(when: When | None) -> dict[str, Any] | None:
    return {"field": when.field, "is": list(when.values)} if when else None


def _limit(limit: Limit) -> dict[str, Any]:
    return {"amount": limit.amount, "unit": limit.unit, "starts": limit.starts}


def _calendar(city: City) -> Rows:
    days = city.working_days()
    first, last = date(min(city.calendar_years), 1, 1), date(max(city.calendar_years) + CALENDAR_AHEAD, 12, 31)
    kinds = (days.kind_of(first + timedelta(n)) for n in range((last - first).days + 1))
    return [
        {
            "day": kind.day.isoformat(),
            "working": kind.working,
            "provisional": kind.provisional,
            "name_zh": kind.name.zh if kind.name else "",
            "name_en": kind.name.en if kind.name else "",
        }
        for kind in kinds
    ]


def _differing(table: str, rows: Rows) -> Rows:
    """The rows that are not on record as they stand in the folder."""
    key = _key(table)
    here = {key(row): row for row in _on_record(table, rows)}
    differing = [row for row in rows if here.get(key(row)) != row]
    for row in differing:
        if table == "items" and key(row) in here:
            raise Refusal("conflict", "item.version_changed", item=row["code"], version=row["version"])
    return differing


def _ended(table: str, rows: Rows) -> Rows:
    """Posts, duty and synonyms on record that the folder no longer has, as rows that end now."""
    key = _key(table)
    kept = {key(row) for row in rows}
    gone = [row for row in _on_record(table, rows) if key(row) not in kept and row["ended_at"] is None]
    now = statement.value("registry", "select registry_today()::timestamptz::text")
    return [row | {"ended_at": now} for row in gone]


def _on_record(table: str, rows: Rows) -> Rows:
    """What the database has, with the columns of the folder, in the shapes of JSON."""
    columns = list(rows[0]) if rows else []
    if not columns:
        return []
    sql = f"select coalesce(jsonb_agg(to_jsonb(t)), '[]') from (select {', '.join(columns)} from {_TABLES[table]}) t"  # noqa: S608 - our own names
    return list(statement.document("registry", sql))


def _key(table: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    names: Iterable[str] = _KEYS.get(table, ("id",))
    return lambda row: tuple(row[name] for name in names)
