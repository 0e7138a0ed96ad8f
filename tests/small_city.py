"""The sample city without the items that are made from stems and the seals of lower centres: an installation of it is ready sooner."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "cities" / "sample"


@cache
def small_city() -> Path:
    """Return a folder of the city: all its people and places, and the items that are written by hand; no events of life, whose items are made."""
    folder = Path(tempfile.mkdtemp(prefix="yimen-small-city-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("stems", "events.csv"))
    offers = (folder / "offers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    every = [one for one in offers[1:] if one.startswith(",,,,")]  # the other lines are about items that are made
    (folder / "offers.csv").write_text("".join([offers[0], *every]), encoding="utf-8")
    seals = (folder / "seals.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "seals.csv").write_text("".join(one for one in seals if not one.startswith("c22")), encoding="utf-8")
    return folder
