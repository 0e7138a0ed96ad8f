"""`yimen catalogue export`, `compare` and `import`: the items as a file that people edit, and back."""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

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
from yimen.registry import revision
from yimen.registry.exchange.comparing import Changes
from yimen.registry.exchange.reading import Reading
from yimen.registry.exchange.writing import WRITERS, TooLong, rows_to_write, write


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@OF_FOLDER
@AS_JSON
def export(file: Path, *, folder: Path | None, as_json: bool) -> None:
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
    items = items_from(folder, as_json=as_json)
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
    transaction or nothing. An editor of an agency imports that agency's items, an editor of a centre any.
    """
    given = read_file(file)
    changes = given.changes(items_from(None, as_json=as_json), whole=whole and given.complete)
    items = [*changes.added, *(one.after for one in changes.changed)]
    ends = [one.said("implementation_code") for one in changes.ended]
    if not as_json:
        _say(given, changes, language, whole=whole)
    if given.refused or not (given.complete or sound):
        if as_json:
            click.echo(json.dumps({"revision": None, **file_as_json(given, language)}, ensure_ascii=False))
        raise click.ClickException("Nothing was drafted: see what was left out. --sound takes the rest.")
    if not items and not ends:
        click.echo(json.dumps({"revision": None}) if as_json else "nothing to change")
        return
    broken = sum(len(findings(one)) for one in items)
    if not yes:
        click.confirm("Is this right, and shall it be drafted?", abort=True, err=True)
    with attached(), refused_in_words(), signed_in(username, "editor") as session:
        made = revision.begin(why=why, items=items, ends=ends, session=session, key=uuid4())
    if as_json:
        click.echo(
            json.dumps({"revision": str(made.stream), "items": len(items), "ends": len(ends), "findings": broken})
        )
        return
    click.echo(f"drafted {len(items)} items and {len(ends)} that end as revision {made.stream}")
    if broken:
        click.echo(f"rules are broken {broken} times: yimen revision show {made.stream} --username {username}")
    click.echo(f"next: yimen revision submit {made.stream} --username {username}")


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
