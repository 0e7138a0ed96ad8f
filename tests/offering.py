"""A city's divisions with their places, and an item that they offer or do not."""

from typing import Any
from uuid import uuid4

import testing_city
import town as towns
from town_item import ITEM
from yimen.record import statement
from yimen.registry import offers


class World:
    """A city of its own divisions: a hall, a district with a hall, a sub-hall and a street; and an item of a town that is in the halls."""

    def __init__(self) -> None:
        self.town = towns.town()
        mark = f"{uuid4().int % 10**4:04}"
        self.city, self.district, self.street = f"77{mark}", f"88{mark}", f"88{mark}001"
        self.places: dict[str, dict[str, Any]] = {
            "city": place("city", self.city),
            "district": place("county", self.district),
            "street": place("township", self.street),
        }
        self.places["sub"] = place("county", self.district, self.places["district"]["id"])
        named = {"name_zh": "某", "name_en": "Some"}
        entered(
            divisions=[
                {"code": self.city, "level": "city", "parent": None, **named},
                {"code": self.district, "level": "county", "parent": self.city, **named},
                {"code": self.street, "level": "township", "parent": self.district, **named},
            ],
            centres=[self.places[name] for name in ("city", "district", "street", "sub")],
        )
        self.item = self.made()

    def made(self, *, version: int = 1, item: str = "", in_halls: bool = True, why: str = "涉密") -> str:
        code = item or f"{self.town.agency_code}3{uuid4().int % 10**12:012}"
        said = [{"entered": "1" if in_halls else "0", "not_entered_reason": "" if in_halls else why}]
        row = {"id": str(uuid4()), "code": code, "version": version, "body": ITEM, "rows": {"items": said}}
        seal = statement.value(
            "public", "select id::text from registry_seal where agency = %s::uuid limit 1", [self.town.agency]
        )
        entered(items=[row | {"agency": str(self.town.agency), "centre": str(self.town.centre), "seal": seal}])
        return code

    def offer(self, **row: Any) -> None:
        name = row.pop("at", None)
        entered(offers=[{"item": self.item, **({"place": self.places[name]["id"]} if name else {}), **row}])

    def offering(self) -> dict[str, dict[str, Any]]:
        codes = {one["code"]: name for name, one in self.places.items()}
        listed = offers.of_item(code=self.item, district="all", limit=500)
        return {codes[one["code"]]: one for one in listed if one["code"] in codes}

    def at(self, name: str) -> dict[str, Any]:
        found = offers.at_place(place=self.places[name]["code"], typed=self.item)
        return dict(found[0])


def entered(**rows: list[dict[str, Any]]) -> None:
    towns.enter(rows, *towns.founded(testing_city.current().database))


def place(level: str, division: str, parent: str | None = None) -> dict[str, Any]:
    code = uuid4()
    sub = {"kind": "sub_hall", "parent": parent} if parent else {"kind": "hall"}
    words = dict.fromkeys(("name_zh", "name_en", "address_zh", "address_en"), "x") | {"phone": "0431-00000001"}
    hours = {"days": [1, 2, 3, 4, 5], "opens": "08:30", "closes": "16:30"}
    return {"id": str(code), "code": str(code), "level": level, "division": division} | words | hours | sub
