"""One of everything, seen by everybody: the objects and people of the permission matrix."""

from datetime import timedelta

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from brands.models import (
    Attachment,
    BatchStatus,
    Honour,
    Milestone,
    Objection,
    Programme,
    ProjectStatus,
    Publicity,
    PublicityEntry,
    PublicityStatus,
)
from brands.services import publishing
from checkups.models import Checkup, Cycle, Rectification, Template
from foundation import clock
from foundation.notifications.models import Notice
from foundation.outbox.models import Message, MessageState
from foundation.workdays.models import CalendarDay
from reviews.models import RoundStatus
from schools.models import Appointment, PartyOrganisation, Role, Tier
from schools.models.importing import ImportDraft
from tests.factories.brands import BatchFactory, open_batch, ready_project
from tests.factories.people import UserFactory, person
from tests.factories.reviews import (
    AssignmentFactory,
    EligibleProjectFactory,
    EntryFactory,
    RoundFactory,
)
from tests.factories.schools import RootFactory, UnitFactory

COUNTS = dict.fromkeys(("new", "changed", "unchanged", "wrong"), 0)
ROLES = [
    "anonymous", "staff", "secretary", "other", "district", "other_district", "bureau", "leader",
    "supervision", "reviewer", "free_reviewer", "dual", "system_admin", "security_admin", "auditor",
    "disabled", "unappointed",
]  # fmt: skip


class World:
    """`keys` are arguments of addresses by kind of object; all of them belong to one school.

    `other` and `other_district` are people of another school and area: what they may not see of
    these is what the school's own may not see of others.
    """

    def __init__(self) -> None:
        self.root = RootFactory()
        self.unit = UnitFactory()
        self.foreign = UnitFactory()
        self.people = self._people()
        self.keys: dict[str, object] = {}
        self._selection()
        self._reviewing()
        self._publicity()
        self._checking()
        self._foundation()

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
            "reviewer": person(Role.REVIEWER, self.root),
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
        draft_batch = BatchFactory(status=BatchStatus.DRAFT)
        project = ready_project(batch, self.unit, status=ProjectStatus.DISTRICT_REVIEW)
        draft = ready_project(open_batch(), self.unit)
        secretary = open_batch(Programme.SECRETARY_PROJECT)
        running = ready_project(secretary, self.unit, status=ProjectStatus.IN_PROGRESS)
        established = ready_project(
            open_batch(Programme.SECRETARY_PROJECT), self.unit, status=ProjectStatus.ESTABLISHED
        )
        due = clock.today() + timedelta(days=30)
        milestone = Milestone.objects.create(
            project=running, title="调研", owner="负责人", due_on=due
        )
        planned = Milestone.objects.create(
            project=established, title="试点", owner="负责人", due_on=due
        )
        self.keys |= {
            "batch": batch.pk, "draft_batch": draft_batch.pk, "project": project.pk,
            "draft": draft.pk, "running": running.pk, "established": established.pk,
            "milestone": milestone.pk, "planned_milestone": planned.pk,
            "attachment": self._file(project).pk, "draft_attachment": self._file(draft).pk,
        }  # fmt: skip

    def _reviewing(self):
        round_ = RoundFactory(status=RoundStatus.OPEN, batch=open_batch())
        project = EligibleProjectFactory(
            batch=round_.batch, organisation=self.unit, status=ProjectStatus.IN_REVIEW
        )
        entry = EntryFactory(round=round_, project=project)
        assignment = AssignmentFactory(entry=entry, reviewer=self.people["reviewer"])
        AssignmentFactory(entry=entry, reviewer=self.people["dual"])  # Given by mistake.
        frozen = RoundFactory(status=RoundStatus.FROZEN, batch=open_batch())
        draft = RoundFactory(batch=open_batch())
        self.keys |= {
            "round": round_.pk, "frozen_round": frozen.pk, "draft_round": draft.pk, "entry": entry.pk,
            "assignment": assignment.pk, "review_file": self._file(project).pk,
            "review_project": project.pk,
        }  # fmt: skip

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
        draft = Publicity.objects.create(batch=batch, title="草稿", **words)
        objection = Objection.objects.create(project=project, publicity=shown, text="异议")
        honour = Honour.objects.create(
            number="苏YP-2026-0001", school=self.unit.school, holder=self.unit.school.name,
            brand_name="红烛", label="建设成果", year=2026, batch_number=1, named_on=clock.today(),
        )  # fmt: skip
        self.keys |= {
            "publicity": shown.pk, "draft_publicity": draft.pk, "objection": objection.pk,
            "honour": honour.number, "publicity_batch": batch.pk,
            "receipt": signing.dumps(objection.pk, salt="portal.objection"),
        }  # fmt: skip

    def _checking(self):
        template = Template.objects.earliest("pk")
        today = clock.today()
        cycle = Cycle.objects.create(
            template=template, year=today.year, quarter=1, opens_on=today,
            due_on=today + timedelta(days=20), late_on=today + timedelta(days=30),
        )  # fmt: skip
        checkup = Checkup.objects.create(cycle=cycle, organisation=self.unit)
        Checkup.objects.create(cycle=cycle, organisation=self.foreign)
        row = Rectification.objects.create(
            number="ZG-2026Q1-测试-0001", organisation=self.unit, problem="问题",
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
            name="第一支部", kind="branch", tier=Tier.BRANCH, parent=self.unit, area=self.unit.area,
            school=self.unit.school,
        )  # fmt: skip
        message = Message.objects.create(
            key="dead", kind="inbox", state=MessageState.DEAD, next_at=clock.wall_now(),
            payload={"subject": "未发出"},
        )  # fmt: skip
        day = CalendarDay.objects.create(date=timezone.localdate(), kind="off", source="通知")
        notice = Notice.objects.create(
            user=self.people["secretary"], key="notice", subject="通知", text="内容"
        )
        self.keys |= {
            "unit": self.unit.pk, "branch": branch.pk, "school": self.unit.school.pk,
            "import": ImportDraft.objects.create(owner=bureau, name="表.xlsx", counts=COUNTS).pk,
            "message": message.pk, "day": day.pk, "notice": notice.pk, "root": self.root.pk,
            "person": self.people["staff"].pk,
            "appointment": self.people["staff"].appointments.get().pk,
            "area": self.unit.area.pk,
        }  # fmt: skip
