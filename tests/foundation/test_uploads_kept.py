import resource

import pytest
from django.core.files.storage import default_storage
from django.http import Http404

from foundation.uploads import UploadRefused, clean_name, inspect, serve, store
from tests.foundation import upload_samples as samples
from tests.foundation.upload_samples import Uploaded

PDF = samples.pdf()


def pdf_upload(content=PDF):
    return inspect(Uploaded(content, "报告.pdf"), max_bytes=1024 * 1024)


NAMES = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\Users\\a\\报告.pdf": "报告.pdf",
    "a\0b\r\n.pdf": "ab.pdf",
    "报告\u202efdp.exe": "报告fdp.exe",
    "CON.pdf": "_CON.pdf",
    "lpt1": "_lpt1",
    "console.pdf": "console.pdf",
    ".htaccess": "_htaccess",
    "..": "未命名文件",
    "": "未命名文件",
    "e\u0301.pdf": "\u00e9.pdf",
    'a<b>"c".pdf': "a_b__c_.pdf",
    "家庭👨\u200d👩\u200d👧.png": "家庭👨\u200d👩\u200d👧.png",
    "a.pdf. . ": "a.pdf",
    "字" * 300 + ".pdf": "字" * 116 + ".pdf",
    "x" * 300: "x" * 120,
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=range(len(NAMES)))
def test_clean_name(name, expected):
    assert clean_name(name) == expected
    assert clean_name(expected) == expected


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_store_keeps_the_bytes_under_a_random_name(media):
    found = pdf_upload()
    name = store(found, folder="evidence/2026")
    assert name.startswith("evidence/2026/")
    assert name.endswith(".pdf")
    assert default_storage.open(name).read() == PDF
    assert name != store(found, folder="evidence/2026")
    assert len(files(media)) == 2


def test_a_full_disk_leaves_nothing_and_says_so(media):
    found = pdf_upload(samples.pdf(objects=b"%" + b"x" * 200_000 + b"\n"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(UploadRefused, match="存储空间不足"):
            store(found, folder="evidence")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert files(media) == []


def test_served_files_are_attachments_that_nothing_runs(media):
    name = store(pdf_upload(), folder="evidence")
    response = serve(name, filename="年度 报告.pdf", content_type="application/pdf")
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%B9%B4%E5%BA%A6%20%E6%8A%A5%E5%91%8A.pdf"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"


def test_serve_hands_over_to_the_front_server(settings):
    settings.X_ACCEL_PREFIX = "/protected/"
    response = serve("evidence/甲.pdf", filename='a".pdf\r\nX: y', content_type="application/pdf")
    assert response["X-Accel-Redirect"] == "/protected/evidence/%E7%94%B2.pdf"
    assert response["Content-Disposition"] == 'attachment; filename="a_.pdfX_ y"'
    assert response.content == b""


def test_a_file_that_is_gone_is_a_404(media):
    with pytest.raises(Http404):
        serve("evidence/none.pdf", filename="a.pdf", content_type="application/pdf")
