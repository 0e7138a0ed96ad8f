"""What people wrote in the steps of a case, in rows that a page can tell under each step."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yimen.web.shown import english, materials_of

Rows = list[dict[str, str]]


def said_in(view: Mapping[str, Any]) -> dict[int, Rows]:
    """Return, by the number of the event, what was written in it: what to correct, why back, why not, and the reasons of a denial."""
    told = {one["number"]: _writing(json.loads(one["body"]), view) for one in view["writings"]}
    decided = json.loads(view["decision"]) if view["decision"] else None
    denial = next((one["number"] for one in view["events"] if one["kind"] == "case.denied"), None)
    if decided and denial and decided["verdict"] == "denied":
        names = _names(view["item"]["body"]["conditions"])
        told[denial] = [{"key": names[one["condition"]], "value": one["why"]} for one in decided["reasons"]]
    return told


def _writing(body: Mapping[str, Any], view: Mapping[str, Any]) -> Rows:
    if "items" in body:
        papers, questions = materials_of(view), _questions(view)
        return [
            {"key": papers.get(one["material"] or "") or questions.get(one["field"] or "", ""), "value": one["what"]}
            for one in body["items"]
        ]
    words = {"reason": _("Reason"), "where": _("Where to go")}
    return [{"key": words.get(name, name), "value": str(value)} for name, value in body.items() if value]


def _questions(view: Mapping[str, Any]) -> dict[str, str]:
    label = "label_en" if english() else "label_zh"
    return {one["name"]: one.get(label) or one["name"] for one in view["item"]["body"]["form"]}


def _names(conditions: list[Mapping[str, Any]]) -> dict[str, str]:
    language = "en" if english() else "zh"
    return {one["code"]: one.get(f"name_{language}") or one.get(language) or one["code"] for one in conditions}
