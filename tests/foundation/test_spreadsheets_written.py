import datetime as dt
import io
from decimal import Decimal

import openpyxl

from foundation.spreadsheets import Column, Sheet, read_rows, write_workbook
from tests.effort import within

PAYLOADS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1+1", "\r=1", "＝1+1", "{=1}", "http://x", "0012"]


def test_what_users_typed_is_never_a_formula_and_keeps_its_zeros():
    columns = [Column("编码"), Column("说明", text=False), Column("数", numeric=True)]
    rows = [[text, text, text] for text in PAYLOADS]
    content = write_workbook([Sheet("=1+1", columns, rows, "=标题", ["=注"], ["@脚注"])])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert {cell.data_type for cell in cells} == {"s"}
    written = [sheet.cell(4 + index, 1).value for index in range(len(PAYLOADS))]
    assert [text.strip() for text in written] == [text.strip() for text in PAYLOADS]
    assert sheet.cell(4, 1).number_format == "@"


def test_numbers_dates_and_odd_text_are_written_as_what_they_are():
    values = [3, 2.5, Decimal("1.25"), 10**17, True, dt.date(2026, 9, 1), None, "a\x00\ud800b"]
    sheet = Sheet("s", [Column(str(n)) for n in range(len(values))], [values])
    row = openpyxl.load_workbook(io.BytesIO(write_workbook([sheet]))).active[2]
    expected = [3, 2.5, 1.25, "100000000000000000", "是", "2026-09-01", None, "ab"]
    assert [cell.value for cell in row] == expected


def test_an_overlong_text_is_shortened_instead_of_lost():
    content = write_workbook([Sheet("s", [Column("文")], [["字" * 40_000]])])
    value = openpyxl.load_workbook(io.BytesIO(content)).active["A2"].value
    assert (len(value), value[-1]) == (32_767, "…")


def test_sheet_is_ready_to_print():
    columns = [Column("编码"), Column("名称", width=30)]
    sheet = Sheet("汇总", columns, [["1", "甲"]], "汇总表", ["单位：示例", "单位：个"], ["共 1 个"])
    page = openpyxl.load_workbook(io.BytesIO(write_workbook([sheet])))["汇总"]
    assert page.freeze_panes == "A5"
    assert page.print_title_rows == "$4:$4"
    assert page.print_area == "'汇总'!$A$1:$B$6"
    assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)
    assert {str(merged) for merged in page.merged_cells.ranges} == {
        "A1:B1",
        "A2:B2",
        "A3:B3",
        "A6:B6",
    }
    assert page["A4"].border.left.style == "thin"


def test_drop_down_lists_short_long_and_with_commas():
    long = [f"第{number}选项，较长的文字" for number in range(60)]
    columns = [
        Column("短", choices=["是", "否"]),
        Column("长", choices=long),
        Column("逗", choices=["a,b"]),
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([Sheet("选项", columns)])))
    assert book.sheetnames == ["选项", "选项(2)"]
    assert book["选项(2)"].sheet_state == "hidden"
    rules = [rule.formula1 for rule in book["选项"].data_validations.dataValidation]
    assert rules == ['"是,否"', "'选项(2)'!$A$1:$A$60", "'选项(2)'!$B$1:$B$1"]
    assert book["选项(2)"]["A60"].value == long[-1]


def test_sheet_names_are_made_legal_and_different():
    sheets = [
        Sheet(name, [Column("a")]) for name in ("2026[一]/批", "2026[一]/批", "'长'" * 20, "")
    ]
    titles = openpyxl.load_workbook(io.BytesIO(write_workbook(sheets))).sheetnames
    assert titles[:2] == ["2026 一  批", "2026 一  批(2)"]
    assert all(0 < len(title) <= 31 for title in titles)


def test_what_was_written_is_read_back():
    sheet = Sheet(
        "s", [Column("编码"), Column("名称")], [["001", "甲（东）"]], "标题", ["说明"], ["注"]
    )
    written = io.BytesIO(write_workbook([sheet]))
    rows = read_rows(written, required=("编码", "名称")).rows
    assert rows[0].values == {"编码": "001", "名称": "甲（东）"}


def test_a_thousand_rows_are_written_within_five_seconds():
    columns = [Column(f"列{number}") for number in range(14)]
    with within(5):
        write_workbook([Sheet("s", columns, [["内容"] * 14 for _ in range(1000)])])
