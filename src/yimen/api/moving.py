"""How a route does a move: whoever holds the token does it, after the last event she saw, under the key she sent."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from yimen.api.answer import answer, receipt
from yimen.api.asked import Seen
from yimen.api.token import session_of
from yimen.record.events import Recorded


def moved(
    move: Callable[..., Recorded], request: HttpRequest, case: UUID, given: Seen, key: UUID, **more: Any
) -> HttpResponse:
    """Do a move of a case with what was sent, and answer with its receipt."""
    told = {**given.dict(), **more}
    return answer(receipt(move(case=case, session=session_of(request), key=key, **told)))
