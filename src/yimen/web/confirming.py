"""At the window: the person before the clerk confirms, on a screen of her own under a one-time code, or with a signed page."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yimen.casework import confirmation
from yimen.casework import draft as drafts
from yimen.casework.paper import paper_of
from yimen.record.events import Session
from yimen.record.refusal import Refusal

AWAITED: Final = "confirmation.awaited"
SIGNED: Final = "signed_confirmation"


def asked(request: HttpRequest, file: UUID, session: Session) -> dict[str, Any]:
    """
    What the clerk's page shows for asking: a new code where she asked for one, or what was wrong with a signed page.

    The code stands behind the # of the address, which no server is sent and no log keeps.
    """
    found: dict[str, Any] = {"code": "", "wrong": "", "awaited": "awaited" in request.GET}
    if request.POST.get("do") == "ask":
        code, until = confirmation.ask_confirmation(draft=file, session=session)
        address = f"{settings.PUBLIC_URL}{reverse('confirm')}#{code}"
        picture = segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff")
        found |= {
            "code": code,
            "code_until": until,
            "picture": picture,
            "opens": address,
            "public_host": settings.PUBLIC_ADDRESS.netloc,
        }
    elif request.POST.get("do") == "signed":
        found["wrong"] = _signed(request, file, session)
    return found


def awaited(view: Mapping[str, Any]) -> bool:
    """Whether a code that was made for this draft is still good, also for a clerk who left the page and came back."""
    return bool(view["confirm_by"]) and datetime.fromisoformat(view["confirm_by"]) > datetime.now(UTC)


def _signed(request: HttpRequest, file: UUID, session: Session) -> str:
    """Keep the page that the person signed, with the mark that is printed on it; what was wrong with it, or nothing."""
    mark = request.POST.get("mark", "")
    if not request.FILES:
        return _("Choose a file.")
    try:
        for one in request.FILES.getlist("signed"):
            drafts.attach(draft=file, paper=paper_of(one, material=SIGNED), session=session, mark=mark)
    except Refusal as refused:
        if refused.kind != "malformed" and refused.code != "confirmation.other_page":
            raise
        return refused.words
    return ""
