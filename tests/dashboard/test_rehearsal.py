"""The whole year by one command, and the rules it checks must be able to fail."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from brands.models import Project, ProjectStatus, Publicity, Quota, QuotaPlace, Recheck
from brands.services import quotas
from dashboard.rehearsal import invariants
from dashboard.rehearsal.watching import Watch
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.workflow.engine import perform
from reviews.models import Entry
from schools.models import Role
from tests.brands.keeping import named_brand, recheck_of
from tests.conftest import append_only_lifted
from tests.factories.brands import give_quota, open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import RootFactory, UnitFactory


def _rehearse(*words, **more):
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse", *words]
    # Nothing of this process's environment: the command is run as the bureau runs it.
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "only-for-the-rehearsal", **more}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.timeout(1800)  # Over five minutes where others compute, too.
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the command brings its own database")
def test_a_small_year_keeps_every_rule():
    done = _rehearse("--schools=8")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "全部规则成立。" in done.stdout
    for outcome in (
        *("一校一品·已命名", "一校一品·未入选", "书记项目·结项"),
        *("复评·通过", "复评·已终止", "专项复核·", "验收·"),
    ):
        assert outcome in done.stdout


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_of_many_schools_keeps_every_rule(seed):
    done = _rehearse("--schools=200", f"--seed={seed}")

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_database_that_is_not_its_own_stays_untouched(tmp_path):
    theirs = tmp_path / "theirs.sqlite3"
    done = _rehearse(
        "--schools=8",
        YIPIN_REHEARSAL="1",
        VAR_DIR=str(tmp_path / "var"),
        DATABASE_URL=f"sqlite:///{theirs}",
    )

    assert done.returncode == 1
    assert "not its own" in done.stderr
    assert not theirs.exists()


def test_too_few_schools_are_refused():
    assert _rehearse("--schools=1").returncode == 1


@pytest.mark.django_db
class TestWatch:
    """A day's rules are asked about what changed since the day before."""

    @pytest.fixture
    def projects(self):
        units = [UnitFactory(), UnitFactory()]
        batch = open_batch(quotas=[(unit.area, 1) for unit in units])
        projects = [ready_project(batch, unit) for unit in units]
        for project, unit in zip(projects, units, strict=True):
            perform(project, "submit", by=person(Role.SECRETARY, unit))
        return projects

    def test_only_what_changed_is_looked_at(self, projects):
        watch = Watch()
        assert {*watch.changed().projects} == {*projects}
        assert not watch.changed().projects.exists()
        Project.objects.filter(pk=projects[0].pk).update(status=ProjectStatus.NAMED)
        scope = watch.changed()
        assert [*scope.projects] == [projects[0]]
        assert any("status_is_where" in line for line in invariants.broken(invariants.DAILY, scope))

    def test_what_changed_past_every_move_shows_when_all_is_looked_at(self, projects):
        watch = Watch()
        watch.changed()
        Project.objects.filter(pk=projects[0].pk).update(content={})
        assert invariants.broken(invariants.DAILY, watch.changed()) == []
        broken = invariants.broken(invariants.DAILY, watch.everything())
        assert any("nothing_changes_once" in line for line in broken)

    def test_the_record_is_walked_on_from_where_it_was_whole(self, projects):
        watch = Watch()
        watch.changed()
        with append_only_lifted():
            AuditEvent.objects.filter(number=1).update(object_name="别的")
        assert invariants.broken(invariants.DAILY, watch.changed()) == []
        with append_only_lifted():
            AuditEvent.objects.latest("number").delete()
        broken = invariants.broken(invariants.DAILY, watch.changed())
        assert any("was kept" in line for line in broken)


@pytest.mark.django_db
class TestRules:
    @pytest.fixture
    def project(self):
        unit = UnitFactory()
        batch = open_batch(quotas=[(unit.area, 1)])
        project = ready_project(batch, unit)
        perform(project, "submit", by=person(Role.SECRETARY, unit))
        assert invariants.broken(invariants.DAILY) == []
        return project

    def _breaks(self, rule):
        return any(line.startswith(rule) for line in invariants.broken(invariants.DAILY))

    def test_a_status_written_past_the_engine(self, project):
        Project.objects.filter(pk=project.pk).update(status=ProjectStatus.NAMED)
        assert self._breaks("status_is_where")
        assert self._breaks("a_name_has_its_honour")

    def test_a_place_too_many(self, project):
        quota = project.batch.quotas.get()
        for number in (2, 3):
            place = QuotaPlace.objects.create(quota=quota, number=number)
            ready_project(project.batch, UnitFactory(), place=place)
        assert self._breaks("quotas_hold")

    def test_a_place_that_nobody_gave(self, project):
        quota = project.batch.quotas.get()
        scope = Watch().everything()
        assert invariants.broken(invariants.DAILY, scope) == []
        QuotaPlace.objects.create(quota=quota, number=2)
        assert self._breaks("places_move")
        Quota.objects.filter(pk=quota.pk).update(places=2)
        assert not self._breaks("places_move")  # They agree, and yet there is one too many.
        broken = invariants.broken([invariants.places_move_between_areas_only], scope)
        assert "开始时是 1 个" in broken[0]

    def test_places_moved_by_one_person_alone(self, project):
        batch, other = project.batch, UnitFactory().area
        give_quota(batch, other, 1)
        clerk = person(Role.BUREAU, RootFactory())
        row = quotas.ask(batch, other, project.area, 1, why="调剂", by=clerk)
        scope = Watch().everything()
        perform(row, "approve", by=person(Role.BUREAU, RootFactory()))
        assert invariants.broken(invariants.DAILY, scope) == []
        row.events.filter(name="approve").update(by=clerk)
        assert self._breaks("places_move")

    def test_a_move_that_left_no_event(self, project):
        Project.objects.filter(pk=project.pk).update(version=0)
        assert self._breaks("each_move_left")

    def test_a_word_changed_after_it_was_handed_in(self, project):
        Project.objects.filter(pk=project.pk).update(title="另一个名称")
        assert self._breaks("nothing_changes_once")

    def test_a_second_decision(self, project):
        for name in ("approve", "decline"):
            project.events.create(name=name, label=name, source="", target="", by=None)
        assert self._breaks("decided_once")

    def test_a_name_under_an_objection(self, project):
        Project.objects.filter(pk=project.pk).update(status=ProjectStatus.NAMED)
        clerk = person(Role.BUREAU, RootFactory())
        notice = Publicity.objects.create(batch=project.batch, title="公示", drafted_by=clerk)
        project.objections.create(status="investigating", text="内容不实。", publicity=notice)
        assert self._breaks("nobody_is_named")

    def test_the_last_place_kept_for_nobody(self, project):
        quota = project.batch.quotas.get()
        quota.private = 1
        quota.save()
        Project.objects.filter(pk=project.pk).update(place=quota.place_rows.get())
        assert self._breaks("least_numbers")

    def test_a_row_of_the_record_changed(self, project):
        with append_only_lifted():
            AuditEvent.objects.filter(number=1).update(object_name="别的")
        assert self._breaks("the_record_is_whole")

    def test_a_lost_version(self, project):
        project.versions.all().delete()
        assert self._breaks("what_was_handed_in")

    def test_a_score_that_no_sheet_says(self, project):
        from tests.factories.reviews import EntryFactory

        entry = EntryFactory()
        Entry.objects.filter(pk=entry.pk).update(count=5, trimmed="88.00")
        assert self._breaks("scores_are_what")

    def test_a_check_that_nobody_opened(self, project):
        recheck = recheck_of(named_brand(project), status="planned")
        Recheck.objects.filter(pk=recheck.pk).update(opens_on=clock.today())
        assert self._breaks("checks_of_brands")

    def test_a_name_that_nobody_revoked(self, project):
        named_brand(project, status="revoked", revoked_on=clock.today())
        assert self._breaks("only_a_person")

    def test_late_without_a_grant(self, project):
        stage = project.batch.stages.get(stage="apply")
        stage.closes_at = project.submitted_at.replace(year=2020)
        stage.opens_at = project.submitted_at.replace(year=2019)
        stage.save()
        assert self._breaks("late_means_granted")
