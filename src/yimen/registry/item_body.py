"""
An item as cases and pages read it: its body, from a file written by hand or from the rows of an implementation list.

What rows do not say (questions of a form but those of situations, from when a limit runs) is kept from the version before. Where the law gives a limit to every item (acceptance: Administrative Licensing Law 32, service: 44) that one is taken.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from yimen.pure.item_codes import TYPE
from yimen.pure.item_rules import Row, Whole, question_of, situations_of
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


_FORM: Final = (
    {
        "name": "contact_phone",
        "type": "phone",
        "label_zh": "联系电话",
        "label_en": "Contact phone",
        "hint_zh": "用于通知办理进度，审查和审批人员看不到",
        "hint_en": "For news of the case; examiners and deciders cannot see it",
        "required": True,
        "contact": True,
        "min_length": 1,
        "max_length": 200,
        "choices": [],
        "when": None,
    },
    {
        "name": "contact_email",
        "type": "email",
        "label_zh": "联系邮箱",
        "label_en": "Contact e-mail",
        "hint_zh": "填了便于联系，审查和审批人员看不到",
        "hint_en": "So that we can reach you; examiners and deciders cannot see it",
        "required": False,
        "contact": True,
        "min_length": 1,
        "max_length": 200,
        "choices": [],
        "when": None,
    },
)
_QUESTION: Final[Mapping[str, Any]] = {
    "type": "choice",
    "hint_zh": "",
    "hint_en": "",
    "required": True,
    "contact": False,
    "min_length": 0,
    "max_length": 200,
    "when": None,
}
_EVERY_ITEM: Final[Mapping[str, Mapping[str, str | int] | None]] = {
    "acceptance": {"amount": 5, "unit": "W", "starts": "received"},
    "service": {"amount": 10, "unit": "W", "starts": "decided"},
    "correction": {"amount": 30, "unit": "N", "starts": "received"},
    "collection": {"amount": 60, "unit": "N", "starts": "decided"},
}
_AT_LEAST: Final = {"amount": 1, "unit": "W", "starts": "accepted"}  # an item on the spot for which nobody is on duty
_FILES: Final = ["application/pdf", "image/jpeg", "image/png"]


def body_of_rows(whole: Whole, *, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the body of an item given as rows that keep the rules; `before`: the body of the version it follows."""
    item, kept = whole.item, before or {}
    return {
        "key": kept.get("key", item["handling_code"]),
        "handling_code": item["handling_code"],
        "name_zh": item["name"],
        "name_en": item["name_en"],
        "type_zh": TYPE[item["type"]][0],
        "type_en": kept["type_en"] if kept.get("type_zh") == TYPE[item["type"]][0] else TYPE[item["type"]][1],
        "basis_zh": item["basis"],
        "basis_en": whole.said("basis_en") or item["basis"],
        "instant": item["promise_unit"] == "I",
        "service_objects": whole.several("objects"),
        "delivery": _delivery(whole, kept.get("delivery") or ("electronic", "window")),
        "fees": [_fee(one) for one in whole.fees],
        "conditions": _conditions(whole),
        "materials": [_material(one, _named(kept, "materials", one["code"])) for one in whole.materials],
        "form": _form(whole, kept),
        "limits": _limits(whole, kept.get("limits") or {}),
        "result": _result(whole, kept.get("result") or {}),
    }


def _delivery(whole: Whole, kept: Sequence[str]) -> list[str]:
    """By post where the rows say so, whatever the version before did."""
    others = [one for one in kept if one != "post"] or ["window"]
    return [*others, "post"] if whole.said("express") == "1" else others


def _named(kept: Mapping[str, Any], part: str, code: str) -> Mapping[str, Any]:
    return next((one for one in kept.get(part, []) if one["code"] == code), {})


def _form(whole: Whole, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions that were there, and in their place, or before them if they are new, those of the situations."""
    parts = [*kept.get("materials", []), *kept.get("fees", [])]
    before = {one["when"]["field"] for one in parts if one.get("when")}
    there = kept.get("form") or [dict(one) for one in _FORM]
    asked = _asked({one["name"]: one for one in there}, whole.situations)
    old = [one for one in there if one["name"] in asked or one["name"] not in before]
    named = {one["name"] for one in old}
    form = [*(one for name, one in asked.items() if name not in named), *(asked.get(one["name"], one) for one in old)]
    names = {one["name"] for one in form}
    return [one if not one.get("when") or one["when"]["field"] in names else {**one, "when": None} for one in form]


def _asked(there: Mapping[str, Mapping[str, Any]], situations: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """The questions of the situations by name, each with its answers."""
    found: dict[str, dict[str, Any]] = {}
    for row in situations:
        name = question_of(row)
        if name not in found:
            found[name] = {
                **_QUESTION,
                **there.get(name, {}),
                "name": name,
                "label_zh": row["question"],
                "label_en": row["question_en"],
                "choices": [],
            }
        answer = row["code"].partition(".")[2]
        found[name]["choices"].append({"code": answer, "zh": row["answer"], "en": row["answer_en"]})
    return found


def _in_situations(row: Row) -> dict[str, Any] | None:
    named = [one.partition(".") for one in situations_of(row)]
    return {"field": named[0][0], "is": [answer for _, _, answer in named]} if named else None


def _fee(row: Row) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name_zh": row["name"],
        "name_en": row["name_en"],
        "amount": int(row["amount_fen"]),
        "basis": row["basis"],
        "when": _in_situations(row),
    }


def _conditions(whole: Whole) -> list[dict[str, str]]:
    chinese = [one.strip("。； ") for one in whole.said("conditions").split("；") if one.strip("。； ")]
    english = [one.strip(".; ") for one in whole.said("conditions_en").split(";") if one.strip(".; ")]
    told = english if len(english) == len(chinese) else chinese
    return [{"code": f"C{n}", "zh": zh, "en": en} for n, (zh, en) in enumerate(zip(chinese, told, strict=True), 1)]


def _material(row: Row, kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name_zh": row["name"],
        "name_en": row["name_en"],
        "necessity": int(row["necessity"]),
        "source": int(row["source"]),
        "exempt_by_sharing": bool(row.get("shared_from")),
        "from_form": kept.get("from_form", row["paper"] == "application"),
        "accepted_types": kept.get("accepted_types", _FILES),
        "standard_zh": row["standard"],
        "standard_en": row["standard_en"],
        "basis": row["basis"],
        "kind": row["paper"],
        "valid_months": int(row["valid_months"]),
        "originals": row["type"] == "1",
        "when": _in_situations(row),
    }


def _limits(whole: Whole, kept: Mapping[str, Any]) -> dict[str, Any]:
    def limit(name: str) -> dict[str, str | int]:
        starts = (kept.get(name) or {}).get("starts", "accepted")
        return {"amount": int(whole.item[f"{name}_amount"]), "unit": whole.item[f"{name}_unit"], "starts": starts}

    statutory, promise = limit("statutory"), limit("promise")
    given = statutory if statutory["amount"] or statutory["unit"] == "I" else None
    return {
        **{name: kept.get(name, usual) for name, usual in _EVERY_ITEM.items()},
        "statutory": given,
        "promise": promise,
        "fallback": kept.get("fallback") or (_AT_LEAST if promise["unit"] == "I" else None),
        "links": {link: _link(whole, link) for link in ("examining", "deciding", "certifying")},
    }


def _link(whole: Whole, link: str) -> dict[str, str | int]:
    amount = int(whole.said(f"{link}_amount") or 0)
    return {"amount": amount, "unit": whole.said("promise_unit") if amount else "I"}


def _result(whole: Whole, kept: Mapping[str, Any]) -> dict[str, Any]:
    """An item that gives nothing on paper ends in a notice that it is done."""
    return {
        "type": whole.said("result_type"),
        "kind": whole.said("result_paper") or "notice_of_result",
        "name_zh": whole.said("result_name") or "办理结果通知书",
        "name_en": whole.said("result_name_en") or "Notice of the result",
        "number_prefix": kept.get("number_prefix", whole.said("catalogue_code")),
        "valid_years": kept.get("valid_years"),
    }


def _when(when: When | None) -> dict[str, Any] | None:
    return {"field": when.field, "is": list(when.values)} if when else None


def _limit(limit: Limit) -> dict[str, Any]:
    return {"amount": limit.amount, "unit": limit.unit, "starts": limit.starts}
