"""`yimen figures`: the figures of the reform, counted now."""

import json
from typing import Any

import click

from yimen.cli.attach import attached
from yimen.oversight.figures import Figures, Group
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
        click.echo(json.dumps(_told(found), ensure_ascii=False))
        return
    total, seen = found.total, found.visited
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
            _percent(_at_most_once(seen)),
            f"of the last {seen['cases']:,} cases that are over",
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
    for name, groups in (("type", found.by_type), ("level", found.by_level), ("agency", found.by_agency)):
        click.echo(
            f"\n{'by ' + name:<58} {'items':>6} {'<= 1 visit':>10} {'no visit':>9} {'in halls':>9} {'elsewhere':>9} {'shorter':>8}"
        )
        for one in groups:
            shares = (_share(one, "at_most_once"), _share(one, "none"), _share(one, "entered"))
            click.echo(
                f"{one.name_en[:58]:<58} {one.sums['items']:>6,} {shares[0]:>10} {shares[1]:>9} {shares[2]:>9}"
                f" {one.sums['elsewhere']:>9,} {_percent(one.saved):>8}"
            )


def _at_most_once(seen: Any) -> float | None:
    return (seen["none"] + seen["once"]) / seen["cases"] if seen["cases"] else None


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"


def _share(group: Group, name: str) -> str:
    return _percent(group.share(name))


def _told(found: Figures) -> dict[str, Any]:
    def group(one: Group) -> dict[str, Any]:
        shares = {f"{name}_share": one.share(name) for name in ("complete", "none", "at_most_once", "entered")}
        named = {"code": one.code, "name_zh": one.name_zh, "name_en": one.name_en}
        return {**named, **one.sums, **shares, "promise_shorter_by": one.saved}

    return {
        "total": group(found.total),
        "measured": {**found.visited, "at_most_once_share": _at_most_once(found.visited)},
        "seals": found.seals,
        "seals_by_level": list(found.seals_by_level),
        "by_type": [group(one) for one in found.by_type],
        "by_level": [group(one) for one in found.by_level],
        "by_agency": [group(one) for one in found.by_agency],
    }
