"""One page of a PDF, or a picture, as a smaller JPEG: a program of its own with hard limits.

What people send is decoded here and never in the web process: a file that takes too much memory or
time ends this program only. Bytes come in by stdin, the JPEG goes out by stdout; it holds nothing
but pixels. `python -m foundation.drawing pdf 3` draws the third page.
"""

import io
import resource
import subprocess
import sys
import threading
from pathlib import Path

MOST_MEMORY = 1024 * 1024 * 1024  # bytes of address space
MOST_SECONDS = 15  # of the processor
LONGEST_WAIT = 30  # seconds by the clock
WIDEST, HIGHEST = 1400, 2000  # pixels
_QUALITY = 82
_NO_SUCH_PAGE = 3
# Two at a time in each web process: the others wait their turn, not the whole site.
_TURNS = threading.BoundedSemaphore(2)
_ROOT = Path(__file__).resolve().parent.parent


class CannotDraw(Exception):
    """Too heavy or broken; the file can still be downloaded."""


class NoSuchPage(Exception):
    pass


def drawn(content: bytes, kind: str, page: int = 1) -> bytes:
    """The JPEG of page `page`, from 1. Raises NoSuchPage, or CannotDraw when the limits are met."""
    command = [sys.executable, "-m", "foundation.drawing", kind, str(page)]
    if not _TURNS.acquire(timeout=LONGEST_WAIT):
        raise CannotDraw
    try:
        done = subprocess.run(  # noqa: S603 - our own program, its words from our own table
            command,
            input=content,
            capture_output=True,
            cwd=_ROOT,
            timeout=LONGEST_WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotDraw from error
    finally:
        _TURNS.release()
    if done.returncode == _NO_SUCH_PAGE:
        raise NoSuchPage
    if done.returncode or not done.stdout.startswith(b"\xff\xd8\xff"):
        raise CannotDraw
    return done.stdout


def _draw(content: bytes, kind: str, page: int) -> bytes:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = 26_000_000
    if kind == "pdf":
        image = _page(content, page)
    elif page == 1:
        # The format is the register's, not the file's own word for itself.
        with Image.open(io.BytesIO(content), formats=(kind.upper(),)) as opened:
            opened.draft("RGB", (WIDEST, HIGHEST))
            image = ImageOps.exif_transpose(opened)
    else:
        sys.exit(_NO_SUCH_PAGE)
    image.thumbnail((WIDEST, HIGHEST))
    if image.mode in ("RGBA", "LA", "P", "PA"):
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    image = image.convert("RGB")
    image.info = {}
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _page(content: bytes, page: int):  # type: ignore[no-untyped-def]  # PIL is imported late
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    if not 1 <= page <= len(document):
        sys.exit(_NO_SUCH_PAGE)
    found = document[page - 1]
    width, height = found.get_size()
    scale = min(WIDEST / max(width, 1), HIGHEST / max(height, 1), 4)
    return found.render(scale=scale).to_pil()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # It writes to no file.
    sys.stdout.buffer.write(_draw(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2])))
