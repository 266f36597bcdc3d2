"""Forms: tables of fixed layout, whose cells may span columns and rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt
from docx.table import Table, _Cell

from foundation.documents.fonts import BODY, add_run
from foundation.documents.text import literal_lines

TYPE_AREA_MM = 156
_POINTS = 12
_LINE = Pt(20)
_LINES_TO_SIGN_IN = 3


@dataclass(frozen=True, slots=True)
class FormCell:
    """What a cell says, and how many columns and rows it takes."""

    text: str = ""
    is_label: bool = False
    columns: int = 1
    rows: int = 1


def label(text: str, *, columns: int = 1, rows: int = 1) -> FormCell:
    return FormCell(text, True, columns, rows)


def value(text: str, *, columns: int = 1, rows: int = 1) -> FormCell:
    return FormCell(text, False, columns, rows)


def add_form(
    document: Document,
    rows: Sequence[Sequence[FormCell | str]],
    widths: Sequence[float],
    headings: int = 0,
) -> Table:
    """`headings`: how many rows begin every page anew; with them no row breaks in the middle."""
    if sum(widths) > TYPE_AREA_MM:
        raise ValueError(f"The form is wider than {TYPE_AREA_MM} mm.")
    places = _places(rows, len(widths))
    table: Table = document.add_table(len(rows), len(widths), style="Table Grid")
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for box in column.cells:
            box.width = Mm(width)
    for (row, column_index), cell in places.items():
        box = table.cell(row, column_index)
        if cell.columns > 1 or cell.rows > 1:
            box = box.merge(table.cell(row + cell.rows - 1, column_index + cell.columns - 1))
        _fill(box, cell)
    for number, line in enumerate(table.rows if headings else ()):
        marks = line._tr.get_or_add_trPr()
        for mark in ["w:cantSplit", *(["w:tblHeader"] if number < headings else [])]:
            marks.append(OxmlElement(mark))
    return table


def add_signature(table: Table, text: str) -> None:
    boxes = table.add_row().cells  # type: ignore[no-untyped-call]
    for box, column in zip(boxes, table.columns, strict=True):
        box.width = column.width
    _fill(boxes[0], label(text))
    place = boxes[1].merge(boxes[-1]) if len(boxes) > 2 else boxes[-1]
    lines = [*[("", WD_ALIGN_PARAGRAPH.LEFT)] * _LINES_TO_SIGN_IN]
    lines += [(line, WD_ALIGN_PARAGRAPH.RIGHT) for line in ("（盖章）", "    年  月  日")]
    _write(place, lines)


def _places(
    rows: Sequence[Sequence[FormCell | str]], width: int
) -> dict[tuple[int, int], FormCell]:
    """Where each cell begins; like a jigsaw, no gap and no overlap."""
    places: dict[tuple[int, int], FormCell] = {}
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(rows):
        for item in cells:
            cell = item if isinstance(item, FormCell) else value(item)
            column = next((free for free in range(width) if (row, free) not in taken), width)
            area = {
                (row + down, column + right)
                for down in range(cell.rows)
                for right in range(cell.columns)
            }
            if area & taken:
                raise ValueError(f"Cells overlap in row {row + 1} of the form.")
            taken |= area
            places[row, column] = cell
    if taken != {(row, column) for row in range(len(rows)) for column in range(width)}:
        raise ValueError("The cells do not fill the form exactly.")
    return places


def _fill(box: _Cell, cell: FormCell) -> None:
    side = WD_ALIGN_PARAGRAPH.CENTER if cell.is_label else WD_ALIGN_PARAGRAPH.LEFT
    _write(box, [(line, side) for line in literal_lines(cell.text)])


def _write(box: _Cell, lines: Sequence[tuple[str, WD_ALIGN_PARAGRAPH]]) -> None:
    box.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    # A merged cell holds an empty paragraph of each of its parts.
    for spare in box.paragraphs[1:]:
        box._tc.remove(spare._p)
    for number, (text, side) in enumerate(lines):
        paragraph = box.add_paragraph() if number else box.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.line_spacing = _LINE
        add_run(paragraph, text, BODY, _POINTS)
