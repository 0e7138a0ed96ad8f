"""What the hourly check found: open cases without a responsible person or a due date. Tables: oversight_hour, oversight_orphan."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yimen.record import statement

MOST: Final = 50
_SQL: Final = """
    select jsonb_build_object(
        'at', h.at, 'open_cases', h.open_cases, 'late', h.hour < date_trunc('hour', now() + c.ahead) - interval '1 hour',
        'found', (select coalesce(jsonb_agg(jsonb_build_object('stream', o.stream, 'number', k.number, 'lacks', o.lacks, 'found_at', o.found_at)
                                            order by o.found_at, o.stream, o.lacks), '[]')
                  from (select * from oversight_orphan x where x.gone_at is null order by x.found_at, x.stream limit %(most)s::int) o
                  left join casework_case k on k.stream = o.stream))
    from record_clock c left join lateral (select * from oversight_hour x order by x.hour desc limit 1) h on true
"""


@dataclass(frozen=True, kw_only=True)
class Look:
    """The last look at all open cases: when, how many there were, and what is open of what was found (the first 50)."""

    at: datetime | None
    open_cases: int
    late: bool
    found: list[dict[str, Any]]


def last_look() -> Look:
    """Return the last look. It is late when more than an hour was left out: no worker runs."""
    row = statement.document("oversight", _SQL, {"most": MOST})
    return Look(
        at=datetime.fromisoformat(row["at"]) if row["at"] else None,
        open_cases=row["open_cases"] or 0,
        late=row["at"] is None or row["late"],
        found=[one | {"found_at": datetime.fromisoformat(one["found_at"])} for one in row["found"]],
    )
