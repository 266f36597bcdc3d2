"""Batches in four states: named, in review, open, and a 书记项目 under way."""

import random
from datetime import date, timedelta
from decimal import Decimal

from brands.forms import spec
from brands.models import (
    Batch,
    BatchStage,
    BatchStatus,
    Honour,
    Judged,
    Milestone,
    Objection,
    Programme,
    Project,
    ProjectStatus,
    Publicity,
    Quota,
    Stage,
)
from brands.services import (
    attachments,
    deciding,
    naming,
    objecting,
    publishing,
    releasing,
    stamping,
)
from brands.services.projects import start_project
from brands.services.saving import save_section
from brands.tasks import close_due_publicity
from dashboard.demo import paper, words
from dashboard.demo.cast import Cast
from dashboard.demo.days import ago, moment, on
from dashboard.sample_papers import word_file
from foundation import clock
from foundation.accounts.models import User
from foundation.workflow.engine import perform
from reviews.declaring import declare_no_ties
from reviews.drawing import draw
from reviews.models import Assignment, Round, Rubric
from reviews.services import freeze_round, open_round, save_scores, submit_review
from schools.models import Area, OrganisationKind, PartyOrganisation, School
from schools.rights import rights_of

# Public names with what is public about them; no score, no text of ours (domain.md H2, H3). A day
# only where one is known; each in a finished batch without applications.
SEED_HONOURS = [
    ("苏州工业园区星海小学", "“融星”先锋在行动", 2018, 1, Honour.Level.PROVINCE, date(2018, 6, 22)),
    ("江苏省苏州中学校", "追寻红色校史，传承育人初心", 2019, 2, Honour.Level.CITY, None),
]
# Brands of the bureau's own organ committee; the article is of 2020.
ORGAN_BRANDS = ["“园丁先锋”耀党旗", "党建引领教育质量再攀新高", "“园丁先锋”在行动"]
ORGAN_YEAR = 2020
# Days after the notice: (opens, closes).
WINDOWS = {
    Stage.APPLY: (0, 20),
    Stage.DISTRICT: (8, 30),
    Stage.CHECK: (21, 37),
    Stage.REVIEW: (38, 52),
    Stage.DECISION: (53, 66),
}


class Selection:
    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.random = random.Random(20261)  # noqa: S311  the same demo every time

    def build(self) -> None:
        self.seed_honours()
        self.named_batch()
        self.batch_in_review()
        self.open_batch()
        self.secretary_batch()

    def seed_honours(self) -> None:
        for number, (name, brand, year, batch, level, day) in enumerate(SEED_HONOURS, start=1):
            school = School.objects.filter(name=name).first()
            Batch.objects.create(
                programme=Programme.objects.get(pk=Programme.SCHOOL_BRAND),
                year=year,
                number=batch,
                title=f"第{'一二'[batch - 1]}批“一校一品”党建文化品牌项目（历史批次，示例）",
                source_document="历史文件，文号未录入",
                status=BatchStatus.CLOSED,
            )
            Honour.objects.create(
                number=f"示例-{year}-{number:04d}",
                school=school,
                holder=name,
                brand_name=brand,
                level=level,
                label="建设成果",
                year=year,
                batch_number=batch,
                named_on=day,
                is_example=True,
            )

        organ = PartyOrganisation.objects.filter(kind=OrganisationKind.ORGAN_COMMITTEE).first()
        for number, brand in enumerate(ORGAN_BRANDS, start=1):
            Honour.objects.create(
                number=f"示例-{ORGAN_YEAR}-{number:04d}",
                organisation=organ,
                holder="苏州市教育局机关党委",
                brand_name=brand,
                level=Honour.Level.CITY,
                label="党建品牌",
                year=ORGAN_YEAR,
                is_example=True,
            )

    def named_batch(self) -> None:
        """Last year's 一校一品, from notice to plaque."""
        start = ago(330)
        batch = self._batch(Programme.SCHOOL_BRAND, start, 1, reviewers=5)
        self._apply_all(batch, self.cast.units[:6], start)
        self._recommend_and_check(batch, start)
        self._review(batch, start + timedelta(days=38), submit_all=True)
        self._decide_and_name(batch, start + timedelta(days=50))

    def batch_in_review(self) -> None:
        start = ago(42)
        batch = self._batch(Programme.SCHOOL_BRAND, start, 2, reviewers=5)
        self._apply_all(batch, self.cast.units[6:11], start)
        self._recommend_and_check(batch, start)
        self._review(batch, start + timedelta(days=38), submit_all=False)

    def open_batch(self) -> None:
        """Schools are applying: a draft, some handed in, one sent back. The named stay out."""
        start = ago(12)
        batch = self._batch(Programme.SCHOOL_BRAND, start, 3, reviewers=5, stamp=True)
        units = self.cast.units
        named = Project.objects.filter(status=ProjectStatus.NAMED).values_list(
            "organisation", flat=True
        )
        again = [unit for unit in units[:6] if unit.pk not in set(named)]
        with on(ago(6)):
            self._draft(batch, units[13], 13)
        self._apply_all(batch, [*again, units[11], units[12]], start + timedelta(days=3))
        with on(ago(3)):
            stamped = batch.projects.get(organisation=units[11])
            stamping.add(stamped, paper.scan(), by=self.cast.secretaries[units[11].pk])
        with on(ago(2)):
            project = batch.projects.get(organisation=again[0])
            officer = self._officer(project)
            note = "请补充成效部分的前后对比数据。"
            perform(project, "district_return", by=officer, note=note)

    def secretary_batch(self) -> None:
        """Two established with milestones under way, one waiting for its pre-check."""
        start = ago(150)
        batch = self._batch(Programme.SECRETARY_PROJECT, start, 1, reviewers=3)
        units = [self.cast.units[n] for n in (0, 6, 9)]
        self._apply_all(batch, units[:2], start)
        with on(start + timedelta(days=25)):
            for project in batch.projects.filter(status=ProjectStatus.PRECHECK):
                perform(project, "accept", by=self.cast.clerk, note="材料齐全，符合四项原则。")
        self._review(batch, start + timedelta(days=30), submit_all=True)
        with on(start + timedelta(days=45)):
            minutes = f"〔{start.year}〕第6次会议"
            for project in batch.projects.filter(status=ProjectStatus.SCORED):
                perform(project, "approve", by=self.cast.leader, minutes_number=minutes)
            keys = list(releasing.pending(batch).values_list("pk", flat=True))
            releasing.release(batch, keys, by=self.cast.clerk, minutes_number=minutes)
        self._milestones(batch, start)
        newest = self._batch(Programme.SECRETARY_PROJECT, ago(8), 2, reviewers=3)
        self._apply_all(newest, units[2:], ago(5))

    def _batch(
        self, programme: str, start: date, number: int, *, reviewers: int, stamp: bool = False
    ) -> Batch:
        kind = Programme.objects.get(pk=programme)
        with on(start):
            batch = Batch.objects.create(
                programme=kind,
                year=start.year,
                number=number,
                title=f"{start.year}年“{kind}”第{'一二三'[number - 1]}批申报",
                source_document=f"苏教工委〔{start.year}〕{10 + number}号",
                reviewers_per_entry=reviewers,
                needs_stamp=stamp,
            )
            for stage, (opens, closes) in WINDOWS.items():
                if stage in batch.stages_used:
                    BatchStage.objects.create(
                        batch=batch,
                        stage=stage,
                        opens_at=moment(start + timedelta(days=opens), 0),
                        closes_at=clock.end_of(start + timedelta(days=closes)),
                    )
            if kind.has_district:
                for area in Area.objects.filter(is_direct=False):
                    Quota.objects.create(batch=batch, area=area, places=4)
            perform(batch, "open", by=self.cast.clerk)
        return batch

    def _officer(self, project: Project) -> User:
        assert project.area_id is not None
        return self.cast.districts[project.area_id]

    def _draft(self, batch: Batch, unit: PartyOrganisation, number: int) -> Project:
        user = self.cast.secretaries[unit.pk]
        via = rights_of(user).appointments[0]
        project = start_project(batch, organisation=unit, by=user, via=via)
        answers = words.content(batch.programme_id, number, unit.secretary_name, clock.today())
        save_section(project, answers, versions={}, by=user, via=via)
        self._attach(project, user)
        return project

    def _attach(self, project: Project, by: User) -> None:
        """One file in the form's field for it, as a school would."""
        project.refresh_from_db()
        for key, title in words.PAPERS.items():
            if spec.form_of(project.batch).file_field(key):
                unit = project.organisation.short
                paper = word_file(f"{unit}{title}", f"《{project.title}》{title}。")
                attachments.attach(project, paper, by=by, contains_minor=None, field=key)

    def _apply_all(self, batch: Batch, units: list[PartyOrganisation], start: date) -> None:
        for number, unit in enumerate(units):
            with on(start + timedelta(days=1 + number % 3), 9 + number % 8):
                self._draft(batch, unit, self.cast.units.index(unit))
                project = batch.projects.get(organisation=unit)
                perform(project, "submit", by=self.cast.secretaries[unit.pk])

    def _recommend_and_check(self, batch: Batch, start: date) -> None:
        with on(start + timedelta(days=24)):
            for project in batch.projects.filter(status=ProjectStatus.DISTRICT_REVIEW):
                perform(project, "recommend", by=self._officer(project))
        with on(start + timedelta(days=33)):
            ready = [ProjectStatus.RECOMMENDED, ProjectStatus.FORMAL_CHECK]
            for project in batch.projects.filter(status__in=ready):
                perform(project, "accept", by=self.cast.clerk, note="材料齐全。")

    def _review(self, batch: Batch, day: date, *, submit_all: bool) -> None:
        clerk, code = self.cast.clerk, batch.programme.rubrics[Judged.SELECTION]
        with on(day):
            found = Round.objects.create(
                batch=batch,
                rubric=Rubric.objects.filter(code=code).latest("version"),
                per_entry=batch.reviewers_per_entry,
                opens_at=moment(day, 8),
                closes_at=clock.end_of(day + timedelta(days=14)),
                created_by=clerk,
            )
            open_round(found, by=clerk)
            draw(found, 20261, by=clerk)
            for reviewer in self.cast.reviewers:
                declare_no_ties(found, by=reviewer)
        with on(day + timedelta(days=1)):
            mine = Assignment.objects.filter(entry__round=found).select_related("reviewer")
            for number, assignment in enumerate(mine):
                if submit_all or number % 2 == 0:
                    self._score(assignment)
        if submit_all:
            with on(day + timedelta(days=8)):
                found.refresh_from_db()
                freeze_round(found, by=clerk)

    def _score(self, assignment: Assignment) -> None:
        criteria = assignment.entry.round.rubric.criteria.all()
        level = Decimal(self.random.randint(74, 94)) / 100
        values = {c.pk: (Decimal(c.weight) * level * 2).quantize(Decimal(1)) / 2 for c in criteria}
        comment = self.random.choice(words.COMMENTS)
        reviewer = assignment.reviewer
        save_scores(assignment, values, comment, by=reviewer, version=assignment.version)
        assignment.refresh_from_db()
        submit_review(assignment, by=reviewer)

    def _decide_and_name(self, batch: Batch, day: date) -> None:
        scored = list(batch.projects.filter(status=ProjectStatus.SCORED).order_by("rank"))
        chosen, rest = scored[:4], scored[4:]
        minutes = f"〔{day.year}〕第3次会议"
        with on(day):
            keys = [project.pk for project in chosen]
            deciding.move_many(batch, "propose", keys, by=self.cast.clerk)
            deciding.move_many(batch, "approve", keys, by=self.cast.leader, minutes_number=minutes)
            for project in rest:
                project.refresh_from_db()
                perform(project, "decline", by=self.cast.leader, note="名额所限，按名次未入选。")
        with on(day + timedelta(days=2)):
            notice = Publicity(
                batch=batch,
                title=f"关于{batch.title}结果的公示",
                text="经学校申报、区（市）推荐、专家评审和会议审定，现将拟命名名单予以公示。",
                contact_office="市委教育工委组织处",
                contact_phone="0512-00000000",
                contact_address="（演示地址）",
            )
            publishing.save_draft(notice, keys, by=self.cast.clerk)
            perform(notice, "confirm", by=self.cast.second)
        self._objection(notice, chosen[-1], day)
        with on(day + timedelta(days=20)):
            close_due_publicity()
            document = f"苏教工委〔{day.year}〕28号"
            naming.name_many(batch, keys, by=self.cast.leader, document_number=document)
            batch.refresh_from_db()
            perform(batch, "close", by=self.cast.clerk)

    def _milestones(self, batch: Batch, start: date) -> None:
        for project in batch.projects.filter(status=ProjectStatus.ESTABLISHED):
            secretary = self.cast.secretaries[project.organisation_id]
            with on(start + timedelta(days=50)):
                steps = [
                    ("完成调研和问题建账", 60),
                    ("在两个年级试点", 130),
                    ("全校推广并总结", 200),
                ]
                for title, days in steps:
                    Milestone.objects.create(
                        project=project,
                        title=title,
                        owner=secretary.name,
                        due_on=start + timedelta(days=days),
                    )
                perform(project, "start", by=secretary)
            with on(start + timedelta(days=58)):
                first = project.milestones.earliest("due_on")
                first.done_on, first.result = clock.today(), "走访完成，问题已建账。"
                first.save(update_fields=["done_on", "result"])

    def _objection(self, notice: Publicity, project: Project, day: date) -> None:
        """Received while the names were public, looked into, found to be unfounded."""
        with on(day + timedelta(days=4)):
            objection = objecting.receive(
                Objection(
                    publicity=notice,
                    project=project,
                    name="一位家长（虚构）",
                    contact="0512-00000000",
                    text="申报材料里的活动照片像是往年的，请核实拍摄时间。",
                )
            )
            perform(objection, "accept", by=self.cast.supervision)
        with on(day + timedelta(days=8)):
            found = "查看原始照片和活动记录，拍摄时间与申报一致，异议不成立。"
            perform(objection, "dismiss", by=self.cast.supervision, note=found)
