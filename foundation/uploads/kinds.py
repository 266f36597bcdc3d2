"""The few kinds of file that are accepted, and how each is known."""

from collections.abc import Collection
from enum import StrEnum

_OFFICE = "application/vnd.openxmlformats-officedocument"


class UploadRefused(Exception):
    """A file that is not accepted; str(e) is a Chinese sentence that says what to do."""


class TryLater(UploadRefused):
    """Not the file's fault: the same bytes may be taken in a few minutes."""


class StorageFull(TryLater):
    def __init__(self) -> None:
        super().__init__("存储空间不足，文件没有保存。请稍后再试，或联系管理员。")


class Kind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JPG = "jpg"
    PNG = "png"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]


ALL_KINDS = frozenset(Kind)
# What shows people's faces: asked about minors, and shown as pictures of its pages.
PICTURED = frozenset({Kind.PDF, Kind.JPG, Kind.PNG})

_LABELS = {
    Kind.PDF: "PDF",
    Kind.DOCX: "Word 文档（.docx）",
    Kind.XLSX: "Excel 工作簿（.xlsx）",
    Kind.JPG: "JPG 图片",
    Kind.PNG: "PNG 图片",
}
_CONTENT_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    Kind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Kind.JPG: "image/jpeg",
    Kind.PNG: "image/png",
}
_EXTENSIONS = {kind.value: kind for kind in Kind} | {"jpeg": Kind.JPG}


def extensions_of(kinds: Collection[str]) -> list[str]:
    """Every extension under which one of these kinds may come."""
    return [extension for extension, kind in _EXTENSIONS.items() if kind in kinds]


def kind_of_name(name: str, allowed: Collection[str]) -> Kind:
    """The kind a name claims by its last extension, if that kind is allowed."""
    _, dot, extension = name.rpartition(".")
    kind = _EXTENSIONS.get(extension.lower()) if dot else None
    if kind is None or kind not in allowed:
        wanted = "、".join(kind.label for kind in Kind if kind in allowed)
        shown = f".{extension.lower()[:10]} 文件" if dot else "没有扩展名的文件"
        raise UploadRefused(f"不接受{shown}。可以上传：{wanted}。请转换格式后重新上传。")
    return kind
