"""`yimen figures`: the figures of the reform, counted now."""

import json

import click

from yimen.cli.attach import attached
from yimen.oversight.figures import Group, as_data
from yimen.oversight.figures import figures as counted


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def figures(*, as_json: bool) -> None:
    """
    Count the figures of the reform from the catalogue, the seals and the record, as they are now.

    Declared is what items say, measured what cases did. Nothing of a case or a person is told.
    """
    with attached():
        found = counted(fresh=True)
    if as_json:
        click.echo(json.dumps(as_data(found), ensure_ascii=False))
        return
    total = found.total
    lines = [
        ("items", f"{total.sums['items']:,}", ""),
        ("with every element", _share(total, "complete"), f"{total.sums['complete']:,}"),
        (
            "at most one visit, declared",
            _share(total, "at_most_once"),
            f"{total.sums['at_most_once']:,} of {total.sums['items']:,} items",
        ),
        (
            "at most one visit, measured",
            _percent(total.came_at_most_once),
            f"of the last {total.visited['cases']:,} cases that are over",
        ),
        ("no visit, declared", _share(total, "none"), f"{total.sums['none']:,}"),
        ("done in the halls", _share(total, "entered"), f"{total.sums['entered']:,}"),
        ("from another province", f"{total.sums['elsewhere']:,}", "items"),
        ("on the spot", _share(total, "instant"), f"{total.sums['instant']:,}"),
        (
            "promise shorter than the law by",
            _percent(total.saved),
            f"over {total.sums['limited']:,} items with a limit in working days",
        ),
        (
            "seals in custody",
            f"{found.seals:,}",
            ", ".join(f"{one['seals']:,} {one['level']}" for one in found.seals_by_level),
        ),
    ]
    for name, value, note in lines:
        click.echo(f"{name:<32} {value:>9}  {note}".rstrip())
    for name, groups in (
        ("type", found.by_type),
        ("level that offers them", found.by_level),
        ("agency", found.by_agency),
    ):
        wide = max(len(f"by {name}"), *(len(one.name_en) for one in groups), 40)
        click.echo(
            f"\n{'by ' + name:<{wide}} {'items':>6} {'<= 1 visit':>10} {'no visit':>9} {'in halls':>9} {'elsewhere':>9} {'shorter':>8}"
        )
        for one in groups:
            shares = (_share(one, "at_most_once"), _share(one, "none"), _share(one, "entered"))
            click.echo(
                f"{one.name_en:<{wide}} {one.sums['items']:>6,} {shares[0]:>10} {shares[1]:>9} {shares[2]:>9}"
                f" {one.sums['elsewhere']:>9,} {_percent(one.saved):>8}"
            )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"


def _share(group: Group, name: str) -> str:
    return _percent(group.share(name))
