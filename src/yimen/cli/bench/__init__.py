"""`yimen bench`: figures of this machine, shown as ratios of what was run beside them in the same run."""

import json

import click
from django.conf import settings

from yimen.cli.bench.figures import describe, figures
from yimen.cli.bench.installation import Installation
from yimen.cli.bench.life import Life
from yimen.cli.bench.lists import Lists, described, grown
from yimen.cli.bench.loading import load
from yimen.cli.bench.statements import Statements
from yimen.cli.program import Refused


@click.group()
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
@click.option("--clients", default="1,4,16", show_default=True, callback=numbers, help="How many at once, in turn.")
@click.option(
    "--cases", default=240, show_default=True, type=click.IntRange(4, 100_000), help="Whole lives in each turn."
)
@click.option("--seconds", default=5, show_default=True, type=click.IntRange(1, 600), help="For each turn of pgbench.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def case(clients: list[int], cases: int, seconds: int, *, as_json: bool) -> None:
    """
    Take whole lives of a case over the HTTP API, and beside it pgbench on our own statements and on a bare schema.

    On an installation of its own below the state folder, with a server, keys and people of its own.
    """

    def tell(line: str) -> None:
        click.echo(line, err=True)

    try:
        with Installation(settings.STATE_DIR / "bench", tell) as installation:
            with installation.serving() as url:
                life = Life(installation, url, tell)
                life.warm_up(clients=max(clients))
                api = {count: life.turn(cases=cases, clients=count) for count in clients}
                memory = installation.memory()
                given = life.given()
            statements = Statements(installation, given, tell)
            own = {count: statements.own(clients=count, seconds=seconds) for count in clients}
            bare = {count: statements.bare(clients=count, seconds=seconds) for count in clients}
    except Refused as no:
        raise click.ClickException(str(no)) from no
    found = figures(api=api, own=own, bare=bare, memory=memory)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in describe(found):
        click.echo(line)


@bench.command()
@click.option("--cases", default=1_000_000, show_default=True, type=click.IntRange(2000, 100_000_000))
@click.option("--clients", default=4, show_default=True, type=click.IntRange(1, 64), help="How many at once.")
@click.option("--requests", default=200, show_default=True, type=click.IntRange(20, 100_000), help="For each page.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def lists(cases: int, clients: int, requests: int, *, as_json: bool) -> None:
    """
    Load a million cases, and time every list page over HTTP; at a tenth of them first, to show what growth costs.

    On an installation of its own below the state folder, which is kept: what is loaded is not loaded again.
    """

    def tell(line: str) -> None:
        click.echo(line, err=True)

    pages, hourly = {}, {}
    with Installation(settings.STATE_DIR / "bench-lists", tell) as installation:
        installation.make_ready()
        for size in (cases // 10, cases):
            with installation.admin() as connection:
                row = connection.execute("select count(*) from casework_case").fetchone()
            there = row[0] if row else 0
            if there < size:
                load(installation.server.uri(installation.database()), first=there, last=size)
            elif there > size:
                tell(f"{there} cases are loaded already; growth from {size} is not shown")
                continue
            with installation.serving() as url:
                installation.sleep("worker", "keeper")
                reader = Lists(installation, tell)
                pages[str(size)], hourly[str(size)] = (
                    reader.measure(url, clients=clients, requests=requests),
                    reader.hourly(),
                )
    sizes = list(pages)
    found = {
        "clients": clients,
        "pages": pages,
        "hourly": hourly,
        "growth": grown(pages[sizes[0]], pages[sizes[-1]]) if len(sizes) > 1 else {},
    }
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in described(found):
        click.echo(line)
