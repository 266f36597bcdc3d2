"""One of everything, seen by everybody: the objects and people of the permission matrix."""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from brands.models import (
    ApplicationForm,
    Attachment,
    BatchStatus,
    ChangeRequest,
    FilePart,
    Honour,
    HonourImport,
    Milestone,
    NegativeEvent,
    Objection,
    ObjectionFile,
    Programme,
    ProgressFile,
    ProjectStatus,
    Promotion,
    Publicity,
    PublicityEntry,
    PublicityStatus,
    QuotaTransfer,
    Recheck,
    RecheckFile,
    SourceFile,
    StampedScan,
)
from brands.services import bulk, publishing
from checkups.models import Checkup, Cycle, Rectification, Template
from foundation import clock
from foundation.feedback.models import Suggestion
from foundation.jobs.models import Job, JobState
from foundation.jobs.services import standing_of
from foundation.notifications.models import Notice
from foundation.outbox.models import Message, MessageState
from foundation.workdays.models import CalendarDay
from reviews import plans, preparing_lots
from reviews.assigning import Rules
from reviews.lots import Wanted
from reviews.models import (
    AssignmentPlan,
    AvoidWish,
    Invitation,
    Masking,
    Mode,
    PlanStatus,
    PoolImport,
    Reviewer,
    ReviewerKind,
    RoundKind,
    RoundStatus,
    Rubric,
    ScoreUpload,
    Tie,
    TieKind,
)
from reviews.results.keeping import keep
from schools.models import Appointment, PartyOrganisation, Role, Tier
from schools.models.importing import ImportDraft
from tests.factories.brands import BatchFactory, give_quota, open_batch, ready_project
from tests.factories.people import UserFactory, person
from tests.factories.reviews import (
    AssignmentFactory,
    EligibleProjectFactory,
    EntryFactory,
    RoundFactory,
)
from tests.factories.schools import (
    AreaCommitteeFactory,
    AreaFactory,
    RootFactory,
    SchoolFactory,
    UnitFactory,
)
from tests.reviews.test_combined import both_over

COUNTS = dict.fromkeys(("new", "changed", "unchanged", "wrong"), 0)
ROLES = [
    "anonymous", "staff", "secretary", "other", "district", "other_district", "bureau", "leader",
    "supervision", "reviewer", "free_reviewer", "dual", "system_admin", "security_admin", "auditor",
    "disabled", "unappointed",
]  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """Words that a page may show to whom one of the `doors` opens, and to the persons in `own`.

    `outside` begins the addresses where everybody may read them.
    """

    text: str
    doors: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    outside: str | tuple[str, ...] = "-"


class World:
    """`keys` are arguments of addresses by kind of object; all of them belong to one school.

    `other` and `other_district` are people of another school and area: what they may not see of
    these is what the school's own may not see of others. `marks` tell the objects apart in pages.
    """

    def __init__(self) -> None:
        self.root = RootFactory()
        area = AreaCommitteeFactory()
        self.unit = UnitFactory(
            parent=area, school=SchoolFactory(area=area.area, name="标记小学甲")
        )
        self.foreign = UnitFactory()
        self.people = self._people()
        self.keys: dict[str, object] = {}
        self._selection()
        self._bulk()
        self._reviewing()
        self._publicity()
        self._checking()
        self._foundation()
        self.marks = self._marks()

    def _people(self):
        area, other_area = self.unit.parent, self.foreign.parent
        people = {
            "anonymous": None,
            "staff": person(Role.STAFF, self.unit),
            "secretary": person(Role.SECRETARY, self.unit),
            "other": person(Role.SECRETARY, self.foreign),
            "district": person(Role.DISTRICT, area),
            "other_district": person(Role.DISTRICT, other_area),
            "bureau": person(Role.BUREAU, self.root),
            "leader": person(Role.LEADER, self.root),
            "supervision": person(Role.SUPERVISION, self.root),
            "reviewer": person(Role.REVIEWER, self.root, name="评审专家甲"),
            "free_reviewer": person(Role.REVIEWER, self.root),
            "dual": person(Role.REVIEWER, self.root),
            "system_admin": person(Role.SYSTEM_ADMIN, self.root),
            "security_admin": person(Role.SECURITY_ADMIN, self.root),
            "auditor": person(Role.AUDITOR, self.root),
            "disabled": person(Role.SECRETARY, self.unit, is_active=False),
            "unappointed": UserFactory(),
        }
        Appointment.objects.create(user=people["dual"], role=Role.SECRETARY, organisation=self.unit)
        return people

    def _file(self, project):
        stored = default_storage.save("test/sample.pdf", ContentFile(b"%PDF-1.4 sample"))
        return Attachment.objects.create(
            project=project, name="佐证.pdf", stored=stored, content_type="application/pdf",
            size=15, sha256="0" * 64, by=self.people["secretary"],
        )  # fmt: skip

    def _selection(self):
        batch = open_batch(quotas=[(self.unit.area, 3)])
        draft_batch = BatchFactory(status=BatchStatus.DRAFT, title="未开启的批次甲")
        project = ready_project(
            batch, self.unit, status=ProjectStatus.DISTRICT_REVIEW, title="待推荐的品牌甲"
        )
        # Not of the kind in which the school is named already: it could not be submitted.
        draft = ready_project(
            open_batch(Programme.SECRETARY_PROJECT), self.unit, title="未提交的品牌甲"
        )
        secretary = open_batch(Programme.SECRETARY_PROJECT)
        running = ready_project(
            secretary, self.unit, status=ProjectStatus.IN_PROGRESS, title="推进中的项目甲"
        )
        established = ready_project(
            open_batch(Programme.SECRETARY_PROJECT), self.unit, status=ProjectStatus.ESTABLISHED
        )
        due = clock.today() + timedelta(days=30)
        milestone = Milestone.objects.create(
            project=running, title="节点任务甲", owner="负责人", due_on=due
        )
        planned = Milestone.objects.create(
            project=established, title="试点", owner="负责人", due_on=due
        )
        note = milestone.notes.create(
            day=clock.today(), text="推进记录甲", by=self.people["secretary"]
        )
        evidence = ProgressFile.objects.create(
            project=running, note=note, name="推进材料.pdf", content_type="application/pdf", size=15,
            stored=default_storage.save("test/sample.pdf", ContentFile(b"%PDF-1.4 sample")),
            sha256="0" * 64, by=self.people["secretary"],
        )  # fmt: skip
        self.running = running
        held = ready_project(
            open_batch(Programme.SECRETARY_PROJECT), self.unit, status=ProjectStatus.IN_PROGRESS
        )
        change = ChangeRequest.objects.create(
            project=held, kind="end", reason="终止理由甲", asked_by=self.people["secretary"]
        )
        version = running.versions.create(
            number=1, title=running.title, content={}, by=self.people["secretary"]
        )
        taker = AreaFactory()
        give_quota(batch, taker, 1)
        transfer = QuotaTransfer.objects.create(
            batch=batch, source=self.unit.area, target=taker, places=1,
            why="调剂理由甲", by=self.people["district"],
        )  # fmt: skip
        scan = StampedScan.objects.create(
            project=running, of=version, name="盖章.pdf", content_type="application/pdf", size=15,
            stored=default_storage.save("test/sample.pdf", ContentFile(b"%PDF-1.4 sample")),
            sha256="0" * 64, by=self.people["secretary"],
        )  # fmt: skip
        sources = [
            SourceFile.objects.create(
                batch=each, name=f"{name}.pdf", content_type="application/pdf", size=15,
                stored=default_storage.save("test/sample.pdf", ContentFile(b"%PDF-1.4 sample")),
                sha256="0" * 64, by=self.people["bureau"],
            )
            for each, name in ((batch, "通知"), (draft_batch, "未发的通知"))
        ]  # fmt: skip
        self.keys |= {
            "source_file": sources[0].pk, "draft_source_file": sources[1].pk,
            "progress_file": evidence.pk, "held": held.pk, "change": change.pk,
            "transfer": transfer.pk, "stamped_scan": scan.pk,
            "batch": batch.pk, "draft_batch": draft_batch.pk,
            "batch_over": open_batch(stages=()).pk, "project": project.pk,
            "project_seen": f"{project.pk}.{project.version}",
            "draft": draft.pk, "running": running.pk, "established": established.pk,
            "milestone": milestone.pk, "planned_milestone": planned.pk,
            "attachment": self._file(project).pk, "draft_attachment": self._file(draft).pk,
            "file_part": FilePart.objects.create(
                project=draft, owner=self.people["secretary"], name="未传完.pdf", size=9
            ).key,
            "programme_key": Programme.SCHOOL_BRAND, "section_key": "basics",
            "field_key": "slogan", "form": ApplicationForm.objects.get(
                programme=Programme.SCHOOL_BRAND
            ).pk,
        }  # fmt: skip

    def _bulk(self):
        batch = open_batch(quotas=[(self.unit.area, 1)])
        project = ready_project(
            batch, self.unit, status=ProjectStatus.DISTRICT_REVIEW, title="批量办理的品牌甲"
        )
        district = self.people["district"]
        row = bulk.carry_out(
            "not_recommend", {project.pk: 0}, note="理由", by=district,
            via=bulk.may_do(district, "not_recommend").via,
        )  # fmt: skip
        self.keys |= {"bulk": row.pk}

    def _reviewing(self):
        round_ = RoundFactory(status=RoundStatus.OPEN, batch=open_batch())
        project = EligibleProjectFactory(
            batch=round_.batch,
            organisation=self.unit,
            status=ProjectStatus.IN_REVIEW,
            title="评审中的品牌甲",
        )
        entry = EntryFactory(round=round_, project=project)
        assignment = AssignmentFactory(entry=entry, reviewer=self.people["reviewer"])
        AssignmentFactory(entry=entry, reviewer=self.people["dual"])  # Given by mistake.
        frozen = RoundFactory(status=RoundStatus.FROZEN, batch=open_batch())
        for _ in range(2):
            EntryFactory(round=frozen, rank=1)
        keep(frozen, at=clock.now())
        draft = RoundFactory(batch=open_batch())
        closing = RoundFactory(
            status=RoundStatus.OPEN, kind=RoundKind.CLOSING, batch=self.running.batch
        )
        last = AssignmentFactory(
            entry=EntryFactory(round=closing, project=self.running),
            reviewer=self.people["reviewer"],
        )
        plan = AssignmentPlan.objects.create(
            round=round_, rules=plans.stored(Rules(per_entry=5)), seed=1, status=PlanStatus.READY, created_by=self.people["bureau"],
            panels={str(entry.pk): [row.pk for row in self._judges()]}, cost=0, bound=0,
        )  # fmt: skip
        plan.proof = plans.proved(plan, plans.current_problem(plan), plans.panels_of(plan))
        plan.save(update_fields=["proof"])
        tie = Tie.objects.create(
            user=self.people["free_reviewer"], kind=TieKind.AVOID, school=self.unit.school,
            reason="申报单位来信", by=self.people["bureau"],
        )  # fmt: skip
        Reviewer.objects.create(user=self.people["dual"], kind=ReviewerKind.HEAD)
        invitation = Invitation.objects.create(
            round=draft, reviewer=self.people["free_reviewer"], asked_by=self.people["bureau"],
            answer_by=clock.now() + timedelta(days=3),
        )  # fmt: skip
        blind = RoundFactory(batch=open_batch(), is_blind=True)
        hidden = EligibleProjectFactory(
            batch=blind.batch, organisation=self.unit, title="盲评中的品牌甲"
        )
        masking = Masking.objects.create(round=blind, project=hidden)
        masking.masks.create(found="标记小学甲", shown="某校")
        file = self._file(hidden)
        copy = masking.copies.create(
            attachment=file, name="附件1.pdf", edition=0, state="made", stored=file.stored,
            content_type=file.content_type,
        )  # fmt: skip
        lots = preparing_lots.prepare(draft, [Wanted("", "", 1)], by=self.people["bureau"])
        experts = PoolImport.objects.create(
            owner=self.people["bureau"], name="专家.xlsx", rows=[], counts={}
        )
        upload = ScoreUpload.objects.create(
            owner=self.people["reviewer"], round=round_, name="评分表.xlsx"
        )
        wish = AvoidWish.objects.create(
            project_id=self.keys["project"], name="钱某", unit="教科院", reason="有公开争议",
            asked_by=self.people["staff"],
        )  # fmt: skip
        self._combined()
        unused = Rubric.objects.get(code="R6")
        self.keys |= {
            "blind_round": blind.pk, "masking": masking.pk, "masking_copy": copy.pk,
            "rubric": round_.rubric_id, "draft_rubric": unused.pk,
            "criterion": unused.criteria.first().pk,
            "closing_assignment": last.pk,
            "round": round_.pk, "frozen_round": frozen.pk, "draft_round": draft.pk, "entry": entry.pk,
            "assignment": assignment.pk, "review_file": self._file(project).pk,
            "review_project": project.pk, "assignment_plan": plan.pk, "tie": tie.pk,
            "score_upload": upload.pk, "invitation": invitation.pk, "pool_import": experts.pk, "lots": lots.pk,
            "wish": wish.pk,
            "judge": self.people["reviewer"].pk,
        }  # fmt: skip

    def _combined(self):
        """A batch whose rounds are over, both with a tie at the top; and one with nothing begun."""
        for key in ("combined_batch", "weighed_batch"):
            online = RoundFactory(batch=open_batch(), weight=60, scoring="mean")
            defence = RoundFactory(
                batch=online.batch, mode=Mode.DEFENCE, weight=40, takes=2, scoring="mean"
            )
            self.keys |= {key: online.batch_id}
            if key == "combined_batch":
                for n in range(2):
                    EligibleProjectFactory(batch=online.batch, title=f"并列品牌{n}")
                both_over(online, defence, first=(0.8, 0.8), second=(0.5, 0.5))

    def _judges(self):
        return [self.people[name] for name in ("reviewer", "dual", "free_reviewer")]

    def _publicity(self):
        words = {
            "text": "公示正文", "contact_office": "组织处", "contact_phone": "0512-00000000",
            "contact_address": "地址", "drafted_by": self.people["bureau"],
        }  # fmt: skip
        batch = open_batch()
        project = ready_project(batch, self.unit, status=ProjectStatus.PUBLICITY)
        shown = Publicity.objects.create(
            batch=batch, title="公示", status=PublicityStatus.PUBLISHED, opens_on=clock.today(),
            closes_at=clock.now() + timedelta(days=5), **words,
        )  # fmt: skip
        PublicityEntry.objects.create(publicity=shown, project=project)
        shown.snapshot = publishing._snapshot(shown)
        shown.save(update_fields=["snapshot"])
        draft = Publicity.objects.create(batch=batch, title="未发布的公示甲", **words)
        objection = Objection.objects.create(project=project, publicity=shown, text="异议内容甲")
        evidence = ObjectionFile.objects.create(
            objection=objection, name="证明.pdf", content_type="application/pdf", size=15,
            stored=default_storage.save("test/sample.pdf", ContentFile(b"%PDF-1.4 sample")),
            sha256="0" * 64,
        )  # fmt: skip
        honour = Honour.objects.create(
            number="苏YP-2026-0001", organisation=self.unit, school=self.unit.school,
            holder=self.unit.school.name,
            brand_name="红烛", label="建设成果", year=2026, batch_number=1, named_on=clock.today(),
        )  # fmt: skip
        due = clock.today() + timedelta(days=30)
        kept = Honour.objects.create(
            number="苏YP-2026-0002", organisation=self.unit, school=self.unit.school,
            holder=self.unit.school.name, brand_name="复评的品牌甲", label="建设成果", year=2026, level="district",
        )  # fmt: skip
        check = {"honour": kept, "organisation": self.unit, "opens_on": clock.today()}
        recheck = Recheck.objects.create(**check, kind="midterm", due_on=due, status="open")
        reported = Recheck.objects.create(
            **check, kind="renewal", due_on=due, status="submitted", report="复评报告甲"
        )
        paper = RecheckFile.objects.create(
            recheck=reported, name="成效.pdf", content_type="application/pdf", size=15,
            stored=default_storage.save("test/sample.pdf", ContentFile(b"%PDF-1.4 sample")),
            sha256="0" * 64, by=self.people["secretary"],
        )  # fmt: skip
        negative = NegativeEvent.objects.create(
            school=self.foreign.school, kind_id="safety", happened_on=clock.today(),
            document_number="苏教函1号", note="事件情况甲", by=self.people["bureau"],
            file_name="认定.pdf", content_type="application/pdf",
            stored=default_storage.save("test/sample.pdf", ContentFile(b"%PDF-1.4 sample")),
        )  # fmt: skip
        promotion = Promotion.objects.create(
            honour=honour, kind="visit", day=clock.today(), place="报告厅", note="推广说明甲",
            by=self.people["secretary"],
        )  # fmt: skip
        backfill = HonourImport.objects.create(owner=self.people["bureau"], name="表.xlsx")
        self.keys |= {
            "publicity": shown.pk, "draft_publicity": draft.pk, "objection": objection.pk,
            "objection_file": evidence.pk,
            "honour": honour.number, "honour_key": honour.pk,
            "honour_import": backfill.pk, "recheck": recheck.pk,
            "negative": negative.pk, "promotion": promotion.pk,
            "reported_recheck": reported.pk, "recheck_file": paper.pk, "publicity_batch": batch.pk,
            "receipt": signing.dumps(objection.pk, salt="portal.objection"),
        }  # fmt: skip

    def _checking(self):
        template = Template.objects.earliest("pk")
        today = clock.today()
        cycle = Cycle.objects.create(
            template=template, year=2019, quarter=1, opens_on=today,
            due_on=today + timedelta(days=20), late_on=today + timedelta(days=30),
        )  # fmt: skip
        checkup = Checkup.objects.create(cycle=cycle, organisation=self.unit)
        Checkup.objects.create(cycle=cycle, organisation=self.foreign)
        row = Rectification.objects.create(
            number="ZG-2026Q1-测试-0001", organisation=self.unit, problem="整改问题甲",
            due_on=today + timedelta(days=30),
        )  # fmt: skip
        self.keys |= {
            "cycle": cycle.pk,
            "checkup": checkup.pk,
            "rectification": row.pk,
            "group": "A",
        }

    def _foundation(self):
        bureau = self.people["bureau"]
        branch = PartyOrganisation.objects.create(
            name="第一支部甲", kind="branch", tier=Tier.BRANCH, parent=self.unit, area=self.unit.area,
            school=self.unit.school,
        )  # fmt: skip
        joint = PartyOrganisation.objects.create(
            name="联合支部乙", kind="joint_branch", tier=Tier.BRANCH, parent=self.unit,
            area=self.unit.area, school=self.unit.school,
        )  # fmt: skip
        joint.joint_schools.set([self.unit.school, self.foreign.school])
        message = Message.objects.create(
            key="dead", kind="inbox", state=MessageState.DEAD, next_at=clock.wall_now(),
            payload={"subject": "未发出的信甲"},
        )  # fmt: skip
        day, _ = CalendarDay.objects.update_or_create(
            date=timezone.localdate(), defaults={"kind": "off", "source": "通知"}
        )
        notice = Notice.objects.create(
            user=self.people["secretary"], key="notice", subject="通知甲", text="内容"
        )
        stored = default_storage.save("jobs/sample.xlsx", ContentFile(b"sample"))
        mine = {"owner": bureau, "kind": "brands.summary", "filename": "汇总表.xlsx"}
        mine |= {"facts": {"query": ""}, "expires_at": clock.now() + timedelta(days=7)}
        made = Job.objects.create(
            **mine, state=JobState.DONE, stored=stored, standing=standing_of(bureau)
        )
        failed = Job.objects.create(**mine, state=JobState.FAILED, problem="中断")
        self.keys |= {
            "job": made.pk, "failed_job": failed.pk,
            "unit": self.unit.pk, "branch": branch.pk, "joint": joint.pk, "school": self.unit.school.pk,
            "import": ImportDraft.objects.create(owner=bureau, name="导入甲.xlsx", counts=COUNTS).pk,
            "suggestion": Suggestion.objects.create(text="希望少填一张表").pk,
            "message": message.pk, "day": day.pk, "calendar_key": "no-such-key", "notice": notice.pk, "root": self.root.pk,
            "person": self.people["staff"].pk,
            "appointment": self.people["staff"].appointments.get().pk,
            "area": self.unit.area.pk,
        }  # fmt: skip

    def _marks(self):
        in_review = ("brands:project#review", "reviews:review", "reviews:entry")
        return [
            Mark("未开启的批次甲", ("brands:batch#draft",)),
            Mark("待推荐的品牌甲", ("brands:project",)),
            Mark("批量办理的品牌甲", ("brands:project", "dashboard:audit")),
            Mark("未提交的品牌甲", ("brands:project#draft",)),
            Mark("推进中的项目甲", ("brands:milestones#running",), own=("reviewer",)),
            Mark("节点任务甲", ("brands:milestones#running",)),
            Mark("调剂理由甲", ("brands:transfer", "dashboard:audit")),
            Mark("终止理由甲", ("brands:change",)),
            Mark("推进记录甲", ("brands:milestone#running",)),
            Mark("评审中的品牌甲", in_review),
            Mark("未发布的公示甲", ("brands:publicity#draft",)),
            Mark("事件情况甲", ("brands:negative",)),
            Mark("推广说明甲", ("brands:promotions",)),
            Mark("复评报告甲", ("brands:recheck",)),
            Mark("异议内容甲", ("brands:objection",)),
            Mark("2019年第一季度", ("checkups:cycle",)),
            Mark("2019Q1", ("checkups:cycle",)),
            Mark("整改问题甲", ("checkups:rectification",)),
            Mark("第一支部甲", ("schools:organisation#branch", "schools:person")),
            Mark("未发出的信甲"),
            Mark("通知甲", own=("secretary",)),
            Mark("导入甲.xlsx", ("schools:import-preview",)),
            Mark(
                "评审专家甲",
                ("reviews:entry", "schools:person", "dashboard:audit"),
                own=("reviewer",),
            ),
            Mark(
                "标记小学甲",
                ("schools:school", "schools:person", *in_review),
                # A joint branch names the schools it spans.
                outside=("portal:", "schools:organisation#joint"),
            ),
        ]
