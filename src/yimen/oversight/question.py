"""A question to a running installation, and its plain answer: does it hold, what was looked at, and if not, where and what to do."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from yimen.oversight.record_check import Outside, Progress
from yimen.record import statement

LOGIN: Final = "oversight"
STREAMS: Final = 20_000  # looked at by one statement
MOST: Final = 20  # faults told of one answer; all are counted
FIRST: Final = UUID(int=0)
_UPTO: Final = """
    select (array_agg(x.id order by x.id desc))[1] as upto, count(*) as streams
    from (select s.id from record_stream s where s.id > %s::uuid order by s.id limit %s::int) x
"""


class CannotAsk(Exception):
    """A question that cannot be answered here; the message says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How to ask: under which names the installation's roles go, what lies outside the database, and whether to be quick."""

    installation: str
    outside: Outside
    quick: bool = False
    progress: Progress = lambda _: None


@dataclass(kw_only=True)
class Answer:
    """What was looked at, by name and number; the first faults, and how many there are; what else is worth knowing."""

    looked_at: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    count: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.count == 0

    def fault(self, *found: str) -> None:
        self.faults += found[: MOST - len(self.faults)] if len(self.faults) < MOST else []
        self.count += len(found)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question about one of the fourteen, how it is asked, and what to do when the answer is no."""

    name: str
    invariant: int
    asks: str
    todo: str
    ask: Callable[[Asking], Answer]
    reads: str = ""  # "streams" or "record", when it reads all of them and takes long


def over_streams(sql: str, asking: Asking) -> Iterator[statement.Row]:
    """Run a statement over all streams, so many at a time: `%(after)s` < stream <= `%(upto)s`."""
    after: UUID | None = FIRST
    while after is not None:
        part = statement.row(LOGIN, _UPTO, [after, STREAMS])
        if part["upto"] is not None:
            yield from statement.rows(LOGIN, sql, {"after": after, "upto": part["upto"]})
        asking.progress(part["streams"])
        after = part["upto"]


def told(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Rows of a stream, an event of it (or none) and what is wrong, in words."""
    return [
        f"stream {row['stream']}{' event ' + str(row['number']) if row.get('number') else ''}: {row['what']}"
        for row in rows
    ]


def count(sql: str) -> int:
    return int(statement.value(LOGIN, f"select count(*) from {sql}"))  # noqa: S608 - the tables are named in this folder
