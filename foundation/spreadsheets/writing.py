"""Workbooks for people: printable as they are, and never a live formula.

Text is written with `write_string` only, so what users typed ("=1+1") stays text.
"""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FONT = "宋体"
_MAX_CELL = 32_767
_EXACT_DIGITS = 15  # a longer number loses its last digits in Excel
_INLINE_LIST = 255
_BLANK_ROWS_WITH_CHOICES = 1000
_INVALID_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """`fillable`: the cells that stay open where the sheet is `locked`. `rule` is what Excel asks of
    an entry: (formula about the cell that it calls {cell}, sentence for who breaks it)."""

    title: str
    width: float = 14
    text: bool = True
    choices: Sequence[str] = ()
    numeric: bool = False
    fillable: bool = False
    rule: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]] = ()
    title: str = ""
    notes: Sequence[str] = ()
    footer: Sequence[str] = ()
    locked: bool = False


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, _OPTIONS) as book:
        formats = _formats(book)
        names: set[str] = set()
        lists: list[Sequence[str]] = []
        list_name = _sheet_name(
            "选项", {_sheet_name(sheet.name, set()).casefold() for sheet in sheets}
        )
        for sheet in sheets:
            page = book.add_worksheet(_sheet_name(sheet.name, names))
            _SheetWriter(page, sheet, formats, lists, list_name).write()
        if lists:
            _write_lists(book.add_worksheet(list_name), lists)
    return buffer.getvalue()


def _formats(book: Workbook) -> dict[str, Any]:
    base = {"font_name": _FONT, "font_size": 11, "valign": "vcenter"}
    cell = {**base, "border": 1, "text_wrap": True}
    return {
        "title": book.add_format({**base, "font_size": 18, "bold": True, "align": "center"}),
        "note": book.add_format({**base, "text_wrap": True, "align": "left"}),
        "header": book.add_format({**cell, "bold": True, "align": "center", "bg_color": "#F2F2F2"}),
        "text": book.add_format({**cell, "num_format": "@"}),
        "plain": book.add_format(cell),
        "number": book.add_format({**cell, "align": "right"}),
        "fillable": book.add_format({**cell, "locked": False, "bg_color": "#FFFBEA"}),
        # Blank cells below the table: what is typed there later keeps its leading zeros.
        "text_column": book.add_format({**base, "num_format": "@"}),
        "plain_column": book.add_format(base),
    }


class _SheetWriter:
    def __init__(
        self,
        page: Worksheet,
        sheet: Sheet,
        formats: dict[str, Any],
        lists: list[Sequence[str]],
        list_name: str,
    ) -> None:
        self.page = page
        self.sheet = sheet
        self.formats = formats
        self.lists = lists
        self.list_name = list_name
        self.last_column = max(len(sheet.columns) - 1, 0)
        self.next_row = 0
        self.kinds = [_kind(column) for column in sheet.columns]

    def write(self) -> None:
        for index, (column, kind) in enumerate(zip(self.sheet.columns, self.kinds, strict=True)):
            below = self.formats.get(f"{kind}_column", self.formats["plain_column"])
            self.page.set_column(index, index, column.width, below)
        if self.sheet.title:
            self._merged_line(self.sheet.title, "title", height=32)
        for note in _lines(self.sheet.notes):
            self._merged_line(note, "note", height=self._note_height(note))
        header = self.next_row
        for index, column in enumerate(self.sheet.columns):
            self._string(header, index, column.title, "header")
        self.page.set_row(header, 30)
        self.next_row += 1
        for values in self.sheet.rows:
            self._row(values)
        self._drop_downs(header + 1)
        self._rules(header + 1)
        if self.sheet.locked:
            self.page.protect("", {"format_columns": True, "format_rows": True})
        for note in _lines(self.sheet.footer):
            self._merged_line(note, "note", height=self._note_height(note))
        self._page_setup(header)

    def _row(self, values: Sequence[object]) -> None:
        if len(values) != len(self.sheet.columns):
            raise ValueError(f"{len(values)} values for {len(self.sheet.columns)} columns.")
        for index, (kind, value) in enumerate(zip(self.kinds, values, strict=True)):
            if isinstance(value, str):
                self._string(self.next_row, index, value, kind)
            elif _fits_number(value):
                shape = "fillable" if kind == "fillable" else "number"
                self.page.write_number(self.next_row, index, value, self.formats[shape])
            else:
                self._string(self.next_row, index, _text(value), kind)
        self.next_row += 1

    def _string(self, row: int, column: int, text: str, kind: str) -> None:
        if not text.isprintable():  # Most cells are, and this is the cheapest way to know.
            text = _INVALID_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) > _MAX_CELL:
            text = text[: _MAX_CELL - 1] + "…"
        if text:
            self.page.write_string(row, column, text, self.formats[kind])
        else:
            self.page.write_blank(row, column, None, self.formats[kind])

    def _merged_line(self, text: str, kind: str, *, height: float) -> None:
        row = self.next_row
        if self.last_column:
            self.page.merge_range(row, 0, row, self.last_column, "", self.formats[kind])
        self._string(row, 0, text, kind)
        self.page.set_row(row, height)
        self.next_row += 1

    def _note_height(self, text: str) -> float:
        """Excel does not grow a merged row by itself."""
        width = max(sum(column.width for column in self.sheet.columns), 1)
        units = [sum(2 if ord(char) > 0x2E7F else 1 for char in line) for line in text.split("\n")]
        return 17 * sum(int(unit // width) + 1 for unit in units)

    def _drop_downs(self, first: int) -> None:
        last = max(self.next_row - 1, first + _BLANK_ROWS_WITH_CHOICES)
        for index, column in enumerate(self.sheet.columns):
            if column.choices:
                rule = {
                    "validate": "list",
                    "source": self._list_source(column.choices),
                    "error_title": "内容不在列表中",
                    "error_message": "请从下拉列表中选择。",
                }
                self.page.data_validation(first, index, last, index, rule)

    def _rules(self, first: int) -> None:
        for index, column in enumerate(self.sheet.columns):
            if column.rule and self.next_row > first:
                formula, sentence = column.rule
                rule = {
                    "validate": "custom",
                    "value": "=" + formula.format(cell=f"{_column_letters(index)}{first + 1}"),
                    "error_title": "不能这样填",
                    "error_message": sentence,
                }
                self.page.data_validation(first, index, self.next_row - 1, index, rule)

    def _list_source(self, choices: Sequence[str]) -> list[str] | str:
        inline = ",".join(choices)
        plain = not any(mark in choice for choice in choices for mark in ',"')
        if plain and len(inline) <= _INLINE_LIST:
            return list(choices)
        if choices not in self.lists:
            self.lists.append(choices)
        letter = _column_letters(self.lists.index(choices))
        name = self.list_name.replace("'", "''")
        return f"='{name}'!${letter}$1:${letter}${len(choices)}"

    def _page_setup(self, header: int) -> None:
        self.page.freeze_panes(header + 1, 0)
        self.page.set_landscape()
        self.page.set_paper(9)  # A4
        self.page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self.page.center_horizontally()
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(header)
        self.page.print_area(0, 0, max(self.next_row - 1, header), self.last_column)
        self.page.set_footer("&C第 &P 页，共 &N 页")


def _kind(column: Column) -> str:
    if column.fillable:
        return "fillable"
    return "text" if column.text and not column.numeric else "plain"


def _write_lists(page: Worksheet, lists: list[Sequence[str]]) -> None:
    page.hide()
    for column, choices in enumerate(lists):
        for row, choice in enumerate(choices):
            page.write_string(row, column, choice)


def _fits_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    if isinstance(value, int):
        return abs(value) < 10**_EXACT_DIGITS
    number = Decimal(value)
    return number.is_finite() and (isinstance(value, float) or number.adjusted() < _EXACT_DIGITS)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _lines(lines: Sequence[str]) -> Sequence[str]:
    return [lines] if isinstance(lines, str) else lines


def _sheet_name(name: str, taken: set[str]) -> str:
    """What Excel allows: 31 characters, none of []:*?/\\, no two alike whatever their case."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31] or "表"
    unique, number = base, 1
    while unique.casefold() in taken:
        number += 1
        unique = f"{base[: 31 - len(str(number)) - 2]}({number})"
    taken.add(unique.casefold())
    return unique


def _column_letters(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
