"""`yimen bench`: figures of this machine, shown as ratios of what was run beside them in the same run."""

import json

import click
from django.conf import settings

from yimen.cli.bench.figures import describe, figures
from yimen.cli.bench.installation import Installation
from yimen.cli.bench.life import Life
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
