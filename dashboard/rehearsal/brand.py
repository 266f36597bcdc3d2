"""A batch of 一校一品: district quotas, publicity, objections, naming, plaques."""

from datetime import timedelta
from functools import partial

from django.core.exceptions import PermissionDenied

from brands.models import (
    Honour,
    Objection,
    ObjectionStatus,
    Programme,
    ProjectStatus,
    Promotion,
    Publicity,
    Stage,
)
from brands.outputs import certificates
from brands.services import deciding, extending, naming, promoting, publishing, quotas
from brands.services.objecting import receive
from dashboard.rehearsal.year import PLACES, Year
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from reviews.models import RoundKind
from schools.models import PartyOrganisation

S = ProjectStatus


class BrandYear(Year):
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
        self.on(20, self._ask_for_places)
        self.on(21, self._move_places)
        self.on(22, self._recommend)
        self.on(23, self._ask_for_a_used_place)
        self.on(24, self._check_many)
        self.on(25, self._check)
        self.on(26, self._correct)
        self.on(28, self._check)
        self.on(32, self._settle_returned)
        self.on(33, lambda: self._review(RoundKind.SELECTION))
        self.on(36, self._score)
        self.on(44, self._freeze)
        self.on(47, self._decide)
        self.on(48, self._draft_notice)
        self.on(49, self._publish)
        self.on(50, self._take_down)
        self.on(51, self._draft_notice)
        self.on(52, self._publish)
        self.on(53, self._object)
        self.on(54, self._take_up)
        self.on(55, self._name)
        self.on(62, self._conclude)
        self.on(75, self._name)
        self.on(90, self._finish)
        self.on(95, self._engrave)
        self.on(120, self._promote)

    def _extend(self, unit: PartyOrganisation) -> None:
        until = clock.today() + timedelta(days=2)
        extending.grant(
            self.batch, Stage.APPLY, unit, until=until, why="停电", by=self.world.clerk, via=None
        )

    def _send_back(self) -> None:
        for project in self._in(S.DISTRICT_REVIEW)[:2]:
            officer = self.world.officers[project.area_id]
            perform(project, "district_return", by=officer, note="请补充数据。")

    def _ask_for_places(self) -> None:
        """The bureau and a district ask; who asked does not approve."""
        first, second, third, fourth = self.world.areas
        mine = quotas.ask(self.batch, first, second, 1, why="申报不足。", by=self.world.clerk)
        officer = self.world.officers[third.pk]
        quotas.ask(self.batch, third, fourth, 1, why="学校合并。", by=officer)
        try:
            perform(mine, "approve", by=self.world.clerk)
        except PermissionDenied:
            self.refusals += 1

    def _move_places(self) -> None:
        """One is approved, the other refused."""
        names = ["approve", "refuse"]
        waiting = self.batch.transfers.pending().order_by("pk")
        for transfer, name in zip(waiting, names, strict=True):
            perform(transfer, name, by=self.world.second, note="已研究。")

    def _ask_for_a_used_place(self) -> None:
        """What stands recommended is not given away: refused, if the area has used its places."""
        first, second = self.world.areas[:2]
        quotas.ask(self.batch, second, first, PLACES, why="调剂。", by=self.world.clerk)

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

    def _take_down(self) -> None:
        """The first notice had a fault: one asks, another confirms, its projects get a new one."""
        for notice in self.batch.publicities.filter(status="published"):
            perform(notice, "ask_take_down", by=self.world.clerk, note="联系电话有误。")
            perform(notice, "take_down", by=self.world.second)

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

    def _engrave(self) -> None:
        """Plaques get their numbers; certificates and plaques are printed."""
        honours = list(Honour.objects.filter(project__batch=self.batch).order_by("pk"))
        for number, honour in enumerate(honours, start=1):
            plaque, until = f"{self.start.year}-{number:03d}", honour.valid_until
            perform(honour, "amend", by=self.world.clerk, plaque_number=plaque, valid_until=until)
        for kind in certificates.KINDS:
            assert certificates.render(honours, kind).startswith(b"%PDF")

    def _promote(self) -> None:
        honour = Honour.objects.filter(project__batch=self.batch).in_force().earliest("pk")
        visit = Promotion(honour=honour, kind="visit", day=clock.today(), place="排演学校")
        promoting.record_promotion(visit, by=self.world.clerk)
        perform(visit, "confirm", by=self.world.second)
