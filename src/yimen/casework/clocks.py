"""What concerns the clocks of many cases: counting them again when the calendar changed, and what cases really took."""

from typing import Any

from yimen.record import statement

BATCH = 200


def recount() -> int:
    """
    Count the next open cases again after a change of the calendar. Returns how many were looked at; 0 when nothing is to do now.

    Each call is one statement and one transaction, and begins where the last one ended. Closed cases and stopped clocks never change.

    Records: case.recounted, for each case of which a date moved.
    """
    return int(statement.value("worker", "select casework_recount(%s)", [BATCH]))


def took(*, item: str, login: str) -> dict[str, Any] | None:
    """
    Return what the last decided cases of an item took without the time they stood still, in the unit of its promise; None where
    none was decided.
    """
    found: dict[str, Any] | None = statement.document(login, "select casework_took(%s)", [item])
    return found
