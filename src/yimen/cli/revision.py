"""`yimen revision`: how the items of a city change, at a terminal. What is drafted on a page or by a program is read, submitted and published here."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import click
from django.utils import timezone, translation

from yimen.cli.attach import attached
from yimen.cli.listing import Listing
from yimen.cli.revision_words import Language, finding, told
from yimen.cli.signed_in import signed_in
from yimen.record.events import Recorded, Session
from yimen.record.refusal import Refusal
from yimen.registry import revision as revisions
from yimen.registry.revision_data import revision_as_data

READERS: Final = ("editor", "reviewer", "registrar")
PAGE: Final = 100
# What a refusal says of cases, said of revisions.
SAYS: Final = {
    "hat.second": "You edited this revision yourself, or reviewed it; another person takes this step.",
    "case.wrong_state": "This revision is at another step now, so this cannot be done. `yimen revision show` says where it is.",
    "case.moved_meanwhile": "Someone changed this revision meanwhile. Look at it again with `yimen revision show`.",
    "stream.missing": "There is no such revision, or it is not yours to see. `yimen revision list` lists those that are.",
}
Command = Callable[..., Any]


def asked(*, why: str = "") -> Callable[[Command], Command]:
    """The options that all of these commands have; with `why`, those of a step: which revision, and the reason of it."""

    def decorated(command: Command) -> Command:
        options = [
            click.option("--username", metavar="NAME", required=True, help="Who does it; the password is asked for."),
            click.option("--json", "as_json", is_flag=True, help="For scripts."),
        ]
        if why:
            options.append(click.option("--why", metavar="TEXT", required=True, help=why))
            options.append(click.argument("number", type=click.UUID, metavar="REVISION"))
        for one in options:
            command = one(command)
        return command

    return decorated


@click.group(cls=Listing)
def revision() -> None:
    """
    Change the items of a city: read what an agency's editor drafted, submit it, and publish it as another person.

    An editor drafts new versions of items on the pages under /catalogue/ or over the interface for programs, and submits them.
    A reviewer of the centre reads what would change, and publishes all of it or sends it back. Nobody publishes what she edited.
    REVISION is its number, as `yimen revision list` lists it.
    """


def plain(value: object) -> str:
    """An instant or an id as the interface writes it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


@revision.command("list")
@asked()
@click.option(
    "--state",
    type=click.Choice(revisions.STATES),
    help="Those at this step only; without, all, the last touched first.",
)
@click.option("--item", metavar="CODE", help="Those of an item only, by the code of its implementation.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many, at most.")
def list_(*, username: str, state: str | None, item: str | None, limit: int, as_json: bool) -> None:
    """List the revisions you may see: an editor those of her agency, a reviewer and a registrar all."""
    with acting(username, *READERS) as session:
        found = list(_listed(session, state or "", limit, item))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, default=plain))
        return
    for one in found:
        of = f"changes {one['items']}, ends {one['ends']}"
        at = timezone.localtime(one["at"])
        agency = one["agency_zh"] or "all agencies"
        click.echo(
            f"{one['revision']}  {one['state']:<9}  {at:%Y-%m-%d %H:%M}  {agency}, {one['editor_zh']}: {of}: {one['why']}"
        )
    if not found:
        click.echo("no revision")


@revision.command()
@click.argument("number", type=click.UUID, metavar="REVISION")
@asked()
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="In which language fields are named.")
def show(*, number: UUID, username: str, language: Language, as_json: bool) -> None:
    """Show what a revision changes in each item, which rules it breaks, and every step of it."""
    with acting(username, *READERS) as session:
        found = revisions.read(revision=number, session=session)
    click.echo(
        json.dumps(revision_as_data(found), ensure_ascii=False, default=plain)
        if as_json
        else "\n".join(told(found, language))
    )


@revision.command()
@asked(why="What the reviewer should know; it stays on record.")
def submit(*, number: UUID, username: str, why: str, as_json: bool) -> None:
    """Submit a draft to a reviewer, as an editor of its agency. It must break no rule of publishing."""
    with acting(username, "editor") as session:
        found = revisions.read(revision=number, session=session)
        for one in found.findings:
            click.echo(finding(one, "en"), err=True)
        done(
            revisions.submit(revision=number, after=found.head, why=why, session=session, key=uuid4()), as_json=as_json
        )


@revision.command()
@asked(why="Why it is withdrawn; it stays on record.")
def withdraw(*, number: UUID, username: str, why: str, as_json: bool) -> None:
    """Withdraw a draft, also one that was submitted, as an editor of its agency. It ends, and nothing is published."""
    _step(revisions.withdraw, "editor", number, username, why, as_json=as_json)


@revision.command("return")
@asked(why="What is to be changed; the editor reads it, and it stays on record.")
def return_(*, number: UUID, username: str, why: str, as_json: bool) -> None:
    """Send a submitted draft back to its editor, as a reviewer, with what is to be changed."""
    _step(revisions.send_back, "reviewer", number, username, why, as_json=as_json)


@revision.command()
@asked(why="Why it is right; it stays on record.")
@click.option(
    "--at",
    "begins",
    metavar="TIME",
    callback=lambda _context, _option, given: in_city_time(given),
    help="In force from then on, as 2026-12-01T08:00 in the city's time; without, at once.",
)
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="In which language fields are named.")
def publish(
    *, number: UUID, username: str, why: str, begins: datetime | None, language: Language, as_json: bool
) -> None:
    """
    Publish a submitted draft, as a reviewer: all of it or nothing, at once or from a time on.

    What would change is shown first, and you are asked; exactly what was shown is published. A running case keeps the version under
    which it was filed.
    """
    with acting(username, "reviewer") as session:
        found = revisions.read(revision=number, session=session)
        click.echo("\n".join(told(found, language)), err=as_json)
        when = f"from {timezone.localtime(begins):%Y-%m-%d %H:%M} on" if begins else "from now on"
        click.confirm(f"Is this right, and shall it be in force {when}?", abort=True, err=True)
        recorded = revisions.publish(
            revision=number,
            after=found.head,
            why=why,
            reviewed=found.draft,
            begins=begins,
            session=session,
            key=uuid4(),
        )
        done(recorded, as_json=as_json)


@contextmanager
def acting(username: str, *roles: str) -> Iterator[Session]:
    """Have a session of a person in a role, and say refusals in words for who keeps the catalogue, with exit status 1."""
    try:
        with attached(), signed_in(username, *roles) as session:
            yield session
    except Refusal as refusal:
        item = refusal.params.get("item") or refusal.params.get("detail")
        with translation.override("en"):  # as all that commands say
            words = SAYS.get(refusal.code, refusal.words)
        raise click.ClickException(words + (f" ({item})" if item else "")) from refusal


def done(recorded: Recorded, *, as_json: bool) -> None:
    """Say what was recorded."""
    if as_json:
        receipt = {
            "revision": recorded.stream,
            "state": recorded.state,
            "number": recorded.number,
            "hash": bytes(recorded.hash).hex(),
            "at": recorded.at.isoformat(),
        }
        click.echo(json.dumps(receipt, default=str))
    else:
        click.echo(f"{recorded.stream}: {recorded.state}")


def in_city_time(given: str | None) -> datetime | None:
    """Read a time; one without a zone is the city's."""
    if given is None:
        return None
    try:
        read = datetime.fromisoformat(given)
    except ValueError as wrong:
        raise click.BadParameter("write it as 2026-12-01T08:00") from wrong
    return read if read.tzinfo else timezone.make_aware(read)


def _step(
    operation: Callable[..., Recorded], role: str, number: UUID, username: str, why: str, *, as_json: bool
) -> None:
    with acting(username, role) as session:
        head = revisions.read(revision=number, session=session).head
        done(operation(revision=number, after=head, why=why, session=session, key=uuid4()), as_json=as_json)


def _listed(session: Session, state: str, limit: int, item: str | None) -> Iterator[dict[str, Any]]:
    """Revisions, page after page."""
    before = None
    while limit > 0:
        found = revisions.listed(session=session, state=state, before=before, limit=min(limit, PAGE), code=item)
        yield from found
        if len(found) < min(limit, PAGE):
            return
        limit -= len(found)
        before = found[-1]["at"], found[-1]["revision"]
