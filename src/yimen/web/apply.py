"""Applying: begin, fill in a draft that nothing can lose, check the answers, send, and the receipt."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import draft as drafts
from yimen.casework.form import check_form, matters
from yimen.casework.paper import name_of, paper_of
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import catalogue
from yimen.web import confirming, kept, large
from yimen.web.carried import ANSWER, FOR, answered
from yimen.web.confirming import AWAITED
from yimen.web.door import signed_in
from yimen.web.forms import MANDATE, SELF, WAYS, ApplicationForm, behalves
from yimen.web.over import OVER, is_over, over
from yimen.web.sent import id_of, key_of
from yimen.web.shown import TYPES, answers
from yimen.web.words import period

FILED: Final = "draft.filed_already"
SUSPENDED: Final = "item.suspended"


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("applicant")
def begin(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """What to have at hand, and the drafts there are already; beginning makes a draft, twice the same one."""
    try:
        item = catalogue.item(code=code)
    except Refusal as refused:
        if refused.code != "item.unknown":
            raise
        return redirect("guide", code)  # which tells whether it ended, is to come, or never was
    if request.method == "POST":
        given = answered(item["body"], request.POST)
        draft = drafts.start(item=code, session=session, key=key_of(request), form=given)
        return redirect(reverse("draft", args=[draft]) + ("?for=organisation" if _for_another(request.POST) else ""))
    answers = answered(item["body"], request.GET)
    told = [
        (ANSWER + name, one) for name, many in answers.items() for one in (many if isinstance(many, list) else [many])
    ]
    mine = [one for one in drafts.drafts(session=session) if one["item_code"] == code]
    materials = [one | instead_of(one) for one in item["body"]["materials"]]
    context = {
        "item": item_of(item),
        "materials": materials,
        "brings": any(one["asked"] for one in materials),
        "spared": not all(one["asked"] for one in materials),
        "drafts": mine,
        "key": uuid4(),
        "told": told + [(FOR, one) for one in request.GET.getlist(FOR)[-1:]],
    }
    return render(request, "public/begin.html", context)


def _for_another(given: QueryDict) -> bool:
    return given.get(FOR, "person") != "person"


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("applicant", "clerk")
def draft(request: HttpRequest, session: Session, draft: UUID) -> HttpResponse:
    """
    The draft. Whatever is sent is kept first, right or wrong; then it is looked at.

    A draft that was filed leads to its case; what was typed into an old page of it is shown and not lost.
    """
    try:
        view = drafts.view(draft=draft, session=session)
    except Refusal as refused:
        if refused.code == FILED and request.method == "GET":
            return redirect(*_filed(session, draft))
        raise
    return _written(request, session, view) if request.method == "POST" else _shown(request, view)


def _shown(request: HttpRequest, view: Mapping[str, Any]) -> HttpResponse:
    if is_over(view):
        return over(request, view)
    again = kept.kept(request)
    if again is not None:
        return _page(request, view, form_of(view, again), again=True)
    initial, choices = _kept_answers(view), behalves(view)
    if _for_another(request.GET) and initial["organisation"] == SELF and len(choices) > 1:
        initial["organisation"] = choices[1][0] if len(choices) == 2 else ""
    if not initial["organisation"] and len(choices) == 1:
        initial["organisation"] = choices[0][0]
    return _page(request, view, form_of(view, initial=initial))


def _kept_answers(view: Mapping[str, Any]) -> dict[str, Any]:
    """What the draft holds, by the names of the form's fields; who can apply for herself only need not say so."""
    behalf = (
        f"{MANDATE}{view['mandate']}"
        if view["mandate"]
        else view["organisation"] or (SELF if view["form"] and view["item"]["for_person"] else "")
    )
    if not behalf and [one for one, _words in behalves(view)] == [SELF]:
        behalf = SELF
    ways = view["item"]["body"].get("delivery") or ["electronic"]
    way = view["delivery"] if view["delivery"] in ways else ways[0]
    return {"organisation": behalf, "delivery": way, "address": view["address"], **view["form"]}


def _filed(session: Session, draft: UUID) -> tuple[str, UUID]:
    """Where a filed draft leads to: the applicant's case, or the clerk's work on it."""
    return ("window_case" if session.login == "counter" else "case"), draft


def _written(request: HttpRequest, session: Session, view: Mapping[str, Any]) -> HttpResponse:
    """Keep everything first. Then: a paper goes out, or errors are shown, or the answers are shown for checking."""
    form, draft = form_of(view, request.POST), UUID(view["draft"])
    typed = form.typed()
    _save(form, view, typed, session)
    if is_over(view):
        return over(request, drafts.view(draft=draft, session=session), status=409)
    form.full_clean()
    _take_in(request, form, draft, session)
    _change_papers(request, draft, session)
    response: HttpResponse
    if not view["item"]["in_force"]:
        response = _renewed(draft, session)
    elif form.errors:  # a file was refused: it is not kept, so it is named now
        view = drafts.view(draft=draft, session=session)
        if request.POST.get("do") == "go on":
            accuse(form, view, typed)
        response = _page(request, view, form)
    elif request.POST.get("do") == "go on":
        response = redirect("review", draft)  # there the answers are shown, or what is wrong with them
    else:
        response = redirect("draft", draft)
    _remember_how_to_show(request, response)
    kept.forget(request, response)
    return response


def _change_papers(request: HttpRequest, draft: UUID, session: Session) -> None:
    """Take out the paper that is to go, and use the earlier one that was offered."""
    if removed := request.POST.get("remove", ""):
        take_out(id_of(removed), session)
    if reused := request.POST.get("reuse", ""):
        material, _sign, document = reused.partition(":")
        drafts.reuse(draft=draft, material=material, document=id_of(document), session=session)


def take_out(document: UUID, session: Session) -> None:
    """Take a paper out; one that is out already, after a second press, is no fault."""
    try:
        drafts.detach(document=document, session=session)
    except Refusal as refused:
        if refused.code != "document.missing":
            raise


def _remember_how_to_show(request: HttpRequest, response: HttpResponse) -> None:
    """The language and the size of the print, when they are changed from a page with a draft on it."""
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, request.POST["language"], samesite="Lax")
    if request.POST.get("large") in ("0", "1"):
        large.remember(response, on=request.POST["large"] == "1")


def _renewed(draft: UUID, session: Session) -> HttpResponse:
    """The item has a new version: what was written goes on in that one, and is looked through again before it is sent."""
    drafts.renew(draft=draft, session=session)
    return redirect(reverse("draft", args=[draft]) + "?renewed")


def _save(form: ApplicationForm, view: Mapping[str, Any], typed: dict[str, Any], session: Session) -> None:
    """Keep what was typed, for whom it is, and how the result is to be received."""
    chosen, mandate = form.behalf()
    organisation = next((one for one in view["organisations"] if one["id"] == chosen), None)
    authority = next((one for one in view["mandates"] if one["mandate"] == mandate), None)
    behalf = organisation["id"] if organisation else authority and authority["organisation"]
    code = organisation["code"] if organisation else authority and authority["code"]
    if code and any(one.get("type") == "credit_code" for one in view["item"]["body"]["form"]):
        typed["credit_code"] = code
    way, address = form.received()
    drafts.save(
        draft=UUID(view["draft"]),
        organisation=UUID(behalf) if behalf else None,
        form=typed,
        session=session,
        delivery=way,
        address=address,
        mandate=UUID(mandate) if authority and mandate else None,
    )


def _take_in(request: HttpRequest, form: ApplicationForm, draft: UUID, session: Session) -> None:
    """Store each file at once with the draft; a file that is refused is named where it was chosen."""
    for field, files in request.FILES.lists():
        if field not in form.fields:
            continue
        for one in files:
            try:
                paper = paper_of(one, material=field.removeprefix("material_"))
                drafts.attach(draft=draft, paper=paper, session=session)
            except Refusal as refused:
                if refused.kind != "malformed":
                    raise
                form.add_error(
                    field, _("%(file)s was not taken. %(why)s") % {"file": name_of(one), "why": refused.words}
                )


def accuse(form: ApplicationForm, view: Mapping[str, Any], typed: Mapping[str, Any]) -> None:
    """Say at each field what is missing or wrong before the draft can be sent."""
    try:
        check_form(view["item"]["body"], typed)
    except Refusal as refused:
        wrong = dict(refused.params["fields"])
        wrong.pop("credit_code", None)
        form.accuse(wrong)
    if not form["organisation"].value():
        form.add_error("organisation", _("Say for whom you apply."))
    if form.received() == ("post", ""):
        form.add_error("address", _("Write where the post should go."))
    there = {one["material"] for one in view["documents"]}
    for one in view["item"]["body"]["materials"]:
        field = f"material_{one['code']}"
        told = field in form.errors  # why is said there already
        wanted = is_asked(one) and one["necessity"] == 1 and matters(one, typed)
        if wanted and one["code"] not in there and not told:
            form.add_error(field, _("This paper is required. Add a PDF or a clear picture."))


def _page(request: HttpRequest, view: Mapping[str, Any], form: ApplicationForm, *, again: bool = False) -> HttpResponse:
    context = {
        "item": item_of(view["item"]),
        "form": form,
        "draft": view["draft"],
        "uploads": uploads_of(view, form),
        "saved_at": parse_datetime(view["saved_at"]) if view["form"] else None,
        "again": again,
        "max_size": settings.MAX_UPLOAD_BYTES,
        "types": _(", ").join(TYPES.values()),
        "visit": view["visit"],
        "ended": not view["item"]["in_force"],
        "renewed": "renewed" in request.GET,
    }
    return render(request, "public/apply.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in("applicant", "clerk")
def review(request: HttpRequest, session: Session, draft: UUID) -> HttpResponse:
    """Check the answers, then send. Sent twice, it is one case, and both lead to its receipt."""
    if request.method == "POST" and request.POST.get("do") not in ("ask", "signed"):
        return _send(request, session, draft)
    asked = confirming.asked(request, draft, session)
    try:
        view = drafts.view(draft=draft, session=session)
    except Refusal as refused:
        if refused.code != FILED:
            raise
        return redirect(*_filed(session, draft))
    if is_over(view):
        return redirect("draft", draft)
    form = form_of(view, _kept_answers(view))
    form.full_clean()
    accuse(form, view, view["form"])
    if form.errors:
        return _page(request, view, form)
    behalf = next(
        label for value, label in form.fields["organisation"].widget.choices if value == form["organisation"].value()
    )
    context = {
        "item": item_of(view["item"]),
        "draft": draft,
        "behalf": behalf,
        "answers": list(answers(view["item"]["body"]["form"], view["form"])),
        "delivery": WAYS[view["delivery"]],
        "address": view["address"],
        "uploads": uploads_of(view, form),
        "key": uuid4(),
        "at_window": session.login == "counter",
        **asked,
        "awaited": asked["awaited"] or confirming.awaited(view),
        "confirmed": view["confirmed"],
        "signed": view["signed"],
        "mark": view["mark"],
        "person": view["person"],
        "back_url": reverse("draft", args=[draft]),
    }
    return render(request, "public/review.html", context)


def _send(request: HttpRequest, session: Session, draft: UUID) -> HttpResponse:
    try:
        drafts.file(draft=draft, session=session, key=key_of(request))
    except Refusal as refused:
        again = (FILED, OVER, SUSPENDED, "form.malformed", "material.missing", "organisation.missing", AWAITED)
        if refused.code == "item.version_ended":
            return _renewed(draft, session)
        if refused.code not in again:
            raise
        if refused.code == FILED:
            return redirect(*_filed(session, draft))
        if refused.code in (OVER, SUSPENDED):
            return redirect("draft", draft)
        return redirect(reverse("review", args=[draft]) + ("?awaited" if refused.code == AWAITED else ""))
    return redirect("receipt", draft)


def form_of(
    view: Mapping[str, Any],
    data: QueryDict | Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] | None = None,
) -> ApplicationForm:
    """The form of a draft, filled with what was sent now or kept before."""
    body = view["item"]["body"]
    if data is not None and not isinstance(data, QueryDict):
        filled = QueryDict(mutable=True)
        for name, value in data.items():
            filled.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value or "")])
        data = filled
    return ApplicationForm(view, [one for one in body["materials"] if is_asked(one)], data, initial=initial)


def is_asked(material: Mapping[str, Any]) -> bool:
    """Whether the applicant brings a paper: not what the government holds, nor what the form itself makes."""
    return not material.get("exempt_by_sharing") and not material.get("from_form")


def instead_of(material: Mapping[str, Any]) -> dict[str, Any]:
    """How a paper comes to us, in the terms of the pages."""
    return {
        "asked": is_asked(material),
        "required": material["necessity"] == 1,
        "from_form": bool(material.get("from_form")),
        "note_zh": material.get("standard_zh", ""),
        "note_en": material.get("standard_en", ""),
    }


def uploads_of(view: Mapping[str, Any], form: ApplicationForm) -> list[dict[str, Any]]:
    """Each paper of the item with the files that are there already."""
    return [
        one
        | instead_of(one)
        | {
            "field": form[f"material_{one['code']}"] if is_asked(one) else None,
            "offer": next((o for o in view["offers"] if o["material"] == one["code"]), None),
            "papers": [
                {"id": d["id"], "name": d["name"], "type": TYPES.get(d["media_type"], ""), "size": d["size"]}
                for d in view["documents"]
                if d["material"] == one["code"]
            ],
        }
        for one in view["item"]["body"]["materials"]
        if matters(one, view["form"])
    ]


def item_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item in the terms of the pages."""
    body = item["body"]
    fee = (body.get("document") or {}).get("elements", {}).get("fee", {}).get("value", {}).get("name", {})
    return {
        "code": item["code"],
        "version": item["version"],
        "name_zh": body["name_zh"],
        "name_en": body["name_en"],
        "suspended": item["suspended"],
        "agency_zh": item.get("agency_zh", ""),
        "agency_en": item.get("agency_en", ""),
        "promise": period(body["limits"]["promise"]),
        "statutory": period(body["limits"]["statutory"]),
        "fee_zh": fee.get("zh", ""),
        "fee_en": fee.get("en", ""),
    }
