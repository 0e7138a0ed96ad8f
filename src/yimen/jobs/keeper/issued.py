"""
The keeper issues papers: a reader of the record with a cursor of its own, so that no certificate waits for a receipt.

A crash never makes two: the paper of an event is one row, and whoever comes second finds it. What cannot be made is parked.
"""

import hashlib
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from yimen.casework import issued
from yimen.casework.document import forget, keep
from yimen.gateways.keystore import KeyStore
from yimen.jobs.keeper.issued_print import make_paper
from yimen.jobs.keeper.reading import LOGIN, database_time, key_store, read_chain
from yimen.pure.issued import KIND_OF, issued_message, titles_of
from yimen.record import order
from yimen.registry.calendar import calendar

AT_ONCE: Final = 10  # events in a round; then the signing of grants and certificates has its turn
WAITS: Final = "case.draw_waits"


def step() -> int:
    """Issue what the next events lead to. Returns how many events there were."""
    return order.read(name="issued", login=LOGIN, handle=handle, limit=AT_ONCE)


def retry() -> None:
    """Try again what could not be issued."""
    order.retry_parked(name="issued", login=LOGIN, handle=handle)


def handle(event: dict[str, Any]) -> None:
    """
    Issue the paper an event leads to; what leads to none, or is issued already, is passed over.

    Refuses: NotDue, KeysUnavailable, CharacterMissing, CannotRender: the reader parks the event where an operator sees it.
    """
    if event["kind"] in KIND_OF:
        issue(case=event["stream"], event=event["number"], keystore=key_store())
    elif event["kind"] == WAITS:
        # A case that was to be done on the spot has become a promise case: now it gets its notice of acceptance.
        for before in read_chain(event["stream"])[: event["number"]]:
            if before.kind == "case.accepted":
                issue(case=event["stream"], event=before.number, keystore=key_store())


def issue(*, case: UUID, event: int, keystore: KeyStore) -> bool:
    """Make and keep the paper of an event, if one is due. Returns whether a new one was made."""
    kind = issued.due(case=case, event=event)
    if kind is None:
        return False
    source = issued.source(case=case, event=event)
    number = issued.number(case=case, event=event, kind=kind)
    pdf = make_paper(
        source=source,
        number=number,
        chain=read_chain(case)[:event],
        days=calendar(login=LOGIN),
        keystore=keystore,
        verify_url=f"{settings.PUBLIC_URL}/verify",
        at=database_time(),
    )
    content, on = hashlib.sha256(pdf).digest(), date.fromisoformat(source["today"])
    said = issued_message(stream=case, event=event, kind=kind, number=number, issued_on=on, content=content)
    signature = keystore.sign(f"decision/{source['agency']['code']}", said)
    stored = keep(content=pdf, media_type="application/pdf")
    title, _ = titles_of(source["kind"], type_zh=source["body"].get("type_zh", ""))
    told: dict[str, Any] = {"case": case, "event": event, "kind": kind, "issued_no": number, "title": title}
    new = issued.issue(**told, pdf=pdf, stored=stored, signature=signature)
    if not new:
        forget([stored])
    return new
