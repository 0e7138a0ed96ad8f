"""
The catalogue out of the record and into it: how long, and how much memory, each command in a process of its own.

What is imported is every item with another remark on its promise, so that every item changes; it is drafted, submitted and published.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from yimen.cli.bench.installation import Installation
from yimen.registry.exchange import reading
from yimen.registry.exchange.writing import WRITERS, write

LIMIT_SECONDS: Final = 10.0
LIMIT_MEGABYTES: Final = 300.0
EDITOR, REVIEWER = "editor1", "reviewer1"


def measure(made: Installation, tell: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """Return of each command its seconds, CPU seconds and peak megabytes; `nothing` is a command that does nothing."""
    folder = made.state / "exchanged"
    folder.mkdir(exist_ok=True)
    found = {"nothing": _run(made, ["--version"])[0]}
    for number, suffix in enumerate(sorted(WRITERS)):
        whole, changed = folder / f"catalogue{suffix}", folder / f"changed{suffix}"
        whole.unlink(missing_ok=True)
        tell(f"Out of the record and into it: {suffix} …")
        found[f"export {suffix}"], _ = _run(made, ["catalogue", "export", str(whole)])
        _change(whole, changed, f"{time.time():.0f}.{number}")
        words = ["catalogue", "import", str(changed), "--username", EDITOR, "--why", "bench", "--yes", "--json"]
        found[f"import {suffix}"], said = _run(made, words, typed=_password(EDITOR))
        drafted = json.loads(said.splitlines()[-1])["revision"]
        found[f"submit {suffix}"], _ = _run(made, _step("submit", drafted, EDITOR), typed=_password(EDITOR))
        found[f"publish {suffix}"], _ = _run(
            made, _step("publish", drafted, REVIEWER), typed=f"{_password(REVIEWER)}y\n"
        )
    return found


def described(found: dict[str, dict[str, float]]) -> list[str]:
    """The figures as lines, with how much of the limits they are."""
    lines = [f"{'':24}{'seconds':>9}{'of 10 s':>9}{'CPU s':>8}{'MB':>7}{'of 300 MB':>11}"]
    for name, one in found.items():
        limited = name.split()[0] in ("export", "import")
        shares = (one["seconds"] / LIMIT_SECONDS, one["megabytes"] / LIMIT_MEGABYTES)
        told = tuple(f"{share:.0%}" if limited else "" for share in shares)
        lines.append(
            f"{name:24}{one['seconds']:>9.1f}{told[0]:>9}{one['cpu']:>8.1f}{one['megabytes']:>7.0f}{told[1]:>11}"
        )
    return lines


def _step(name: str, revision: str, username: str) -> list[str]:
    return ["revision", name, revision, "--username", username, "--why", "bench", "--json"]


def _password(username: str) -> str:
    return f"yimen-{username}\n"


def _change(whole: Path, changed: Path, mark: str) -> None:
    wholes = [replace(one, item={**one.item, "promise_note": mark}) for one in reading.read(whole).wholes]
    changed.unlink(missing_ok=True)
    write(wholes, changed)


def _run(made: Installation, words: Sequence[str], *, typed: str = "") -> tuple[dict[str, float], str]:
    """Run one command of the installation; what it took, and what it said."""
    told, wrong = made.state / "exchanged" / "said", made.state / "exchanged" / "wrong"
    began = time.monotonic()
    with told.open("wb") as out, wrong.open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "yimen", *words],
            env=made.environment(""),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            start_new_session=True,  # without a terminal the password is read from here
        )
        if process.stdin:
            process.stdin.write(typed.encode())
            process.stdin.close()
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = told.read_text(encoding="utf-8") + wrong.read_text(encoding="utf-8")
        raise click.ClickException(f"yimen {' '.join(words)}: {said.strip()[-1000:]}")
    figures: dict[str, Any] = {
        "seconds": round(time.monotonic() - began, 2),
        "cpu": round(used.ru_utime + used.ru_stime, 2),
        "megabytes": round(used.ru_maxrss / 1024, 1),
    }
    return figures, told.read_text(encoding="utf-8")
