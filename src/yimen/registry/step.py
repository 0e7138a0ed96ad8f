"""What was done to a revision of items or a change of places."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The number and kind of the event, when, by whom, and why."""

    number: int
    kind: str
    at: datetime
    name_zh: str
    name_en: str
    why: str
