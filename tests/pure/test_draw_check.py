import copy
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from yimen.pure.draw import (
    ROLE_OF_PURPOSE,
    Entry,
    candidates_of,
    commitment,
    draw,
    roster_digest,
    seed_of,
)
from yimen.pure.draw_check import check_day
from yimen.pure.draw_day import DayMalformed
from yimen.pure.framing import digest

POOL = UUID("00000000-0000-4000-8000-0000000000b1")
DAY = date(2026, 9, 18)
CENTRE, SUPERVISOR = bytes([1]) * 32, bytes([2]) * 32
SEED = seed_of(centre_half=CENTRE, supervisor_half=SUPERVISOR)
STREAM, SECOND = UUID(int=1), UUID(int=2)
ROSTER = [Entry(f"{n:012x}", "custodian") for n in range(6)]
ROSTER += [Entry(f"{n:012x}", "maker") for n in range(6, 9)] + [Entry("f" * 12, "clerk")]


def lot_of(stream: UUID) -> bytes:
    return digest("lot", stream.bytes)


def drawn(stream: UUID, purpose: str, number: int, **other: Any) -> dict[str, Any]:
    role = ROLE_OF_PURPOSE[purpose]
    excluded = other.pop("excluded", [])
    ordinal = other.pop("ordinal", 1)
    candidates = candidates_of(ROSTER, role=role, excluded=excluded)
    lot = lot_of(stream)
    result = draw(seed=SEED, lot=lot, purpose=purpose, ordinal=ordinal, candidates=candidates)
    return {
        "stream": str(stream),
        "lot": lot.hex(),
        "purpose": purpose,
        "role": role,
        "ordinal": ordinal,
        "excluded": excluded,
        "same_as": None,
        "chosen": result.pseudonym,
        "hash": digest(purpose).hex(),
        "number": number,
    } | other


def honest() -> dict[str, Any]:
    maker = drawn(STREAM, "maker", 10)
    first = drawn(STREAM, "first_custodian", 12)
    second = drawn(STREAM, "second_custodian", 14, excluded=[first["chosen"]])
    again = drawn(STREAM, "second_custodian", 15, excluded=second["excluded"], ordinal=2)
    sides = [("centre", CENTRE), ("supervisor", SUPERVISOR)]
    return {
        "pool": str(POOL),
        "day": DAY.isoformat(),
        "centre_half": CENTRE.hex(),
        "supervisor_half": SUPERVISOR.hex(),
        "roster": [{"pseudonym": one.pseudonym, "role": one.role} for one in ROSTER],
        "roster_digest": roster_digest(ROSTER).hex(),
        "draws": [maker, first, second, again],
    } | {
        f"{side}_commitment": commitment(
            pool=POOL,
            day=DAY,
            side=side,  # type: ignore[arg-type]  # one of two
            half=half,
        ).hex()
        for side, half in sides
    }


def codes(data: dict[str, Any], **options: Any) -> set[tuple[str, int | None]]:
    found = check_day(data, **options)
    for one in found:
        assert one.zh
        assert one.en
        assert "{" not in one.zh + one.en
    return {(one.code, one.draw) for one in found}


def test_an_honest_day_has_no_finding() -> None:
    assert codes(honest()) == set()
    assert codes(honest(), earlier={}) == set()


def test_another_person_recorded_is_found_with_who_it_should_be() -> None:
    day = honest()
    right = day["draws"][0]["chosen"]
    day["draws"][0]["chosen"] = next(one.pseudonym for one in ROSTER if one.role == "maker" and one.pseudonym != right)
    (finding,) = check_day(day)
    assert (finding.code, finding.level, finding.draw) == ("draw_wrong", "wrong", 0)
    assert right in finding.zh
    assert right in finding.en


@pytest.mark.parametrize("side", ["centre", "supervisor"])
def test_a_half_that_was_not_committed_to_is_found(side: str) -> None:
    day = honest()
    day[f"{side}_half"] = ("03" * 32).upper()
    assert ("half_not_committed", None) in codes(day)


def test_before_the_reveal_only_what_needs_no_seed_is_checked() -> None:
    day = honest()
    day["supervisor_half"] = None
    assert codes(day) == {("half_not_revealed", None)}
    day["draws"][0]["chosen"] = "0" * 11 + "z"
    assert ("chosen_unknown", 0) in codes(day)


def test_nothing_may_be_drawn_before_both_sides_committed() -> None:
    day = honest() | {"supervisor_commitment": None, "supervisor_half": None}
    assert codes(day) == {("drawn_before_commitment", None), ("half_not_revealed", None)}
    assert codes(day | {"draws": []}) == {("half_not_revealed", None)}
    day["supervisor_half"] = SUPERVISOR.hex()
    assert ("half_not_committed", None) in codes(day)


def test_a_changed_roster_is_found() -> None:
    day = honest()
    day["roster"].append({"pseudonym": "e" * 12, "role": "clerk"})
    assert codes(day) == {("roster_digest_wrong", None)}
    day = honest()
    day["roster"].append(day["roster"][0])
    assert ("roster_entry_twice", None) in codes(day)


def test_a_draw_from_another_role_is_found() -> None:
    day = honest()
    day["draws"][0]["role"] = "clerk"
    assert ("role_not_of_purpose", 0) in codes(day)


def test_a_single_candidate_is_a_weakness_and_not_a_lie() -> None:
    day = honest()
    day["draws"] = [drawn(STREAM, "counter", 2)]
    (finding,) = check_day(day)
    assert (finding.code, finding.level) == ("single_candidate", "weak")


def test_exclusions_are_checked() -> None:
    day = honest()
    day["draws"][2]["excluded"] = [*day["draws"][2]["excluded"], "9" * 12]
    assert {("excluded_unknown", 2), ("excluded_unexplained", 2)} <= codes(day)
    day = honest()
    day["draws"][0]["excluded"] = [day["draws"][0]["chosen"]]
    assert ("chosen_excluded", 0) in codes(day)
    day = honest()
    makers = [one.pseudonym for one in ROSTER if one.role == "maker"]
    day["draws"][0]["excluded"] = makers
    assert ("nobody", 0) in codes(day)
    quiet = next(one for one in makers if one != day["draws"][0]["chosen"])
    day["draws"] = [drawn(STREAM, "maker", 10, excluded=[quiet])]
    assert codes(day) == {("excluded_unexplained", 0)}


def test_one_person_drawn_for_two_hats_is_found() -> None:
    day = honest()
    day["draws"][2] |= {"excluded": [], "chosen": day["draws"][1]["chosen"]}
    assert ("two_hats", 2) in codes(day)


def test_ordinals_used_twice_or_skipped_are_found() -> None:
    day = honest()
    day["draws"][3] |= {"ordinal": 1, "chosen": day["draws"][2]["chosen"]}
    assert codes(day) == {("ordinal_twice", 3)}
    day = honest()
    del day["draws"][2]
    assert codes(day) == {("ordinal_unseen", 2)}
    assert codes(day, earlier={}) == {("ordinal_skipped", 2)}
    assert codes(day, earlier={(STREAM, "second_custodian"): 1}) == set()
    assert codes(day, earlier={(STREAM, "second_custodian"): 2}) == {("ordinal_twice", 2)}


def test_coming_back_to_the_same_person_is_checked() -> None:
    day = honest()
    back = drawn(SECOND, "maker", 4) | {
        "same_as": {"stream": str(STREAM), "purpose": "maker"},
        "chosen": day["draws"][0]["chosen"],
    }
    day["draws"].append(back)
    assert codes(day) == set()
    back["chosen"] = ROSTER[0].pseudonym
    assert codes(day) == {("same_as_wrong", 4), ("chosen_unknown", 4)}
    back |= {"chosen": ROSTER[6].pseudonym, "same_as": {"stream": str(POOL), "purpose": "maker"}}
    assert codes(day) == {("same_as_unseen", 4)}


def test_one_case_has_one_lot_and_an_event_draws_once() -> None:
    day = honest()
    day["draws"][1]["lot"] = "00" * 32
    assert ("lot_differs", 1) in codes(day)
    day = honest()
    day["draws"][1]["number"] = day["draws"][0]["number"]
    assert codes(day) == {("event_twice", 1)}


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("pool",), "no", "day.pool"),
        (("day",), "2026-02-30", "day.day"),
        (("centre_commitment",), "00", "day.centre_commitment"),
        (("centre_half",), "zz" * 32, "day.centre_half"),
        (("roster",), {}, "day.roster"),
        (("roster", 0), "x", "day.roster[0]"),
        (("roster", 0, "role"), "", "day.roster[0].role"),
        (("draws", 1, "ordinal"), True, "day.draws[1].ordinal"),
        (("draws", 1, "ordinal"), 1 << 70, "day.draws[1].ordinal"),
        (("draws", 1, "excluded"), [1], "day.draws[1].excluded"),
        (("draws", 1, "same_as"), {"stream": "x"}, "day.draws[1].same_as"),
    ],
)
def test_data_that_cannot_be_read_are_refused_by_name(path: tuple[Any, ...], value: object, field: str) -> None:
    day = copy.deepcopy(honest())
    place: Any = day
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(DayMalformed) as refused:
        check_day(day)
    assert refused.value.field == field


def test_a_missing_field_and_no_object_are_refused_by_name() -> None:
    day = honest()
    del day["draws"][0]["lot"]
    with pytest.raises(DayMalformed) as refused:
        check_day(day)
    assert refused.value.field == "day.draws[0].lot"
    with pytest.raises(DayMalformed):
        check_day([])
