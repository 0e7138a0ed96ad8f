"""
Decision: a second person whom chance drew grants, denies with reasons, or sends back to the examiner; the keeper signs a
grant under the agency's key.

Tables: casework_decision, casework_grant. Each row hangs on its event by the hash of its content.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from yimen.casework import case as cases
from yimen.casework.form import matters
from yimen.casework.writing import salt, text, write
from yimen.pure.canonical import canonical
from yimen.record.events import KEEPER, Recorded, Session, append
from yimen.record.refusal import Refusal

LONGEST_PRINTED: Final = 500
_DECISION = """row as (insert into casework_decision (stream, number, kind, body)
    select %(stream)s::uuid, e.number, %(kind)s, %(body)s from e where not e.retried)"""
_GRANT = """row as (insert into casework_grant (stream, number, signature)
    select %(stream)s::uuid, e.number, %(signature)s::bytea from e where not e.retried)"""


def decide(*, case: UUID, after: int, session: Session, key: UUID) -> Recorded:
    """
    Grant what was applied for, as it was applied for: the decision is written from the case, not typed.

    The body is canonical JSON; its hash is in the event. It is salted, so that nobody finds a decision by guessing.

    Refuses: forbidden case.not_drawn, hat.second; conflict decision.against_finding (the examiner found a condition not met:
    deny, or send back), organisation.ended, case.wrong_state, case.moved_meanwhile; not_now case.unverified; missing
    case.missing.
    Records: case.granted (Administrative Licensing Law 38, 39).
    """
    view = cases.view(case=case, session=session)
    body = view["decision"] or canonical(decision_of(view=view, salt=salt(case, key))).decode()
    return _decide("granted", case=case, after=after, body=body, session=session, key=key)


def deny(*, case: UUID, after: int, reasons: Mapping[str, str], session: Session, key: UUID) -> Recorded:
    """
    Deny, with a reason for each condition that is not met ({code: why}) and the remedies (Administrative Licensing Law 38(2)).

    Refuses: malformed denial.no_reason, finding.unknown (a condition the item does not have); not_now case.unverified;
    forbidden case.not_drawn, hat.second; conflict case.wrong_state, case.moved_meanwhile; missing case.missing.
    Records: case.denied.
    """
    view = cases.view(case=case, session=session)
    body = view["decision"] or canonical(denial_of(view=view, reasons=reasons, salt=salt(case, key))).decode()
    return _decide("denied", case=case, after=after, body=body, session=session, key=key)


def send_back(*, case: UUID, after: int, reason: str, session: Session, key: UUID) -> Recorded:
    """
    Send a case back to its examiner, with the reason. The clocks run on; the same decider has it again afterwards.

    Refuses: malformed form.malformed without a reason; forbidden case.not_drawn; conflict case.wrong_state.
    Records: case.sent_back.
    """
    said = {"reason": text(reason, name="reason")}
    return write(case=case, after=after, kind="case.sent_back", said=said, session=session, key=key)


def _decide(verdict: str, *, case: UUID, after: int, body: str, session: Session, key: UUID) -> Recorded:
    return append(
        stream=case,
        after=after,
        kind=f"case.{verdict}",
        session=session,
        facts={"verdict": verdict, "content": hashlib.sha256(body.encode()).hexdigest()},
        key=key,
        rows=_DECISION,
        values={"body": body},
    )


def denial_of(*, view: dict[str, Any], reasons: Mapping[str, str], salt: str) -> dict[str, Any]:
    """
    Return the decision that denies: which conditions are not met and why, and where to turn against it.

    Reconsideration within 60 days, an action within six months (Administrative Reconsideration Law 20, Administrative
    Litigation Law 46).

    Refuses: malformed denial.no_reason, finding.unknown, form.malformed; conflict case.wrong_state.
    """
    if view["state"] != "deciding":
        raise Refusal("conflict", "case.wrong_state", state=view["state"])
    body = view["item"]["body"]
    known = {one["code"]: one for one in body["conditions"]}
    if not reasons:
        raise Refusal("malformed", "denial.no_reason")
    if set(reasons) - set(known):
        raise Refusal("malformed", "finding.unknown")
    return {
        **_head(view, verdict="denied"),
        "reasons": [
            {"condition": code, "why": text(reasons[code], name=f"reason-{code}")} for code in known if code in reasons
        ],
        "remedies": {"reconsideration_days": 60, "action_months": 6},
        "basis": body["basis_zh"],
        "decided_on": view["today"],
        "salt": salt,
    }


def _head(view: Mapping[str, Any], *, verdict: str) -> dict[str, Any]:
    """What every decision begins with: on which case of which item, by whom, how, and for whom."""
    item = view["item"]
    return {
        "version": 1,
        "case": view["number"],
        "stream": view["stream"],
        "item": {
            "code": item["code"],
            "version": item["version"],
            "name_zh": item["body"]["name_zh"],
            "name_en": item["body"]["name_en"],
        },
        "agency": view["agency"],
        "verdict": verdict,
        "holder": holder_of(view),
    }


def holder_of(view: Mapping[str, Any]) -> dict[str, str]:
    """Return whom a decision is for: an organisation with its code and representative, or a person by name."""
    organisation = view["organisation"]
    if organisation:
        return {
            "name": organisation["name_zh"],
            "credit_code": organisation["code"],
            "representative": view["representative"]["name_zh"],
        }
    return {"name": view["applicant"]["name_zh"], "credit_code": "", "representative": ""}


def decision_of(*, view: dict[str, Any], salt: str) -> dict[str, Any]:
    """
    Return the decision a case leads to: who may do what, where, until when, on which basis.

    Refuses: conflict case.wrong_state when the case has not been examined.
    """
    if view["state"] != "deciding":
        raise Refusal("conflict", "case.wrong_state", state=view["state"])
    body, form = view["item"]["body"], view["form"]
    today = date.fromisoformat(view["today"])
    return {
        **_head(view, verdict="granted"),
        "certificate": {
            "type_zh": body["result"]["name_zh"],
            "type_en": body["result"]["name_en"],
            "number": certificate_number(prefix=body["result"]["number_prefix"], serial=view["serial"]),
        },
        "scope": scope_of(form=form, questions=body["form"]),
        "valid_from": today.isoformat(),
        "valid_until": valid_until(today.isoformat(), body["result"]["valid_years"]),
        "basis": body["basis_zh"],
        "decided_on": today.isoformat(),
        "salt": salt,
    }


def scope_of(*, form: Mapping[str, Any], questions: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """
    Return what is granted, question by question in the words of the item: {zh, en, value}.

    Contact details, the code of an organisation (it is the holder's), questions that do not matter by the other answers, and
    questions that leave room for more than LONGEST_PRINTED characters stay in the case.
    """
    return [
        {"zh": one.get("label_zh") or one["name"], "en": one.get("label_en") or one["name"], "value": value}
        for one in questions
        if not one.get("contact")
        and one.get("type") != "credit_code"
        and int(one.get("max_length") or 0) <= LONGEST_PRINTED
        and matters(one, form)
        and (value := _said(one, form.get(one["name"])))
    ]


def _said(question: Mapping[str, Any], value: object) -> str:
    """An answer in words: choices by their Chinese names."""
    words = {choice["code"]: choice["zh"] for choice in question.get("choices", [])}
    many = value if isinstance(value, list) else [value] if value else []
    return "；".join(words.get(str(one), str(one)) for one in many)


def certificate_number(*, prefix: str, serial: int) -> str:
    """Return a licence number: prefix of type and place, serial of six digits or more, and a check digit (ISO 7064 MOD 11,10)."""
    digits = "".join(c for c in f"{prefix}{serial:06d}" if c.isdigit())
    product = 10
    for digit in digits:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return f"{prefix}{serial:06d}{(11 - product) % 10}"


def sign_grant(*, case: UUID, after: int, signature: bytes) -> Recorded:
    """
    Record the agency's signature over a decision, made by the keeper after it checked the record. Chance draws the maker.

    Refuses: forbidden for every login but the keeper's; conflict case.wrong_state, case.moved_meanwhile.
    Records: case.grant_signed, case.maker_drawn.
    """
    return append(
        stream=case,
        after=after,
        kind="case.grant_signed",
        session=KEEPER,
        facts={"content": hashlib.sha256(signature).hexdigest()},
        key=uuid5(NAMESPACE_URL, f"{case}/grant"),
        rows=_GRANT,
        values={"signature": signature},
    )


def valid_until(valid_from: str, years: int | None) -> str | None:
    """Return the last day of a term of years: the day before the same date (before 1 March for a leap day); no years, no end."""
    if years is None:
        return None
    day = date.fromisoformat(valid_from)
    try:
        again = day.replace(year=day.year + years)
    except ValueError:
        again = day.replace(year=day.year + years, month=3, day=1)
    return date.fromordinal(again.toordinal() - 1).isoformat()
