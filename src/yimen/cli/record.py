"""`yimen record`: whether the record is whole."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from django.conf import settings

from yimen.casework.trust import trust_path
from yimen.cli.attach import attached
from yimen.cli.listing import Listing
from yimen.oversight.record_check import CHECKS, Found, NotWhole, Outside, check_record, size
from yimen.pure.evidence import RECORD, EvidenceMalformed, Record, read_record
from yimen.pure.minutes import Minute, MinuteMalformed, read_minute
from yimen.pure.signed_pdf import Unreadable, attachments, open_signed
from yimen.pure.trust import Trust, TrustMalformed, read_trust

NOT_WHOLE = 1
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
A_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(cls=Listing)
def record() -> None:
    """Look after the record."""


@record.command()
@click.option(
    "--minutes", "folder", type=A_FOLDER, help="Where signed minutes are kept; this installation's by default."
)
@click.option("--trust", "trust_file", type=A_FILE, help="The city's published trust; this installation's by default.")
@click.option(
    "--witness", "witnesses", type=A_FILE, multiple=True, help="A certificate that was handed out. May be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def check(
    context: click.Context, folder: Path | None, trust_file: Path | None, witnesses: tuple[Path, ...], *, as_json: bool
) -> None:
    """
    Check the whole record: chains, hats, steps, order, and what lies outside the database.

    Exit status: 0 whole, 1 not whole, 2 the command was not used as it must be.
    """
    minutes = folder or settings.RECORD_DIR
    outside = Outside(
        read_minutes=lambda: list(minutes_in(minutes)),
        trust=trust_in(trust_file),
        papers=[(path.name, record_of(path)) for path in witnesses],
    )
    try:
        with attached():
            found = with_progress(outside)
    except NotWhole as fault:
        click.echo(json.dumps(told(fault)) if as_json else in_words(fault))
        context.exit(NOT_WHOLE)
    click.echo(json.dumps(said(found)) if as_json else whole(found))


def with_progress(outside: Outside) -> Found:
    with click.progressbar(length=size(), label="Checking", file=sys.stderr) as bar:
        return check_record(outside=outside, progress=bar.update)


def minutes_in(folder: Path) -> Iterator[Minute]:
    """Every signed minute; the end of a line that is just being written is left out."""
    for path in sorted(folder.glob("minutes-*.log")):
        for line in path.read_text(encoding="ascii", errors="replace").splitlines(keepends=True):
            if line.endswith("\n"):
                try:
                    yield read_minute(line)
                except MinuteMalformed as wrong:
                    raise NotWhole(7, f"{path.name} has a line that is no signed minute: {str(wrong)[:100]}") from wrong


def trust_in(given: Path | None) -> Trust | None:
    path = given or trust_path()
    try:
        return read_trust(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, TrustMalformed) as wrong:
        raise click.UsageError(f"{path} is not a city's trust ({wrong}); give one with --trust") from wrong


def record_of(path: Path) -> Record:
    """The record that a certificate carries with it."""
    try:
        carried = dict(attachments(open_signed(path.read_bytes())))
        return read_record(carried[RECORD])
    except (Unreadable, EvidenceMalformed, KeyError) as wrong:
        raise click.UsageError(f"{path} is not a certificate that carries its record ({wrong})") from wrong


def in_words(fault: NotWhole) -> str:
    lines = [f"{number:>2} {sign_of(number, fault.check)} {what}" for number, what in enumerate(CHECKS, start=1)]
    return "\n".join([*lines, "", "NOT WHOLE", fault.fault])


def sign_of(number: int, failed: int) -> str:
    """Checks 1 to 4 go together, stream by stream, so that none of them is called passed when another failed."""
    if number == failed:
        return "✗"
    return "✓" if number < failed and failed > 4 else "·"


def whole(found: Found) -> str:
    lines = [f"{number:>2} ✓ {what}" for number, what in enumerate(CHECKS, start=1)]
    lines += ["", "WHOLE", f"{found.events} events in {found.streams} streams, {found.places} of them in their places"]
    lines.append(f"{found.minutes} signed minutes, the last up to place {found.signed_up_to}; {found.papers} papers")
    if found.places > found.signed_up_to:
        lines.append(
            f"Nobody has signed the last {found.places - found.signed_up_to} events yet: their owner could still rewrite them."
        )
    return "\n".join(lines)


def told(fault: NotWhole) -> dict[str, object]:
    return {"whole": False, "check": fault.check, "what": CHECKS[fault.check - 1], "fault": fault.fault}


def said(found: Found) -> dict[str, object]:
    return {"whole": True, **vars(found)}
