"""The head of the record, signed every minute: what is signed, and the line in which it is kept outside the database."""

from dataclasses import dataclass
from datetime import datetime

from yimen.pure.chain import microseconds
from yimen.pure.framing import frame, int8


@dataclass(frozen=True)
class Minute:
    """One signed minute: the place of the last event, the running hash up to it, when, and the signature (DER)."""

    place: int
    running: bytes
    at: datetime
    signature: bytes


class MinuteMalformed(ValueError):
    """A line that is not a signed minute."""


def minute_message(*, place: int, running: bytes, at: datetime) -> bytes:
    """Return the bytes that the record key signs."""
    return frame("yimen.minute.v1") + frame(int8(place)) + frame(running) + frame(int8(microseconds(at)))


def minute_line(*, place: int, running: bytes, at: datetime, signature: bytes) -> str:
    """Return a minute as a line of text: place, running hash, time, signature."""
    return f"{place} {running.hex()} {at.isoformat()} {signature.hex()}\n"


def read_minute(line: str) -> Minute:
    """Read a line back. Refuses: MinuteMalformed."""
    try:
        place, running, at, signature = line.split()
        return Minute(int(place), bytes.fromhex(running), datetime.fromisoformat(at), bytes.fromhex(signature))
    except ValueError as error:
        raise MinuteMalformed(line.strip()) from error
