import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from foundation.spreadsheets import SheetError, read_rows
from tests.effort import within

REAL = Path(__file__).parent.parent / "data" / "schools-2026.xlsx"
NAIVE = dt.datetime(2026, 9, 1)  # noqa: DTZ001 - Excel knows no time zones
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def workbook(*rows, edit=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if edit:
        edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(content, *required, **options):
    return read_rows(io.BytesIO(content), required=required or ("编码", "名称"), **options)


def refusal(content, *required, **options):
    with pytest.raises(SheetError) as caught:
        read(content, *required, **options)
    return str(caught.value)


def with_entry(content, name, data):
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


GOOD = workbook(["编码", "名称"], ["01", "甲"])


def test_real_sheet_is_read_below_its_title_rows():
    required = ("学校标识码", "学校名称", "党组织类型")
    table = read(REAL.read_bytes(), *required)
    assert (table.sheet, table.header_number, len(table.header)) == ("基本情况表", 3, 14)
    assert [table.rows[0].number, table.rows[-1].number] == [4, 78]
    assert len(table.rows) == 73 + 2
    first = table.rows[0]
    assert first.values["学校标识码"] == "3432999901"
    assert first.values["联系电话"] == "0512-69990001"
    assert (first.values["正式党员数"], first.values["备注"]) == ("122", "")
    assert first.numeric == {"序号", "党支部数", "正式党员数", "预备党员数"}
    assert table.rows[-2].values["序号"] == "合计"
    assert table.rows[-1].values["序号"].startswith("注：")


def test_values_are_text_however_excel_kept_them():
    content = workbook(
        ["编码", "名称"],
        [3432999901.0, "\u3000Ａ校（东校区）１２\u200b "],
        [0.1 + 0.2, NAIVE],
        ["００7", NAIVE.replace(hour=8, minute=30)],
        [1e17, True],
        [None, None],
        [-2.5, "两\r\n行"],
    )
    rows = read(content).rows
    assert [tuple(row.values.values()) for row in rows] == [
        ("3432999901", "A校（东校区）12"),
        ("0.3", "2026-09-01"),
        ("007", "2026-09-01 08:30:00"),
        ("100000000000000000", "TRUE"),
        ("-2.5", "两\n行"),
    ]
    assert [row.number for row in rows] == [2, 3, 4, 5, 7]
    assert rows[0].numeric == {"编码"}
    assert not rows[2].numeric


def test_titles_match_whatever_their_spacing_width_and_wording():
    content = workbook([" 编\n码*", "单位　全称", "电话(手机)"], ["1", "甲", "139"])
    table = read(content, "编码", "名称", "电话（手机）", aliases={"单位全称": "名称"})
    assert table.header == ("编码", "名称", "电话（手机）")
    assert table.rows[0].values == {"编码": "1", "名称": "甲", "电话（手机）": "139"}


def test_offset_tables_keep_excel_row_numbers_and_find_formulas():
    def edit(book):
        sheet = book.active
        sheet["C5"], sheet["D5"] = "编码", "名称"
        sheet["C7"], sheet["D7"] = "1", "=A1&B1"

    row = read(workbook(edit=edit)).rows[0]
    assert (row.number, row.formulas) == (7, {"名称"})


def test_a_formula_of_an_extension_is_none_of_a_cell():
    extension = b"<extLst><ext><x:f xmlns:x='urn:x'>A1</x:f></ext></extLst></worksheet>"
    parts = {name: zipfile.ZipFile(io.BytesIO(GOOD)).read(name) for name in names(GOOD)}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</worksheet>", extension)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert [row.formulas for row in read(buffer.getvalue()).rows] == [frozenset()]


def test_first_visible_sheet_with_the_header_is_read():
    def edit(book):
        book.active.append(["请先阅读填写说明"])
        hidden = book.create_sheet("旧数据")
        hidden.sheet_state = "hidden"
        hidden.append(["编码", "名称"])
        hidden.append(["9", "旧"])
        shown = book.create_sheet("填报")
        shown.append(["编码", "名称"])
        shown.append(["1", "新"])

    table = read(workbook(edit=edit))
    assert (table.sheet, table.rows[0].values["名称"]) == ("填报", "新")


def test_missing_and_doubled_columns_are_named():
    assert "“名称”" in refusal(workbook(["标题"], ["编码", "电话"], ["1", "2"]))
    assert "没有找到表头" in refusal(workbook(["甲"], ["乙"]))
    assert "没有找到表头" in refusal(workbook(*[["x"]] * 20, ["编码", "名称"]))
    assert "2 列都叫“编码”" in refusal(workbook(["编码", "名称", "编 码"], ["1", "2", "3"]))


def test_too_many_rows_are_refused():
    content = workbook(["编码", "名称"], *[[str(n), "甲"] for n in range(50)])
    assert len(read(content, max_rows=50).rows) == 50
    assert "超过 49 行" in refusal(content, max_rows=49)


def lying_about_sizes(content, name):
    """The central directory says 10 bytes, the data hold more."""
    position = content.rfind(name.encode())
    header = content.rfind(b"PK\x01\x02", 0, position)
    return content[: header + 24] + struct.pack("<I", 10) + content[header + 28 :]


REFUSED = {
    "empty": (b"", "0 字节"),
    "old xls": (OLE, ".xls"),
    "locked": (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "csv": ("编码,名称\n1,甲".encode("gb18030"), ".xlsx"),
    "random": (bytes(range(256)) * 8, ".xlsx"),
    "html": (b"<table><tr><td>1</td></tr></table>", ".xlsx"),
    "cut off": (GOOD[: len(GOOD) // 2], "损坏"),
    "magic only": (b"PK\x03\x04", "损坏"),
    "broken xml": (with_entry(GOOD[:0], "xl/workbook.xml", "<a"), "损坏"),
    "other zip": (with_entry(b"", "a.txt", "x"), "不是 Excel"),
    "bomb": (with_entry(GOOD, "xl/bomb.xml", b"0" * 60_000_000), "过大"),
    "ratio": (with_entry(GOOD, "xl/bomb.xml", b"0" * 2_000_000), "过大"),
    "lying bomb": (
        lying_about_sizes(with_entry(GOOD, "xl/bomb.xml", b"0" * 60_000_000), "xl/bomb.xml"),
        "结构异常",
    ),
    "macro": (with_entry(GOOD, "xl/vbaProject.bin", b"x"), "宏"),
    "trailing bytes": (GOOD + b"MZ" * 40, "结构异常"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_refuses_before_parsing_with_one_sentence(content, sentence):
    with within(2):
        message = refusal(content)
    assert sentence in message
    assert message.endswith("。")


def test_many_entries_and_large_files_are_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(1001):
            archive.writestr(f"{number}", "")
    assert "过大" in refusal(buffer.getvalue())
    assert "超过" in refusal(GOOD, max_bytes=len(GOOD) - 1)


def test_billion_laughs_in_a_sheet_are_refused():
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    parts = {name: zipfile.ZipFile(io.BytesIO(GOOD)).read(name) for name in names(GOOD)}
    parts["xl/worksheets/sheet1.xml"] = doctype
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert "损坏" in refusal(buffer.getvalue())


def names(content):
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_value_in_the_last_cell_of_the_sheet_does_not_end_the_process():
    far = workbook(["编码", "名称"], edit=lambda book: book.active.cell(1_048_576, 16_384, "x"))
    assert "行" in refusal(far)
    wide = workbook(["编码", "名称"], edit=lambda book: book.active.cell(2, 16_384, "x"))
    assert "200 列" in refusal(wide)
