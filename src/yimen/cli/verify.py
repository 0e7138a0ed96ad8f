"""`yimen verify`: whether a certificate or an issued paper is genuine, check by check. It needs no database and no network."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from yimen.casework.trust import trust_path
from yimen.pure.evidence import NO_END
from yimen.pure.issued_verification import ISSUED_CHECKS, GenuinePaper, is_issued, verify_issued
from yimen.pure.trust import Trust, TrustMalformed, read_trust
from yimen.pure.verification import CHECKS, Genuine, NotGenuine
from yimen.pure.verification import verify as verify_certificate

NOT_GENUINE = 1
Checks = tuple[tuple[str, str], ...]
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=A_FILE)
@click.option("--trust", "trust_file", type=A_FILE, help="The city's published trust; this installation's by default.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def verify(context: click.Context, file: Path, trust_file: Path | None, *, as_json: bool) -> None:
    """
    Check the certificate or the issued paper in FILE, and say of each check whether it passed.

    Exit status: 0 genuine, 1 not genuine, 2 the command was not used as it must be.
    """
    trust = trust_in(trust_file or trust_path())
    body, now = file.read_bytes(), datetime.now(UTC)
    checks = ISSUED_CHECKS if is_issued(body) else CHECKS
    try:
        if checks is ISSUED_CHECKS:
            paper = verify_issued(body=body, trust=trust, at=now)
            click.echo(json.dumps(paper_said(paper), ensure_ascii=False) if as_json else what_paper_says(paper))
            return
        found = verify_certificate(body=body, trust=trust, at=now)
    except NotGenuine as failed:
        click.echo(json.dumps(told(failed), ensure_ascii=False) if as_json else in_words(failed, checks))
        context.exit(NOT_GENUINE)
    click.echo(json.dumps(said(found), ensure_ascii=False) if as_json else what_it_says(found))


def trust_in(path: Path) -> Trust:
    try:
        return read_trust(path.read_text(encoding="utf-8"))
    except (OSError, TrustMalformed) as wrong:
        raise click.UsageError(f"{path} is not a city's trust ({wrong}); give one with --trust") from wrong


def in_words(failed: NotGenuine, checks: Checks = CHECKS) -> str:
    lines = [line(number, "✓", checks) for number in range(1, failed.number)]
    lines.append(line(failed.number, "✗", checks))
    lines += [line(number, "·", checks) for number in range(failed.number + 1, len(checks) + 1)]
    what = "证照" if checks is CHECKS else "文书"
    return "\n".join([*lines, "", f"不是真实有效的{what} NOT GENUINE", failed.message_zh, failed.message_en])


def what_it_says(found: Genuine) -> str:
    decision = found.decision
    lines = [line(number, "✓") for number in range(1, len(CHECKS) + 1)]
    lines += [
        "",
        "真实有效 GENUINE" + ("（示范样例，不具法律效力 SAMPLE, of no legal effect）" if found.demonstration else ""),
        f"{decision.type_zh} {decision.type_en}: {decision.number}",
        f"持证人 Holder: {decision.holder} ({decision.credit_code})",
        f"发证机关 Issued by: {decision.agency_zh} {decision.agency_en}",
        f"有效期 Valid: {decision.valid_from} – {decision.valid_until or NO_END}",
        f"用印 Sealed: {found.seal.name}, {found.signed_at.isoformat()}",
        f"记录 Record: {decision.stream}, {found.events} 个事件 events, {found.head.hex()}",
    ]
    return "\n".join(lines)


def what_paper_says(found: GenuinePaper) -> str:
    paper = found.issued
    lines = [line(number, "✓", ISSUED_CHECKS) for number in range(1, len(ISSUED_CHECKS) + 1)]
    lines += [
        "",
        "真实 GENUINE" + ("（示范样例，不具法律效力 SAMPLE, of no legal effect）" if found.demonstration else ""),
        f"{paper.title_zh} {paper.title_en}: {paper.number}",
        f"申请人 Applicant: {paper.applicant}",
        f"事项 Item: {paper.item_zh} {paper.item_en}",
        f"机关 Issued by: {paper.agency_zh} {paper.agency_en}",
        f"日期 Date: {paper.issued_on}",
        f"用印 Sealed: {found.seal.name}, {found.signed_at.isoformat()}",
        f"记录 Record: {paper.stream}, 第 {paper.event} 号事件 event, {found.head.hex()}",
    ]
    return "\n".join(lines)


def line(number: int, sign: str, checks: Checks = CHECKS) -> str:
    zh, en = checks[number - 1]
    return f"{number:>2} {sign} {zh} {en}"


def told(failed: NotGenuine) -> dict[str, object]:
    return {
        "genuine": False,
        "check": failed.number,
        "code": failed.code,
        "message_zh": failed.message_zh,
        "message_en": failed.message_en,
        "detail": failed.detail,
    }


def said(found: Genuine) -> dict[str, object]:
    decision = found.decision
    return {
        "genuine": True,
        "demonstration": found.demonstration,
        "case": decision.case,
        "number": decision.number,
        "type_zh": decision.type_zh,
        "type_en": decision.type_en,
        "holder": decision.holder,
        "credit_code": decision.credit_code,
        "agency": {"code": decision.agency_code, "name_zh": decision.agency_zh, "name_en": decision.agency_en},
        "valid_from": decision.valid_from.isoformat(),
        "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
        "seal": found.seal.code,
        "sealed_at": found.signed_at.isoformat(),
        "record": {"stream": str(decision.stream), "events": found.events, "head": found.head.hex()},
        "steps": [{"kind": step.kind, "hat": step.hat, "at": step.at.isoformat()} for step in found.steps],
    }


def paper_said(found: GenuinePaper) -> dict[str, object]:
    paper = found.issued
    return {
        "genuine": True,
        "demonstration": found.demonstration,
        "kind": paper.kind,
        "number": paper.number,
        "title_zh": paper.title_zh,
        "title_en": paper.title_en,
        "case": paper.case,
        "applicant": paper.applicant,
        "item_zh": paper.item_zh,
        "item_en": paper.item_en,
        "agency": {"code": paper.agency_code, "name_zh": paper.agency_zh, "name_en": paper.agency_en},
        "issued_on": paper.issued_on.isoformat(),
        "lines": [{"zh": one.zh, "en": one.en, "value": one.value} for one in paper.lines],
        "seal": found.seal.code,
        "sealed_at": found.signed_at.isoformat(),
        "record": {"stream": str(paper.stream), "event": paper.event, "head": found.head.hex()},
    }
