"""PDF, set by Typst in our own fonts: nothing is fetched, and no character is lost."""

import json
import re
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from foundation.documents.text import literal

TEMPLATES = Path(settings.BASE_DIR, "templates", "pdf")
FONTS = Path(settings.BASE_DIR, "fonts")
_LOST = re.compile(r'the text [`"]+(.+?)[`"]+ could not be displayed', re.DOTALL)


class CannotPrint(Exception):
    """The text holds a character that the fonts lack; str(e) is a Chinese sentence."""


def render_pdf(template: str, data: Any) -> bytes:
    """`data` reaches the template as JSON, so what users wrote stays text and is never run."""
    try:
        pdf: bytes = typst.compile(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(_cleaned(data), ensure_ascii=False)},
            # For the archive; and a character without a glyph is then refused, where every other
            # way prints an empty box and says nothing.
            pdf_standards=["a-2b"],
        )
    except typst.TypstError as error:
        lost = _LOST.search(str(error))
        if lost is None:
            raise
        raise CannotPrint(
            f"“{lost.group(1)}”不在字库中，不能生成 PDF。请改用规范汉字后再试。"
        ) from error
    return pdf


def _cleaned(data: Any) -> Any:
    if isinstance(data, str):
        return literal(data)
    if isinstance(data, dict):
        return {key: _cleaned(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_cleaned(value) for value in data]
    return data
