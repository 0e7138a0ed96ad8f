"""
Revisions: how items change. An editor drafts and submits, a reviewer who is another person publishes all of it or sends it back.

Table: registry_revision. A draft carries whole items as rows with the body that follows from them; what is published is exactly what
was reviewed, by its hash. A running case keeps the version under which it was filed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from yimen.pure.item_rules import Finding, Whole, findings, whole_of
from yimen.record import statement
from yimen.record.events import Recorded, Session
from yimen.record.refusal import Refusal
from yimen.registry import spelling
from yimen.registry.item_body import body_of_rows

STATES: Final = ("draft", "submitted", "published", "withdrawn")
_FOLLOWED: Final = """
    select i.code, i.version, i.agency::text, i.centre::text, i.seal::text, i.body
    from registry_item i where i.ended_at is null and i.code = any (%s::text[])
"""
_LAST: Final = """
    select i.code, max(i.version) as version, bool_or(i.ended_at is null) as stands,
           (array_agg(i.name_zh order by i.version desc))[1] as name_zh, (array_agg(i.name_en order by i.version desc))[1] as name_en
    from registry_item i where i.code = any (%s::text[]) group by i.code
"""
_SEALS: Final = """
    select a.code as agency_code, a.name_zh, a.id::text as agency, c.id::text as centre, s.kind, s.id::text as seal
    from registry_seal s join registry_agency a on a.id = s.agency join registry_centre c on c.id = s.centre
    where a.code = any (%s::text[]) and a.ended_at is null order by c.level = 'city' desc, c.kind = 'hall' desc, s.code
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a draft: its rows, the version it follows (0: it is new), and the rows of that one as far as there is one."""

    code: str
    base: int
    rows: Whole
    before: Whole | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was done to a revision: kind of event, when, by whom, and why."""

    number: int
    kind: str
    at: datetime
    name_zh: str
    name_en: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """
    A revision as an editor or reviewer sees it. `draft`: the hash (hex) of the draft it stands at; `names`: what those that end are
    called, zh and en, by their codes; `moved`: codes published or ended meanwhile, as long as it is not over itself.
    """

    stream: UUID
    state: str
    head: int
    why: str
    draft: str
    items: Sequence[Item]
    ends: Sequence[str]
    names: Mapping[str, tuple[str, str]]
    steps: Sequence[Step]
    moved: Sequence[str]

    @property
    def findings(self) -> list[Finding]:
        """Every rule that an item of it breaks; it can be submitted and published if there is none."""
        return [one for item in self.items for one in findings(item.rows)]


def begin(*, why: str, items: Sequence[Whole], ends: Sequence[str] = (), session: Session, key: UUID) -> Recorded:
    """
    Draft new versions of items, whole, and the codes (of implementations) that end. Rules may still be broken.

    Refuses: forbidden move.of_another_role (not an editor), revision.of_another_agency; malformed revision.malformed; conflict key.reused.
    Records: revision.opened, with the hash of the draft.
    """
    return _step(None, 0, "revision.opened", _draft(why, items, ends), session, key)


def save(
    *,
    revision: UUID,
    after: int,
    why: str,
    items: Sequence[Whole],
    ends: Sequence[str] = (),
    bases: Mapping[str, int] | None = None,
    session: Session,
    key: UUID,
) -> Recorded:
    """
    Save another draft in the place of the one before. `bases`: the versions that items follow, by code, where that is not the last one
    published; what nobody looked at again still follows the version that its editor had before her.

    Refuses: as `begin`; missing stream.missing; conflict case.moved_meanwhile (another editor saved it first), case.wrong_state.
    Records: revision.saved, with the hash of the draft.
    """
    return _step(revision, after, "revision.saved", _draft(why, items, ends, bases or {}), session, key)


def submit(*, revision: UUID, after: int, why: str, session: Session, key: UUID) -> Recorded:
    """
    Submit the draft to a reviewer.

    Refuses: malformed revision.breaks_rules; conflict revision.moved_meanwhile (a version was published since), case.wrong_state,
    case.moved_meanwhile; forbidden revision.of_another_agency, hat.second.
    Records: revision.submitted.
    """
    _keeps_rules(read(revision=revision, session=session))
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
    found = read(revision=revision, session=session)
    _keeps_rules(found)
    _agrees(found, session)
    told = {"why": why, "reviewed": reviewed} | ({"from": begins.isoformat()} if begins else {})
    return _step(revision, after, "revision.published", told, session, key)


def listed(
    *,
    session: Session,
    state: str = "",
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
    oldest: bool = False,
) -> list[statement.Row]:
    """
    Return revisions, the last touched first, or the `oldest`: revision, state, head, at, agency_zh/en, why, items and ends (how many), editor_zh/en.
    An editor sees those of her agency, a reviewer and a registrar all.

    Refuses: forbidden move.of_another_role.
    """
    at, stream = before or (None, None)
    sql = "select * from registry_revisions(%s, %s, %s::int, %s::timestamptz, %s::uuid, %s)"
    asked = [session.secret, state if state in STATES else "", limit, at, stream, oldest]
    return statement.rows(session.login, sql, asked)


def read(*, revision: UUID, session: Session) -> Revision:
    """
    Return a revision with the items of its draft, each beside the version it follows.

    Refuses: missing stream.missing; forbidden move.of_another_role.
    """
    steps = _steps(revision, session)
    draft = _last_draft(steps)
    body = json.loads(draft["body"])
    going = draft["state"] in ("draft", "submitted")
    codes = [*_codes(body["items"]), *_codes(body["ends"])]
    followed = _rows_of(body["items"])
    last = {one["code"]: one for one in statement.rows("registry", _LAST, [codes])}
    bases = {one["code"]: int(one["base"]) for one in [*body["items"], *body["ends"]]}
    return Revision(
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
        names={code: (last[code]["name_zh"], last[code]["name_en"]) for code in _codes(body["ends"]) if code in last},
        steps=[
            Step(
                number=one["number"],
                kind=one["kind"],
                at=one["at"],
                name_zh=one["name_zh"],
                name_en=one["name_en"],
                why=json.loads(one["body"])["why"],
            )
            for one in steps
        ],
        moved=sorted(code for code, base in bases.items() if going and not _stands(last.get(code), base)),
    )


def drafted_at(*, revision: UUID, number: int, session: Session) -> dict[str, Whole]:
    """
    Return the items, by code, of the draft at which a revision stood after its step `number`.

    Refuses: missing stream.missing; forbidden move.of_another_role.
    """
    steps = _steps(revision, session)
    body = json.loads(_last_draft([one for one in steps if one["number"] <= number] or steps[:1])["body"])
    return {one["code"]: whole_of(one["rows"]) for one in body["items"]}


def changeable(
    *, session: Session, words: str = "", after: str = "", limit: int = 50, code: str | None = None
) -> list[statement.Row]:
    """
    Return the last published versions of the items that an editor may change, by code (a reviewer and a registrar look at all): code,
    version, name_zh/en, published_at; those that have some words, or the one of a code.

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
    *, codes: Sequence[str] | None = None, agency: str | None = None, words: str = ""
) -> Iterable[tuple[str, int, Whole]]:
    """Return code, version and rows of the last published version of items, those named (of an agency, with words) or all; with its agency's name of today."""
    sql = """
        select i.code, i.version, jsonb_set(i.rows, '{items,0,agency_name}', to_jsonb(a.name_zh)) as rows from registry_item i join registry_agency a on a.id = i.agency
        where i.ended_at is null and i.rows ? 'items' and (%s::text[] is null or i.code = any (%s::text[])) and (%s::text is null or a.code = %s)
          and strpos(lower(i.name_zh || ' ' || i.name_en || ' ' || i.code), lower(%s)) > 0 order by i.code
    """
    for one in statement.rows("registry", sql, [codes, codes, agency, agency, words]):
        yield one["code"], one["version"], whole_of(_json(one["rows"]))


def _codes(listed: Sequence[Mapping[str, Any]]) -> list[str]:
    return [one["code"] for one in listed]


def _stands(last: statement.Row | None, base: int) -> bool:
    """Whether the version that an item of a draft follows is still the last, and has not ended."""
    return base == 0 if last is None else bool(last["version"] == base and last["stands"])


def _draft(
    why: str, items: Sequence[Whole], ends: Sequence[str], bases: Mapping[str, int] = MappingProxyType({})
) -> dict[str, Any]:
    items = [whole_of(one.as_rows()) for one in items]  # what no field is named for is not kept
    codes = [one.said("implementation_code") for one in items]
    followed = {one["code"]: one for one in statement.rows("registry", _FOLLOWED, [codes])}
    last = {one["code"]: one["version"] for one in statement.rows("registry", _LAST, [[*codes, *ends]])} | dict(bases)
    seals = statement.rows("registry", _SEALS, [[one.said("agency_code") for one in items]])
    return {
        "why": why,
        "items": [
            _drafted(one, followed.get(code, {}), last.get(code, 0), seals)
            for code, one in zip(codes, items, strict=True)
        ],
        "ends": [{"code": code, "base": last.get(code, 0)} for code in ends],
    }


def _drafted(one: Whole, followed: Mapping[str, Any], base: int, seals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kind = "approval" if one.said("result_type") == "2" else "licence"
    own = [seal for seal in seals if seal["agency_code"] == one.said("agency_code")]
    chosen = next((seal for seal in own if seal["kind"] == kind), own[0] if own else None)
    if chosen is None:
        raise Refusal("malformed", "revision.malformed", detail=f"agency_code: {one.said('agency_code')[:30]}")
    one = replace(one, item={**one.item, "agency_name": chosen["name_zh"]})  # its agency's of today, whatever was typed
    pinyin = spelling.pinyin(one.said("name"))
    return {
        "code": one.said("implementation_code"),
        "base": base,
        "agency": followed.get("agency") or chosen["agency"],
        "centre": followed.get("centre") or chosen["centre"],
        "seal": followed.get("seal") or chosen["seal"],
        "body": _body(one, followed),
        "rows": one.as_rows(),
        "pinyin": pinyin,
        "initials": spelling.initials(pinyin),
    }


def _body(one: Whole, followed: Mapping[str, Any]) -> dict[str, Any]:
    """The body as far as the rows can be read; a draft may break rules, and then has none that cases could read."""
    try:
        return body_of_rows(one, before=_json(followed["body"]) if followed else None)
    except (KeyError, ValueError):
        return {
            "handling_code": one.said("handling_code"),
            "name_zh": one.said("name"),
            "name_en": one.said("name_en"),
            "limits": {},
        }


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


def _agrees(found: Revision, session: Session) -> None:
    """
    All of an item follows from the rows that were reviewed: what cases would read, its agency, place and seal, and how it is found.
    Otherwise two hands would publish what neither read.
    """
    if found.moved:
        raise Refusal("conflict", "revision.moved_meanwhile", item=found.moved[0])
    body = json.loads(_last_draft(_steps(found.stream, session))["body"])
    made = json.loads(json.dumps(_draft(found.why, [one.rows for one in found.items], found.ends)))
    for one, again in zip(body["items"], made["items"], strict=True):
        if one != again:
            raise Refusal("conflict", "revision.differs", item=one["code"])


def _steps(revision: UUID, session: Session) -> list[statement.Row]:
    steps = statement.rows(
        session.login, "select * from registry_revision_read(%s, %s::uuid)", [session.secret, revision]
    )
    if not steps:
        raise Refusal("missing", "stream.missing")
    return steps


def _last_draft(steps: Sequence[statement.Row]) -> statement.Row:
    return next(one for one in reversed(steps) if one["kind"] in ("revision.opened", "revision.saved"))


def _rows_of(items: Sequence[Mapping[str, Any]]) -> dict[str, Whole]:
    sql = "select i.code, i.rows from registry_item i join unnest(%s::text[], %s::int[]) as x (code, version) on i.code = x.code and i.version = x.version"
    asked = [[one["code"] for one in items], [int(one["base"]) for one in items]]
    return {one["code"]: whole_of(_json(one["rows"])) for one in statement.rows("registry", sql, asked)}


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _step(
    revision: UUID | None, after: int, kind: str, body: Mapping[str, Any], session: Session, key: UUID
) -> Recorded:
    """
    Do one step.

    Refuses: forbidden move.of_another_role, revision.of_another_agency, revision.of_another_place, hat.second; missing stream.missing;
    malformed revision.malformed; conflict case.moved_meanwhile, case.wrong_state, key.reused.
    """
    sql = "select * from registry_revise(%s, %s::uuid, %s, %s, %s, %s::uuid)"
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return Recorded(**statement.row(session.login, sql, [session.secret, revision, after, kind, text, key]))
