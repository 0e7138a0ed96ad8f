"""12 and 13: who read what is on record; and the record holds no personal data."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from yimen.oversight.invariants.hats import MARK
from yimen.oversight.question import LOGIN, Answer, Asking, count, over_streams
from yimen.pure.identifiers import IdentifierError, check_resident_id
from yimen.record import statement

# Someone who wears a hat of the case, was drawn for it, supervises, or served a party of it at the window on that day.
_STRANGERS: Final = f"""
    select r.stream, r.role, count(*) as readings, min(r.at) as at
    from casework_reading r join record_stream s on s.id = r.stream cross join record_clock k
    where not exists (select 1 from record_hat h where h.stream = r.stream and h.person = r.person)
      and not exists (select 1 from record_event e where e.stream = r.stream and e.kind in (select p.kind from record_purpose p)
                      and e.facts::jsonb ->> 'mark' = encode({MARK.format(stream="r.stream", person="r.person")}, 'hex'))
      and not (r.role = 'supervisor' and exists (select 1 from registry_post o where o.person = r.person and o.role = 'supervisor'))
      and not (r.role = 'clerk' and exists (
          select 1 from record_hat h
          join casework_visit v on v.person = h.person and v.day = (r.at at time zone k.zone)::date
          join record_event e on e.stream = v.stream and e.kind = 'visit.window_drawn'
          where h.stream = r.stream and h.hat = 'applicant'
            and e.facts::jsonb ->> 'mark' = encode({MARK.format(stream="v.stream", person="r.person")}, 'hex')))
    group by r.stream, r.role order by r.stream
"""  # noqa: S608 - made of the constant above
RESIDENT: Final = r"\m[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]\M"
MOBILE: Final = r"\m1[3-9]\d{9}\M"
_SUSPECT: Final = f"""
    select e.stream, e.number, e.kind, e.facts from record_event e
    where e.stream > %(after)s::uuid and e.stream <= %(upto)s::uuid
      and (octet_length(e.facts) <> length(e.facts) or e.facts like '%%@%%' or e.facts ~ '{RESIDENT}' or e.facts ~ '{MOBILE}')
"""  # noqa: S608 - made of the constants above
NUMBERS: Final = {"tracking", "reference"}  # of parcels and payments: they may look like a telephone's


def entitled(asking: Asking) -> Answer:
    """Invariant 12: is every reading of a file on record one by somebody who could see the case?"""
    answer = Answer(
        looked_at={"readings": count("casework_reading")},
        notes=["readings of a draft that was never filed are kept, and cannot be judged under this login"],
    )
    for row in statement.rows(LOGIN, _STRANGERS):
        answer.fault(
            f"stream {row['stream']}: {row['readings']} readings as {row['role']} by a stranger, since {row['at'].isoformat()}"
        )
    return answer


def impersonal(asking: Asking) -> Answer:
    """Invariant 13: do the facts of no event look like personal data: names, identity numbers, telephones, addresses?"""
    answer = Answer(looked_at={"events": count("record_event")})
    for row in over_streams(_SUSPECT, asking):
        for name, what in _personal(json.loads(row["facts"]), ""):
            answer.fault(f"stream {row['stream']} event {row['number']} ({row['kind']}): {name} holds {what}")
    return answer


def _personal(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """The facts that look like personal data, by name; never their content."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _personal(inner, str(key) if str(key).isascii() else "a name of a fact")
            if not str(key).isascii():
                yield "a name of a fact", "words"
    elif isinstance(value, list):
        for inner in value:
            yield from _personal(inner, name)
    elif isinstance(value, str) and (what := _looks_like(value, numbers=name not in NUMBERS)):
        yield name, what


def _looks_like(text: str, *, numbers: bool) -> str:
    if not text.isascii():
        return "words or a name"
    if "@" in text:
        return "an e-mail address"
    if not numbers:
        return ""
    if re.search(MOBILE.replace(r"\m", r"\b").replace(r"\M", r"\b"), text):
        return "a telephone number"
    return "an identity number" if any(map(_is_resident, re.findall(r"\b\d{17}[\dXx]\b", text))) else ""


def _is_resident(number: str) -> bool:
    try:
        check_resident_id(number)
    except IdentifierError:
        return False
    return True
