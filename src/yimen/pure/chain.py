"""The chain of one stream: each event holds the hash of the one before, and a stranger can
recompute both.

Only public fields are hashed in the clear. Who acted is hidden behind a mark that is the same
within one stream and different in any other: it shows that hats are worn by different people
without telling who they are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from yimen.pure.framing import digest, int8

FIRST_PREV = bytes(32)
RUNNING_START = bytes(32)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The public fields of one event; what is absent is empty text, empty bytes or no key."""

    stream: UUID
    number: int
    kind: str
    at: datetime
    login: str
    facts: str
    prev: bytes
    hash: bytes
    mark: bytes = b""
    role: str = ""
    hat: str = ""
    key: UUID | None = None


class ChainBroken(ValueError):
    """The event at which a chain stops being true, and why.

    `reason` is one of `empty`, `stream`, `number`, `mark`, `time`, `prev`, `hash`, `head`, `hat`.
    """

    def __init__(self, number: int, reason: str, message: str) -> None:
        super().__init__(f"event {number}: {message}")
        self.number = number
        self.reason = reason


def mark(*, stream: UUID, person: UUID) -> bytes:
    """Return the sign under which a person appears in one stream."""
    return digest("yimen.actor.v1", stream.bytes, person.bytes)


def microseconds(at: datetime) -> int:
    """Return the exact microseconds since 1970 UTC; a time without a zone is refused."""
    if at.tzinfo is None:
        raise ValueError("a time on the record needs its zone")
    return (at - _EPOCH) // timedelta(microseconds=1)


def event_hash(event: Event) -> bytes:
    """Return the hash the event must have; its own `hash` field is not looked at."""
    return digest(
        "yimen.event.v1",
        event.stream.bytes,
        int8(event.number),
        event.prev,
        event.kind,
        int8(microseconds(event.at)),
        event.mark,
        event.role,
        event.hat,
        event.login,
        event.key.bytes if event.key else b"",
        event.facts,
    )


def check_chain(events: Sequence[Event], *, head: bytes | None = None) -> None:
    """Check a whole stream from its first event to its last, and against the head a witness holds
    if one is given.

    1. there is an event, and every event is of the same stream
    2. numbers go 1, 2, 3 without a gap, in this order
    3. a mark is absent or 32 bytes, and a time has its zone
    4. each event holds the hash of the one before (32 zero bytes for the first)
    5. each hash is the hash of its event
    6. the last hash is the head

    Times are not compared: the database stamps them under the stream's lock, but a clock may be set
    back.

    Refuses: ChainBroken, with the number of the first event at fault.
    """
    if not events:
        raise ChainBroken(1, "empty", "the stream has no event")
    prev = FIRST_PREV
    for number, event in enumerate(events, start=1):
        _check_link(event, number, events[0].stream, prev)
        prev = event.hash
    if head is not None and prev != head:
        raise ChainBroken(len(events), "head", "its hash is not the head that was handed out")


def check_hats(events: Iterable[Event]) -> dict[bytes, str]:
    """Return which mark wears which hat, having checked that nobody wears two.

    Refuses: ChainBroken with reason `hat`, at the first event where a mark appears under a second
    hat.
    """
    worn: dict[bytes, str] = {}
    for event in events:
        if not event.mark or not event.hat:
            continue
        if worn.setdefault(event.mark, event.hat) != event.hat:
            message = f"whoever wears the hat {event.hat} wore {worn[event.mark]} before"
            raise ChainBroken(event.number, "hat", message)
    return worn


def running(before: bytes, event: bytes) -> bytes:
    """Return the running hash over all events once one more event hash, in order of place, is
    added.

    The first step starts from `RUNNING_START`.
    """
    if len(before) != _HASH_BYTES or len(event) != _HASH_BYTES:
        raise ValueError("a running hash goes on from 32 bytes with 32 bytes")
    return digest("yimen.running.v1", before, event)


def _check_link(event: Event, number: int, stream: UUID, prev: bytes) -> None:
    if event.stream != stream:
        raise ChainBroken(number, "stream", "it belongs to another stream")
    if event.number != number:
        raise ChainBroken(number, "number", f"in its place stands an event numbered {event.number}")
    if len(event.mark) not in (0, _HASH_BYTES):
        raise ChainBroken(number, "mark", "its mark is not 32 bytes")
    if event.at.tzinfo is None:
        raise ChainBroken(number, "time", "its time has no zone")
    if event.prev != prev:
        raise ChainBroken(number, "prev", "it does not hold the hash of the event before")
    if event.hash != event_hash(event):
        raise ChainBroken(number, "hash", "its hash is not the hash of its fields")
