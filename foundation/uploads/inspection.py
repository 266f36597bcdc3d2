"""One door for every upload: what is not proven harmless does not come in."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import IO, Protocol, cast

from foundation.archives import LOCKED, OLE_MAGIC, ZIP_MAGIC, is_locked_office_file
from foundation.uploads.images import cleaned_image
from foundation.uploads.kinds import ALL_KINDS, Kind, UploadRefused, kind_of_name
from foundation.uploads.names import clean_name
from foundation.uploads.office import office_kind
from foundation.uploads.pdfs import check_pdf
from foundation.uploads.scanning import scan


class Uploaded(Protocol):
    # Read-only, so that Django's UploadedFile fits, whose name may be None.
    @property
    def name(self) -> str | None: ...
    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Inspected:
    """`content` is what to store: of images a copy without position and camera data."""

    kind: Kind
    name: str
    size: int
    sha256: str
    content: bytes = field(repr=False)

    @property
    def extension(self) -> str:
        return self.kind.value

    @property
    def content_type(self) -> str:
        return self.kind.content_type


def inspect(
    uploaded: Uploaded, *, max_bytes: int, allowed: Collection[str] = ALL_KINDS
) -> Inspected:
    """Check `uploaded` by its content, or raise UploadRefused. Its extension must agree.

    A scanner that finds something raises Infected, one that is away ScannerAway: both are refusals.
    """
    name = clean_name(uploaded.name or "")
    claimed = kind_of_name(name, allowed)
    content = _read(uploaded, max_bytes)
    kind = _kind_of_content(content)
    if kind != claimed:
        raise UploadRefused(
            f"文件扩展名是 .{claimed}，内容却是{kind.label}。请改正扩展名，或重新导出后再上传。"
        )
    scan(content)  # As it came, before anything is taken out of it.
    if kind is Kind.PDF:
        check_pdf(content)
    elif kind in (Kind.JPG, Kind.PNG):
        del content  # Decoded, a picture is large enough without its file beside it in memory.
        content = cleaned_image(cast("IO[bytes]", uploaded), kind)
    digest = hashlib.sha256(content).hexdigest()
    return Inspected(kind, name, len(content), digest, content)


def _read(uploaded: Uploaded, max_bytes: int) -> bytes:
    # What was announced as the size may be untrue; what can be read is not.
    uploaded.seek(0)
    content = uploaded.read(max_bytes + 1)
    if not content:
        raise UploadRefused("文件是空的（0 字节）。请重新选择文件后上传。")
    if len(content) > max_bytes:
        limit = f"{max_bytes / 1024 / 1024:.3g}"
        raise UploadRefused(f"文件超过 {limit} MB。请压缩或拆分后重新上传。")
    return content


def _kind_of_content(content: bytes) -> Kind:
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content.startswith(ZIP_MAGIC):
        return office_kind(content)
    if is_locked_office_file(content):
        raise UploadRefused(LOCKED)
    if content.startswith(OLE_MAGIC):
        raise UploadRefused(
            "这是旧版 Office 文件（.doc 或 .xls）。请另存为 .docx、.xlsx 或 PDF 后重新上传。"
        )
    raise UploadRefused("文件内容不是 PDF、Word、Excel 或图片。请用原来的软件重新导出后上传。")
