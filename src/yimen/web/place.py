"""The place in a list of filed cases, as an address carries it: when the last one shown was filed, and which it was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from yimen.casework.case import Filed
from yimen.record.refusal import Refusal


def place_in(request: HttpRequest) -> Filed | None:
    """
    The place that an address asks for, or nothing for the beginning.

    Refuses: malformed move.malformed.
    """
    if "before" not in request.GET:
        return None
    try:
        at, stream = datetime.fromisoformat(request.GET["before"]), UUID(request.GET.get("case", ""))
    except ValueError as wrong:
        raise Refusal("malformed", "move.malformed") from wrong
    if at.tzinfo is None:
        raise Refusal("malformed", "move.malformed")
    return at, stream


def place_of(row: Mapping[str, Any]) -> dict[str, str]:
    """What an address has to carry so that the next page begins after this row."""
    return {"before": row["filed_at"].isoformat(), "case": str(row["stream"])}
