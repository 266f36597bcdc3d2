"""Rows of text from the workbook a person uploads."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from foundation.archives import (
    LOCKED,
    OLE_MAGIC,
    ZIP_MAGIC,
    ArchiveRefused,
    is_locked_office_file,
    open_office_archive,
)
from foundation.spreadsheets.cells import cell_text, is_number, title_key
from foundation.spreadsheets.errors import SheetError
from foundation.spreadsheets.package import formula_cells, visible_sheets

HEADER_WITHIN = 20
_UNREADABLE = (
    "无法读取这个 Excel 文件，文件可能已损坏。请用 Excel 或 WPS 打开后另存为 .xlsx，再重新上传。"
)


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # as Excel shows it on the left
    values: dict[str, str]
    formulas: frozenset[str]
    numeric: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    sheet: str
    header_number: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    index: int
    titles: dict[int, str]  # column -> title
    missing: tuple[str, ...]


def read_rows(
    uploaded: Readable,
    *,
    required: Sequence[str],
    aliases: Mapping[str, str] | None = None,
    max_bytes: int = 10 * 1024 * 1024,
    max_rows: int = 20_000,
) -> Table:
    """Read the first visible sheet whose header row holds all `required` titles.

    `aliases` maps another wording of a title to ours. Totals and footnotes below the table
    are rows like any other: only the caller can tell them apart.
    """
    content = _accepted_bytes(uploaded, max_bytes)
    names = {title_key(title): title for title in required}
    for alias, title in (aliases or {}).items():
        names.setdefault(title_key(title), title)
        names[title_key(alias)] = names[title_key(title)]
    try:
        with open_office_archive(content) as archive:
            return _read(archive, content, required, names, max_rows)
    except ArchiveRefused as error:
        raise SheetError(str(error)) from error
    except SheetError:
        raise
    except Exception as error:
        raise SheetError(_UNREADABLE) from error
    except BaseException as error:
        # A panic in the Rust reader is deliberately not an Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise SheetError(_UNREADABLE) from error


def _accepted_bytes(uploaded: Readable, max_bytes: int) -> bytes:
    uploaded.seek(0)
    content = uploaded.read(max_bytes + 1)
    if not content:
        raise SheetError("文件是空的（0 字节）。请重新选择文件后上传。")
    if len(content) > max_bytes:
        limit = f"{max_bytes / 1024 / 1024:.3g}"
        raise SheetError(f"文件超过 {limit} MB。请删去图片等多余内容，或分成几个文件上传。")
    if is_locked_office_file(content):
        raise SheetError(LOCKED)
    if content.startswith(OLE_MAGIC):
        raise SheetError(
            "这是旧版 Excel 文件（.xls）。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。"
        )
    if not content.startswith(ZIP_MAGIC):
        raise SheetError(
            "这不是 Excel 工作簿（.xlsx）。CSV 等文件请用 Excel 打开，另存为 .xlsx 后重新上传。"
        )
    return content


def _read(
    archive: ZipFile,
    content: bytes,
    required: Sequence[str],
    names: Mapping[str, str],
    max_rows: int,
) -> Table:
    if "xl/workbook.xml" not in archive.namelist():
        raise SheetError("这不是 Excel 工作簿（.xlsx）。请选择 .xlsx 文件后重新上传。")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    nearest: _Header | None = None
    for sheet in visible_sheets(archive):
        formulas = formula_cells(archive, sheet.path, max_rows=max_rows + HEADER_WITHIN)
        grid = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        header = _find_header(grid, required, names)
        if header is not None and not header.missing:
            _refuse_doubled(header, required)
            rows = _rows(grid, header, formulas)
            if len(rows) > max_rows:
                raise SheetError(f"数据超过 {max_rows} 行。请分成几个文件上传。")
            titles = tuple(dict.fromkeys(header.titles.values()))
            return Table(sheet.name, header.index + 1, titles, rows)
        if header is not None and (nearest is None or len(header.missing) < len(nearest.missing)):
            nearest = header
    raise SheetError(_why_no_header(nearest, required))


def _find_header(
    grid: Sequence[Sequence[object]], required: Sequence[str], names: Mapping[str, str]
) -> _Header | None:
    """The first row with all titles, else the one that lacks the fewest."""
    best: _Header | None = None
    for index, cells in enumerate(grid[:HEADER_WITHIN]):
        titles = {
            column: names.get(title_key(cell)) or "".join(cell_text(cell).split())
            for column, cell in enumerate(cells)
            if title_key(cell)
        }
        missing = tuple(title for title in required if title not in titles.values())
        if titles and (best is None or len(missing) < len(best.missing)):
            best = _Header(index, titles, missing)
            if not missing:
                break
    return best


def _refuse_doubled(header: _Header, required: Sequence[str]) -> None:
    counts = Counter(header.titles.values())
    for title in required:
        if counts[title] > 1:
            raise SheetError(
                f"第 {header.index + 1} 行有 {counts[title]} 列都叫“{title}”。请只保留一列后重新上传。"
            )


def _rows(
    grid: Sequence[Sequence[object]], header: _Header, formulas: set[tuple[int, int]]
) -> tuple[Row, ...]:
    # Of two columns with one title the left one counts.
    columns = {title: column for column, title in reversed(header.titles.items())}
    columns = dict(sorted(columns.items(), key=lambda item: item[1]))
    rows = []
    for index, cells in enumerate(grid[header.index + 1 :], header.index + 1):
        values = {title: cell_text(cells[column]) for title, column in columns.items()}
        found = frozenset(title for title, column in columns.items() if (index, column) in formulas)
        if found or any(values.values()):
            numeric = frozenset(
                title for title, column in columns.items() if is_number(cells[column])
            )
            rows.append(Row(index + 1, values, found, numeric))
    return tuple(rows)


def _why_no_header(nearest: _Header | None, required: Sequence[str]) -> str:
    if nearest is None or len(nearest.missing) == len(required):
        return f"前 {HEADER_WITHIN} 行里没有找到表头。表头应当有这些列：{'、'.join(required)}。"
    missing = "、".join(f"“{title}”" for title in nearest.missing)
    return f"第 {nearest.index + 1} 行的表头缺少列：{missing}。请补上后重新上传。"
