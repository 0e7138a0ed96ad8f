"""The items of a city's folder as the rows of an implementation list, with their situations, materials, fees and questions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yimen.pure.item_fields import SEVERAL
from yimen.pure.item_rules import Row, Whole, completion
from yimen.registry.city import City
from yimen.registry.city_form import When
from yimen.registry.city_items import Item, Limit, Result
from yimen.registry.city_json import Text
from yimen.registry.city_places import Agency


def rows_by_hand(city: City) -> list[Whole]:
    """Return the items that a city's folder has in files, as rows of text; what a file does not say is an empty text."""
    agencies = {one.code: one for one in city.agencies}
    return [
        Whole(
            item={**_item(one, agencies[one.agency]), "synthetic": "01"[city.demonstration]},
            situations=numbered(one.code, _situations(one)),
            materials=numbered(one.code, _materials(one)),
            fees=numbered(one.code, _fees(one)),
            questions=numbered(one.code, _questions(one)),
        )
        for one in city.items
    ]


def numbered(code: str, rows: Iterable[Row]) -> list[Row]:
    """Return rows that belong to an item, each with the item's code and its place, from 1."""
    return [{"handling_code": code, "order": str(place), **row} for place, row in enumerate(rows, 1)]


def usual(*, agency: Agency, name: Text, instant: bool, elsewhere: str, result: Result) -> Row:
    """Return what follows for any item of an agency from its name, its result, and how it is done."""
    on_the_spot = "1" if instant else "2"
    return {
        "name": name.zh,
        "name_en": name.en,
        "state": "1",
        "hours": "以办理地点公布的开放时间为准",  # which its managers keep
        "power_source": "1",
        "agency_name": agency.name_zh,
        "agency_code": agency.code,
        "agency_nature": "1",
        "project_type": on_the_spot,
        "examination_type": on_the_spot,
        "completion_type": completion(result.type, result.name.zh),
        "area": "1" if elsewhere else "3",
        "elsewhere": elsewhere,
        "terminal": "0",
        "result_type": result.type,
        "result_name": result.name.zh,
        "result_name_en": result.name.en,
        "result_paper": result.kind,
        "single_sign_on": "1",
        "app_single_sign_on": "1",
    }


def _item(item: Item, agency: Agency) -> Row:
    document: Any = item.document
    elements: Mapping[str, Any] = {name: one["value"] for name, one in document["elements"].items()}

    def handled(name: str, otherwise: Any) -> Any:
        return document["handling"].get(name, {}).get("value") or otherwise

    forms, themes = handled("forms", []), handled("themes", {})
    return {
        **usual(
            agency=agency,
            name=item.name,
            instant=item.instant,
            elsewhere=handled("elsewhere", ""),
            result=item.result,
        ),
        "handling_code": item.code,
        "version": str(item.version),
        "catalogue_code": item.catalogue_code,
        "implementation_code": item.implementation_code,
        "type": elements["item_type"]["code"],
        "basis": "\n".join(one.zh for one in item.basis),
        "basis_en": "\n".join(one.en for one in item.basis),
        "levels": elements["agency"]["level"],
        "objects": "^".join(item.service_objects),
        "person_themes": "^".join(themes.get("person", [])),
        "enterprise_themes": "^".join(themes.get("enterprise", [])),
        "conditions": item.conditions.zh,
        "conditions_en": item.conditions.en,
        "procedure": "→".join(step.zh for step in item.procedure),
        **_limits(item),
        "special_procedures": "^".join(handled("special_procedures", ["无"])),
        "charged": "1" if item.fees else "0",
        "fee_basis": item.fees[0].basis if item.fees else "",
        "online_payment": "1" if elements["fee"]["online_payment"] else "0",
        "handling_forms": "^".join(forms),
        "visits": str(item.visits),
        "visits_reason": item.visits_reason.zh if item.visits_reason else "",
        "visits_reason_en": item.visits_reason.en if item.visits_reason else "",
        "online": "1" if "2" in forms else "0",
        "online_depth": handled("online_depth", ""),
        "entered": "1",  # its place is a centre
        "address": item.place.zh,
        "address_en": item.place.en,
        "consult_phone": item.consult_phone,
        "complaint_phone": item.complaint_phone,
        "effective_from": item.effective_from.isoformat(),
        "appointments": "1" if item.visits else "0",
        "express": "1" if "post" in item.delivery else "0",
        "result_sample": elements["result"].get("sample", {}).get("zh", ""),
    }


def _limits(item: Item) -> Row:
    law = item.statutory or Limit(amount=0, unit="W", starts="accepted")
    links = {f"{one.link}_amount": str(one.amount) for one in item.links}
    return {
        "statutory_amount": str(law.amount),
        "statutory_unit": law.unit,
        "statutory_note": "" if item.statutory else "法律未规定办结时限",
        "promise_amount": str(item.promise.amount),
        "promise_unit": item.promise.unit,
        **links,
    }


def _situations(item: Item) -> Iterator[Row]:
    """Each answer to a question of the form on which a paper or a fee depends."""
    asked = [*(one.when for one in item.materials), *(one.when for one in item.fees)]
    deciding = {one.field for one in asked if one}
    for field in item.form:
        if field.code in deciding:
            for choice in field.choices:
                yield {
                    "code": f"{field.code}.{choice.code}",
                    "question": field.label.zh,
                    "question_en": field.label.en,
                    "answer": choice.label.zh,
                    "answer_en": choice.label.en,
                }


def _in_situations(when: When | None) -> str:
    return SEVERAL.join(f"{when.field}.{answer}" for answer in when.values) if when else ""


def _materials(item: Item) -> Iterator[Row]:
    for one in item.materials:
        yield {
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
            "situations": _in_situations(one.when),
        }


def _fees(item: Item) -> Iterator[Row]:
    for one in item.fees:
        yield {
            "code": one.code,
            "name": one.name.zh,
            "name_en": one.name.en,
            "standard": f"{one.amount / 100:g} 元",
            "amount_fen": str(one.amount),
            "basis": one.basis,
            "reducible": "0",
            "situations": _in_situations(one.when),
        }


def _questions(item: Item) -> Iterator[Row]:
    document: Any = item.document
    for one in document.get("faq", {}).get("value", []):
        question, answer = one["question"], one["answer"]
        yield {
            "question": question["zh"],
            "question_en": question["en"],
            "answer": answer["zh"],
            "answer_en": answer["en"],
        }
