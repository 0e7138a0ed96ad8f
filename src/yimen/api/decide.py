"""What examiners and deciders do with what chance gave them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, shapes
from yimen.api.moving import moved
from yimen.api.token import bearer
from yimen.casework import decision, examination

router = Router(tags=["decide"], auth=bearer)


@router.post("/cases/{uuid:case}/examine", response=shapes.Recorded)
def examine(request: HttpRequest, case: UUID, given: asked.Examined, key: asked.Key) -> HttpResponse:
    """Find which conditions of its item an application meets and which it fails: together all of them. Chance draws who decides."""
    return moved(examination.examine, request, case, given, key)


@router.post("/cases/{uuid:case}/decide", response=shapes.Recorded)
def decide(request: HttpRequest, case: UUID, given: asked.Seen, key: asked.Key) -> HttpResponse:
    """Grant what was applied for. The keeper signs the grant under the agency's key."""
    return moved(decision.decide, request, case, given, key)


@router.post("/cases/{uuid:case}/deny", response=shapes.Recorded)
def deny(request: HttpRequest, case: UUID, given: asked.Denied, key: asked.Key) -> HttpResponse:
    """Deny, with a reason for each condition that is not met; the remedies are written with it."""
    return moved(decision.deny, request, case, given, key)


@router.post("/cases/{uuid:case}/send-back", response=shapes.Recorded)
def send_back(request: HttpRequest, case: UUID, given: asked.Reasoned, key: asked.Key) -> HttpResponse:
    """Send a case back to its examiner, with the reason. The clocks run on."""
    return moved(decision.send_back, request, case, given, key)
