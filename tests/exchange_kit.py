"""A small made catalogue, and files of it that are dirty in one way each."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from yimen.pure.item_fields import SHEETS
from yimen.pure.item_rules import Row, Whole
from yimen.registry.exchange.reading import Reading, read
from yimen.registry.exchange.writing import write

AGENCY = "11220199999901903F"
ONE, TWO = f"{AGENCY}322013100100001", f"{AGENCY}322013100200001"
Rows = dict[str, list[dict[str, Any]]]


def made(code: str, name: str) -> Whole:
    """An item with two materials, a fee and a question; most of what rules ask is not said, because reading does not ask it."""
    item: Row = {
        "handling_code": code, "implementation_code": code[:31], "catalogue_code": code[19:31], "agency_code": AGENCY,
        "version": "1", "name": name, "name_en": "Food business licence", "type": "01", "objects": "1^2", "visits": "1",
        "person_themes": "040^050", "effective_from": "2026-01-01", "charged": "1", "conditions": "有固定场所。\n没有违法记录。",
        "special_procedures": "=无", "elsewhere": "collect",
    }  # fmt: skip
    situations = [
        {"handling_code": code, "order": str(n), "code": f"ground.{answer}", "question": "在哪里？", "answer": answer}
        for n, answer in enumerate(("in", "out"), 1)
    ]
    materials = [
        {"handling_code": code, "order": str(n), "code": f"M0{n}", "name": f"材料{n}", "paper": "card", "source": "20"}
        for n in (1, 2)
    ]
    materials[1]["situations"] = "ground.in"
    fee = {"handling_code": code, "order": "1", "code": "F01", "name": "工本费", "amount_fen": "1000"}
    question = {"handling_code": code, "order": "1", "question": "要多久？", "answer": "七天。"}
    return Whole(item=item, situations=situations, materials=materials, fees=[fee], questions=[question])


CATALOGUE = [made(ONE, "食品经营许可（新办）"), made(TWO, "食品经营许可（变更）")]


def rows_of(wholes: list[Whole]) -> Rows:
    """The rows of each sheet by heading, as JSON has them."""
    found: Rows = {}
    for sheet, fields in SHEETS.items():
        listed = (
            [one.item for one in wholes] if sheet == "items" else [row for one in wholes for row in getattr(one, sheet)]
        )
        found[sheet] = [{one.heading(): row.get(one.name, "") for one in fields} for row in listed]
    return found


def read_json(tmp_path: Path, change: Callable[[Rows], object], **said: Any) -> Reading:
    """Read the small catalogue as JSON, changed first."""
    rows = rows_of(CATALOGUE)
    change(rows)
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"format": "yimen-catalogue", "version": 1, **rows, **said}), encoding="utf-8")
    return read(path)


def read_workbook(tmp_path: Path, change: Callable[[Mapping[str, Any]], object], rows: Rows | None = None) -> Reading:
    """Read a bare workbook (headings in row 1) of the small catalogue, after `change` has written into its sheets."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        pages: dict[str, Any] = {"format": book.add_format({"num_format": "yyyy/m/d"})}
        for sheet, listed in (rows or rows_of(CATALOGUE)).items():
            pages[sheet] = page = book.add_worksheet(sheet)
            headings = [one.heading() for one in SHEETS[sheet]]
            page.write_row(0, 0, headings)
            for number, row in enumerate(listed, 1):
                for column, name in enumerate(headings):
                    if row.get(name):
                        page.write_string(number, column, row[name])
        change(pages)
    return read(path)


def read_csv(tmp_path: Path, sheet: str, change: Callable[[bytes], bytes]) -> Reading:
    """Read the small catalogue as a folder of CSV files, one of them changed first."""
    archive, folder = tmp_path / "a.zip", tmp_path / "csv"
    write(CATALOGUE, archive)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    file = folder / f"{sheet}.csv"
    file.write_bytes(change(file.read_bytes()))
    return read(folder)


def column(sheet: str, name: str) -> int:
    """At which column (from 0) a field is in what is written here."""
    return [one.name for one in SHEETS[sheet]].index(name)
