"""Workbooks for the import tests: the real sheet with one thing changed, and wrong files."""

import io
from pathlib import Path

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

REAL = Path(__file__).parent.parent / "data" / "schools-2026.xlsx"
TITLES = [
    "序号", "学校标识码", "学校名称", "所属区域", "学校类别", "办学性质", "党组织类型",
    "党组织名称", "党组织书记", "联系电话", "党支部数", "正式党员数", "预备党员数", "备注",
]  # fmt: skip


def real():
    return io.BytesIO(REAL.read_bytes())


def real_with(*changes):
    """The real sheet with cells set: ("C4", "新名称")."""
    book = openpyxl.load_workbook(REAL)
    for cell, value in changes:
        book.active[cell] = value
    return saved(book)


def sheet(*rows, titles=TITLES, name="表"):
    book = openpyxl.Workbook()
    book.active.title = name
    book.active.append(titles)
    for row in rows:
        book.active.append(row)
    return saved(book)


def line(number=1, **changes):
    """One valid row as a list in column order."""
    values = {
        "序号": number, "学校标识码": f"21329990{number:02d}", "学校名称": f"第{number}小学",
        "所属区域": "姑苏区", "学校类别": "小学", "办学性质": "公办", "党组织类型": "党支部",
        "党组织名称": f"中共第{number}小学支部委员会", "党组织书记": "王示例", "联系电话": "0512-69990001",
        "党支部数": 1, "正式党员数": 20, "预备党员数": 1, "备注": None, **changes,
    }  # fmt: skip
    return [values[title] for title in TITLES]


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


def upload(content, name="学校.xlsx"):
    return SimpleUploadedFile(name, content.read() if hasattr(content, "read") else content)
