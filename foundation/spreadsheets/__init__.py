"""Workbooks in and out: rows of text from what a person uploads, files that open well."""

from foundation.spreadsheets.errors import SheetError
from foundation.spreadsheets.raw import RawRow
from foundation.spreadsheets.reading import Row, Table, read_rows
from foundation.spreadsheets.writing import Column, Sheet, write_workbook

__all__ = ["Column", "RawRow", "Row", "Sheet", "SheetError", "Table", "read_rows", "write_workbook"]
