"""A revision in words at a terminal: what changes in each item, which rules it breaks, and what was done to it by whom."""

from collections.abc import Iterator
from typing import Final, Literal

from django.utils import timezone

from yimen.pure.item_differences import Difference, differences
from yimen.pure.item_fields import SEVERAL, Field
from yimen.pure.item_rules import Finding
from yimen.registry.revision import Cancelled, Revision

Language = Literal["zh", "en"]
STEPS: Final = {
    "revision.opened": "drafted",
    "revision.saved": "drafted again",
    "revision.submitted": "submitted",
    "revision.returned": "sent back",
    "revision.withdrawn": "withdrawn",
    "revision.published": "published",
}


def said(one: Field, value: str | None, language: Language) -> str:
    """Return a value with the words of its code."""
    words = [one.codes[code][language == "en"] for code in (value or "").split(SEVERAL) if code in one.codes]
    return f"{value} ({', '.join(words)})" if words else value or "-"


def told(found: Revision, language: Language) -> Iterator[str]:
    """Say a revision line by line."""
    yield f"revision {found.stream}: {found.state}"
    yield f"why: {found.why}"
    yield f"hash of the draft: {found.draft}"
    for item in found.items:
        follows = f"a version after version {item.base}" if item.base else "a new item"
        yield ""
        yield f"{item.code} {item.rows.said('name')} / {item.rows.said('name_en')}: {follows}"
        changed = list(differences(item.before, item.rows))
        yield from (f"  {_line(one, language)}" for one in changed)
        if not changed:
            yield "  nothing changes"
    for code in found.ends:
        yield ""
        yield f"{code} {' / '.join(found.names.get(code, ()))}: ends"
    for one in found.cancels:
        yield ""
        yield f"{one.code} {' / '.join(found.names.get(one.code, ()))}: {_cancelled(one)}"
    yield ""
    yield from (f"published meanwhile, draft again from it: {code}" for code in found.moved)
    yield from (f"breaks a rule: {finding(one, language)}" for one in found.findings)
    if not found.findings:
        yield "breaks no rule"
    yield "steps:"
    for step in found.steps:
        at = timezone.localtime(step.at)
        yield f"  {step.number}. {at:%Y-%m-%d %H:%M} {STEPS[step.kind]} by {step.name_zh} ({step.name_en}): {step.why}"


def _cancelled(one: Cancelled) -> str:
    if one.begins is None:
        return "does not end as published, and goes on"
    return f"version {one.base}, which would begin {timezone.localtime(one.begins):%Y-%m-%d %H:%M}, is cancelled"


def finding(one: Finding, language: Language) -> str:
    """Say where an item breaks which rule, and what would satisfy it."""
    return f"{one.item} {one.sheet}:{one.place} {one.name}: {one.rule}: {one.satisfied_by(language)}"


def _line(one: Difference, language: Language) -> str:
    where = "" if one.sheet == "items" else f"{one.sheet} {one.key}, " if one.key else f"{one.sheet}, "
    name = f"{where}{one.field} ({one.asked.en if language == 'en' else one.asked.zh})"
    before, after = said(one.asked, one.before, language), said(one.asked, one.after, language)
    return f"{name}: {before} → {after}" if one.before else f"{name}: {after}"
