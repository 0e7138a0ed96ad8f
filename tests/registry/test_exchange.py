"""A catalogue goes out and comes back unchanged; whatever is dirty in a file is said by sheet, row and field, and no item is taken in part."""

import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from exchange_kit import CATALOGUE, ONE, TWO, column, read_csv, read_json, read_workbook, rows_of
from yimen.pure.item_differences import Difference
from yimen.pure.item_fields import SHEETS
from yimen.pure.item_rules import Whole
from yimen.registry.city import read_city
from yimen.registry.city_stems import make_items
from yimen.registry.city_tables import Findings
from yimen.registry.exchange import cells, remarks
from yimen.registry.exchange.comparing import compare
from yimen.registry.exchange.reading import Reading, read
from yimen.registry.exchange.writing import TooLong, write
from yimen.registry.item_rows import rows_by_hand

SAMPLE = Path(__file__).parents[2] / "cities" / "sample"
FORMATS = (".xlsx", ".json", ".zip")


@pytest.fixture(scope="module")
def everything() -> list[Whole]:
    city = read_city(SAMPLE)
    by_hand = rows_by_hand(city)
    return [*by_hand, *make_items(SAMPLE, city, by_hand, Findings())]


def said(reading: Reading) -> set[tuple[str, str, int, str]]:
    """What was said, but for columns that are not there."""
    return {(one.code, one.sheet, one.row, one.name) for one in reading.remarks if one.code != "column.missing"}


def taken(reading: Reading) -> list[str]:
    return [one.said("handling_code") for one in reading.wholes]


@pytest.mark.parametrize("kind", FORMATS)
def test_export_then_import_changes_nothing_and_needs_no_remark(
    kind: str, everything: list[Whole], tmp_path: Path
) -> None:
    write(everything, tmp_path / f"a{kind}")
    back = read(tmp_path / f"a{kind}")
    assert (list(back.remarks), back.complete) == ([], True)
    changes = back.changes(everything, whole=True)
    assert (changes.added, changes.changed, changes.ended, changes.same) == ([], [], [], len(everything))
    assert compare(back.wholes, everything, whole=True).same == len(everything)  # nor is anything lost


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_items_give_the_same_bytes(kind: str, tmp_path: Path) -> None:
    write(CATALOGUE, tmp_path / f"a{kind}")
    write(read(tmp_path / f"a{kind}").wholes, tmp_path / f"b{kind}")
    assert (tmp_path / f"b{kind}").read_bytes() == (tmp_path / f"a{kind}").read_bytes()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "text", ["=1+1", "'=1", "@a", "-", "'", "_x000D_", "a\tb\nc", "００７", '𠮷<&>"', "TRUE", "3.0"]
)
def test_a_text_that_a_program_might_take_for_something_else_stays_what_it_is(
    kind: str, text: str, tmp_path: Path
) -> None:
    write([replace(CATALOGUE[0], item={**CATALOGUE[0].item, "name": text})], tmp_path / f"a{kind}")
    back = read(tmp_path / f"a{kind}")
    assert (back.wholes[0].said("name"), list(back.remarks)) == (text, [])


def test_a_text_that_no_cell_holds_is_not_cut_off(tmp_path: Path) -> None:
    with pytest.raises(TooLong, match="conditions: 32768"):
        write([replace(CATALOGUE[0], item={**CATALOGUE[0].item, "conditions": "长" * 32_768})], tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


# What stands in a field of the first item; what it is taken as; with which remark.
PUT_RIGHT = [
    ("task_name", "　食品\u200b经营 许可\r\n", "食品经营 许可", "text.tidied"),
    ("task_name", 3, "3", "text.number"),
    ("catalog_code", "２２０１ 31001000", "220131001000", "code.tidied"),
    ("dept_code", "11220199999901903f", "11220199999901903F", "code.tidied"),
    ("catalog_code", 220131001000.0, "220131001000", "text.number"),
    ("task_version", "１.0", "1", "number.tidied"),
    ("task_version", 3.0, "3", ""),
    ("plan_effective_date", "2026年1月5日", "2026-01-05", "date.tidied"),
    ("plan_effective_date", "20260105", "2026-01-05", "date.tidied"),
    ("task_type", "行政许可", "01", "value.words"),
    ("task_type", "Licence", "01", "value.words"),
    ("task_type", 1, "01", "value.words"),
    ("task_type", "01 行政许可", "01", ""),
    ("is_fee", True, "1", ""),
    ("server_type", "自然人、企业法人、自然人", "1^2", "value.several"),
    ("use_level", "5-镇（乡、街道）级^3", "5^3", "value.words"),
]
LEFT_OUT = [
    ("catalog_code", "22013100100", "identifier.length"),
    ("catalog_code", "2.20131E+11", "code.damaged"),
    ("dept_code", 11220199999901903, "code.damaged"),
    ("catalog_code", "220131O01000", "identifier.character"),
    ("catalog_code", "223131001000", "identifier.part"),
    ("dept_code", "112201999999019030", "identifier.check_digit"),
    ("dept_code", "11220199999901904F", "identifier.organisation_check_digit"),
    ("task_version", "一", "number.wrong"),
    ("task_version", -1, "number.wrong"),
    ("task_version", 3.5, "number.wrong"),
    ("plan_effective_date", "2026-02-30", "date.wrong"),
    ("plan_effective_date", 46023, "date.wrong"),
    ("task_type", "77", "value.unknown"),
    ("server_type", "1^天使", "value.unknown"),
    ("task_type", "05 行政许可", "value.contradiction"),
    ("task_name", {"zh": "食品"}, "cell.kind"),
]


@pytest.mark.parametrize(("heading", "raw", "text", "code"), PUT_RIGHT)
def test_what_is_meant_is_taken_and_said(heading: str, raw: Any, text: str, code: str, tmp_path: Path) -> None:
    back = read_json(tmp_path, lambda rows: rows["items"][0].update({heading: raw}))
    assert taken(back) == [ONE, TWO]
    name = next(one.name for one in SHEETS["items"] if one.heading() == heading)
    assert back.wholes[0].said(name) == text
    assert (code, "items", 1, name) in said(back) or (code == "" and said(back) == set())
    assert {one.grade for one in back.remarks} <= {"put right"}


@pytest.mark.parametrize(("heading", "raw", "code"), LEFT_OUT)
def test_what_cannot_be_known_leaves_its_item_out_and_no_other(
    heading: str, raw: Any, code: str, tmp_path: Path
) -> None:
    back = read_json(tmp_path, lambda rows: rows["items"][0].update({heading: raw}))
    name = next(one.name for one in SHEETS["items"] if one.heading() == heading)
    assert (code, "items", 1, name) in said(back)
    assert (taken(back), back.left_out, back.complete) == ([TWO], 7, False)


def test_a_row_that_cannot_be_taken_leaves_its_item_out_whole(tmp_path: Path) -> None:
    back = read_json(tmp_path, lambda rows: rows["materials"][1].update(source_type="77"))
    assert said(back) == {("value.unknown", "materials", 2, "source"), ("item.left_out", "items", 1, "")}
    assert taken(back) == [TWO]


def test_of_two_rows_with_one_code_neither_is_taken(tmp_path: Path) -> None:
    back = read_json(tmp_path, lambda rows: rows["items"].append({**rows["items"][0], "task_name": "另一个"}))
    assert said(back) == {("row.code_twice", "items", 1, "handling_code")}
    assert taken(back) == [TWO]
    back = read_json(tmp_path, lambda rows: rows["materials"][3].update(code="M01"))
    assert said(back) == {("row.code_twice", "materials", 3, "code"), ("item.left_out", "items", 2, "")}
    assert taken(back) == [ONE]


def test_a_row_of_no_item_a_row_without_code_and_a_name_used_twice_are_said(tmp_path: Path) -> None:
    def change(rows: Any) -> None:
        rows["materials"].append({**rows["materials"][0], "task_handle_item": f"{ONE[:-2]}99"})
        rows["fees"].append({**rows["fees"][0], "task_handle_item": " "})
        rows["items"][1]["task_name"] = rows["items"][0]["task_name"]

    back = read_json(tmp_path, change)
    assert said(back) == {
        ("row.item_unknown", "materials", 5, "handling_code"),
        ("row.no_code", "fees", 3, "handling_code"),
        ("name.twice", "items", 1, "name"),
    }
    assert (taken(back), back.left_out) == ([ONE, TWO], 2)


def test_nothing_ends_by_a_file_of_which_something_was_left_out(tmp_path: Path) -> None:
    back = read_json(tmp_path, lambda rows: rows["items"][0].update(task_type="77"))
    assert back.changes(CATALOGUE, whole=True).ended == []
    headings = {sheet: [one.heading() for one in fields] for sheet, fields in SHEETS.items()}
    shorter = read_json(tmp_path, lambda rows: rows.update({sheet: [] for sheet in rows}), fields=headings)
    assert shorter.changes(CATALOGUE).ended == []
    assert shorter.changes(CATALOGUE, whole=True).ended == CATALOGUE


@pytest.mark.parametrize("way", ["column", "name", "zh", "en"])
def test_headings_are_taken_by_national_column_by_our_name_and_by_words(way: str, tmp_path: Path) -> None:
    def renamed(rows: Any) -> None:
        for sheet, fields in SHEETS.items():
            names = {one.heading(): getattr(one, way) or one.name for one in fields}
            rows[sheet] = [{names[key]: row[key] for key in row if names[key] not in SHARED} for row in rows[sheet]]

    back = read_json(tmp_path, renamed)
    assert said(back) == set()
    assert back.changes(CATALOGUE, whole=True).same == 2


SHARED = {"Its unit", "Note on it", "The same in English"}  # words of two fields, which therefore mean neither


def test_a_column_that_is_not_there_changes_nothing_and_one_that_nobody_knows_is_said(tmp_path: Path) -> None:
    def change(rows: Any) -> None:
        for row in rows["items"]:
            row["颜色"] = "红"
            del row["accept_condition"]
        rows["materials"][0]["material_name"] = "新名称"

    back = read_json(tmp_path, change)
    assert {one.name for one in back.remarks if one.code == "column.missing"} == {"conditions"}
    assert {one.found for one in back.remarks if one.code == "column.unknown"} == {"颜色"}
    changed = back.changes(CATALOGUE, whole=True).changed
    assert changed[0].after.said("conditions") == CATALOGUE[0].said("conditions")
    (one,) = changed
    assert one.differences == [Difference("materials", "M01", "name", "材料1", "新名称")]


def test_formulas_errors_and_merged_cells_are_reported_and_never_computed(tmp_path: Path) -> None:
    name, source, code = (
        column("items", "name"),
        column("materials", "source_note"),
        column("materials", "handling_code"),
    )

    def change(pages: Any) -> None:
        pages["items"].write_formula(1, name, "=1+1", None, "食品")
        pages["items"].merge_range(2, 7, 2, 8, "横向")
        pages["materials"].merge_range(1, code, 2, code, ONE)
        pages["materials"].write_formula(4, source, "=NA()", None, "#N/A")
        pages["fees"].write_formula(9, 1, "=A1", None, "")

    back = read_workbook(tmp_path, change)
    assert said(back) == {
        ("cell.formula", "items", 2, "name"),
        ("cell.merged", "items", 3, "name_en"),
        ("cell.merged", "items", 3, "type"),
        ("cell.filled", "materials", 2, "handling_code"),
        ("cell.formula", "materials", 5, "source_note"),
        ("cell.formula", "fees", 10, ""),
    }
    assert taken(back) == []


def test_cells_merged_over_rows_mean_the_same_in_each_and_excel_dates_are_dates(tmp_path: Path) -> None:
    def change(pages: Any) -> None:
        pages["materials"].merge_range(1, 0, 2, 0, ONE)
        pages["items"].write_datetime(1, column("items", "effective_from"), date(2026, 1, 1), pages["format"])

    back = read_workbook(tmp_path, change)
    assert {code for code, *_ in said(back)} == {"cell.filled"}
    assert len(back.wholes[0].materials) == 2


def test_rows_are_in_the_place_that_they_say_and_not_in_that_of_the_file(tmp_path: Path) -> None:
    back = read_json(tmp_path, lambda rows: rows["materials"].reverse())
    assert back.changes(CATALOGUE, whole=True).same == 2
    assert [row["code"] for row in back.wholes[0].materials] == ["M01", "M02"]


def test_a_csv_file_of_another_encoding_is_read_and_a_row_that_broke_off_is_left_out(tmp_path: Path) -> None:
    back = read_csv(tmp_path, "materials", lambda content: content.decode("utf-8-sig").encode("gb18030"))
    assert {code for code, *_ in said(back)} == {"file.encoding"}
    assert taken(back) == [ONE, TWO]
    back = read_csv(tmp_path, "questions", lambda content: content[:-20])
    assert {code for code, *_ in said(back)} >= {"row.broken", "item.left_out"}
    assert taken(back) == [ONE]
    back = read_csv(tmp_path, "items", lambda content: content.replace(b"'=", b"="))
    assert ("cell.formula", "items", 2, "special_procedures") in said(back)


def test_all_is_counted_although_only_the_first_are_told_in_full(tmp_path: Path) -> None:
    def many(rows: Any) -> None:
        rows["fees"] += [{**rows["fees"][0], "task_handle_item": f"X{n}"} for n in range(600)]

    back = read_json(tmp_path, many)
    assert back.counts["identifier.length"] == 600
    assert len(back.remarks) == remarks.TOLD_EACH


def test_every_remark_has_words_in_both_languages(tmp_path: Path) -> None:
    for code in remarks.REMARKS:
        one = remarks.Remark(code=code, found="甲", more="乙")
        assert one.words("zh") != one.words("en")
    assert all(len(words) >= len(one.codes) for (_, _), words, one in _words_and_fields())


def _words_and_fields() -> Any:
    return [((s, f.name), cells._WORDS[s, f.name], f) for s, fs in SHEETS.items() for f in fs if f.codes]


def test_what_changes_is_told_field_by_field_and_row_by_row() -> None:
    new = replace(
        CATALOGUE[0],
        item={**CATALOGUE[0].item, "objects": "1", "conditions": ""},
        materials=[CATALOGUE[0].materials[0], {**CATALOGUE[0].materials[1], "code": "M03"}],
    )
    changes = compare(CATALOGUE, [new], whole=True)
    assert list(changes.lines("zh")) == [
        f"取消 {TWO} 食品经营许可（变更）",
        f"变更 {ONE} 食品经营许可（新办）",
        "    服务对象: 1 自然人^2 企业法人 → 1 自然人",
        "    受理条件: 有固定场所。⏎没有违法记录。 → （空）",
        "    材料 M02: 删除",
        "    材料 M03: 新增",
    ]
    assert changes.summary("en") == "added 0, changed 1, ended 1, the same 0"
    assert rows_of([new])["materials"][1]["code"] == "M03"


def test_json_and_archives_hold_what_others_expect(tmp_path: Path) -> None:
    write(CATALOGUE, tmp_path / "a.json")
    write(CATALOGUE, tmp_path / "a.zip")
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (document["format"], document["version"], document["items"][0]["task_type"]) == ("yimen-catalogue", 1, "01")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert packed.read("items.csv").startswith("\ufefftask_handle_item,".encode())
