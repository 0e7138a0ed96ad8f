"""What comes out, as OpenAPI describes it. Answers are checked against these in tests, not at every call."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict

from yimen.api.asked import Hex64


class Told(Schema):
    """An answer; what is not described is not told."""

    model_config = ConfigDict(extra="forbid")


class Problem(Told):
    type: str
    title: str
    status: int
    detail: str
    code: str
    kind: Literal["malformed", "forbidden", "missing", "conflict", "not_now", "unavailable"]
    params: dict[str, Any]


class SignedIn(Told):
    token: str
    ends_at: datetime
    role: str
    place_zh: str | None
    place_en: str | None


class Who(Told):
    person: UUID
    post: UUID | None
    role: str
    proof: str
    name_zh: str
    name_en: str
    place_zh: str | None
    place_en: str | None


class Receipt(Told):
    stream: UUID
    number: int
    hash: Hex64
    at: datetime


class Recorded(Told):
    case: UUID
    state: str
    receipt: Receipt
    retried: bool


class Filed(Recorded):
    number: str


class Organisation(Told):
    id: UUID
    code: str
    name_zh: str
    name_en: str


class Organisations(Told):
    items: list[Organisation]


class Limit(Told):
    """`unit`: W working days, N days, H hours, M months, I on the spot."""

    amount: int
    unit: str


class ItemLine(Told):
    """`visits` is null where it is not said; `near`: nothing is called what was asked for, and this is like it."""

    code: str
    version: int
    name_zh: str
    name_en: str
    agency_zh: str
    agency_en: str
    promise: Limit | None
    visits: int | None
    charged: bool
    near: bool


class Way(Told):
    code: str
    name_zh: str
    name_en: str
    items: int


class Ways(Told):
    """`themes`: p and a code are of persons, e and one of enterprises."""

    items: int
    kinds: dict[str, int]
    themes: dict[str, int]
    agencies: list[Way]
    events: list[Way]


class Items(Told):
    items: list[ItemLine]
    next: str | None


class Item(Told):
    code: str
    version: int
    suspended: bool
    agency_code: str
    agency_zh: str
    agency_en: str
    centre_zh: str
    centre_en: str
    body: dict[str, Any]


class RosterLine(Told):
    pool: UUID
    place_zh: str
    place_en: str
    pseudonym: str
    role: str
    name_zh: str
    name_en: str
    committed: bool


class Roster(Told):
    items: list[RosterLine]


class DrawDay(Told):
    stream: UUID


class Coming(Told):
    today: date
    pools: list[dict[str, Any]]


class Day(Told):
    items: list[dict[str, Any]]


class Minute(Told):
    place: int
    running: Hex64
    at: datetime
    signature: str


class Minutes(Told):
    items: list[Minute]
    next: str | None


class Check(Told):
    number: int
    title: str
    passed: bool | None


class Took(Told):
    took: dict[str, Any] | None


class Trust(Told):
    version: int
    root: str
    record: list[str]
    decisions: dict[str, list[str]]
    revoked: str | None


class EntryLine(Told):
    entry: UUID
    at: datetime
    username: str


class Entries(Told):
    items: list[EntryLine]


class EntryShown(Told):
    entry: UUID
    body: dict[str, Any]
    proposed: Hex64


class Verified(Told):
    genuine: bool
    checks: list[Check]
    failed: dict[str, Any] | None
    decision: dict[str, Any] | None
    paper: dict[str, Any] | None
    signed_at: datetime | None
    demonstration: bool | None
    issued_here: dict[str, Any] | None


class Message(Told):
    id: int
    stream: UUID
    number: int
    kind: str
    at: datetime
    unread: bool
    case_number: str | None
    item_zh: str | None
    item_en: str | None
    holder_zh: str
    holder_en: str
    agent_zh: str | None
    agent_en: str | None
    says: dict[str, Any]
    mail: str | None
    mailed_at: datetime | None


class Messages(Told):
    items: list[Message]
    next: str | None


class Waiting(Told):
    unread: int
    unreached: list[dict[str, Any]]


class Mail(Told):
    number: int
    kind: str
    told: int
    read: int
    state: str | None
    reply: str | None
    tries: int | None
    settled_at: datetime | None


class Mails(Told):
    items: list[Mail]


class Order(Told):
    """A payment order that wants looking at: `what` is its state, or that it is to be paid back."""

    number: str
    stream: UUID
    case_number: str
    case_state: str
    item_zh: str
    item_en: str
    amount: int
    made_at: datetime
    looked_at: datetime | None
    state: str
    told: list[dict[str, Any]]
    what: str


class Orders(Told):
    items: list[Order]
    next: str | None
