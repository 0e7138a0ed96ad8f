"""`yimen ready`: everything the platform needs before it serves, done where it is missing."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import click
from django.conf import settings
from django.core.management import call_command

from yimen.cli.attach import attached
from yimen.cli.city import in_words, load_folder
from yimen.cli.database import migrate_all
from yimen.cli.readiness import remember
from yimen.record import statement

FOLDERS: Final = ("KEYS_DIR", "DOCUMENTS_DIR", "RECORD_DIR", "LOG_DIR")


@click.command()
@click.pass_context
def ready(ctx: click.Context) -> None:
    """
    Make ready what `serve` needs: database, tables, static files, keys, the city.

    A machine that has some links' logins and not the owner's serves a database that was made ready elsewhere: there
    only folders and static files are made.
    """
    if not (settings.EMBEDDED or settings.OWNER_DATABASE()):
        take(("folders", make_folders), ("static files", collect_static))
        return
    with attached():
        take(
            ("folders", make_folders),
            ("tables", migrate_all),
            ("static files", collect_static),
            ("the city", bring_in_city),
            ("keys", lambda: run_command(ctx, "keys", "make")),
        )
        remember()


def take(*steps: tuple[str, Callable[[], object]]) -> None:
    """Take the steps in their order; each does nothing where there is nothing to do."""
    for number, (what, step) in enumerate(steps, start=1):
        click.echo(f"  [{number}/{len(steps)}] {what}")
        step()


def bring_in_city() -> None:
    """
    Enter a demonstration whole; what only registrars can enter is said.

    A city that is on record is served as it stands there: a folder that someone is changing stops no start.
    """
    try:
        click.echo(in_words(load_folder(settings.CITY_DIR)))
    except (click.ClickException, click.exceptions.Exit) as wrong:
        if not statement.value("registry", "select exists (select 1 from registry_item)"):
            raise
        if isinstance(wrong, click.ClickException):
            click.echo(f"        {wrong.format_message()}", err=True)
        click.echo(f"        {settings.CITY_DIR} was not entered; the city stays as it is on record", err=True)


def make_folders() -> None:
    for name in FOLDERS:
        Path(getattr(settings, name)).mkdir(parents=True, exist_ok=True, mode=0o700)


def collect_static() -> None:
    """Bring the static files together under names that change with their content."""
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def run_command(ctx: click.Context, group: str, name: str, **given: object) -> None:
    """Run `yimen GROUP NAME` within this process, as its own command would."""
    root = ctx.find_root()
    found = root.command.get_command(root, group) if isinstance(root.command, click.Group) else None
    command = found.get_command(ctx, name) if isinstance(found, click.Group) else None
    if command is None:
        raise click.ClickException(f"there is no command `yimen {group} {name}`")
    ctx.invoke(command, **given)
