"""What goes in and comes out of revisions. The fields of an item are described one by one, from the tables by which they are checked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Path, Query
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, WithJsonSchema

from yimen.api.asked import Given, Hex64, Seen, Text
from yimen.api.shapes import Told
from yimen.pure import item_fields
from yimen.pure.item_fields import LONGEST, MOST_ROWS
from yimen.registry.revision import STATES

_Value = Annotated[str, StringConstraints(max_length=LONGEST, pattern=r"^[^\x00]*$")]
Code31 = Annotated[
    str, StringConstraints(pattern="^[0-9A-Z]{31}$"), Field(description="The code of an implementation.")
]
ItemPath = Annotated[str, Path(pattern="^[0-9A-Z]{31}$", description="The code of an implementation.")]
RevisionState = Annotated[
    Literal["draft", "submitted", "published", "withdrawn"] | None,
    Query(description=f"`state` of a revision: {', '.join(STATES)}."),
]

RevisionItemAsked = Annotated[
    str | None,
    Query(pattern="^[0-9A-Z]{31}$", description="Those of an item, by the code of its implementation."),
]


def _known(fields: Sequence[item_fields.Field]) -> AfterValidator:
    """A field that is not of this kind of row is refused, so that a misspelt one is noticed."""
    names = {one.name for one in fields}

    def check(row: dict[str, str]) -> dict[str, str]:
        if not row.keys() <= names:
            raise ValueError("unknown field")
        return row

    return AfterValidator(check)


def _described(fields: Sequence[item_fields.Field]) -> WithJsonSchema:
    told: Mapping[str, Any] = {
        one.name: {
            "type": "string",
            "maxLength": LONGEST,
            "pattern": r"^[^\x00]*$",
            "description": f"{one.zh}, {one.en} ({one.heading()})",
        }
        for one in fields
    }
    return WithJsonSchema({"type": "object", "additionalProperties": False, "properties": dict(told)})


ItemRow = Annotated[dict[str, _Value], _known(item_fields.ITEM), _described(item_fields.ITEM)]
MaterialRow = Annotated[dict[str, _Value], _known(item_fields.MATERIAL), _described(item_fields.MATERIAL)]
FeeRow = Annotated[dict[str, _Value], _known(item_fields.FEE), _described(item_fields.FEE)]
SituationRow = Annotated[dict[str, _Value], _known(item_fields.SITUATION), _described(item_fields.SITUATION)]
QuestionRow = Annotated[dict[str, _Value], _known(item_fields.QUESTION), _described(item_fields.QUESTION)]


class ItemGiven(Given):
    """An item whole: what is left out is empty, not kept from the version before."""

    item: ItemRow
    materials: Annotated[list[MaterialRow], Field(max_length=MOST_ROWS)] = []
    fees: Annotated[list[FeeRow], Field(max_length=MOST_ROWS)] = []
    questions: Annotated[list[QuestionRow], Field(max_length=MOST_ROWS)] = []
    situations: Annotated[list[SituationRow], Field(max_length=MOST_ROWS)] = []


class RevisionNew(Given):
    """
    Whole items, the codes of those that end, and of those of which what is to come is cancelled (a version that has not begun, else an end
    that has not come); at least one of any. `bases`: by code the versions that you read, so that what another published since is told and
    not overwritten; without, the last published.
    """

    why: Text
    items: Annotated[list[ItemGiven], Field(max_length=3000)] = []
    ends: Annotated[list[Code31], Field(max_length=3000)] = []
    cancels: Annotated[list[Code31], Field(max_length=3000)] = []
    bases: Annotated[dict[Code31, Annotated[int, Field(ge=0, le=999_999)]], Field(max_length=9000)] = {}


class RevisionSaved(RevisionNew, Seen):
    pass


class RevisionStep(Seen):
    why: Text


class RevisionPublished(RevisionStep):
    reviewed: Annotated[Hex64, Field(description="`draft` as you read it: exactly that is published.")]
    begins: Annotated[
        AwareDatetime | None, Field(description="From when on, with its zone; without, at once. Within two years.")
    ] = None


class ItemRows(Told):
    item: dict[str, str]
    materials: list[dict[str, str]]
    fees: list[dict[str, str]]
    questions: list[dict[str, str]]
    situations: list[dict[str, str]]


class RevisionChange(Told):
    """
    A field that says another thing than before. `key`: which row of its sheet, by its code or question; null for a value: there is no such row
    on that side. Rows that only stand in another order: field `order`, no key, and the keys in their order, joined by `^`.
    """

    sheet: Literal["items", "situations", "materials", "fees", "questions"]
    key: str
    field: str
    before: str | None
    after: str | None


class RevisionItem(Told):
    """`base`: the version it follows, 0 if it is new; `before`: the rows of that one."""

    code: str
    base: int
    rows: ItemRows
    before: ItemRows | None
    changes: list[RevisionChange]


class RevisionCancelled(Told):
    """Of which item what is to come is cancelled: version `base`, which would begin at a time, or without one the end of the item."""

    code: str
    base: int
    begins: datetime | None


class RevisionFinding(Told):
    """A rule that an item breaks: in which row (`sheet`, and its place from 1), which field, and what would satisfy it."""

    item: str
    rule: str
    sheet: Literal["items", "situations", "materials", "fees", "questions"]
    place: int
    field: str
    satisfied_by_zh: str
    satisfied_by_en: str


class RevisionDone(Told):
    number: int
    kind: str
    at: datetime
    name_zh: str
    name_en: str
    why: str


class Revision(Told):
    """
    `draft`: the hash of what it would publish; `bases`: the versions that everything in it follows, by code; `moved`: codes of which another
    version was published meanwhile.
    """

    revision: UUID
    state: str
    head: int
    why: str
    draft: Hex64
    items: list[RevisionItem]
    ends: list[str]
    cancels: list[RevisionCancelled]
    bases: dict[str, int]
    moved: list[str]
    findings: list[RevisionFinding]
    steps: list[RevisionDone]


class RevisionLine(Told):
    revision: UUID
    state: str
    head: int
    at: datetime
    agency_zh: str | None
    agency_en: str | None
    why: str
    items: int
    ends: int
    cancels: int
    editor_zh: str
    editor_en: str


class Revisions(Told):
    items: list[RevisionLine]
    next: str | None


class ChangeableLine(Told):
    """`coming`: this version has not begun, or its end (`ended_at`) has not come; that can be cancelled."""

    code: str
    version: int
    name_zh: str
    name_en: str
    published_at: datetime
    ended_at: datetime | None
    coming: bool


class Changeable(Told):
    items: list[ChangeableLine]
    next: str | None


class ChangeableItem(Told):
    code: str
    version: int
    rows: ItemRows


class Version(Told):
    version: int
    name_zh: str
    name_en: str
    published_at: datetime
    ended_at: datetime | None
    in_force: bool


class Versions(Told):
    items: list[Version]
    next: str | None
