"""
The sample city cut to one hall, its sub-halls and two agencies: whoever applies, and all who may be drawn for what these agencies decide by hand-written items.

An installation of it is ready in a moment. What the city as a whole is asked for (its size, its districts, items that are made from stems) is asked of the sample itself.
"""

import atexit
import csv
import io
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "cities" / "sample"
HALL = "C220100"
AGENCIES = {"112201999999000110", "11220199999901903F"}  # public security, and market regulation


@cache
def small_city() -> Path:
    """Return the folder, which is checked and loaded like any other; it has no events of life, whose items are made."""
    folder = Path(tempfile.mkdtemp(prefix="yimen-small-city-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("stems", "events.csv"))
    for item in (folder / "items").iterdir():
        if json.loads(item.read_text(encoding="utf-8"))["agency"] not in AGENCIES:
            item.unlink()
    posted = {row["staff_no"] for row in _rows(folder, "posts.csv")}
    centres = _keep(
        folder, "centres.csv", "code", {row["code"] for row in _rows(folder, "centres.csv") if HALL in row["code"]}
    )
    places = centres | _keep(folder, "agencies.csv", "code", AGENCIES)
    kept = _keep(folder, "posts.csv", "place", places, returned="staff_no")
    for file in ("windows.csv", "closures.csv", "seals.csv"):
        _keep(folder, file, "centre", centres)
    _keep(folder, "seals.csv", "agency", AGENCIES)
    _keep(folder, "duty.csv", "staff_no", kept)
    _keep(folder, "people.csv", "staff_no", kept | ({row["staff_no"] for row in _rows(folder, "people.csv")} - posted))
    _keep(folder, "synonyms.csv", "stands_for", {"220131999000"})  # food business, which is market regulation's
    _keep(folder, "offers.csv", "at", {"city"})
    return folder


def _rows(folder: Path, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / file).read_text(encoding="utf-8-sig"), newline="")))


def _keep(folder: Path, file: str, column: str, values: set[str], *, returned: str = "") -> set[str]:
    """Leave the rows of a table that have one of these values, and return what they have in that column or another."""
    rows = [row for row in _rows(folder, file) if row[column] in values]
    with (folder / file).open("w", encoding="utf-8", newline="") as written:
        table = csv.DictWriter(written, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    return {row[returned or column] for row in rows}
