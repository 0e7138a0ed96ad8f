"""What the version of an item that is to come says differently from the one in force, as people would notice it."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from yimen.pure.item_codes import UNIT
from yimen.pure.item_fields import ITEM, SEVERAL, Field
from yimen.pure.item_rules import Row, Whole
from yimen.pure.yuan import figures
from yimen.web.elements import told
from yimen.web.shown import english
from yimen.web.words import period

_NOTICED: Final = frozenset(
    (
        *("name", "type", "objects", "conditions", "quantity_limit", "visits", "visits_reason", "handling_forms", "online", "elsewhere"),
        *("entered", "address", "consult_phone", "complaint_phone", "result_name", "express", "basis"),
    )
)  # fmt: skip


def announced(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return from when the next version of an item holds and what differs: each `name`, `before`, `after`; None if none is to come."""
    later = item["next"]
    if later is None:
        return None
    return {"from": later["from"], "differs": list(_differences(item["whole"], later["whole"]))}


def _differences(old: Whole, new: Whole) -> list[dict[str, str]]:
    pairs = [
        (one.en if english() else one.zh, _said(one, old.item), _said(one, new.item))
        for one in ITEM
        if one.name in _NOTICED
    ]
    pairs += [(_("Promised limit"), _limit(old, "promise"), _limit(new, "promise"))]
    pairs += [(_("Limit set by law"), _limit(old, "statutory"), _limit(new, "statutory"))]
    pairs += [(_("Papers"), _papers(old), _papers(new)), (_("Fee"), _fees(old), _fees(new))]
    return [{"name": name, "before": before, "after": after} for name, before, after in pairs if before != after]


def _said(one: Field, row: Row) -> str:
    if not one.codes:
        return told(row, one.name)
    codes = row.get(one.name, "").split(SEVERAL)
    return _(", ").join(one.codes[code][english()] for code in codes if code in one.codes)


def _limit(whole: Whole, name: str) -> str:
    amount, unit = whole.said(f"{name}_amount"), whole.said(f"{name}_unit")
    if not amount or unit not in UNIT:
        return ""
    return period({"amount": int(amount), "unit": unit} if amount != "0" or unit == "I" else None)


def _papers(whole: Whole) -> str:
    brought = [one for one in whole.materials if not one["shared_from"] and one["paper"] != "application"]
    return _(", ").join(told(one, "name") for one in brought)


def _fees(whole: Whole) -> str:
    return _(", ").join(f"{told(one, 'name')} {figures(int(one['amount_fen']))}" for one in whole.fees) or _("none")
