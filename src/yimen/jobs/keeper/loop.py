"""
The keeper at work: it follows the record, and signs what the record says is due. It takes no digest from anyone.

It reads a case under its own login, checks chain, order, hats and decision, and compares the decision with what was
applied for; only then a key is opened.
"""

import json
import os
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from yimen.casework import certificate, decision
from yimen.casework.document import keep
from yimen.gateways.keystore import RECORD, KeyStore
from yimen.jobs.keeper import issued
from yimen.jobs.keeper.certificate import make_certificate, sign_grant
from yimen.jobs.keeper.check import NotDue
from yimen.jobs.keeper.reading import LOGIN, database_time, key_store, read_chain
from yimen.jobs.keeper.render import decision_of
from yimen.jobs.worker import AGAIN, EACH_MINUTE, PAUSE, Every, patiently
from yimen.pure.chain import Event
from yimen.pure.lawful import recorded_form
from yimen.pure.minutes import minute_line, minute_message
from yimen.record import order, statement

_CASE = """
    select s.id as stream, s.head, s.state, c.number, c.serial, c.form, i.code as item, i.version, i.name_zh as item_zh, i.name_en as item_en,
           i.body -> 'result' as result, i.body -> 'form' as questions, i.body ->> 'basis_zh' as basis,
           a.code as agency, a.name_zh as agency_zh, a.name_en as agency_en, l.code as seal,
           coalesce(o.code, '') as credit_code, coalesce(o.name_zh, h.name_zh) as holder, coalesce(p.name_zh, '') as representative,
           encode(sha256(c.salt || convert_to(c.form::text, 'UTF8')), 'hex') as form_hash,
           o.ended_at is not null as holder_ended, d.body as decision, g.signature, (e.at at time zone k.zone)::date as granted_on
    from record_stream s
    join casework_case c on c.stream = s.id
    join registry_item i on i.id = c.item
    join registry_agency a on a.id = i.agency
    join registry_seal l on l.id = i.seal
    join registry_person h on h.id = c.applicant
    left join registry_organisation o on o.id = c.organisation
    left join registry_person p on p.id = o.representative
    join casework_decision d on d.stream = s.id
    join record_event e on e.stream = d.stream and e.number = d.number
    cross join record_clock k
    left join casework_grant g on g.stream = s.id
    where s.id = %s::uuid
"""
MIDNIGHT = timedelta(days=1)  # a decision written just before it is recorded just after


def run(stop: threading.Event) -> None:
    """Sign, seal and issue what the record says is due, until told to stop."""
    rounds = (step, issued.step, Every(AGAIN, retry), Every(AGAIN, issued.retry), Every(EACH_MINUTE, minute))
    while not stop.wait(PAUSE):
        for each in rounds:
            patiently(LOGIN, each)


def step() -> int:
    """Handle the next events. Returns how many there were."""
    return order.read(name="keeper", login=LOGIN, handle=handle)


def retry() -> None:
    """Try again what could not be signed."""
    order.retry_parked(name="keeper", login=LOGIN, handle=handle)


def minute() -> None:
    """Sign the head of the record."""
    sign_minute(keystore=key_store())


def handle(event: dict[str, Any]) -> None:
    """
    Sign a grant, or seal a certificate. An event that led to nothing due, or was handled before, is passed over.

    Refuses: NotDue, KeysUnavailable, CharacterMissing: the reader parks the event where an operator sees it.
    """
    if event["kind"] == "case.granted":
        case = read_case(event["stream"])
        if case["state"] == "granted":
            body, chain = case["decision"].encode(), read_chain(event["stream"])
            check_decision(case, chain)
            signature = sign_grant(decision_body=body, chain=chain, keystore=key_store())
            decision.sign_grant(case=event["stream"], after=case["head"], signature=signature)
    elif event["kind"] == "certificate.released_again":
        case = read_case(event["stream"])
        if case["state"] == "released":
            seal(
                event["stream"], case
            )  # under the agency's signature the decision stands, whoever is renamed meanwhile


def seal(stream: UUID, case: dict[str, Any]) -> None:
    """
    Make the certificate of a released case and record it with the hash of its file.

    Refuses: NotDue keeper.holder_ended, where the organisation is no longer registered: the grant was lawful when it was
    made, but nobody is there to hold a licence.
    """
    if case["holder_ended"]:
        raise NotDue("keeper.holder_ended")
    pdf = make_certificate(
        decision_body=case["decision"].encode(),
        decision_signature=bytes(case["signature"]),
        chain=read_chain(stream),
        seal_code=case["seal"],
        keystore=key_store(),
        verify_url=f"{settings.PUBLIC_URL}/verify",
        at=database_time(),
    )
    stored = keep(content=pdf, media_type="application/pdf")
    certificate.seal(case=stream, after=case["head"], pdf=pdf, stored=stored)


def check_decision(case: dict[str, Any], chain: Sequence[Event]) -> None:
    """
    Compare a decision with the case it decides, word for word: what is granted is what was applied for, to whom, by the
    agency of the item, for the item's term from the day of the grant. What was applied for is the form whose hash the record
    holds: as it was filed, or corrected.

    Refuses: NotDue, naming the first part that differs.
    """
    if recorded_form(chain) != case["form_hash"]:
        raise NotDue("keeper.not_what_was_applied_for", "form")
    decided = decision_of(case["decision"].encode())
    result, day = case["result"], str(decided.get("decided_on"))
    if day not in (str(case["granted_on"]), str(case["granted_on"] - MIDNIGHT)):
        raise NotDue("keeper.not_what_was_applied_for", "decided_on")
    number = decision.certificate_number(prefix=result["number_prefix"], serial=case["serial"])
    wanted = {
        "version": 1,
        "case": case["number"],
        "stream": str(case["stream"]),
        "item": {
            "code": case["item"],
            "version": case["version"],
            "name_zh": case["item_zh"],
            "name_en": case["item_en"],
        },
        "agency": {"code": case["agency"], "name_zh": case["agency_zh"], "name_en": case["agency_en"]},
        "verdict": "granted",
        "holder": {
            "name": case["holder"],
            "credit_code": case["credit_code"],
            "representative": case["representative"],
        },
        "certificate": {"type_zh": result["name_zh"], "type_en": result["name_en"], "number": number},
        "scope": decision.scope_of(form=case["form"], questions=case["questions"]),
        "valid_from": day,
        "valid_until": decision.valid_until(day, result["valid_years"]),
        "basis": case["basis"],
        "decided_on": day,
        "salt": decided.get("salt"),
    }
    for part in sorted(wanted.keys() | decided.keys()):
        if part not in wanted or part not in decided or decided[part] != wanted[part]:
            raise NotDue("keeper.not_what_was_applied_for", part)


def read_case(stream: UUID) -> dict[str, Any]:
    found = statement.row(LOGIN, _CASE, [stream])
    parts = ("form", "result", "questions")
    return found | {part: json.loads(found[part]) if isinstance(found[part], str) else found[part] for part in parts}


def sign_minute(*, keystore: KeyStore) -> None:
    """
    Sign the running hash over all events: first into a file outside the database, then onto the public page.

    A history rewritten later, even by the database's owner, no longer leads to what was signed.
    """
    head = statement.row(LOGIN, "select place, running from record_horizon")
    known = statement.value(LOGIN, "select coalesce(max(place), 0) from record_minute")
    if head["place"] <= known:
        return
    at = database_time()
    running = bytes(head["running"])
    signature = keystore.sign(RECORD, minute_message(place=head["place"], running=running, at=at))
    path = settings.RECORD_DIR / f"minutes-{at:%Y-%m-%d}.log"
    with path.open("a", encoding="ascii") as file:
        file.write(minute_line(place=head["place"], running=running, at=at, signature=signature))
        file.flush()
        os.fsync(file.fileno())
    sql = "insert into record_minute (place, running, at, signature) values (%s, %s, %s, %s)"
    statement.rows(LOGIN, sql, [head["place"], running, at, signature])
