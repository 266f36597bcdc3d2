"""The largest files that may come, honest and not, made on the spot: name → its bytes."""

import io
import os
import struct
import zipfile
import zlib

import xlsxwriter
from PIL import Image

from foundation.uploads.images import MAX_PIXELS
from tests.foundation import upload_samples as samples
from tests.schools.sheets import TITLES, line

MB = 1024 * 1024


def photo(share=1.0, mode="RGB", kind="JPEG", *, turned=True, **options):
    """A grainy picture of `share` of the pixels allowed, taken by a phone turned sideways."""
    width = int((MAX_PIXELS * share * 4 / 3) ** 0.5)
    image = Image.new("RGB", (width, int(MAX_PIXELS * share) // width))
    grain = Image.merge("RGB", [Image.effect_noise((512, 512), 60)] * 3)
    for x in range(0, image.width, 512):
        for y in range(0, image.height, 512):
            image.paste(grain, (x, y))
    exif = Image.Exif()
    exif[0x0112] = 6 if turned else 1
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, kind, exif=exif, **options)
    return buffer.getvalue()


def photo_with_comments():
    """48 MB of remarks before the picture begins."""
    content = photo(quality=50)
    remark = b"\xff\xfe" + struct.pack(">H", 0xFFFF) + b"x" * 0xFFFD
    return content[:2] + remark * (40 * MB // len(remark)) + content[2:]


def png_with_texts():
    """A picture of the full size behind packed texts that unpack to 60 MB."""
    content = photo(kind="PNG", compress_level=1)
    packed = zlib.compress(b" " * MB)
    chunk = b"zTXt" + b"Comment\0\0" + packed
    texts = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return content[:33] + texts * 60 + content[33:]


def pdf_of(filling):
    return samples.pdf(objects=b"8 0 obj<<>>stream\n" + filling + b"\nendstream endobj\n")


def office_with(part, data, packing=zipfile.ZIP_STORED):
    buffer = io.BytesIO(samples.word())
    with zipfile.ZipFile(buffer, "a", packing) as file:
        file.writestr(part, data)
    return buffer.getvalue()


def sheet(rows, columns=0):
    """A register of `rows` schools with so many more columns, written as Excel does."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [*TITLES, *(f"列{n}" for n in range(columns))])
        own = line(1)
        for row in range(1, rows + 1):
            page.write_row(row, 0, own)
            for column in range(columns):
                page.write_string(row, len(own) + column, f"{row}-{column}")
    return buffer.getvalue()


def xml_of_many_cells():
    return b"<w>" + b"<a/>" * (12 * MB) + b"</w>"


REFUSED, ACCEPTED = "。", "accepted"
# name → (its bytes, as what it comes, by which door, how the answer must look)
FIRST = {
    "photo": (photo, "a.jpg", "attach", ACCEPTED),
    "packed objects of 29 MB": (
        lambda: samples.pdf_with_packed(b"0" * 29 * MB), "a.pdf", "attach", ACCEPTED,
    ),
}  # fmt: skip
REST = {
    "progressive photo": (
        lambda: photo(0.5, progressive=True, subsampling=0), "a.jpg", "attach", ACCEPTED,
    ),
    "photo in print colours": (lambda: photo(0.5, "CMYK"), "a.jpg", "attach", ACCEPTED),
    "photo of 40 MB": (lambda: photo(quality=100, subsampling=0), "a.jpg", "attach", ACCEPTED),
    "photo with 40 MB of remarks": (photo_with_comments, "a.jpg", "attach", ACCEPTED),
    "four photos at once": (photo, "a.jpg", "attach", ACCEPTED),
    "png": (lambda: photo(1, "RGBA", "PNG", compress_level=1), "a.png", "attach", ACCEPTED),
    "png with packed texts": (png_with_texts, "a.png", "attach", ACCEPTED),
    "40 megapixels": (lambda: photo(1.6), "a.jpg", "attach", REFUSED),
    "40 megapixels, progressive": (
        lambda: photo(1.6, progressive=True), "a.jpg", "attach", REFUSED,
    ),
    "pdf of 49 MB": (lambda: pdf_of(os.urandom(49 * MB)), "a.pdf", "attach", ACCEPTED),
    "pdf of 49 MB in plain": (
        lambda: samples.pdf(objects=b"%" + b"x" * 49 * MB + b"\n"), "a.pdf", "attach", ACCEPTED,
    ),
    "word with 48 MB of pictures": (
        lambda: office_with("word/media/a.png", os.urandom(48 * MB)), "a.docx", "attach", ACCEPTED,
    ),
    "word with 48 MB of text": (
        lambda: office_with("word/a.xml", xml_of_many_cells()), "a.docx", "attach", ACCEPTED,
    ),
    "register of 20,000 rows": (lambda: sheet(20_000), "a.xlsx", "import", "20000 rows"),
    "register of 200 columns": (lambda: sheet(1_700, 186), "a.xlsx", "import", "1700 rows"),
    "register of too many cells": (lambda: sheet(2_000, 186), "a.xlsx", "import", REFUSED),
}  # fmt: skip
