"""What editors and reviewers look at while they keep the catalogue: whose it is, and what could be shared. Functions: keeping.sql."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from yimen.record import statement
from yimen.record.events import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """
    Who keeps the catalogue: her role, the agency (code, name_zh/en) whose items she edits, empty for those of all; and the places whose
    items she edits or reviews, None for those of all.
    """

    role: str
    code: str
    name_zh: str
    name_en: str
    places: Sequence[UUID] | None


class Place(NamedTuple):
    """After which row a page of `still_asked` begins."""

    applicants: int
    code: str
    material: str


def keeper(*, session: Session) -> Keeper:
    """
    Return for whom somebody keeps the catalogue.

    Refuses: forbidden move.of_another_role (neither editor nor reviewer nor registrar).
    """
    found = statement.row(session.login, "select * from registry_keeper(%s)", [session.secret])
    said = {name: found[name] or "" for name in ("code", "name_zh", "name_en")}
    return Keeper(role=found["role"], places=found["places"], **said)


def still_asked(*, session: Session, limit: int = 50, past: Place | None = None) -> list[statement.Row]:
    """
    Return the materials that items of an agency ask for although the government holds them, those that most applicants had to hand in
    first: code, name_zh/en (of the item), material, material_zh/en, applicants (of the last twelve months), given_code/zh/en and
    given_agency_zh/en (the item that gives such a paper), shared_from (where another item has it from).

    Refuses: forbidden move.of_another_role.
    """
    sql = "select * from registry_still_asked(%s, %s::int, %s::int, %s, %s)"
    return statement.rows(session.login, sql, [session.secret, limit, *(past or (None, "", ""))])
