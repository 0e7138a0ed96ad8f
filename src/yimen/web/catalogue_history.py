"""An item as those see it who keep the catalogue: its versions, when each was in force, and what one says otherwise than another."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.registry import keeping, revision, versions
from yimen.web.catalogue_home import under_way
from yimen.web.catalogue_paging import Entry, entry_of
from yimen.web.door import signed_in
from yimen.web.sent import number_of

PAGE: Final = 20


@never_cache
@require_safe
@signed_in("editor", "reviewer")
def history(request: HttpRequest, session: Session, code: str) -> HttpResponse:
    """
    Show the versions of an item, and what the last, or one that is asked for, says otherwise than another.

    Refuses: missing item.unknown; malformed move.malformed.
    """
    code = code.replace("\x00", "")[:100]
    keeper = keeping.keeper(session=session)
    past = number_of(request.GET["past"][:9]) if "past" in request.GET else None
    rows = versions.listed(code=code, before=past, limit=PAGE + 1)
    if not rows:
        raise Refusal("missing", "item.unknown", item=code)
    last = rows[0] if past is None else versions.listed(code=code, limit=1)[0]
    after = number_of(request.GET.get("after", str(last["version"]))[:9])
    before = number_of(request.GET.get("before", str(after - 1))[:9])
    said = versions.rows_at(code=code, versions=[before, after])
    mine = revision.changeable(session=session, code=code, limit=1) if keeper.role == "editor" else []
    context = {
        "item": last,
        "code": code,
        "versions": rows[:PAGE],
        "pages": {"previous": "?" if past else "", "next": f"?past={rows[PAGE - 1]['version']}" if len(rows) > PAGE else ""},
        "before": before,
        "after": after,
        "changes": _changes(said.get(before), said.get(after), code),
        "first": before == 0,
        "under_way": under_way(code, session=session),
        "mine": mine[0] if mine else None,
    }  # fmt: skip
    return render(request, "catalogue/history.html", context)


def _changes(before: Any, after: Any, code: str) -> dict[str, Any] | None:
    """What changes, without the rules: a version that was published kept those of its day."""
    return entry_of(Entry(code, "changed", before, after), {}) | {"findings": []} if after else None
