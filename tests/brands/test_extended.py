"""Where a person works, an extension shows: desk, first page, reminders (design.md 7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brands.models import BatchStage, ProjectStatus, Stage
from brands.services import extending
from foundation import clock
from foundation.notifications.reminding import KINDS
from foundation.workflow.engine import perform
from tests.factories.brands import ready_project
from tests.factories.schools import UnitFactory

pytestmark = pytest.mark.django_db


def _over(batch, stage):
    BatchStage.objects.filter(batch=batch, stage=stage).update(
        opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() - timedelta(minutes=1)
    )


def _grant(batch, target, bureau, stage, days=3):
    until = clock.today() + timedelta(days=days)
    return extending.grant(batch, stage, target, until=until, why="停电", by=bureau, via=None)


class TestDesk:
    @pytest.fixture
    def two(self, batch, project, unit, secretary):
        """Two that wait; the time of the district is up."""
        perform(project, "submit", by=secretary)
        other = ready_project(
            batch, UnitFactory(parent=unit.parent), status=ProjectStatus.DISTRICT_REVIEW
        )
        _over(batch, Stage.DISTRICT)
        return project, other

    def test_the_one_with_more_time_keeps_its_buttons(self, client, batch, two, district, bureau):
        mine, _ = two
        client.force_login(district)
        move = [reverse("brands:project-transition", args=[p.pk, "recommend"]) for p in two]
        page = client.get(reverse("brands:desk")).text
        assert move[0] not in page
        _grant(batch, mine, bureau, Stage.DISTRICT)

        page = client.get(reverse("brands:desk")).text

        assert move[0] in page
        assert move[1] not in page
        assert "其中 1 项已批准延期，仍可办理" in page
        perform(mine, "recommend", by=district)
        page = client.get(reverse("brands:desk")).text
        assert reverse("brands:project-confirm", args=[mine.pk, "unrecommend"]) in page

    def test_the_area_sees_its_own_deadline(self, client, batch, two, unit, district, bureau):
        ends_on = timezone.localtime(_grant(batch, unit.area, bureau, Stage.DISTRICT).until)
        client.force_login(district)
        page = client.get(reverse("brands:desk")).text
        assert f"{ends_on.year}年{ends_on.month}月{ends_on.day}日 23:59" in page

    def test_the_reminder_is_about_that_one(self, batch, two, district, bureau):
        kind = KINDS["prolonged"]
        assert not list(kind.matters(None))
        ends = _grant(batch, two[0], bureau, Stage.DISTRICT).until
        (matter,) = kind.matters(None)
        assert (matter.subject, matter.deadline) == (str(two[0].pk), ends)


class TestFirstPage:
    def test_a_batch_open_for_this_school_alone_is_offered(
        self, client, batch, unit, secretary, stranger, bureau
    ):
        _over(batch, Stage.APPLY)
        _grant(batch, unit, bureau, Stage.APPLY)
        words = f"申报{batch.title}"
        client.force_login(secretary)
        assert words in client.get(reverse("dashboard:home")).text
        client.force_login(stranger)
        assert words not in client.get(reverse("dashboard:home")).text

    def test_a_draft_shows_its_own_deadline(self, client, batch, project, secretary, bureau):
        _over(batch, Stage.APPLY)
        client.force_login(secretary)
        assert "已逾期" in client.get(reverse("dashboard:home")).text
        _grant(batch, project, bureau, Stage.APPLY)
        assert "已逾期" not in client.get(reverse("dashboard:home")).text
