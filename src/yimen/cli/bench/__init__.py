"""`yimen bench`: figures of this machine, shown as ratios of what was run beside them in the same run."""

import json
from typing import Any

import click
from django.conf import settings

from yimen.cli.bench import exchanging, finding
from yimen.cli.bench.figures import LIMIT, beside, describe, lived
from yimen.cli.bench.installation import Installation, kept
from yimen.cli.bench.life import Life
from yimen.cli.bench.lists import Lists, described, grown
from yimen.cli.bench.loading import load
from yimen.cli.bench.paths import PATHS
from yimen.cli.bench.statements import Statements
from yimen.cli.listing import Listing
from yimen.cli.program import Refused


@click.group(cls=Listing)
def bench() -> None:
    """Measure the platform. Nothing here touches the installation's own database."""


def numbers(ctx: click.Context, param: click.Parameter, value: str) -> list[int]:
    try:
        found = [int(one) for one in value.split(",")]
    except ValueError as wrong:
        raise click.BadParameter("whole numbers divided by commas") from wrong
    if not found or not all(1 <= one <= 64 for one in found):
        raise click.BadParameter("from 1 to 64")
    return found


@bench.command()
@click.option("--path", "path", default="online", show_default=True, type=click.Choice([*PATHS, "all"]))
@click.option("--clients", default="1,4,16", show_default=True, callback=numbers, help="How many at once, in turn.")
@click.option(
    "--cases", default=240, show_default=True, type=click.IntRange(4, 100_000), help="Whole lives in each turn."
)
@click.option("--seconds", default=5, show_default=True, type=click.IntRange(0, 600), help="For each turn of pgbench.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def case(path: str, clients: list[int], cases: int, seconds: int, *, as_json: bool) -> None:
    """
    Take whole lives of a case over the HTTP API: filed online, at the window, or done on the spot.

    On an installation of its own below the state folder, with a server, keys and people of its own. What people wait for and
    what follows by itself (order, messages, papers, certificates) are told apart. Beside the online path runs pgbench on our
    own statements and on a bare schema, unless it gets no seconds.
    """

    def tell(line: str) -> None:
        click.echo(line, err=True)

    found: dict[str, Any] = {"limit_cpu_ms": LIMIT, "paths": {}, "pgbench": {}}
    given: dict[str, Any] = {}
    try:
        with Installation(kept(settings.STATE_DIR / "bench", tell, afresh=False), tell) as installation:
            with installation.serving() as url:
                for one in PATHS.values() if path == "all" else [PATHS[path]]:
                    life = Life(installation, url, tell, one)
                    life.warm_up(clients=max(clients))
                    turns = {count: life.turn(cases=cases, clients=count) for count in clients}
                    found["paths"][one.name] = lived(turns, statements=life.counted())
                    tell(f"{one.name}: {found['paths'][one.name]['cpu_ms_per_case']} CPU ms a case")
                    given |= {one.name: life.given()}
                found |= {f"{name}_mb": value for name, value in installation.memory().items()}
            if seconds and "online" in given:
                statements = Statements(installation, given["online"], tell)
                own = {count: statements.own(clients=count, seconds=seconds) for count in clients}
                bare = {count: statements.bare(clients=count, seconds=seconds) for count in clients}
                found["pgbench"] = beside(found["paths"]["online"], own=own, bare=bare)
    except Refused as no:
        raise click.ClickException(str(no)) from no
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in describe(found):
        click.echo(line)


@bench.command()
@click.option("--cases", default=1_000_000, show_default=True, type=click.IntRange(2000, 100_000_000))
@click.option("--clients", default=4, show_default=True, type=click.IntRange(1, 64), help="How many at once.")
@click.option("--requests", default=40, show_default=True, type=click.IntRange(20, 100_000), help="For each page.")
@click.option("--afresh", is_flag=True, help="Throw away what was loaded before.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def lists(cases: int, clients: int, requests: int, *, afresh: bool, as_json: bool) -> None:
    """
    Load a million cases, and time every list page over HTTP; at a tenth of them first, to show what growth costs.

    Each size is an installation of its own in `bench-lists` below the state folder, and is kept: what is loaded is not loaded
    again, and a load that was broken off goes on. One of another schema is thrown away by itself.
    """

    def tell(line: str) -> None:
        click.echo(line, err=True)

    pages, hourly = {}, {}
    for size in (cases // 10, cases):
        with Installation(kept(settings.STATE_DIR / "bench-lists" / str(size), tell, afresh=afresh), tell) as made:
            made.make_ready()
            load(made.server.uri(made.database()), cases=size)
            with made.serving() as url:
                made.sleep("worker", "keeper")
                reader = Lists(made, tell)
                pages[str(size)] = reader.measure(url, clients=clients, requests=requests)
                hourly[str(size)] = reader.hourly()
    small, large = pages.values()
    found = {"clients": clients, "requests": requests, "pages": pages, "hourly": hourly, "growth": grown(small, large)}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in described(found):
        click.echo(line)


@bench.command()
@click.option("--clients", default=16, show_default=True, type=click.IntRange(1, 64), help="How many at once.")
@click.option(
    "--requests", default=800, show_default=True, type=click.IntRange(20, 100_000), help="For each way to ask."
)
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def catalogue(clients: int, requests: int, *, as_json: bool) -> None:
    """
    Search the catalogue, so many clients at once, and take it out and in.

    The search is asked in the database, as one types, and as a whole page. Every item is exported and imported as XLSX, CSV and JSON,
    each command a process of its own with its time and memory. On an installation of its own in `bench-catalogue` below the state
    folder, with all items of the city; it is kept.
    """

    def tell(line: str) -> None:
        click.echo(line, err=True)

    with (
        Installation(kept(settings.STATE_DIR / "bench-catalogue", tell, afresh=False), tell) as made,
        made.serving() as url,
    ):
        made.sleep("worker", "keeper")
        search = finding.measure(made, url, clients=clients, requests=requests)
        exchange = exchanging.measure(made, tell)
        found = {
            "items": finding.items(made),
            "clients": clients,
            "requests": requests,
            "search": search,
            "exchange": exchange,
        }
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in (*finding.described(found), "", *exchanging.described(exchange)):
        click.echo(line)
