"""What comes out, as OpenAPI describes it. Answers are checked against these in tests, not at every call."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict

from yimen.api.asked import Code as Code
from yimen.api.asked import Cursor as Cursor
from yimen.api.asked import Given as Given
from yimen.api.asked import Hex64 as Hex64
from yimen.api.asked import Key as Key
from yimen.api.asked import Limit as Limit
from yimen.api.asked import Seen as Seen


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


class ItemLine(Told):
    code: str
    version: int
    name_zh: str
    name_en: str
    agency_zh: str
    agency_en: str


class Items(Told):
    items: list[ItemLine]
    next: str | None


class Item(Told):
    code: str
    version: int
    agency_code: str
    agency_zh: str
    agency_en: str
    centre_zh: str
    centre_en: str
    body: dict[str, Any]


class DraftLine(Told):
    draft: UUID
    item_code: str
    item_zh: str
    item_en: str
    saved_at: datetime


class Drafts(Told):
    items: list[DraftLine]
    next: str | None


class DraftMade(Told):
    draft: UUID


class Document(Told):
    id: UUID
    material: str
    name: str
    media_type: str
    size: int
    digest: Hex64
    filed: int | None
    earlier: bool


class Offer(Told):
    """A paper that need not be given again: given before and still valid, or issued here."""

    material: str
    document: UUID
    name: str
    case_number: str
    given_on: date
    valid_until: date | None
    source: Literal["given", "issued"]


class ForWhom(Told):
    """A mandate under which a draft may be filed."""

    mandate: UUID
    organisation: UUID | None
    items: list[str] | None
    until_on: date
    name_zh: str
    name_en: str
    code: str | None


class Draft(Told):
    draft: UUID
    key: UUID
    organisation: UUID | None
    mandate: UUID | None
    form: dict[str, Any]
    delivery: str
    address: str
    saved_at: datetime
    visit: UUID | None
    confirm_by: datetime | None
    confirmed: bool
    item: dict[str, Any]
    person: dict[str, Any]
    offers: list[Offer]
    lacking: list[str]
    documents: list[Document]
    organisations: list[Organisation]
    mandates: list[ForWhom]


class DocumentMade(Told):
    document: UUID


class MandateLine(Told):
    mandate: UUID
    mine: bool
    principal_zh: str
    principal_en: str
    agent_zh: str
    agent_en: str
    organisation: UUID | None
    organisation_zh: str | None
    organisation_en: str | None
    items: list[str] | None
    until_on: date
    given_at: datetime
    ended_at: datetime | None
    live: bool


class Mandates(Told):
    items: list[MandateLine]


class MandateMade(Told):
    mandate: UUID


class Greeted(Told):
    visit: UUID
    ticket: int
    person: UUID
    retried: bool
    identity: str


class VisitDraft(Told):
    draft: UUID
    item_zh: str
    item_en: str
    saved_at: datetime


class VisitCase(Told):
    stream: UUID
    number: str
    state: str
    open: bool
    item_zh: str
    item_en: str
    filed_at: datetime


class VisitorCase(VisitCase):
    head: int
    originals: int
    unverified: list[str]
    differs: bool


class VisitorCases(Told):
    items: list[VisitorCase]


class Renewed(Told):
    renewed: bool


class Source(Told):
    document: UUID
    name: str
    media_type: str
    pages: int


class Sources(Told):
    items: list[Source]


class VisitLine(Told):
    visit: UUID
    head: int
    ticket: int
    person: UUID
    name_zh: str
    name_en: str
    identity: str
    opened_at: datetime
    drafts: list[VisitDraft]
    cases: list[VisitCase]


class Visits(Told):
    items: list[VisitLine]


class Asked(Told):
    """A one-time code, and until when it holds."""

    code: str
    until: datetime


class Confirmation(Told):
    item: dict[str, Any]
    person_zh: str
    person_en: str
    organisation: dict[str, Any] | None
    principal: dict[str, Any]
    form: dict[str, Any]
    delivery: str
    address: str
    documents: list[Document]
    confirmed: bool
    filed: bool
    digest: Hex64


class CaseLine(Told):
    stream: UUID
    number: str
    head: int
    state: str
    item_zh: str
    item_en: str
    applicant_zh: str
    applicant_en: str
    filed_at: datetime


class MyCaseLine(CaseLine):
    open: bool
    clock: str | None
    due_on: date | None
    asked: Literal["correct", "pay", "collect"] | None
    fee: int | None


class Cases(Told):
    items: list[MyCaseLine]
    next: str | None


class WorkLine(CaseLine):
    purpose: str
    instant: bool
    clock: str
    due_on: date
    provisional: bool
    promise_due: date | None
    blocked: list[str]
    decision: Hex64 | None
    seal: str | None
    today: date


class Work(Told):
    items: list[WorkLine]
    next: str | None


class WorkedLine(CaseLine):
    open: bool


class Worked(Told):
    items: list[WorkedLine]
    next: str | None


class AnyCaseLine(Told):
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
    clock: str | None
    due_on: date | None
    responsible_zh: str | None
    responsible_en: str | None
    today: date


class AnyCases(Told):
    items: list[AnyCaseLine]
    next: str | None


class IssuedPaper(Told):
    """A paper: the event it is about, what it is, its number, and the document that holds it."""

    number: int
    kind: str
    issued_no: str
    issued_on: date
    document: UUID
    name: str
    size: int
    content: Hex64


class IssuedPapers(Told):
    items: list[IssuedPaper]


class Case(Told):
    """Everything about one case that the hat of this session may see; which parts are null depends on the hat."""

    stream: UUID
    number: str
    serial: int
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
    organisation: dict[str, Any] | None
    representative: dict[str, Any] | None
    applicant: dict[str, Any]
    agent: dict[str, Any] | None
    delivery: str
    instant: bool
    unverified: list[str]
    differs: list[str]
    asked_again: int
    visit: UUID | None
    deemed: bool
    waits_for: str | None
    form: dict[str, Any]
    contact: dict[str, Any] | None
    fee: dict[str, Any] | None
    writings: list[dict[str, Any]]
    originals: list[dict[str, Any]]
    parcel: dict[str, Any] | None
    documents: list[Document]
    issued: list[IssuedPaper]
    turn: str | None
    clocks: dict[str, Any]
    events: list[dict[str, Any]]
    readings: list[dict[str, Any]] | None
    decision: str | None
    decision_content: Hex64 | None
    finding: dict[str, Any] | None
    grant: str | None
    certificate: dict[str, Any] | None


class Clock(Told):
    """A clock in days of its unit: used, left, over its end, and those on which it stood still."""

    name: str
    due_on: date
    provisional: bool
    standing: Literal["running", "soon", "late", "paused", "stopped"]
    used: int
    paused: int
    left: int
    over: int
    why_zh: str
    why_en: str


class Clocks(Told):
    items: list[Clock]


class Life(Told):
    case: UUID
    events: list[dict[str, Any]]
    days: list[dict[str, Any]]
    broken: dict[str, Any] | None
    draws: list[dict[str, Any]]


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
    who: Who
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
