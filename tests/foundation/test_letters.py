import io

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from foundation.documents import OfficialLetter, chinese_number, label


def read(letter):
    return docx.Document(io.BytesIO(letter.to_bytes()))


def test_head_is_red_with_its_number_and_a_line():
    letter = OfficialLetter()
    letter.head("示例委员会", "示〔2026〕1号")

    mark, _, number = read(letter).paragraphs[:3]

    assert mark.text == "示例委员会文件"
    assert {run.font.color.rgb for run in mark.runs if run.text} == {RGBColor(255, 0, 0)}
    assert (number.text, number.alignment) == ("示〔2026〕1号", WD_ALIGN_PARAGRAPH.CENTER)
    line = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert line.get(qn("w:color")) == "FF0000"


@pytest.mark.parametrize(("name", "points"), [("短", 48), ("中共某某市委教育工作委员会", 29)])
def test_the_mark_fits_on_one_line(name, points):
    letter = OfficialLetter()
    letter.head(name, "")

    assert read(letter).paragraphs[0].runs[-1].font.size == Pt(points)


def test_signature_stands_over_the_date_and_is_not_left_alone():
    letter = OfficialLetter()
    letter.paragraph("正文。")
    letter.attachments_note(["名单"])
    letter.signature("示例委员会", "2026年12月1日")

    text, _, note, _, name, date = read(letter).paragraphs

    assert (note.text, name.text, date.text) == ("附件：名单", "示例委员会", "2026年12月1日")
    assert all(line.paragraph_format.keep_with_next for line in (text, note, name))
    assert date.paragraph_format.right_indent == Pt(64)
    assert name.paragraph_format.right_indent > Pt(64)


def test_attachments_are_numbered_when_there_are_several():
    letter = OfficialLetter()
    letter.paragraph("正文。")
    letter.attachments_note(["甲", "乙"])

    assert [line.text for line in read(letter).paragraphs[2:]] == ["附件：1. 甲", "　　　2. 乙"]


def test_an_attachment_begins_a_page_and_its_table_repeats_the_heading():
    letter = OfficialLetter()
    letter.attachment("名单")
    letter.form_table([[label("序号"), label("单位")], ["1", "甲"]], (20, 60), headings=1)

    document = read(letter)

    assert document.paragraphs[0].paragraph_format.page_break_before
    first, second = (row._tr.trPr for row in document.tables[0].rows)
    assert first.find(qn("w:tblHeader")) is not None
    assert second.find(qn("w:tblHeader")) is None
    assert second.find(qn("w:cantSplit")) is not None


@pytest.mark.parametrize("copies", ["", "市委办公室"])
def test_imprint_names_office_and_day(copies):
    letter = OfficialLetter()
    letter.imprint("示例委员会", "2026年12月1日", copies=copies)

    rows = [[cell.text for cell in row.cells] for row in read(letter).tables[0].rows]

    assert rows[-1] == ["示例委员会", "2026年12月1日印发"]
    assert len(rows) == (2 if copies else 1)
    assert not copies or rows[0][0] == "抄送：市委办公室。"


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一")]
)
def test_chinese_numbers_of_headings(number, words):
    assert chinese_number(number) == words
