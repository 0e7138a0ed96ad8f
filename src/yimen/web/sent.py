"""What forms bring back: ids, keys and places. What is garbled is refused in words; it breaks nothing."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from yimen.record.refusal import Refusal

DIGITS = 18  # as many as a number of the database can have


def id_of(text: str) -> UUID:
    """Return the id that a form names. Refuses: malformed move.malformed."""
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Refusal("malformed", "move.malformed") from wrong


def number_of(text: str) -> int:
    """Return the number that a form names. Refuses: malformed move.malformed."""
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise Refusal("malformed", "move.malformed")
    return int(text)


def before_of(request: HttpRequest, name: str) -> tuple[datetime, UUID] | None:
    """Return the row of a list before which a page goes on: its moment, and its id under a name. Refuses: malformed move.malformed."""
    if "before" not in request.GET:
        return None
    try:
        at = datetime.fromisoformat(request.GET["before"])
    except ValueError as wrong:
        raise Refusal("malformed", "move.malformed") from wrong
    if at.tzinfo is None:
        raise Refusal("malformed", "move.malformed")
    return at, id_of(request.GET.get(name, ""))


def key_of(request: HttpRequest) -> UUID:
    """Return the idempotency key of a form. Refuses: malformed move.malformed."""
    return id_of(request.POST.get("key", ""))


def once(request: HttpRequest) -> tuple[UUID, int]:
    """Return the key and the last event of the page that was sent. Refuses: malformed move.malformed."""
    return key_of(request), number_of(request.POST.get("after", ""))
