"""`yimen catalogue`: the items of a city against the rules that each must keep, and as files that people and programs exchange."""

import json
from collections import Counter
from pathlib import Path

import click

from yimen.cli.catalogue_exchange import compare, export, import_file
from yimen.cli.catalogue_files import (
    AS_JSON,
    EXCHANGED,
    LANGUAGE,
    file_as_json,
    items_from,
    profile_from,
    read_file,
    say_remarks,
)
from yimen.cli.catalogue_vocabulary import vocabulary
from yimen.cli.listing import Listing
from yimen.cli.revision_words import Language, finding
from yimen.pure.item_fields import SIXTEEN
from yimen.pure.item_rules import complete, findings
from yimen.registry.exchange.reading import Reading


@click.group(cls=Listing)
def catalogue() -> None:
    """The items of a city: whether each keeps the rules of publishing; as files, written, compared and taken in; as vocabularies."""


for one in (export, compare, import_file, vocabulary):
    catalogue.add_command(one)


@catalogue.command()
@click.argument("source", type=EXCHANGED, metavar="[FOLDER|FILE]", required=False)
@LANGUAGE
@AS_JSON
def check(source: Path | None, *, language: Language, as_json: bool) -> None:
    """
    Check every item on record, of a city's folder, or of a file as `export` writes it, by every rule, and write nothing.

    Each finding names item, row, field, rule, and what would satisfy it. What every item must say is as the city has it (`profile.csv`), for a
    file the sixteen elements of the reform. Of a file it is told first what could not be read,
    and what was put right. Exits with 1 if a rule is broken or something of a file was left out.
    """
    of_file = source is not None and not (source / "city.json").is_file()
    file = read_file(source) if source and of_file else Reading(wholes=items_from(source, as_json=as_json))
    asked = SIXTEEN if of_file else profile_from(source)
    found = [one for item in file.wholes for one in findings(item, asked)]
    whole = sum(all(complete(item, asked).values()) for item in file.wholes)
    if as_json:
        told = [one.as_data() for one in found]
        said = {"items": len(file.wholes), "complete": whole, "findings": told, **file_as_json(file, language)}
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        say_remarks(file, language)
        for one in found:
            click.echo(finding(one, language), err=True)
        rules = ", ".join(f"{rule} {count}" for rule, count in sorted(Counter(one.rule for one in found).items()))
        click.echo(
            f"{len(file.wholes)} items, {whole} with all {len(asked)} elements, {len(found)} findings"
            + (f": {rules}" if rules else "")
        )
    if found or not file.complete:
        raise click.exceptions.Exit(1)
