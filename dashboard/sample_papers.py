"""Small files for made-up applications to attach; each its own, so that none is a copy."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from foundation.documents import OfficialDocument


def word_file(title: str, text: str) -> SimpleUploadedFile:
    document = OfficialDocument()
    document.title(title)
    document.paragraph(text)
    return SimpleUploadedFile(f"{title}.docx", document.to_bytes())


def picture(title: str, number: int) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (64, 48), number % 0xFFFFFF).save(content, "PNG")
    return SimpleUploadedFile(f"{title}.png", content.getvalue())
