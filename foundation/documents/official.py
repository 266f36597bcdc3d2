"""A Word document in the layout of GB/T 9704-2012."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from foundation.documents.fonts import (
    BLACK,
    BODY,
    FOOTER,
    KAI,
    TITLE,
    add_run,
    name_fonts,
    write_font_table,
)
from foundation.documents.forms import FormCell, add_form, add_signature
from foundation.documents.text import literal_lines, one_line

_HEADINGS = {1: BLACK, 2: KAI, 3: BODY, 4: BODY}
_BODY_POINTS, _TITLE_POINTS, _NUMBER_POINTS, _NOTE_POINTS = 16, 22, 14, 9
_LINE = Pt(28.9)  # 22 lines to a page
_TITLE_LINE = Pt(36)
_TWO_CHARACTERS = Pt(32)
_SIGNATURE_WIDTHS = (36, 120)


def chinese_date(date: dt.date) -> str:
    return f"{date.year}年{date.month}月{date.day}日"


class OfficialDocument:
    def __init__(self, *, author: str = "") -> None:
        self._document = docx.Document()
        self._form: Table | None = None  # the form that was added last, nothing after it
        self._notes: list[str] = []
        self._set_page()
        self._set_styles()
        self._set_properties(author)
        write_font_table(self._document)

    def title(self, text: str) -> None:
        for line in literal_lines(text):
            paragraph = self._add(line, TITLE, _TITLE_POINTS)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.line_spacing = _TITLE_LINE
        self._add("", BODY, _BODY_POINTS)
        self._document.core_properties.title = one_line(text)[:255]

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        """Levels 1 to 4, written "一、", "（一）", "1." and "（1）" by the caller."""
        paragraph = self._add(one_line(text), _HEADINGS[level], _BODY_POINTS)
        paragraph.style = self._document.styles[f"Heading {level}"]
        paragraph.paragraph_format.page_break_before = new_page

    def paragraph(self, text: str) -> None:
        for line in literal_lines(text):
            paragraph = self._add(line, BODY, _BODY_POINTS)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            paragraph.paragraph_format.first_line_indent = _TWO_CHARACTERS

    def form_table(
        self,
        rows: Sequence[Sequence[FormCell | str]],
        widths: Sequence[float],
        *,
        headings: int = 0,
    ) -> None:
        """A form of fixed layout; `widths` in millimetres, at most 156 together."""
        if self._form is not None:
            self._add("", BODY, _BODY_POINTS)  # two tables that touch become one
        self._form = add_form(self._document, rows, widths, headings)

    def signature_row(self, label: str) -> None:
        """Where somebody stamps and dates: the last row of the form above, or a form of its own."""
        if self._form is None:
            self._form = add_form(self._document, [], _SIGNATURE_WIDTHS)
        add_signature(self._form, label)

    def footer_note(self, text: str) -> None:
        """A small line at the foot of every page: the system number and the verify code."""
        self._notes.append(one_line(text))

    def to_bytes(self) -> bytes:
        self._write_footers()
        if self._form is not None:
            # Word wants a paragraph after the last table.
            self._add("", BODY, 1).paragraph_format.line_spacing = Pt(1)
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _add(self, text: str, font: str, points: float) -> Paragraph:
        self._form = None
        paragraph = self._document.add_paragraph()
        add_run(paragraph, text, font, points)
        return paragraph

    def _set_page(self) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(20)
        self._document.settings.odd_and_even_pages_header_footer = True

    def _set_styles(self) -> None:
        styles = self._document.styles
        for fonts in styles.element.iter(qn("w:rFonts")):
            name_fonts(fonts, BODY)
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
        _set_style(styles["Normal"], BODY)
        for level, font in _HEADINGS.items():
            style: Any = styles[f"Heading {level}"]
            _set_style(style, font)
            style.font.bold = style.font.italic = False
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.paragraph_format.first_line_indent = _TWO_CHARACTERS

    def _set_properties(self, author: str) -> None:
        properties = self._document.core_properties
        properties.author = properties.last_modified_by = one_line(author)
        properties.comments = ""
        # The format means UTC without saying so.
        properties.created = properties.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)

    def _write_footers(self) -> None:
        section = self._document.sections[0]
        odd, even = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
        for footer, side in ((section.footer, odd), (section.even_page_footer, even)):
            footer.is_linked_to_previous = True  # written anew on every call
            footer.is_linked_to_previous = False
            number = footer.paragraphs[0]
            number.alignment = side
            # One character away from the edge.
            number.paragraph_format.left_indent = Pt(_NUMBER_POINTS)
            number.paragraph_format.right_indent = Pt(_NUMBER_POINTS)
            add_run(number, "— ", FOOTER, _NUMBER_POINTS)
            _add_page_number(number)
            add_run(number, " —", FOOTER, _NUMBER_POINTS)
            for text in self._notes:
                note = footer.add_paragraph()
                note.alignment = WD_ALIGN_PARAGRAPH.CENTER
                note.paragraph_format.line_spacing = Pt(12)
                add_run(note, text, FOOTER, _NOTE_POINTS)


def _set_style(style: Any, font: str) -> None:
    style.font.size = Pt(_BODY_POINTS)
    name_fonts(style.element.get_or_add_rPr().get_or_add_rFonts(), font)
    style.paragraph_format.line_spacing = _LINE
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _add_page_number(paragraph: Paragraph) -> None:
    for kind in ("begin", "PAGE", "end"):
        run = add_run(paragraph, "", FOOTER, _NUMBER_POINTS)
        if kind == "PAGE":
            part = OxmlElement("w:instrText")
            part.text = kind
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
