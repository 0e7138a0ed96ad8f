"""An item as cases and pages read it: its body."""

from typing import Any

from yimen.registry.city_form import When
from yimen.registry.city_items import Item, Limit


def item_body(item: Item) -> dict[str, Any]:
    """Return an item as cases and pages read it; the whole file is kept beside it, with the source of each value."""
    whole: Any = item.document
    return {
        "key": item.key,
        "handling_code": item.code,
        "name_zh": item.name.zh,
        "name_en": item.name.en,
        "type_zh": item.item_type.zh,
        "type_en": item.item_type.en,
        "basis_zh": item.basis[0].zh,
        "basis_en": item.basis[0].en,
        "instant": item.instant,
        "service_objects": list(item.service_objects),
        "delivery": list(item.delivery),
        "fees": [
            {
                "code": fee.code,
                "name_zh": fee.name.zh,
                "name_en": fee.name.en,
                "amount": fee.amount,
                "basis": fee.basis,
                "when": _when(fee.when),
            }
            for fee in item.fees
        ],
        "conditions": [
            {"code": f"C{n}", "zh": zh.strip("。； "), "en": en.strip(".; ")}
            for n, (zh, en) in enumerate(
                zip(item.conditions.zh.split("；"), item.conditions.en.split(";"), strict=False), 1
            )
        ],
        "materials": [
            {
                "code": m.code,
                "name_zh": m.name.zh,
                "name_en": m.name.en,
                "necessity": m.necessity,
                "source": m.source,
                "exempt_by_sharing": m.exempt_by_sharing,
                "from_form": m.code in whole.get("from_form", []),
                "accepted_types": list(m.accepted_types),
                "standard_zh": m.accept_standard.zh,
                "standard_en": m.accept_standard.en,
                "basis": m.basis,
                "kind": m.kind,
                "valid_months": m.valid_months,
                "originals": m.originals,
                "when": _when(m.when),
            }
            for m in item.materials
        ],
        "form": [
            {
                "name": f.code,
                "type": f.type,
                "label_zh": f.label.zh,
                "label_en": f.label.en,
                "hint_zh": f.hint.zh if f.hint else "",
                "hint_en": f.hint.en if f.hint else "",
                "required": f.required,
                "contact": f.contact,
                "min_length": f.min_length,
                "max_length": f.max_length,
                "choices": [{"code": c.code, "zh": c.label.zh, "en": c.label.en} for c in f.choices],
                "when": _when(f.when),
            }
            for f in item.form
        ],
        "limits": {
            "acceptance": _limit(item.acceptance),
            "statutory": item.statutory and _limit(item.statutory),
            "promise": _limit(item.promise),
            "service": _limit(item.service),
            "correction": item.correction and _limit(item.correction),
            "collection": item.collection and _limit(item.collection),
            "fallback": item.fallback and _limit(item.fallback),
            "links": whole["link_limits"],
        },
        "result": {
            "type": item.result.type,
            "kind": item.result.kind,
            "name_zh": item.result.name.zh,
            "name_en": item.result.name.en,
            "number_prefix": item.result.number_prefix,
            "valid_years": item.result.valid_years,
        },
    }


def _when(when: When | None) -> dict[str, Any] | None:
    return {"field": when.field, "is": list(when.values)} if when else None


def _limit(limit: Limit) -> dict[str, Any]:
    return {"amount": limit.amount, "unit": limit.unit, "starts": limit.starts}
