"""A blind round whose one applicant has everything that could tell who it is."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from brands.models import Attachment, Batch
from reviews import services
from reviews.drawing import assign
from reviews.masking import confirming, copies
from reviews.models import Decision, Masking
from schools.models import CommitteePost, Role
from tests.factories.brands import full_content
from tests.factories.people import person
from tests.factories.reviews import EligibleProjectFactory, RoundFactory, reviewer, staff
from tests.factories.schools import AreaCommitteeFactory, AreaFactory, SchoolFactory, UnitFactory
from tests.reviews.identifying import FILES

# What nobody who judges this entry may come across, on any way.
IDENTITY = (
    "平江新城实验小学", "新城实小", "2132777001", "0512-66667777", "沧浪新区",
    "钱书记", "孙支委", "李老师", "王联系", "中共平江新城实验小学支部",
)  # fmt: skip


class BlindWorld:
    def __init__(self, *, is_blind=True, files=False):
        self.clerk = staff()
        area = AreaFactory(name="沧浪新区")
        school = SchoolFactory(
            name="平江新城实验小学", short_name="新城实小", code="2132777001",
            phone="0512-66667777", area=area,
        )  # fmt: skip
        self.unit = UnitFactory(
            name="中共平江新城实验小学支部", school=school, secretary_name="钱书记",
            parent=AreaCommitteeFactory(area=area),
        )  # fmt: skip
        CommitteePost.objects.create(organisation=self.unit, post="deputy", name="孙支委")
        self.secretary = person(Role.SECRETARY, self.unit, name="钱书记")
        self.teacher = person(Role.STAFF, self.unit, name="李老师")
        self.round = RoundFactory(is_blind=is_blind)
        content = full_content(self.round.batch.programme_id)
        content |= {
            "principal": "钱书记", "contact": "王联系", "phone": "13812345678",
            "meaning": "平 江新城实验小学（简称新城实小）由钱书记带领，李　老师执教。",
            "results": "２１３２７７７００１，电话0512-66667777，沧浪新区推广，孙支委主讲。",
            "opinion": "中共平江新城实验小学支部同意申报。联系人王联系。",
        }  # fmt: skip
        self.project = EligibleProjectFactory(
            batch=self.round.batch, organisation=self.unit, title="新城实小红烛先锋",
            content=content, created_by=self.teacher, lead=self.secretary, number="苏-2026-0007",
        )  # fmt: skip
        self.attachments = [
            self.attach(f"平江新城实验小学佐证.{kind.value}", make(), kind.content_type)
            for kind, make in (FILES if files else {}).items()
        ]

    def attach(self, name, content, content_type):
        stored = default_storage.save("test/blind", ContentFile(content))
        return Attachment.objects.create(
            project=self.project, name=name, stored=stored, content_type=content_type,
            size=len(content), sha256="0" * 64, by=self.teacher,
        )  # fmt: skip

    def propose(self):
        confirming.propose(self.round, by=self.clerk)
        return Masking.objects.get(round=self.round, project=self.project)

    def confirm(self):
        masking = self.propose()
        copies.make_due()
        for copy in masking.copies.filter(is_unread=True):
            confirming.decide(masking, copy.pk, Decision.SHOWN, by=self.clerk)
        confirming.confirm(masking, by=self.clerk, seen_by=confirming.seen(masking))
        return masking

    def open(self):
        """Confirmed where it must be, opened, one reviewer who has promised."""
        if self.round.is_blind:
            self.confirm()
        services.open_round(self.round, by=self.clerk)
        self.round.refresh_from_db()
        self.judge = reviewer(name="赵专家")
        self.assignment = assign(self.round.entries.get(), self.judge, by=self.clerk)
        return self

    @property
    def batch(self) -> Batch:
        return self.round.batch
