"""
The keeper at work: it follows the record, and signs what the record says is due. It takes no digest from anyone.

It reads a case under its own login, checks chain, order, hats and decision, and compares the decision with what was
applied for; only then a key is opened.
"""

import json
import threading
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from yimen.casework import certificate, decision
from yimen.casework.document import keep
from yimen.gateways.keystore import RECORD, FileKeyStore, KeyStore
from yimen.jobs.keeper.certificate import make_certificate, sign_grant
from yimen.jobs.keeper.check import NotDue
from yimen.jobs.keeper.render import decision_of
from yimen.jobs.worker import AGAIN, EACH_MINUTE, PAUSE, Every, patiently
from yimen.pure.chain import Event
from yimen.pure.minutes import minute_line, minute_message
from yimen.record import order, statement

LOGIN = "keeper"
_CHAIN = """
    select stream, number, kind, at, login, facts, prev, hash, mark, role, hat, key
    from record_event where stream = %s::uuid order by number
"""
_CASE = """
    select s.head, s.state, c.number, c.serial, c.form, i.code as item, i.version, i.body ->> 'name_zh' as item_name, i.body -> 'result' as result, i.body -> 'form' as questions, i.body ->> 'basis_zh' as basis,
           a.code as agency, l.code as seal, o.code as credit_code, o.name_zh as holder, p.name_zh as representative,
           d.body as decision, g.signature, record_today.today
    from record_stream s
    join casework_case c on c.stream = s.id
    join registry_item i on i.id = c.item
    join registry_agency a on a.id = i.agency
    join registry_seal l on l.id = i.seal
    join registry_organisation o on o.id = c.organisation
    join registry_person p on p.id = o.representative
    join casework_decision d on d.stream = s.id
    left join casework_grant g on g.stream = s.id
    cross join (select registry_today() as today) record_today
    where s.id = %s::uuid
"""


def run(stop: threading.Event) -> None:
    """Sign what the record says is due, until told to stop."""
    rounds = (step, Every(AGAIN, retry), Every(EACH_MINUTE, minute))
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


def key_store() -> KeyStore:
    return FileKeyStore(settings.KEYS_DIR)


def handle(event: dict[str, Any]) -> None:
    """
    Sign a grant, or seal a certificate. An event that led to nothing due, or was handled before, is passed over.

    Refuses: NotDue, KeysUnavailable, CharacterMissing: the reader parks the event where an operator sees it.
    """
    if event["kind"] == "case.granted":
        case = read_case(event["stream"])
        if case["state"] == "granted":
            check_decision(case)
            body, chain = case["decision"].encode(), read_chain(event["stream"])
            signature = sign_grant(decision_body=body, chain=chain, keystore=key_store())
            decision.sign_grant(case=event["stream"], after=case["head"], signature=signature)
    elif event["kind"] == "certificate.released_again":
        case = read_case(event["stream"])
        if case["state"] == "released":
            check_decision(case)
            seal(event["stream"], case)


def seal(stream: UUID, case: dict[str, Any]) -> None:
    """Make the certificate of a released case and record it with the hash of its file."""
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
    decided = decision_of(case["decision"].encode())
    certificate.seal(case=stream, after=case["head"], decision=decided, pdf=pdf, stored=stored)


def check_decision(case: dict[str, Any]) -> None:
    """
    Compare a decision with the case it decides: what is granted is what was applied for, to whom, for the item's term.

    Refuses: NotDue, naming the first part that differs.
    """
    decided = decision_of(case["decision"].encode())
    wanted = {
        "case": case["number"],
        "verdict": "granted",
        "basis": case["basis"],
        "holder": {
            "name": case["holder"],
            "credit_code": case["credit_code"],
            "representative": case["representative"],
        },
        "scope": decision.scope_of(form=case["form"], questions=case["questions"]),
    }
    for part, value in wanted.items():
        if decided[part] != value:
            raise NotDue("keeper.not_what_was_applied_for", part)
    number = decision.certificate_number(prefix=case["result"]["number_prefix"], serial=case["serial"])
    until = decision.valid_until(decided["valid_from"], int(case["result"]["valid_years"]))
    found = (
        decided["certificate"]["number"],
        decided["item"]["code"],
        decided["item"]["version"],
        decided["agency"]["code"],
        decided["valid_until"],
    )
    if found != (number, case["item"], case["version"], case["agency"], until):
        raise NotDue("keeper.not_what_was_applied_for", "certificate, item, agency or term")


def read_case(stream: UUID) -> dict[str, Any]:
    found = statement.row(LOGIN, _CASE, [stream])
    parts = ("form", "result", "questions")
    return found | {part: json.loads(found[part]) if isinstance(found[part], str) else found[part] for part in parts}


def read_chain(stream: UUID) -> list[Event]:
    """The public fields of a case's events, from the first to the last."""
    found = statement.rows(LOGIN, _CHAIN, [stream])
    return [
        Event(**{**row, "prev": bytes(row["prev"]), "hash": bytes(row["hash"]), "mark": bytes(row["mark"])})
        for row in found
    ]


def database_time() -> datetime:
    moment: datetime = statement.value(LOGIN, "select now() + ahead from record_clock")
    return moment


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
    sql = "insert into record_minute (place, running, at, signature) values (%s, %s, %s, %s)"
    statement.rows(LOGIN, sql, [head["place"], running, at, signature])
