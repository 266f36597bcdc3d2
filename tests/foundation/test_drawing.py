import io
import time

import pytest
from PIL import ExifTags, Image

from foundation import drawing
from foundation.drawing import CannotDraw, NoSuchPage, drawn
from tests.foundation import upload_samples as samples


def look(content):
    return Image.open(io.BytesIO(content))


def test_a_page_of_a_pdf_becomes_a_picture():
    found = look(drawn(samples.pdf(), "pdf", 1))

    assert (found.format, found.size) == ("JPEG", (800, 800))


@pytest.mark.parametrize(("kind", "page"), [("pdf", 2), ("pdf", 0), ("jpeg", 2)])
def test_there_is_no_such_page(kind, page):
    content = samples.pdf() if kind == "pdf" else samples.picture()
    with pytest.raises(NoSuchPage):
        drawn(content, kind, page)


def test_a_photo_is_turned_made_small_and_told_nothing_more():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Camera"
    content = samples.picture(size=(3000, 1000), exif=exif)

    found = look(drawn(content, "jpeg"))

    assert found.height == drawing.HIGHEST
    assert found.width < found.height
    assert not found.getexif()
    assert b"Camera" not in drawn(content, "jpeg")


def test_what_is_seen_through_lies_on_paper():
    buffer = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(buffer, "PNG")

    assert look(drawn(buffer.getvalue(), "png")).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 rubbish", "pdf"),
        (b"rubbish", "jpeg"),
        (samples.huge_png(), "png"),
        (samples.SVG, "png"),
        (samples.picture("PNG"), "jpeg"),
    ],
)
def test_what_is_broken_or_too_large_ends_the_drawing_only(content, kind):
    with pytest.raises(CannotDraw):
        drawn(content, kind)


def test_a_page_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(drawing, "LONGEST_WAIT", 0.01)
    started = time.monotonic()

    with pytest.raises(CannotDraw):
        drawn(samples.pdf(), "pdf")
    assert time.monotonic() - started < 5


def test_a_page_of_a_square_kilometre_stays_small():
    wide = samples.pdf().replace(b"[0 0 200 200]", b"[0 0 14400 20]")
    found = look(drawn(wide, "pdf"))
    assert found.width <= drawing.WIDEST
