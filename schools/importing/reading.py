"""From an uploaded workbook to the rows that speak of schools."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from foundation.spreadsheets import RawRow, Row, SheetError, read_rows
from schools.importing.columns import (
    ALIASES,
    AREA,
    CODE,
    NAME,
    NUMBERS,
    REQUIRED,
    SERIAL,
    TITLES,
    VERSION,
)

SAMPLE = "示例"
_TOTAL = re.compile(r"(合计|总计|共计|小计)[:：]?$")
_FOOTNOTE = re.compile(r"(注|备注|说明|附注|填表|填报|审核|审批|联系人|负责人|单位负责|制表)")
_VERSION = re.compile(r"版本\s*([0-9][0-9.]*)")


@dataclass(slots=True)
class SchoolSheet:
    rows: list[RawRow] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read_sheet(uploaded: Any) -> SchoolSheet:
    """The rows of schools. Raises SheetError with a Chinese sentence for a file that is no such sheet."""
    table = read_rows(uploaded, required=REQUIRED, aliases=ALIASES)
    _refuse_other_version(table.sheet)
    sheet = SchoolSheet()
    totals: Row | None = None
    for row in table.rows:
        if _is_total(row):
            totals = row if _first(row).endswith(("合计", "总计", "共计")) else totals
        elif not _is_sample(row) and not _is_footnote(row):
            values = {title: row.values[title] for title in TITLES if title in row.values}
            formulas = tuple(title for title in TITLES if title in row.formulas and title != SERIAL)
            sheet.rows.append(RawRow(row.number, values, formulas))
    if not sheet.rows:
        raise SheetError("表头下面没有学校。请从表头的下一行开始，每行填一所学校。")
    if totals is not None:
        sheet.notices += _wrong_totals(totals, sheet.rows)
    return sheet


def _refuse_other_version(sheet: str) -> None:
    found = _VERSION.search(sheet)
    if found and found[1] != VERSION:
        raise SheetError(
            f"这份表是 {found[1]} 版模板，现在使用的是 {VERSION} 版。请下载新模板，把内容粘贴过去后再上传。"
        )


def _first(row: Row) -> str:
    """The first words of the row, where a total says that it is one."""
    words = (row.values.get(title, "") for title in (SERIAL, CODE, NAME, AREA))
    return "".join(next((word for word in words if word), "").split()).rstrip(":：")


def _is_total(row: Row) -> bool:
    return bool(_TOTAL.search(_first(row))) and not re.fullmatch(r"[0-9]{6,}", row.values[CODE])


def _is_sample(row: Row) -> bool:
    return row.values.get(SERIAL, "") == SAMPLE


def _is_footnote(row: Row) -> bool:
    """Words under the table, or a line that holds its number only."""
    if row.values[CODE] and row.values[NAME]:
        return False
    filled = [title for title, text in row.values.items() if text]
    serial = row.values.get(SERIAL, "")
    if set(filled) <= {SERIAL}:
        return True
    if _FOOTNOTE.match(serial):
        return True
    only = row.values[filled[0]] if len(filled) == 1 else ""
    return bool(_FOOTNOTE.match(only))


def _wrong_totals(totals: Row, rows: Sequence[RawRow]) -> list[str]:
    found = []
    for title in NUMBERS:
        stated = totals.values.get(title, "")
        texts = [row.values.get(title, "") for row in rows]
        if not stated.isdecimal() or not all(text.isdecimal() or not text for text in texts):
            continue
        added = sum(int(text) for text in texts if text)
        if added != int(stated):
            found.append(
                f"第 {totals.number} 行合计的“{title}”是 {stated}，各行相加是 {added}，请核对是否漏行。"
            )
    return found
