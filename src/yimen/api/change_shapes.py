"""What goes in and comes out of changes of places."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query
from pydantic import AfterValidator, Field, StringConstraints

from yimen.api.asked import Code, Day, Given, Hex64, Text
from yimen.api.place_shapes import Closure, Level, Named
from yimen.api.shapes import Told
from yimen.registry.changes import STATES

Kind = Literal["hall", "sub_hall"]
ChangeState = Annotated[
    Literal["proposed", "confirmed", "declined", "withdrawn"] | None,
    Query(description=f"`state` of a change: {', '.join(STATES)}."),
]
OfPlace = Annotated[
    str | None,
    Query(min_length=1, max_length=100, pattern="^[0-9A-Za-z_.-]+$", description="The code of a place."),
]
HallWords = Annotated[
    str | None,
    Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$", description="Words of its name or district."),
]
_TEXT = r"^[^\x00\s]([^\x00]*[^\x00\s])?$"
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_TEXT)]
Phone = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_TEXT)]
Clock = Annotated[str, Field(description="As 08:30:00, by the city's clock.")]
Hour = Annotated[str, StringConstraints(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(description="As 08:30.")]


def _once(days: list[int]) -> list[int]:
    if len(set(days)) != len(days):
        raise ValueError("a day twice")
    return days


Week = Annotated[
    list[Annotated[int, Field(strict=True, ge=1, le=7)]],
    Field(min_length=1, max_length=7, json_schema_extra={"uniqueItems": True}, description="1 is Monday."),
    AfterValidator(_once),
]
_MOST = 2000


class ClosedDay(Given):
    place: Code
    day: Day
    name_zh: Words
    name_en: Words


class ReopenedDay(Given):
    place: Code
    day: Day


class HoursGiven(Given):
    place: Code
    days: Week
    opens: Hour
    closes: Hour
    phone: Phone


class WindowGiven(Given):
    """A window by its code at its place: another name for one that is there, or a new one."""

    place: Code
    code: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern="^[0-9A-Za-z_.-]+$")]
    name_zh: Words
    name_en: Words


class WindowEnded(Given):
    """A window of a place that ends; its code can be given to a window again."""

    place: Code
    code: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern="^[0-9A-Za-z_.-]+$")]


class OfferGiven(Given):
    """The place offers an item, perhaps with a telephone and hours of its own; or it does not, and says why in both languages."""

    place: Code
    item: Code
    offered: Annotated[bool, Field(strict=True)]
    reason_zh: Words | None = None
    reason_en: Words | None = None
    phone: Phone | None = None
    days: Week | None = None
    opens: Hour | None = None
    closes: Hour | None = None


class AsLevel(Given):
    """What the place says of an item of its own ends: it offers the item if the halls of its level do."""

    place: Code
    item: Code


class ChangeNew(Given):
    """What shall be otherwise, and why; at least one row, all of places that are the manager's."""

    why: Annotated[Text, StringConstraints(pattern=r"[^\s\x00]")]
    closures: Annotated[list[ClosedDay], Field(max_length=_MOST)] = []
    reopened: Annotated[list[ReopenedDay], Field(max_length=_MOST)] = []
    hours: Annotated[list[HoursGiven], Field(max_length=_MOST)] = []
    windows: Annotated[list[WindowGiven], Field(max_length=_MOST)] = []
    windows_ended: Annotated[list[WindowEnded], Field(max_length=_MOST)] = []
    offers: Annotated[list[OfferGiven], Field(max_length=_MOST)] = []
    as_level: Annotated[list[AsLevel], Field(max_length=_MOST)] = []


class Because(Given):
    why: Annotated[Text, StringConstraints(pattern=r"[^\s\x00]")]


class ChangeConfirmed(Because):
    proposed: Annotated[Hex64, Field(description="`proposed` as you read it: exactly that is confirmed.")]


class ChangeDone(Told):
    number: int
    kind: str
    at: datetime
    name_zh: str
    name_en: str
    why: str


class Change(Told):
    """`said`: what it changes, by part, as it was proposed; `hers`: you answer for all its places; `own`: you proposed it."""

    change: UUID
    state: str
    head: int
    proposed: Hex64
    said: dict[str, list[dict[str, Any]]]
    own: bool
    hers: bool
    steps: list[ChangeDone]


class ChangeLine(Told):
    """`places`: how many it touches; `place`: the code of the first of them."""

    change: UUID
    state: str
    head: int
    at: datetime
    why: str
    parts: list[str]
    places: int
    place: str
    place_zh: str
    place_en: str
    proposer_zh: str
    proposer_en: str
    proposed_at: datetime
    own: bool
    hers: bool


class Changes(Told):
    items: list[ChangeLine]
    next: str | None


class MyPlaceLine(Named):
    code: str
    kind: Kind
    level: Level
    district_zh: str
    district_en: str
    closed: Annotated[date | None, Field(description="The next day on which it is closed beyond its week.")]


class MyPlaces(Told):
    items: list[MyPlaceLine]
    next: str | None


class Window(Named):
    code: str


class MyPlace(Named):
    """`closures`: all that are to come."""

    code: str
    kind: Kind
    level: Level
    days: list[int]
    opens: Clock
    closes: Clock
    phone: str
    closures: list[Closure]
    windows: list[Window]
    within: Annotated[list[str], Field(description="The codes of the places that lie in it.")]
