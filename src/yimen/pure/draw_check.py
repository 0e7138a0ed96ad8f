"""Recompute every draw of a public day and say what is not as it should be.

A finding is of one of three levels: `wrong` (the data contradict themselves or each other: somebody
steered or rewrote), `weak` (true, but chance had too little to choose from) and `open` (cannot be
told from this day alone).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from yimen.pure.draw import (
    ROLE_OF_PURPOSE,
    NobodyToDraw,
    Side,
    candidates_of,
    commitment,
    draw,
    roster_digest,
    seed_of,
)
from yimen.pure.draw_day import PublicDay, PublicDraw, read_day

Level = Literal["wrong", "weak", "open"]
Ordinals = Mapping[tuple[UUID, str], int]

_WORDS: dict[str, tuple[Level, str, str]] = {
    "half_not_committed": (
        "wrong",
        "{side_zh}公布的随机数与事先承诺值不符",
        "the half revealed by the {side} does not match what it committed to",
    ),
    "drawn_before_commitment": (
        "wrong",
        "监督员尚未承诺随机数，却已有抽取",
        "there are draws although the supervisor has committed to nothing",
    ),
    "half_not_revealed": (
        "open",
        "{side_zh}尚未公布随机数",
        "the {side} has not revealed its half yet",
    ),
    "roster_digest_wrong": (
        "wrong",
        "名单摘要与名单不符",
        "the digest of the roster is not that of the roster",
    ),
    "roster_entry_twice": (
        "wrong",
        "名单中 {pseudonym}（{role}）出现两次",
        "{pseudonym} ({role}) is on the roster twice",
    ),
    "role_not_of_purpose": (
        "wrong",
        "“{purpose}”应从岗位“{expected}”中抽取，记录为“{role}”",
        "{purpose} is drawn from the {expected}s, but the role given is {role}",
    ),
    "draw_wrong": (
        "wrong",
        "重新计算应抽中 {expected}，记录为 {chosen}",
        "the draw gives {expected}, but {chosen} is recorded",
    ),
    "nobody": (
        "wrong",
        "没有候选人，却记录了 {chosen}",
        "there was no candidate, but {chosen} is recorded",
    ),
    "chosen_unknown": (
        "wrong",
        "抽中的 {chosen} 不在名单上",
        "{chosen} was chosen but is not on the roster",
    ),
    "chosen_excluded": (
        "wrong",
        "抽中的 {chosen} 应当回避",
        "{chosen} was chosen although excluded",
    ),
    "single_candidate": ("weak", "只有一名候选人 {chosen}", "{chosen} was the only candidate"),
    "excluded_unknown": (
        "wrong",
        "被排除的 {pseudonym} 不在名单上",
        "{pseudonym} is excluded but is not on the roster",
    ),
    "excluded_unexplained": (
        "open",
        "{pseudonym} 被排除，当日公开数据中看不出原因",
        "{pseudonym} is excluded, and nothing published for this day shows why",
    ),
    "two_hats": (
        "wrong",
        "{chosen} 在同一案件中已被抽为“{other}”",
        "{chosen} was already drawn as {other} on the same case",
    ),
    "ordinal_twice": ("wrong", "序号 {ordinal} 用了两次", "draw number {ordinal} is used twice"),
    "ordinal_skipped": (
        "wrong",
        "应为第 {expected} 次抽取，记录为第 {ordinal} 次",
        "this should be draw number {expected}, but it is number {ordinal}",
    ),
    "ordinal_unseen": (
        "open",
        "第 {ordinal} 次之前的抽取不在当日",
        "the draws before number {ordinal} are not on this day",
    ),
    "same_as_wrong": (
        "wrong",
        "应与前案同为 {expected}，记录为 {chosen}",
        "the earlier case had {expected}, but {chosen} is recorded",
    ),
    "same_as_unseen": (
        "open",
        "所指前案的抽取不在当日，假名每日更换，无法比对",
        "the earlier draw it repeats is not on this day, and pseudonyms change every day",
    ),
    "lot_differs": (
        "wrong",
        "同一案件的抽签种子值前后不一",
        "the draws of one case do not all use the same lot",
    ),
    "event_twice": (
        "wrong",
        "同一事件（序号 {number}）记录了两次抽取",
        "two draws claim the same event, number {number}",
    ),
}
_SIDE_ZH: dict[Side, str] = {"centre": "中心", "supervisor": "监督员"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at; `draw` is its place among the day's draws (from 0), or None when it is
    about the day.
    """

    code: str
    draw: int | None = None
    stream: UUID | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return _WORDS[self.code][0]

    @property
    def zh(self) -> str:
        return _WORDS[self.code][1].format_map(self.params)

    @property
    def en(self) -> str:
        return _WORDS[self.code][2].format_map(self.params)


def check_day(data: object, *, earlier: Ordinals | None = None) -> list[Finding]:
    """Recompute every draw of a day's public JSON; an empty list means that everything is as it
    should be.

    `earlier` gives the last draw number of a (stream, purpose) before this day; without it, a case
    whose first draw of the day has a number above 1 can only be reported as `open`.

    Refuses: DayMalformed, when the data cannot be read.
    """
    day = read_day(data)
    return [
        *_check_halves(day),
        *_check_roster(day),
        *_check_draws(day),
        *_check_ordinals(day, earlier),
    ]


def check_draw(day: PublicDay, place: int) -> list[Finding]:
    """Recompute one draw of a day: its role, its candidates and, once both halves are revealed, its
    result.
    """
    drawn = day.draws[place]
    known = {entry.pseudonym for entry in day.roster}
    found = [_of(drawn, place, "excluded_unknown", pseudonym=name) for name in drawn.excluded if name not in known]
    expected_role = ROLE_OF_PURPOSE.get(drawn.purpose, drawn.role)
    if drawn.role != expected_role:
        params = {"purpose": drawn.purpose, "expected": expected_role, "role": drawn.role}
        found.append(_of(drawn, place, "role_not_of_purpose", **params))
    if drawn.chosen in drawn.excluded:
        found.append(_of(drawn, place, "chosen_excluded", chosen=drawn.chosen))
    if drawn.same_as is not None:
        found.extend(_check_repeat(day, drawn, place))
    else:
        found.extend(_check_result(day, drawn, place))
    return found


def _check_halves(day: PublicDay) -> Iterator[Finding]:
    if day.supervisor_commitment is None and day.draws:
        yield Finding(code="drawn_before_commitment")
    sides: list[tuple[Side, bytes | None, bytes | None]] = [
        ("centre", day.centre_half, day.centre_commitment),
        ("supervisor", day.supervisor_half, day.supervisor_commitment),
    ]
    for side, half, committed in sides:
        params = {"side": side, "side_zh": _SIDE_ZH[side]}
        if half is None:
            yield Finding(code="half_not_revealed", params=params)
        elif commitment(pool=day.pool, day=day.day, side=side, half=half) != committed:
            yield Finding(code="half_not_committed", params=params)


def _check_roster(day: PublicDay) -> Iterator[Finding]:
    if roster_digest(day.roster) != day.roster_digest:
        yield Finding(code="roster_digest_wrong")
    seen = set()
    for entry in day.roster:
        if entry in seen:
            params = {"pseudonym": entry.pseudonym, "role": entry.role}
            yield Finding(code="roster_entry_twice", params=params)
        seen.add(entry)


def _check_draws(day: PublicDay) -> Iterator[Finding]:
    hats: dict[tuple[UUID, str], str] = {}
    lots: dict[UUID, bytes] = {}
    events: set[tuple[UUID, int]] = set()
    chosen_on: defaultdict[UUID, set[str]] = defaultdict(set)
    for drawn in day.draws:
        chosen_on[drawn.stream].add(drawn.chosen)
    for place, drawn in enumerate(day.draws):
        yield from check_draw(day, place)
        for name in drawn.excluded:
            if name not in chosen_on[drawn.stream]:
                yield _of(drawn, place, "excluded_unexplained", pseudonym=name)
        other = hats.setdefault((drawn.stream, drawn.chosen), drawn.purpose)
        if other != drawn.purpose:
            yield _of(drawn, place, "two_hats", chosen=drawn.chosen, other=other)
        if lots.setdefault(drawn.stream, drawn.lot) != drawn.lot:
            yield _of(drawn, place, "lot_differs")
        if (drawn.stream, drawn.number) in events:
            yield _of(drawn, place, "event_twice", number=drawn.number)
        events.add((drawn.stream, drawn.number))


def _check_result(day: PublicDay, drawn: PublicDraw, place: int) -> Iterator[Finding]:
    candidates = candidates_of(day.roster, role=drawn.role, excluded=drawn.excluded)
    if len(candidates) == 1:
        yield _of(drawn, place, "single_candidate", chosen=candidates[0])
    if day.centre_half is None or day.supervisor_half is None:
        if drawn.chosen not in candidates and drawn.chosen not in drawn.excluded:
            yield _of(drawn, place, "chosen_unknown", chosen=drawn.chosen)
        return
    seed = seed_of(centre_half=day.centre_half, supervisor_half=day.supervisor_half)
    try:
        again = draw(
            seed=seed,
            lot=drawn.lot,
            purpose=drawn.purpose,
            ordinal=drawn.ordinal,
            candidates=candidates,
        )
    except NobodyToDraw:
        yield _of(drawn, place, "nobody", chosen=drawn.chosen)
        return
    if again.pseudonym != drawn.chosen:
        yield _of(drawn, place, "draw_wrong", expected=again.pseudonym, chosen=drawn.chosen)


def _check_repeat(day: PublicDay, drawn: PublicDraw, place: int) -> Iterator[Finding]:
    if not any(entry.pseudonym == drawn.chosen and entry.role == drawn.role for entry in day.roster):
        yield _of(drawn, place, "chosen_unknown", chosen=drawn.chosen)
    earlier = [one for one in day.draws[:place] if (one.stream, one.purpose) == drawn.same_as]
    if not earlier:
        yield _of(drawn, place, "same_as_unseen")
    elif earlier[-1].chosen != drawn.chosen:
        yield _of(drawn, place, "same_as_wrong", expected=earlier[-1].chosen, chosen=drawn.chosen)


def _check_ordinals(day: PublicDay, earlier: Ordinals | None) -> Iterator[Finding]:
    groups: defaultdict[tuple[UUID, str], list[int]] = defaultdict(list)
    for place, drawn in enumerate(day.draws):
        groups[drawn.stream, drawn.purpose].append(place)
    for group, places in groups.items():
        last = (earlier or {}).get(group, 0)
        for place in sorted(places, key=lambda one: day.draws[one].ordinal):
            drawn = day.draws[place]
            if drawn.ordinal <= last:
                yield _of(drawn, place, "ordinal_twice", ordinal=drawn.ordinal)
            elif drawn.ordinal > last + 1 and (last > 0 or earlier is not None):
                yield _of(drawn, place, "ordinal_skipped", ordinal=drawn.ordinal, expected=last + 1)
            elif drawn.ordinal > last + 1:
                yield _of(drawn, place, "ordinal_unseen", ordinal=drawn.ordinal)
            last = max(last, drawn.ordinal)


def _of(drawn: PublicDraw, place: int, code: str, **params: str | int) -> Finding:
    return Finding(code=code, draw=place, stream=drawn.stream, params=params)
