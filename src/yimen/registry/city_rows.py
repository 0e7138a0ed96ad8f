"""A city's folder as rows of the registry, by table. Ids of everything but people follow from codes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from yimen.pure.item_rules import Whole
from yimen.registry import spelling
from yimen.registry.city import City
from yimen.registry.city_offers import offer_rows
from yimen.registry.ids import identifier, identity
from yimen.registry.item_body import body_of_rows, item_body

Rows = list[dict[str, Any]]
CALENDAR_AHEAD = 6  # years after the last official arrangement, provisional


def city_rows(city: City, catalogue: Sequence[Whole], people: Mapping[str, UUID]) -> dict[str, Rows]:
    """Return what a folder says, by table, as whole rows of the registry; `people`: the ids they have, by staff number."""
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
            {"code": d.code, "name_zh": d.name_zh, "name_en": d.name_en, "level": d.level, "parent": d.parent or None}
            for d in city.divisions
        ],
        "agencies": [
            {
                "id": str(identifier("agency", a.code)),
                "code": a.code,
                "name_zh": a.name_zh,
                "name_en": a.name_en,
                "short_zh": a.short_zh,
                "ended_at": None,
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
                "ended_at": None,
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
        "items": _items(city, catalogue),
        "spellings": [_spelling(one) for one in catalogue],
        "synonyms": [
            {"word": s.word, **_sounds(s.word), "stands_for": s.stands_for, "ended_at": None} for s in city.synonyms
        ],
        "events": [
            {
                "code": e.code,
                "ordinal": place,
                "name_zh": e.name_zh,
                "name_en": e.name_en,
                "items": e.items(catalogue),
                "ended_at": None,
            }
            for place, e in enumerate(city.events, 1)
        ],
        "elements": [
            {
                "code": e.code,
                "place": place,
                "name_zh": e.name_zh,
                "name_en": e.name_en,
                "fields": list(e.fields),
                "ended_at": None,
            }
            for place, e in enumerate(city.profile, 1)
        ],
        "calendar": _calendar(city),
        "closures": _closures(city),
        "offers": offer_rows(city.offers, catalogue),
    }


def _closures(city: City) -> Rows:
    return [
        {
            "centre": str(identifier("centre", c.centre)),
            "day": c.day.isoformat(),
            "name_zh": c.name_zh,
            "name_en": c.name_en,
            "ended_at": None,
        }
        for c in city.closures
    ]


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
            "kind": c.kind,
            "parent": str(identifier("centre", c.parent)) if c.parent else None,
            "longitude": c.longitude,
            "latitude": c.latitude,
            "ended_at": None,
        }
        for c in city.centres
    ]


def _people(city: City, people: Mapping[str, UUID]) -> dict[str, Rows]:
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


def _items(city: City, catalogue: Sequence[Whole]) -> Rows:
    by_hand = {item.code: item for item in city.items}
    seals = {(s.agency, s.centre, s.kind): s.code for s in reversed(city.seals)}
    rows: Rows = []
    for one in catalogue:
        item, agency = by_hand.get(one.said("handling_code")), one.said("agency_code")
        centre = item.centre if item else city.city_hall.code
        kind = "approval" if one.said("result_type") == "2" else "licence"
        seal = seals.get((agency, centre, kind)) or seals[agency, centre, "approval"]
        row = {
            "id": str(item_id(one)),
            "code": one.said("implementation_code"),
            "version": int(one.said("version")),
            "agency": str(identifier("agency", agency)),
            "centre": str(identifier("centre", centre)),
            "seal": str(identifier("seal", seal)),
            "body": item_body(item) if item else body_of_rows(one),
            "document": dict(item.document) if item else {},
            "rows": one.as_rows(),
        }
        rows.append(row | {"digest": digest(row)})
    return rows


def item_id(whole: Whole) -> UUID:
    """Return the id of a version of an item that a folder has."""
    return identifier("item", f"{whole.said('handling_code')}/{whole.said('version')}")


def digest(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of a row as JSON with sorted names, by which a version is compared without reading it."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _spelling(whole: Whole) -> dict[str, Any]:
    pinyin = spelling.pinyin(whole.said("name"))
    return {"item": str(item_id(whole)), "pinyin": pinyin, "initials": spelling.initials(pinyin)}


def _sounds(word: str) -> dict[str, str]:
    spelled = "" if word.isascii() else spelling.pinyin(word)
    return {"sound": spelled.replace(" ", ""), "initials": spelling.initials(spelled)}


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
