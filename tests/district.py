"""Two districts of one city, each with a hall, a sub-hall and a street's hall, and people at each: for tests of what follows a place."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import testing_city
import town as towns

HOURS = {"days": [1, 2, 3, 4, 5, 6, 7], "opens": "08:30", "closes": "16:30"}
AT = ("hall", "sub", "street")


@dataclass
class District:
    """The places of a district (`at`, by AT) and who keeps each."""

    code: str
    at: dict[str, UUID] = field(default_factory=dict)
    manager: dict[str, towns.Someone] = field(default_factory=dict)

    @property
    def pools(self) -> set[UUID]:
        return set(self.at.values())


@dataclass
class City:
    """A city of its own beside the others of the database: a hall with two managers, an agency, two districts."""

    code: str
    hall: UUID
    agency: UUID
    managers: list[towns.Someone]
    supervisor: towns.Someone
    districts: tuple[District, District]

    @property
    def pools(self) -> set[UUID]:
        return {self.hall, *(pool for one in self.districts for pool in one.pools)}


def city() -> City:
    """Enter a city by two registrars."""
    code = f"D{secrets.token_hex(3)}"
    rows = _Rows()
    rows.division(code, "city", None)
    made = City(
        code=code,
        hall=rows.place("city", code),
        agency=rows.agency(),
        managers=[],
        supervisor=None,  # type: ignore[arg-type]  # three lines below
        districts=(District(f"{code}-1"), District(f"{code}-2")),
    )
    made.managers = [rows.person("manager", made.hall), rows.person("manager", made.hall)]
    made.supervisor = rows.person("supervisor", made.hall)
    rows.person("clerk", made.hall)
    rows.person("examiner", made.agency)
    for one in made.districts:
        rows.division(one.code, "county", code)
        rows.division(f"{one.code}-001", "township", one.code)
        one.at["hall"] = rows.place("county", one.code)
        one.at["sub"] = rows.place("county", one.code, parent=one.at["hall"])
        one.at["street"] = rows.place("township", f"{one.code}-001")
        for name, place in one.at.items():
            one.manager[name] = rows.person("manager", place)
            rows.person("clerk", place)
    towns.enter(rows.body, *towns.founded(testing_city.current().database))
    return made


class _Rows:
    def __init__(self) -> None:
        tables = ("divisions", "agencies", "centres", "people", "posts", "duty")
        self.body: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}

    def division(self, code: str, level: str, parent: str | None) -> None:
        row = {"code": code, "name_zh": f"区划{code}", "name_en": f"Division {code}", "level": level, "parent": parent}
        self.body["divisions"].append(row)

    def place(self, level: str, division: str, parent: UUID | None = None) -> UUID:
        place = uuid4()
        kind = {"kind": "sub_hall", "parent": str(parent)} if parent else {"kind": "hall"}
        words = {"name_zh": f"{level}-{place.hex[:6]}", "name_en": f"Place {place.hex[:6]}"}
        address = {"address_zh": "某路1号", "address_en": "1 Some Road", "phone": "0431-80000000"}
        head = {"id": str(place), "code": place.hex[:12], "level": level, "division": division}
        self.body["centres"].append(head | words | address | HOURS | kind)
        return place

    def agency(self) -> UUID:
        agency = uuid4()
        row = {"id": str(agency), "code": towns.code(), "name_zh": "示范局", "name_en": "Bureau"}
        self.body["agencies"].append(row)
        return agency

    def person(self, role: str, place: UUID) -> towns.Someone:
        name = f"{role}-{secrets.token_hex(4)}"
        made = towns.Someone(uuid4(), uuid4(), name, role)
        words = {"name_zh": f"某{name[-4:]}", "name_en": name, "identity": towns.identity()}
        self.body["people"].append({"id": str(made.person), "staff_no": name, "username": name} | words)
        where = "agency" if role in towns.AGENCY_ROLES else "centre"
        self.body["posts"].append({"id": str(made.post), "person": str(made.person), "role": role, where: str(place)})
        self.body["duty"] += [{"post": str(made.post), "weekday": day} for day in range(1, 8)]
        return made
