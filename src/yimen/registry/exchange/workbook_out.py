"""A catalogue as a workbook: a page that explains, a sheet for each kind of row with lists to choose codes from, and the code lists."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import IO, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from yimen.pure.item_fields import SHEETS, Field
from yimen.pure.item_rules import Row
from yimen.registry.exchange.columns import ABOUT, CODES, KEYS, label, title
from yimen.registry.exchange.sources import READ
from yimen.registry.exchange.tables import MAX_ROWS

MAX_TEXT: Final = 32_767  # characters in a cell
_WIDTHS: Final = {"number": 10, "date": 12, "code": 18, "codes": 22, "yes_no": 8}
_WIDE: Final = frozenset({"handling_code", "implementation_code", "name", "name_en", "question", "answer", "standard"})
_FIRST_DATE: Final = date(1900, 3, 1)  # before it spreadsheets count a day that never was
_MADE: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook knows no zones; the same items give the same bytes
_EXPLAINED: Final = (
    ("格式 Format", READ),
    ("", ""),
    ("怎样编辑", "每行一个事项、材料、收费项目或问答；第 1 行是国家字段名，第 2 行是中文名称（* 为必填），请保留。"),
    ("编码", "单元格的下拉列表给出代码和文字，例如“01 行政许可”；只写代码也可以。多个值用 ^ 分隔，例如“1 自然人^2 企业法人”。"),
    ("所属事项", "材料、收费和问答用“业务办理项编码”说明属于哪个事项；编码不得重复。"),
    ("请勿使用", "公式和横向合并的单元格不会读取。编码列请保持文本格式，否则数位会丢失。"),
    ("删去的列", "文件中没有的列，目录中的内容保持不变；有列而单元格为空，则内容为空。"),
    ("", ""),
    ("How to edit", "A row is an item, a material, a fee or a question. Row 1 has the national columns, row 2 their words (* must be filled in); keep both."),
    ("Codes", "The list in a cell shows codes with their words, as in '01 行政许可'; the code alone will do. Several values are joined by ^."),
    ("Whose row it is", "Materials, fees and questions name the code of the handling item; no two items have the same."),
    ("Do not use", "Formulas and cells merged over columns are not read. Keep columns of codes as text, or digits are lost."),
    ("Columns taken away", "What has no column in the file stays as the catalogue has it; an empty cell of a column makes it empty."),
)  # fmt: skip


class _Styles:
    """How cells look; a text stays text when it is edited, and so keeps its zeros."""

    def __init__(self, book: Workbook) -> None:
        self.text: Format = book.add_format({"num_format": "@", "valign": "top"})
        self.date: Format = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        self.number: Format = book.add_format({"num_format": "0", "valign": "top"})
        self.heading: Format = book.add_format({"num_format": "@", "font_color": "#595959", "bg_color": "#F2F2F2"})
        self.words: Format = book.add_format({"num_format": "@", "bold": True, "bg_color": "#D9E2F3", "bottom": 1})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold: Format = book.add_format({"bold": True, "valign": "top"})


def write_workbook(file: IO[bytes], rows: Mapping[str, Iterator[Row]]) -> None:
    """Write rows of each sheet as a workbook, a row at a time; texts are no longer than a cell holds."""
    with xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    ) as book:
        book.set_properties({"created": _MADE, "title": "Catalogue"})
        styles = _Styles(book)
        _explain(book.add_worksheet(title(ABOUT)), styles)
        sheets = {sheet: book.add_worksheet(title(sheet)) for sheet in SHEETS}
        chosen = _list_codes(book.add_worksheet(title(CODES)), styles)
        for sheet, fields in SHEETS.items():
            _lay_out(sheets[sheet], sheet, fields, chosen, styles)
            for number, row in enumerate(rows[sheet], 2):
                _write_row(sheets[sheet], number, fields, row, styles)


def _explain(page: Worksheet, styles: _Styles) -> None:
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 90)
    for number, (word, said) in enumerate(_EXPLAINED):
        page.write_string(number, 0, word, styles.bold)
        page.write_string(number, 1, said, styles.wrapped)


def _list_codes(page: Worksheet, styles: _Styles) -> dict[tuple[str, str], str]:
    """Write the code lists, each in a column, and return for each code field where its list is."""
    coded = [(sheet, one) for sheet, fields in SHEETS.items() for one in fields if one.codes]
    listed = [[f"{code} {zh}" for code, (zh, _) in one.codes.items()] for _, one in coded]
    english = [[f"{code} {en}" for code, (_, en) in one.codes.items()] for _, one in coded]
    page.freeze_panes(1, 0)
    page.set_column(0, 2 * len(coded), 24)
    for column, (_, one) in enumerate(coded):
        page.write_string(0, 2 * column, one.zh, styles.words)
        page.write_string(0, 2 * column + 1, one.en, styles.words)
    for number in range(max(map(len, listed))):
        for column in range(len(coded)):
            if number < len(listed[column]):
                page.write_string(number + 1, 2 * column, listed[column][number], styles.text)
                page.write_string(number + 1, 2 * column + 1, english[column][number], styles.text)
    places = {}
    for column, (sheet, one) in enumerate(coded):
        letters = xlsxwriter.utility.xl_col_to_name(2 * column, True)
        places[sheet, one.name] = f"='{title(CODES)}'!{letters}$2:{letters}${1 + len(listed[column])}"
    return places


def _lay_out(
    page: Worksheet, sheet: str, fields: tuple[Field, ...], chosen: Mapping[tuple[str, str], str], styles: _Styles
) -> None:
    page.freeze_panes(2, 7 if sheet == "items" else 3)
    page.autofilter(1, 0, MAX_ROWS - 1, len(fields) - 1)
    for column, one in enumerate(fields):
        wide = 38 if one.name in _WIDE or (one.name == KEYS.get(sheet) and sheet == "questions") else 20
        style = {"number": styles.number, "date": styles.date}.get(one.kind, styles.text)
        page.set_column(column, column, _WIDTHS.get(one.kind, wide), style)
        if one.codes:
            rule = {"validate": "list", "source": chosen[sheet, one.name], "ignore_blank": not one.required}
            if one.kind == "codes":  # a list offers one of several; others are typed behind it
                rule["show_error"] = False
            else:
                rule |= {"error_type": "warning", "error_title": one.zh, "error_message": "请从列表中选择。Choose from the list."}  # fmt: skip
            page.data_validation(2, column, MAX_ROWS - 1, column, rule)
    for column, one in enumerate(fields):
        page.write_string(0, column, one.heading(), styles.heading)
    for column, one in enumerate(fields):
        page.write_string(1, column, one.zh + "*" * one.required, styles.words)


def _write_row(page: Worksheet, number: int, fields: tuple[Field, ...], row: Row, styles: _Styles) -> None:
    for column, one in enumerate(fields):
        text = row.get(one.name, "")
        if not text:
            continue
        if one.codes:
            page.write_string(number, column, label(one, text), styles.text)
        elif one.kind == "number" and _is_plain_number(text):
            page.write_number(number, column, int(text), styles.number)
        elif one.kind == "date" and (day := _day(text)):
            page.write_datetime(number, column, day, styles.date)
        else:
            page.write_string(number, column, text, styles.text)


def _is_plain_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9 and str(int(text)) == text


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found >= _FIRST_DATE and found.isoformat() == text else None
