"""A certificate printed again years later looks as it did: its design and its words are kept."""

from hashlib import sha256

import pytest
from django.conf import settings

from brands.models import HonourPrint, Programme
from brands.outputs import certificates
from foundation.documents.pdf import TEMPLATES
from foundation.verdict import Conflict
from tests.brands.test_certificates import honoured, pages

pytestmark = pytest.mark.django_db

# What has gone out. Never change a line: a new design is a new file, a new version and a line here.
GONE_OUT = {
    "certificate-1.typ": "9af6000cb94c800f",
    "plaque-1.typ": "82edd6d2355100f9",
}


def test_a_design_that_has_gone_out_is_never_edited():
    found = {
        path.name: sha256(path.read_bytes()).hexdigest()[:16]
        for path in TEMPLATES.glob("*-[0-9]*.typ")
    }

    assert found == GONE_OUT


@pytest.mark.parametrize("kind", certificates.KINDS)
def test_the_newest_design_is_there_and_each_print_names_its_own(kind):
    assert f"{kind}-{certificates.NEWEST[kind]}.typ" in GONE_OUT
    honour = honoured()

    certificates.render([honour], kind)
    certificates.render([honour], kind)

    row = HonourPrint.objects.get()
    assert (row.honour, row.kind, row.version) == (honour, kind, certificates.NEWEST[kind])


def test_a_reprint_keeps_the_words_of_its_first_print(monkeypatch):
    honour = honoured()
    (before,) = pages(certificates.render([honour], "certificate"))
    Programme.objects.filter(pk=Programme.SCHOOL_BRAND).update(name="新名称")
    monkeypatch.setitem(settings.SITE, "issuer", "另一机关")

    again = certificates.printable().get(pk=honour.pk)
    (after,) = pages(certificates.render([again], "certificate"))
    (fresh,) = pages(certificates.render([again], "plaque"))

    assert after == before
    assert "新名称" in fresh
    assert "另一机关" in fresh


def test_a_reprint_asks_for_its_own_version_and_not_for_the_newest(monkeypatch):
    old = honoured()
    certificates.render([old], "certificate")
    monkeypatch.setitem(certificates.NEWEST, "certificate", 2)
    asked = []
    monkeypatch.setattr(
        certificates, "render_pdf", lambda template, data: asked.append(data) or b"%PDF"
    )

    certificates.render([old, honoured(2)], "certificate")

    assert [page["version"] for page in asked[0]["honours"]] == [1, 2]
    assert sorted(HonourPrint.objects.values_list("version", flat=True)) == [1, 2]


def test_what_could_not_be_printed_was_not_printed():
    with pytest.raises(Conflict):
        certificates.render([honoured(holder="\U0002ebf0小学")], "certificate")

    assert not HonourPrint.objects.exists()
