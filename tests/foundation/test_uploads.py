import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from foundation.uploads import Kind, UploadRefused, inspect
from tests.effort import within
from tests.foundation import upload_samples as samples
from tests.foundation.upload_samples import Uploaded

MB = 1024 * 1024


def look(content, name, **options):
    return inspect(Uploaded(content, name), **{"max_bytes": 20 * MB} | options)


DOCX, XLSX, PDF = samples.word(), samples.excel(), samples.pdf()
JPG, PNG = samples.picture(), samples.picture("PNG")
RELS = (
    b'<Relationships><Relationship Id="r1" TargetMode="External" Target="%s" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
    b"</Relationships>"
)


def related(kind, target, content=DOCX):
    """With something of the `kind` to be fetched from `target`."""
    rels = (RELS % target).replace(b"attachedTemplate", kind.encode())
    return samples.with_part(content, "word/_rels/s.xml.rels", rels)


SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"

ACCEPTED = {
    "pdf": (PDF, "报告.pdf", Kind.PDF),
    "pdf with packed objects": (samples.pdf_with_packed(b"5 0 <</A 1>>"), "a.pdf", Kind.PDF),
    "docx": (DOCX, "申报表.DOCX", Kind.DOCX),
    "docx with a local template": (
        samples.with_part(DOCX, "word/_rels/s.xml.rels", RELS % rb"file:///C:\Users\a\b.dotm"),
        "a.docx",
        Kind.DOCX,
    ),
    "docx with a link": (related("hyperlink", b"https://example.com/"), "a.docx", Kind.DOCX),
    "docx with a chart's sheet": (
        samples.with_part(DOCX, "word/embeddings/Microsoft_Excel_Sheet.xlsx", XLSX),
        "a.docx",
        Kind.DOCX,
    ),
    "docx with an equation": (
        samples.with_part(DOCX, "word/embeddings/oleObject1.bin", samples.OLE),
        "a.docx",
        Kind.DOCX,
    ),
    "xlsx": (XLSX, "汇总.xlsx", Kind.XLSX),
    "jpg": (JPG, "照片.jpg", Kind.JPG),
    "jpeg": (JPG, "照片.jpeg", Kind.JPG),
    "png": (PNG, "图.png", Kind.PNG),
}


@pytest.mark.parametrize(("content", "name", "kind"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepts_what_people_really_send(content, name, kind):
    found = look(content, name)
    assert (found.kind, found.name, found.extension) == (kind, name, kind.value)
    assert found.size == len(found.content)
    assert found.sha256 == hashlib.sha256(found.content).hexdigest()
    if kind not in (Kind.JPG, Kind.PNG):
        assert found.content == content


def nested(depth):
    """Archives in archives."""
    content = b"x"
    for _ in range(depth):
        content = samples.archive({"a.zip": content})
    return content


def big(name, size):
    return samples.with_part(DOCX, name, b"0" * size)


REFUSED = {
    "empty": (b"", "a.pdf", "0 字节"),
    "too large": (PDF + b"\0" * 20 * MB, "a.pdf", "20 MB"),
    "html": (samples.HTML, "a.html", "不接受"),
    "html named pdf": (samples.HTML, "a.pdf", "不是"),
    "svg": (samples.SVG, "a.svg", "不接受"),
    "svg named png": (samples.SVG, "a.png", "不是"),
    "exe behind pdf": (samples.EXE, "报告.pdf.exe", ".exe"),
    "exe named pdf": (samples.EXE, "报告.pdf", "不是"),
    "turned round": (samples.EXE, "报告\u202efdp.exe", ".exe"),
    "nul in name": (PDF, "报告.pdf\0.exe", ".exe"),
    "no extension": (PDF, "报告", "扩展名"),
    "htaccess": (b"x", ".htaccess", "不接受"),
    "eicar": (samples.EICAR, "a.docx", "不是"),
    "old doc": (samples.OLE, "a.docx", "旧版"),
    "locked docx": (samples.LOCKED, "a.docx", "密码"),
    "docm": (samples.with_part(DOCX, "word/vbaProject.bin", b"x"), "a.docm", "不接受"),
    "macro in docx": (samples.with_part(DOCX, "word/vbaProject.bin", b"x"), "a.docx", "宏"),
    "macro in xlsx": (samples.with_part(XLSX, "xl/vbaProject.bin", b"x"), "a.xlsx", "宏"),
    "docm by its types": (
        samples.with_part(DOCX, "[Content_Types].xml", b'<Types a="application/macroEnabled"/>'),
        "a.docx",
        "宏",
    ),
    "encrypted zip": (samples.locked_zip(DOCX), "a.docx", "密码"),
    "bomb": (big("word/big.xml", 60 * MB), "a.docx", "过大"),
    "bomb in xlsx": (
        samples.with_part(XLSX, "xl/worksheets/sheet1.xml", b"0" * 60 * MB),
        "a.xlsx",
        "过大",
    ),
    "small bomb": (big("word/big.xml", 20 * MB), "a.docx", "过大"),
    "bomb that lies": (samples.with_false_size(big("word/b.xml", 3 * MB)), "a.docx", "结构异常"),
    "nested zip": (samples.archive({"a.zip": samples.archive({"b": "c"})}), "a.docx", "压缩包"),
    "many entries": (
        samples.archive({f"word/{number}.xml": "" for number in range(1001)}),
        "a.docx",
        "过大",
    ),
    "billion laughs": (
        samples.with_part(DOCX, "word/document.xml", samples.DOCTYPE + b"<w>&b;</w>"),
        "a.docx",
        "结构异常",
    ),
    "external entity": (
        samples.with_part(DOCX, "[Content_Types].xml", samples.EXTERNAL + b"<T>&a;</T>"),
        "a.docx",
        "结构异常",
    ),
    "utf-16 doctype": (
        samples.with_part(DOCX, "word/a.xml", samples.DOCTYPE.decode().encode("utf-16")),
        "a.docx",
        "结构异常",
    ),
    "unknown encoding": (
        samples.with_part(DOCX, "word/a.xml", b'<?xml version="1.0" encoding="x-no"?><a/>'),
        "a.docx",
        "损坏",
    ),
    "remote template": (
        samples.with_part(DOCX, "word/_rels/s.xml.rels", RELS % b"http://example.com/a.dotm"),
        "a.docx",
        "模板",
    ),
    "remote picture": (related("image", b"http://example.com/a.png"), "a.docx", "网络"),
    "remote object": (related("oleObject", b"https://example.com/a"), "a.docx", "网络"),
    "picture of a share": (related("image", rb"\\evil\share\a.png"), "a.docx", "网络"),
    "remote frame": (related("frame", b"http://example.com/"), "a.docx", "网络"),
    "remote workbook": (
        related("externalLinkPath", b"http://example.com/a.xlsx", XLSX),
        "a.xlsx",
        "网络",
    ),
    "archive in docx in depth": (
        samples.with_part(DOCX, "word/embeddings/a.zip", nested(9)),
        "a.docx",
        "嵌入",
    ),
    "program in docx": (
        samples.with_part(DOCX, "word/embeddings/a.exe", samples.EXE),
        "a.docx",
        "嵌入",
    ),
    "program wrapped in docx": (
        samples.with_part(
            DOCX, "word/embeddings/oleObject1.bin", samples.OLE + "Ole10Native".encode("utf-16-le")
        ),
        "a.docx",
        "嵌入",
    ),
    "archives in depth": (nested(9), "a.docx", "压缩包"),
    "tags in depth": (
        samples.with_part(DOCX, "word/a.xml", b"<a>" * 200_000 + b"</a>" * 200_000),
        "a.docx",
        "过大",
    ),
    "path in zip": (samples.with_part(DOCX, "../../etc/a.xml", b"<a/>"), "a.docx", "结构异常"),
    "windows path in zip": (samples.with_part(DOCX, "..\\a.xml", b"<a/>"), "a.docx", "结构异常"),
    "link in zip": (samples.with_link(DOCX), "a.docx", "结构异常"),
    "zip behind docx": (DOCX + samples.archive({"a": "b"}), "a.docx", "结构异常"),
    "cut docx": (DOCX[:-200], "a.docx", "损坏"),
    "xlsx named docx": (XLSX, "a.docx", "扩展名是 .docx"),
    "png named jpg": (PNG, "a.jpg", "扩展名是 .jpg"),
    "gif and script named gif": (samples.GIF_SCRIPT, "a.gif", "不接受"),
    "gif and script": (samples.GIF_SCRIPT, "a.jpg", "不是"),
    "gif": (b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)", "a.png", "不是"),
    "pdf not at the start": (b"\n" * 20 + PDF, "a.pdf", "不是"),
    "zip behind pdf": (PDF + samples.archive({"a": "b"}), "a.pdf", "夹带"),
    "zip that is a pdf too": (samples.archive({"a.pdf": PDF, "b": "c"}), "a.pdf", "压缩包"),
    "pdf before docx": (PDF + DOCX, "a.docx", "内容却是PDF"),
    "zip inside pdf": (samples.pdf(objects=b"%" + samples.archive({"a": "b"})), "a.pdf", "夹带"),
    "html behind pdf header": (b"%PDF-1.4\n" + samples.HTML, "a.pdf", "损坏"),
    "docx and xlsx at once": (
        samples.with_part(DOCX, "xl/workbook.xml", b"<a/>"),
        "a.docx",
        "压缩包",
    ),
    "jar named docx": (samples.archive({"META-INF/MANIFEST.MF": "x"}), "a.docx", "压缩包"),
    "pdf of rubbish": (b"%PDF-1.4\nrubbish\n%%EOF", "a.pdf", "损坏"),
    "cut pdf": (PDF[:60], "a.pdf", "损坏"),
    "locked pdf": (samples.locked_pdf(), "a.pdf", "密码"),
    "pdf script": (samples.pdf(b"/OpenAction" + SCRIPT), "a.pdf", "脚本"),
    "pdf script, escaped": (
        samples.pdf(b"/OpenAction<</S/J#61vaScript/J#53(x)>>"),
        "a.pdf",
        "脚本",
    ),
    "pdf launch": (samples.pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "a.pdf", "脚本"),
    "pdf that sends": (
        samples.pdf(b"/OpenAction<</S/SubmitForm/F(http://example.com/)>>"),
        "a.pdf",
        "脚本",
    ),
    "pdf with a form of its own": (samples.pdf(b"/AcroForm<</XFA 5 0 R>>"), "a.pdf", "脚本"),
    "pdf js only": (samples.pdf(b"/OpenAction<</JS(x)>>"), "a.pdf", "脚本"),
    "pdf script, packed": (samples.pdf_with_packed(b"5 0 " + SCRIPT), "a.pdf", "脚本"),
    "pdf packed oddly": (
        samples.pdf_with_packed(b"5 0 <<>>", b"/Filter[/FlateDecode/ASCIIHexDecode]"),
        "a.pdf",
        "脚本",
    ),
    "30k png": (samples.huge_png(), "a.png", "像素"),
    "26 megapixel png": (samples.huge_png(5100), "a.png", "超过 2500 万像素"),
    "13 megapixel progressive": (
        samples.picture(size=(4000, 3200), progressive=True),
        "a.jpg",
        "超过 1250 万像素",
    ),
    "cut jpg": (samples.picture(size=(600, 400))[:1500], "a.jpg", "损坏"),
    "cut png": (PNG[:60], "a.png", "损坏"),
    "jpg of rubbish": (b"\xff\xd8\xff" + b"rubbish" * 20, "a.jpg", "损坏"),
}


@pytest.mark.parametrize(("content", "name", "sentence"), REFUSED.values(), ids=REFUSED)
def test_refuses_with_one_sentence_that_says_what_to_do(content, name, sentence):
    with pytest.raises(UploadRefused):
        look(content, name)  # Whatever a decoder does once is done.
    with within(0.05), pytest.raises(UploadRefused) as caught:
        look(content, name)
    message = str(caught.value)
    assert sentence in message
    assert message.endswith("。")
    assert "请" in message


def test_only_allowed_kinds_are_accepted():
    assert look(PDF, "a.pdf", allowed={"pdf"}).kind == "pdf"
    with pytest.raises(UploadRefused, match="可以上传：PDF。"):
        look(DOCX, "a.docx", allowed={Kind.PDF})


def test_django_uploads_are_read_from_their_start():
    uploaded = SimpleUploadedFile("a.pdf", PDF)
    uploaded.read()
    uploaded.size = 1
    assert inspect(uploaded, max_bytes=MB).size == len(PDF)


def geotagged(orientation=6):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 18.0, 0.0), 3: "E", 4: (120.0, 37.0, 0.0)})
    return samples.picture(exif=exif, comment=b"taken by somebody", quality=95)


def test_position_and_camera_leave_a_photo_and_its_orientation_stays():
    content = geotagged()
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)
    cleaned = look(content, "照片.jpg").content
    image = Image.open(io.BytesIO(cleaned))
    assert dict(image.getexif()) == {0x0112: 6}
    assert not image.getexif().get_ifd(0x8825)
    assert "comment" not in image.info
    assert ImageOps.exif_transpose(image).size == (40, 60)
    assert b"Phone" not in cleaned
    assert all(abs(a - b) < 5 for a, b in zip(image.getpixel((20, 30)), (254, 0, 0), strict=True))


@pytest.mark.parametrize("orientation", [1, 99])
def test_a_photo_that_was_not_turned_keeps_no_camera_data_at_all(orientation):
    assert b"Exif" not in look(geotagged(orientation), "照片.jpg").content


@pytest.mark.parametrize(("content", "name"), [(JPG, "a.jpg"), (PNG, "a.png")])
def test_what_hangs_behind_a_picture_is_cut_off(content, name):
    payload = samples.archive({"evil": "code"})
    cleaned = look(content + payload, name).content
    assert not zipfile.is_zipfile(io.BytesIO(cleaned))
    assert b"evil" not in cleaned


def marked(kind):
    """A picture that is a page as well: in its remark or text, and behind its end."""
    texts = PngInfo()
    texts.add_text("Comment", samples.HTML.decode())
    remark = {"comment": samples.HTML} if kind == "JPEG" else {"pnginfo": texts}
    return samples.picture(kind, **remark) + samples.HTML


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png")])
def test_a_picture_that_is_a_page_as_well_is_only_a_picture_afterwards(kind, name):
    """Phones hang things behind a picture, so it is not refused: it is drawn anew."""
    content = marked(kind)
    assert content.count(b"<script>") == 2
    cleaned = look(content, name).content
    assert b"<script>" not in cleaned
    assert Image.open(io.BytesIO(cleaned)).size == (60, 40)


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGB"])
def test_pictures_of_other_colour_modes_stay_readable(mode):
    buffer = io.BytesIO()
    Image.new(mode, (20, 20)).save(buffer, "JPEG")
    assert Image.open(io.BytesIO(look(buffer.getvalue(), "a.jpg").content)).size == (20, 20)
