"""What comes out of drafts, mandates, visits and confirmations."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from yimen.api.asked import Hex64
from yimen.api.shapes import Organisation, Told


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


class VisitorCase(Told):
    stream: UUID
    number: str
    head: int
    state: str
    open: bool
    item_zh: str
    item_en: str
    filed_at: datetime
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
    cases: list[VisitorCase]


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
