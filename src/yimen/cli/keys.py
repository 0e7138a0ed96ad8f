"""`yimen keys`: make the keys of a sample city, and publish what strangers need to trust them."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings

from yimen.casework.trust import trust_path
from yimen.cli.listing import Listing
from yimen.gateways.authority import Agency, Seal, found_demonstration_ca, trust
from yimen.gateways.keystore import FileKeyStore, KeysUnavailable


@click.group(cls=Listing)
def keys() -> None:
    """Make keys, and publish the certificates of those that are there. Private keys are never shown."""


@keys.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Say what was made as JSON.")
def make(folder: Path | None, *, as_json: bool) -> None:
    """
    Make the keys of the city in FOLDER (YIMEN_CITY; the sample city) under a demonstration authority.

    A decision key and a special seal for papers for each agency, one key for each seal, and one for the record. Keys
    that are there stay as they are, so this can be run again after an agency or a seal was added.
    """
    city = folder or settings.CITY_DIR
    store = FileKeyStore(settings.KEYS_DIR)
    try:
        agencies = {row["code"]: Agency(code=row["code"], name=row["name_zh"]) for row in rows(city / "agencies.csv")}
        seals = [
            Seal(
                code=row["code"],
                name=row["name_zh"],
                agency_code=row["agency"],
                agency_name=agencies[row["agency"]].name,
            )
            for row in rows(city / "seals.csv")
        ]
        made = found_demonstration_ca(store, agencies=agencies.values(), seals=seals, at=datetime.now(UTC))
        published = trust(store)
    except (OSError, KeyError) as wrong:
        raise click.ClickException(f"{city} is not the folder of a city: {wrong}") from wrong
    except KeysUnavailable as wrong:
        raise click.ClickException(str(wrong)) from wrong
    target = trust_path()
    target.write_text(published, encoding="utf-8")
    if as_json:
        click.echo(json.dumps({"made": made, "keys": store.names(), "trust": str(target)}, ensure_ascii=False))
        return
    click.echo(f"made {len(made)} keys, {len(store.names())} are there; strangers' trust is in {target}")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
