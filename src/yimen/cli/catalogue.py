"""`yimen catalogue`: the items of a city against the rules that each must keep before it can be published."""

import json
from collections import Counter
from pathlib import Path

import click

from yimen.cli.catalogue_vocabulary import vocabulary
from yimen.cli.city import items_of, read
from yimen.cli.listing import Listing
from yimen.pure.item_rules import Finding, complete, findings


@click.group(cls=Listing)
def catalogue() -> None:
    """The items of a city: whether each keeps the rules of publishing, and the catalogue in public vocabularies."""


catalogue.add_command(vocabulary)


@catalogue.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="In which language rules are told.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def check(folder: Path, *, language: str, as_json: bool) -> None:
    """
    Check every item of a folder by every rule, and write nothing.

    Each finding names item, row, field, rule, and what would satisfy it. Exits with 1 if there is one.
    """
    items = items_of(folder, read(folder, as_json=as_json), as_json=as_json)
    found = [one for item in items for one in findings(item)]
    whole = sum(all(complete(item).values()) for item in items)
    if as_json:
        told = [_told(one, language) for one in found]
        click.echo(json.dumps({"items": len(items), "complete": whole, "findings": told}, ensure_ascii=False))
    else:
        for one in found:
            click.echo("{item} {sheet}:{row} {field}: {rule}: {satisfied_by}".format(**_told(one, language)), err=True)
        rules = ", ".join(f"{rule} {count}" for rule, count in sorted(Counter(one.rule for one in found).items()))
        click.echo(
            f"{len(items)} items, {whole} with all sixteen elements, {len(found)} findings"
            + (f": {rules}" if rules else "")
        )
    if found:
        raise click.exceptions.Exit(1)


def _told(one: Finding, language: str) -> dict[str, str | int]:
    return {
        "item": one.item,
        "sheet": one.sheet,
        "row": one.place,
        "field": one.name,
        "rule": one.rule,
        "satisfied_by": one.satisfied_by(language),
    }
