"""
Make an issued paper: check the record, say what is to be said, print, seal with the agency's special seal, and verify the result
as a stranger would.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from urllib.parse import quote

import segno

from yimen.gateways.authority import SPECIAL_SEAL, trust
from yimen.gateways.keystore import ROOT, KeyStore
from yimen.jobs.keeper.certificate import make_witness
from yimen.jobs.keeper.check import NotDue
from yimen.jobs.keeper.issued_parts import Said, Source
from yimen.jobs.keeper.issued_words import says
from yimen.jobs.keeper.render import attachment, check_characters, compiled
from yimen.jobs.keeper.sign import seal_pdf
from yimen.pure.canonical import canonical
from yimen.pure.chain import ChainBroken, Event, check_chain
from yimen.pure.due_sentence import day_en
from yimen.pure.evidence import RECORD, Witness, write_record
from yimen.pure.issued import CONTENT, ISSUED, PAPERS, titles_of
from yimen.pure.issued_verification import MARK, verify_issued
from yimen.pure.lawful import Unlawful, check_different_people, facts_of
from yimen.pure.trust import read_trust
from yimen.pure.workdays import Calendar


def make_paper(
    *,
    source: Source,
    number: str,
    chain: Sequence[Event],
    days: Calendar,
    keystore: KeyStore,
    verify_url: str,
    at: datetime,
) -> bytes:
    """
    Return the sealed paper of the last event of a chain. Nothing leaves that a stranger would not find genuine.

    Refuses: NotDue, KeysUnavailable, CharacterMissing, CannotRender, NotGenuine.
    """
    content = due_content(source=source, chain=chain)
    said = says(source, days=days)
    stated = statement(source=source, number=number, said=said)
    witness = make_witness(chain=chain, keystore=keystore)
    parts = {ISSUED: canonical(stated), RECORD: write_record(events=chain, witness=witness)}
    if content:
        parts[CONTENT] = content
    printed = print_paper(
        stated=stated,
        said=said,
        attachments=parts,
        witness=witness,
        source=source,
        keystore=keystore,
        url=verify_url,
        at=at,
    )
    sealed = seal_pdf(
        pdf=printed,
        store=keystore,
        name=f"special/{source['agency']['code']}",
        at=at,
        reason=f"{stated['title_zh']} {number}",
    )
    verify_issued(body=sealed, trust=read_trust(trust(keystore)), at=at)
    return sealed


def due_content(*, source: Source, chain: Sequence[Event]) -> bytes:
    """
    Check that the record says what the paper will say, and return the text or decision it is about (b"" for none).

    1. the chain is whole from its first event, and the paper's event is its last
    2. nobody wears two hats
    3. the text or decision is the one whose hash the record holds

    Refuses: NotDue.
    """
    try:
        check_chain(chain)
        check_different_people(chain)
    except ChainBroken as cause:
        raise NotDue("keeper.chain_broken", str(cause)) from cause
    except Unlawful as cause:
        raise NotDue(cause.code, str(cause)) from cause
    last = chain[-1]
    if (str(last.stream), last.number, last.kind) != (source["stream"], source["number"], source["event"]):
        raise NotDue("keeper.other_event", last.kind)
    holds = PAPERS[source["kind"]].content
    if not holds:
        return b""
    body = str(source["writing"] or source["decision"] or "").encode()
    held = [facts_of(event).get("content") for event in chain if event.kind == holds]
    if held != [hashlib.sha256(body).hexdigest()]:
        raise NotDue("keeper.other_text", holds)
    return body


def statement(*, source: Source, number: str, said: Said) -> dict[str, object]:
    """What the paper says, for machines: the same words that are printed."""
    body = source["body"]
    title_zh, title_en = titles_of(source["kind"], type_zh=body.get("type_zh", ""), type_en=body.get("type_en", ""))
    lines = [asdict(row) for block in said.blocks for row in block.rows]
    texts = [one for block in said.blocks if block.form in ("text", "note") for one in (block.zh, block.en)]
    return {
        "version": 1,
        "kind": source["kind"],
        "number": number,
        "title_zh": title_zh,
        "title_en": title_en,
        "stream": source["stream"],
        "event": source["number"],
        "case": source["case"],
        "item": source["item"],
        "agency": source["agency"],
        "applicant": source["applicant"]["name_zh"],
        "issued_on": source["today"],
        "lines": lines,
        "said": texts,
    }


def print_paper(
    *,
    stated: Mapping[str, object],
    said: Said,
    attachments: Mapping[str, bytes],
    witness: Witness,
    source: Source,
    keystore: KeyStore,
    url: str,
    at: datetime,
) -> bytes:
    """Return the unsigned paper. Refuses: CharacterMissing, CannotRender."""
    on = date.fromisoformat(source["today"])
    agency, number = source["agency"], str(stated["number"])
    content = {
        **{name: stated[name] for name in ("title_zh", "title_en", "number", "case", "stream", "applicant")},
        "agency": agency,
        "blocks": [asdict(block) for block in said.blocks],
        "signed_by": said.signed_by and {"zh": said.signed_by[0], "en": said.signed_by[1]},
        "issued_on": {"zh": f"{on.year}年{on.month}月{on.day}日", "en": day_en(on)},
        "head": {"number": str(witness.number), "hash": witness.hash.hex()},
        "mark": MARK,
        "demonstration": "DEMONSTRATION" in keystore.certificate(ROOT).subject.rfc4514_string(),
        "verify_url": url,
        "seal": {
            "arc": agency["name_zh"],
            "base": SPECIAL_SEAL,
            "alt": f"印章 Seal: {agency['name_zh']} {SPECIAL_SEAL}",
        },
    }
    check_characters(_lines_apart(content), "issued")
    address = f"{url}?no={quote(number)}"
    content["qr"] = {
        "svg": segno.make(address, error="m", micro=False).svg_inline(scale=4, border=0, dark="#1f1a17"),
        "alt": f"二维码 QR code: {address}",
    }
    content["attachments"] = [attachment(name, body) for name, body in attachments.items()]
    return compiled(canonical(content).decode(), template="issued", at=at)


def _lines_apart(value: object) -> object:
    """The same with the ends of lines taken out: they are printed as such."""
    if isinstance(value, str):
        return value.replace("\n", "")
    if isinstance(value, Mapping):
        return {name: _lines_apart(inner) for name, inner in value.items()}
    return [_lines_apart(inner) for inner in value] if isinstance(value, list | tuple) else value
