"""Rules of our own about the code, each checked over every file."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "yimen"
PYTHON = sorted([*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
OURS = sorted(SOURCE.rglob("*.py"))
DOORS = ("web", "api", "jobs", "cli", "config")
BELOW = [path for path in OURS if path.relative_to(SOURCE).parts[0] not in DOORS]
DRAWERS = {"utils", "util", "common", "helpers", "helper", "core", "services", "managers", "base", "misc"}
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
}
LINES = 400
# A folder that is no document of ours but is written, whole, by others' tools.
TEXT = {".py", ".toml", ".in", ".txt", ".md", ".yml", ".sql", ".html", ".csv", ".json", ".sh", ""}
REGISTRY = re.compile(r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|registry|mirror)[\w.-]*", re.IGNORECASE)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call in a file, with the last two words of what is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, ".".join(ast.unparse(node.func).split(".")[-2:])


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON, ids=named)
def test_a_file_can_be_read_at_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


def test_nothing_is_a_drawer() -> None:
    assert [named(path) for path in OURS if {path.stem, *path.relative_to(SOURCE).parts} & DRAWERS] == []


def test_no_import_hides_in_a_function() -> None:
    found = []
    for path in OURS:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                found += [f"{named(path)}:{n.lineno}" for n in inner]
    assert found == []


def test_below_the_doors_there_is_no_http() -> None:
    found = []
    for path in BELOW:
        for node in ast.walk(tree(path)):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [module or ""]
            found += [named(path) for name in names if name.startswith(("django.http", "django.shortcuts"))]
    assert found == []


def test_below_the_doors_there_is_no_clock() -> None:
    found = [f"{named(path)}:{call.lineno} {name}" for path in BELOW for call, name in calls(path) if name in CLOCKS]
    assert found == []


def test_nothing_is_saved_whole() -> None:
    """`save()` without fields writes back what another has changed meanwhile."""
    found = [
        f"{named(path)}:{call.lineno}"
        for path in OURS
        for call, name in calls(path)
        if name.endswith(".save") and not call.args and not call.keywords
    ]
    assert found == []


def test_no_work_hides_in_signals_or_callbacks() -> None:
    forbidden = ("on_commit", "post_save.connect", "pre_save.connect", "receiver")
    found = [
        f"{named(path)}:{call.lineno} {name}" for path in OURS for call, name in calls(path) if name.endswith(forbidden)
    ]
    assert found == []


def test_an_exception_to_a_rule_says_why() -> None:
    """`noqa: RULE - reason`, `type: ignore[code] # reason`."""
    bare = re.compile(r"#\s*noqa(?!: [A-Z0-9, ]+ - \w)|#\s*type:\s*ignore(?!\[[\w, -]+\]\s+# \w)")
    here = Path(__file__)
    found = [
        f"{named(path)}:{number}"
        for path in PYTHON
        if path != here
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if bare.search(line)
    ]
    assert found == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    forbidden = {"mark.skip", "mark.skipif", "mark.xfail", "pytest.skip", "pytest.xfail"}
    found = [f"{named(path)}:{call.lineno}" for path in PYTHON for call, name in calls(path) if name in forbidden]
    assert found == []


def test_no_file_names_where_packages_come_from() -> None:
    """A city installs from the source it trusts; our files name packages, versions and hashes alone."""
    top = [path for path in ROOT.iterdir() if path.is_file()]
    inner = [
        path for folder in ("src", "tests", "docs", "cities", "scripts", ".ci") for path in (ROOT / folder).rglob("*")
    ]
    found = [
        named(path)
        for path in [*top, *inner]
        if path.is_file()
        and path.suffix in TEXT
        and REGISTRY.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_every_package_is_locked_with_its_hash() -> None:
    for lock in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8"))
        packages = [block for block in blocks if "==" in block.split("\n")[0]]
        assert packages
        assert [block.split(" ")[0] for block in packages if "--hash=sha256:" not in block] == []
