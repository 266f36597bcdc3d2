"""The year, a day at a time: each morning the machine's tasks, then whoever has something to do."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from brands.forms import spec
from brands.forms.fields import TITLE, Field
from brands.models import (
    Batch,
    BatchStage,
    Milestone,
    Objection,
    ObjectionStatus,
    Programme,
    Project,
    ProjectStatus,
    Publicity,
    Quota,
    Stage,
)
from brands.services import closing, deciding, extending, naming, publishing
from brands.services.objecting import receive
from brands.services.projects import start_project
from brands.services.saving import save_section
from brands.tasks import close_due_publicity
from dashboard.rehearsal.world import World
from foundation import clock
from foundation.outbox.services import drain
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from reviews.drawing import draw
from reviews.models import Assignment, Round, RoundKind, Rubric
from reviews.services import freeze_round, open_round, pledge, save_scores, submit_review
from reviews.tasks import remind_reviewers
from schools.models import PartyOrganisation
from schools.rights import rights_of

S = ProjectStatus
# Days after the notice: (opens, closes).
WINDOWS = {
    Stage.APPLY: (0, 14),
    Stage.DISTRICT: (5, 24),
    Stage.CHECK: (15, 32),
    Stage.REVIEW: (33, 45),
    Stage.DECISION: (46, 60),
}
PLACES = 3


class Year:
    """One batch from its notice on. `act` is called once for each day, in order."""

    programme: str
    rubric: str

    def __init__(self, world: World, start: date, seed: int) -> None:
        self.world, self.start = world, start
        self.random = random.Random(seed)  # noqa: S311  the same year every time
        self.days: dict[int, list[Callable[[], None]]] = {}
        self.refusals = 0
        self.batch = self._open()
        self._plan()

    def _plan(self) -> None:
        raise NotImplementedError

    def on(self, day: int, act: Callable[[], None]) -> None:
        self.days.setdefault(day, []).append(act)

    def act(self) -> None:
        """What this day brings; a refusal by the rules is counted, not an accident."""
        drain()
        close_due_publicity()
        remind_reviewers()
        for act in self.days.get((clock.today() - self.start).days, []):
            try:
                act()
            except Conflict:
                self.refusals += 1

    def _open(self) -> Batch:
        programme = Programme.objects.get(pk=self.programme)
        batch = Batch.objects.create(
            programme=programme,
            year=self.start.year,
            number=1,
            title=f"{self.start.year}年“{programme}”排演",
            source_document=f"苏教工委〔{self.start.year}〕1号",
            reviewers_per_entry=5,
        )
        for stage in batch.stages_used:
            if stage in WINDOWS:
                opens, closes = WINDOWS[stage]
                BatchStage.objects.create(
                    batch=batch,
                    stage=stage,
                    opens_at=clock.start_of(self.start + timedelta(days=opens)),
                    closes_at=clock.end_of(self.start + timedelta(days=closes)),
                )
        if batch.has_district:
            for home in self.world.homes:
                assert home.area is not None
                Quota.objects.create(batch=batch, area=home.area, places=PLACES)
        perform(batch, "open", by=self.world.clerk)
        return batch

    # Schools

    def _apply(self, unit: PartyOrganisation) -> None:
        by = self.world.secretaries[unit.pk]
        via = rights_of(by).appointments[0]
        project = start_project(self.batch, organisation=unit, by=by, via=via)
        for section in spec.form_of(self.batch).sections:
            answers = {field.key: self._answer(field, unit) for field in section.fields}
            save_section(project, answers, versions={}, by=by, via=via)
        project.refresh_from_db()
        perform(project, "submit", by=by)

    def _answer(self, field: Field, unit: PartyOrganisation) -> str:
        if field.key == TITLE:
            return f"排演品牌{unit.pk}"
        if field.kind == "choice":
            return self.random.choice(field.choices)[0]
        words = {"date": clock.today().isoformat(), "phone": "13800000000", "number": "1"}
        return words.get(field.kind, "排演内容，可以核对。")[: field.max_length]

    def _correct(self) -> None:
        for project in self._in(S.RETURNED):
            if self.random.random() < 0.8:
                perform(project, "submit", by=self.world.secretaries[project.organisation_id])

    def _in(self, *statuses: str) -> list[Project]:
        return list(self.batch.projects.filter(status__in=statuses).order_by("pk"))

    # Bureau

    def _check(self) -> None:
        for project in self._in(S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK):
            fate = self.random.random()
            if fate < 0.15 and not project.bureau_returns:
                pinned = {TITLE: "请改得更具体。"}
                perform(project, "return", by=self.world.clerk, note="请修改。", remarks=pinned)
            elif fate > 0.95:
                perform(project, "reject", by=self.world.clerk, note="材料不实。")
            else:
                perform(project, "accept", by=self.world.clerk, note="符合要求。")

    def _settle_returned(self) -> None:
        for project in self._in(S.RETURNED):
            if project.is_return_overdue:
                perform(project, "lapse", by=self.world.clerk, note="逾期未修改。")

    # Experts

    def _review(self, kind: str, rubric: str) -> None:
        found = Round.objects.create(
            batch=self.batch,
            kind=kind,
            rubric=Rubric.objects.filter(code=rubric).latest("version"),
            per_entry=5,
            opens_at=clock.now(),
            closes_at=clock.end_of(clock.today() + timedelta(days=9)),
            created_by=self.world.clerk,
        )
        open_round(found, by=self.world.clerk)
        draw(found, self.random.randint(1, 10**6), by=self.world.clerk)

    def _score(self) -> None:
        open_ = Assignment.objects.filter(entry__round__batch=self.batch).unfinished()
        for assignment in open_.select_related("reviewer", "entry__round__rubric"):
            round, by = assignment.entry.round, assignment.reviewer
            pledge(round, by=by)
            level = Decimal(self.random.randint(60, 98)) / 100
            values = {
                c.pk: (Decimal(c.weight) * level * 2).quantize(Decimal(1)) / 2
                for c in round.rubric.criteria.all()
            }
            words = (
                "按计划开展，有据可查，成效可以核对；建议进一步说明推广条件和长效机制，并补充师生反馈。"
                * 3
            )
            save_scores(assignment, values, words, by=by, version=assignment.version)
            assignment.refresh_from_db()
            submit_review(assignment, by=by)

    def _freeze(self) -> None:
        for round in Round.objects.filter(batch=self.batch, status="open"):
            freeze_round(round, by=self.world.clerk)


class BrandYear(Year):
    """一校一品: district quotas, publicity, an objection, naming."""

    programme = Programme.SCHOOL_BRAND

    def _plan(self) -> None:
        for unit in self.world.units:
            self.on(self.random.randint(1, 14), partial(self._apply, unit))
        late = self.world.units[0]
        self.on(16, lambda: self._apply(late))
        self.on(17, lambda: self._extend(late))
        self.on(18, lambda: self._apply(late))
        self.on(10, self._send_back)
        self.on(12, self._correct)
        self.on(22, self._recommend)
        self.on(25, self._check)
        self.on(26, self._correct)
        self.on(28, self._check)
        self.on(32, self._settle_returned)
        self.on(33, lambda: self._review(RoundKind.SELECTION, "R1"))
        self.on(36, self._score)
        self.on(44, self._freeze)
        self.on(47, self._decide)
        self.on(48, self._draft_notice)
        self.on(49, self._publish)
        self.on(51, self._object)
        self.on(52, self._take_up)
        self.on(60, self._conclude)
        self.on(75, self._name)
        self.on(90, self._finish)

    def _extend(self, unit: PartyOrganisation) -> None:
        until = clock.today() + timedelta(days=2)
        extending.grant(
            self.batch, Stage.APPLY, unit, until=until, why="停电", by=self.world.clerk, via=None
        )

    def _send_back(self) -> None:
        for project in self._in(S.DISTRICT_REVIEW)[:2]:
            officer = self.world.officers[project.area_id]
            perform(project, "district_return", by=officer, note="请补充数据。")

    def _recommend(self) -> None:
        """In each area as many as there are places; one more is refused by the database."""
        for project in self._in(S.DISTRICT_REVIEW):
            officer = self.world.officers[project.area_id]
            try:
                perform(project, "recommend", by=officer)
            except Conflict:
                self.refusals += 1
                perform(project, "not_recommend", by=officer, note="名额已满。")

    def _decide(self) -> None:
        scored = sorted(self._in(S.SCORED), key=lambda project: (project.rank or 0, project.pk))
        chosen = [project.pk for project in scored[: max(1, len(scored) * 2 // 3)]]
        world, minutes = self.world, f"〔{self.start.year}〕第3次会议"
        deciding.move_many(self.batch, "propose", chosen, by=world.clerk)
        deciding.move_many(self.batch, "approve", chosen, by=world.leader, minutes_number=minutes)
        for project in self._in(S.SCORED):
            perform(project, "decline", by=world.leader, note="名额所限，按名次未入选。")

    def _draft_notice(self) -> None:
        notice = Publicity(
            batch=self.batch,
            title=f"关于{self.batch.title}结果的公示",
            text="经申报、推荐、评审和审定，现予公示。",
            contact_office="组织处",
            contact_phone="0512-00000000",
            contact_address="（排演）",
        )
        keys = [project.pk for project in self._in(S.APPROVED)]
        publishing.save_draft(notice, keys, by=self.world.clerk)

    def _publish(self) -> None:
        for notice in self.batch.publicities.filter(status="draft"):
            perform(notice, "confirm", by=self.world.second)

    def _object(self) -> None:
        notice = self.batch.publicities.latest("pk")
        for project in self._in(S.PUBLICITY)[:2]:
            receive(Objection(project=project, publicity=notice, text="内容不实。", name="排演甲",
                              contact="13800000000"))  # fmt: skip

    def _take_up(self) -> None:
        for objection in Objection.objects.filter(status=ObjectionStatus.RECEIVED):
            perform(objection, "accept", by=self.world.supervision)

    def _conclude(self) -> None:
        names = ["uphold", "dismiss"]
        under = Objection.objects.filter(status=ObjectionStatus.INVESTIGATING).order_by("pk")
        for objection, name in zip(under, names, strict=False):
            perform(objection, name, by=self.world.supervision, note="已核实。")

    def _name(self) -> None:
        keys = [project.pk for project in self._in(S.PUBLICITY)]
        document = f"苏教工委〔{self.start.year}〕28号"
        naming.name_many(self.batch, keys, by=self.world.leader, document_number=document)

    def _finish(self) -> None:
        self.batch.refresh_from_db()
        perform(self.batch, "close", by=self.world.clerk)


class SecretaryYear(Year):
    """书记项目: pre-check, establishment, milestones, closing."""

    programme = Programme.SECRETARY_PROJECT

    def _plan(self) -> None:
        for unit in self.world.units[::2]:
            self.on(self.random.randint(1, 14), partial(self._apply, unit))
        self.on(20, self._check)
        self.on(22, self._correct)
        self.on(28, self._settle_returned)
        self.on(29, self._check)
        self.on(33, lambda: self._review(RoundKind.SELECTION, "R3"))
        self.on(36, self._score)
        self.on(44, self._freeze)
        self.on(47, self._establish)
        self.on(50, self._set_out)
        self.on(150, lambda: self._report(0))
        self.on(240, lambda: self._report(1))
        self.on(250, self._apply_closing)
        self.on(255, lambda: self._review(RoundKind.CLOSING, "R4"))
        self.on(258, self._score)
        self.on(266, self._freeze)
        self.on(270, self._close)

    def _establish(self) -> None:
        minutes = f"〔{self.start.year}〕第4次会议"
        for project in sorted(self._in(S.SCORED), key=lambda each: (each.rank or 0, each.pk)):
            perform(project, "establish", by=self.world.leader, minutes_number=minutes)

    def _secretary(self, project: Project) -> object:
        return self.world.secretaries[project.organisation_id]

    def _set_out(self) -> None:
        for project in self._in(S.ESTABLISHED):
            by = self._secretary(project)
            for title, days in [("调研", 145), ("推广", 235)]:
                due = self.start + timedelta(days=days)
                step = Milestone(project=project, title=title, owner="排演负责人", due_on=due)
                closing.save_milestone(step, by=by)
            project.refresh_from_db()
            perform(project, "start", by=by)

    def _report(self, number: int) -> None:
        for project in self._in(S.IN_PROGRESS):
            step = project.milestones.order_by("due_on")[number]
            closing.report_milestone(
                step, done_on=clock.today(), result="已完成。", by=self._secretary(project)
            )

    def _apply_closing(self) -> None:
        for project in self._in(S.IN_PROGRESS):
            perform(project, "apply_closing", by=self._secretary(project), report="全部完成。")

    def _close(self) -> None:
        for project in self._in(S.CLOSING_SCORED):
            perform(project, "close", by=self.world.leader)
