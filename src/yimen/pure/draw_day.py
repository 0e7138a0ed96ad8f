"""One public day of draws, read strictly and recomputed from nothing but itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from yimen.pure.draw import HASH_BYTES, Entry

_T = TypeVar("_T")


class DayMalformed(ValueError):
    """The data of a day cannot be read; `field` says where."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDraw:
    """One draw as published. `hash` and `number` are those of its event, so that it can be found in
    the record.
    """

    stream: UUID
    lot: bytes
    purpose: str
    role: str
    ordinal: int
    excluded: tuple[str, ...]
    same_as: tuple[UUID, str] | None
    chosen: str
    hash: bytes
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDay:
    """One pool's day as published; what is not committed to or revealed yet is None."""

    pool: UUID
    day: date
    centre_commitment: bytes
    supervisor_commitment: bytes | None
    centre_half: bytes | None
    supervisor_half: bytes | None
    roster: tuple[Entry, ...]
    roster_digest: bytes
    draws: tuple[PublicDraw, ...]


def read_day(data: object) -> PublicDay:
    """Read the public JSON of a day.

    Refuses: DayMalformed, naming the first field that is missing, of another type or not in its
    form.
    """
    day = _Reader(data, "day")
    return PublicDay(
        pool=day.get("pool", _uuid),
        day=day.get("day", _date),
        centre_commitment=day.get("centre_commitment", _hash),
        supervisor_commitment=day.get("supervisor_commitment", _hash_or_none),
        centre_half=day.get("centre_half", _hash_or_none),
        supervisor_half=day.get("supervisor_half", _hash_or_none),
        roster=tuple(_entry(item) for item in day.items("roster")),
        roster_digest=day.get("roster_digest", _hash),
        draws=tuple(_draw(item) for item in day.items("draws")),
    )


class _Reader:
    """A JSON object with the path at which it stands."""

    def __init__(self, data: object, path: str) -> None:
        if not isinstance(data, Mapping):
            raise DayMalformed(path, "is not an object")
        self._data = data
        self._path = path

    def get(self, name: str, read: Callable[[object], _T]) -> _T:
        path = f"{self._path}.{name}"
        if name not in self._data:
            raise DayMalformed(path, "is missing")
        try:
            return read(self._data[name])
        except (TypeError, ValueError) as error:
            raise DayMalformed(path, str(error)) from error

    def items(self, name: str) -> "list[_Reader]":
        path = f"{self._path}.{name}"
        return [_Reader(item, f"{path}[{place}]") for place, item in enumerate(self.get(name, _list))]


def _entry(item: _Reader) -> Entry:
    return Entry(pseudonym=item.get("pseudonym", _text), role=item.get("role", _text))


def _draw(item: _Reader) -> PublicDraw:
    return PublicDraw(
        stream=item.get("stream", _uuid),
        lot=item.get("lot", _hash),
        purpose=item.get("purpose", _text),
        role=item.get("role", _text),
        ordinal=item.get("ordinal", _counting),
        excluded=tuple(item.get("excluded", _texts)),
        same_as=item.get("same_as", _same_as),
        chosen=item.get("chosen", _text),
        hash=item.get("hash", _hash),
        number=item.get("number", _counting),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("is not text")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("is not a list")
    return value


def _texts(value: object) -> list[str]:
    return [_text(item) for item in _list(value)]


def _counting(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 1 << 63:
        raise ValueError("is not a number from 1")
    return value


def _uuid(value: object) -> UUID:
    return UUID(_text(value))


def _date(value: object) -> date:
    return date.fromisoformat(_text(value))


def _hash(value: object) -> bytes:
    raw = bytes.fromhex(_text(value))
    if len(raw) != HASH_BYTES:
        raise ValueError(f"is {len(raw)} bytes and not {HASH_BYTES}")
    return raw


def _hash_or_none(value: object) -> bytes | None:
    return None if value is None else _hash(value)


def _same_as(value: object) -> tuple[UUID, str] | None:
    if value is None:
        return None
    earlier = _Reader(value, "same_as")
    return earlier.get("stream", _uuid), earlier.get("purpose", _text)
