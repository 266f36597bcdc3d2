"""A small Word file for made-up applications to attach; each its own, so that none is a copy."""

from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.documents import OfficialDocument


def word_file(title: str, text: str) -> SimpleUploadedFile:
    document = OfficialDocument()
    document.title(title)
    document.paragraph(text)
    return SimpleUploadedFile(f"{title}.docx", document.to_bytes())
