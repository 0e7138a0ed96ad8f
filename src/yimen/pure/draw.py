"""Who serves, examines and decides is drawn, and anyone can draw again.

The seed of a pool and day is made of two halves, the centre's and the supervisor's. Each was
committed to before the day and is revealed after it, so neither side could choose its half to fit
the other's. What is drawn for (the lot) is the hash of the first event of the case, fixed by the
database once the application was recorded. The same calculation is written in SQL beside the
migrations; a test compares the two.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from yimen.pure.framing import digest, frame, int8

Side = Literal["centre", "supervisor"]

# Which role of the roster each purpose draws from.
ROLE_OF_PURPOSE = {
    "window": "clerk",
    "counter": "clerk",
    "examiner": "examiner",
    "decider": "decider",
    "maker": "maker",
    "first_custodian": "custodian",
    "second_custodian": "custodian",
    "deliverer": "clerk",
}

HASH_BYTES = 32
_VALUE_BYTES = 7
_VALUES = 1 << (8 * _VALUE_BYTES)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of a day's roster: a person on duty under that day's pseudonym, and the role."""

    pseudonym: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a draw gave: whom, at which place among how many candidates, and in which round."""

    pseudonym: str
    index: int
    candidates: int
    rounds: int


class NobodyToDraw(ValueError):
    """No candidate is left: the role has nobody on the roster, or everybody wears another hat on
    the case.
    """


def commitment(*, pool: UUID, day: date, side: Side, half: bytes) -> bytes:
    """Return what one side publishes before the day, so that its half cannot change later."""
    _need(half, "a half of the seed")
    return digest("yimen.half.v1", pool.bytes, day.isoformat(), side, half)


def seed_of(*, centre_half: bytes, supervisor_half: bytes) -> bytes:
    """Return the day's seed, which neither half tells anything about."""
    _need(centre_half, "the centre's half")
    _need(supervisor_half, "the supervisor's half")
    return digest("yimen.seed.v1", centre_half, supervisor_half)


def roster_digest(roster: Iterable[Entry]) -> bytes:
    """Return the digest of a roster, which is committed to together with the halves."""
    fields = [field for entry in sorted(roster) for field in (entry.pseudonym, entry.role)]
    return digest("yimen.roster.v1", *fields)


def candidates_of(roster: Iterable[Entry], *, role: str, excluded: Collection[str] = ()) -> list[str]:
    """Return who may be drawn, in the order that counts: by pseudonym, without the excluded and the
    other roles.
    """
    return sorted({entry.pseudonym for entry in roster if entry.role == role} - set(excluded))


def draw(*, seed: bytes, lot: bytes, purpose: str, ordinal: int, candidates: Sequence[str]) -> Drawn:
    """Draw one of the candidates, each with exactly the same chance.

    A value of 56 bits is read from a hash; values in the incomplete last lap would favour the first
    candidates and are thrown away for the next round.

    Refuses: NobodyToDraw.
    """
    _need(seed, "the seed")
    _need(lot, "the lot")
    if ordinal < 1:
        raise ValueError("draws are numbered from 1")
    if not candidates:
        raise NobodyToDraw(purpose)
    count = len(candidates)
    limit = _VALUES - _VALUES % count
    fields = ("yimen.draw.v1", seed, lot, purpose, int8(ordinal))
    start = hashlib.sha256(b"".join(frame(field) for field in fields))
    rounds = 0
    while (value := _value(start, rounds)) >= limit:
        rounds += 1
    index = value % count
    return Drawn(pseudonym=candidates[index], index=index, candidates=count, rounds=rounds + 1)


def _value(start: "hashlib._Hash", round_number: int) -> int:
    state = start.copy()
    state.update(frame(int8(round_number)))
    return int.from_bytes(state.digest()[:_VALUE_BYTES], "big")


def _need(raw: bytes, what: str) -> None:
    if len(raw) != HASH_BYTES:
        raise ValueError(f"{what} is {len(raw)} bytes and not {HASH_BYTES}")
