"""Files of a blind round: what the copies no longer tell, who settles what a program cannot see."""

import io
import zipfile

import docx
import openpyxl
import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from foundation.redrawing import CannotRedraw, redrawn
from foundation.uploads import Kind
from foundation.verdict import Conflict
from reviews import services
from reviews.masking import confirming, copies
from reviews.masking.office import CannotClean, cleaned_office
from reviews.masking.words import PERSON, SCHOOL, Masker
from reviews.models import CopyState, Decision, Masking, ReviewerCopy
from tests.crawling import text_of, words_in
from tests.reviews import identifying
from tests.reviews.blind import IDENTITY, BlindWorld

MASKER = Masker([("平江新城实验小学", SCHOOL), ("钱书记", PERSON), ("2132777001", "（隐去）")])


@pytest.fixture
def world(db):
    return BlindWorld(files=True)


def made(world):
    masking = world.propose()
    copies.make_due()
    return masking, {copy.content_type: copy for copy in masking.copies.all()}


def content_of(copy):
    with default_storage.open(copy.stored) as file:
        return file.read()


@pytest.mark.parametrize("kind", list(identifying.FILES))
def test_a_copy_tells_nothing_and_its_original_does(world, kind):
    _, made_ = made(world)
    copy = made_[kind.content_type]
    original = content_of(copy.attachment)

    assert words_in(text_of(original), list(IDENTITY)) != []
    assert copy.state == CopyState.MADE
    assert words_in(text_of(content_of(copy)), [*IDENTITY, "平江新城", "钱"]) == []
    assert (copy.name.startswith("附件"), copy.left) == (True, "")


def test_word_opens_what_is_left_of_a_document():
    cleaned, has_pictures = cleaned_office(identifying.word(), MASKER)
    document = docx.Document(io.BytesIO(cleaned))

    text = "\n".join(line.text for line in document.paragraphs)
    assert "某校的做法，某同志主讲，座机（隐去）。" in text
    assert document.sections[0].header.paragraphs[0].text == "某校页眉"
    assert has_pictures
    assert document.core_properties.author in ("", "python-docx")
    names = zipfile.ZipFile(io.BytesIO(cleaned)).namelist()
    assert [name for name in names if "comments" in name or "docProps" in name] == []


def test_a_workbook_still_counts():
    cleaned, _ = cleaned_office(identifying.workbook(), MASKER)
    sheet = openpyxl.load_workbook(io.BytesIO(cleaned)).active

    assert (sheet.title, sheet["A1"].value, sheet["A2"].value) == (SCHOOL, "某校汇总", "（隐去）")
    assert (sheet["A3"].value, sheet["B1"].value) == (12, f"='{SCHOOL}'!A3*2")


def test_a_document_with_something_inside_is_not_copied():
    target = io.BytesIO(identifying.word())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/embeddings/oleObject1.bin", b"x")
    with pytest.raises(CannotClean, match="嵌有其他文件"):
        cleaned_office(target.getvalue(), MASKER)


def test_names_in_a_pdf_are_black_and_nothing_else_is():
    drawn = redrawn(identifying.pdf(), *MASKER.patterns)
    untouched = redrawn(identifying.pdf(), "", "")

    assert (drawn.unread, len(pypdfium2.PdfDocument(drawn.content))) == ((), 2)
    for page in range(2):  # The name on the second goes over the end of a line.
        assert _dark(drawn.content, page) > 2 * _dark(untouched.content, page) > 0
    assert drawn.blackened == 8 + 3 + 8


def _dark(content, page):
    picture = pypdfium2.PdfDocument(content)[page].render(scale=1).to_pil().convert("L")
    return sum(picture.histogram()[:90])


def test_a_scan_is_said_to_be_unread():
    from PIL import Image

    scan = io.BytesIO()
    Image.new("RGB", (100, 100), "white").save(scan, "PDF")

    assert redrawn(scan.getvalue(), "x", "").unread == (1,)


def test_what_is_no_pdf_is_not_redrawn():
    with pytest.raises(CannotRedraw):
        redrawn(b"%PDF-1.4 evidence", "", "")


def test_pictures_wait_for_somebody_who_has_looked(world):
    masking, made_ = made(world)
    assert made_[Kind.JPG.content_type].is_unread
    assert not made_[Kind.XLSX.content_type].is_unread
    with pytest.raises(Conflict, match="请查看后决定"):
        confirming.confirm(masking, by=world.clerk, seen_by=confirming.seen(masking))

    for copy in masking.copies.filter(is_unread=True):
        confirming.decide(masking, copy.pk, Decision.SHOWN, by=world.clerk)
    confirming.confirm(masking, by=world.clerk, seen_by=confirming.seen(masking))
    services.open_round(world.round, by=world.clerk)


def test_a_copy_that_is_not_made_yet_keeps_the_round_shut(world):
    masking = world.propose()
    with pytest.raises(Conflict, match="正在生成"):
        confirming.confirm(masking, by=world.clerk, seen_by=confirming.seen(masking))
    copy = masking.copies.first()
    with pytest.raises(Conflict, match="没有生成"):
        confirming.decide(masking, copy.pk, Decision.SHOWN, by=world.clerk)


def test_a_file_that_cannot_be_copied_is_withheld(world):
    world.attach("坏.pdf", b"%PDF-1.4 evidence", Kind.PDF.content_type)
    masking, _ = made(world)
    broken = masking.copies.get(state=CopyState.FAILED)
    confirming.decide(masking, broken.pk, Decision.WITHHELD, by=world.clerk)
    for copy in masking.copies.filter(is_unread=True):
        confirming.decide(masking, copy.pk, Decision.SHOWN, by=world.clerk)

    confirming.confirm(masking, by=world.clerk, seen_by=confirming.seen(masking))


def test_a_reviewer_gets_the_copy_and_never_the_original(client, db):
    world = BlindWorld(files=True).open()
    client.force_login(world.judge)
    client.post(reverse("reviews:pledge", args=[world.round.pk]), {"agreed": "on", "units": ""})
    pk = world.assignment.pk
    copy = ReviewerCopy.objects.get(content_type=Kind.JPG.content_type)
    address = reverse("reviews:review-file", args=[pk, copy.pk])
    assert address in client.get(reverse("reviews:review", args=[pk])).content.decode()
    response = client.get(address)
    assert response.status_code == 200
    assert words_in(text_of(b"".join(response)), list(IDENTITY)) == []

    confirming.decide(copy.masking, copy.pk, Decision.WITHHELD, by=world.clerk)
    for name, args in (("", []), ("-view", []), ("-page", [1])):
        url = reverse(f"reviews:review-file{name}", args=[pk, copy.pk, *args])
        assert client.get(url).status_code == 404
    others = {file.pk for file in world.attachments} - {
        one.pk for one in ReviewerCopy.objects.all()
    }
    for key in others:
        assert client.get(reverse("reviews:review-file", args=[pk, key])).status_code == 404


def test_another_dictionary_takes_the_old_copies_back(db):
    world = BlindWorld(files=True).open()
    masking = Masking.objects.get()
    before = ReviewerCopy.objects.settled().count()
    confirming.add(masking, "红烛先锋", SCHOOL, by=world.clerk)

    assert (before, ReviewerCopy.objects.settled().count()) == (5, 0)
    copies.make_due()
    assert ReviewerCopy.objects.served(world.round.pk, world.project.pk).count() == 2


def test_a_copy_planned_anew_meanwhile_is_dropped(world, monkeypatch):
    masking = world.propose()
    cleaned = copies._made

    def slow(copy, masker):
        found = cleaned(copy, masker)
        ReviewerCopy.objects.filter(pk=copy.pk).update(edition=9)
        return found

    monkeypatch.setattr(copies, "_made", slow)
    assert copies.make_due() == 0
    assert not masking.copies.exclude(stored="").exists()


def test_the_staff_look_and_decide_on_the_page(client, world):
    masking, made_ = made(world)
    client.force_login(world.clerk)
    url = reverse("reviews:masking", args=[masking.pk])
    copy = made_[Kind.JPG.content_type]
    page = client.get(url).content.decode()
    assert "请查看后决定" in page
    assert (
        client.get(reverse("reviews:masking-copy", args=[masking.pk, copy.pk])).status_code == 200
    )

    assert client.post(url, {"shown": copy.pk}).status_code == 302
    copy.refresh_from_db()
    assert (copy.decision, copy.decided_by) == (Decision.SHOWN, world.clerk)
    assert client.post(url, {"withheld": "9999"}).status_code == 409
    assert client.post(url, {"copies": "1"}).status_code == 302
    assert masking.copies.filter(state=CopyState.WAITING).count() == 5


def test_reviewers_never_see_the_page_of_the_copies(client, db):
    world = BlindWorld(files=True).open()
    client.force_login(world.judge)
    copy = ReviewerCopy.objects.first()
    url = reverse("reviews:masking-copy", args=[copy.masking_id, copy.pk])

    assert client.get(url).status_code == 404
