"""PDF: it opens, it is not locked, nothing in it runs."""

import io
import re
import threading
import zipfile
import zlib

import pypdfium2
from pypdfium2 import raw as pdfium

from foundation.uploads.kinds import UploadRefused

# PDFium is not thread-safe.
_PDFIUM = threading.Lock()


def _name(word: str) -> bytes:
    """A PDF name, each letter of which may be written as #xx."""
    letters = (f"(?:{letter}|#(?i:{ord(letter):x}))" for letter in word)
    return f"/{''.join(letters)}(?![A-Za-z0-9])".encode()


_ACTIVE = re.compile(b"|".join(map(_name, ("JavaScript", "Launch", "Rendition", "SubmitForm"))))
# So few bytes come up by chance inside compressed pictures, so these count outside streams only;
# a script without /JavaScript beside it does not run, and a form in XFA brings its own.
_SCRIPT = re.compile(b"|".join(map(_name, ("JS", "XFA"))))
_PACKED = re.compile(_name("ObjStm"))
_STREAM_START = re.compile(rb"stream\r?\n?")
_PLAINLY_PACKED = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])\s*[/>]")
_DICTIONARY = 1000
_MAX_PACKED = 20_000
_MAX_UNPACKED = 30 * 1024 * 1024
_CHUNK = 64 * 1024

_BROKEN = "PDF 已损坏，无法打开。请重新导出后上传。"
_LOCKED = "PDF 设有密码或使用限制。请去除限制，或用“打印为 PDF”另存后重新上传。"
_RUNS = "PDF 含有脚本或自动运行的动作，没有接收。请用“打印为 PDF”另存后重新上传。"
_FORGED = "PDF 里夹带了其他文件，没有接收。请用“打印为 PDF”另存后重新上传。"


def check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content:
        raise UploadRefused(_BROKEN)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise UploadRefused(_FORGED)
    _check_opens(content)
    _check_inert(content)


def _check_opens(content: bytes) -> None:
    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(content)
            try:
                locked = pdfium.FPDF_GetSecurityHandlerRevision(document.raw) != -1
                pages = len(document)
            finally:
                document.close()
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or b"/Encrypt" in content
        raise UploadRefused(_LOCKED if locked else _BROKEN) from error
    if locked:
        raise UploadRefused(_LOCKED)
    if not pages:
        raise UploadRefused(_BROKEN)


def _check_inert(content: bytes) -> None:
    if _ACTIVE.search(content) or _SCRIPT.search(_outside_streams(content)):
        raise UploadRefused(_RUNS)
    left = _MAX_UNPACKED
    for number, found in enumerate(_PACKED.finditer(content)):
        objects = _unpacked(content, found.start(), left)
        left -= len(objects)
        if number > _MAX_PACKED or left <= 0:
            raise UploadRefused(_RUNS)
        if _ACTIVE.search(objects) or _SCRIPT.search(objects):
            raise UploadRefused(_RUNS)


def _outside_streams(content: bytes) -> bytes:
    parts, position = [], 0
    while (start := content.find(b"stream", position)) != -1:
        end = content.find(b"endstream", start + 6)
        if end == -1:
            break
        parts.append(content[position:start])
        position = end + 9
    parts.append(content[position:])
    return b"".join(parts)


def _unpacked(content: bytes, position: int, limit: int) -> bytes | bytearray:
    """The objects of a compressed stream; one packed in a way we cannot undo is refused."""
    start = _STREAM_START.search(content, position, position + _DICTIONARY)
    if start is None:
        raise UploadRefused(_RUNS)
    dictionary = content[max(0, position - _DICTIONARY) : start.start()]
    dictionary = dictionary[dictionary.rfind(b" obj") + 1 :]
    if b"#" not in dictionary and b"/Filter" not in dictionary:
        return b""  # plain bytes, already searched
    one_packing = _PLAINLY_PACKED.search(dictionary) and dictionary.count(b"/Filter") == 1
    if not one_packing or b"/Predictor" in dictionary:
        raise UploadRefused(_RUNS)
    unpacker = zlib.decompressobj()
    objects = bytearray()
    try:
        for offset in range(start.end(), len(content), _CHUNK):
            chunk = unpacker.unconsumed_tail + content[offset : offset + _CHUNK]
            objects += unpacker.decompress(chunk, limit - len(objects) + 1)
            if unpacker.eof or len(objects) > limit:
                break
    except zlib.error as error:
        raise UploadRefused(_RUNS) from error
    return objects


def page_count(content: bytes) -> int:
    """Of a file that `check_pdf` let in; 0 when it does not open any more."""
    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(content)
            try:
                return len(document)
            finally:
                document.close()
    except pypdfium2.PdfiumError:
        return 0
