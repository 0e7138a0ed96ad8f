"""`yimen offers`: at which places an item is done, and what a place offers."""

import json
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

import click

from yimen.cli.attach import attached
from yimen.cli.listing import Listing
from yimen.record import statement
from yimen.record.refusal import Refusal
from yimen.registry import offers as offered
from yimen.registry import places

AS_JSON = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.group(cls=Listing)
def offers() -> None:
    """At which places an item is done, and which items a place offers."""


@offers.command()
@click.argument("code", metavar="ITEM")
@AS_JSON
def item(code: str, *, as_json: bool) -> None:
    """
    List every place that offers an item, the version it applies, and what is its own: telephone and hours, if they are.

    ITEM is its code. The versions are the same everywhere, or this says so and exits with 1; `yimen check --only items.one_standard` asks it of all items.
    """
    with attached():
        try:
            found = offered.item(code=code)
        except Refusal as no:
            raise click.ClickException(str(no.words)) from no
        listed = _every(lambda after: offered.of_item(code=code, district="all", after=after, limit=500))
    versions = sorted({one["version"] for one in listed})
    if as_json:
        click.echo(json.dumps({**found, "versions": versions, "at": listed}, ensure_ascii=False, default=_written))
    else:
        for one in listed:
            own = "  its own telephone or hours" if one["own"] else ""
            click.echo(f"{one['code']:<14} version {one['version']}  {one['phone']:<16} {one['name_zh']}{own}")
        click.echo(_in_words(found, len(listed), versions))
    if len(versions) > 1:
        raise click.exceptions.Exit(1)


@offers.command()
@click.argument("code", metavar="PLACE")
@click.option("--words", default="", help="Only items with these words in their name, agency or code.")
@click.option("--left-out", is_flag=True, help="Those that it does not offer, with why, instead.")
@AS_JSON
def place(code: str, *, words: str, left_out: bool, as_json: bool) -> None:
    """
    List the items that a place offers, or those that it does not and why.

    PLACE is its code.
    """
    with attached():
        try:
            found = places.place(code=code)
        except Refusal as no:
            raise click.ClickException(str(no.words)) from no
        asked = "no" if left_out else "yes"
        listed = _every(lambda after: offered.at_place(place=code, typed=words, offered=asked, after=after, limit=500))
        count = offered.counted(place=code)
    if as_json:
        click.echo(json.dumps({"place": code, **count, "listed": listed}, ensure_ascii=False, default=_written))
        return
    for one in listed:
        click.echo(f"{one['code']}  {one['name_zh']}" + (f"  {_why_not(one)}" if left_out else ""))
    click.echo(f"{found['name_zh']} offers {count['offered']:,} of {count['items']:,} items")


def _why_not(one: Mapping[str, Any]) -> str:
    if one["reason_zh"]:
        return str(one["reason_zh"])
    if not one["entered"]:
        return "in no hall; nobody said why"
    return f"offered by halls of {', '.join(one['levels'])}" if one["levels"] else "offered by other places"


def _every(page: Callable[[str], list[statement.Row]]) -> list[statement.Row]:
    """All rows of a list that comes a page at a time, after a code."""
    listed: list[statement.Row] = []
    while more := page(listed[-1]["code"] if listed else ""):
        listed += more
    return listed


def _in_words(found: dict[str, Any], places_: int, versions: list[int]) -> str:
    if not found["entered"]:
        return f"{found['name_zh']} is in no hall: {found['reason_zh'] or 'no reason is given'}"
    if len(versions) > 1:
        return f"{found['name_zh']}: places differ, versions {', '.join(map(str, versions))} are applied"
    return f"{found['name_zh']}, version {found['version']}: the same at all of its {places_} places"


def _written(one: Any) -> str:
    return one.isoformat() if isinstance(one, date | time) else str(one)
