"""The sheet of earlier honours: its columns, its template, the rows it holds."""

import re
from typing import Any

from brands.models import Honour
from foundation.spreadsheets import (
    Column,
    RawRow,
    Row,
    Sheet,
    SheetError,
    read_rows,
    write_workbook,
)

SCHOOL = "学校标识码或名称"
BRAND = "品牌名称"
LEVEL = "级别"
YEAR = "年度"
DOCUMENT = "文号"
VALID_UNTIL = "有效期至"
TITLES = (SCHOOL, BRAND, LEVEL, YEAR, DOCUMENT, VALID_UNTIL)
ALIASES = {
    "学校标识码": SCHOOL,
    "学校名称": SCHOOL,
    "学校": SCHOOL,
    "单位": SCHOOL,
    "单位名称": SCHOOL,
    "党支部": SCHOOL,
    "品牌": BRAND,
    "项目名称": BRAND,
    "姓名": BRAND,
    "公布文号": DOCUMENT,
    "有效期": VALID_UNTIL,
}
SAMPLE = "示例"
REASON = "错误原因"
_FOOTNOTE = re.compile(r"(注|备注|说明|合计|总计|共计|填表|制表)")


def read_sheet(uploaded: Any) -> list[RawRow]:
    """Raises SheetError with a Chinese sentence for a file that is no such sheet."""
    table = read_rows(uploaded, required=TITLES, aliases=ALIASES)
    rows = [RawRow.of(row, TITLES) for row in table.rows if not _is_apart(row)]
    if not rows:
        raise SheetError("表头下面没有荣誉。请从表头的下一行开始，每行填一项。")
    return rows


def _is_apart(row: Row) -> bool:
    """Empty lines, the sample, totals and words under the table."""
    filled = [row.values[title] for title in TITLES if row.values[title]]
    if not filled or row.values[SCHOOL].startswith(SAMPLE):
        return True
    return len(filled) <= 2 and bool(_FOOTNOTE.match(filled[0]))


def template() -> bytes:
    sample = (f"{SAMPLE}小学", "红烛先锋", "市级", "2022", "苏教工委〔2022〕18号", "2027-06-30")
    notes = (
        "一项荣誉填一行，从示例行的下一行开始；示例行不会导入。",
        "学校填 10 位标识码或全称；级别从下拉列表中选择；年度填四位数字；"
        "有效期写成 2027-06-30，没有规定的不填。",
        "由党支部申报的类别，学校一列填党支部名称；命名个人的类别，品牌名称一列填姓名。",
    )
    sheet = Sheet(
        name="历年荣誉", title="历年党建品牌荣誉", notes=notes, columns=_columns(), rows=[sample]
    )
    return write_workbook([sheet])


def error_sheet(rows: list[dict[str, Any]]) -> bytes:
    """All rows as they were read, the reason in the last column; to be mended and uploaded again."""
    sheet = Sheet(
        name="历年荣誉",
        title="历年党建品牌荣誉（核对结果）",
        notes=["请按“错误原因”改正后，把本表直接重新上传；没有写原因的行无须改动。"],
        columns=[*_columns(), Column(REASON, width=50)],
        rows=[
            [*(row["values"][title] for title in TITLES), "\n".join(row["errors"])] for row in rows
        ],
    )
    return write_workbook([sheet])


def _columns() -> list[Column]:
    levels = [str(label) for label in Honour.Level.labels]
    return [
        Column(SCHOOL, 30),
        Column(BRAND, 30),
        Column(LEVEL, 12, choices=levels),
        Column(YEAR, 8),
        Column(DOCUMENT, 26),
        Column(VALID_UNTIL, 14),
    ]
