"""A revision for programs: what the interface answers and what commands print with `--json` is one shape."""

from collections.abc import Mapping
from typing import Any

from yimen.pure.item_differences import as_data, differences
from yimen.pure.item_rules import Whole
from yimen.registry.revision import Revision


def revision_as_data(found: Revision) -> dict[str, Any]:
    """Return a revision with its items beside the versions they follow, what changes in each, the rules they break, and every step."""
    return {
        "revision": found.stream,
        "state": found.state,
        "head": found.head,
        "why": found.why,
        "draft": found.draft,
        "items": [
            {
                "code": one.code,
                "base": one.base,
                "rows": rows_as_data(one.rows),
                "before": one.before and rows_as_data(one.before),
                "changes": as_data(differences(one.before, one.rows)),
            }
            for one in found.items
        ],
        "ends": list(found.ends),
        "cancels": [{"code": one.code, "base": one.base, "begins": one.begins} for one in found.cancels],
        "bases": found.bases,
        "moved": list(found.moved),
        "findings": [one.as_data() for one in found.findings],
        "steps": [
            {"number": one.number, "kind": one.kind, "at": one.at, "name_zh": one.name_zh, "name_en": one.name_en, "why": one.why}
            for one in found.steps
        ],
    }  # fmt: skip


def rows_as_data(whole: Whole) -> Mapping[str, Any]:
    """Return an item as it is given and answered: its own row, and the rows that belong to it."""
    stored = whole.as_rows()
    return {"item": stored.pop("items")[0], **stored}
