"""`yimen catalogue vocabulary`: the catalogue of a city in the vocabularies in which public services and open data are exchanged."""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from rdflib import Graph

from yimen.cli.attach import attached
from yimen.cli.catalogue_files import AS_JSON, OF_FOLDER, items_from, profile_from
from yimen.cli.city import read
from yimen.pure.item_rules import Profile, Whole, findings
from yimen.registry.exchange.described import Described, of_folder, of_record
from yimen.registry.exchange.graph import ADDRESS
from yimen.registry.exchange.linked import MEDIA_TYPES, write
from yimen.registry.exchange.open_data import DATASETS, LICENCE, found_in, open_data
from yimen.registry.exchange.vocabularies import parts


def _file(ctx: click.Context, param: click.Parameter, value: Path) -> Path:
    if value.suffix not in MEDIA_TYPES:
        raise click.BadParameter("the name ends in .ttl (Turtle) or .jsonld (JSON-LD)")
    if not value.parent.is_dir():
        raise click.BadParameter(f"there is no folder {value.parent}")
    return value


def _address(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(ADDRESS, value):
        raise click.BadParameter("an address like https://data.example.org/")
    return value


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), callback=_file)
@OF_FOLDER
@click.option(
    "--base",
    metavar="URL",
    callback=_address,
    help="The address with which everything in the file begins, and under which data files are fetched; "
    "YIMEN_PUBLIC_URL with /data/ if it is left out. "
    "Keep it from one export to the next: another base makes other things of the same items.",
)
@click.option(
    "--open-data", "describe", is_flag=True, help="Describe the data files beside FILE instead (DCAT-AP 3.0.1)."
)
@click.option(
    "--licence",
    metavar="URL",
    default=LICENCE,
    show_default=True,
    callback=_address,
    help="With --open-data: under which licence the files are published. That is the city's to decide.",
)
@AS_JSON
def vocabulary(
    file: Path, *, folder: Path | None, base: str | None, describe: bool, licence: str, as_json: bool
) -> None:
    """
    Write the items on record, or those of a city's folder, to FILE in the European vocabulary of public services (CPSV-AP 3.2).

    FILE ends in .ttl (Turtle, to be read by people too) or .jsonld (JSON-LD); a file
    of that name is replaced, once the new one is whole.

    With --open-data FILE becomes a catalogue of the data files that lie in its own folder and are named items, places or
    calendar with .xlsx, .csv, .zip, .json, .ttl or .jsonld, for open-data portals (DCAT-AP 3.0.1). So first the files, then:

    \b
      yimen catalogue vocabulary open/items.ttl
      yimen catalogue vocabulary open/catalogue.ttl --open-data

    Exits with 1, and writes nothing, if no city is on record or the folder is not sound, an item breaks a rule of publishing, or there is no data file to
    describe, or FILE cannot be written; with 2 if the command is not written as above.
    """
    city = _city(folder, as_json=as_json)
    items = [] if describe else items_from(folder, as_json=as_json)
    under = base or f"{settings.PUBLIC_URL}/data/"
    told = (
        _describe(file, city, under, licence) if describe else _services(file, city, items, profile_from(folder), under)
    )
    if as_json:
        click.echo(json.dumps({"file": str(file), "base": under, **told}, ensure_ascii=False))
    elif describe:
        click.echo(f"{file}: {len(told['files'])} data files under {licence}: {', '.join(told['files'])}.")
    else:
        click.echo(
            "{0}: {services:,} public services with {materials:,} materials, {bytes:,} bytes.".format(file, **told)
        )
    if base is None and "://127.0.0.1" in under:
        click.echo(f"Everything in it begins with {under}, which means nothing elsewhere: say --base.", err=True)


def _city(folder: Path | None, *, as_json: bool) -> Described:
    if folder is not None:
        return of_folder(read(folder, as_json=as_json))
    try:
        with attached():
            return of_record()
    except ValueError as nothing:
        raise click.ClickException(str(nothing)) from nothing


def _services(file: Path, city: Described, items: list[Whole], asked: Profile, base: str) -> dict[str, Any]:
    if file.stem in DATASETS and file.stem != "items":
        raise click.UsageError(
            f"{file.name} would be taken for the {file.stem} of the open data: call it items{file.suffix}"
        )
    broken = [one.said("handling_code") for one in items if findings(one, asked)]
    if broken:
        click.echo(f"{len(broken)} items break a rule of publishing, the first is {broken[0]}.", err=True)
        click.echo(
            "`yimen catalogue check` says which rules, and what would satisfy them. Nothing was written.", err=True
        )
        raise click.exceptions.Exit(1)
    items = sorted(items, key=lambda one: one.said("implementation_code"))  # what several say, is said as by the first
    with click.progressbar(items, label=f"Writing {len(items):,} items", file=sys.stderr) as shown:
        _write(parts(shown, city=city, base=base), file)
    materials = sum(len(one.materials) for one in items)
    return {"services": len(items), "materials": materials, "bytes": file.stat().st_size}


def _describe(file: Path, city: Described, base: str, licence: str) -> dict[str, Any]:
    if file.stem in DATASETS:
        raise click.UsageError(f"{file.name} would be taken for one of the data files: call it catalogue{file.suffix}")
    files = found_in(file.parent, time_zone=settings.TIME_ZONE)
    if not files:
        click.echo(f"No data file lies beside {file}: nothing is named {', '.join(DATASETS)} there.", err=True)
        click.echo("Write one first, for example items.ttl by this command without --open-data.", err=True)
        raise click.exceptions.Exit(1)
    graph = open_data(files, city=city, base=base, licence=licence)
    _write([graph], file)
    return {"licence": licence, "files": [one.file for one in files]}


def _write(graphs: Iterable[Graph], file: Path) -> None:
    try:
        write(graphs, file)
    except OSError as failed:
        raise click.ClickException(
            f"{file} cannot be written: {failed.strerror}. What was there is as it was."
        ) from failed
