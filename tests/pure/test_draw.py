from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.pure import draw as drawing
from yimen.pure.draw import (
    Entry,
    NobodyToDraw,
    candidates_of,
    commitment,
    draw,
    roster_digest,
    seed_of,
)
from yimen.pure.framing import digest, int8

POOL = UUID("00000000-0000-4000-8000-0000000000b1")
DAY = date(2026, 9, 18)
CENTRE, SUPERVISOR = bytes([1]) * 32, bytes([2]) * 32
SEED = seed_of(centre_half=CENTRE, supervisor_half=SUPERVISOR)

KNOWN_SEED = "fd24ede5f0bd9a207e91451d14c3bd9294e849312e65009cfc9184f4b551b514"
KNOWN_COMMITMENT = "421727725ea56c880b2e4bd01f069f56cc6e3b1cc98fc722f1fd5be8bbb0c24f"
KNOWN_DRAW = ("0b", 1, 5, 1)

# Critical values of the chi-square distribution at p = 0.001, by degrees of freedom.
CRITICAL = {1: 10.828, 2: 13.816, 6: 22.458, 30: 59.703}
DRAWS = 100_000


def lot_number(number: int) -> bytes:
    return digest("test.lot", int8(number))


@pytest.mark.parametrize("degrees", sorted(CRITICAL))
def test_a_hundred_thousand_draws_are_uniform(degrees: int) -> None:
    count = degrees + 1
    candidates = [f"{number:012x}" for number in range(count)]
    seen = [0] * count
    for number in range(DRAWS):
        seen[
            draw(
                seed=SEED,
                lot=lot_number(number),
                purpose="examiner",
                ordinal=1,
                candidates=candidates,
            ).index
        ] += 1
    expected = DRAWS / count
    chi_square = sum((times - expected) ** 2 / expected for times in seen)
    assert chi_square < CRITICAL[degrees]


def test_a_known_draw_never_changes() -> None:
    drawn = draw(
        seed=SEED,
        lot=lot_number(1),
        purpose="examiner",
        ordinal=1,
        candidates=["0a", "0b", "0c", "0d", "0e"],
    )
    assert (drawn.pseudonym, drawn.index, drawn.candidates, drawn.rounds) == KNOWN_DRAW
    assert SEED.hex() == KNOWN_SEED
    committed = commitment(pool=POOL, day=DAY, side="centre", half=CENTRE)
    assert committed.hex() == KNOWN_COMMITMENT


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(1, 50),
    st.integers(1, 9),
    st.sampled_from(["maker", "examiner"]),
)
def test_a_draw_repeats_and_stays_among_its_candidates(lot: bytes, count: int, ordinal: int, purpose: str) -> None:
    candidates = [f"{number:012x}" for number in range(count)]
    first, again = (draw(seed=SEED, lot=lot, purpose=purpose, ordinal=ordinal, candidates=candidates) for _ in range(2))
    assert first == again
    assert first.pseudonym == candidates[first.index]


def test_lot_purpose_ordinal_and_seed_each_change_the_draw() -> None:
    candidates = [f"{number:012x}" for number in range(1_000_003)]
    lot = lot_number(1)
    first = draw(seed=SEED, lot=lot, purpose="maker", ordinal=1, candidates=candidates)
    others = [
        draw(seed=CENTRE, lot=lot, purpose="maker", ordinal=1, candidates=candidates),
        draw(seed=SEED, lot=lot_number(2), purpose="maker", ordinal=1, candidates=candidates),
        draw(seed=SEED, lot=lot, purpose="decider", ordinal=1, candidates=candidates),
        draw(seed=SEED, lot=lot, purpose="maker", ordinal=2, candidates=candidates),
    ]
    assert first.index not in [other.index for other in others]


def test_values_of_the_incomplete_last_lap_are_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "_VALUE_BYTES", 1)
    monkeypatch.setattr(drawing, "_VALUES", 256)
    candidates = [f"{number:02x}" for number in range(129)]
    drawn = [draw(seed=SEED, lot=lot_number(n), purpose="maker", ordinal=1, candidates=candidates) for n in range(64)]
    assert max(one.rounds for one in drawn) > 1


def test_nobody_and_bad_input_are_refused() -> None:
    with pytest.raises(NobodyToDraw):
        draw(seed=SEED, lot=SEED, purpose="maker", ordinal=1, candidates=[])
    with pytest.raises(ValueError, match="from 1"):
        draw(seed=SEED, lot=SEED, purpose="maker", ordinal=0, candidates=["a"])
    with pytest.raises(ValueError, match="32"):
        draw(seed=b"short", lot=SEED, purpose="maker", ordinal=1, candidates=["a"])
    with pytest.raises(ValueError, match="supervisor"):
        seed_of(centre_half=CENTRE, supervisor_half=b"")


def test_a_commitment_binds_pool_day_side_and_half() -> None:
    one = commitment(pool=POOL, day=DAY, side="centre", half=CENTRE)
    assert one != commitment(pool=UUID(int=1), day=DAY, side="centre", half=CENTRE)
    assert one != commitment(pool=POOL, day=date(2026, 9, 19), side="centre", half=CENTRE)
    assert one != commitment(pool=POOL, day=DAY, side="supervisor", half=CENTRE)
    assert one != commitment(pool=POOL, day=DAY, side="centre", half=SUPERVISOR)


def test_candidates_come_in_the_order_of_pseudonyms_without_the_excluded() -> None:
    roster = [Entry("c", "maker"), Entry("a", "maker"), Entry("b", "clerk"), Entry("d", "maker")]
    assert candidates_of(roster, role="maker", excluded=["d", "unknown"]) == ["a", "c"]
    assert roster_digest(roster) == roster_digest(reversed(roster))
    assert roster_digest(roster) != roster_digest(roster[1:])
