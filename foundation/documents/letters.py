"""Official letters (GB/T 9704-2012): head, addressee, signature, attachments, imprint."""

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from foundation.documents.fonts import BLACK, BODY, TITLE, add_run
from foundation.documents.forms import TYPE_AREA_MM
from foundation.documents.official import OfficialDocument
from foundation.documents.text import literal, one_line

_POINTS = 16  # 3号, one character of the body
_IMPRINT_POINTS = 14
_IMPRINT_LINE = Pt(26)
_IMPRINT_WIDTHS = (94, 62)
_MARK_MAX = 48
_RED = RGBColor(0xFF, 0x00, 0x00)
_AREA_POINTS = TYPE_AREA_MM / 25.4 * 72
_DATE_INDENT = 4  # characters between a stamped date and the edge


class OfficialLetter(OfficialDocument):
    def head(self, organisation: str, number: str) -> None:
        """The red head: whose document it is, its number, the line under both."""
        mark = f"{one_line(organisation)}文件"
        points = min(_MARK_MAX, int(_AREA_POINTS / len(mark)))
        paragraph = self._add("", TITLE, points)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(points * 1.4)
        add_run(paragraph, mark, TITLE, points).font.color.rgb = _RED
        for text in ("", one_line(number)):
            line = self._add(text, BODY, _POINTS)
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _red_line(line)
        self._add("", BODY, _POINTS)

    def addressee(self, text: str) -> None:
        self._add(f"{one_line(text)}：", BODY, _POINTS)

    def attachments_note(self, names: Sequence[str]) -> None:
        """附件：1. … 2. …, a line below the text. With the signature it stays by the text's end."""
        for paragraph in (self._document.paragraphs[-1], self._add("", BODY, _POINTS)):
            paragraph.paragraph_format.keep_with_next = True
        for number, name in enumerate(names, 1):
            order = f"{number}. " if len(names) > 1 else ""
            lead = "附件：" if number == 1 else "　　　"
            paragraph = self._add(f"{lead}{order}{one_line(name)}", BODY, _POINTS)
            paragraph.paragraph_format.first_line_indent = Pt(2 * _POINTS)
            paragraph.paragraph_format.keep_with_next = True

    def signature(self, organisation: str, date: str) -> None:
        """The organisation stands centred over the date, which the stamp covers.

        Never alone on a page: it takes the line before it along.
        """
        self._add("", BODY, _POINTS).paragraph_format.keep_with_next = True
        middle = _DATE_INDENT + _width(date) / 2
        for text, indent in (
            (organisation, max(middle - _width(organisation) / 2, 0)),
            (date, _DATE_INDENT),
        ):
            # Blanks in front stay: they are where a date is written by hand.
            paragraph = self._add(literal(text), BODY, _POINTS)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.right_indent = Pt(indent * _POINTS)
            paragraph.paragraph_format.keep_with_next = text is organisation

    def attachment(self, title: str, number: str = "") -> None:
        """A new page that begins with 附件 and its title."""
        paragraph = self._add(f"附件{number}", BLACK, _POINTS)
        paragraph.paragraph_format.page_break_before = True
        self._add("", BODY, _POINTS)
        heading = self._add(one_line(title), TITLE, 22)
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.line_spacing = Pt(36)
        self._add("", BODY, _POINTS)

    def imprint(self, organisation: str, date: str, copies: str = "") -> None:
        """版记, after everything else; to put it at the foot of the last page is left to the typist."""
        lines = [(f"抄送：{one_line(copies)}。", "")] if copies else []
        lines.append((one_line(organisation), f"{one_line(date)}印发"))
        self._add("", BODY, _POINTS)  # Two tables that touch become one.
        table: Table = self._document.add_table(len(lines), 2)
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for row, texts in zip(table.rows, lines, strict=True):
            sides = (WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT)
            for box, text, width, side in zip(
                row.cells, texts, _IMPRINT_WIDTHS, sides, strict=True
            ):
                box.width = Mm(width)
                paragraph = box.paragraphs[0]
                paragraph.alignment = side
                paragraph.paragraph_format.line_spacing = _IMPRINT_LINE
                add_run(paragraph, text, BODY, _IMPRINT_POINTS)
            if not texts[1]:
                box = row.cells[0].merge(row.cells[1])
                box._tc.remove(box.paragraphs[1]._p)
        _rule(table)
        self._add("", BODY, 1).paragraph_format.line_spacing = Pt(1)


def _width(text: str) -> float:
    """In characters of the body: what is not Chinese takes half of one."""
    return sum(1 if ord(char) > 0x2E7F else 0.5 for char in text)


def _red_line(paragraph: Paragraph) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", str(_RED))):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _rule(table: Table) -> None:
    """Lines above and below, a thinner one between; none at the sides."""
    borders = OxmlElement("w:tblBorders")
    for side, eighths in (("top", 6), ("bottom", 6), ("insideH", 4)):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(eighths)), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties: Any = table._tbl.tblPr
    properties.append(borders)
