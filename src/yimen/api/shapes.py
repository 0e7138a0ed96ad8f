"""What goes in and comes out, as OpenAPI describes it. Answers are checked against these in tests, not at every call."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Header, Query, Schema
from pydantic import ConfigDict, Field

Key = Annotated[
    UUID,
    Header(
        alias="Idempotency-Key",
        description="A UUID of your own for this request. Sent again with it, the request is answered from the record.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many, at most.")]
Cursor = Annotated[str | None, Query(max_length=300, description="`next` of the page before.")]
State = Annotated[str, Query(pattern="^[a-z_]{1,30}$", description="Where a case stands.")]
Code = Annotated[str, Field(min_length=1, max_length=100)]
Hex64 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Number = Annotated[
    int, Field(ge=0, le=1_000_000, description="The number of the last event you saw: `head` of the case.")
]


class Given(Schema):
    """A body; a field that is not asked for is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Given):
    username: Annotated[str, Field(min_length=1, max_length=150)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    post: UUID | Literal["applicant"] | None = None
    code: Annotated[str, Field(max_length=20)] | None = None


class Application(Given):
    item: Code
    organisation: UUID
    form: dict[str, Any]


class DraftNew(Given):
    item: Code


class DraftKept(Given):
    organisation: UUID | None = None
    form: dict[str, Any]


class Seen(Given):
    after: Number


class Examined(Seen):
    conditions: Annotated[list[Code], Field(min_length=1, max_length=100)]


class Custody(Seen):
    decision: Hex64
    seal: Code


class Half(Given):
    half: Hex64


class MessagesRead(Given):
    case: UUID | None = None
    upto: Annotated[int, Field(ge=0, lt=2**63, description="`id` of a message: it and all before it.")] | None = None


class Contact(Given):
    phone: Annotated[str, Field(max_length=100)]
    email: Annotated[str, Field(max_length=300, description="Empty for no mail.")]


class Problem(Schema):
    type: str
    title: str
    status: int
    detail: str
    code: str
    kind: Literal["malformed", "forbidden", "missing", "conflict", "not_now", "unavailable"]
    params: dict[str, Any]


class SignedIn(Schema):
    token: str
    ends_at: datetime
    role: str
    place_zh: str | None
    place_en: str | None


class Who(Schema):
    person: UUID
    post: UUID | None
    role: str
    name_zh: str
    name_en: str
    place_zh: str | None
    place_en: str | None


class Receipt(Schema):
    stream: UUID
    number: int
    hash: Hex64
    at: datetime


class Recorded(Schema):
    case: UUID
    state: str
    receipt: Receipt
    retried: bool


class Filed(Recorded):
    number: str


class Organisation(Schema):
    id: UUID
    code: str
    name_zh: str
    name_en: str


class Organisations(Schema):
    items: list[Organisation]


class ItemLine(Schema):
    code: str
    version: int
    name_zh: str
    name_en: str
    agency_zh: str
    agency_en: str


class Items(Schema):
    items: list[ItemLine]
    next: str | None


class Item(Schema):
    code: str
    version: int
    agency_code: str
    agency_zh: str
    agency_en: str
    centre_zh: str
    centre_en: str
    body: dict[str, Any]


class DraftLine(Schema):
    draft: UUID
    item_code: str
    item_zh: str
    item_en: str
    saved_at: datetime


class Drafts(Schema):
    items: list[DraftLine]


class DraftMade(Schema):
    draft: UUID


class Document(Schema):
    id: UUID
    material: str
    name: str
    media_type: str
    size: int
    digest: str


class Draft(Schema):
    draft: UUID
    organisation: UUID | None
    form: dict[str, Any]
    saved_at: datetime
    item: dict[str, Any]
    organisations: list[Organisation]
    documents: list[Document]


class DocumentMade(Schema):
    document: UUID


class CaseLine(Schema):
    stream: UUID
    number: str
    head: int
    state: str
    item_zh: str
    item_en: str
    applicant_zh: str
    applicant_en: str
    filed_at: datetime
    due_on: date | None


class Cases(Schema):
    items: list[CaseLine]
    next: str | None


class WorkLine(CaseLine):
    purpose: str
    provisional: bool
    promise_due: date | None
    decision: str | None = None
    seal: str | None = None


class Work(Schema):
    items: list[WorkLine]
    next: str | None


class AnyCaseLine(Schema):
    stream: UUID
    number: str
    state: str
    open: bool
    item_zh: str
    item_en: str
    applicant_zh: str
    applicant_en: str
    agency_zh: str
    agency_en: str
    filed_at: datetime
    due_on: date | None
    responsible_zh: str | None
    responsible_en: str | None


class AnyCases(Schema):
    items: list[AnyCaseLine]
    next: str | None


class IssuedPaper(Schema):
    """A paper: the event it is about, what it is, its number, and the document that holds it."""

    number: int
    kind: str
    issued_no: str
    issued_on: date
    document: UUID
    name: str
    size: int
    content: Hex64


class IssuedPapers(Schema):
    items: list[IssuedPaper]


class Case(Schema):
    """Everything about one case that the hat of this session may see; which parts are null depends on the hat."""

    stream: UUID
    number: str
    state: str
    head: int
    hash: Hex64
    open: bool
    filed_at: datetime
    today: date
    role: str
    item: dict[str, Any]
    agency: dict[str, Any]
    centre: dict[str, Any]
    seal: dict[str, Any]
    organisation: dict[str, Any]
    form: dict[str, Any]
    contact: dict[str, Any] | None
    documents: list[Document]
    issued: list[IssuedPaper]
    turn: str | None
    clocks: dict[str, Any]
    events: list[dict[str, Any]]
    readings: list[dict[str, Any]] | None
    decision: str | None
    decision_content: str | None
    certificate: dict[str, Any] | None


class RosterLine(Schema):
    pool: UUID
    place_zh: str
    place_en: str
    pseudonym: str
    role: str
    name_zh: str
    name_en: str
    committed: bool


class Roster(Schema):
    items: list[RosterLine]


class DrawDay(Schema):
    stream: UUID


class Day(Schema):
    items: list[dict[str, Any]]


class Minute(Schema):
    place: int
    running: Hex64
    at: datetime
    signature: str


class Minutes(Schema):
    items: list[Minute]
    next: str | None


class Check(Schema):
    number: int
    title: str
    passed: bool | None


class Verified(Schema):
    genuine: bool
    checks: list[Check]
    failed: dict[str, Any] | None
    decision: dict[str, Any] | None
    paper: dict[str, Any] | None
    signed_at: datetime | None
    demonstration: bool | None
    issued_here: dict[str, Any] | None


class Message(Schema):
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


class Messages(Schema):
    items: list[Message]
    next: str | None


class Waiting(Schema):
    unread: int
    unreached: list[dict[str, Any]]
