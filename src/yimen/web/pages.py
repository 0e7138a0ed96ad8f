"""Pages of one paper, scanned or photographed: put in order, turned, left out, and made into one file before it is filed."""

from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yimen.casework import draft as drafts
from yimen.casework import joining
from yimen.pure.content import MOST_PAGES
from yimen.pure.joined import TURNS, Turn
from yimen.record.events import Session
from yimen.record.refusal import Refusal
from yimen.web.door import signed_in
from yimen.web.tags import both

WAYS: Final[tuple[tuple[int, str | Promise], ...]] = (
    (0, gettext_lazy("not at all")),
    (90, gettext_lazy("to the right")),
    (180, gettext_lazy("by half: it is upside down")),
    (270, gettext_lazy("to the left")),
)


@dataclass
class Line:
    """One page on the screen: where it is from, its place, how it is turned, and whether it is left out."""

    document: UUID
    name: str
    page: int
    of: int
    picture: str
    order: str
    turn: int = 0
    out: bool = False
    wrong: str = ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in("applicant", "clerk")
def pages(request: HttpRequest, session: Session, draft: UUID, material: str) -> HttpResponse:
    """Show every page of a paper; make one file of them in the order that is sent."""
    view = drafts.view(draft=draft, session=session)
    paper = next((one for one in view["item"]["body"]["materials"] if one["code"] == material), None)
    if paper is None and material != "signed_confirmation":
        raise Refusal("missing", "material.unknown", material=material[:100])
    lines = _lines(draft, material, session)
    wrong = ""
    if request.method == "POST":
        lines = [one for one in lines if f"order-{one.document}-{one.page}" in request.POST]  # as they were looked at
        chosen = _chosen(request, lines)
        out = {one.document for one in lines} - {one.document for one in chosen}
        wrong = next((one.wrong for one in lines if one.wrong), "")
        if not wrong:
            try:
                joining.join_pages(draft=draft, material=material, sheets=chosen, session=session, without=list(out))
            except Refusal as refused:
                if refused.kind != "malformed":
                    raise
                wrong = refused.words
            else:
                return redirect(f"{reverse('draft', args=[draft])}#id_material_{material}")
    context = {
        "draft": draft,
        "material": material,
        "name": both(paper, "name") if paper else _("Signed confirmation"),
        "lines": lines,
        "ways": WAYS,
        "wrong": wrong,
        "most": MOST_PAGES,
        "max_size": settings.MAX_UPLOAD_BYTES,
    }
    return render(request, "public/pages.html", context, status=422 if wrong else 200)


def _lines(draft: UUID, material: str, session: Session) -> list[Line]:
    lines: list[Line] = []
    for one in joining.sources(draft=draft, material=material, session=session):
        url = reverse("document", args=[one.document])
        picture = url if one.media_type != joining.PDF else ""
        for page in range(1, one.pages + 1):
            lines.append(Line(one.document, one.name, page, one.pages, picture, str(len(lines) + 1)))
    return lines


def _chosen(request: HttpRequest, lines: list[Line]) -> list[joining.Sheet]:
    """The pages that are kept, in the order of their numbers; two with the same number stay as they were."""
    kept: list[tuple[int, Any]] = []
    for line in lines:
        name = f"{line.document}-{line.page}"
        line.order = request.POST.get(f"order-{name}", line.order).strip()[:5]
        turn = request.POST.get(f"turn-{name}", "0")
        line.turn = int(turn) if turn in {str(one) for one in TURNS} else 0
        line.out = f"out-{name}" in request.POST
        if line.out:
            continue
        if not line.order.isascii() or not line.order.isdigit():
            line.wrong = _("Write the place of each page as a number.")
            continue
        kept.append((int(line.order), joining.Sheet(line.document, line.page, cast(Turn, line.turn))))
    return [sheet for _place, sheet in sorted(kept, key=lambda one: one[0])]
