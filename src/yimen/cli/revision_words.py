"""A revision in words at a terminal: what changes in each item, which rules it breaks, and what was done to it by whom."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from django.utils import timezone

from yimen.pure.item_fields import SEVERAL, SHEETS, Field
from yimen.pure.item_rules import Finding, Row, Whole
from yimen.registry.revision import Revision

Language = Literal["zh", "en"]
STEPS: Final = {
    "revision.opened": "drafted",
    "revision.saved": "drafted again",
    "revision.submitted": "submitted",
    "revision.returned": "sent back",
    "revision.withdrawn": "withdrawn",
    "revision.published": "published",
}
# The database numbers versions, and rows by their places.
_NOT_TOLD: Final = {"version", "handling_code", "order"}


class Change(NamedTuple):
    """A field that says another thing than before; `row` is the code (or place) of a material, fee or question, empty for the item."""

    sheet: str
    row: str
    field: Field
    before: str
    after: str


def changes(before: Whole | None, after: Whole) -> list[Change]:
    """Return what an item says otherwise than the version it follows; of a new one, all that it says."""
    old = before.as_rows() if before else {}
    return [
        change
        for sheet, rows in after.as_rows().items()
        for change in _of_sheet(sheet, _named(sheet, old.get(sheet, [])), _named(sheet, rows))
    ]


def _of_sheet(sheet: str, old: Mapping[str, Row], new: Mapping[str, Row]) -> Iterator[Change]:
    for row in dict.fromkeys([*new, *old]):
        for one in SHEETS[sheet]:
            before, after = (rows.get(row, {}).get(one.name, "") for rows in (old, new))
            if before != after and (one.name not in _NOT_TOLD or (sheet == "items" and one.name == "handling_code")):
                yield Change(sheet, row, one, before, after)


def _named(sheet: str, rows: Sequence[Row]) -> dict[str, Row]:
    """Rows by what they are called: materials and fees by their code, questions by their place; there is one of the item."""
    found: dict[str, Row] = {}
    for place, row in enumerate(rows, 1):
        name = "" if sheet == "items" else row.get("code") or str(place)
        found[name if name not in found else f"{name} ({place})"] = row
    return found


def said(one: Field, value: str, language: Language) -> str:
    """Return a value with the words of its code."""
    words = [one.codes[code][language == "en"] for code in value.split(SEVERAL) if code in one.codes]
    return f"{value} ({', '.join(words)})" if words else value or "-"


def told(found: Revision, language: Language) -> Iterator[str]:
    """Say a revision line by line."""
    yield f"revision {found.stream}: {found.state}"
    yield f"why: {found.why}"
    yield f"hash of the draft: {found.draft}"
    for item in found.items:
        follows = f"version {item.base + 1}, after version {item.base}" if item.base else "a new item"
        yield ""
        yield f"{item.code} {item.rows.said('name')} / {item.rows.said('name_en')}: {follows}"
        changed = changes(item.before, item.rows)
        yield from (f"  {_line(one, language)}" for one in changed)
        if not changed:
            yield "  nothing changes"
    for code in found.ends:
        yield ""
        yield f"{code} {' / '.join(found.names.get(code, ()))}: ends"
    yield ""
    yield from (f"published meanwhile, draft again from it: {code}" for code in found.moved)
    yield from (f"breaks a rule: {finding(one, language)}" for one in found.findings)
    if not found.findings:
        yield "breaks no rule"
    yield "steps:"
    for step in found.steps:
        at = timezone.localtime(step.at)
        yield f"  {step.number}. {at:%Y-%m-%d %H:%M} {STEPS[step.kind]} by {step.name_zh} ({step.name_en}): {step.why}"


def finding(one: Finding, language: Language) -> str:
    """Say where an item breaks which rule, and what would satisfy it."""
    return f"{one.item} {one.sheet}:{one.place} {one.name}: {one.rule}: {one.satisfied_by(language)}"


def _line(one: Change, language: Language) -> str:
    where = f"{one.sheet} {one.row}, " if one.row else ""
    name = f"{where}{one.field.name} ({one.field.en if language == 'en' else one.field.zh})"
    before, after = said(one.field, one.before, language), said(one.field, one.after, language)
    return f"{name}: {before} → {after}" if one.before else f"{name}: {after}"


def as_data(found: Revision) -> dict[str, Any]:
    """Return a revision for scripts."""
    return {
        "revision": str(found.stream),
        "state": found.state,
        "head": found.head,
        "why": found.why,
        "draft": found.draft,
        "items": [
            {
                "code": item.code,
                "base": item.base,
                "changes": [
                    {
                        "sheet": one.sheet,
                        "row": one.row,
                        "field": one.field.name,
                        "before": one.before,
                        "after": one.after,
                    }
                    for one in changes(item.before, item.rows)
                ],
            }
            for item in found.items
        ],
        "ends": [{"code": code, "name": " / ".join(found.names.get(code, ()))} for code in found.ends],
        "moved": list(found.moved),
        "findings": [
            {
                "item": one.item,
                "sheet": one.sheet,
                "row": one.place,
                "field": one.name,
                "rule": one.rule,
                "satisfied_by": one.satisfied_by("en"),
            }
            for one in found.findings
        ],
        "steps": [
            {
                "number": one.number,
                "kind": one.kind,
                "at": one.at.isoformat(),
                "by": one.name_en,
                "by_zh": one.name_zh,
                "why": one.why,
            }
            for one in found.steps
        ],
    }
