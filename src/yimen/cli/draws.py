"""`yimen draws`: draw again what chance drew, and commit to halves of a seed."""

import getpass
import json
import secrets
import sys
from datetime import date
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID, uuid4

import click

from yimen.cli.attach import attached
from yimen.cli.listing import Listing
from yimen.pure.draw_check import Finding, check_day
from yimen.pure.draw_day import DayMalformed
from yimen.record import draws as drawing
from yimen.record import sessions
from yimen.record.events import Session
from yimen.record.refusal import Refusal

WRONG = 1
A_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(cls=Listing)
def draws() -> None:
    """Lay down the halves of a day's seed, and draw again what chance drew."""


@draws.command()
@click.argument("day", type=A_DAY, metavar="DAY")
@click.option("--from", "address", metavar="URL", help="A city's address; this installation's database by default.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.pass_context
def check(context: click.Context, day: Any, address: str | None, *, as_json: bool) -> None:
    """
    Recompute every draw of DAY (YYYY-MM-DD) from public data alone.

    Exit status: 0 every draw is what chance gave, or cannot be told yet; 1 a draw is wrong; 2 the data cannot be had.
    """
    pools = public(day.date(), address)
    try:
        committed = [pool for pool in pools if pool.get("supervisor_commitment") or pool.get("draws")]
        checked = [(pool, check_day(pool)) for pool in committed]
    except DayMalformed as wrong:
        raise click.UsageError(f"this is not a public day of draws: {wrong}") from wrong
    failed = any(finding.level == "wrong" for _, findings in checked for finding in findings)
    click.echo(json.dumps(said(day.date(), checked), ensure_ascii=False) if as_json else in_words(day.date(), checked))
    context.exit(WRONG if failed else 0)


def public(day: date, address: str | None) -> list[dict[str, Any]]:
    if address is None:
        with attached():
            return drawing.public_day(day=day)
    url = f"{address.rstrip('/')}/draws/{day.isoformat()}.json"
    if not url.startswith(("http://", "https://")):
        raise click.UsageError("a city's address begins with http:// or https://")
    try:
        with urlopen(url, timeout=30) as answer:  # noqa: S310 - the scheme was checked
            found = json.load(answer)
    except (URLError, ValueError, OSError) as wrong:
        raise click.UsageError(f"{url} does not answer with a day of draws: {wrong}") from wrong
    return list(found["pools"] if isinstance(found, dict) else found)


def said(day: date, checked: list[tuple[dict[str, Any], list[Finding]]]) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "draws": sum(len(pool["draws"]) for pool, _ in checked),
        "right": not any(finding.level == "wrong" for _, findings in checked for finding in findings),
        "pools": [
            {
                "pool": pool["pool"],
                "name_zh": pool.get("name_zh"),
                "name_en": pool.get("name_en"),
                "draws": len(pool["draws"]),
                "revealed": bool(pool.get("centre_half") and pool.get("supervisor_half")),
                "findings": [finding_of(one) for one in findings],
            }
            for pool, findings in checked
        ],
    }


def finding_of(one: Finding) -> dict[str, Any]:
    return {
        "level": one.level,
        "code": one.code,
        "draw": one.draw,
        "stream": str(one.stream) if one.stream else None,
        "message_zh": one.zh,
        "message_en": one.en,
    }


def in_words(day: date, checked: list[tuple[dict[str, Any], list[Finding]]]) -> str:
    lines = [] if checked else [f"No pool had draws on {day.isoformat()}."]
    for pool, findings in checked:
        levels = {one.level for one in findings}
        sign = "✗" if "wrong" in levels else "·" if "open" in levels else "✓"
        lines.append(
            f"{sign} {pool.get('name_zh') or ''} {pool.get('name_en') or pool['pool']}: {len(pool['draws'])} draws"
        )
        lines += [f"    {one.level}: {one.zh} {one.en}" for one in findings]
    return "\n".join(lines)


@draws.command()
@click.argument("pool", type=click.UUID, metavar="POOL")
@click.argument("day", type=A_DAY, metavar="DAY")
@click.option("--as", "side", type=click.Choice(["centre", "supervisor"]), required=True, help="Whose half this is.")
@click.option(
    "--token", envvar="YIMEN_TOKEN", help="The secret of a manager's or supervisor's session; asked for if not given."
)
def commit(pool: UUID, day: Any, side: str, token: str | None) -> None:
    """Lay down one half of the seed of POOL for DAY. The half is made by chance here, and shown to nobody."""
    secret = token or getpass.getpass("Session: ", stream=sys.stderr)
    given = {"pool": pool, "day": day.date(), "half": secrets.token_bytes(32), "key": uuid4()}
    login, lay_down = {"centre": ("registry", drawing.open_day), "supervisor": ("oversight", drawing.commit_day)}[side]
    session = Session(secret=secret, login=login)
    try:
        with attached():
            who = sessions.who(session=session)
            stream = lay_down(session=session, **given)
    except Refusal as refused:
        raise click.ClickException(refused.words) from refused
    click.echo(
        f"{who['name_zh']} {who['name_en']}: the {side}'s half for {day.date().isoformat()} is committed (stream {stream})"
    )
