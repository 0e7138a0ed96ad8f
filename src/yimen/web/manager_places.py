"""The places of a manager: what waits for her, and of each place what it is, what is proposed of it and what it offers."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import changes, offers
from yimen.web import manager_forms as asking
from yimen.web.change_words import PARTS, STATES, TONES
from yimen.web.door import signed_in
from yimen.web.guidance import opening_of
from yimen.web.sent import before_of, key_of
from yimen.web.tags import both

PAGE: Final = 20
FEW: Final = 10


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("manager")
def list_mine(request: HttpRequest, session: Session) -> HttpResponse:
    """Show what waits for a second hand, and the places that are hers."""
    words, past = _asked(request, "q"), _asked(request, "past")
    rows = changes.mine(session=session, typed=words, after=past, limit=PAGE + 1)
    waiting = changes.listed(session=session, state="proposed", limit=FEW + 1)
    context = {
        "words": words,
        "waiting": [change_line(one) for one in waiting[:FEW]],
        "more": len(waiting) > FEW,
        "places": rows[:PAGE],
        "pages": _pages(rows, PAGE, past, {"q": words}, "#places"),
    }
    return render(request, "manager/places.html", context)


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("manager", "supervisor")
def list_changes(request: HttpRequest, session: Session) -> HttpResponse:
    """Show the changes that somebody may see, the last touched first."""
    state = _asked(request, "state")
    rows = changes.listed(session=session, state=state, before=before_of(request, "change"), limit=PAGE + 1)
    context = {
        "changes": [change_line(one) for one in rows[:PAGE]],
        "state": state,
        "states": STATES,
        "pages": _older(rows, PAGE, "before" in request.GET, {"state": state}),
    }
    return render(request, "manager/changes.html", context)


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("manager")
def place(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Show a place: its week, windows, closures to come, and what was proposed of it, by whom and why."""
    found = changes.place(code=code, session=session)
    rows = changes.listed(session=session, place=code, before=before_of(request, "change"), limit=FEW + 1)
    context = {
        "place": found,
        "week": week_of(found),
        "closures": spans(found["closures"]),
        "changes": [change_line(one) for one in rows[:FEW]],
        "pages": _older(rows, FEW, "before" in request.GET, {}, "#history"),
    }
    return render(request, "manager/place.html", context)


@never_cache
@require_http_methods(["GET", "HEAD"])
@signed_in("manager")
def list_offers(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Show every item in force with whether a place offers it, and if it does not, why."""
    found = changes.place(code=code, session=session)
    words, offered, past = (_asked(request, name) for name in ("q", "offered", "past"))
    asked = {"place": code, "typed": words, "offered": offered, "after": past}
    rows = offers.at_place(**asked, limit=PAGE + 1, login=session.login)
    context = {
        "place": found,
        "words": words,
        "offered": offered,
        "items": [one | {"week": week_of(one)} for one in rows[:PAGE]],
        "pages": _pages(rows, PAGE, past, {"q": words, "offered": offered}),
    }
    return render(request, "manager/offers.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("manager")
def close(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Propose days on which a place, or all that lie in it, is closed."""
    return _proposing(request, session, code, asking.Closing, title=_("Close it on some days"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("manager")
def reopen(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Propose that it is open on days on which it would be closed."""
    return _proposing(request, session, code, asking.Reopening, title=_("Take closed days back"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("manager")
def hours(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Propose another week, or another telephone."""
    return _proposing(request, session, code, asking.Hours, title=_("Change hours and telephone"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("manager")
def window(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Propose a window, or another name for one."""
    return _proposing(request, session, code, asking.Window, title=_("Add or rename a window"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("manager")
def end_window(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """Propose that a window ends."""
    return _proposing(request, session, code, asking.WindowEnd, title=_("End a window"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("manager")
def offer(request: HttpRequest, session: Session, code: str, item: str) -> HttpResponse:
    """Propose whether a place offers an item. Refuses: missing item.unknown."""
    rows = offers.at_place(place=code, typed=item, login=session.login)
    row = next((one for one in rows if one["code"] == item), None)
    if row is None:
        raise Refusal("missing", "item.unknown", item=item[:100])
    return _proposing(request, session, code, asking.Offer, title=both(row, "name"), given=row)


def _proposing(
    request: HttpRequest,
    session: Session,
    code: str,
    form_of: type[asking.Proposing],
    *,
    title: str,
    given: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Ask for a change of a place with a form, and propose it when it is sent."""
    found = changes.place(code=code, session=session)
    posted = request.method == "POST"
    initial = given or {name: _asked(request, name) for name in ("first", "last", "code")}
    form = form_of(request.POST if posted else None, place=found, session=session, initial=initial)
    if posted and form.is_valid():
        why, key = form.cleaned_data["why"], key_of(request)
        made = changes.propose(why=why, said=form.said, session=session, key=key)
        return HttpResponseRedirect(f"{reverse('place_change', args=[made.stream])}?done=place_proposed")
    context = {
        "form": form,
        "title": title,
        "place": found,
        "item": given,
        "key": key_of(request) if posted else uuid4(),
    }
    return render(request, "manager/propose.html", context, status=422 if posted else 200)


def change_line(one: Mapping[str, Any]) -> dict[str, Any]:
    """A change as lists show it; `others`: how many places it touches beside the one that is named."""
    state = one["state"]
    what = dict.fromkeys(str(PARTS["offers" if part == "as_level" else part]) for part in one["parts"])
    shown = {"what": " · ".join(what), "word": STATES[state], "tone": TONES[state], "others": one["places"] - 1}
    return {**one, **shown, "waits": one["hers"] and not one["own"] and state == "proposed"}


def week_of(row: Mapping[str, Any]) -> str:
    """The week of a place, in words."""
    opens, closes = (str(row[name])[:5] for name in ("opens", "closes"))
    return opening_of({"days": row["days"], "opens": opens, "closes": closes})


def spans(closures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Closed days with one reason that follow each other, as one: first, last, days (how many), name_zh/en."""
    made: list[dict[str, Any]] = []
    for one in closures:
        day = date.fromisoformat(one["day"])
        words = {name: one[name] for name in ("name_zh", "name_en")}
        if (
            made
            and made[-1]["last"] + timedelta(days=1) == day
            and all(made[-1][name] == words[name] for name in words)
        ):
            made[-1] |= {"last": day, "days": made[-1]["days"] + 1}
        else:
            made.append({"first": day, "last": day, "days": 1, **words})
    return made


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]


def _pages(rows: list[Any], size: int, past: str, asked: Mapping[str, str], at: str = "") -> dict[str, str]:
    kept = {name: value for name, value in asked.items() if value}
    following = urlencode(kept | {"past": rows[size - 1]["code"]}) if len(rows) > size else ""
    return {"previous": f"?{urlencode(kept)}{at}" if past else "", "next": f"?{following}{at}" if following else ""}


def _older(rows: list[Any], size: int, later: bool, asked: Mapping[str, str], at: str = "") -> dict[str, str]:
    kept = {name: value for name, value in asked.items() if value}
    following = ""
    if len(rows) > size:
        last = rows[size - 1]
        following = urlencode(kept | {"before": last["at"].isoformat(), "change": str(last["change"])})
    return {"previous": f"?{urlencode(kept)}{at}" if later else "", "next": f"?{following}{at}" if following else ""}
