"""The sheet of experts: its columns, its template, the rows it holds."""

from typing import Any

from foundation.spreadsheets import (
    Column,
    RawRow,
    Row,
    Sheet,
    SheetError,
    read_rows,
    write_workbook,
)
from reviews.models import ReviewerKind
from schools.models import Area, SchoolKind

NAME, USERNAME, KIND, UNIT, AREA = "姓名", "用户名", "专家类别", "工作单位", "所在板块"
FIELDS, MOST, EMAIL = "熟悉的学校类别", "每轮最多项数", "电子邮箱"
AWAY_FROM, AWAY_UNTIL = "不能参评从", "不能参评到"
TITLES = (NAME, USERNAME, KIND, UNIT, AREA, FIELDS, MOST, AWAY_FROM, AWAY_UNTIL, EMAIL)
ALIASES = {
    "登录名": USERNAME, "类别": KIND, "单位": UNIT, "板块": AREA, "区域": AREA,
    "学校类别": FIELDS, "每轮最多评审项数": MOST, "最多项数": MOST, "邮箱": EMAIL,
}  # fmt: skip
SAMPLE, REASON = "示例", "错误原因"


def read_sheet(uploaded: Any) -> list[RawRow]:
    """Raises SheetError with a Chinese sentence for a file that is no such sheet."""
    table = read_rows(uploaded, required=TITLES, aliases=ALIASES)
    rows = [RawRow.of(row, TITLES) for row in table.rows if not _is_apart(row)]
    if not rows:
        raise SheetError("表头下面没有专家。请从表头的下一行开始，每行填一位。")
    return rows


def _is_apart(row: Row) -> bool:
    """Empty lines, and the sample of the template."""
    return not any(row.values[title] for title in TITLES) or row.values[NAME].startswith(SAMPLE)


def template() -> bytes:
    sample = (
        f"{SAMPLE}：王某", "", str(ReviewerKind.RESEARCHER.label), "市教育科学研究院", "",
        "小学、初中", "8", "2026-07-01", "2026-07-15", "",
    )  # fmt: skip
    notes = (
        "一位专家填一行，从示例行的下一行开始；示例行不会导入。",
        "专家类别、所在板块从下拉列表中选择；熟悉的学校类别用顿号隔开；日期写成 2026-07-01。",
        "已有账号的，用户名填原来的；没有账号的可以不填，导入时新建账号和一次性密码。",
        "工作单位是学校的，填学校全称：本校的项目自动回避。",
    )
    return write_workbook([_sheet("评审专家", notes, _columns(), [sample])])


def error_sheet(rows: list[dict[str, Any]]) -> bytes:
    """All rows as they were read, the reason in the last column; to be mended and uploaded again."""
    notes = ("请按“错误原因”改正后，把本表直接重新上传；没有写原因的行无须改动。",)
    lines = [
        (*(row["values"][title] for title in TITLES), "\n".join(row["errors"])) for row in rows
    ]
    return write_workbook(
        [_sheet("评审专家核对结果", notes, [*_columns(), Column(REASON, 50)], lines)]
    )


def password_sheet(given: list[tuple[str, str, str, str]]) -> bytes:
    """Name, unit, user name and one-time password of each new account."""
    columns = [
        Column("姓名", 14),
        Column("工作单位", 30),
        Column("用户名", 18),
        Column("一次性密码", 22),
    ]
    notes = ("内部资料，请分别交本人。首次登录须修改密码。本表只生成这一次，系统不保存密码。",)
    return write_workbook([_sheet("评审专家账号与一次性密码", notes, columns, given)])


def _sheet(title: str, notes: Any, columns: list[Column], rows: Any) -> Sheet:
    return Sheet(name="评审专家", title=title, notes=notes, columns=columns, rows=rows)


def _columns() -> list[Column]:
    kinds = [str(label) for label in ReviewerKind.labels]
    areas = list(Area.objects.values_list("name", flat=True))
    widths = {UNIT: 30, FIELDS: 24, EMAIL: 26, USERNAME: 16}
    choices = {KIND: kinds, AREA: areas}
    return [Column(t, widths.get(t, 14), choices=choices.get(t, ())) for t in TITLES]


def school_kinds(words: str) -> list[str]:
    """Raises ValueError with the word that is none."""
    known = {str(label): value for value, label in SchoolKind.choices}
    found = []
    for word in words.replace("，", "、").replace(",", "、").replace("；", "、").split("、"):
        if word := word.strip():
            if word not in known:
                raise ValueError(word)
            found.append(known[word])
    return found
