"""
The frame of the pages on which an official works: what chance gave her, one case, and acting on it once.

A page is drawn from one statement. What is done on it carries the key made when it was drawn and the number of the last
event it showed: sent twice it is done once, and a page that is no longer true is refused by the record.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
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
from yimen.casework import stepping_aside
from yimen.casework.writing import LONGEST
from yimen.pure.evidence import NO_END
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web import shown
from yimen.web.clocks import clocks_of, days_left, standing_of
from yimen.web.sent import once
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
        gettext_lazy("What was applied for is granted."),
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
    "correction_asked": (
        gettext_lazy("The correction is asked for."),
        gettext_lazy("The applicant is told everything at once. The case comes back to you."),
    ),
    "not_required": (
        gettext_lazy("The case is over: no application is needed."),
        gettext_lazy("The applicant is told why."),
    ),
    "refused": (
        gettext_lazy("The application is not accepted."),
        gettext_lazy("The applicant is told why, and where to go."),
    ),
    "failed": (
        gettext_lazy("Your finding is on record."),
        gettext_lazy("It cannot be granted like this. Chance has drawn who decides."),
    ),
    "denied": (
        gettext_lazy("The application is denied."),
        gettext_lazy("The applicant is told the reasons and the remedies."),
    ),
    "sent_back": (
        gettext_lazy("The case is back with its examiner."),
        gettext_lazy("You have it again after the new finding."),
    ),
    "stepped_aside": (gettext_lazy("You have handed it back."), gettext_lazy("Chance picks someone else.")),
    "handed_over": (gettext_lazy("The certificate is handed over."), gettext_lazy("The case is closed by itself.")),
    "posted": (gettext_lazy("The parcel is on record."), gettext_lazy("The case ends when it arrives.")),
    "arrived": (gettext_lazy("The arrival is on record."), gettext_lazy("The case is closed by itself.")),
    "came_back": (
        gettext_lazy("The return is on record."),
        gettext_lazy("The applicant is told to collect it; hand it over when she comes."),
    ),
    "lost": (
        gettext_lazy("The loss is on record."),
        gettext_lazy("The applicant is told to collect the result; print it anew and hand it over when she comes."),
    ),
    "kept": (gettext_lazy("The certificate is kept at the centre."), gettext_lazy("It can still be collected.")),
    "original_taken": (
        gettext_lazy("The originals are taken."),
        gettext_lazy("Print the receipt and give it to the person."),
    ),
    "original_returned": (gettext_lazy("The originals are given back."), ""),
    "seen": (gettext_lazy("You have seen the document."), gettext_lazy("The decision is blocked no longer.")),
    "greeted": (gettext_lazy("The person has a number."), gettext_lazy("Chance has drawn the clerk who serves her.")),
    "ended": (gettext_lazy("The visit has ended."), ""),
    "corrected_for": (gettext_lazy("The correction is sent."), gettext_lazy("You can accept the application now.")),
    "revision_submit": (
        gettext_lazy("The revision is submitted."),
        gettext_lazy("A reviewer, who is another person, publishes it or sends it back."),
    ),
    "revision_withdraw": (gettext_lazy("The revision is withdrawn."), ""),
    "revision_return": (gettext_lazy("The revision is back with its editor."), ""),
    "revision_publish": (
        gettext_lazy("The revision is published."),
        gettext_lazy("Running cases keep the version under which they were filed."),
    ),
    "place_proposed": (
        gettext_lazy("The change is proposed."),
        gettext_lazy("Nothing is different yet: another manager, whose place it is too, confirms it."),
    ),
    "place_confirm": (gettext_lazy("The change is in force."), ""),
    "place_decline": (gettext_lazy("The change is declined."), ""),
    "place_withdraw": (gettext_lazy("The change is withdrawn."), ""),
    "filed_for": (gettext_lazy("The application is filed."), gettext_lazy("Print the receipt. You can accept it now.")),
}
WAITING: Final[Mapping[str, str | Promise]] = {
    "granted": gettext_lazy("The agency's signature is awaited. It is made by itself, and the case goes on."),
    "released": gettext_lazy("The seal is awaited. It is set by itself, and the case goes on."),
}


# What stands in the way of a step that waits here all the same.
BLOCKED: Final[Mapping[str, str | Promise]] = {
    "identity": gettext_lazy("The identity is not checked yet; nothing can be decided before."),
    "fee": gettext_lazy("The fee is not paid yet; the certificate is made after that."),
    "": gettext_lazy("A document is not checked yet; nothing can be decided before."),
}


@dataclass(frozen=True, kw_only=True)
class Way:
    """One thing that can be done on a case: its form, the operation it calls, and what is said of it before and after."""

    done: str
    form: Callable[[View, Any], forms.Form]
    act: Callable[..., object]
    title: str | Promise = ""
    text: str | Promise = ""
    button: str | Promise = ""
    stop: bool = False
    when: Callable[[View], bool] = lambda view: bool(view["turn"])


@dataclass(frozen=True, kw_only=True)
class Work:
    """One step of the path as a page: its template, what is usually done, the other ways out, and what it shows beside."""

    template: str
    worklist: str
    way: Way
    about: Callable[[View, Session], dict[str, Any]]
    others: Mapping[str, Way] = field(default_factory=dict)


def case_page(request: HttpRequest, session: Session, case: UUID, work: Work | Callable[[View], Work]) -> HttpResponse:
    """Show one case and what there is to do on it; do it when it is sent."""
    view = cases.view(case=case, session=session)
    work = work if isinstance(work, Work) else work(view)
    key, after = once(request) if request.method == "POST" else (uuid4(), view["head"])
    chosen = request.POST.get("do", "")
    if chosen and chosen not in work.others:
        raise Refusal("malformed", "move.malformed")
    sent = work.others[chosen] if chosen else work.way
    typed = None
    if request.method == "POST":
        typed = sent.form(view, request.POST)
        if typed.is_valid():
            sent.act(case=case, after=after, session=session, key=key, given=typed.cleaned_data)
            return done(work.worklist, sent.done)
    others = [
        {"name": name, "way": way, "form": typed if name == chosen and typed else way.form(view, None)}
        for name, way in work.others.items()
        if way.when(view)
    ]
    form = typed if typed and not chosen else work.way.form(view, None) if work.way.when(view) else None
    context = {
        **frame_of(view, session=session),
        **work.about(view, session),
        **notice_of(request),
        "list_url": reverse(work.worklist),
        "form": form,
        "others": [one | {"open": one["name"] == chosen} for one in others],
        "wrong": typed,
        "key": key,
        "after": after,
    }
    return render(request, work.template, context, status=422 if typed is not None else 200)


def step_aside(step: str) -> Way:
    """The way for whoever has an interest in the case, or will be away: hand the step back, and chance picks another."""
    return Way(
        done="stepped_aside",
        form=_ground,
        act=lambda *, given, **move: stepping_aside.step_aside(step=step, ground=given["ground"], **move),
        title=gettext_lazy("Hand this back"),
        text=gettext_lazy("Chance picks someone else, and never you again in this case. The ground is on record."),
        button=gettext_lazy("Hand back"),
        when=lambda view: view["turn"] == step,
    )


def _ground(view: View, data: Any) -> forms.Form:
    form = forms.Form(data, prefix="aside")
    form.fields["ground"] = forms.ChoiceField(
        label=_("Why?"),
        choices=[
            ("interest", _("I know the applicant, or have an interest in the outcome")),
            ("absence", _("I will be away and cannot do it in time")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say why.")},
    )
    return form


def asked(prefix: str, **labels: Any) -> Callable[[View, Any], forms.Form]:
    """A form of texts that must be written, by name and label."""

    def form(view: View, data: Any) -> forms.Form:
        made = forms.Form(data, prefix=prefix)
        for name, label in labels.items():
            made.fields[name] = forms.CharField(
                label=label,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"required": _("Write this.")},
            )
        return made

    return form


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
    details = shown.details_of(view)
    return {
        "case": {**shown.case_of(view), **agency},
        "details": details,
        "papers": shown.papers_of(view),
        "issued": shown.issued_of(view),
        "clocks": clocks_of(view, login=session.login),
        "events": shown.events_of(view),
        "waiting": WAITING.get(view["state"], ""),
        "fee": shown.fee_of(view),
        "originals": sum(one["pieces"] for one in view["originals"] if one["returned"] is None),
    }


def worklist(
    request: HttpRequest, session: Session, *, page: str, case_url: Callable[[Mapping[str, Any]], str]
) -> dict[str, Any]:
    """Return what a worklist shows: mine, the most urgent first, a page at a time. One statement."""
    rows = cases.worklist(session=session, limit=PAGE + 1, after=_after(request))
    mine = rows[:PAGE]
    following = ""
    if len(rows) > PAGE:
        last = mine[-1]
        place = {"due": last["due_on"].isoformat(), "filed": last["filed_at"].isoformat(), "after": str(last["stream"])}
        following = f"{reverse(page)}?{urlencode(place)}"
    first = reverse(page) if "after" in request.GET else ""
    return {
        "cases": [_waiting_case(row, case_url(row), session.login) for row in mine],
        "waiting_count": mine[0]["waiting"] if mine else 0,
        "pages": {"previous": first, "next": following},
        **notice_of(request),
    }


def _after(request: HttpRequest) -> cases.Waiting | None:
    if "after" not in request.GET:
        return None
    try:
        due, at = date.fromisoformat(request.GET["due"]), datetime.fromisoformat(request.GET["filed"])
        return (due, at, UUID(request.GET["after"])) if at.tzinfo else None
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
        "clock": row["clock"],
        "left": left,
        "instant": row["instant"] and row["clock"] != "service",
        "promise": _promise(row),
        "blocked": [BLOCKED.get(one, BLOCKED[""]) for one in row["blocked"]],
        "standing": standing_of(left),
        "provisional": row["provisional"],
    }


def _promise(row: Mapping[str, Any]) -> date | None:
    """The day of the promise, where it does not leave the time that the step itself would have."""
    promise: date | None = row["promise_due"]
    return promise if promise and promise <= row["due_on"] and row["clock"] == "link" else None


def certificate_rows(decision: Mapping[str, Any]) -> Rows:
    """A decision as the certificate will read, word for word: it is issued in Chinese, whatever the language of the page."""
    holder = decision["holder"]
    organisation = [
        {"key": _("Unified social credit code"), "value": holder["credit_code"], "code": True},
        {"key": _("Legal representative"), "value": holder["representative"]},
    ] * bool(holder["credit_code"])
    return [
        {"key": _("Certificate"), "value": decision["certificate"]["type_zh"]},
        {"key": _("Certificate number"), "value": decision["certificate"]["number"], "code": True},
        {"key": _("Holder"), "value": holder["name"]},
        *organisation,
        *({"key": one["en"] if shown.english() else one["zh"], "value": one["value"]} for one in decision["scope"]),
        {"key": _("Valid"), "value": f"{decision['valid_from']} – {decision['valid_until'] or NO_END}", "code": True},
        {"key": _("Issued by"), "value": decision["agency"]["name_zh"]},
        {"key": _("Legal basis"), "value": decision["basis"]},
    ]


def written(view: View, kind: str) -> Rows:
    """Return what was written in steps of a kind, the last first: the body of each, and when."""
    at = {one["number"]: datetime.fromisoformat(one["at"]) for one in view["events"]}
    return [
        {"body": json.loads(one["body"]), "at": at[one["number"]]}
        for one in reversed(view["writings"])
        if one["kind"] == kind
    ]


def named(things: Sequence[Mapping[str, Any]], name: str) -> list[tuple[str, str]]:
    """Return choices of a form, by code, in the words of the page's language."""
    return [(one["code"], _capital(both(one, name) or _said(one) or one["code"])) for one in things]


def _said(thing: Mapping[str, Any]) -> str:
    return both({"said_zh": thing.get("zh"), "said_en": thing.get("en")}, "said")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
