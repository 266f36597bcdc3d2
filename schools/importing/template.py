"""The empty sheet to fill in, and the filled one with what is wrong beside each row."""

from typing import Any

from foundation.spreadsheets import Column, Sheet, write_workbook
from schools.importing.columns import NUMBERS, TITLES, VERSION, sheet_columns
from schools.importing.reading import SAMPLE
from schools.models import ImportDraft

REASON = "错误原因"
NOTES = (
    f"模板版本：{VERSION}。请不要修改表头和工作表名称；一所学校填一行，从示例行的下一行开始。",
    "学校标识码为 10 位数字，按文本填写；所属区域、学校类别、办学性质、党组织类型请从下拉列表中选择；"
    "人数只填数字，不要用公式。标有“示例”的行不会导入。",
)
_SAMPLE_ROW = (
    SAMPLE, "2132999901", "示例小学", "姑苏区", "小学", "公办", "党支部", "中共示例小学支部委员会",
    "王示例", "0512-69990000", 1, 20, 1, "示例行，不会导入",
)  # fmt: skip


def template() -> bytes:
    sheet = Sheet(
        name=f"学校基本情况 版本{VERSION}",
        title="中小学校党组织基本情况表",
        notes=NOTES,
        columns=sheet_columns(),
        rows=[_SAMPLE_ROW],
    )
    return write_workbook([sheet])


def error_sheet(draft: ImportDraft) -> bytes:
    """All rows as they were read, the reason in the last column; to be mended and uploaded again."""
    sheet = Sheet(
        name=f"学校基本情况 版本{VERSION}",
        title="中小学校党组织基本情况表（核对结果）",
        notes=["请按“错误原因”改正后，把本表直接重新上传；没有写原因的行无须改动。"],
        columns=[*sheet_columns(), Column(REASON, width=50)],
        rows=[_error_row(row) for row in draft.rows],
    )
    return write_workbook([sheet])


def _error_row(row: dict[str, Any]) -> list[object]:
    values = [_cell(title, row["values"].get(title, "")) for title in TITLES]
    return [*values, "\n".join(f"第 {row['number']} 行：{error}" for error in row["errors"])]


def _cell(title: str, text: str) -> object:
    return int(text) if title in NUMBERS and text.isdecimal() and len(text) < 10 else text
