"""One item of a draft as a form. Whoever saves second sees what the other changed beside her own, and loses nothing."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.pure.item_differences import differences
from yimen.pure.item_merge import merged
from yimen.pure.item_rules import Whole
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import revision
from yimen.registry.revision import Revision
from yimen.web.catalogue_differences import label, names_of, worded
from yimen.web.catalogue_form import page_of, rearranged, whole_in
from yimen.web.catalogue_home import named
from yimen.web.door import signed_in
from yimen.web.sent import number_of, once


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What another did meanwhile: what both began with, what the other has, and as which version, if that was published already."""

    base: Whole
    theirs: Whole
    published: int


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("editor")
def item(request: HttpRequest, session: Session, revision: UUID, code: str) -> HttpResponse:
    """Show an item of a draft as a form, and save it; a draft may break rules."""
    found, mine = _found(revision, session, code)
    if request.method == "POST":
        return _sent(request, session, found, mine)
    if found.state != "draft":
        return redirect("catalogue_revision", revision)
    overtaken = _overtaken(found, code)
    shown = merged(overtaken.base, overtaken.theirs, mine) if overtaken else mine
    return _page(request, found, shown, mine, beside=overtaken)


def _found(which: UUID, session: Session, code: str) -> tuple[Revision, Whole]:
    """Refuses: missing stream.missing, item.unknown."""
    found = revision.read(revision=which, session=session)
    mine = next((one.rows for one in found.items if one.code == code), None)
    if mine is None:
        raise Refusal("missing", "item.unknown", item=code[:100])
    return found, mine


def _overtaken(found: Revision, code: str) -> Beside | None:
    """What was published of an item since the draft was begun, if anything."""
    before = next(one.before for one in found.items if one.code == code)
    if code not in found.moved:
        return None
    latest = [(version, rows) for _code, version, rows in revision.rows_of(codes=[code])]
    if not latest:
        return None
    version, theirs = latest[0]
    return Beside(base=before or Whole(item={}), theirs=theirs, published=version)


def _sent(request: HttpRequest, session: Session, found: Revision, stands: Whole) -> HttpResponse:
    key, after = once(request)
    typed = whole_in(request.POST, stands)
    code = stands.said("implementation_code")
    arranged = rearranged(typed, request.POST.get("do", ""))
    if arranged is not None:
        return _page(
            request, found, arranged[0], arranged[0], opened=arranged[1], after=after, follows=_follows(request)
        )
    if not list(differences(stands, typed)) and after == found.head and code not in found.moved:
        return _saved(found.stream, code)
    follows = _follows(request)  # the version that she saw was published since, and saves with
    seen = revision.drafted_at(revision=found.stream, number=after, session=session)
    bases = dict(seen.bases) | ({code: follows} if follows else {})
    items = [typed if one.said("implementation_code") == code else one for one in seen.items]
    wanted = replace(seen, items=items, bases=bases)
    try:
        revision.save(revision=found.stream, after=after, wanted=wanted, session=session, key=key)
    except Refusal as refusal:
        if refusal.code != "case.moved_meanwhile":
            raise
        return _overlapping(request, session, found.stream, typed, after)
    return _saved(found.stream, code)


def _follows(request: HttpRequest) -> int:
    """Refuses: malformed move.malformed."""
    return number_of(request.POST["follows"][:6]) if request.POST.get("follows") else 0


def _saved(stream: UUID, code: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("catalogue_item", args=[stream, code]) + "?done=draft_saved")


def _overlapping(request: HttpRequest, session: Session, which: UUID, typed: Whole, after: int) -> HttpResponse:
    """Another saved first: her changes and mine, side by side and in one form, which can be saved."""
    code = typed.said("implementation_code")
    found, theirs = _found(which, session, code)
    if found.state != "draft":
        raise Refusal("conflict", "case.wrong_state", state=found.state)
    drafted = revision.drafted_at(revision=which, number=after, session=session).items
    base = next((one for one in drafted if one.said("implementation_code") == code), theirs)
    beside = Beside(base=base, theirs=theirs, published=0)
    return _page(
        request, found, merged(base, theirs, typed), typed, beside=beside, status=409, follows=_follows(request)
    )


def _page(
    request: HttpRequest,
    found: Revision,
    shown: Whole,
    mine: Whole,
    *,
    beside: Beside | None = None,
    opened: str = "",
    after: int = 0,
    follows: int = 0,
    status: int = 200,
) -> HttpResponse:
    saved = [one for one in found.steps if one.kind in ("revision.opened", "revision.saved")][-1]
    context = {
        **page_of(shown, found.profile, opened=opened),
        "revision": found,
        "title": named(shown.item),
        "saved": saved,
        "done": request.GET.get("done") == "draft_saved",
        "unsaved": bool(opened),
        "beside": beside and _beside(beside, mine),
        "published": bool(beside and beside.published),
        "follows": follows or (beside.published if beside else 0) or "",
        "key": uuid4(),
        "after": after or found.head,
        "back": reverse("catalogue_revision", args=[found.stream]),
    }
    return render(request, "catalogue/item.html", context, status=status)


def _beside(beside: Beside, mine: Whole) -> list[dict[str, Any]]:
    """Each field that the other changed: what it said, what the other says, what mine says, and which the form has now."""
    own = {one[:3]: one.after for one in differences(beside.base, mine)}
    rows = []
    for one in differences(beside.base, beside.theirs):
        names = names_of(beside.base, one.sheet) | names_of(beside.theirs, one.sheet)
        both_changed = one[:3] in own and own[one[:3]] != one.after
        rows.append(
            {
                "label": " · ".join(
                    filter(None, [names.get(one.key) if one.sheet != "items" else "", label(one.asked)])
                ),
                "before": worded(one, one.before, names=names),
                "theirs": worded(one, one.after, names=names),
                "mine": worded(one, own.get(one[:3], one.before), names=names),
                "both": both_changed,
            }
        )
    return rows
