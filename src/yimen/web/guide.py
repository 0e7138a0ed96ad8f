"""The guide to an item: what it is, whether it is for me, what to bring, what it costs, how long, where, whom to ask; and when it ended."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yimen.casework.clocks import took
from yimen.pure.due_sentence import explain
from yimen.pure.item_codes import SOURCE
from yimen.pure.item_rules import Row, Whole
from yimen.record.refusal import Refusal
from yimen.registry import guides
from yimen.registry.calendar import OnRecord, calendar
from yimen.web import elements, structured, to_come
from yimen.web.apply import instead_of, item_of
from yimen.web.guidance import coming_of, costs_of, took_of
from yimen.web.opened import opening_words
from yimen.web.shown import english
from yimen.web.words import period

FORM_OF: Final[Mapping[str, str | Promise]] = {
    "1": gettext_lazy("original"),
    "2": gettext_lazy("copy"),
    "3": gettext_lazy("original or copy"),
}
BASIC: Final = slice(19, 31)  # where the basic code stands in the code of an item


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guide to an item; of one that ended, since when it did and what to do instead. Refuses: missing item.unknown."""
    in_language(request)
    item = guides.guide(code=code)
    if item["standing"] != "in force":
        return _not_offered(request, item)
    return render(request, "public/guide.html", guide_of(item) | {"head": head_of(request, item)})


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """A short address: to the guide of the one item of a basic code, or a list of its items. Refuses: missing item.unknown."""
    found = guides.of_catalogue(code=code) if len(code) == BASIC.stop - BASIC.start else []
    offered = [one for one in found if one["in_force"]]
    if not found:
        raise Refusal("missing", "item.unknown", item=code[:100])
    if len(offered or found) == 1:
        return redirect("guide", (offered or found)[0]["code"])
    return render(request, "public/short.html", {"code": code, "found": offered or found})


def in_language(request: HttpRequest) -> None:
    """Show a page in the language its address asks for, so that each language has an address of its own."""
    if request.GET.get("language") in dict(settings.LANGUAGES):
        translation.activate(request.GET["language"])


def guide_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """All that a guide says of an item in force."""
    body, whole = item["body"], item["whole"]
    papers, costs, days = papers_of(item), costs_of(body), calendar(login="public")
    return {
        "item": item_of(item) | {"statutory_set": bool(body["limits"]["statutory"])},
        "what": elements.what_it_is(item),
        "whom": elements.objects_in_words(item),
        "conditions": elements.conditions_of(body),
        "quantity": whole.said("quantity_limit"),
        "brings": [one for one in papers if one["asked"]],
        "has": [one for one in papers if not one["asked"]],
        "identity": whole.said("visits") not in ("", "0") and not _brings_identity(papers),
        "limits": limits_of(body["limits"], days),
        "instant": bool(body.get("instant")),
        "costs": costs,
        "reductions": [one["reduction_basis"] for one in whole.fees if one["reduction_basis"]],
        "coming": coming_of(whole, body),
        "place": place_of(item, days),
        "took": took_of(took(item=item["code"], login="public")),
        "remedies": remedies_of(whole),
        "questions": elements.questions_of(whole),
        "procedure": elements.procedure_of(whole),
        "elements": elements.elements_of(item),
        "next": to_come.announced(item),
        "short": address(reverse("short_guide", args=[item["code"][BASIC]])) if whole.said("catalogue_code") else "",
    }


def head_of(request: HttpRequest, item: Mapping[str, Any]) -> dict[str, Any]:
    """What machines read of a guide: its address, the same in the other language, what it is, and its data."""
    bare = address(reverse("guide", args=[item["code"]]))
    own = bare + (
        f"?language={request.GET['language']}" if request.GET.get("language") in dict(settings.LANGUAGES) else ""
    )
    promise = _("Promised: %(promise)s.") % {"promise": period(item["body"]["limits"]["promise"])}
    return {
        "canonical": own,
        "bare": bare,
        "languages": [("zh-Hans", f"{bare}?language=zh-hans"), ("en", f"{bare}?language=en")],
        "description": f"{elements.what_it_is(item)} {promise}",
        "data": structured.script(structured.service(item, at=own, root=settings.PUBLIC_URL)),
    }


def address(path: str) -> str:
    """Return the whole address of a page."""
    return str(settings.PUBLIC_URL) + path


def papers_of(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each paper: whether one brings it, from whom it is, what makes it acceptable, how many and in what form."""
    rows = {one["code"]: one for one in item["whole"].materials}
    return [one | instead_of(one) | _paper(rows.get(one["code"], {})) for one in item["body"]["materials"]]


def _paper(row: Row) -> dict[str, Any]:
    copies, place = row.get("copies", ""), 1 if english() else 0
    source = SOURCE[row["source"]][place] if row.get("source") in ("10", "20") else ""  # 99, another: says nothing
    on_paper = [str(FORM_OF[row["type"]])] if row.get("type") in FORM_OF else []
    if copies not in ("", "0"):
        on_paper.append(_("copies on paper: %(copies)s") % {"copies": copies})
    if row.get("size") and copies not in ("", "0"):
        on_paper.append(row["size"])
    return {
        "issuer": row.get("issuer") or source,
        "issued": row.get("source") == "20",
        "form_of": _(", ").join(on_paper),
        "later": row.get("necessity") == "3",
        "filling": row.get("filling_note", ""),
    }


def _brings_identity(papers: Sequence[Mapping[str, Any]]) -> bool:
    return any(one["asked"] and "身份证" in one["name_zh"] for one in papers)


def limits_of(limits: Mapping[str, Any], days: OnRecord) -> dict[str, Any]:
    """When an application accepted today would have its answer, and why then."""
    today = timezone.localdate()
    shown: dict[str, Any] = {
        "today": today,
        "provisional": False,
        "promise": period(limits["promise"]),
        "statutory_instant": (limits["statutory"] or {}).get("unit") == "I",
    }
    for name in ("promise", "statutory"):
        if limits[name]:
            due = days.due(today, limits[name]["amount"], limits[name]["unit"])
            why = explain(due, start=limits[name].get("starts", "accepted"))
            shown |= {f"{name}_due": due.date, f"why_{name}_zh": why.zh, f"why_{name}_en": why.en}
            shown["provisional"] = shown["provisional"] or due.provisional
    return shown


def place_of(item: Mapping[str, Any], days: OnRecord) -> dict[str, Any]:
    """Where an item is done: a place that offers it, whether that is open for it now, how many there are; why it is in no hall, and whom to ask."""
    whole, office = item["whole"], item["office"]
    return {
        **({**office, **opening_words(office, days, timezone.localtime())} if office else {}),
        "offices": item["offices"],
        "where": elements.told(whole.item, "address"),
        "directions": whole.said("directions"),
        "not_entered": elements.told(whole.item, "not_entered_reason"),
        "consult": whole.said("consult_phone") or item["centre_phone"],
        "complaint": whole.said("complaint_phone"),
        "online": whole.said("online") != "0",
    }


def remedies_of(whole: Whole) -> dict[str, str]:
    """The rights of an applicant, and where she has a decision looked at again."""
    return {name: elements.told(whole.item, name) for name in ("rights_and_duties", "reconsideration", "litigation")}


def _not_offered(request: HttpRequest, item: Mapping[str, Any]) -> HttpResponse:
    """Gone is said of what ended; what is still to come is not there yet."""
    others = [one for one in guides.of_catalogue(code=item["code"][BASIC]) if one["in_force"]]
    context = {
        "item": item_of(item),
        "agency_code": item["agency_code"],
        "since": item["ended_at"],
        "ended": item["standing"] == "ended",
        "next": item["next"],
        "others": others,
        "consult": item["whole"].said("consult_phone") or item["centre_phone"],
    }
    return render(request, "public/guide_ended.html", context, status=410 if context["ended"] else 404)
