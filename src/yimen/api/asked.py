"""What goes in, as OpenAPI describes it: as tight as the operations are, so that what they would refuse is refused by its shape."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Header, Path, Query, Schema
from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from yimen.casework.stepping_aside import Ground
from yimen.casework.visit import Checked, Outcome

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written(pattern: re.Pattern[str]) -> BeforeValidator:
    """A text must be written in one way: the libraries read many more than the description says."""

    def check(value: object) -> object:
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        raise ValueError("written in another way")

    return BeforeValidator(check)


Id = Annotated[UUID, _written(_UUID)]
Day = Annotated[date, _written(_DAY)]
Key = Annotated[
    UUID,
    Header(
        alias="Idempotency-Key",
        description="A UUID of your own for this request. Sent again with it, the request is answered from the record.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many, at most.")]
Cursor = Annotated[
    str | None,
    Query(min_length=1, max_length=300, pattern="^[A-Za-z0-9_-]+$", description="`next` of the page before."),
]
IdQuery = Annotated[Id | None, Query(description="An id.")]
StateQuery = Annotated[str | None, Query(pattern="^[a-z_]{1,30}$", description="`state` of a case.")]
Beginning = Annotated[
    str, Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$", description="`number` of a case, or how it begins.")
]
_TYPED = (
    "What is looked for: words of a name in either language, what people say for it, pinyin or its initials, or a code;"
    " typing errors are forgiven."
)
Words = Annotated[
    str | None,
    Query(min_length=1, max_length=100, pattern=r"^[^\x00]+$", description=_TYPED),
]
CodeQuery = Annotated[str | None, Query(pattern="^[0-9A-Za-z_.-]{1,100}$", description="The code of an agency.")]
ItemKind = Annotated[
    Literal["person", "organisation", "instant"] | None,
    Query(description="For whom: a person or an organisation; or decided on the spot."),
]
Theme = Annotated[
    str | None,
    Query(
        pattern="^[pe][0-9]{3}$",
        description="A theme by its code: after p one for persons, after e one for enterprises.",
    ),
]
LifeEvent = Annotated[str | None, Query(pattern="^[a-z][a-z-]{0,39}$", description="An event of life, by its code.")]
ItemCode = Annotated[
    str, Path(min_length=1, max_length=100, pattern="^[0-9A-Za-z_.-]+$", description="The code of an item.")
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]+$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern="^[0-9A-Za-z_.-]+$")]
Hex64 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Number = Annotated[
    StrictInt, Field(ge=0, le=1_000_000, description="The number of the last event you saw: `head` of the case.")
]
Answer = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Form = Annotated[
    dict[Code, Answer | Annotated[list[Answer], Field(max_length=100)] | None],
    Field(max_length=200, description="The answers by the names of the questions: a text, or several."),
]
ResidentId = Annotated[str, StringConstraints(pattern="^[0-9]{17}[0-9X]$")]
Delivery = Literal["electronic", "window", "post"]
Address = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]


class Given(Schema):
    """A body; a field that is not asked for is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Given):
    username: Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=r"^[^\x00]+$")]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
    post: Id | Literal["applicant"] | None = None
    code: Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00]*$")] | None = None


class Filing(Given):
    """For whom, what, and how the result shall come."""

    organisation: Id | None = None
    form: Form
    delivery: Delivery = "electronic"
    address: Address = ""
    mandate: Id | None = None


class Application(Filing):
    item: Code


class DraftNew(Given):
    item: Code
    visit: Id | None = None


class DraftKept(Filing):
    pass


class Reused(Given):
    material: Code
    document: Id


class PageTurned(Given):
    """One page of a paper of the draft (from 1), and how far it is turned clockwise."""

    document: Id
    page: Annotated[StrictInt, Field(ge=1, le=10_000)]
    turn: Literal[0, 90, 180, 270] = 0


class Joined(Given):
    material: Code
    sheets: Annotated[list[PageTurned], Field(min_length=1, max_length=500)]


class OneTimeCode(Given):
    code: Annotated[str, StringConstraints(pattern="^[0-9A-Za-z]{12}$"), Field(description="That a clerk gave out.")]


class Screen(Given):
    secret: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$"), Field(description="Got for the code.")]


class Confirmed(Screen):
    digest: Hex64


class Followed(Given):
    number: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
    code: Annotated[str, StringConstraints(pattern="^[0-9A-Za-z -]{12,20}$"), Field(description="As on the receipt.")]


class Answered(Given):
    answers: Form = {}


class MandateNew(Given):
    agent: ResidentId
    name: Short
    until: Day
    organisation: Id | None = None
    items: Annotated[list[Code], Field(min_length=1, max_length=100)] | None = None


class Seen(Given):
    after: Number


class Corrected(Seen):
    answers: Form = {}


class Reasoned(Seen):
    reason: Text


class Refused(Reasoned):
    where: Text


class MissingThing(Given):
    """A material by its code, or a question by its name, and what is wrong with it."""

    what: Text
    material: Code | None = None
    field: Code | None = None


class CorrectionAsked(Seen):
    missing: Annotated[list[MissingThing], Field(min_length=1, max_length=100)]


class OriginalTaken(Seen):
    material: Code
    pieces: Annotated[StrictInt, Field(ge=1, le=99)]


class OriginalReturned(Seen):
    taken: Annotated[StrictInt, Field(ge=1, le=999_999)]


class SeenDocument(Seen):
    what: Literal["identity"]


class Posted(Seen):
    carrier: Annotated[str, StringConstraints(pattern="^[a-z0-9_]{2,30}$")]
    tracking: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9-]{6,40}$")]


class Arrived(Seen):
    evidence: Literal["signed_receipt", "carrier_record"]


class HandedOver(Seen):
    identity: Literal["seen"]
    to: Literal["applicant", "agent"]
    late: StrictBool = False


class Greeting(Given):
    resident_id: ResidentId
    name_zh: Short
    name_en: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")] = ""
    checked: Checked


class VisitEnded(Seen):
    outcome: Outcome


class Examined(Seen):
    conditions: Annotated[list[Code], Field(max_length=100)]
    failed: Annotated[list[Code], Field(max_length=100)] = []


class Denied(Seen):
    reasons: Annotated[dict[Code, Text], Field(min_length=1, max_length=100, description="Why, by condition.")]


class SteppedAside(Seen):
    step: Literal["counter", "examiner", "decider", "maker", "first_custodian", "second_custodian", "deliverer"]
    ground: Ground


class Custody(Seen):
    decision: Hex64
    seal: Code


class Half(Given):
    half: Hex64


Rows = Annotated[list[dict[str, Any]], Field(max_length=100_000)] | None


class Entry(Given):
    """Whole rows of the registry, by table."""

    city: Rows = None
    divisions: Rows = None
    agencies: Rows = None
    centres: Rows = None
    windows: Rows = None
    people: Rows = None
    posts: Rows = None
    duty: Rows = None
    organisations: Rows = None
    seals: Rows = None
    items: Rows = None
    spellings: Rows = None
    synonyms: Rows = None
    elements: Rows = None
    events: Rows = None
    calendar: Rows = None
    closures: Rows = None
    offers: Rows = None


class EntryConfirmed(Given):
    proposed: Hex64


class MessagesRead(Given):
    case: Id | None = None
    upto: Annotated[StrictInt, Field(ge=0, lt=2**63, description="`id` of a message: it and all before it.")] | None = (
        None
    )


class Contact(Given):
    phone: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]
    email: Annotated[
        str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$"), Field(description="Empty for no mail.")
    ]
