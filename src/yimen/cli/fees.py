"""`yimen fees`: fees that were paid at the bank or the window. It shows no case and no name."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from yimen.casework.bank import Became, Line, take
from yimen.cli.attach import needs_database
from yimen.cli.listing import Listing
from yimen.gateways.payment import REFERENCE
from yimen.pure.yuan import plain
from yimen.record.refusal import Refusal

COLUMNS: Final = ("order", "amount", "reference")
ORDER: Final = re.compile(r"Y[0-9]{8}[0-9A-F]{16}")
YUAN: Final = re.compile(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,2})?")
LARGEST: Final = 16 * 1024 * 1024
SAYS: Final[dict[Became, str]] = {
    "recorded": "recorded: the fee is paid",
    "known": "recorded before; nothing changes",
    "pay_back": "recorded, but the application was withdrawn: to be paid back",
    "another_amount": "another amount than the fee: not recorded, a supervisor sees it",
    "reference_used": "this reference paid another fee: not recorded, a supervisor sees it",
    "unknown": "no order has this number",
    "over": "this order is over already: to be paid back, a supervisor sees it",
}
WRONG: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    "order": (ORDER, "Y and 24 digits or letters A to F, as the payer was told"),
    "amount": (YUAN, "yuan with at most two decimals, as 20 or 20.00"),
    "reference": (REFERENCE, "1 to 100 of letters, digits and ._:/-"),
}


@click.group(cls=Listing)
def fees() -> None:
    """Take in what was paid at the bank or the window."""


@fees.command("take")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would come of each line, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@needs_database
def take_in(*, file: Path, dry_run: bool, as_json: bool) -> None:
    """
    Take in a bank's statement: CSV in UTF-8 with the columns order, amount (yuan) and reference, and no others.

    `order` is the number the payer was given on the page of the fee. A line that is exactly an open order is recorded as
    paid, once; the same file again changes nothing. A file that cannot be read in full is not begun. `-` is standard input.

    Exit status: 0 every line is recorded; 1 some are not, and each says why; 2 the file cannot be read.
    """
    found = []
    for row, line in list(lines(file)):
        try:
            became = take(line=line, dry_run=dry_run)
        except Refusal as refusal:
            raise click.ClickException(
                f"Row {row}: {refusal.words} The rows before it are done; run it again."
            ) from refusal
        found.append(
            {"row": row, "order": line.order, "amount": line.amount, "reference": line.reference, "became": became}
        )
        if not as_json:
            click.echo(f"{row:>5}  {line.order}  {plain(line.amount):>10}  {SAYS[became]}")
    counts = Counter(str(one["became"]) for one in found)
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "counts": counts, "lines": found}))
    else:
        click.echo(
            ", ".join(f"{many} {what}" for what, many in sorted(counts.items())) or "The statement has no lines."
        )
        if dry_run:
            click.echo("Nothing was written.")
    raise click.exceptions.Exit(1 if counts.keys() - {"recorded", "known"} else 0)


def lines(file: Path) -> Iterator[tuple[int, Line]]:
    """Read a statement, each line with its row in the file. Refuses: a usage error naming row and column."""
    with click.open_file(str(file), "rb") as opened:
        raw = opened.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise click.UsageError("The file is larger than 16 MB.")
    try:
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        names = [name.strip() for name in next(reader, [])]
        if sorted(names) != sorted(COLUMNS):
            raise click.UsageError(
                f"Row 1: the columns are order,amount,reference and no others; found {','.join(names)[:100]}."
            )
        for values in reader:
            if any(value.strip() for value in values):
                yield reader.line_num, _line(reader.line_num, names, values)
    except UnicodeDecodeError as wrong:
        raise click.UsageError(f"The file is not UTF-8 (byte {wrong.start + 1}). Save it as CSV in UTF-8.") from wrong
    except csv.Error as wrong:
        raise click.UsageError(f"Row {reader.line_num}: this is no CSV: {wrong}.") from wrong


def _line(row: int, names: list[str], values: list[str]) -> Line:
    if len(values) != len(names):
        raise click.UsageError(f"Row {row}: {len(values)} columns where {len(names)} belong.")
    given = {name: value.strip() for name, value in zip(names, values, strict=True)}
    for name, (pattern, wanted) in WRONG.items():
        if not pattern.fullmatch(given[name]) or (name == "amount" and not given[name].strip("0.")):
            raise click.UsageError(f"Row {row}, column {name}: {given[name][:40]!r} is not {wanted}.")
    whole, _, part = given["amount"].partition(".")
    return Line(given["order"], int(whole) * 100 + int(part.ljust(2, "0")), given["reference"])
