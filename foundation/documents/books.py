"""A book of papers: cover, contents, chapters that begin on a new page."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from foundation.documents.fonts import BLACK, BODY, KAI, TITLE, add_run
from foundation.documents.official import OfficialDocument
from foundation.documents.text import one_line

_POINTS = 16
_EDGE = Pt(442)  # The right edge of the type area.


class OfficialBook(OfficialDocument):
    def cover(self, lines: list[str], issuer: str, date: str) -> None:
        for _ in range(5):
            self._add("", BODY, _POINTS)
        for line in lines:
            paragraph = self._add(one_line(line), TITLE, 30)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing = Pt(52)
        for _ in range(9):
            self._add("", BODY, _POINTS)
        for line in (issuer, date):
            self._add(one_line(line), KAI, 18).alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._document.core_properties.title = one_line(" ".join(lines))[:255]

    def contents(self, entries: list[tuple[int, str]]) -> None:
        """`entries`: (1 or 2, heading). Word fills in the page numbers when it opens the file;

        a program that does not still shows what is in the book.
        """
        heading = self._add("目　录", BLACK, 22)
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.page_break_before = True
        heading.paragraph_format.line_spacing = Pt(44)
        lines = [self._entry(level, text) for level, text in entries]
        if lines:
            _begin_field(lines[0], 'TOC \\o "1-2" \\h \\z \\u')
            _mark(lines[-1], "end")
        for level, font in ((1, BLACK), (2, BODY)):
            self._contents_style(level, font)
        update = OxmlElement("w:updateFields")
        update.set(qn("w:val"), "true")
        self._document.settings.element.append(update)

    def line(self, text: str) -> None:
        """One line in 楷体 below a heading: whose it is."""
        paragraph = self._add(one_line(text), KAI, _POINTS)
        paragraph.paragraph_format.first_line_indent = Pt(2 * _POINTS)

    def _entry(self, level: int, text: str) -> Paragraph:
        paragraph = self._add(one_line(text), BLACK if level == 1 else BODY, 14)
        paragraph.paragraph_format.left_indent = Pt((level - 1) * 28)
        return paragraph

    def _contents_style(self, level: int, font: str) -> None:
        """What the lines look like after Word has drawn the contents anew."""
        style: Any = self._document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self._document.styles["Normal"]
        style.font.size = Pt(14)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("ascii", "hAnsi", "eastAsia"):
            fonts.set(qn(f"w:{script}"), font)
        style.paragraph_format.left_indent = Pt((level - 1) * 28)
        style.paragraph_format.tab_stops.add_tab_stop(
            _EDGE, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )


def _begin_field(paragraph: Paragraph, instruction: str) -> None:
    """Before the text that the paragraph already has."""
    first: Any = paragraph.runs[0]._r
    for kind in ("begin", instruction, "separate"):
        run = OxmlElement("w:r")
        if kind == instruction:
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = instruction
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run.append(part)
        first.addprevious(run)


def _mark(paragraph: Paragraph, kind: str) -> None:
    run: Any = add_run(paragraph, "", BODY, 14)
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    run._r.append(part)
