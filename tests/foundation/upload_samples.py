"""Files of every sort, made on the spot."""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
from PIL import Image

EXE = b"MZ\x90\x00" + b"\0" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GIF_SCRIPT = b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)//;"  # a picture, and a script that runs
DOCTYPE = b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


class Uploaded(io.BytesIO):
    def __init__(self, content, name):
        super().__init__(content)
        self.name = name


def pdf(catalog=b"", objects=b"", trailer=b""):
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R" + catalog + b">>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
        + objects
        + b"trailer<</Root 1 0 R"
        + trailer
        + b">>\n%%EOF\n"
    )


def pdf_with_packed(objects, header=b"/Filter/FlateDecode"):
    packed = zlib.compress(objects)
    length = str(len(packed)).encode()
    return pdf(
        objects=b"9 0 obj<</Type/ObjStm/N 1/First 4"
        + header
        + b"/Length "
        + length
        + b">>stream\n"
        + packed
        + b"\nendstream endobj\n"
    )


def locked_pdf():
    key = b"<" + b"41" * 32 + b">"
    encrypt = b"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O" + key + b"/U" + key + b">>/ID[<41><41>]"
    return pdf(trailer=encrypt)


def word(text="内容"):
    document = docx.Document()
    document.add_paragraph(text)
    return _bytes(document)


def excel():
    return _bytes(openpyxl.Workbook())


def picture(kind="JPEG", size=(60, 40), **options):
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind, **options)
    return buffer.getvalue()


def huge_png(side=30_000):
    """A few bytes that announce 30,000 × 30,000 pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(header))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0)
        + b"IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


def archive(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()


def with_part(content, part, data):
    """An office file with one part added or replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    return archive(members | {part: data})


def with_false_size(content):
    """The directory says one byte for the largest entry, in both headers; it holds far more."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        size = max(entry.file_size for entry in file.infolist())
    return content.replace(struct.pack("<I", size), struct.pack("<I", 1))


def with_link(content):
    entry = zipfile.ZipInfo("word/link.xml")
    entry.external_attr = 0o120777 << 16
    return with_part(content, entry, "/etc/passwd")


def locked_zip(content):
    """Every entry flagged as encrypted, in both headers."""
    data = bytearray(content)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(magic)
        while position != -1:
            data[position + offset] |= 1
            position = data.find(magic, position + 4)
    return bytes(data)


def _bytes(savable):
    buffer = io.BytesIO()
    savable.save(buffer)
    return buffer.getvalue()
