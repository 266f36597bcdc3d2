"""Office files are zip archives: prove one harmless before anything parses it."""

import io
import stat
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MAX_ENTRIES = 1000
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CENTRAL_HEADER = b"PK\x01\x02"
_END_RECORD = b"PK\x05\x06"
_END_RECORD_SIZE = 22
_LOCAL_HEADER = struct.Struct("<26xHH")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")

_BROKEN = "文件已损坏，无法打开。请在 Office 或 WPS 中重新保存后再上传。"
_BOMB = "文件解压后过大，可能是恶意文件，没有接收。请删去多余内容，另存后再上传。"
_MACRO = "文件含有宏或控件，没有接收。请另存为不含宏的 .docx 或 .xlsx 文件后再上传。"
_FORGED = "文件的内部结构异常，没有接收。请在 Office 或 WPS 中另存一份后再上传。"
LOCKED = "文件设有打开密码。请取消密码后重新上传。"


class ArchiveRefused(Exception):
    """The archive is broken or unsafe; str(e) is a Chinese sentence for the user."""


def is_locked_office_file(content: bytes) -> bool:
    """A workbook or document with an opening password is an OLE file around the real one."""
    return content.startswith(OLE_MAGIC) and _ENCRYPTED_STREAM in content


def open_office_archive(content: bytes) -> ZipFile:
    """Open `content`, or raise ArchiveRefused before a single entry reaches a parser."""
    # Counted in the bytes, because ZipFile would first build an object for each of a million.
    if content.count(_CENTRAL_HEADER) > MAX_ENTRIES:
        raise ArchiveRefused(_BOMB)
    try:
        archive = ZipFile(io.BytesIO(content))
        _check(archive, content)
    # NotImplementedError: a zip version this Python does not know.
    except (BadZipFile, NotImplementedError, ValueError, struct.error, zlib.error) as error:
        raise ArchiveRefused(_BROKEN) from error
    return archive


def _check(archive: ZipFile, content: bytes) -> None:
    entries = archive.infolist()
    if not entries:
        raise ArchiveRefused(_BROKEN)
    _check_sizes(entries)
    _check_edges(archive, content)
    if len({entry.filename for entry in entries}) != len(entries):
        raise ArchiveRefused(_FORGED)
    for entry in entries:
        _check_entry(entry)
        _check_true_size(entry, content)
    if _has_macros(archive):
        raise ArchiveRefused(_MACRO)


def _check_sizes(entries: list[ZipInfo]) -> None:
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ArchiveRefused(_BOMB)
    for entry in entries:
        large = entry.file_size > RATIO_COUNTS_FROM
        if large and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise ArchiveRefused(_BOMB)


def _check_edges(archive: ZipFile, content: bytes) -> None:
    """Nothing may stand before or after the archive: it would be a second file in disguise."""
    end = len(content) - len(archive.comment) - _END_RECORD_SIZE
    ends_well = content[end : end + 4] == _END_RECORD
    starts_well = min(entry.header_offset for entry in archive.infolist()) == 0
    if not (starts_well and ends_well and content.startswith(ZIP_MAGIC)):
        raise ArchiveRefused(_FORGED)


def _check_entry(entry: ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise ArchiveRefused(LOCKED)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveRefused(_FORGED)
    # orig_filename: ZipFile silently cuts a name at NUL.
    name = entry.orig_filename.replace("\\", "/")
    if "\0" in name or ":" in name or name.startswith("/") or ".." in name.split("/"):
        raise ArchiveRefused(_FORGED)


def _check_true_size(entry: ZipInfo, content: bytes) -> None:
    """The directory may lie about sizes, and other unzippers do not stop where it says."""
    name_size, extra_size = _LOCAL_HEADER.unpack_from(content, entry.header_offset)
    start = entry.header_offset + _LOCAL_HEADER.size + name_size + extra_size
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == ZIP_STORED:
        honest = len(packed) == entry.file_size
    elif entry.compress_type == ZIP_DEFLATED:
        unpacked = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.file_size + 1)
        honest = len(unpacked) == entry.file_size
    else:
        honest = False
    if not honest:
        raise ArchiveRefused(_FORGED)


def _has_macros(archive: ZipFile) -> bool:
    names = [name.lower() for name in archive.namelist()]
    if any(name.endswith("vbaproject.bin") or "/activex/" in name for name in names):
        return True
    return any(b"macroenabled" in part.lower() for part in _content_types(archive))


def _content_types(archive: ZipFile) -> Iterator[bytes]:
    if "[Content_Types].xml" in archive.namelist():
        yield archive.read("[Content_Types].xml")
