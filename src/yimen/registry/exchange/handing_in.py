"""
A file that an editor hands in on a page: what was read of it is kept until she has seen what it would change, and has it drafted.

Table: registry_reading. What was published since the file was made is kept: it is joined with what the file says of the same item.
"""

import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Final
from uuid import UUID

from yimen.pure.item_differences import with_kept
from yimen.pure.item_merge import merged
from yimen.pure.item_rules import Whole, whole_of
from yimen.record import statement
from yimen.record.events import Session
from yimen.registry import keeping, revision
from yimen.registry.drafting import AT_ONCE
from yimen.registry.exchange.comparing import Changes, compared
from yimen.registry.exchange.reading import Reading
from yimen.registry.exchange.remarks import Remark, Remarks
from yimen.registry.exchange.writing import rows_to_write

_AGENCY: Final = 18  # characters of the code of an item that are its agency's
_IMPLEMENTATION: Final = 31  # and its implementation's
_AGENCIES: Final = """
    select a.code from registry_agency a
    where a.ended_at is null and a.code = any (%s::text[])
      and exists (select 1 from registry_seal s where s.agency = a.id and (%s::uuid[] is null or s.centre = any (%s::uuid[])))
"""
_KNOWN: Final = """
    select i.code, max(i.version) filter (where i.ended_at is null) as stands, max(i.body ->> 'handling_code') filter (where i.ended_at is null) as handling,
           coalesce(bool_or(%s::uuid[] is null or i.centre = any (%s::uuid[])) filter (where i.ended_at is null), true) as within
    from registry_item i where i.code = any (%s::text[]) group by i.code
"""
_FORMER: Final = """
    select i.code, i.rows from registry_item i join unnest(%s::text[], %s::int[]) as x (code, version) on i.code = x.code and i.version = x.version
    where i.rows ? 'items'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A file that was read: its name, when, whether it is the whole catalogue of its editor, and what was read."""

    name: str
    at: datetime
    whole: bool
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """
    What taking a file would change. `joined`: the codes of items (of implementations) that were published again since the file was made;
    what was changed then is kept. `bases`: the versions that it was compared with, by code; `mark` (hex) says them all.
    """

    changes: Changes
    joined: frozenset[str]
    bases: Mapping[str, int]
    mark: str

    @property
    def items(self) -> list[Whole]:
        """The items that are new or another, as a draft takes them."""
        return [*self.changes.added, *(one.after for one in self.changes.changed)]

    @property
    def ends(self) -> list[str]:
        """The codes of the implementations that end."""
        return [one.said("implementation_code") for one in self.changes.ended]


def keep(*, name: str, whole: bool, reading: Reading, session: Session) -> UUID:
    """
    Keep what was read of a file, in the place of what its editor handed in before, and return its id. What no draft of hers can hold is left
    out of it and said: items of other agencies, items that ended, and codes that mean another item.

    Refuses: forbidden move.of_another_role (not an editor).
    """
    suited = suited_to(reading, session=session)
    told = {
        "whole": whole,
        "wholes": [{part.name: getattr(one, part.name) for part in fields(Whole)} for one in suited.wholes],
        "remarks": [asdict(one) for one in suited.remarks],
        "counts": suited.counts,
        "rows": suited.rows,
        "left_out": suited.left_out,
        "absent": sorted(suited.absent),
    }
    packed = zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 1)
    sql = "select registry_keep_reading(%s, %s, %s::bytea)"
    return UUID(str(statement.value(session.login, sql, [session.secret, name, packed])))


def kept(*, reading: UUID, session: Session) -> HandedIn:
    """
    Return what was read of the file that this editor handed in last.

    Refuses: missing reading.missing (another was handed in since, or a day is over; or it is somebody else's).
    """
    found = statement.row(session.login, "select * from registry_kept_reading(%s, %s::uuid)", [session.secret, reading])
    told: dict[str, Any] = json.loads(zlib.decompress(found["packed"]))
    read = Reading(
        wholes=[Whole(**one) for one in told["wholes"]],
        remarks=[Remark(**one) for one in told["remarks"]],
        counts=told["counts"],
        rows=told["rows"],
        left_out=told["left_out"],
        absent=frozenset(told["absent"]),
    )
    return HandedIn(name=found["name"], at=found["read_at"], whole=told["whole"], reading=read)


def plan(handed: HandedIn, *, session: Session) -> Planned:
    """
    Return what taking a file would change of the items that its editor keeps, as they are published now.

    Refuses: forbidden move.of_another_role.
    """
    given = {one.said("handling_code"): one for one in handed.reading.wholes}
    beside = _Beside(given=given, absent=handed.reading.absent)
    whole = handed.whole and handed.reading.complete
    pairs = beside.pairs(own_items(session=session))
    changes = compared(pairs, beside.given.values(), whole=whole, absent=handed.reading.absent)
    mark = sha256(json.dumps(list(beside.versions.items())).encode()).hexdigest()
    return Planned(changes=changes, joined=frozenset(beside.joined), bases=beside.versions, mark=mark)


def own_items(*, session: Session, words: str = "") -> Iterable[tuple[str, int, Whole]]:
    """
    Yield the items that an editor keeps, those that have some words in their name or code: code, version and rows of the last published.

    Refuses: forbidden move.of_another_role (neither editor nor reviewer).
    """
    keeper = keeping.keeper(session=session)
    return revision.rows_of(agency=keeper.code or None, places=keeper.places, words=words)


def suited_to(reading: Reading, *, session: Session) -> Reading:
    """
    Return the reading without what no draft of an editor can hold: items of other agencies, items that ended, and codes that mean another
    item. Each is said.

    Refuses: forbidden move.of_another_role.
    """
    keeper = keeping.keeper(session=session)
    agency, places = keeper.code, keeper.places
    codes = [one.said("handling_code")[:_IMPLEMENTATION] for one in reading.wholes]
    known = {one["code"]: one for one in statement.rows("registry", _KNOWN, [places, places, codes])}
    agencies = list({code[:_AGENCY] for code in codes})
    sealed = {one["code"] for one in statement.rows("registry", _AGENCIES, [agencies, places, places])}
    remarks = Remarks(told=list(reading.remarks), counts=Counter(reading.counts))
    taken: list[Whole] = []
    for one, code in zip(reading.wholes, codes, strict=True):
        of, last = code[:_AGENCY], known.get(code)
        item = one.said("handling_code")
        if agency and of != agency:
            remarks.say("item.of_another_agency", sheet="items", found=of, item=item)
        elif last and not last["within"]:
            remarks.say("item.of_another_place", sheet="items", found=code, item=item)
        elif not last and of not in sealed:
            remarks.say("item.agency_unknown", sheet="items", found=of, item=item)
        elif last and not last["stands"]:
            remarks.say("item.ended", sheet="items", found=code, item=item)
        elif last and last["handling"] != item:
            remarks.say("item.known_otherwise", sheet="items", found=item, more=last["handling"], item=item)
        elif not last and not one.said("implementation_code"):
            remarks.say("item.codes_apart", sheet="items", found=code, item=item)
        else:
            taken.append(one)
    out = rows_to_write(reading.wholes) - rows_to_write(taken)
    return replace(reading, wholes=taken, remarks=remarks.told, counts=remarks.counts, left_out=reading.left_out + out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """
    What a file says beside what is on record, by the code of the handling item: what is not beside anything yet, the versions that were
    looked at, and which of them were published since the file was made.
    """

    given: dict[str, Whole]
    absent: Collection[str]
    versions: dict[str, int] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)

    def pairs(self, own: Iterable[tuple[str, int, Whole]]) -> Iterator[tuple[Whole, Whole | None]]:
        """Each item on record beside what the file makes of it; what was published since the file was made is joined with what it says."""
        every = iter(own)
        while some := list(islice(every, AT_ONCE)):
            former = self._former(some)
            for code, version, current in some:
                self.versions[code] = version
                said = self.given.pop(current.said("handling_code"), None)
                if said is not None and code in former:
                    said = merged(former[code], current, with_kept(former[code], said, absent=self.absent))
                    self.joined.add(code)
                yield current, said

    def _former(self, some: Sequence[tuple[str, int, Whole]]) -> dict[str, Whole]:
        """By code of implementation the former versions of which the file was made."""
        behind = {}
        for code, version, current in some:
            said = self.given.get(current.said("handling_code"))
            made_of = said.said("version") if said else ""
            if made_of.isdecimal() and 0 < int(made_of) < version:
                behind[code] = int(made_of)
        found = statement.rows("registry", _FORMER, [list(behind), list(behind.values())]) if behind else []
        return {one["code"]: whole_of(statement.read_json(one["rows"])) for one in found}
