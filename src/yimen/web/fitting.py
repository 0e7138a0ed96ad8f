"""Before applying: a few questions that the item's own words ask, and what follows from the answers. Nothing is recorded."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yimen.casework.form import matters
from yimen.record.refusal import Refusal
from yimen.registry import guides
from yimen.web.apply import item_of
from yimen.web.carried import ANSWER, FOR, answered, deciding
from yimen.web.elements import conditions_of, objects_in_words, objects_of
from yimen.web.guidance import coming_of, costs_of
from yimen.web.guide import in_language, papers_of
from yimen.web.shown import english

Item = Mapping[str, Any]
PERSON: Final = "person"
ORGANISATION: Final = "organisation"
CONDITION: Final = "c-"
SURE: Final[Mapping[str, str | Promise]] = {
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
    "unsure": gettext_lazy("I am not sure"),
}
OTHER: Final = "other"
KINDS: Final[Mapping[str, str | Promise]] = {
    "2": gettext_lazy("For a company"),
    "3": gettext_lazy("For a public institution"),
    "4": gettext_lazy("For an association"),
    "5": gettext_lazy("For an administrative body"),
    "6": gettext_lazy("For another organisation"),
    OTHER: gettext_lazy("For an organisation of another kind"),
}
USUAL: Final = frozenset("2346")


@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """The questions on one page, and the answer to them in an address that can be passed on. Refuses: missing item.unknown."""
    in_language(request)
    item = guides.guide(code=code)
    if item["standing"] != "in force":
        raise Refusal("missing", "item.unknown", item=code[:100])
    questions = [one | {"chosen": _chosen(one, request.GET)} for one in _questions(item)]
    open_ones = [one for one in questions if not one["chosen"]]
    asked = "asked" in request.GET
    context = {
        "item": item_of(item),
        "questions": questions,
        "missing": open_ones if asked else [],
        "answer": _answer(item, questions, request.GET) if asked and not open_ones else None,
        "consult": item["whole"].said("consult_phone") or item["centre_phone"],
    }
    return render(request, "public/check.html", context, status=422 if context["missing"] else 200)


def _questions(item: Item) -> Iterator[dict[str, Any]]:
    """For whom; whether each condition is met; and the questions of the form on which a paper or a fee depends."""
    yield {"name": FOR, "text": _("For whom do you apply?"), "choices": _for_whom(item), "several": False}
    for one in conditions_of(item["body"]):
        choices = [(code, str(name)) for code, name in SURE.items()]
        yield {
            "name": CONDITION + one["code"],
            "text": one["text"],
            "choices": choices,
            "several": False,
            "condition": True,
        }
    language = "en" if english() else "zh"
    for question in deciding(item["body"]):
        yield {
            "name": ANSWER + question["name"],
            "text": question[f"label_{language}"],
            "choices": [(choice["code"], choice[language]) for choice in question["choices"]],
            "several": question["type"] == "choices",
        }


def _for_whom(item: Item) -> list[tuple[str, str]]:
    """A person or an organisation; the kinds of organisation that the item is for one by one where it is not for all of them."""
    kinds = set(objects_of(item)) - {"1"}
    itself = (PERSON, _("For myself"))
    if not kinds or kinds >= USUAL:
        return [itself, (ORGANISATION, _("For an organisation"))]
    return [itself, *((code, str(name)) for code, name in KINDS.items() if code in kinds or code == OTHER)]


def _chosen(question: Mapping[str, Any], given: QueryDict) -> list[str]:
    known = [code for code, _name in question["choices"]]
    told = [one for one in given.getlist(question["name"]) if one in known]
    return told if question["several"] else told[-1:]


def _answer(item: Item, questions: list[dict[str, Any]], given: QueryDict) -> dict[str, Any]:
    """Whether it fits and why not; which papers and fees in this case; and where to apply with these answers."""
    body, form = item["body"], answered(item["body"], given)
    refused = [one["text"] for one in questions if one.get("condition") and one["chosen"] == ["no"]]
    doubtful = [one["text"] for one in questions if one.get("condition") and one["chosen"] == ["unsure"]]
    whom = questions[0]["chosen"][0]
    papers = [one for one in papers_of(item) if matters(one, form)]
    fees = [one for one in body.get("fees") or [] if matters(one, form)]
    carried = [(FOR, whom), *((ANSWER + name, one) for name, many in form.items() for one in _several(many))]
    return {
        "fits": _is_for(item, whom) and not refused and not doubtful,
        "wrong": bool(refused) or not _is_for(item, whom),
        "for_others": "" if _is_for(item, whom) else objects_in_words(item),
        "refused": refused,
        "doubtful": doubtful,
        "brings": [one for one in papers if one["asked"]],
        "has": [one for one in papers if not one["asked"]],
        "costs": costs_of(body | {"fees": fees}),
        "coming": coming_of(item["whole"], body),
        "apply": f"{reverse('apply', args=[item['code']])}?{urlencode(carried)}",
    }


def _several(answer: str | list[str]) -> list[str]:
    return answer if isinstance(answer, list) else [answer]


def _is_for(item: Item, whom: str) -> bool:
    """Whether the item is for such an applicant; one that does not say for whom it is, is for anyone."""
    objects = set(objects_of(item))
    if not objects:
        return True
    return bool(objects - {"1"}) if whom == ORGANISATION else ("1" if whom == PERSON else whom) in objects
