"""What makers and custodians do: make the certificate, and release the seal with two hands."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, shapes
from yimen.api.moving import moved
from yimen.api.token import bearer
from yimen.casework import custody

router = Router(tags=["custody"], auth=bearer)


@router.post("/cases/{uuid:case}/make", response=shapes.Recorded)
def make(request: HttpRequest, case: UUID, given: asked.Custody, key: asked.Key) -> HttpResponse:
    """Make the certificate over exactly this decision for exactly this seal."""
    return moved(custody.make, request, case, given, key)


@router.post("/cases/{uuid:case}/release", response=shapes.Recorded)
def release(request: HttpRequest, case: UUID, given: asked.Custody, key: asked.Key) -> HttpResponse:
    """Release the seal, first hand."""
    return moved(custody.release, request, case, given, key)


@router.post("/cases/{uuid:case}/release-again", response=shapes.Recorded)
def release_again(request: HttpRequest, case: UUID, given: asked.Custody, key: asked.Key) -> HttpResponse:
    """Release the seal, second hand; now the keeper may seal."""
    return moved(custody.release_again, request, case, given, key)
