"""The sixteen elements of an item in words, and its questions and answers: from its rows, and from its body where it has none."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yimen.pure.item_codes import TYPE
from yimen.pure.item_rules import Row, Whole
from yimen.web.guidance import costs_of
from yimen.web.shown import english
from yimen.web.tags import both
from yimen.web.words import period

Item = Mapping[str, Any]

OBJECTS: Final[Mapping[str, str | Promise]] = {
    "1": gettext_lazy("persons"),
    "2": gettext_lazy("companies"),
    "3": gettext_lazy("public institutions"),
    "4": gettext_lazy("associations"),
    "5": gettext_lazy("administrative bodies"),
    "6": gettext_lazy("other organisations"),
}
STEPS: Final[Mapping[str, str | Promise]] = {
    "受理": gettext_lazy("acceptance"),
    "审查": gettext_lazy("examination"),
    "审核": gettext_lazy("review"),
    "决定": gettext_lazy("decision"),
    "审批决定": gettext_lazy("decision"),
    "制证用印": gettext_lazy("certificate and seal"),
    "送达": gettext_lazy("delivery"),
    "办结": gettext_lazy("conclusion"),
}


def told(row: Row, name: str) -> str:
    """Return a field of a row in the language of the page, in Chinese where it has no other."""
    return (row.get(f"{name}_en", "") if english() else "") or row.get(name, "")


def elements_of(item: Item) -> list[dict[str, Any]]:
    """The sixteen elements in their order, each in words and with the mark of where its value comes from, if that is told."""
    marked = (item["body"].get("document") or {}).get("elements", {})
    shown = [(code, name, say(item)) for code, name, say in _ELEMENTS]
    return [
        {"number": number, "name": name, "value": value, "origin": marked.get(code, {}).get("mark", "")}
        for number, (code, name, value) in enumerate(shown, start=1)
        if value
    ]


def objects_of(item: Item) -> list[str]:
    """For whom an item is, by code."""
    return item["whole"].several("objects") or list(item["body"].get("service_objects") or [])


def objects_in_words(item: Item) -> str:
    """For whom an item is: all organisations are named as one."""
    codes = objects_of(item)
    if set("2346") <= set(codes):
        return _(", ").join([*([_("persons")] if "1" in codes else []), _("organisations of every kind")])
    return _(", ").join(str(OBJECTS[one]) for one in codes if one in OBJECTS)


def type_of(item: Item) -> str:
    """What kind of thing an item is, by the law; an empty text where it does not say."""
    code = item["whole"].said("type")
    return TYPE[code][english()] if code in TYPE else both(item["body"], "type")


def what_it_is(item: Item) -> str:
    """Say in one sentence what an item is: of what kind, of whom, for whom."""
    words = {"type": type_of(item), "agency": both(item, "agency"), "whom": objects_in_words(item)}
    if not words["type"]:
        return words["agency"]
    asked = (
        _("%(type)s, decided by %(agency)s, for %(whom)s.") if words["whom"] else _("%(type)s, decided by %(agency)s.")
    )
    sentence = asked % words
    return sentence[:1].upper() + sentence[1:]


def conditions_of(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """What must be so, each with its code; those that are only a code are no words for a page."""
    return [{"code": one["code"], "text": text} for one in body.get("conditions") or [] if (text := _both(one))]


def _both(one: Mapping[str, str]) -> str:
    text = (one.get("en", "") if english() else "") or one.get("zh", "")
    return text[:1].upper() + text[1:]


def questions_of(whole: Whole) -> list[dict[str, str]]:
    """What is often asked about the item, with its answers."""
    return [{"question": told(one, "question"), "answer": told(one, "answer")} for one in whole.questions]


def _codes(item: Item) -> str:
    whole = item["whole"]
    names = {"catalogue": _("catalogue"), "implementation": _("implementation"), "handling": _("handling")}
    said = [f"{whole.said(f'{name}_code')} {word}" for name, word in names.items() if whole.said(f"{name}_code")]
    return "\n".join(said) or str(item["code"])


def _papers(item: Item) -> str:
    return "\n".join(f"{one['code']} {both(one, 'name')}" for one in item["body"]["materials"])


def procedure_of(whole: Whole) -> str:
    """The steps of an item in the order of its agency."""
    steps = [one.strip() for one in whole.said("procedure").split("→") if one.strip()]
    return " → ".join(str(STEPS.get(one, one)) for one in steps)


def _result(item: Item) -> str:
    result = item["body"]["result"]
    if item["whole"].said("result_type") == "4":
        return _("nothing on paper but a notice that it is done")
    years = result.get("valid_years")
    if years is None:
        return both(result, "name")
    valid = ngettext("valid %(years)d year", "valid %(years)d years", years) % {"years": years}
    return f"{both(result, 'name')}{_(', ')}{valid}"


def _fees(item: Item) -> str:
    return "\n".join(f"{one['name']} {one['amount']}" for one in costs_of(item["body"])) or _("none")


def _limit(name: str) -> Callable[[Item], str]:
    return lambda item: period(item["body"]["limits"][name])


def _said(name: str) -> Callable[[Item], str]:
    return lambda item: told(item["whole"].item, name)


_ELEMENTS: Final[tuple[tuple[str, str | Promise, Callable[[Item], str]], ...]] = (
    ("item_code", gettext_lazy("Code of the item"), _codes),
    ("name", gettext_lazy("Name"), lambda item: both(item["body"], "name")),
    ("agency", gettext_lazy("Agency that decides"), lambda item: both(item, "agency")),
    ("item_type", gettext_lazy("Type"), type_of),
    ("basis", gettext_lazy("Legal basis"), lambda item: _said("basis")(item) or both(item["body"], "basis")),
    ("service_object", gettext_lazy("Who may apply"), objects_in_words),
    ("conditions", gettext_lazy("Conditions"), lambda item: "\n".join(o["text"] for o in conditions_of(item["body"]))),
    ("materials", gettext_lazy("Papers"), _papers),
    ("procedure", gettext_lazy("Procedure"), lambda item: procedure_of(item["whole"])),
    ("result", gettext_lazy("What you receive"), _result),
    ("fee", gettext_lazy("Fee"), _fees),
    ("statutory_limit", gettext_lazy("Limit set by law"), _limit("statutory")),
    ("promise_limit", gettext_lazy("Promised limit"), _limit("promise")),
    ("place", gettext_lazy("Where to apply"), _said("address")),
    ("consult_phone", gettext_lazy("Telephone for questions"), _said("consult_phone")),
    ("complaint_phone", gettext_lazy("Telephone for complaints"), _said("complaint_phone")),
)
