"""A made-up scan of a stamped form: a sheet with a round seal and no name on it."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

_A4 = (620, 877)
_SEAL = (400, 660, 540, 800)


def scan() -> SimpleUploadedFile:
    sheet = Image.new("RGB", _A4, "white")
    pen = ImageDraw.Draw(sheet)
    for line in range(120, 620, 40):
        pen.rectangle((70, line, 550, line + 40), outline="black")
    pen.ellipse(_SEAL, outline=(196, 30, 30), width=5)
    content = io.BytesIO()
    sheet.save(content, "PNG")
    return SimpleUploadedFile("申报表盖章扫描件（演示）.png", content.getvalue())
