"""What the commands on the catalogue share: where items come from, how a file is read, and how it is told what was not plain."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from yimen.cli.attach import attached
from yimen.cli.city import items_of, read
from yimen.pure.item_rules import Profile, Whole
from yimen.registry import revision
from yimen.registry.city_profile import read_profile
from yimen.registry.city_tables import Findings
from yimen.registry.exchange import reading
from yimen.registry.exchange.reading import Reading
from yimen.registry.exchange.remarks import GRADES, REMARKS, Remark
from yimen.registry.profile import profile

EXCHANGED = click.Path(exists=True, path_type=Path)
LANGUAGE = click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="In which language it is told.")  # fmt: skip
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For scripts.")
_NOT_TAKEN = {"en": "{} of {} rows were not taken", "zh": "{1} 行中有 {0} 行未采用"}
OF_FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A city's folder instead of what is on record.",
)


def items_from(folder: Path | None, *, as_json: bool) -> list[Whole]:
    """Return the items of a folder, or without one the last published versions on record."""
    if folder is not None:
        return items_of(folder, read(folder, as_json=as_json), as_json=as_json)
    with attached():
        return [whole for _code, _version, whole in revision.rows_of()]


def profile_from(folder: Path | None) -> Profile:
    """Return what a folder asks of every item, or without one what the city on record does."""
    if folder is not None:
        return {one.code: one.fields for one in read_profile(folder, Findings())}
    with attached():
        return profile()


def read_file(file: Path) -> Reading:
    """Read a file with a bar of progress; what is not plain in it is among its remarks."""
    with _progress() as tell:
        return reading.read(file, progress=tell)


@contextmanager
def _progress() -> Iterator[reading.Progress]:
    with click.progressbar(length=1, label="Reading", file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(max(done, of == 0) - bar.pos)

        yield tell


def say_remarks(file: Reading, language: str) -> None:
    """Tell what was put right and what was left out of a file, on standard error."""
    for one in file.remarks:
        grade = GRADES[one.grade][0 if language == "zh" else 1]
        place = ":".join(part for part in (one.sheet, str(one.row) if one.row else "", one.name) if part)
        click.echo(f"{grade}: {place}{': ' if place else ''}{one.code}: {one.words(language)}", err=True)
    more = sum(file.counts.values()) - len(file.remarks)
    if more:
        click.echo(f"… + {more}", err=True)
    if file.counts and not file.refused:
        counted = ", ".join(f"{words[0 if language == 'zh' else 1]} {file.graded(grade)}" for grade, words in GRADES.items() if file.graded(grade))  # fmt: skip
        click.echo(f"{counted}; {_NOT_TAKEN[language].format(file.left_out, file.rows)}", err=True)


def file_as_json(file: Reading, language: str) -> dict[str, Any]:
    """Return the same for scripts; nothing where no file was read."""
    if not file.counts and not file.rows:
        return {}
    remarks = [_remark_as_json(one, language) for one in file.remarks]
    counts = {code: {"grade": REMARKS[code][0], "count": count} for code, count in file.counts.items()}
    return {"rows": file.rows, "left_out": file.left_out, "refused": file.refused, "remarks": remarks, "counts": counts}


def _remark_as_json(one: Remark, language: str) -> dict[str, str | int]:
    return {
        "grade": one.grade,
        "code": one.code,
        "sheet": one.sheet,
        "row": one.row,
        "field": one.name,
        "item": one.item,
        "found": one.found,
        "words": one.words(language),
    }
