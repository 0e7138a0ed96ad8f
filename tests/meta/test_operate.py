"""docs/operate.md names every setting that the environment may give, and none that nothing reads."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
INTERNAL = {"YIMEN_LOGIN_OWNER", "YIMEN_ADMIN", "YIMEN_LOGIN_"}


def names_in(*paths: Path) -> set[str]:
    return {name for path in paths for name in re.findall(r"YIMEN_[A-Z_]+", path.read_text("utf-8"))}


def test_every_setting_is_told() -> None:
    read = names_in(*(PROJECT / "src/yimen/config").glob("*.py")) - INTERNAL
    told = names_in(PROJECT / "docs/operate.md") - {"YIMEN_LOGIN_COUNTER"}
    assert read == told
