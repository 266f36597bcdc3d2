import importlib.util
import shutil
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from pypdfium2 import raw

from foundation.documents import CannotPrint, pdf, render_pdf

FONTS = Path(settings.BASE_DIR, "fonts")
# In names of people and schools, and missing from many fonts.
RARE = "彧𠮷龘䶮㙓𬭼𫖯翀喆堃嫄镕犇〇"


@pytest.fixture(autouse=True)
def plain_template(tmp_path, monkeypatch):
    """A paper that shows one line of text in both weights."""
    shutil.copy(pdf.TEMPLATES / "_base.typ", tmp_path)
    body = '#import "_base.typ": *\n#show: paper\n#data.text\n\n*#data.text*\n'
    (tmp_path / "plain.typ").write_text(body, encoding="utf-8")
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)


def read(content):
    return "".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)
    )


def picture(text):
    page = pypdfium2.PdfDocument(render_pdf("plain.typ", {"text": text}))[0]
    return page.render(scale=2).to_pil().tobytes()


@pytest.mark.parametrize("character", RARE)
def test_a_rare_character_is_set_in_both_weights(character):
    assert read(render_pdf("plain.typ", {"text": character})).count(character) == 2


def test_rare_characters_do_not_look_alike_as_boxes_would():
    assert len({picture(character) for character in RARE}) == len(RARE)


@pytest.mark.parametrize("character", ["😀", "\U000323af"])
def test_a_character_without_a_glyph_is_refused_by_name(character):
    with pytest.raises(CannotPrint, match=f"“.*{character}.*”不在字库中"):
        render_pdf("plain.typ", {"text": f"红烛{character}先锋"})


@pytest.mark.parametrize(
    "text",
    ['#read("/etc/hostname")', "*红* _烛_ $x^2$", "#{panic()}", "#sys.inputs", "</script>\\ A&B"],
)
def test_what_users_wrote_stays_text(text):
    printed = read(render_pdf("plain.typ", {"text": text})).replace("\r\n", "").replace(" ", "")

    assert text.replace(" ", "").replace('"', "") in printed.replace("“", "").replace(
        "”", ""
    ).replace('"', "")


def test_a_template_reads_nothing_outside_its_folder(tmp_path):
    (tmp_path / "curious.typ").write_text('#read("../../etc/hostname")', encoding="utf-8")

    with pytest.raises(Exception, match=r"root|access|not found"):
        render_pdf("curious.typ", {})


def test_characters_that_no_font_has_but_nobody_sees_are_left_out():
    assert "红烛" in read(render_pdf("plain.typ", {"text": "红\x00\x0b\ud800烛"}))


def test_fonts_travel_with_the_file():
    page = pypdfium2.PdfDocument(render_pdf("plain.typ", {"text": "红烛"}))[0]
    fonts = [raw.FPDFTextObj_GetFont(one) for one in page.get_objects([raw.FPDF_PAGEOBJ_TEXT])]

    assert len(fonts) == 2
    assert all(raw.FPDFFont_GetIsEmbedded(font) == 1 for font in fonts)


def test_fonts_are_those_of_the_lock_file():
    spec = importlib.util.spec_from_file_location("refresh_fonts", FONTS / "refresh.py")
    refresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(refresh)

    assert refresh.differences() == []
    assert (FONTS / "LICENSE").is_file()
