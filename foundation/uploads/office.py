"""Word and Excel files: safe archives whose XML declares nothing and fetches nothing."""

import zlib
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from foundation.archives import ArchiveRefused, open_office_archive
from foundation.uploads.kinds import Kind, UploadRefused

_MAIN_PARTS = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX}
_REMOTE = ("http:", "https:", "ftp:", "//")
# What lies in a document beside its words: sheets behind charts, equations, drawings.
_EMBEDDED = ("docx", "xlsx", "xlsb", "pptx", "vsdx", "doc", "xls", "ppt", "bin", "emf", "wmf")
# The stream in which Windows wraps any other file, a program too; equations have none.
_PACKAGE = "Ole10Native".encode("utf-16-le")
_BROKEN = "文件已损坏，无法打开。请另存一份后重新上传。"


def office_kind(content: bytes) -> Kind:
    try:
        with open_office_archive(content) as archive:
            kind = _kind(archive)
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    _check_part(name, archive.read(name))
                elif "/embeddings/" in name:
                    _check_embedded(name, archive.read(name))
    except ArchiveRefused as error:
        raise UploadRefused(str(error)) from error
    except (
        BadZipFile,
        NotImplementedError,
        zlib.error,
        EOFError,
        LookupError,
        ValueError,
    ) as error:
        raise UploadRefused(_BROKEN) from error
    return kind


def _kind(archive: ZipFile) -> Kind:
    names = set(archive.namelist())
    kinds = {kind for part, kind in _MAIN_PARTS.items() if part in names}
    if "[Content_Types].xml" not in names or len(kinds) != 1:
        raise UploadRefused("不接受压缩包。请解压后逐个上传其中的 PDF、Word、Excel 或图片。")
    return kinds.pop()


def _check_part(name: str, data: bytes) -> None:
    # Straight to expat, at C speed and with no tree: a DOCTYPE ends it, so no entity is ever read.
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if name.endswith(".rels"):
        parser.StartElementHandler = _refuse_remote
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UploadRefused(_BROKEN) from error


def _refuse_remote(_: str, attributes: dict[str, str]) -> None:
    """Office would fetch it when the document is opened, macros included; a link waits for a click."""
    target = attributes.get("Target", "").strip().lower().replace("\\", "/")
    if target.startswith("file:") and not target.startswith("file:////"):
        target = target.removeprefix("file:/").removeprefix("//")  # a path on its author's disk
    if target.startswith(_REMOTE) and not attributes.get("Type", "").endswith("/hyperlink"):
        raise UploadRefused(
            "文件引用了网络上的模板、图片或对象，没有接收。请把内容复制到新文件，图片先存到本机再插入，然后上传。"
        )


def _check_embedded(name: str, data: bytes) -> None:
    if not name.lower().endswith(_EMBEDDED) or _PACKAGE in data:
        raise UploadRefused("文件里嵌入了其他文件，没有接收。请删去嵌入的文件，需要的请另行上传。")


def _refuse_doctype(*_: object) -> None:
    raise UploadRefused("文件的内部结构异常，没有接收。请在 Office 或 WPS 中另存一份后再上传。")
