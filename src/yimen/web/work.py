"""
The frame of the pages on which an official works: what chance gave her, one case, and acting on it once.

A page is drawn from one statement. What is done on it carries the key made when it was drawn and the number of the last
event it showed: sent twice it is done once, and a page that is no longer true is refused by the record.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yimen.casework import case as cases
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web import shown
from yimen.web.clocks import clocks_of, days_left, standing_of
from yimen.web.tags import both
from yimen.web.words import LAST

PAGE: Final = 20
View = Mapping[str, Any]
Rows = list[dict[str, Any]]

# What was just done, told on the page that comes next. Only these words can be asked for.
DONE: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    "accepted": (
        gettext_lazy("The application is accepted."),
        gettext_lazy("The clock of the law runs from today. Chance has drawn the examiner."),
    ),
    "examined": (
        gettext_lazy("Your finding is on record."),
        gettext_lazy("Chance has drawn who decides."),
    ),
    "granted": (
        gettext_lazy("The licence is granted."),
        gettext_lazy("The agency's signature follows by itself; then chance draws who makes the certificate."),
    ),
    "made": (
        gettext_lazy("The certificate is made."),
        gettext_lazy("Chance has drawn the first custodian of the seal."),
    ),
    "released": (
        gettext_lazy("The first hand has released the seal."),
        gettext_lazy("Chance has drawn the second custodian; nothing is sealed before that release."),
    ),
    "released_again": (
        gettext_lazy("The second hand has released the seal."),
        gettext_lazy("The certificate is sealed and delivered by itself."),
    ),
    "committed": (gettext_lazy("Your half is laid down."), ""),
}
WAITING: Final[Mapping[str, str | Promise]] = {
    "granted": gettext_lazy("The agency's signature is awaited. It is made by itself, and the case goes on."),
    "released": gettext_lazy("The seal is awaited. It is set by itself, and the case goes on."),
}


@dataclass(frozen=True, kw_only=True)
class Work:
    """One step of the path as a page: its template, what it asks, what it shows beside, and the operation it calls."""

    template: str
    worklist: str
    done: str
    form: Callable[[View, Any], forms.Form]
    act: Callable[..., object]
    about: Callable[[View, Session], dict[str, Any]]


def case_page(request: HttpRequest, session: Session, case: UUID, work: Work) -> HttpResponse:
    """Show one case and what there is to do on it; do it when it is sent."""
    view = cases.view(case=case, session=session)
    form = None
    if request.method == "POST":
        key, after = once(request)
        form = work.form(view, request.POST)
        if form.is_valid():
            work.act(case=case, after=after, session=session, key=key, given=form.cleaned_data)
            return done(work.worklist, work.done)
    elif view["turn"]:
        key, after = uuid4(), view["head"]
        form = work.form(view, None)
    else:
        key, after = uuid4(), view["head"]
    context = {
        **frame_of(view, session=session),
        **work.about(view, session),
        "list_url": reverse(work.worklist),
        "form": form,
        "key": key,
        "after": after,
    }
    return render(request, work.template, context, status=422 if form is not None and form.errors else 200)


def once(request: HttpRequest) -> tuple[UUID, int]:
    """Return the key and the last event of the page that was sent. Refuses: malformed move.malformed."""
    try:
        return UUID(request.POST["key"]), int(request.POST["after"])
    except (KeyError, ValueError) as wrong:
        raise Refusal("malformed", "move.malformed") from wrong


def done(page: str, what: str, **more: str) -> HttpResponseRedirect:
    """Lead on to a page, which then tells what was done."""
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({**more, 'done': what})}")


def notice_of(request: HttpRequest) -> dict[str, Any]:
    """Return what the page should tell of the thing just done, if any."""
    told = DONE.get(request.GET.get("done", ""))
    return {"notice": {"text": told[0], "more": told[1], "good": True}} if told else {}


def frame_of(view: View, *, session: Session) -> dict[str, Any]:
    """Return what every page about one case shows."""
    agency = {"agency_zh": view["agency"]["name_zh"], "agency_en": view["agency"]["name_en"]}
    who = {"key": _("Legal representative"), "value": both(view["representative"], "name")}
    details = shown.details_of(view)
    return {
        "case": {**shown.case_of(view), **agency},
        "details": [*details[:2], who, *details[2:]],
        "papers": shown.papers_of(view),
        "clocks": clocks_of(view, login=session.login),
        "events": shown.events_of(view),
        "waiting": WAITING.get(view["state"], ""),
    }


def worklist(
    request: HttpRequest, session: Session, *, page: str, case_url: Callable[[Mapping[str, Any]], str]
) -> dict[str, Any]:
    """Return what a worklist shows: mine, the most urgent first, a page at a time. One statement."""
    rows = cases.worklist(session=session, limit=PAGE + 1, after=_after(request))
    mine = rows[:PAGE]
    following = ""
    if len(rows) > PAGE:
        place = {"due": mine[-1]["due_on"].isoformat(), "after": str(mine[-1]["stream"])}
        following = f"{reverse(page)}?{urlencode(place)}"
    first = reverse(page) if "after" in request.GET else ""
    return {
        "cases": [_waiting_case(row, case_url(row), session.login) for row in mine],
        "pages": {"previous": first, "next": following},
        **notice_of(request),
    }


def _after(request: HttpRequest) -> tuple[date, UUID] | None:
    try:
        return date.fromisoformat(request.GET["due"]), UUID(request.GET["after"])
    except (KeyError, ValueError):
        return None


def _waiting_case(row: Mapping[str, Any], url: str, login: str) -> dict[str, Any]:
    left = days_left(row["due_on"], row["today"], login=login)
    return {
        "number": row["number"],
        "url": url,
        "name_zh": row["item_zh"],
        "name_en": row["item_en"],
        "holder": both(row, "applicant"),
        "state": LAST[row["state"]],
        "filed": row["filed_at"],
        "due": row["due_on"],
        "left": left,
        "standing": standing_of(left),
        "provisional": row["provisional"],
    }


def certificate_rows(decision: Mapping[str, Any]) -> Rows:
    """A decision as the certificate will read, word for word: it is issued in Chinese, whatever the language of the page."""
    holder, scope = decision["holder"], decision["scope"]
    return [
        {"key": _("Certificate"), "value": decision["certificate"]["type_zh"]},
        {"key": _("Certificate number"), "value": decision["certificate"]["number"], "code": True},
        {"key": _("Holder"), "value": holder["name"]},
        {"key": _("Unified social credit code"), "value": holder["credit_code"], "code": True},
        {"key": _("Legal representative"), "value": holder["representative"]},
        {"key": _("Premises"), "value": scope["premises"]},
        {"key": _("Type of business"), "value": scope["business_type"]},
        {"key": _("Scope of business"), "value": "、".join(scope["business_items"])},
        {"key": _("Valid"), "value": f"{decision['valid_from']} – {decision['valid_until']}", "code": True},
        {"key": _("Issued by"), "value": decision["agency"]["name_zh"]},
        {"key": _("Legal basis"), "value": decision["basis"]},
    ]


def named(things: Sequence[Mapping[str, Any]], name: str) -> list[tuple[str, str]]:
    """Return choices of a form, by code, in the words of the page's language."""
    return [(one["code"], _capital(both(one, name) or _said(one) or one["code"])) for one in things]


def _said(thing: Mapping[str, Any]) -> str:
    return both({"said_zh": thing.get("zh"), "said_en": thing.get("en")}, "said")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
