"""What the places of a city folder offer: by lines, each of which means items by agency, type and words, and halls of a level or places."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any, Final

from yimen.pure.item_codes import TYPE
from yimen.pure.item_rules import Whole
from yimen.registry.city_places import CENTRE_LEVELS, Agency, Centre, clock, phone, weekdays
from yimen.registry.city_tables import Findings, Row, read_rows
from yimen.registry.ids import identifier

FILE: Final = "offers.csv"
COLUMNS: Final = (
    *("agencies", "types", "words", "but_not", "at"),
    *("phone", "days", "opens", "closes", "reason_zh", "reason_en"),
)
OFFER_COLUMNS: Final = (
    *("item", "level", "place", "offered", "reason_zh", "reason_en"),
    *("phone", "days", "opens", "closes", "ended_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """
    One line: which items, and where they are offered, or not and why. Of the items that are meant those that are in a hall at all count.

    `agencies`: codes; `types`; `words` and `but_not`: in the Chinese name; an empty one means all, or none. `at`: levels, or codes of centres.
    """

    row: int
    agencies: tuple[str, ...]
    types: tuple[str, ...]
    words: tuple[str, ...]
    but_not: tuple[str, ...]
    at: tuple[str, ...]
    phone: str
    days: tuple[int, ...]
    opens: time | None
    closes: time | None
    reason_zh: str
    reason_en: str

    def means(self, one: Whole) -> bool:
        """Return whether an item is one of those that this line is about."""
        name = one.said("name")
        return (
            one.said("entered") == "1"
            and (not self.agencies or one.said("agency_code") in self.agencies)
            and (not self.types or one.said("type") in self.types)
            and (not self.words or any(word in name for word in self.words))
            and not any(word in name for word in self.but_not)
        )


def read_offers(
    folder: Path, agencies: Mapping[str, Agency], centres: Mapping[str, Centre], findings: Findings
) -> tuple[Offers, ...]:
    """Read the lines in their order; a folder without the file has none: then its places offer nothing."""
    if not (folder / FILE).exists():
        return ()
    codes = {one.key: one.code for one in agencies.values()}
    return tuple(
        line for row in read_rows(folder, FILE, COLUMNS, findings) if (line := _line(row, codes, centres)) is not None
    )


def check_offers(offers: Sequence[Offers], catalogue: Sequence[Whole], findings: Findings) -> None:
    """Every line must mean an item: one that means none is a name that has changed, or a mistake."""
    for line in offers:
        if not any(line.means(one) for one in catalogue):
            findings.error(FILE, line.row, "", "reference.unknown", "the catalogue has no such item in a hall")


def places_of(offers: Sequence[Offers], centres: Sequence[Centre], catalogue: Sequence[Whole]) -> dict[str, set[str]]:
    """Return for each item, by its code, the codes of the centres that offer it: a level means its halls, and a centre's own line goes before that."""
    said = {(row["item"], row["level"] or row["place"]): row["offered"] for row in offer_rows(offers, catalogue)}
    at = [(one.code, str(identifier("centre", one.code)), one.level if one.kind == "hall" else "") for one in centres]
    return {
        item: {code for code, place, level in at if said.get((item, place), said.get((item, level), False))}
        for item in (one.said("implementation_code") for one in catalogue)
    }


def offer_rows(offers: Sequence[Offers], catalogue: Sequence[Whole]) -> list[dict[str, Any]]:
    """Return what the lines offer as rows of the registry; a later line goes before an earlier one about the same item and place."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in offers:
        facts = _facts(line)
        for one in catalogue:
            if line.means(one):
                code = one.said("implementation_code")
                found.update({(code, at): {"item": code, **_where(at), **facts} for at in line.at})
    return list(found.values())


def _where(at: str) -> dict[str, str | None]:
    if at in CENTRE_LEVELS:
        return {"level": at, "place": None}
    return {"level": None, "place": str(identifier("centre", at))}


def _facts(line: Offers) -> dict[str, Any]:
    return {
        "offered": not line.reason_zh,
        "reason_zh": line.reason_zh or None,
        "reason_en": line.reason_en or None,
        "phone": line.phone or None,
        "days": list(line.days) or None,
        "opens": line.opens.isoformat() if line.opens else None,
        "closes": line.closes.isoformat() if line.closes else None,
        "ended_at": None,
    }


def _line(row: Row, codes: Mapping[str, str], centres: Mapping[str, Centre]) -> Offers | None:
    keys = tuple(row.fields["agencies"].split())
    line = Offers(
        row=row.number,
        agencies=tuple(codes.get(key, "") for key in keys),
        types=tuple(row.fields["types"].split()),
        words=tuple(_words(row.fields["words"])),
        but_not=tuple(_words(row.fields["but_not"])),
        at=tuple(row.text("at").split()),
        phone=row.get("phone", phone, "") if row.fields["phone"] else "",
        days=row.get("days", weekdays, ()) if row.fields["days"] else (),
        opens=row.get("opens", clock, time.min) if row.fields["opens"] else None,
        closes=row.get("closes", clock, time.max) if row.fields["closes"] else None,
        reason_zh=row.fields["reason_zh"],
        reason_en=row.fields["reason_en"],
    )
    for name, unknown in (
        ("agencies", [key for key in keys if key not in codes]),
        ("types", [one for one in line.types if one not in TYPE]),
        ("at", [one for one in line.at if one not in CENTRE_LEVELS and one not in centres]),
    ):
        if unknown:
            row.fault(name, "reference.unknown", f"nothing is called {', '.join(unknown)}")
    if row.whole:
        _check_own(row, line)
    return line if row.whole else None


def _check_own(row: Row, line: Offers) -> None:
    """A level has nothing of its own, what is not offered says why in both languages, and hours are whole."""
    hours = [bool(line.days), line.opens is not None, line.closes is not None]
    if bool(line.reason_zh) != bool(line.reason_en):
        row.fault("reason_en", "field.empty", "why something is not offered is said in both languages")
    if (line.reason_zh or line.phone or any(hours)) and any(one in CENTRE_LEVELS for one in line.at):
        row.fault("at", "offer.of_a_level", "only places have a reason, a telephone or hours of their own")
    if line.reason_zh and (line.phone or any(hours)):
        row.fault("phone", "offer.not_offered", "what is not offered has neither telephone nor hours")
    if any(hours) != all(hours) or (line.opens and line.closes and line.opens >= line.closes):
        row.fault("closes", "centre.hours", "hours are days, when it opens and, later, when it closes")


def _words(raw: str) -> Iterator[str]:
    yield from (one.strip() for one in re.split("[;；]", raw) if one.strip())
