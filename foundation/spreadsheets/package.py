"""The XML inside a workbook: seen before the fast reader sees it.

The fast reader lays a sheet out as a full rectangle, so one value in the last cell of a
sheet (XFD1048576) makes it ask for gigabytes and ends the whole process. And it tells
values only: that a cell is a formula stands in the XML.
"""

import posixpath
import re
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

from foundation.spreadsheets.errors import SheetError

MAX_COLUMNS = 200
MAX_ELEMENTS = 700_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class VisibleSheet:
    name: str
    path: str


def visible_sheets(archive: ZipFile) -> list[VisibleSheet]:
    """The worksheets a person sees, in order, and where their XML is."""
    relations = {
        item.get("Id"): item.get("Target", "")
        for item in _parse(archive, "xl/_rels/workbook.xml.rels")
    }
    sheets = []
    for item in _parse(archive, "xl/workbook.xml").iter():
        if _local(item.tag) == "sheet" and item.get("state", "visible") == "visible":
            target = relations.get(_relation_id(item), "")
            path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            if path in archive.namelist() and "worksheets/" in path:
                sheets.append(VisibleSheet(item.get("name", ""), path))
    return sheets


def formula_cells(archive: ZipFile, path: str, *, max_rows: int) -> set[tuple[int, int]]:
    """Zero-based (row, column) of each formula; refuses a sheet too large to lay out."""
    cells = _Cells(max_rows)
    # Straight to expat, at C speed and with no tree: a register of 20,000 rows has 600,000 elements.
    parser = expat.ParserCreate()
    parser.StartElementHandler = cells.start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(path) as stream:
        parser.ParseFile(stream)
    return cells.formulas


class _Cells:
    """Where the reader of a sheet's XML stands, and the formulas it has come by."""

    def __init__(self, max_rows: int) -> None:
        self.formulas: set[tuple[int, int]] = set()
        self.max_rows = max_rows
        self.row = self.column = -1
        self.inside = False
        self.seen = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.seen += 1
        if self.seen > MAX_ELEMENTS:
            raise SheetError("表格内容过多。请分成几个文件上传。")
        tag = name.rpartition(":")[2]
        if tag == "c":
            self.row, self.column = _position(attributes.get("r"), self.row, self.column + 1)
            self.inside = True
        elif tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1
        elif tag == "extLst":
            self.inside = False  # What extensions call a formula is none of a cell.
        elif self.inside and tag in ("v", "is"):
            _check_extent(self.row, self.column, self.max_rows)
        elif self.inside and tag == "f":
            self.formulas.add((self.row, self.column))


def _refuse_doctype(*_: object) -> None:
    raise ValueError("A sheet declares no document type.")


def _check_extent(row: int, column: int, max_rows: int) -> None:
    if row >= max_rows:
        raise SheetError(f"表格超过 {max_rows} 行。请删去多余的行，或分成几个文件上传。")
    if column >= MAX_COLUMNS:
        raise SheetError(f"表格超过 {MAX_COLUMNS} 列。请删去右侧多余的列后重新上传。")


def _position(reference: str | None, row: int, column: int) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference or "")
    if match is None:
        return row, column
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return int(match[2]) - 1, number - 1


def _relation_id(item: Any) -> str:
    return next((value for name, value in item.items() if _local(name) == "id"), "")


def _parse(archive: ZipFile, path: str) -> Any:
    return fromstring(archive.read(path), forbid_dtd=True)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
