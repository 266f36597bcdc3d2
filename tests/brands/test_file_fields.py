"""A field of the form that is answered by files."""

import io
from dataclasses import replace

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from brands.documents import application_form
from brands.forms import spec
from brands.forms.fields import Field, FormSpec, Section
from brands.models import ApplicationForm, FilePart, Programme, ProjectStatus, Remark
from brands.services import attachments, uploading
from foundation.uploads import ALL_KINDS, UploadRefused
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.brands.test_dossier import packed
from tests.factories.brands import open_batch, ready_project
from tests.foundation import upload_samples as samples

pytestmark = pytest.mark.django_db
PHOTOS = Field("photos", "活动照片", "file", maximum=2)


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.UPLOAD_DIR = tmp_path / "uploads"


def _batch_asking(unit, photos):
    """Its form asks for photos besides."""
    form = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)
    more = Section("more", "佐证", (photos, Field("said", "照片说明", required=False)))
    plan = replace(form.spec, sections=(*form.spec.sections, more))
    form = ApplicationForm(pk=form.pk, programme=form.programme, content=plan.write())
    form.save()
    return open_batch(quotas=[(unit.area, 2)], form=form)


@pytest.fixture
def batch(unit):
    return _batch_asking(unit, PHOTOS)


@pytest.fixture
def project(batch, unit):
    return ready_project(batch, unit)


def _url(name, *args):
    return reverse(f"brands:{name}", args=args)


def _attach(project, by, name="现场.pdf", field="photos", content=None):
    file = SimpleUploadedFile(name, content or samples.pdf())
    return attachments.attach(project, file, by=by, contains_minor=False, field=field)


def _submit(project, secretary):
    project.refresh_from_db()
    perform(project, "submit", by=secretary)


class TestAnswering:
    def test_a_required_one_is_missing_until_a_file_is_there(self, project, staff, secretary):
        assert [field.key for field in spec.gaps(project)] == ["photos"]
        _attach(project, staff, field="")
        with pytest.raises(Conflict, match="活动照片"):
            perform(project, "submit", by=secretary)

        _attach(project, staff)
        _submit(project, secretary)
        kept = project.versions.get().files
        assert [file["field"] for file in kept] == ["", "photos"]

    def test_it_takes_as_many_as_it_says(self, project, staff):
        _attach(project, staff, "一.pdf")
        _attach(project, staff, "二.pdf")
        with pytest.raises(attachments.NoRoom, match="“活动照片”最多2个"):
            _attach(project, staff, "三.pdf")
        with pytest.raises(attachments.NoRoom):
            uploading.begin(project, name="三.pdf", size=9, mark="", by=staff, field="photos")
        _attach(project, staff, "三.pdf", field="")

    @pytest.mark.parametrize("field", ["slogan", "nobody"])
    def test_what_is_no_file_field_takes_none(self, project, staff, field):
        with pytest.raises(UploadRefused, match="没有这一栏"):
            _attach(project, staff, field=field)
        assert not project.attachments.exists()

    def test_in_pieces_it_arrives_in_its_field(self, client, project, staff):
        client.force_login(staff)
        begun = client.post(
            _url("upload-begin", project.pk),
            {"name": "现场.pdf", "size": len(samples.pdf()), "field": "photos"},
        ).json()
        headers = {"Upload-Offset": "0"}
        kind = "application/octet-stream"
        client.post(begun["url"], samples.pdf(), content_type=kind, headers=headers)
        answer = client.post(f"{begun['url']}finish/", {"contains_minor": "no"})
        assert "现场.pdf" in answer.json()["row"]
        assert project.attachments.get().field == FilePart.objects.get().field == "photos"

    def test_the_section_shows_it_in_place_and_the_plain_form_comes_back_there(
        self, client, project, staff
    ):
        client.force_login(staff)
        section = _url("project-section", project.pk, "more")
        data = {
            "file": SimpleUploadedFile("现场.pdf", samples.pdf()),
            "contains_minor": "no", "field": "photos",
        }  # fmt: skip
        answer = client.post(_url("attachment-add", project.pk), data)
        assert answer.url == f"{section}#div_id_photos"
        page = client.get(section).text.partition("<form class")[2]
        assert page.index("活动照片") < page.index("现场.pdf") < page.index("照片说明")
        assert 'form id="upload-photos"' in page
        whole = client.get(_url("project", project.pk))
        assert whole.context["loose_files"] == []

    def test_it_is_no_text_whatever_is_sent(self, client, project, staff):
        client.force_login(staff)
        url = _url("project-section", project.pk, "more")
        drawn = client.get(url).context["form"]["drawn"].value()
        for more in ({"photos": "x"}, {"field": "photos"}):
            sent = client.post(url, {"drawn": drawn, "said": "说明", "save": "1", **more})
            assert sent.status_code == 409
        assert client.post(url, {"drawn": drawn, "said": "说明", "save": "1"}).status_code == 302
        project.refresh_from_db()
        assert "photos" not in project.content

    def test_one_beside_and_one_above_may_not(self, project, stranger, district, staff, secretary):
        for person in (stranger, district):
            with pytest.raises(Exception, match="只有"):
                _attach(project, person)
        _attach(project, staff)
        _submit(project, secretary)
        with pytest.raises(Conflict):
            _attach(project, staff)


class TestReading:
    @pytest.fixture
    def submitted(self, project, staff, secretary):
        _attach(project, staff)
        _attach(project, staff, "其他.pdf", field="")
        _submit(project, secretary)
        return project

    def test_the_checker_opens_it_where_it_was_asked(self, client, submitted, district):
        client.force_login(district)
        page = client.get(_url("project", submitted.pk))
        assert [file["name"] for file in page.context["loose_files"]] == ["其他.pdf"]
        assert page.text.count(_url("attachment", submitted.attachments.first().pk) + '"') == 1

    def test_the_word_form_and_the_archive_name_it(self, submitted, secretary):
        paper = docx.Document(io.BytesIO(application_form(submitted, full_phone=True)))
        rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
        assert ["活动照片", "现场.pdf"] in rows
        assert ["其他附件", "其他.pdf"] in rows
        names = packed(submitted, secretary).namelist()
        assert "附件/活动照片/01-现场.pdf" in names
        assert "附件/02-其他.pdf" in names


class TestCorrecting:
    @pytest.fixture
    def returned(self, project, staff, secretary, district):
        self.first = _attach(project, staff)
        self.other = _attach(project, staff, "其他.pdf", field="")
        _submit(project, secretary)
        perform(project, "district_return", by=district, note="改", remarks={"photos": "换一张"})
        return project

    def test_only_the_field_of_the_remark_unlocks(self, client, returned, staff):
        client.force_login(staff)
        page = client.get(_url("project-section", returned.pk, "more")).text
        assert "换一张" in page
        assert _url("attachment-delete", self.first.pk) in page
        assert _url("attachment-delete", self.other.pk) not in page
        with pytest.raises(Conflict, match="没有要求修改附件"):
            _attach(returned, staff, field="")
        with pytest.raises(Conflict, match="没有要求修改附件"):
            attachments.remove(self.other, by=staff)
        attachments.remove(self.first, by=staff)
        _attach(returned, staff, "新.pdf")

    def test_a_remark_on_the_rest_leaves_the_field_locked(self, client, returned, staff):
        Remark.objects.update(field=Remark.FILES)
        client.force_login(staff)
        with pytest.raises(Conflict):
            attachments.remove(self.first, by=staff)
        page = client.get(_url("project-section", returned.pk, "more")).text
        assert "upload-photos" not in page.replace('data-upload-place="upload-photos"', "")
        assert returned.status == ProjectStatus.RETURNED


class TestKinds:
    @pytest.fixture
    def batch(self, unit):
        return _batch_asking(unit, replace(PHOTOS, required=False, takes=("picture", "word")))

    def test_what_it_does_not_take_is_refused_by_its_content(self, project, staff):
        _attach(project, staff, "说明.docx", content=samples.word())
        with pytest.raises(
            UploadRefused, match=r"可以上传：Word 文档（.docx）、JPG 图片、PNG 图片"
        ):
            _attach(project, staff, "现场.pdf")
        with pytest.raises(UploadRefused, match="内容却是PDF"):
            _attach(project, staff, "现场.jpg", content=samples.pdf())
        with pytest.raises(UploadRefused, match=r"不接受.pdf 文件"):
            uploading.begin(project, name="现场.pdf", size=9, mark="", by=staff, field="photos")
        _attach(project, staff, "现场.pdf", field="")

    def test_one_that_came_in_all_the_same_cannot_be_handed_in(self, project, staff, secretary):
        """As when it was attached before the form said so."""
        wrong = _attach(project, staff, "现场.pdf", field="")
        project.attachments.update(field="photos")
        with pytest.raises(Conflict, match=r"“活动照片”里的“现场.pdf”不是照片、图片、Word文件"):
            _submit(project, secretary)
        attachments.remove(wrong, by=staff)
        _submit(project, secretary)

    def test_the_page_says_it_and_offers_nothing_else(self, client, project, staff):
        client.force_login(staff)
        page = client.get(_url("project-section", project.pk, "more")).text
        assert "可传 Word（docx）、JPG、PNG，每个不超过 50 MB" in page
        assert 'accept=".docx,.jpg,.png,.jpeg"' in page
        whole = client.get(_url("project", project.pk)).text
        assert 'accept=".pdf,.docx,.xlsx,.jpg,.png,.jpeg"' in whole

    def test_about_minors_it_asks_only_where_they_can_be_seen(self, client, unit, staff):
        other = _batch_asking(unit, Field("photos", "台账", "file", takes=("excel",)))
        client.force_login(staff)
        page = client.get(_url("project-section", ready_project(other, unit).pk, "more")).text
        assert 'name="contains_minor"' not in page


def test_shipped_photos_are_pictures_and_an_older_form_keeps_what_it_took():
    form = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND).spec
    photos = form.file_field("photo_files")
    assert photos.takes == ("picture",)
    data = photos.write()
    del data["takes"]
    assert Field.read(data).limits.kinds == ALL_KINDS


def test_a_kind_that_nobody_knows_is_a_fault():
    form = FormSpec("表", (Section("s", "栏", (Field("a", "甲", "file", takes=("exe",)),)),))
    assert any("文件种类不认识" in fault for fault in form.faults())


def test_a_form_takes_no_more_files_than_an_application_may_have():
    title = Field("title", "名称", max_length=30)
    many = tuple(Field(f"f{n}", "附件", "file", maximum=7) for n in range(3))
    faults = FormSpec("表", (Section("s1", "栏", (title, *many)),)).faults()
    assert any("合计可传21个" in fault for fault in faults)


def test_the_builder_makes_one(client, bureau):
    form = ApplicationForm.objects.get(programme=Programme.SCHOOL_BRAND)
    client.force_login(bureau)
    data = {"label": "佐证照片", "kind": "file", "required": "on", "most_files": "3"}
    data["takes"] = ["picture", "pdf"]
    client.post(_url("form-field", form.pk, "basics", "new"), data)
    form = ApplicationForm.objects.get(pk=form.pk)
    made = next(field for field in form.spec.fields if field.label == "佐证照片")
    assert (made.kind, made.most_files, made.max_length) == ("file", 3, 100)
    assert made.takes == ("picture", "pdf")
    assert "最多3个，只收照片、图片、PDF" in client.get(_url("form", form.pk)).text
    assert "不超过 3 个" in client.get(_url("form-preview", form.pk)).text
    change = client.get(_url("form-field", form.pk, "basics", made.key)).context["words"]
    assert (change.initial["most_files"], change.initial["takes"]) == (3, ["picture", "pdf"])
    for chosen in ([], ["picture", "pdf", "word", "excel"]):
        client.post(_url("form-field", form.pk, "basics", made.key), data | {"takes": chosen})
        assert ApplicationForm.objects.get(pk=form.pk).spec.file_field(made.key).takes == ()
