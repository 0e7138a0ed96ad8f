"""What goes in and comes out of places and what they offer."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Path, Query
from pydantic import Field, StringConstraints

from yimen.api.shapes import Told

PlaceCode = Annotated[
    str, Path(min_length=1, max_length=100, pattern="^[0-9A-Za-z_.-]+$", description="The code of a place.")
]
District = Annotated[
    str | None,
    Query(
        pattern="^[0-9]{6,12}$|^all$",
        description="The code of a district, for all places in it; `all` for every one; the centres otherwise.",
    ),
]
PlaceWords = Annotated[
    str | None,
    Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$", description="Words of its name or address."),
]
ItemWords = Annotated[
    str | None,
    Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$", description="Words of an item's name, agency or code."),
]
Offered = Annotated[
    Literal["yes", "no"] | None, Query(description="Those that it offers, or those that it does not; all otherwise.")
]
Clock = Annotated[
    str, StringConstraints(pattern="^[0-9]{2}:[0-9]{2}:[0-9]{2}$"), Field(description="By the clock of the city.")
]
Level = Literal["city", "county", "township"]


class Closure(Told):
    day: date
    name_zh: str
    name_en: str


class Named(Told):
    name_zh: str
    name_en: str


class SubHall(Named):
    code: str


class _Place(Named):
    """`days` are those of its week that it is open, 1 for Monday; positions are in degrees, and null where none is known."""

    code: str
    level: Level
    kind: Literal["hall", "sub_hall"]
    address_zh: str
    address_en: str
    phone: str
    days: list[int]
    opens: Clock
    closes: Clock
    longitude: float | None
    latitude: float | None
    district: str
    district_zh: str
    district_en: str
    closures: list[Closure]
    open_now: bool
    open_next: date | None


class PlaceLine(_Place):
    windows: int


class Places(Told):
    items: list[PlaceLine]
    next: str | None


class Place(_Place):
    """`hall`: the hall under which a sub-hall is listed; `offered` of `items` in force are done here, none where it has ended."""

    ended_at: datetime | None
    windows: list[Named]
    subs: list[SubHall]
    hall: str | None
    hall_zh: str | None
    hall_en: str | None
    offered: int
    items: int


class OfferingPlace(_Place):
    """`own`: telephone and hours are those for this item, not those of the place."""

    division: str
    version: int
    own: bool


class Offering(Told):
    items: list[OfferingPlace]
    next: str | None


class PlaceItem(Named):
    """`entered`: it is done in halls at all; a reason or the `levels` whose halls offer it say why this place does not."""

    code: str
    version: int
    agency_zh: str
    agency_en: str
    offered: bool
    own: bool
    phone: str | None
    days: list[int] | None
    opens: Clock | None
    closes: Clock | None
    entered: bool
    reason_zh: str | None
    reason_en: str | None
    levels: list[Level] | None


class PlaceItems(Told):
    items: list[PlaceItem]
    next: str | None
