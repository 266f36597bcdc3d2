"""Files of every kind that tell who made them, in words and in what stands behind the words."""

import io
import tempfile
import zipfile
from pathlib import Path

import docx
import openpyxl
import typst
from django.conf import settings
from openpyxl.comments import Comment
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from foundation.uploads import Kind

NAME, PERSON = "平江新城实验小学", "钱书记"


def word():
    document = docx.Document()
    line = document.add_paragraph()
    for piece in ("平江", "新城", "实验小学的做法，", PERSON, "主讲，座机0512-66667777。"):
        line.add_run(piece)
    table = document.add_table(1, 1)
    table.cell(0, 0).text = f"沧浪新区{NAME}"
    document.sections[0].header.paragraphs[0].text = f"{NAME}页眉"
    document.core_properties.author = PERSON
    document.core_properties.title = NAME
    document.core_properties.comments = NAME
    document.add_comment(line.runs, text=f"{PERSON}批注", author=PERSON, initials="钱")
    document.add_picture(io.BytesIO(png()))
    saved = io.BytesIO()
    document.save(saved)
    return _with_changes(saved.getvalue())


def _with_changes(content):
    """What Word leaves behind when changes were tracked, and the name of a company."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                mark = (
                    f'<w:p><w:ins w:id="9" w:author="{PERSON}" w:date="2026-03-01T08:00:00Z">'
                    f"<w:r><w:t>新增</w:t></w:r></w:ins><w:del w:id="
                    f'"10" w:author="{PERSON}"><w:r><w:delText>{NAME}</w:delText></w:r></w:del></w:p>'
                )
                data = data.replace(b"<w:body>", f"<w:body>{mark}".encode())
            new.writestr(name, data)
    return target.getvalue()


def workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "平江新城实验小学"
    sheet["A1"], sheet["A2"], sheet["A3"] = f"{NAME}汇总", 2132777001, 12
    sheet["B1"] = f"='{NAME}'!A3*2"
    sheet["A1"].comment = Comment(f"{PERSON}说明", PERSON)
    book.properties.creator = PERSON
    book.properties.title = NAME
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def pdf():
    return _typst(
        f'#set document(title: "{NAME}", author: "{PERSON}")\n'
        f'#set page(width: 300pt, height: 300pt)\n#set text(font: "{FONT}")\n'
        f"{NAME}的做法，{PERSON}主讲。\n\n别的文字。\n#pagebreak()\n平江新城\\\n实验小学（第二页）"
    )


FONT = "Noto Serif SC"


def _typst(source):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.typ"
        path.write_text(source)
        return typst.compile(str(path), format="pdf", font_paths=[str(settings.BASE_DIR / "fonts")])


def jpeg():
    exif = Image.Exif()
    exif[0x013B], exif[0x010E] = PERSON, NAME  # artist, description
    saved = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(saved, "JPEG", exif=exif, comment=NAME.encode())
    return saved.getvalue()


def png():
    facts = PngInfo()
    facts.add_itxt("Author", PERSON)
    saved = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(saved, "PNG", pnginfo=facts)
    return saved.getvalue()


FILES = {
    Kind.DOCX: word, Kind.XLSX: workbook, Kind.PDF: pdf, Kind.JPG: jpeg, Kind.PNG: png,
}  # fmt: skip
