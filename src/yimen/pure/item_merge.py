"""Two people changed one item: what each changed against what both began with, and one item that has the changes of both."""

from collections.abc import Mapping, Sequence
from typing import Final

from yimen.pure.item_fields import OF_AN_ITEM, SHEETS
from yimen.pure.item_rules import Row, Whole

OF_PLACE: Final = (
    "handling_code",
    "order",
)  # of a row that belongs to an item; they follow from where it stands


def keyed(rows: Sequence[Row]) -> dict[str, Row]:
    """Return rows by what they are known by: their code, or the question; where that is missing or there twice, their place."""
    found: dict[str, Row] = {}
    for place, row in enumerate(rows, 1):
        name = row.get("code") or row.get("question") or ""
        found[name if name and name not in found else f"#{place}"] = row
    return found


def sheets_of(whole: Whole) -> dict[str, dict[str, Row]]:
    """Return the rows of an item by sheet and key; the item's own has the key ''."""
    return {"items": {"": whole.item}} | {sheet: keyed(whole.rows(sheet)) for sheet in OF_AN_ITEM}


def merged(base: Whole, theirs: Whole, mine: Whole) -> Whole:
    """Return an item with the changes of both against what both began with; where both changed the same, mine stays."""
    kept = {sheet: _rows(*(sheets_of(one)[sheet] for one in (base, theirs, mine))) for sheet in SHEETS}
    return Whole(item=kept["items"][0], **{sheet: kept[sheet] for sheet in OF_AN_ITEM})


def _rows(base: Mapping[str, Row], theirs: Mapping[str, Row], mine: Mapping[str, Row]) -> list[Row]:
    """Mine in my order, or in the other's where only the other moved any; a row that one removed and the other left as it was is gone."""
    kept: list[Row] = []
    moved_by_me = [key for key in mine if key in base] != [key for key in base if key in mine]
    for key in dict.fromkeys([*mine, *theirs] if moved_by_me else _in_order(theirs, mine)):
        was, his, own = base.get(key), theirs.get(key), mine.get(key)
        if own is not None and his is not None:
            kept.append({name: _value(was or {}, his, own, name) for name in {**his, **own}})
        elif own is not None and own != was:
            kept.append(own)
        elif his is not None and his != was:
            kept.append(his)
    return kept


def _in_order(theirs: Mapping[str, Row], mine: Mapping[str, Row]) -> list[str]:
    """The keys of both, those of the other as it has them; each that is mine alone stands behind what it stood behind."""
    order, behind = list(theirs), ""
    for key in mine:
        if key not in theirs:
            order.insert(order.index(behind) + 1 if behind else 0, key)
        behind = key
    return order


def _value(was: Row, his: Row, own: Row, name: str) -> str:
    value = own.get(name, "")
    return his.get(name, "") if value == was.get(name, "") else value
