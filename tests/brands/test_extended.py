"""Where a person works, an extension shows: desk, first page, reminders (design.md 7)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brands.models import BatchStage, Objection, Programme, ProjectStatus, Stage
from brands.services import extending
from dashboard.feed import deadlines_of
from foundation import clock
from foundation.notifications.reminding import KINDS
from foundation.workflow.engine import perform
from tests.brands import after
from tests.factories.brands import open_batch, ready_project
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


class TestLate:
    def test_a_recommendation_by_extension_is_marked(
        self, client, batch, project, secretary, district, bureau
    ):
        perform(project, "submit", by=secretary)
        _over(batch, Stage.DISTRICT)
        _grant(batch, project, bureau, Stage.DISTRICT)
        assert perform(project, "recommend", by=district).is_late
        client.force_login(secretary)
        assert "经批准逾期" in client.get(reverse("brands:project", args=[project.pk])).text

    def test_a_late_check_is_marked_and_not_refused(
        self, batch, project, unit, secretary, district, bureau
    ):
        other = ready_project(batch, UnitFactory(), status=ProjectStatus.FORMAL_CHECK)
        perform(project, "submit", by=secretary)
        assert not perform(project, "recommend", by=district).is_late
        _over(batch, Stage.CHECK)
        _grant(batch, project, bureau, Stage.CHECK)
        assert not perform(project, "accept", by=bureau).is_late
        assert perform(other, "accept", by=bureau).is_late
        assert other.status == ProjectStatus.ELIGIBLE

    def test_a_late_decision_is_no_news_for_the_school(
        self, client, batch, project, secretary, bureau
    ):
        project.events.create(
            name="propose", label="列入拟定名单", source="scored", target="proposed", is_late=True
        )
        client.force_login(secretary)
        page = client.get(reverse("brands:project", args=[project.pk])).text
        assert "逾期办理" not in page


class TestDraft:
    def test_staff_choose_a_draft_without_reading_it(
        self, client, batch, project, unit, secretary, bureau
    ):
        project.title = "不外传的名称"
        project.save(update_fields=["title"])
        _over(batch, Stage.APPLY)
        client.force_login(bureau)
        url = reverse("brands:batch-extend", args=[batch.pk])
        page = client.get(url).text
        assert unit.short in page
        assert "不外传的名称" not in page
        until = (clock.today() + timedelta(days=3)).isoformat()
        data = {"stage": "district", "draft": project.pk, "until": until, "why": "停电"}
        assert "只能延长学校申报" in client.post(url, data).text
        assert client.post(url, data | {"stage": "apply"}).status_code == 302
        assert "不外传的名称" not in client.get(reverse("brands:batch", args=[batch.pk])).text
        perform(project, "submit", by=secretary)
        assert project.is_late

    def test_what_is_no_draft_of_the_batch_is_refused(self, client, batch, project, bureau):
        project.status = ProjectStatus.DISTRICT_REVIEW
        project.save(update_fields=["status"])
        client.force_login(bureau)
        until = (clock.today() + timedelta(days=60)).isoformat()
        data = {"stage": "apply", "draft": project.pk, "until": until, "why": "停电"}
        url = reverse("brands:batch-extend", args=[batch.pk])
        assert client.post(url, data).status_code == 200
        assert not batch.extensions.exists()


class TestClosing:
    @pytest.fixture
    def running(self, unit):
        batch = open_batch(Programme.SECRETARY_PROJECT)
        return ready_project(batch, unit, status=ProjectStatus.IN_PROGRESS)

    def test_its_school_is_reminded_by_the_extended_day(self, running, secretary, bureau):
        (matter,) = KINDS["closing"].matters(None)
        assert matter.subject == str(running.pk)
        ends = _grant(running.batch, running, bureau, Stage.CLOSING, days=60).until
        (matter,) = KINDS["closing"].matters(None)
        assert matter.deadline == ends
        drafts = list(KINDS["closing"].drafts([matter], None, "即将截止"))
        assert [draft.user_id for _, draft in drafts] == [secretary.pk]
        days = [one.day for one in deadlines_of(secretary) if one.key == f"closing-{running.pk}"]
        assert days == [timezone.localdate(ends)]

    def test_what_has_asked_for_its_closing_is_left_alone(self, running, stranger):
        assert not [one for one in deadlines_of(stranger) if one.key.startswith("closing")]
        running.status = ProjectStatus.CLOSING
        running.save(update_fields=["status"])
        assert not list(KINDS["closing"].matters(None))


def test_the_handler_of_an_objection_is_reminded():
    people = after.city()
    publicity, (project, _) = after.published(people)
    objection = Objection.objects.create(publicity=publicity, project=project, text="不实")
    assert not list(KINDS["objection"].matters(None))
    perform(objection, "accept", by=people.second)
    (matter,) = KINDS["objection"].matters(None)
    ((_, draft),) = KINDS["objection"].drafts([matter], None, "即将截止")
    assert (draft.user_id, matter.deadline) == (people.second.pk, objection.due_on)
    keys = {one.key for one in deadlines_of(people.second)}
    assert f"objection-{objection.pk}" in keys
    assert f"objection-{objection.pk}" not in {one.key for one in deadlines_of(people.bureau)}
    perform(objection, "dismiss", by=people.second, note="经核实不成立")
    assert not list(KINDS["objection"].matters(None))
