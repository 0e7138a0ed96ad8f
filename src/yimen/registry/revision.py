"""
Revisions: how items change. An editor drafts and submits, a reviewer who is another person publishes all of it or sends it back.

Table: registry_revision. A draft carries whole items as rows with the body that follows from them; what is published is exactly what
was reviewed, by its hash. A running case keeps the version under which it was filed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from yimen.pure.item_rules import Finding, Profile, Whole, findings, whole_of
from yimen.record import statement
from yimen.record.events import Recorded, Session
from yimen.record.refusal import Refusal
from yimen.registry.drafting import AT_ONCE, LAST, NO_BASES, Wanted, drafted, rows_followed, still_coming, written
from yimen.registry.profile import profile
from yimen.registry.step import Step

STATES: Final = ("draft", "submitted", "published", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a draft: its rows, the version it follows (0: it is new), and the rows of that one as far as there is one."""

    code: str
    base: int
    rows: Whole
    before: Whole | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """What is to come of an item and is cancelled: a version that would begin at a time, or, without one, the end of the item."""

    code: str
    base: int
    begins: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """
    A revision as an editor or reviewer sees it. `draft`: the hash (hex) of the draft it stands at; `bases`: the versions that everything
    in it follows, by code; `names`: what its items are called on record, zh and en, by their codes; `moved`: codes published
    or ended meanwhile, as long as it is not over itself; `profile`: the elements that the city asks of every item.
    """

    stream: UUID
    state: str
    head: int
    why: str
    draft: str
    items: Sequence[Item]
    ends: Sequence[str]
    cancels: Sequence[Cancelled]
    bases: Mapping[str, int]
    names: Mapping[str, tuple[str, str]]
    steps: Sequence[Step]
    moved: Sequence[str]
    profile: Profile

    @property
    def findings(self) -> list[Finding]:
        """Every rule that an item of it breaks; it can be submitted and published if there is none."""
        return [one for item in self.items for one in findings(item.rows, self.profile)]

    @property
    def wanted(self) -> Wanted:
        """What its draft says, to be saved again with a part of it changed."""
        items, cancels = [one.rows for one in self.items], [one.code for one in self.cancels]
        return Wanted(why=self.why, items=items, ends=self.ends, cancels=cancels, bases=self.bases)


def begin(
    *,
    why: str,
    items: Sequence[Whole] = (),
    ends: Sequence[str] = (),
    cancels: Sequence[str] = (),
    bases: Mapping[str, int] = NO_BASES,
    session: Session,
    key: UUID,
) -> Recorded:
    """
    Draft new versions of items, whole, the codes (of implementations) that end, and those of which what is to come is cancelled. Rules may
    still be broken. `bases`: by code the versions that she looked at, so that what another published since is told and not overwritten;
    without, the last published.

    Refuses: forbidden move.of_another_role (not an editor), revision.of_another_agency, revision.of_another_place; malformed
    revision.malformed; conflict key.reused.
    Records: revision.opened, with the hash of the draft.
    """
    wanted = Wanted(why=why, items=items, ends=ends, cancels=cancels, bases=bases)
    return _sent(None, 0, "revision.opened", wanted, session, key)


def save(*, revision: UUID, after: int, wanted: Wanted, session: Session, key: UUID) -> Recorded:
    """
    Save another draft in the place of the one before. What nobody looked at again should say in `bases` the version that it followed.

    Refuses: as `begin`; missing stream.missing; conflict case.moved_meanwhile (another editor saved it first), case.wrong_state.
    Records: revision.saved, with the hash of the draft.
    """
    return _sent(revision, after, "revision.saved", wanted, session, key)


def submit(*, revision: UUID, after: int, why: str, session: Session, key: UUID) -> Recorded:
    """
    Submit the draft to a reviewer.

    Refuses: malformed revision.breaks_rules; conflict revision.moved_meanwhile (a version was published since), case.wrong_state,
    case.moved_meanwhile; forbidden revision.of_another_agency, hat.second.
    Records: revision.submitted.
    """
    found, _body = _found(revision, session)
    if found.head == after:  # else it is for the record to say whether this was done already
        _keeps_rules(found)
    return _step(revision, after, "revision.submitted", {"why": why}, session, key)


def withdraw(*, revision: UUID, after: int, why: str, session: Session, key: UUID) -> Recorded:
    """
    Withdraw a draft, also one that was submitted; it ends.

    Refuses: conflict case.wrong_state, case.moved_meanwhile; forbidden revision.of_another_agency, hat.second.
    Records: revision.withdrawn.
    """
    return _step(revision, after, "revision.withdrawn", {"why": why}, session, key)


def send_back(*, revision: UUID, after: int, why: str, session: Session, key: UUID) -> Recorded:
    """
    Send a submitted draft back to its editor, with the reason.

    Refuses: conflict case.wrong_state, case.moved_meanwhile; forbidden move.of_another_role (not a reviewer), hat.second (an editor of it),
    revision.of_another_place.
    Records: revision.returned.
    """
    return _step(revision, after, "revision.returned", {"why": why}, session, key)


def publish(
    *, revision: UUID, after: int, why: str, reviewed: str, begins: datetime | None = None, session: Session, key: UUID
) -> Recorded:
    """
    Publish a submitted draft by its hash, all of it or nothing: in force at once, or from `begins` on.

    Refuses: forbidden hat.second (an editor of it), move.of_another_role, revision.of_another_place; conflict entry.other_content,
    revision.moved_meanwhile, revision.another_to_come, revision.differs, case.wrong_state; malformed revision.breaks_rules, revision.time.
    Records: revision.published.
    """
    found, body = _found(revision, session)
    if found.head == after:  # else it is for the record to say whether this was done already
        _keeps_rules(found)
        _agrees(found, body)
    told = {"why": why, "reviewed": reviewed} | ({"from": begins.isoformat()} if begins else {})
    return _step(revision, after, "revision.published", told, session, key)


def listed(
    *,
    session: Session,
    state: str = "",
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
    oldest: bool = False,
    code: str | None = None,
) -> list[statement.Row]:
    """
    Return revisions (of an item, by its `code`), the last touched first, or the `oldest`: revision, state, head, at, agency_zh/en, why, items, ends and cancels (how
    many), editor_zh/en. An editor sees those of her agency or of places of hers, a reviewer those of places of hers, a registrar all.

    Refuses: forbidden move.of_another_role.
    """
    sql = "select * from registry_revisions(%s, %s, %s::int, %s::timestamptz, %s::uuid, %s, %s)"
    asked = [session.secret, state if state in STATES else "", limit, *(before or (None, None)), oldest, code]
    return statement.rows(session.login, sql, asked)


def read(*, revision: UUID, session: Session) -> Revision:
    """
    Return a revision with the items of its draft, each beside the version it follows.

    Refuses: missing stream.missing; forbidden move.of_another_role.
    """
    return _found(revision, session)[0]


def drafted_at(*, revision: UUID, number: int, session: Session) -> Wanted:
    """
    Return what the draft said at which a revision stood after its step `number`.

    Refuses: missing stream.missing; forbidden move.of_another_role.
    """
    body = json.loads(_draft_of(_steps(revision, session, number))["body"])
    return Wanted(
        why=body["why"],
        items=[whole_of(one["rows"]) for one in body["items"]],
        ends=_codes(body["ends"]),
        cancels=_codes(body["cancels"]),
        bases=_bases(body),
    )


def changeable(
    *, session: Session, words: str = "", after: str = "", limit: int = 50, code: str | None = None
) -> list[statement.Row]:
    """
    Return the last published versions of the items that an editor may change, by code (a reviewer and a registrar look at all): code,
    version, name_zh/en, published_at, ended_at, coming (the version has not begun, or its end not come); those that have some words, or the one
    of a code.

    Refuses: forbidden move.of_another_role.
    """
    sql = "select * from registry_changeable(%s, %s, %s, %s::int, %s)"
    return statement.rows(session.login, sql, [session.secret, words, after, limit, code])


def whole_item(*, code: str, session: Session) -> tuple[int, Whole]:
    """
    Return version and rows of the last published version of an item that one may change: what a draft begins from.

    Refuses: missing item.unknown; forbidden move.of_another_role.
    """
    if changeable(session=session, code=code, limit=1):
        for _, version, rows in rows_of(codes=[code]):
            return version, rows
    raise Refusal("missing", "item.unknown", item=code)


def rows_of(
    *,
    codes: Sequence[str] | None = None,
    agency: str | None = None,
    places: Sequence[UUID] | None = None,
    words: str = "",
) -> Iterable[tuple[str, int, Whole]]:
    """Return code, version and rows of the last published version of items, those named (of an agency, at places, with words) or all; with its agency's name of today."""
    sql = """
        select i.code, i.version, jsonb_set(i.rows, '{items,0,agency_name}', to_jsonb(a.name_zh)) as rows from registry_item i join registry_agency a on a.id = i.agency
        where i.ended_at is null and i.rows ? 'items' and (%s::text[] is null or i.code = any (%s::text[])) and (%s::text is null or a.code = %s)
          and (%s::uuid[] is null or i.centre = any (%s::uuid[]))
          and strpos(lower(i.name_zh || ' ' || i.name_en || ' ' || i.code), lower(%s)) > 0 and i.code > %s order by i.code limit %s
    """
    past, more = "", True
    while more:
        some = statement.rows("registry", sql, [codes, codes, agency, agency, places, places, words, past, AT_ONCE])
        for one in some:
            yield one["code"], one["version"], whole_of(statement.read_json(one["rows"]))
        more, past = len(some) == AT_ONCE, some[-1]["code"] if some else ""


def _codes(listed: Sequence[Mapping[str, Any]]) -> list[str]:
    return [one["code"] for one in listed]


def _standing(last: statement.Row | None) -> int:
    """The version of an item that a draft must follow: none of an item that has ended, 0 of one that is new."""
    return 0 if last is None else last["stands"] or -1


def _bases(body: Mapping[str, Any]) -> dict[str, int]:
    return {one["code"]: int(one["base"]) for one in [*body["items"], *body["ends"], *body["cancels"]]}


def _found(revision: UUID, session: Session) -> tuple[Revision, Mapping[str, Any]]:
    """A revision, and the body of its draft."""
    steps = _steps(revision, session)
    draft = _draft_of(steps)
    body = json.loads(draft["body"])
    bases = _bases(body)
    followed = rows_followed(body["items"])
    last = {one["code"]: one for one in statement.rows("registry", LAST, [list(bases)])}
    coming = still_coming(body["cancels"])
    moved = [code for code in bases if code not in coming and _standing(last.get(code)) != bases[code]]
    moved += [code for code, one in coming.items() if not one["coming"]]
    found = Revision(
        stream=revision,
        state=draft["state"],
        head=steps[-1]["number"],
        why=body["why"],
        draft=draft["content"],
        items=[
            Item(code=one["code"], base=int(one["base"]), rows=whole_of(one["rows"]), before=followed.get(one["code"]))
            for one in body["items"]
        ],
        ends=_codes(body["ends"]),
        cancels=[
            Cancelled(
                code=code,
                base=one["version"],
                begins=one["published_at"] if one["published_at"] > draft["at"] else None,
            )
            for code, one in coming.items()
        ],
        bases=bases,
        names={code: (one["name_zh"], one["name_en"]) for code, one in last.items()},
        steps=[
            Step(**{name: one[name] for name in ("number", "kind", "at", "name_zh", "name_en", "why")}) for one in steps
        ],
        moved=sorted(moved) if draft["state"] in ("draft", "submitted") else [],
        profile=profile(),
    )
    return found, body


def _keeps_rules(found: Revision) -> None:
    broken = found.findings
    if broken:
        first = broken[0]
        raise Refusal(
            "malformed",
            "revision.breaks_rules",
            item=first.item,
            rule=first.rule,
            field=first.name,
            findings=len(broken),
        )


def _agrees(found: Revision, body: Mapping[str, Any]) -> None:
    """
    All of an item follows from the rows that were reviewed: what cases would read, its agency, place and seal, and how it is found.
    Otherwise two hands would publish what neither read.
    """
    if found.moved:
        raise Refusal("conflict", "revision.moved_meanwhile", item=found.moved[0])
    for one, again in zip(body["items"], drafted(found.wanted), strict=True):
        if one != json.loads(json.dumps(again)):
            raise Refusal("conflict", "revision.differs", item=one["code"])


def _steps(revision: UUID, session: Session, number: int | None = None) -> list[statement.Row]:
    """Every step of a revision, the one with the draft at which it stands (or stood after a step) with the body of that."""
    sql = "select * from registry_revision_read(%s, %s::uuid, %s::int)"
    steps = statement.rows(session.login, sql, [session.secret, revision, number])
    if not steps:
        raise Refusal("missing", "stream.missing")
    return steps


def _draft_of(steps: Sequence[statement.Row]) -> statement.Row:
    return next(one for one in steps if one["body"] is not None)


def _sent(revision: UUID | None, after: int, kind: str, wanted: Wanted, session: Session, key: UUID) -> Recorded:
    """Send a draft; what was sent with this key already, and says the same, as it was sent."""
    sql = "select registry_revision_sent(%s, %s::uuid, %s::uuid)"
    before = statement.value(session.login, sql, [session.secret, revision, key])
    body = json.loads(before) if before else {}
    again = "items" in body and wanted.is_said_by(body)
    return _done(revision, after, kind, before.encode() if again else written(wanted), session, key)


def _step(revision: UUID, after: int, kind: str, body: Mapping[str, str], session: Session, key: UUID) -> Recorded:
    """
    Do one step that is no draft.

    Refuses: as `_done`.
    """
    return _done(revision, after, kind, json.dumps(body, ensure_ascii=False, sort_keys=True).encode(), session, key)


def _done(revision: UUID | None, after: int, kind: str, body: bytes, session: Session, key: UUID) -> Recorded:
    """
    Do one step.

    Refuses: forbidden move.of_another_role, revision.of_another_agency, revision.of_another_place, hat.second; missing stream.missing;
    malformed revision.malformed; conflict case.moved_meanwhile, case.wrong_state, key.reused.
    """
    sql = "select * from registry_revise(%s, %s::uuid, %s, %s, convert_from(%s, 'UTF8'), %s::uuid)"
    return Recorded(**statement.row(session.login, sql, [session.secret, revision, after, kind, body, key]))
