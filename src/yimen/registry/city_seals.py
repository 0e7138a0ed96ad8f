"""The seals of a city folder: whose they are, what for, and in which centre's custody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yimen.registry.city_places import Agency, Centre, code
from yimen.registry.city_tables import BadField, Findings, check_unique, counting, read_rows

# The agency's own seal, under which certificates are made, and its special seal for approvals.
SEAL_KINDS = ("licence", "approval")
_LARGEST_MM = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    code: str
    kind: str
    name_zh: str
    name_en: str
    agency: str
    centre: str
    diameter_mm: int


def read_seals(
    folder: Path,
    agencies: Mapping[str, Agency],
    centres: Mapping[str, Centre],
    findings: Findings,
) -> tuple[Seal, ...]:
    columns = ("code", "kind", "name_zh", "name_en", "agency", "centre", "diameter_mm")
    read = []
    for row in read_rows(folder, "seals.csv", columns, findings):
        seal = Seal(
            code=row.get("code", code, ""),
            kind=row.one_of("kind", SEAL_KINDS),
            name_zh=row.text("name_zh"),
            name_en=row.text("name_en"),
            agency=row.text("agency"),
            centre=row.text("centre"),
            diameter_mm=row.get("diameter_mm", _diameter, 0),
        )
        if seal.agency and seal.agency not in agencies:
            row.fault("agency", "reference.unknown", f"no agency has the code {seal.agency}")
        if seal.centre and seal.centre not in centres:
            row.fault("centre", "reference.unknown", f"no centre has the code {seal.centre}")
        read.append((row, seal))
    whole = [(row, seal) for row, seal in read if row.whole]
    check_unique(whole, "code", lambda seal: seal.code)
    check_unique(whole, "kind", lambda seal: (seal.agency, seal.centre, seal.kind))
    return tuple(seal for _, seal in whole)


def check_item_seals(seals: Sequence[Seal], items_at: Iterable[tuple[str, str]], findings: Findings) -> None:
    """Note every agency with an item at a place (agency and place by their codes) where nobody could seal its certificates."""
    held = {(seal.agency, seal.centre, seal.kind) for seal in seals}
    for agency, place in sorted(set(items_at)):
        for kind in SEAL_KINDS:
            if (agency, place, kind) not in held:
                message = f"{agency} has an item but no {kind} seal at {place}"
                findings.error("seals.csv", None, "agency", "seal.missing", message)


def _diameter(raw: str) -> int:
    found = counting(raw)
    if found > _LARGEST_MM:
        message = f"a department's round seal is at most {_LARGEST_MM} mm across"
        raise BadField("seal.too_large", message)
    return found
