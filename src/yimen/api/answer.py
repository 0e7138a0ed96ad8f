"""Answers: JSON as the database gave it, and pages of a list."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final, TypeVar
from uuid import UUID

from django.http import HttpResponse

from yimen.record.events import Recorded
from yimen.record.refusal import Refusal

MOST: Final = 100
T = TypeVar("T")


def answer(data: object, *, status: int = 200, public_seconds: int = 0) -> HttpResponse:
    """Answer with JSON; kept by nobody unless it is public."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    response = HttpResponse(body, status=status, content_type="application/json")
    response["Cache-Control"] = f"public, max-age={public_seconds}" if public_seconds else "no-store"
    return response


def _plain(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(type(value).__name__)


def receipt(recorded: Recorded, **more: object) -> dict[str, object]:
    """What anyone is handed for an event: enough to find it on the record, and to prove that it was not rewritten."""
    return {
        "case": recorded.stream,
        "state": recorded.state,
        "receipt": {
            "stream": recorded.stream,
            "number": recorded.number,
            "hash": recorded.hash,
            "at": recorded.at,
        },
        "retried": recorded.retried,
        **more,
    }


def page(rows: Sequence[Mapping[str, Any]], *, limit: int, place: Sequence[str]) -> dict[str, object]:
    """A page of a list; `next` is the cursor to the rows after its last, if there may be any."""
    more = len(rows) == limit
    return {"items": rows, "next": cursor_of([rows[-1][name] for name in place]) if more else None}


def cursor_of(values: Sequence[object]) -> str:
    plain = [value if isinstance(value, int | str) else _plain(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def filed(at: str, stream: str) -> tuple[datetime, UUID]:
    """The place of a case in a list of what was filed. Refuses: a moment without its zone, as ValueError."""
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError(at)
    return moment, UUID(stream)


def saved(at: str, draft: str) -> tuple[datetime, UUID]:
    """The place of a draft in a list of what was saved. Refuses: as `filed`."""
    return filed(at, draft)


def since(at: str, stream: str) -> tuple[datetime, UUID]:
    """The place of a case in a list of what lies here. Refuses: as `filed`."""
    return filed(at, stream)


def read_cursor(cursor: str | None, read: Callable[..., T]) -> T | None:
    """Read a cursor with what makes a place of its parts. Refuses: malformed cursor.malformed."""
    if not cursor:
        return None
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        return read(*parts)
    except (ValueError, TypeError, AttributeError, binascii.Error) as wrong:
        raise Refusal("malformed", "cursor.malformed") from wrong
