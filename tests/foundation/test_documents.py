import datetime as dt
import io
import re
import zipfile

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt

from foundation.documents import OfficialDocument, chinese_date, label, value

ODD = "<w:p>A&B</w:p> {{ 1 }} ${x} 𠮷彧\x00\x0b\ud800\uffff"
ODD_CLEANED = "<w:p>A&B</w:p> {{ 1 }} ${x} 𠮷彧"


def sample(author=""):
    document = OfficialDocument(author=author)
    document.title("关于开展工作的\n通知")
    document.heading("一、总体要求", 1)
    document.heading("（一）目标", 2)
    document.paragraph("第一段。\n第二段。")
    document.paragraph(ODD)
    document.form_table(
        [
            [label("名称"), value("甲", columns=3)],
            [label("姓名"), "乙", label("电话"), value("0512-1", rows=2)],
            [label(ODD, columns=3)],
        ],
        widths=(30, 48, 30, 48),
    )
    document.signature_row("单位意见")
    document.footer_note("编号：A-1　核验码：B2")
    return document


def reopened(document):
    return docx.Document(io.BytesIO(document.to_bytes()))


def part(document, name):
    return zipfile.ZipFile(io.BytesIO(document.to_bytes())).read(name).decode()


def font(run):
    return run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt


def test_page_is_that_of_the_standard():
    section = reopened(sample()).sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    margins = ("top_margin", "bottom_margin", "left_margin", "right_margin")
    assert [round(getattr(section, side).mm) for side in margins] == [37, 35, 28, 26]


def test_title_headings_and_body_have_their_fonts():
    document = reopened(sample())
    title, second, _, first_level, second_level, body = document.paragraphs[:6]
    assert (title.text, font(title.runs[0])) == ("关于开展工作的", ("方正小标宋简体", 22))
    assert title.alignment == second.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert font(first_level.runs[0]) == ("黑体", 16)
    assert font(second_level.runs[0]) == ("楷体_GB2312", 16)
    assert (body.text, font(body.runs[0])) == ("第一段。", ("仿宋_GB2312", 16))
    assert body.paragraph_format.first_line_indent == Pt(32)
    for name in ("Normal", "Heading 1"):
        spacing = document.styles[name].paragraph_format
        assert abs(spacing.line_spacing - Pt(28.9)) < 700
        assert spacing.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert str(document.styles["Heading 1"].font.color.rgb) == "000000"


@pytest.mark.parametrize("name", ["document", "styles", "footer1", "footer2"])
def test_every_font_is_named_for_chinese(name):
    fonts = re.findall(r"<w:rFonts[^>]*>", part(sample(), f"word/{name}.xml"))
    assert fonts
    assert all("w:eastAsia=" in named and "Theme" not in named for named in fonts)


def test_fonts_have_substitutes():
    table = part(sample(), "word/fontTable.xml")
    assert 'w:name="仿宋_GB2312"><w:altName w:val="FangSong"/>' in table


def test_page_numbers_stand_outside_and_notes_on_every_page():
    document = reopened(sample())
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        number, note = footer.paragraphs
        assert number.alignment == side
        assert number.text == "—  —"
        assert "<w:instrText>PAGE</w:instrText>" in number._p.xml
        assert font(number.runs[0]) == ("宋体", 14)
        assert note.text == "编号：A-1　核验码：B2"


def test_writing_twice_doubles_nothing():
    document = sample()
    first = reopened(document)
    second = reopened(document)
    for side in ("footer", "even_page_footer"):
        assert len(getattr(second.sections[0], side).paragraphs) == 2
    assert [p.text for p in first.paragraphs] == [p.text for p in second.paragraphs]


def test_form_is_fixed_and_its_cells_span():
    table = reopened(sample()).tables[0]
    assert table.autofit is False
    assert [round(column.width.mm) for column in table.columns] == [30, 48, 30, 48]
    assert table.cell(0, 1).text == table.cell(0, 3).text == "甲"
    assert table.cell(1, 3).text == table.cell(2, 3).text == "0512-1"
    assert table.cell(2, 0).text == ODD_CLEANED
    assert table.cell(0, 0).paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert all(cell.text.count("\n") == 0 for cell in table.rows[0].cells)


def test_signature_is_the_last_row_of_the_form_above():
    document = reopened(sample())
    (table,) = document.tables
    row = table.rows[-1]
    assert row.cells[0].text == "单位意见"
    lines = row.cells[1].text.split("\n")
    assert lines[-2:] == ["（盖章）", "    年  月  日"]
    assert row.cells[1].paragraphs[-1].alignment == WD_ALIGN_PARAGRAPH.RIGHT
    assert round(row.cells[1].width.mm) == 126


def test_signature_and_second_form_stand_by_themselves():
    document = OfficialDocument()
    document.signature_row("意见")
    document.form_table([["甲"]], widths=(156,))
    first, second = reopened(document).tables
    assert (first.cell(0, 0).text, second.cell(0, 0).text) == ("意见", "甲")
    assert round(first.columns[1].width.mm) == 120


@pytest.mark.parametrize(
    ("rows", "widths"),
    [
        ([["甲"]], (100, 57)),
        ([["甲"]], (50, 50)),
        ([["甲", "乙", "丙"]], (50, 50)),
        ([[value("甲", rows=2), "乙"], ["丙", "丁"]], (50, 50)),
    ],
)
def test_a_form_that_does_not_fit_is_a_mistake(rows, widths):
    with pytest.raises(ValueError, match=r"form|Cells"):
        OfficialDocument().form_table(rows, widths)


def test_what_users_wrote_stays_literal():
    texts = [paragraph.text for paragraph in reopened(sample()).paragraphs]
    assert ODD_CLEANED in texts


def test_properties_name_the_given_author_only():
    for author in ("", "示例单位"):
        properties = reopened(sample(author)).core_properties
        assert (properties.author, properties.last_modified_by) == (author, author)
        assert (properties.title, properties.comments) == ("关于开展工作的 通知", "")
        age = dt.datetime.now(dt.UTC).replace(tzinfo=None) - properties.created.replace(tzinfo=None)
        assert age < dt.timedelta(minutes=5)


def test_chinese_date():
    assert chinese_date(dt.date(2026, 11, 3)) == "2026年11月3日"
