"""A PDF made anew of the pictures of its pages, with places blacked out: a program of its own.

What comes out has no text, no metadata, no notes and no attachments, whatever went in: what is not
drawn is not there. Like `foundation.drawing` it has hard limits. By stdin come one line of JSON
(two expressions) and the PDF; by stdout go one line of JSON and the new PDF.
"""

import io
import json
import re
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MOST_MEMORY = 1536 * 1024 * 1024  # bytes of address space
MOST_SECONDS = 120  # of the processor
LONGEST_WAIT = 240  # seconds by the clock
MOST_PAGES = 120
_DOTS = 130  # an inch: small print stays readable
_WIDEST = 2200  # pixels of either side
_QUALITY = 80
_ROOT = Path(__file__).resolve().parent.parent
_TOO_LONG = 4


class CannotRedraw(Exception):
    """Too heavy, too long or broken."""


@dataclass(frozen=True, slots=True)
class Redrawn:
    """`unread`: pages on which a picture, or nothing that can be read, may still say anything."""

    content: bytes
    blackened: int
    unread: tuple[int, ...]


def redrawn(content: bytes, words: str, numbers: str) -> Redrawn:
    """Two expressions for the text of each page: `words` as if it had no spaces and line ends."""
    command = [sys.executable, "-m", "foundation.redrawing"]
    order = json.dumps([words, numbers]).encode() + b"\n"
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            input=order + content,
            capture_output=True,
            cwd=_ROOT,
            timeout=LONGEST_WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotRedraw from error
    told, _, made = done.stdout.partition(b"\n")
    if done.returncode or not made.startswith(b"%PDF-"):
        raise CannotRedraw
    facts = json.loads(told)
    return Redrawn(made, facts["blackened"], tuple(facts["unread"]))


def _redraw(content: bytes, words: str, numbers: str) -> bytes:
    import pypdfium2
    from pypdfium2 import raw as pdfium

    document = pypdfium2.PdfDocument(content)
    if not 1 <= len(document) <= MOST_PAGES:
        sys.exit(_TOO_LONG)
    wanted = [re.compile(one, re.IGNORECASE) if one else None for one in (words, numbers)]
    pictures, unread, blackened = [], [], 0
    for number, page in enumerate(document, 1):
        boxes, is_read = _places(page, wanted)
        has_picture = any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))
        if has_picture or not is_read:
            unread.append(number)
        blackened += len(boxes)
        pictures.append(_picture(page, boxes))
        page.close()
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, "PDF", save_all=True, append_images=pictures[1:], resolution=_DOTS, quality=_QUALITY
    )
    facts = json.dumps({"blackened": blackened, "unread": unread})
    return facts.encode() + b"\n" + buffer.getvalue()


def _places(page, wanted):  # type: ignore[no-untyped-def]  # the libraries are imported late
    """The box of every character of every hit, and whether the page has text at all."""
    from pypdfium2 import raw as pdfium

    text = page.get_textpage()
    count = text.count_chars()
    every = [(chr(pdfium.FPDFText_GetUnicode(text.raw, i)), i) for i in range(count)]
    chars = [(char, i) for char, i in every if not char.isspace() and char != "\0"]
    boxes = []
    for expression, found in zip(wanted, (chars, every), strict=True):
        line = "".join(char for char, _ in found)
        for hit in expression.finditer(line) if expression else ():
            keys = [i for _, i in found[hit.start() : hit.end()]]
            boxes += [text.get_charbox(i, loose=True) for i in keys]
    return boxes, bool(chars)


def _picture(page, boxes):  # type: ignore[no-untyped-def]
    import ctypes

    from PIL import ImageDraw
    from pypdfium2 import raw as pdfium

    width, height = page.get_size()
    scale = min(_DOTS / 72, _WIDEST / max(width, height, 1))
    # Notes on the page are not in its text, so they are not drawn.
    picture = page.render(scale=scale, draw_annots=False).to_pil().convert("RGB")
    pen = ImageDraw.Draw(picture)
    for left, bottom, right, top in boxes:
        corners = []
        for x, y in ((left, bottom), (right, top)):
            across, down = ctypes.c_int(), ctypes.c_int()
            pdfium.FPDF_PageToDevice(
                page.raw, 0, 0, picture.width, picture.height, 0, x, y, across, down
            )
            corners.append((across.value, down.value))
        (x0, y0), (x1, y1) = corners
        pen.rectangle(
            (min(x0, x1) - 1, min(y0, y1) - 1, max(x0, x1) + 1, max(y0, y1) + 1), fill="black"
        )
    return picture


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # It writes to no file.
    order, _, body = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(_redraw(body, *json.loads(order)))
