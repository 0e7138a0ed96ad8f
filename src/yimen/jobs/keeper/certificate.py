"""
Make a certificate: check that it is due, witness the record, print, seal, and verify the result as a stranger would.
"""

from collections.abc import Sequence
from datetime import datetime

from yimen.gateways.authority import OWN_SEAL, trust
from yimen.gateways.keystore import RECORD as RECORD_KEY
from yimen.gateways.keystore import ROOT, KeyStore
from yimen.jobs.keeper.check import NotDue, due_grant, due_seal
from yimen.jobs.keeper.render import SealImage, decision_of, render
from yimen.jobs.keeper.sign import seal_pdf
from yimen.pure.chain import Event
from yimen.pure.evidence import DECISION, RECORD, SIGNATURE, Witness, witness_message, write_record
from yimen.pure.trust import read_trust, subject_of
from yimen.pure.verification import verify

SAMPLE = "示范 "


def sign_grant(*, decision_body: bytes, chain: Sequence[Event], keystore: KeyStore) -> bytes:
    """
    Sign a grant under the key of the agency that decided, once the record says that it is due.

    Refuses: NotDue, KeysUnavailable.
    """
    decision = due_grant(events=chain, decision_body=decision_body)
    return keystore.sign(f"decision/{decision.agency_code}", decision_body)


def make_certificate(
    *,
    decision_body: bytes,
    decision_signature: bytes,
    chain: Sequence[Event],
    seal_code: str,
    keystore: KeyStore,
    verify_url: str,
    at: datetime,
) -> bytes:
    """
    Return the sealed certificate of a decision whose record, up to its second release, says that it is due.

    Nothing leaves that a stranger would not find genuine: the result is verified in full before it is returned.

    Refuses: NotDue, KeysUnavailable, CharacterMissing, CannotRender, NotGenuine.
    """
    agency = decision_of(decision_body)["agency"]["code"]
    decision = due_seal(
        events=chain,
        decision_body=decision_body,
        grant_signature=decision_signature,
        public_key=keystore.public(f"decision/{agency}"),
        seal_code=seal_code,
    )
    seal_name = f"seal/{seal_code}"
    seal = subject_of(keystore.certificate(seal_name))
    if seal.agency_code != decision.agency_code:
        raise NotDue("keeper.seal_of_another_agency", seal_code)
    witness = make_witness(chain=chain, keystore=keystore)
    printed = render(
        decision=decision_of(decision_body),
        attachments={
            DECISION: decision_body,
            SIGNATURE: decision_signature,
            RECORD: write_record(events=chain, witness=witness),
        },
        head_number=witness.number,
        head_hash=witness.hash,
        seal=SealImage(arc=decision.agency_zh, base=seal.name.removeprefix(SAMPLE).removeprefix(OWN_SEAL)),
        demonstration="DEMONSTRATION" in keystore.certificate(ROOT).subject.rfc4514_string(),
        verify_url=verify_url,
        at=at,
    )
    sealed = seal_pdf(
        pdf=printed, store=keystore, name=seal_name, at=at, reason=f"{decision.type_zh} {decision.number}"
    )
    verify(body=sealed, trust=read_trust(trust(keystore)), at=at)
    return sealed


def make_witness(*, chain: Sequence[Event], keystore: KeyStore) -> Witness:
    """Sign the head of a stream with the record key. Refuses: KeysUnavailable."""
    head = chain[-1]
    message = witness_message(stream=head.stream, number=head.number, head=head.hash)
    return Witness(number=head.number, hash=head.hash, signature=keystore.sign(RECORD_KEY, message))
