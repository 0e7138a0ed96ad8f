"""docs/tour.md can be walked: every file it names is there, and every anchor is in its file."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ANCHOR = re.compile(r"`((?:src|tests|docs)/[^`#\s]*?)(?:#([A-Za-z_]+))?`")


@pytest.mark.parametrize(("file", "name"), sorted(set(ANCHOR.findall((PROJECT / "docs/tour.md").read_text("utf-8")))))
def test_every_stop_of_the_tour_is_there(file: str, name: str) -> None:
    path = PROJECT / file
    assert path.exists(), f"docs/tour.md names {file}, which is not there"
    if name:
        assert re.search(rf"(def|class|create function) {name}\b", path.read_text("utf-8")), f"{file} has no {name}"
