"""What comes out of cases: in lists, one in full, its clocks and its papers."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from yimen.api.asked import Hex64
from yimen.api.filing_shapes import Document
from yimen.api.shapes import Told


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
    waiting: int
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


class Standing(Told):
    """Where a case stands, for everyone who may see it."""

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
    organisation: dict[str, Any] | None
    applicant: dict[str, Any]
    delivery: str
    instant: bool
    unverified: list[str]
    differs: list[str]
    deemed: bool
    waits_for: str | None
    fee: dict[str, Any] | None
    writings: list[dict[str, Any]]
    originals: list[dict[str, Any]]
    to_collect: bool
    parcel: dict[str, Any] | None
    documents: list[Document]
    issued: list[IssuedPaper]
    clocks: dict[str, Any]
    events: list[dict[str, Any]]
    decision: str | None
    certificate: dict[str, Any] | None


class Reading(Told):
    """That a code to follow a case was made, or that somebody read with it."""

    what: Literal["made_on_screen", "made_at_window", "read"]
    at: datetime


class Case(Standing):
    """Everything about one case that the hat of this session may see; which parts are null depends on the hat."""

    serial: int
    seal: dict[str, Any]
    representative: dict[str, Any] | None
    agent: dict[str, Any] | None
    asked_again: int
    visit: UUID | None
    form: dict[str, Any]
    contact: dict[str, Any] | None
    turn: str | None
    readings: list[dict[str, Any]] | None
    followed: list[Reading] | None
    decision_content: Hex64 | None
    finding: dict[str, Any] | None
    grant: str | None


class Following(Standing):
    """What whoever holds the code of a case sees of it: neither the answers given nor how anyone is reached."""

    followed: list[Reading]


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
