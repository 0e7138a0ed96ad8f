"""`yimen catalogue`: the items of a city against the rules that each must keep, and as files that people and programs exchange."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from yimen.cli.city import invalid_in_words, read
from yimen.cli.listing import Listing
from yimen.pure.item_rules import Finding, Whole, complete, findings
from yimen.registry.city_stems import make_items
from yimen.registry.city_tables import CityInvalid, Findings
from yimen.registry.exchange import reading
from yimen.registry.exchange.comparing import Changes, Edit
from yimen.registry.exchange.reading import Reading
from yimen.registry.exchange.remarks import GRADES, REMARKS, Remark
from yimen.registry.exchange.writing import WRITERS, TooLong, rows_to_write, write
from yimen.registry.item_rows import rows_by_hand

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXCHANGED = click.Path(exists=True, path_type=Path)
LANGUAGE = click.option("--language", type=click.Choice(["en", "zh"]), default="en", help="In which language it is told.")  # fmt: skip
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For scripts.")


@click.group(cls=Listing)
def catalogue() -> None:
    """The items of a city: ask whether each keeps the rules of publishing; write them to a file, check and compare one."""


@catalogue.command()
@click.argument("source", type=EXCHANGED, metavar="FOLDER|FILE")
@LANGUAGE
@AS_JSON
def check(source: Path, *, language: str, as_json: bool) -> None:
    """
    Check every item of a city's folder, or of a file as `export` writes it, by every rule, and write nothing.

    Each finding names item, row, field, rule, and what would satisfy it. Of a file it is told first what could not be read,
    and what was put right. Exits with 1 if a rule is broken or something of a file was left out.
    """
    file = Reading(wholes=_items(source, as_json=as_json)) if _is_city(source) else _read(source)
    found = [one for item in file.wholes for one in findings(item)]
    whole = sum(all(complete(item).values()) for item in file.wholes)
    if as_json:
        told = [_told(one, language) for one in found]
        said = {"items": len(file.wholes), "complete": whole, "findings": told, **_file_as_json(file, language)}
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        _say_remarks(file, language)
        for one in found:
            click.echo("{item} {sheet}:{row} {field}: {rule}: {satisfied_by}".format(**_told(one, language)), err=True)
        rules = ", ".join(f"{rule} {count}" for rule, count in sorted(Counter(one.rule for one in found).items()))
        click.echo(
            f"{len(file.wholes)} items, {whole} with all sixteen elements, {len(found)} findings"
            + (f": {rules}" if rules else "")
        )
    if found or not file.complete:
        raise click.exceptions.Exit(1)


@catalogue.command()
@click.argument("folder", type=FOLDER)
@click.argument("file", type=click.Path(path_type=Path))
@AS_JSON
def export(folder: Path, file: Path, *, as_json: bool) -> None:
    """
    Write the items of a city's folder to FILE: a workbook (.xlsx), JSON (.json), or an archive of CSV files (.zip).

    What is written can be edited, and read by `check` and `compare`. A file that is there already is left alone.
    """
    if file.suffix.lower() not in WRITERS:
        raise click.BadParameter(f"its name must end in {', '.join(WRITERS)}", param_hint="FILE")
    if file.exists():
        raise click.ClickException(f"{file} is there already. Name another file, or take it away first.")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"There is no folder {file.absolute().parent}.")
    items = _items(folder, as_json=as_json)
    rows = rows_to_write(items)
    try:
        with click.progressbar(length=rows, label="Writing", file=sys.stderr) as bar:
            write(items, file, progress=bar.update)
    except (TooLong, OSError) as error:
        raise click.ClickException(str(error)) from error
    told = {"file": str(file), "items": len(items), "rows": rows, "bytes": file.stat().st_size}
    click.echo(json.dumps(told) if as_json else f"{file}: {len(items)} items, {rows} rows, {told['bytes']:,} bytes")


@catalogue.command()
@click.argument("folder", type=FOLDER)
@click.argument("file", type=EXCHANGED)
@click.option("--whole", is_flag=True, help="FILE is the whole catalogue: an item that it has not would end.")
@LANGUAGE
@AS_JSON
def compare(folder: Path, file: Path, *, whole: bool, language: str, as_json: bool) -> None:
    """
    Show what FILE would add, change and end of the items of a city's folder, and write nothing.

    Without --whole nothing would end; nor would it by a file of which something was left out. Exits with 1 if something was.
    """
    read_file = _read(file)
    changes = read_file.changes(_items(folder, as_json=as_json), whole=whole)
    if as_json:
        said = {**_changes_as_json(changes), **_file_as_json(read_file, language)}
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        _say_remarks(read_file, language)
        for line in changes.lines(language):
            click.echo(line)
        if not read_file.refused:
            click.echo(changes.summary(language))
        if whole and not read_file.complete:
            click.echo(_NOTHING_ENDS[language], err=True)
    if not read_file.complete:
        raise click.exceptions.Exit(1)


_NOTHING_ENDS = {
    "en": "Nothing would end, because not all of the file could be taken.",
    "zh": "文件未能全部采用，因此不取消任何事项。",
}
_NOT_TAKEN = {"en": "{} of {} rows were not taken", "zh": "{1} 行中有 {0} 行未采用"}


def _is_city(source: Path) -> bool:
    return (source / "city.json").is_file()


def _items(folder: Path, *, as_json: bool) -> list[Whole]:
    city, problems = read(folder, as_json=as_json), Findings()
    by_hand = rows_by_hand(city)
    made = make_items(folder, city, by_hand, problems)
    with invalid_in_words(as_json=as_json):
        if problems.fatal:
            raise CityInvalid(problems.problems)
    return [*by_hand, *made]


def _read(file: Path) -> Reading:
    with _progress() as tell:
        return reading.read(file, progress=tell)


@contextmanager
def _progress() -> Iterator[reading.Progress]:
    with click.progressbar(length=1, label="Reading", file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(max(done, of == 0) - bar.pos)

        yield tell


def _told(one: Finding, language: str) -> dict[str, str | int]:
    return {
        "item": one.item,
        "sheet": one.sheet,
        "row": one.place,
        "field": one.name,
        "rule": one.rule,
        "satisfied_by": one.satisfied_by(language),
    }


def _say_remarks(file: Reading, language: str) -> None:
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


def _file_as_json(file: Reading, language: str) -> dict[str, Any]:
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


def _changes_as_json(changes: Changes) -> dict[str, Any]:
    return {
        "added": [one.said("handling_code") for one in changes.added],
        "ended": [one.said("handling_code") for one in changes.ended],
        "same": changes.same,
        "changed": [
            {
                "item": one.after.said("handling_code"),
                "fields": _edits(one.edits),
                "rows": [
                    {"sheet": row.sheet, "key": row.key, "change": row.kind, "fields": _edits(row.edits)}
                    for row in one.rows
                ],
            }
            for one in changes.changed
        ],
    }


def _edits(edits: Sequence[Edit]) -> list[dict[str, str]]:
    return [{"field": one.name, "before": one.before, "after": one.after} for one in edits]
