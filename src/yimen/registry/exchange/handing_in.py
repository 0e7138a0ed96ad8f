"""
A file that an editor hands in on a page: what was read of it is kept until she has seen what it would change, and has it drafted.

Table: registry_reading. What was published since the file was made is kept: it is joined with what the file says of the same item.
"""

import json
import zlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from yimen.pure.item_differences import with_kept
from yimen.pure.item_merge import merged
from yimen.pure.item_rules import Whole, whole_of
from yimen.record import statement
from yimen.record.events import Session
from yimen.registry import keeping, revision
from yimen.registry.exchange.comparing import Changes, compare
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
    own = own_items(session=session)
    current = {whole.said("handling_code"): whole for _code, _version, whole in own}
    versions = {whole.said("handling_code"): version for _code, version, whole in own}
    absent = handed.reading.absent
    wholes, joined = _joined(handed.reading.wholes, current, versions, absent)
    changes = compare(current.values(), wholes, whole=handed.whole and handed.reading.complete, absent=absent)
    mark = sha256(json.dumps([(code, version) for code, version, _whole in own]).encode()).hexdigest()
    return Planned(changes=changes, joined=joined, bases={code: version for code, version, _whole in own}, mark=mark)


def own_items(*, session: Session, words: str = "") -> list[tuple[str, int, Whole]]:
    """
    Return the items that an editor keeps, those that have some words in their name or code: code, version and rows of the last published.

    Refuses: forbidden move.of_another_role (neither editor nor reviewer).
    """
    keeper = keeping.keeper(session=session)
    return list(revision.rows_of(agency=keeper.code or None, places=keeper.places, words=words))


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


def _joined(
    wholes: Sequence[Whole], current: Mapping[str, Whole], versions: Mapping[str, int], absent: Collection[str]
) -> tuple[list[Whole], frozenset[str]]:
    """What the file says, joined with what was published since of the items that it has in a former version; and which these are."""
    said = {one.said("handling_code"): one.said("version") for one in wholes}
    behind = {
        code: int(version)
        for code, version in said.items()
        if version.isdecimal() and 0 < int(version) < versions.get(code, 0)
    }
    codes = {current[code].said("implementation_code"): code for code in behind}
    asked = [list(codes), [behind[code] for code in codes.values()]]
    former = {
        codes[one["code"]]: whole_of(statement.read_json(one["rows"]))
        for one in statement.rows("registry", _FORMER, asked)
    }
    joined = []
    for one in wholes:
        code = one.said("handling_code")
        joined.append(
            merged(former[code], current[code], with_kept(former[code], one, absent=absent)) if code in former else one
        )
    return joined, frozenset(code for code, item in codes.items() if item in former)
