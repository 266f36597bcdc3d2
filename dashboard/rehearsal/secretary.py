"""A year of 书记项目: pre-check, establishment, milestones and their changes, closing."""

from datetime import timedelta
from functools import partial
from typing import Any

from brands.models import (
    ChangeKind,
    ChangeRequest,
    Milestone,
    Programme,
    Project,
    ProjectStatus,
)
from brands.services import changing, closing, noting, releasing
from dashboard.rehearsal.year import Year
from foundation import clock
from foundation.workflow.engine import perform
from reviews.models import RoundKind

S = ProjectStatus


class SecretaryYear(Year):
    programme = Programme.SECRETARY_PROJECT

    def _plan(self) -> None:
        for unit in self.world.units[::2]:
            self.on(self.random.randint(1, 14), partial(self._apply, unit))
        self.on(19, self._check_many)
        self.on(20, self._check)
        self.on(22, self._correct)
        self.on(28, self._settle_returned)
        self.on(29, self._check)
        self.on(33, lambda: self._review(RoundKind.SELECTION))
        self.on(36, self._score)
        self.on(44, self._freeze)
        self.on(47, self._establish)
        self.on(50, self._set_out)
        self.on(80, self._note)
        self.on(100, self._ask_changes)
        self.on(103, self._answer_changes)
        self.on(150, lambda: self._report(0))
        self.on(240, lambda: self._report(1))
        self.on(250, self._apply_closing)
        self.on(255, lambda: self._review(RoundKind.CLOSING))
        self.on(258, self._score)
        self.on(266, self._freeze)
        self.on(270, self._close)

    def _establish(self) -> None:
        minutes = f"〔{self.start.year}〕第4次会议"
        for project in sorted(self._in(S.SCORED), key=lambda each: (each.rank or 0, each.pk)):
            perform(project, "approve", by=self.world.leader, minutes_number=minutes)
        decided = [project.pk for project in self._in(S.APPROVED)]
        releasing.release(self.batch, decided, by=self.world.leader, minutes_number=minutes)

    def _secretary(self, project: Project) -> Any:
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

    def _note(self) -> None:
        for step in self._steps():
            by = self._secretary(step.project)
            noting.add_note(step, day=clock.today(), text="已走访调研，形成问题清单。", by=by)

    def _steps(self) -> list[Milestone]:
        """The first step of each project under way."""
        return [project.milestones.earliest("due_on") for project in self._in(S.IN_PROGRESS)]

    def _ask_changes(self) -> None:
        """One asks for an end, the next for another day of its second step; neither just does it."""
        running = self._in(S.IN_PROGRESS)
        for project in running[-1:] if len(running) > 2 else []:
            changing.ask(project, ChangeKind.END, reason="学校合并。", by=self._secretary(project))
        for project in running[:1]:
            step = project.milestones.latest("due_on")
            row = {"milestone": step.pk, "title": step.title, "owner": step.owner, "drop": False,
                   "due_on": (step.due_on + timedelta(days=5)).isoformat()}  # fmt: skip
            by = self._secretary(project)
            changing.ask(project, ChangeKind.PLAN, reason="教研员出差。", rows=[row], by=by)

    def _answer_changes(self) -> None:
        waiting = ChangeRequest.objects.filter(project__batch=self.batch, status="pending")
        for change in waiting.order_by("pk"):
            perform(change, "approve", by=self.world.clerk)

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
