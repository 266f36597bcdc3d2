"""The fonts of official papers: named, not embedded, because they are licensed."""

from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

BODY, TITLE, BLACK, KAI, FOOTER = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
# What a machine without them uses instead, told to Word in the font table.
SUBSTITUTES = {BODY: "FangSong", TITLE: "SimSun", BLACK: "SimHei", KAI: "KaiTi", FOOTER: "SimSun"}
_SCRIPTS = ("ascii", "hAnsi", "eastAsia", "cs")
_THEMES = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def name_fonts(fonts: Any, font: str) -> None:
    """Set a w:rFonts for all scripts; python-docx alone leaves out the Chinese one."""
    for theme in _THEMES:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in _SCRIPTS:
        fonts.set(qn(f"w:{script}"), font)


def add_run(paragraph: Paragraph, text: str, font: str, points: float) -> Any:
    run: Any = paragraph.add_run(text)
    run.font.size = Pt(points)
    name_fonts(run._r.get_or_add_rPr().get_or_add_rFonts(), font)
    return run


def write_font_table(document: Document) -> None:
    """The font table is a plain part to python-docx, so its bytes are replaced whole."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in SUBSTITUTES.items()
    )
    part: Any = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()
