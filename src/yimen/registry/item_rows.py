"""An item of a city's folder as the rows of an implementation list, with its materials, fees and questions."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from yimen.pure.item_rules import Row, Whole
from yimen.registry.city_items import Item, Limit
from yimen.registry.city_places import Agency

REMEDY: Final = {
    "rights_and_duties": "有权了解办理进度和结果，对不予办理的决定申请行政复议或者提起行政诉讼；应当如实提交材料。",
    "reconsideration": "长春示范市人民政府行政复议机构，示范大街 1 号，0431-00000110",
    "litigation": "长春示范市人民法院，示范大街 2 号，0431-00000120",
}


def rows_of(item: Item, agency: Agency) -> Whole:
    """Return an item as rows of text; what its file does not say is an empty text."""
    return Whole(
        item=_item(item, agency),
        materials=list(_materials(item)),
        fees=list(_fees(item)),
        questions=[
            {"handling_code": item.code, "order": str(place), **words}
            for place, words in enumerate(
                questions(item.name.zh, item.name.en, promise=item.promise.amount, visits=item.visits), 1
            )
        ],
    )


def questions(name_zh: str, name_en: str, *, promise: int, visits: int) -> Iterator[Row]:
    """Return what people ask first: how long it takes (`promise` in days, 0 on the spot), and whether they have to come."""
    yield {
        "question": f"“{name_zh}”多久能办好？",
        "question_en": f"How long does '{name_en}' take?",
        "answer": f"受理后 {promise} 日内作出决定，以承诺时限为准。" if promise else "材料齐全的，当场办好。",
        "answer_en": f"A decision within {promise} days, as promised."
        if promise
        else "On the spot if nothing is missing.",
    }
    yield {
        "question": "需要到现场吗？",
        "question_en": "Do I have to come?",
        "answer": f"需要，最多 {visits} 次。" if visits else "不需要。可以在网上申请，也可以到任一综合窗口。",
        "answer_en": f"Yes, at most {visits} times." if visits else "No. Apply online, or at any window if you prefer.",
    }


def completion(result_type: str, name: str) -> str:
    """Return how an item ends, by the kind and the name of its result: 1 certificate, 2 document, 3 approval, 9 otherwise."""
    if name.endswith("批复"):
        return "3"
    if name.endswith(("证", "照", "证书")) or result_type == "1":
        return "1"
    return "2" if name.endswith(("文", "书")) else "9"


def _item(item: Item, agency: Agency) -> Row:
    document: Any = item.document
    handling: Mapping[str, Any] = {name: one["value"] for name, one in document["handling"].items()}
    elements: Mapping[str, Any] = {name: one["value"] for name, one in document["elements"].items()}
    fee = elements["fee"]
    online = "2" in handling["forms"]
    return {
        "handling_code": item.code,
        "version": str(item.version),
        "catalogue_code": item.catalogue_code,
        "implementation_code": item.implementation_code,
        "name": item.name.zh,
        "name_en": item.name.en,
        "type": elements["item_type"]["code"],
        "state": "1",
        "basis": "\n".join(one.zh for one in item.basis),
        "power_source": "1",
        "levels": elements["agency"]["level"],
        "agency_name": agency.name_zh,
        "agency_code": agency.code,
        "agency_nature": "1",
        "objects": "^".join(item.service_objects),
        "person_themes": "^".join(handling["themes"]["person"]),
        "enterprise_themes": "^".join(handling["themes"]["enterprise"]),
        "project_type": "1" if item.instant else "2",
        "examination_type": "1" if item.instant else "2",
        "completion_type": completion(item.result.type, item.result.name.zh),
        "conditions": item.conditions.zh,
        "procedure": "→".join(step.zh for step in item.procedure),
        **_limits(item),
        "special_procedures": "^".join(handling["special_procedures"]) or "无",
        "charged": "1" if item.fees else "0",
        "fee_basis": item.fees[0].basis if item.fees else "",
        "online_payment": "1" if fee["online_payment"] else "0",
        "handling_forms": "^".join(handling["forms"]),
        "visits": str(item.visits),
        "visits_reason": item.visits_reason.zh if item.visits_reason else "",
        "online": "1" if online else "0",
        "online_depth": handling["online_depth"],
        "area": "1" if handling["elsewhere"] else "3",
        "elsewhere": handling["elsewhere"] or "",
        "entered": "1",
        "address": item.place.zh,
        "hours": "工作日 8:30—17:00",
        "consult_phone": item.consult_phone,
        "complaint_phone": item.complaint_phone,
        "effective_from": item.effective_from.isoformat(),
        "appointments": "1" if item.visits else "0",
        "express": "1" if "post" in item.delivery else "0",
        "terminal": "0",
        "result_type": item.result.type,
        "result_name": item.result.name.zh,
        "result_name_en": item.result.name.en,
        "result_sample": "" if item.result.type == "4" else f"sample/{item.result.kind}",
        "single_sign_on": "1",
        "app_single_sign_on": "1",
        **REMEDY,
        "synthetic": "1",
    }


def _limits(item: Item) -> Row:
    law = item.statutory or Limit(amount=0, unit="I", starts="accepted")
    links = {f"{one.link}_amount": str(one.amount) for one in item.links}
    return {
        "statutory_amount": str(law.amount),
        "statutory_unit": law.unit,
        "statutory_note": "" if item.statutory else "法律未规定办结时限",
        "promise_amount": str(item.promise.amount),
        "promise_unit": item.promise.unit,
        **links,
    }


def _materials(item: Item) -> Iterator[Row]:
    for place, one in enumerate(item.materials, 1):
        yield {
            "handling_code": item.code,
            "order": str(place),
            "code": one.code,
            "name": one.name.zh,
            "name_en": one.name.en,
            "paper": one.kind,
            "type": "1" if one.originals else "3",
            "format": "3",
            "necessity": str(one.necessity),
            "source": str(one.source),
            "shared_from": one.kind if one.exempt_by_sharing else "",
            "standard": one.accept_standard.zh,
            "standard_en": one.accept_standard.en,
            "basis": one.basis,
            "valid_months": str(one.valid_months),
        }


def _fees(item: Item) -> Iterator[Row]:
    for place, one in enumerate(item.fees, 1):
        yield {
            "handling_code": item.code,
            "order": str(place),
            "code": one.code,
            "name": one.name.zh,
            "name_en": one.name.en,
            "standard": f"{one.amount / 100:g} 元",
            "amount_fen": str(one.amount),
            "basis": one.basis,
            "reducible": "0",
        }
