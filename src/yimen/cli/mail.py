"""`yimen mail`: what became of the mail to applicants, bounces, and a trial. It shows no address and no name."""

import json
import sys
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import click
from django.conf import settings

from yimen.casework import notice
from yimen.cli.attach import attached, needs_database
from yimen.cli.listing import Listing
from yimen.gateways.message import messages
from yimen.pure.bounce import LARGEST, NoBounce, envelope, message_id, read_bounce
from yimen.record.refusal import Refusal

TRY_AGAIN: Final = 75  # EX_TEMPFAIL: a mail server keeps what it could not hand over and tries again
STATES: Final = {
    "waiting": "waits for its time, or to be tried again",
    "claimed": "a process is at it",
    "handing": "its text is being given away",
    "sent": "the mail server took it",
    "failed": "refused for good, or given up after five days",
    "bounced": "came back",
    "uncertain": "may have gone out; look into the mail server's log, then `yimen mail settle`",
    "no_address": "no address was given",
    "withheld": "whoever gave the address acts for nobody in the case any more",
    "overtaken": "what it asks for was done before it was sent",
    "no_gateway": "no mail server was configured",
}
TROUBLE: Final = ("uncertain", "bounced", "failed")
SAID: Final = {
    "recorded": "The bounce is noted; the applicant's desk says so.",
    "known": "This bounce is known already.",
    "not_sent": "This mail was not sent yet; nothing changes.",
    "unknown": "No mail of ours has this token; nothing changes.",
}
NO_BOUNCE: Final = {
    "too_large": "This is larger than any notification; nothing changes.",
    "no_report": "This is no delivery status notification (RFC 3464); nothing changes.",
    "not_failed": "This says that a mail is delayed or was delivered; nothing changes.",
    "not_ours": "This names no mail of ours; nothing changes.",
}


@click.group(cls=Listing)
def mail() -> None:
    """See what became of the mail to applicants."""


@mail.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what went well or waits, the newest 100.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@needs_database
def list_mails(*, everything: bool, as_json: bool) -> None:
    """Count the mails by what became of them, and list those that did not arrive."""
    counts = notice.counts()
    found = notice.mails(states=tuple(STATES) if everything else TROUBLE)
    if as_json:
        click.echo(json.dumps({"counts": counts, "mails": found}, default=str))
        return
    click.echo(messages(settings.SMTP).says)
    for state, words in STATES.items():
        if counts.get(state):
            click.echo(f"{counts[state]:>7}  {state:<11} {words}")
    for one in found:
        at = one["settled_at"] or one["made_at"]
        click.echo(f"{at:%Y-%m-%d %H:%M}  {one['state']:<10} {one['reply']:<12} {one['kind']:<24} token {one['token']}")


@mail.command()
@click.option("--to", "came_to", default="", help="The address the notification came to, if the mail server tells it.")
@click.pass_context
def bounce(context: click.Context, came_to: str) -> None:
    """
    Read a delivery status notification (RFC 3464) from standard input, as a mail server pipes it.

    Exit status: 0 it is dealt with, whatever it is; 75 the database is away, the mail server is to try again.
    """
    raw = sys.stdin.buffer.read(LARGEST + 1)
    try:
        found = read_bounce(raw, came_to=came_to)
    except NoBounce as no:
        click.echo(NO_BOUNCE[no.code])
        return
    try:
        with attached():
            click.echo(SAID[notice.bounced(token=found.token, status=found.status)])
    except (Refusal, click.ClickException) as away:
        click.echo(f"Not noted: {away}", err=True)
        context.exit(TRY_AGAIN)


@mail.command()
@click.argument("token", type=click.UUID)
@click.argument("what", type=click.Choice(["sent", "again"]))
@needs_database
def settle(token: UUID, what: str) -> None:
    """
    Say what became of an uncertain mail, after looking for its Message-ID in the mail server's log.

    TOKEN is what `yimen mail list` shows; the Message-ID begins with it. `sent` if the log has it, `again` if it has not.
    """
    if not notice.decide(token=token, sent=what == "sent"):
        raise click.ClickException("No mail with this token is uncertain. `yimen mail list` shows those that are.")
    click.echo("It counts as sent." if what == "sent" else "It is sent again by the worker.")


@mail.command("try")
@click.argument("address")
@click.pass_context
def try_out(context: click.Context, address: str) -> None:
    """Send a trial to ADDRESS through the configured mail server, and say what came of it."""
    gateway = messages(settings.SMTP)
    click.echo(gateway.says)
    token, origin = uuid4(), settings.MAIL_FROM
    sender = envelope(settings.MAIL_BOUNCES, token) if settings.MAIL_BOUNCES else origin.addr_spec
    outcome = gateway.send(message=trial(token, address), sender=sender, recipient=address, last_word=lambda: True)
    gateway.close()
    click.echo(f"{outcome.state} {outcome.reply}".strip())
    context.exit(0 if outcome.state == "sent" else 1)


def trial(token: UUID, address: str) -> EmailMessage:
    origin: Any = settings.MAIL_FROM
    message = EmailMessage(policy=SMTP)
    message["From"] = origin
    message["To"] = address
    message["Subject"] = "一门：试发 / Yimen: a trial"
    message["Date"] = format_datetime(datetime.now(ZoneInfo(settings.CITY_TIME_ZONE)))
    message["Message-ID"] = message_id(token, origin.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"试发邮件，来自 {settings.PUBLIC_URL}\nA trial from {settings.PUBLIC_URL}\n", cte="base64")
    return message
