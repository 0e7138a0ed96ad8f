"""The completeness profile of a city folder: the elements that every item must say, and the fields that say them."""

from dataclasses import dataclass
from pathlib import Path

from yimen.pure.item_fields import ITEM
from yimen.registry.city_tables import Findings, check_unique, read_rows

_SAYING = {one.name for one in ITEM} | {"materials"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element: every field of the item that must say something; `materials`: at least one."""

    code: str
    name_zh: str
    name_en: str
    fields: tuple[str, ...]


def read_profile(folder: Path, findings: Findings) -> tuple[Element, ...]:
    read = []
    for row in read_rows(folder, "profile.csv", ("code", "name_zh", "name_en", "fields"), findings):
        one = Element(
            code=row.text("code"),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            fields=tuple(row.text("fields").split()),
        )
        unknown = [name for name in one.fields if name not in _SAYING]
        if unknown:
            row.fault("fields", "reference.unknown", f"no field is called {', '.join(unknown)}")
        read.append((row, one))
    whole = [(row, one) for row, one in read if row.whole]
    check_unique(whole, "code", lambda one: one.code)
    return tuple(one for _, one in whole)
