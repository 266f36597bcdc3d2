"""The XML inside a workbook: seen before the fast reader sees it.

The fast reader lays a sheet out as a full rectangle, so one value in the last cell of a
sheet (XFD1048576) makes it ask for gigabytes and ends the whole process. And it tells
values only: that a cell is a formula stands in the XML.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring, iterparse

from foundation.spreadsheets.errors import SheetError

MAX_COLUMNS = 200
MAX_ELEMENTS = 2_000_000
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
    formulas: set[tuple[int, int]] = set()
    row = column = -1
    has_value = is_formula = False
    for event, item in _walk(archive, path):
        tag = _local(item.tag)
        if event == "start":
            if tag == "row":
                row, column = int(item.get("r", row + 2)) - 1, -1
            elif tag == "c":
                row, column = _position(item.get("r"), row, column + 1)
                has_value = is_formula = False
        elif tag in ("v", "is"):
            has_value = True
        elif tag == "f":
            is_formula = True
        elif tag == "c":
            if has_value:
                _check_extent(row, column, max_rows)
            if is_formula:
                formulas.add((row, column))
    return formulas


def _walk(archive: ZipFile, path: str) -> Iterator[tuple[str, Any]]:
    """Start and end of each element; what was seen is dropped, so memory stays flat."""
    parents: list[Any] = []
    seen = 0
    with archive.open(path) as stream:
        for event, item in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            yield event, item
            if event == "start":
                parents.append(item)
                seen += 1
                if seen > MAX_ELEMENTS:
                    raise SheetError("表格内容过多。请分成几个文件上传。")
            else:
                parents.pop()
                if parents:
                    parents[-1].clear()


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
