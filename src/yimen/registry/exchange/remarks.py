"""What reading a file has to say of it: where, what was found, and what was done or would satisfy. Codes are stable, like those of rules."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Grade = Literal["put right", "noted", "left out", "refused"]
GRADES: Final[Mapping[Grade, tuple[str, str]]] = {
    "put right": ("已更正", "put right"),  # taken, as it is meant
    "noted": ("请留意", "noted"),  # taken as it stands
    "left out": ("未采用", "left out"),  # not taken, and so neither is the item
    "refused": ("已拒绝", "refused"),  # the file as a whole; nothing of it is taken
}
SHOWN: Final = 60
TOLD_EACH: Final = 500  # of one code; the others are counted

# Of each code its grade, and its sentence in Chinese and English: {found} is what stands there, {more} what was made of it or is asked.
REMARKS: Final[Mapping[str, tuple[Grade, str, str]]] = {
    "file.kind": ("refused", "这是{found}，不是清单。请提供 .xlsx 工作簿、.json 文件，或者含四个 .csv 文件的文件夹或 .zip", "this is {found}, no catalogue: give a workbook (.xlsx), a .json file, or a folder or .zip of the four .csv files"),
    "file.broken": ("refused", "文件已损坏或不完整（{found}）。请重新导出或重新上传", "the file is broken or not whole ({found}): export it or send it again"),
    "file.too_large": ("refused", "文件过大：{found}。上限为 {more}，请分成几个文件", "the file is too large: {found}, where {more} is the limit: divide it"),
    "file.too_many_rows": ("refused", "行数过多：超过 {found} 行。上限为 {more} 行，请分成几个文件", "more than {found} rows, where {more} is the limit: divide the file"),
    "file.format": ("refused", "文件的格式或版本是“{found}”，这里只读取 {more}", "the file says its format is '{found}'; what is read here is {more}"),
    "file.encoding": ("put right", "文件不是 UTF-8 编码，已按 {found} 读取", "the file is not UTF-8 and was read as {found}"),
    "sheet.missing": ("refused", "缺少工作表“{found}”。没有内容时也请保留表头", "the sheet {found} is missing: keep it with its headings, even if it has no rows"),
    "sheet.twice": ("refused", "有两个工作表都是“{found}”。请只保留一个", "two sheets are {found}: keep one"),
    "sheet.unknown": ("left out", "不认识工作表“{found}”，其内容未读取", "nothing is known of a sheet '{found}'; what is on it was not read"),
    "column.needed": ("refused", "找不到“{found}”列的表头，无法知道每行属于哪个事项", "no heading says {found}, so nothing tells to which item a row belongs"),
    "column.twice": ("refused", "“{found}”有两列。请只保留一列", "{found} has two columns: keep one"),
    "column.unknown": ("left out", "不认识列“{found}”，其内容未读取", "nothing is known of a column '{found}'; what is in it was not read"),
    "column.missing": ("noted", "没有“{found}”列，目录中已有的内容保持不变", "there is no column {found}; what the catalogue has there is kept"),
    "heading.lower": ("put right", "表头在第 {found} 行，其上各行未读取", "the headings are in row {found}; what is above them was not read"),
    "cell.formula": ("left out", "单元格是公式，不计算。请粘贴为值", "the cell is a formula, and none is computed: paste its value"),
    "cell.error": ("left out", "单元格是错误值。请改正", "the cell holds an error: correct it"),
    "cell.merged": ("left out", "单元格横跨多列合并（{found}），不知道属于哪一列。请取消合并", "the cell is merged over several columns ({found}), and which is meant is not known: unmerge it"),
    "cell.filled": ("put right", "纵向合并的单元格（{found}），每行都按“{more}”读取", "cells merged over several rows ({found}): each row was read as '{more}'"),
    "cell.kind": ("left out", "此处不能是这种值：{found}", "no such value belongs here: {found}"),
    "text.tidied": ("put right", "已去掉多余的空格或不可见字符：“{found}”", "stray spaces or invisible characters were taken away: '{found}'"),
    "text.number": ("put right", "此处应为文本，单元格却是数字或日期，已按“{more}”读取", "text belongs here and the cell is a number or a date; it was read as '{more}'"),
    "code.tidied": ("put right", "编码中的空格、全角或小写字符已更正：“{found}”→“{more}”", "spaces, full-width or small characters of the code were put right: '{found}' to '{more}'"),
    "code.damaged": ("left out", "编码已被电子表格改成数字（{found}），后面的数位已丢失。请把该列设为文本后重新填写", "a spreadsheet has made a number of the code ({found}) and lost digits: make the column text and write it again"),
    "identifier.length": ("left out", "编码“{found}”长度不对，应为 {more} 位", "the code '{found}' has not the {more} characters it must have"),
    "identifier.character": ("left out", "编码“{found}”第 {more} 位的字符不允许", "the code '{found}' has a character at place {more} that may not stand there"),
    "identifier.part": ("left out", "编码“{found}”从第 {more} 位起的部分不在代码表中", "the part of the code '{found}' that begins at place {more} is of no list"),
    "identifier.check_digit": ("left out", "编码“{found}”第 {more} 位的校验码不对", "the check character at place {more} of the code '{found}' does not fit the rest"),
    "identifier.organisation_check_digit": ("left out", "编码“{found}”中的组织机构代码校验不通过（第 {more} 位）", "the organisation code in '{found}' fails its check digit (place {more})"),
    "number.tidied": ("put right", "数字“{found}”已按“{more}”读取", "the number '{found}' was read as '{more}'"),
    "number.wrong": ("left out", "“{found}”不是不小于 0 的整数", "'{found}' is no whole number from 0"),
    "date.tidied": ("put right", "日期“{found}”已按“{more}”读取", "the date '{found}' was read as '{more}'"),
    "date.wrong": ("left out", "“{found}”不是日期。请按年-月-日填写", "'{found}' is no date: write year-month-day"),
    "value.words": ("put right", "填写的是“{found}”，已按代码“{more}”读取", "'{found}' stands there; it was read as the code '{more}'"),
    "value.unknown": ("left out", "“{found}”不在代码表中。可用：{more}", "'{found}' is not of the code list, which has {more}"),
    "value.contradiction": ("left out", "“{found}”的代码与文字不一致：该代码是“{more}”", "in '{found}' code and words contradict each other: the code means '{more}'"),
    "value.several": ("put right", "多个值应以 ^ 分隔且不重复，“{found}”已按“{more}”读取", "several values are joined by ^, each once; '{found}' was read as '{more}'"),
    "row.broken": ("left out", "该行有 {found} 列，表头有 {more} 列", "the row has {found} cells where the headings are {more}"),
    "row.no_code": ("left out", "没有业务办理项编码。请填写", "there is no code of a handling item: fill it in"),
    "row.code_twice": ("left out", "编码“{found}”出现在多行（{more}），都未采用。请只保留一行", "the code '{found}' stands in several rows ({more}), and none was taken: keep one"),
    "row.item_unknown": ("left out", "事项表中没有编码为“{found}”的事项", "no item of the file has the code '{found}'"),
    "item.codes_apart": ("left out", "编码互相不符：业务办理项编码应以实施编码开头，实施编码应以机构代码开头（{found}）", "its codes contradict each other: that of the handling item begins with the implementation's, and that with the agency's ({found})"),
    "item.implementation_twice": ("left out", "实施编码“{found}”有多个业务办理项（第 {more} 行），都未采用。请只保留一个", "several handling items have the implementation code '{found}' (rows {more}), and none was taken: keep one"),
    "item.of_another_agency": ("left out", "该事项属于机构“{found}”，只能由该机构的编辑人员修改", "it is an item of the agency {found}, whose own editors change it"),
    "item.of_another_place": ("left out", "该事项所在的政务服务中心不归您管理（{found}）", "it is offered at a place that is not yours ({found})"),
    "item.agency_unknown": ("left out", "没有代码为“{found}”且持有印章的机构", "no agency with a seal has the code '{found}'"),
    "item.ended": ("left out", "编码为“{found}”的事项已取消，不能恢复。请使用新编码", "the item of the code '{found}' has ended and is not revived: give it another code"),
    "item.known_otherwise": ("left out", "目录中该实施编码的业务办理项编码是“{more}”，文件中是“{found}”", "in the catalogue the handling item of this implementation has the code '{more}', in the file '{found}'"),
    "item.left_out": ("left out", "该事项有 {found} 行未采用，因此整个事项未采用", "{found} rows of this item were not taken, and so it was left out whole"),
    "name.twice": ("noted", "名称“{found}”有多个事项使用（第 {more} 行）。请区分", "several items are called '{found}' (rows {more}): tell them apart"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say of a file: `sheet` is items, materials, fees, questions or another's name, `row` its line there (0: all of it)."""

    code: str
    sheet: str = ""
    row: int = 0
    name: str = ""
    found: str = ""
    more: str = ""
    item: str = ""

    @property
    def grade(self) -> Grade:
        """Whether what was found is taken, put right or not, or is left out."""
        return REMARKS[self.code][0]

    def words(self, language: str) -> str:
        """Return in words (zh or en) what was found, and what was done or would satisfy."""
        return REMARKS[self.code][1 if language == "zh" else 2].format(found=self.found, more=self.more)


@dataclass(slots=True)
class Remarks:
    """Where reading says what it found: all is counted, and of each code the first are told in full."""

    told: list[Remark] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def say(
        self, code: str, *, sheet: str = "", row: int = 0, name: str = "", found: object = "", more: object = "", item: str = ""
    ) -> None:  # fmt: skip
        """Note a remark; what was found is shortened to what a line can show."""
        self.counts[code] += 1
        if self.counts[code] <= TOLD_EACH:
            texts = {"found": shown(found), "more": shown(more, limit=4 * SHOWN), "item": item[:SHOWN]}
            self.told.append(Remark(code=code, sheet=shown(sheet), row=row, name=name, **texts))


class Refused(Exception):
    """A file of which nothing is taken; the remark says why."""

    def __init__(self, code: str, *, sheet: str = "", name: str = "", found: object = "", more: object = "") -> None:
        self.remark = Remark(code=code, sheet=shown(sheet), name=name, found=shown(found), more=shown(more))
        super().__init__(self.remark.words("en"))


def shown(value: object, *, limit: int = SHOWN) -> str:
    """Return a value as a line can show it: no control characters, and not too long."""
    text = "".join(one if one.isprintable() else "·" for one in str(value)[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"
