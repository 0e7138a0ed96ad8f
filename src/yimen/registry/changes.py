"""
Changes of places: closures, hours, windows, and what a place offers. A manager proposes for places that are hers, and another manager,
whose they are too, confirms exactly that or declines it. Table: registry_change.

A change is {"closures": [{place, day, name_zh, name_en}], "reopened": [{place, day}], "hours": [{place, days, opens, closes, phone}],
"windows": [{place, code, name_zh, name_en}], "windows_ended": [{place, code}], "offers": [{place, item, offered, …}], "as_level": [{place, item}]}, by what of it there is;
a place stands in it by its code. `as_level`: the place offers the item again if the halls of its level do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from yimen.record import statement
from yimen.record.events import Recorded, Session
from yimen.record.refusal import Refusal
from yimen.registry.step import Step

PARTS: Final = ("closures", "reopened", "hours", "windows", "windows_ended", "offers", "as_level")
STATES: Final = ("proposed", "confirmed", "declined", "withdrawn")
Rows = Sequence[Mapping[str, Any]]

_MINE: Final = """
    select c.code, c.name_zh, c.name_en, c.kind, c.level, g.name_zh as district_zh, g.name_en as district_en,
           (select min(x.day) from registry_closure x where x.centre = c.id and x.ended_at is null and x.day >= registry_today()) as closed
    from registry_managed(%(secret)s) m join registry_centre c on c.id = m join registry_division d on d.code = c.division
    join registry_division g on g.code = case d.level when 'township' then d.parent else d.code end
    where (%(after)s = '' or (c.division, c.kind, c.code) > (select p.division, p.kind, p.code from registry_centre p where p.code = %(after)s))
      and not exists (select 1 from unnest(%(words)s::text[]) w where strpos(lower(concat_ws(' ', c.name_zh, c.name_en, g.name_zh, g.name_en)), w) = 0)
    order by c.division, c.kind, c.code limit %(limit)s::int
"""
_PLACE: Final = """
    select c.code, c.name_zh, c.name_en, c.kind, c.level, c.days, c.opens, c.closes, c.phone, m is not null as hers,
           (select coalesce(jsonb_agg(jsonb_build_object('day', x.day, 'name_zh', x.name_zh, 'name_en', x.name_en) order by x.day), '[]')
            from registry_closure x where x.centre = c.id and x.ended_at is null and x.day >= registry_today()) as closures,
           (select coalesce(jsonb_agg(i.code order by i.code), '[]') from registry_within(c.id) w join registry_centre i on i.id = w where w <> c.id) as within,
           (select coalesce(jsonb_agg(jsonb_build_object('code', w.code, 'name_zh', w.name_zh, 'name_en', w.name_en) order by w.code), '[]')
            from registry_window w where w.centre = c.id and w.ended_at is null) as windows
    from registry_centre c left join registry_managed(%s) m on m = c.id where c.code = %s
"""
# What a change touches, as it is now.
_NOW: Final = """
    select x.part, x.said, c.name_zh, c.name_en, case x.part
        when 'closures' then (select to_jsonb(o) from registry_closure o where o.centre = c.id and o.day = (x.said ->> 'day')::date and o.ended_at is null)
        when 'reopened' then (select to_jsonb(o) from registry_closure o where o.centre = c.id and o.day = (x.said ->> 'day')::date)
        when 'hours' then to_jsonb(c)
        when 'windows' then (select to_jsonb(w) from registry_window w where w.centre = c.id and w.code = x.said ->> 'code' and w.ended_at is null)
        when 'windows_ended' then (select to_jsonb(w) from registry_window w where w.centre = c.id and w.code = x.said ->> 'code')
        else (select to_jsonb(o) || jsonb_build_object('item_zh', i.name_zh, 'item_en', i.name_en) from registry_offering o join registry_item i on i.id = o.item
              where o.place = c.id and o.code = x.said ->> 'item') end as now
    from jsonb_to_recordset(%s::jsonb) as x (part text, said jsonb) join registry_centre c on c.code = x.said ->> 'place'
    order by c.division, c.kind, c.code, x.said ->> 'day', x.said ->> 'item', x.said ->> 'code'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    A change as a manager or a supervisor sees it. `proposed`: the hash (hex) that confirms it; `said`: what it changes, by part; `own`: she proposed
    it herself; `hers`: she answers for all of its places.
    """

    stream: UUID
    state: str
    head: int
    proposed: str
    said: Mapping[str, Rows]
    own: bool
    hers: bool
    steps: Sequence[Step]


def mine(*, session: Session, typed: str = "", after: str = "", limit: int = 50) -> list[statement.Row]:
    """
    Return the places that a manager answers for, a hall before its sub-halls: code, name_zh/en, kind, level, district_zh/en, closed (the next day
    on which it is closed beyond its week). `typed`: words of a name or a district; `after`: the code of the last one seen.

    Refuses: forbidden move.of_another_role.
    """
    values = {
        "secret": session.secret,
        "after": _sound(after),
        "words": _sound(typed).lower().split(),
        "limit": min(limit, 200),
    }
    return statement.rows(session.login, _MINE, values)


def place(*, code: str, session: Session) -> dict[str, Any]:
    """
    Return a place that a manager answers for: code, name_zh/en, kind, level, days, opens, closes, phone, closures to come, windows, within (the codes of the places in it).

    Refuses: missing place.unknown; forbidden place.not_yours, move.of_another_role.
    """
    found = statement.rows(session.login, _PLACE, [session.secret, _sound(code)])
    if not found:
        raise Refusal("missing", "place.unknown", place=code[:100])
    if not found[0].pop("hers"):
        raise Refusal("forbidden", "place.not_yours")
    return found[0] | {name: statement.read_json(found[0][name]) for name in ("days", "closures", "windows", "within")}


def propose(*, why: str, said: Mapping[str, Rows], session: Session, key: UUID) -> Recorded:
    """
    Propose a change of places that are all hers; nothing changes yet.

    Refuses: malformed place.malformed, place.day; forbidden place.not_yours, move.of_another_role; conflict place.moved_meanwhile, key.reused.
    Records: place.proposed, with the hash of what it says.
    """
    return _step(
        None, 0, "place.proposed", {"why": why, **{part: rows for part, rows in said.items() if rows}}, session, key
    )


def confirm(*, change: UUID, proposed: str, why: str, session: Session, key: UUID) -> Recorded:
    """
    Confirm a change by its hash (hex), all of it or nothing; it is in force from now on.

    Refuses: forbidden hat.second (who proposed it), place.not_yours; missing stream.missing; malformed place.malformed, place.day; conflict
    entry.other_content, place.moved_meanwhile, case.wrong_state.
    Records: place.confirmed.
    """
    return _step(change, 1, "place.confirmed", {"why": why, "proposed": proposed}, session, key)


def decline(*, change: UUID, why: str, session: Session, key: UUID) -> Recorded:
    """
    Decline a change that another proposed; it ends.

    Refuses: forbidden hat.second (who proposed it), place.not_yours; missing stream.missing; conflict case.wrong_state.
    Records: place.declined.
    """
    return _step(change, 1, "place.declined", {"why": why}, session, key)


def withdraw(*, change: UUID, why: str, session: Session, key: UUID) -> Recorded:
    """
    Withdraw a change that one proposed oneself; it ends.

    Refuses: forbidden place.of_another, place.not_yours; missing stream.missing; conflict case.wrong_state.
    Records: place.withdrawn.
    """
    return _step(change, 1, "place.withdrawn", {"why": why}, session, key)


def listed(
    *,
    session: Session,
    place: str = "",
    state: str = "",
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[statement.Row]:
    """
    Return changes, the last touched first: change, state, head, at, why, parts, places (how many), place and place_zh/en (the first of them), proposer_zh/en,
    proposed_at, own, hers. A manager sees those that touch places of hers, a supervisor all; of one `place` (its code), or in one state.

    Refuses: forbidden move.of_another_role.
    """
    at, stream = before or (None, None)
    sql = "select * from registry_changes(%s, %s, %s, %s::int, %s::timestamptz, %s::uuid)"
    return statement.rows(
        session.login, sql, [session.secret, _sound(place), state if state in STATES else "", limit, at, stream]
    )


def read(*, change: UUID, session: Session) -> Change:
    """
    Return a change with every step of it.

    Refuses: missing stream.missing; forbidden move.of_another_role.
    """
    steps = statement.rows(session.login, "select * from registry_change_read(%s, %s::uuid)", [session.secret, change])
    if not steps:
        raise Refusal("missing", "stream.missing")
    first, bodies = steps[0], [json.loads(one["body"]) for one in steps]
    return Change(
        stream=change,
        state=first["state"],
        head=steps[-1]["number"],
        proposed=first["content"],
        said={part: bodies[0][part] for part in PARTS if part in bodies[0]},
        own=first["own"],
        hers=first["hers"],
        steps=[
            Step(**{name: one[name] for name in ("number", "kind", "at", "name_zh", "name_en")}, why=body["why"])
            for one, body in zip(steps, bodies, strict=True)
        ],
    )


def seconds(*, change: UUID, session: Session) -> list[statement.Row]:
    """
    Return the other managers who answer for all places of a change, the nearest first, who can confirm it: name_zh/en, place_zh/en.

    Refuses: missing stream.missing; forbidden move.of_another_role.
    """
    sql = "select * from registry_change_seconds(%s, %s::uuid)"
    return statement.rows(session.login, sql, [session.secret, change])


def closed(*, place: str, first: date, last: date, all_in_it: bool, session: Session) -> list[dict[str, str]]:
    """
    Return the closures of a place, or of all that lies in it, from a day to a day, as `reopened` takes them: place, day.

    Refuses: nothing; whose place it is, is asked when they are proposed to be taken back.
    """
    sql = """
        select c.code as place, x.day::text as day from registry_centre p
        join registry_centre c on c.id = p.id or %s and c.id in (select registry_within(p.id))
        join registry_closure x on x.centre = c.id and x.ended_at is null and x.day between %s and %s
        where p.code = %s order by c.code, x.day
    """
    return [dict(one) for one in statement.rows(session.login, sql, [all_in_it, first, last, _sound(place)])]


def beside(*, said: Mapping[str, Rows], login: str) -> list[statement.Row]:
    """Return the rows of a change, each with the name of its place and with what it touches as that is `now`: part, said, name_zh/en, now."""
    rows = [{"part": part, "said": one} for part, many in said.items() for one in many]
    found = statement.rows(login, _NOW, [json.dumps(rows)])
    return [
        one | {"said": statement.read_json(one["said"]), "now": one["now"] and statement.read_json(one["now"])}
        for one in found
    ]


def _sound(text: str) -> str:
    return text[:100].replace("\x00", "").strip()


def _step(change: UUID | None, after: int, kind: str, body: Mapping[str, Any], session: Session, key: UUID) -> Recorded:
    """
    Do one step.

    Refuses: forbidden move.of_another_role, place.not_yours, hat.second; missing stream.missing; malformed place.malformed;
    conflict case.wrong_state, case.moved_meanwhile, key.reused.
    """
    sql = "select * from registry_change_step(%s, %s::uuid, %s, %s, %s, %s::uuid)"
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return Recorded(**statement.row(session.login, sql, [session.secret, change, after, kind, text, key]))
