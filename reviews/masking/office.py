"""A Word or Excel file without its makers: words masked, what only tells of people taken out."""

import io
import re
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

from foundation.archives import open_office_archive
from foundation.uploads.images import cleaned_image
from foundation.uploads.kinds import Kind, UploadRefused
from reviews.masking.words import PERSON, Masker

# Who wrote, when and with what; remarks in the margin; data of templates.
_LEFT_OUT = re.compile(
    r"^(?:docProps/|customXml/|word/(?:comments|people)|xl/(?:comments|threadedComments|persons)"
    r"|xl/revisions/|xl/externalLinks/|word/glossary/)",
    re.I,
)
_PICTURES = {".jpg": Kind.JPG, ".jpeg": Kind.JPG, ".png": Kind.PNG}
_PEOPLE = frozenset({"author", "initials", "lastModifiedBy", "userName", "displayName", "userId"})
_NOTED = frozenset({"commentRangeStart", "commentRangeEnd", "commentReference", "legacyDrawing"})
# What holds the pieces of one line of text.
_LINES = frozenset({"p", "si", "is"})
_PIECES = frozenset({"t", "delText", "instrText"})
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


class CannotClean(Exception):
    """str(e) says in Chinese what is in the way."""


def cleaned_office(content: bytes, masker: Masker) -> tuple[bytes, bool]:
    """The copy, and whether there are pictures in it that only a person can look at."""
    buffer, has_pictures = io.BytesIO(), False
    with open_office_archive(content) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            if _LEFT_OUT.match(name) or name.endswith("/"):
                continue
            data = source.read(name)
            extension = name[name.rfind(".") :].lower()
            if extension in _PICTURES:
                data, has_pictures = _picture(data, _PICTURES[extension]), True
            elif extension in (".xml", ".rels", ".vml"):
                data = _part(name, data, masker)
            elif extension in (".emf", ".wmf", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".wdp"):
                raise CannotClean("文件中有不能清理的图片，请隐去这个文件。")
            elif "printerSettings" not in name and extension not in (".odttf", ".fntdata"):
                raise CannotClean("文件中嵌有其他文件，请隐去这个文件。")
            # A fixed day: the archive does not say when its parts were made.
            target.writestr(masker.words(name), data)
    return buffer.getvalue(), has_pictures


def words_of(content: bytes) -> str:
    """All text of all parts, a line each, to look through once more."""
    lines = []
    with ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                tree = etree.fromstring(archive.read(name), _PARSER)
                lines += [name, *_lines(tree)]
                for element in tree.iter(etree.Element):
                    lines += element.attrib.values()
    return "\n".join(lines)


def _lines(tree: etree._Element) -> list[str]:
    found = [
        "".join(piece.text or "" for piece in _pieces(line))
        for line in tree.iter(etree.Element)
        if _local(line) in _LINES
    ]
    return found + [element.text for element in tree.iter(etree.Element) if element.text]


def _picture(data: bytes, kind: Kind) -> bytes:
    try:
        return cleaned_image(io.BytesIO(data), kind)
    except UploadRefused as error:
        raise CannotClean("文件中有打不开的图片，请隐去这个文件。") from error


def _part(name: str, data: bytes, masker: Masker) -> bytes:
    tree = etree.fromstring(data, _PARSER)
    if name == "[Content_Types].xml" or name.endswith(".rels"):
        _forget_parts(tree, masker)
    else:
        _mask(tree, masker)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _forget_parts(tree: etree._Element, masker: Masker) -> None:
    """Parts that are gone are named nowhere; addresses outside lead nowhere."""
    for element in list(tree):
        target = element.get("PartName", element.get("Target", ""))
        path = target.lstrip("/").removeprefix("../")
        kind = element.get("Type", "").rpartition("/")[2]
        gone = _LEFT_OUT.match(path) or any(
            _LEFT_OUT.match(f"{folder}/{path}") for folder in ("word", "xl")
        )
        if gone or kind in ("comments", "customXml", "people", "core-properties", "vmlDrawing"):
            tree.remove(element)
        elif element.get("TargetMode") == "External":
            element.set("Target", "about:blank")
        else:
            for key in ("Target", "PartName"):
                if element.get(key):
                    element.set(key, masker.words(element.get(key, "")))


def _mask(tree: etree._Element, masker: Masker) -> None:
    for element in list(tree.iter(etree.Element)):
        parent = element.getparent()
        if parent is not None and _local(element) in (*_NOTED, "externalReferences"):
            parent.remove(element)
    for element in tree.iter(etree.Element):
        if _local(element) in _LINES:
            _mask_line(element, masker)
    for element in tree.iter(etree.Element):
        for key, value in element.attrib.items():
            is_person = etree.QName(key).localname in _PEOPLE
            element.set(key, PERSON if is_person else masker.words(value))
        if element.text and element.text.strip():
            _mask_text(element, masker)
        if element.tail and element.tail.strip():
            element.tail = masker.text(element.tail)


def _mask_text(element: etree._Element, masker: Masker) -> None:
    shown = masker.text(element.text or "")
    if shown == element.text:
        return
    cell = element.getparent()
    if _local(element) == "v" and cell is not None and _local(cell) == "c":
        cell.set("t", "str")  # A number that told who it is becomes words.
    element.text = shown


def _mask_line(line: etree._Element, masker: Masker) -> None:
    """Word cuts a name into pieces wherever somebody stopped typing: the line is read as one."""
    pieces = [piece for piece in _pieces(line) if piece.text]
    whole = "".join(piece.text or "" for piece in pieces)
    shown = masker.text(whole)
    if pieces and shown != whole:
        pieces[0].text = shown
        for piece in pieces[1:]:
            piece.text = ""


def _pieces(line: etree._Element) -> list[etree._Element]:
    return [element for element in line.iter(etree.Element) if _local(element) in _PIECES]


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
