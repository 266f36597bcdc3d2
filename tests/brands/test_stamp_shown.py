"""Whether the stamped paper has come: on each desk, in words; and who is asked for it."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from brands.models import Batch, ProjectStatus
from brands.services import stamping
from foundation.notifications.models import Notice
from foundation.notifications.reminding import plan
from foundation.outbox.services import drain
from foundation.workflow.engine import perform
from tests.factories.brands import ready_project
from tests.factories.schools import UnitFactory

S = ProjectStatus


@pytest.fixture(autouse=True)
def _autumn(at, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    at("2026-09-14 09:00")


@pytest.fixture
def filed(batch, project, secretary):
    """Submitted in a batch that asks for the stamp: it waits for its district."""
    Batch.objects.filter(pk=batch.pk).update(needs_stamp=True)
    perform(project, "submit", by=secretary)
    return type(project).objects.get(pk=project.pk)


def scanned(project, staff):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "JPEG")
    return stamping.add(project, SimpleUploadedFile("章.jpg", buffer.getvalue()), by=staff)


def rows_of(client, **query):
    page = client.get(reverse("brands:projects"), query)
    return [(row.title, row.stamp) for row in page.context["rows"]]


def test_a_new_batch_asks_for_the_stamp():
    assert Batch().needs_stamp


def test_list_and_filter_say_which_have_it(client, filed, staff, bureau):
    other = ready_project(filed.batch, UnitFactory(parent=filed.organisation.parent))
    type(other).objects.filter(pk=other.pk).update(status=S.FORMAL_CHECK)
    client.force_login(bureau)
    assert {stamp for _, stamp in rows_of(client)} == {"未盖章"}

    scanned(filed, staff)

    assert dict(rows_of(client)) == {filed.title: "已盖章", other.title: "未盖章"}
    assert rows_of(client, stamp="已盖章") == [(filed.title, "已盖章")]
    assert rows_of(client, stamp="未盖章", stretch="check") == [(other.title, "未盖章")]
    assert rows_of(client, stamp="别的") == []


@pytest.mark.parametrize(
    ("status", "words"),
    [(S.FORMAL_CHECK, "未盖章"), (S.RETURNED, ""), (S.ELIGIBLE, ""), (S.REJECTED, "")],
)
def test_no_reproach_once_nothing_can_be_uploaded(client, filed, bureau, status, words):
    type(filed).objects.filter(pk=filed.pk).update(status=status)
    client.force_login(bureau)

    assert rows_of(client) == [(filed.title, words)]


def test_a_school_has_no_such_filter_and_a_batch_without_the_rule_says_nothing(
    client, filed, staff, district
):
    client.force_login(staff)
    assert "stamp" not in [
        select.name for select in client.get(reverse("brands:projects")).context["line"]
    ]

    Batch.objects.update(needs_stamp=False)
    client.force_login(district)
    assert rows_of(client) == [(filed.title, "")]
    assert rows_of(client, stamp="未盖章") == []


def test_the_scan_of_an_older_version_is_none(client, filed, staff, bureau, secretary):
    scanned(filed, staff)
    type(filed).objects.filter(pk=filed.pk).update(status=S.RETURNED)
    perform(type(filed).objects.get(pk=filed.pk), "submit", by=secretary)
    client.force_login(bureau)

    assert rows_of(client) == [(filed.title, "未盖章")]


@pytest.mark.parametrize("status", [S.DISTRICT_REVIEW, S.RECOMMENDED])
def test_the_district_desk_says_it(client, filed, staff, district, status):
    place = filed.batch.quotas.get().place_rows.first() if status == S.RECOMMENDED else None
    type(filed).objects.filter(pk=filed.pk).update(status=status, place=place)
    client.force_login(district)
    assert "未盖章" in client.get(reverse("brands:desk")).text

    scanned(type(filed).objects.get(pk=filed.pk), staff)

    page = client.get(reverse("brands:desk")).text
    assert "已盖章" in page
    assert "未盖章" not in page


def test_the_summary_sheet_has_a_column(client, filed, district):
    client.force_login(district)

    content = client.get(reverse("brands:projects-export")).content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)

    (header,) = [row for row in rows if "盖章件" in row]
    (line,) = [row for row in rows if filed.title in row]
    assert line[header.index("盖章件")] == "未盖章"


def test_the_applicant_has_a_task_until_it_is_there(client, filed, staff):
    client.force_login(staff)
    tasks = client.get(reverse("dashboard:home")).context["tasks"]
    (task,) = [task for task in tasks if "盖章件" in task.name]
    assert task.url.endswith(f"/{filed.pk}/#stamped")
    assert task.due is not None

    scanned(filed, staff)

    tasks = client.get(reverse("dashboard:home")).context["tasks"]
    assert not [task for task in tasks if "盖章件" in task.name]


def test_the_secretary_is_reminded_once_and_not_when_it_came_meanwhile(at, filed, staff, secretary):
    filed.batch.stages.update(closes_at=at("2026-09-24 23:59:59"))
    at("2026-09-23 09:30")
    assert plan("stamp") == 1
    assert plan("stamp") == 0
    drain()
    assert Notice.objects.get(subject__startswith="盖章件").user == secretary

    at("2026-09-24 09:30")
    assert plan("stamp") == 1
    scanned(filed, staff)
    drain()
    assert Notice.objects.filter(subject__startswith="盖章件").count() == 1
