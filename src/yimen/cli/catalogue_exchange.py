"""`yimen catalogue export`, `compare` and `import`: the items as a file that people edit, and back."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import click
from django.utils import timezone

from yimen.cli.attach import attached
from yimen.cli.catalogue_files import (
    AS_JSON,
    EXCHANGED,
    LANGUAGE,
    OF_FOLDER,
    file_as_json,
    items_from,
    read_file,
    say_remarks,
)
from yimen.cli.city import refused_in_words
from yimen.cli.signed_in import signed_in
from yimen.pure.item_differences import as_data
from yimen.pure.item_rules import findings
from yimen.record.events import Session
from yimen.registry import revision
from yimen.registry.exchange.comparing import Changes
from yimen.registry.exchange.handing_in import HandedIn, Planned, plan, suited_to
from yimen.registry.exchange.reading import Reading
from yimen.registry.exchange.writing import WRITERS, TooLong, rows_to_write, write
from yimen.registry.profile import profile


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@OF_FOLDER
@click.option(
    "--agency", metavar="CODE", default="", help="Of one agency only, by its code: what an editor of it imports again."
)
@AS_JSON
def export(file: Path, *, folder: Path | None, agency: str, as_json: bool) -> None:
    """
    Write the items on record, or those of a city's folder, to FILE: a workbook (.xlsx), JSON (.json), or an archive of CSV files (.zip).

    What is written can be edited, and read by `check` and `compare`. A file that is there already is left alone.
    """
    if file.suffix.lower() not in WRITERS:
        raise click.BadParameter(f"its name must end in {', '.join(WRITERS)}", param_hint="FILE")
    if file.exists():
        raise click.ClickException(f"{file} is there already. Name another file, or take it away first.")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent}.")
    items = [one for one in items_from(folder, as_json=as_json) if one.said("agency_code").startswith(agency)]
    rows = rows_to_write(items)
    try:
        with click.progressbar(length=rows, label="Writing", file=sys.stderr) as bar:
            write(items, file, progress=bar.update)
    except (TooLong, OSError) as error:
        raise click.ClickException(str(error)) from error
    told = {"file": str(file), "items": len(items), "rows": rows, "bytes": file.stat().st_size}
    click.echo(json.dumps(told) if as_json else f"{file}: {len(items)} items, {rows} rows, {told['bytes']:,} bytes")


@click.command()
@click.argument("file", type=EXCHANGED)
@OF_FOLDER
@click.option("--whole", is_flag=True, help="FILE is the whole catalogue: an item that it has not would end.")
@LANGUAGE
@AS_JSON
def compare(file: Path, *, folder: Path | None, whole: bool, language: str, as_json: bool) -> None:
    """
    Show what FILE would add, change and end of the items on record, or of a city's folder, and write nothing.

    Without --whole nothing would end; nor would it by a file of which something was left out. Exits with 1 if something was.
    """
    given = read_file(file)
    changes = given.changes(items_from(folder, as_json=as_json), whole=whole)
    if as_json:
        said = {**_changes_as_json(changes), **file_as_json(given, language)}
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        _say(given, changes, language, whole=whole)
    if not given.complete:
        raise click.exceptions.Exit(1)


@click.command(name="import")
@click.argument("file", type=EXCHANGED)
@click.option("--username", metavar="NAME", required=True, help="The editor who drafts; the password is asked for.")
@click.option("--why", required=True, help="Why, in a line that the reviewer reads.")
@click.option("--whole", is_flag=True, help="FILE is the whole catalogue: an item that it has not ends.")
@click.option("--sound", is_flag=True, help="Take what is sound although something of FILE was left out; nothing ends.")
@click.option("--yes", is_flag=True, help="Do not ask whether this is right.")
@LANGUAGE
@AS_JSON
def import_file(
    file: Path, *, username: str, why: str, whole: bool, sound: bool, yes: bool, language: str, as_json: bool
) -> None:
    """
    Draft what FILE adds, changes and ends of the items on record as one revision, after showing it.

    Nothing is in force by this: the draft is submitted with `yimen revision submit`, and a reviewer publishes all of it in one
    transaction or nothing. An editor of an agency imports that agency's items and compares with them alone, an editor of a centre with
    those of its places. What was published since the file was made is kept, where the file does not say otherwise.
    """
    given = read_file(file)
    if given.refused:
        _not_drafted(given, language, as_json=as_json)
    with attached(), refused_in_words(), signed_in(username, "editor") as session:
        given = suited_to(given, session=session)
        planned = plan(HandedIn(name=file.name, at=timezone.now(), whole=whole, reading=given), session=session)
        if not as_json:
            _say(given, planned.changes, language, whole=whole)
        if not (given.complete or sound):
            _not_drafted(given, language, as_json=as_json)
        drafting = bool(planned.items or planned.ends)
        if drafting and not yes:
            click.confirm("Is this right, and shall it be drafted?", abort=True, err=True)
        told = _drafted(planned, why, session) if drafting else {"revision": None}
    if as_json:
        click.echo(json.dumps(told))
        return
    if not drafting:
        click.echo("nothing to change")
        return
    click.echo("drafted {items} items and {ends} that end as revision {revision}".format(**told))
    if told["findings"]:
        click.echo(
            "rules are broken {findings} times: yimen revision show {revision}".format(**told)
            + f" --username {username}"
        )
    click.echo(f"next: yimen revision submit {told['revision']} --username {username}")


def _drafted(planned: Planned, why: str, session: Session) -> dict[str, Any]:
    items, ends, asked = planned.items, planned.ends, profile()
    broken = sum(len(findings(one, asked)) for one in items)
    made = revision.begin(why=why, items=items, ends=ends, bases=planned.bases, session=session, key=uuid4())
    return {"revision": str(made.stream), "items": len(items), "ends": len(ends), "findings": broken}


def _not_drafted(given: Reading, language: str, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"revision": None, **file_as_json(given, language)}, ensure_ascii=False))
    elif given.refused:
        say_remarks(given, language)
    raise click.ClickException("Nothing was drafted: see what was left out. --sound takes the rest.")


_NOTHING_ENDS = {
    "en": "Nothing would end, because not all of the file could be taken.",
    "zh": "文件未能全部采用，因此不取消任何事项。",
}


def _say(given: Reading, changes: Changes, language: str, *, whole: bool) -> None:
    say_remarks(given, language)
    for line in changes.lines(language):
        click.echo(line)
    if not given.refused:
        click.echo(changes.summary(language))
    if whole and not given.complete:
        click.echo(_NOTHING_ENDS[language], err=True)


def _changes_as_json(changes: Changes) -> dict[str, Any]:
    return {
        "added": [one.said("handling_code") for one in changes.added],
        "ended": [one.said("handling_code") for one in changes.ended],
        "same": changes.same,
        "changed": [
            {
                "item": one.after.said("handling_code"),
                "changes": as_data(one.differences),
            }
            for one in changes.changed
        ],
    }
