"""A file that is no catalogue, is broken, or asks for more than it may is refused as a whole, with what would satisfy; it is never read in part."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from exchange_kit import CATALOGUE, ONE, read_csv, read_json, rows_of
from yimen.registry.exchange import sources, tables, workbook_check
from yimen.registry.exchange.reading import Reading, read
from yimen.registry.exchange.writing import write

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
ITEMS = "xl/worksheets/sheet2.xml"


def refused(reading: Reading) -> str:
    assert (list(reading.wholes), reading.refused, reading.complete) == ([], True, False)
    assert reading.changes(CATALOGUE, whole=True).ended == []
    return reading.remarks[0].code


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    write(CATALOGUE, tmp_path / "good.xlsx")
    return tmp_path / "good.xlsx"


def rewritten(workbook: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The workbook with its parts changed; those that become None are left away."""
    path = workbook.with_name("bad.xlsx")
    with zipfile.ZipFile(workbook) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            content = change(name, good.read(name))
            if content is not None:
                bad.writestr(name, content)
    return path


def with_items(workbook: Path, rows: str) -> Path:
    return rewritten(workbook, lambda name, content: SHEET.format(rows).encode() if name == ITEMS else content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.xlsx", "事项名称,编码\n".encode()),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("empty.xlsx", b""),
        ("picture.json", b"\x89PNG\r\n\x1a\n"),
        ("other.json", b'{"items": []}'),
        ("list.json", b"[1, 2]"),
    ],
)
def test_a_file_of_another_kind_is_named_as_what_it_is(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert refused(read(tmp_path / name)) == "file.kind"


@pytest.mark.parametrize("part", ["word/document.xml", "ppt/presentation.xml", "content.xml", "readme.txt"])
def test_a_document_renamed_to_a_workbook_is_refused(part: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as packed:
        packed.writestr(part, "<a/>")
    assert refused(read(tmp_path / "a.xlsx")) == "file.kind"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("kind", [".xlsx", ".zip", ".json"])
def test_a_file_that_broke_off_is_not_read_in_part(kind: str, share: float, tmp_path: Path) -> None:
    write(CATALOGUE, tmp_path / f"a{kind}")
    content = (tmp_path / f"a{kind}").read_bytes()
    (tmp_path / f"b{kind}").write_bytes(content[: int(len(content) * share)])
    assert refused(read(tmp_path / f"b{kind}")) == "file.broken"


@pytest.mark.parametrize(
    "change",
    [
        lambda name, content: None if name == ITEMS else content,
        lambda name, content: content[: len(content) // 2] if name == ITEMS else content,
        lambda name, content: content.replace(b"<row r=", b"<row r=x") if name == ITEMS else content,
        lambda name, content: (
            content.replace(b't="inlineStr"', b't="s"').replace(b"<is><t>", b"<v>9") if name == ITEMS else content
        ),
        lambda name, content: b"" if name == "xl/_rels/workbook.xml.rels" else content,
        lambda name, content: (
            content.replace(b"<sst", b"<!DOCTYPE a [<!ENTITY b 'c'>]><sst")
            if "worksheets" not in name
            else content.replace(b"<worksheet", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet", 1)
        ),
        lambda name, content: content.decode().encode("utf-16") if name == ITEMS else content,
    ],
    ids=["no part", "half a part", "no number", "no such text", "no relations", "entities", "another encoding"],
)
def test_a_workbook_that_is_broken_inside_is_refused(
    change: Callable[[str, bytes], bytes | None], workbook: Path
) -> None:
    assert refused(read(rewritten(workbook, change))) == "file.broken"


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_check, "MAX_UNPACKED", 4_000_000)
    bomb = rewritten(workbook, lambda name, content: content + b" " * 5_000_000 if name == ITEMS else content)
    assert bomb.stat().st_size < 50_000
    assert refused(read(bomb)) == "file.too_large"


def test_a_cell_in_the_last_corner_a_text_a_million_times_and_too_many_rows_are_refused(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = '<c r="{}" t="inlineStr"><is><t>a</t></is></c>'
    corner = with_items(workbook, f'<row r="1">{cell.format("A1")}</row><row r="40000">{cell.format("XFD40000")}</row>')
    assert refused(read(corner)) == "file.too_large"
    many = with_items(workbook, f'<row r="100000">{cell.format("A100000")}</row>')
    assert refused(read(many)) == "file.too_many_rows"
    monkeypatch.setattr(workbook_check, "MAX_CHARACTERS", 1000)
    assert refused(read(workbook)) == "file.too_large"


def test_a_hundred_thousand_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [{"task_handle_item": ONE}] * 100_000
    assert refused(read_json(tmp_path, lambda rows: rows.update(fees=many))) == "file.too_many_rows"

    def longer(content: bytes) -> bytes:
        head, row, *_ = content.splitlines(keepends=True)
        return head + row * 200

    monkeypatch.setattr(sources, "MAX_ROWS", 100)
    assert refused(read_csv(tmp_path, "fees", longer)) == "file.too_many_rows"


def test_a_file_larger_than_a_catalogue_can_be_is_not_opened(workbook: Path) -> None:
    with workbook.open("ab") as file:
        file.truncate(tables.MAX_PACKED + 1)
    assert refused(read(workbook)) == "file.too_large"


def test_json_that_says_a_thing_twice_or_nests_without_end_or_is_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    for text in ('{"format": "a", "format": "b"}', "[" * 100_000, '{"format": "yimen-catalogue", "version": ' + "9" * 5000 + "}"):  # fmt: skip
        path.write_text(text, encoding="utf-8")
        assert refused(read(path)) == "file.broken"
    path.write_text(json.dumps({"format": "yimen-catalogue", "version": 2, **rows_of(CATALOGUE)}), encoding="utf-8")
    assert refused(read(path)) == "file.format"


def test_a_workbook_of_a_newer_format_is_not_guessed_at(workbook: Path) -> None:
    newer = rewritten(workbook, lambda name, content: content.replace(b"yimen-catalogue 1", b"yimen-catalogue 2"))
    assert refused(read(newer)) == "file.format"


def test_sheets_and_columns_without_which_nothing_is_known_are_asked_for(tmp_path: Path) -> None:
    assert refused(read_json(tmp_path, lambda rows: rows.pop("fees"))) == "sheet.missing"
    assert refused(read_json(tmp_path, lambda rows: rows.update({"收费": rows["fees"]}))) == "sheet.twice"
    assert (
        refused(read_json(tmp_path, lambda rows: [row.pop("task_handle_item") for row in rows["fees"]]))
        == "column.needed"
    )
    assert refused(read_json(tmp_path, lambda rows: rows["fees"][0].update(收费标准="x"))) == "column.twice"
    unknown = read_json(tmp_path, lambda rows: rows.update(remarks=[]))
    assert ("sheet.unknown", "left out") in {(one.code, one.grade) for one in unknown.remarks}
    assert len(unknown.wholes) == 2


def test_headings_below_a_title_are_found(tmp_path: Path) -> None:
    back = read_csv(tmp_path, "items", lambda content: "市级事项清单\r\n".encode() + content)
    assert [(one.code, one.row) for one in back.remarks] == [("heading.lower", 2)]
    assert back.changes(CATALOGUE, whole=True).same == 2
