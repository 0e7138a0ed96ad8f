"""The places of a city folder: divisions, agencies, centres, windows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from yimen.pure.identifiers import check_credit_code
from yimen.registry.city_calendar import iso_date
from yimen.registry.city_tables import (
    BadField,
    Findings,
    Row,
    check_unique,
    counting,
    read_rows,
)

DIVISION_LEVELS = ("province", "city", "county", "zone", "township")
AGENCY_LEVELS = ("city", "county")
CENTRE_LEVELS = ("city", "county", "township")
CENTRE_KINDS = ("hall", "sub_hall")
WINDOW_KINDS = ("general", "online")

_CODE_LENGTH = {"province": 6, "city": 6, "county": 6, "zone": 6, "township": 9}
_PARENT_LEVEL = {
    "city": ("province",),
    "county": ("city",),
    "zone": ("city",),
    "township": ("county", "zone"),
}
_PARENT_DIGITS = {"city": 2, "county": 4, "zone": 4, "township": 6}
_DIVISIONS_OF = {"city": ("city",), "county": ("county", "zone"), "township": ("township",)}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_PHONE = re.compile(r"0\d{2,3}-\d{7,8}(-\d{1,6})?|1\d{10}|\d{5,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    code: str
    name_zh: str
    name_en: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    code: str
    key: str
    name_zh: str
    name_en: str
    level: str
    short_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    code: str
    level: str
    division: str
    name_zh: str
    name_en: str
    address_zh: str
    address_en: str
    phone: str
    days: tuple[int, ...]
    opens: time
    closes: time
    kind: str
    parent: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A day on which a place is closed beyond its weekly hours."""

    centre: str
    day: date
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    code: str
    centre: str
    number: int
    name_zh: str
    name_en: str
    kind: str


def read_divisions(folder: Path, findings: Findings) -> tuple[Division, ...]:
    columns = ("code", "name_zh", "name_en", "level", "parent")
    read = []
    for row in read_rows(folder, "divisions.csv", columns, findings):
        division = Division(
            code=row.get("code", _division_code, ""),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            level=row.one_of("level", DIVISION_LEVELS),
            parent=row.fields["parent"],
        )
        if row.whole and len(division.code) != _CODE_LENGTH[division.level]:
            message = f"a {division.level} has {_CODE_LENGTH[division.level]} digits"
            row.fault("code", "division.code_length", message)
        read.append((row, division))
    check_unique(read, "code", lambda thing: thing.code)
    known = {division.code: division for row, division in read if row.whole}
    for row, division in read:
        if row.whole:
            _check_parent(row, division, known)
    return tuple(division for row, division in read if row.whole)


def read_agencies(folder: Path, findings: Findings) -> tuple[Agency, ...]:
    columns = ("code", "key", "name_zh", "name_en", "level", "short_zh")
    read = []
    for row in read_rows(folder, "agencies.csv", columns, findings):
        agency = Agency(
            code=row.get("code", lambda raw: check_credit_code(raw).text, ""),
            key=row.get("key", code, ""),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            level=row.one_of("level", AGENCY_LEVELS),
            short_zh=row.text("short_zh"),
        )
        read.append((row, agency))
    check_unique(read, "code", lambda thing: thing.code)
    check_unique(read, "key", lambda thing: thing.key)
    check_unique(read, "short_zh", lambda thing: thing.short_zh)
    return tuple(agency for row, agency in read if row.whole)


def read_centres(folder: Path, divisions: Mapping[str, Division], findings: Findings) -> tuple[Centre, ...]:
    columns = (
        *("code", "level", "division", "name_zh", "name_en", "address_zh", "address_en"),
        *("phone", "days", "opens", "closes", "kind", "parent", "longitude", "latitude"),
    )
    read = []
    for row in read_rows(folder, "centres.csv", columns, findings):
        centre = Centre(
            code=row.get("code", code, ""),
            level=row.one_of("level", CENTRE_LEVELS),
            division=row.text("division"),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            address_zh=row.text("address_zh"),
            address_en=row.text("address_en"),
            phone=row.get("phone", phone, ""),
            days=row.get("days", weekdays, ()),
            opens=row.get("opens", clock, time.min),
            closes=row.get("closes", clock, time.max),
            kind=row.one_of("kind", CENTRE_KINDS),
            parent=row.fields["parent"],
            longitude=row.get("longitude", lambda raw: _degrees(raw, 180), 0.0),
            latitude=row.get("latitude", lambda raw: _degrees(raw, 90), 0.0),
        )
        if row.whole:
            _check_centre(row, centre, divisions)
        read.append((row, centre))
    check_unique(read, "code", lambda thing: thing.code)
    _one_city_centre(read, findings)
    known = {centre.code: centre for _row, centre in read}
    for row, centre in read:
        if row.whole:
            _check_under(row, centre, known)
    return tuple(centre for row, centre in read if row.whole)


def read_closures(folder: Path, centres: Mapping[str, Centre], findings: Findings) -> tuple[Closure, ...]:
    read = []
    for row in read_rows(folder, "closures.csv", ("centre", "date", "name_zh", "name_en"), findings):
        closure = Closure(
            centre=row.text("centre"),
            day=row.get("date", iso_date, date.min),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
        )
        if closure.centre and closure.centre not in centres:
            row.fault("centre", "reference.unknown", f"no centre has the code {closure.centre}")
        read.append((row, closure))
    check_unique(read, "date", lambda thing: (thing.centre, thing.day))
    return tuple(closure for row, closure in read if row.whole)


def read_windows(folder: Path, centres: Mapping[str, Centre], findings: Findings) -> tuple[Window, ...]:
    columns = ("code", "centre", "number", "name_zh", "name_en", "kind")
    read = []
    for row in read_rows(folder, "windows.csv", columns, findings):
        window = Window(
            code=row.get("code", code, ""),
            centre=row.text("centre"),
            number=row.get("number", counting, 0),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            kind=row.one_of("kind", WINDOW_KINDS),
        )
        if window.centre and window.centre not in centres:
            row.fault("centre", "reference.unknown", f"no centre has the code {window.centre}")
        read.append((row, window))
    check_unique(read, "code", lambda thing: thing.code)
    check_unique(read, "number", lambda thing: (thing.centre, thing.number))
    return tuple(window for row, window in read if row.whole)


def code(raw: str) -> str:
    if not _CODE.fullmatch(raw):
        raise BadField("field.not_a_code", "a code is 1 to 40 of letters, digits, dot, - and _")
    return raw


def phone(raw: str) -> str:
    if not _PHONE.fullmatch(raw):
        raise BadField("field.not_a_phone", "a phone is written like 0431-12345678")
    return raw


def weekdays(raw: str) -> tuple[int, ...]:
    days = tuple(int(char) for char in raw if char in "1234567")
    if not raw or len(days) != len(raw) or list(days) != sorted(set(days)):
        message = "days are written as rising digits, 1 for Monday to 7 for Sunday"
        raise BadField("field.not_weekdays", message)
    return days


def clock(raw: str) -> time:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", raw):
        raise BadField("field.not_a_time", "a time is written like 08:30")
    return time.fromisoformat(raw)


def _degrees(raw: str, most: int) -> float:
    if not re.fullmatch(r"-?\d{1,3}\.\d{4,5}", raw) or abs(float(raw)) > most:
        raise BadField("field.not_degrees", "a position is in degrees with 4 or 5 decimals, like 125.32450")
    return float(raw)


def _division_code(raw: str) -> str:
    if not (raw.isascii() and raw.isdigit()):
        raise BadField("division.code", "a division code is made of digits")
    return raw


def _check_parent(row: Row, division: Division, known: Mapping[str, Division]) -> None:
    if division.level == "province":
        if division.parent:
            row.fault("parent", "division.parent", "a province has no parent here")
        return
    parent = known.get(division.parent)
    if parent is None:
        row.fault("parent", "reference.unknown", f"no division has the code {division.parent}")
    elif parent.level not in _PARENT_LEVEL[division.level]:
        message = f"a {division.level} cannot lie in a {parent.level}"
        row.fault("parent", "division.parent", message)
    elif division.code[: _PARENT_DIGITS[division.level]] != parent.code[: _PARENT_DIGITS[division.level]]:
        row.fault("code", "division.parent", "the code does not begin like its parent's")


def _check_centre(row: Row, centre: Centre, divisions: Mapping[str, Division]) -> None:
    division = divisions.get(centre.division)
    if division is None:
        row.fault("division", "reference.unknown", f"no division has the code {centre.division}")
    elif division.level not in _DIVISIONS_OF[centre.level]:
        message = f"a {centre.level} centre cannot stand for a {division.level}"
        row.fault("division", "centre.level", message)
    if centre.opens >= centre.closes:
        row.fault("closes", "centre.hours", "the centre closes before it opens")


def _check_under(row: Row, centre: Centre, known: Mapping[str, Centre]) -> None:
    if centre.kind == "hall":
        if centre.parent:
            row.fault("parent", "centre.parent", "a hall lies under no other place; a sub-hall does")
        return
    parent = known.get(centre.parent)
    if parent is None:
        row.fault("parent", "reference.unknown", f"no centre has the code {centre.parent}")
    elif parent.kind != "hall" or (parent.level, parent.division) != (centre.level, centre.division):
        row.fault("parent", "centre.parent", "a sub-hall lies under the hall of its own level and division")


def _one_city_centre(read: list[tuple[Row, Centre]], findings: Findings) -> None:
    rows = [row for row, centre in read if (centre.level, centre.kind) == ("city", "hall")]
    if not rows and read:
        findings.error("centres.csv", None, "level", "centre.no_city", "the city has no centre of its own level")
    for row in rows[1:]:
        row.fault("level", "centre.two_cities", "the city already has a centre of its own level")
