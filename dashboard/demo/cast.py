"""The people and the made-up schools of the demo."""

from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from dashboard.demo.days import ago
from foundation import clock
from foundation.accounts.models import User
from schools.models import (
    Appointment,
    Area,
    CommitteePost,
    OrganisationKind,
    Ownership,
    PartyOrganisation,
    Role,
    School,
    SchoolKind,
    Tier,
)
from schools.services.importing import apply_import, draft_import
from schools.services.organisations import ensure_trees

PASSWORD = "Yipin-Demo-1"  # noqa: S105  printed for everybody; DEMO=1 listens on loopback only
SHEET = Path(__file__).parent / "data" / "schools-2026.xlsx"

# (school, area, kind, ownership, kind of organisation, full members): none of them exists.
FICTIONAL = [
    ("青石桥实验小学", "姑苏区", SchoolKind.PRIMARY, Ownership.PUBLIC, "general_branch", 66),
    ("银杏里小学", "姑苏区", SchoolKind.PRIMARY, Ownership.PUBLIC, "branch", 28),
    ("云桥中学", "姑苏区", SchoolKind.JUNIOR, Ownership.PUBLIC, "general_branch", 58),
    ("枕河幼儿园", "姑苏区", SchoolKind.KINDERGARTEN, Ownership.PUBLIC, "branch", 12),
    (
        "望湖角实验学校",
        "苏州工业园区",
        SchoolKind.NINE_YEAR,
        Ownership.PUBLIC,
        "general_branch",
        74,
    ),
    ("星桥外国语学校", "苏州工业园区", SchoolKind.NINE_YEAR, Ownership.PRIVATE, "branch", 31),
    ("玉溪口小学", "昆山市", SchoolKind.PRIMARY, Ownership.PUBLIC, "branch", 34),
    ("千墩桥中学", "昆山市", SchoolKind.JUNIOR, Ownership.PUBLIC, "branch", 42),
    ("虞西小学", "常熟市", SchoolKind.PRIMARY, Ownership.PUBLIC, "branch", 26),
    ("港城第九中学", "张家港市", SchoolKind.SENIOR, Ownership.PUBLIC, "committee", 118),
    ("太湖东小学", "吴中区", SchoolKind.PRIMARY, Ownership.PUBLIC, "branch", 22),
    ("松陵渡中学", "吴江区", SchoolKind.JUNIOR, Ownership.PUBLIC, "branch", 37),
    ("石湖职业学校", "市直属", SchoolKind.VOCATIONAL, Ownership.PUBLIC, "committee", 126),
    ("运河第一中学", "市直属", SchoolKind.SENIOR, Ownership.PUBLIC, "committee", 132),
]
SUFFIX = "（虚构）"
KIND_WORDS = {"committee": "委员会", "general_branch": "总支部委员会", "branch": "支部委员会"}
SURNAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯"


class Cast:
    """Who plays in the demo. Everybody has the same password, shown on the start page's console."""

    def __init__(self) -> None:
        self.root = ensure_trees()
        self.clerk = self._person("clerk", "局工作人员一", Role.BUREAU, self.root)
        self.second = self._person("second", "局工作人员二", Role.BUREAU, self.root)
        self.leader = self._person("leader", "工委领导", Role.LEADER, self.root)
        self.supervision = self._person("supervision", "纪检监督员", Role.SUPERVISION, self.root)
        self.reviewers = [
            self._person(f"expert{n}", f"评审专家{word}", Role.REVIEWER, self.root)
            for n, word in enumerate("一二三四五六七", start=1)
        ]
        self._person("sysadmin", "系统管理员", Role.SYSTEM_ADMIN, self.root)
        self._person("secadmin", "安全管理员", Role.SECURITY_ADMIN, self.root)
        self._person("auditor", "审计管理员", Role.AUDITOR, self.root)
        self._import_sheet()
        self.units = [self._unit(number, *line) for number, line in enumerate(FICTIONAL, start=1)]
        self.secretaries = {unit.pk: self._secretary(unit) for unit in self.units}
        self.districts = self._districts()

    def _person(self, username: str, name: str, role: str, organisation: PartyOrganisation) -> User:
        now = clock.wall_now()
        user = User.objects.create_user(
            username,
            name,
            PASSWORD,
            email=f"{username}@example.invalid",
            is_demo=True,
            must_change_password=False,
            password_changed_at=now,
            privacy_accepted_at=now,
        )
        Appointment.objects.create(user=user, role=role, organisation=organisation, since=ago(800))
        return user

    def _import_sheet(self) -> None:
        """The bureau's sheet, by the same road as a clerk's upload.

        The real schools take no part in the demo's health checks: no colour may fall on them.
        """
        upload = SimpleUploadedFile(SHEET.name, SHEET.read_bytes())
        apply_import(draft_import(upload, name=SHEET.name, by=self.clerk), by=self.clerk)
        far = clock.today() + timedelta(days=3650)
        PartyOrganisation.objects.units().filter(school__is_fictional=False).update(
            checked_from=far
        )
        PartyOrganisation.objects.units().filter(school=None).update(checked_from=far)

    def _unit(
        self,
        number: int,
        name: str,
        area_name: str,
        kind: str,
        ownership: str,
        organisation: str,
        members: int,
    ) -> PartyOrganisation:
        area = Area.objects.get(name=area_name)
        school = School.objects.create(
            code=f"99329999{number:02d}",
            name=name + SUFFIX,
            area=area,
            kind=kind,
            ownership=ownership,
            phone=f"0512-00000{number:03d}",
            is_fictional=True,
        )
        parent = (
            self.root
            if area.is_direct
            else PartyOrganisation.objects.get(tier=Tier.AREA, area=area)
        )
        unit = PartyOrganisation.objects.create(
            name=f"中共{name}{KIND_WORDS[organisation]}{SUFFIX}",
            kind=organisation,
            tier=Tier.UNIT,
            parent=parent,
            area=area,
            school=school,
            secretary_name=f"书记{SURNAMES[number - 1]}",
            full_members=members,
            declared_branches=0 if organisation == "branch" else 3,
            term_starts_on=ago(500),
            term_ends_on=ago(-595),
        )
        if organisation == OrganisationKind.BRANCH:
            self._posts(unit, unit.secretary_name)
        else:
            self._branches(unit, members)
        return unit

    def _posts(self, organisation: PartyOrganisation, secretary: str) -> None:
        Post = CommitteePost.Post
        for post, name in [
            (Post.SECRETARY, secretary),
            (Post.ORGANISATION, "委员一"),
            (Post.PUBLICITY, "委员二"),
        ]:
            CommitteePost.objects.create(
                organisation=organisation, post=post, name=name, since=ago(500)
            )

    def _branches(self, unit: PartyOrganisation, members: int) -> None:
        names = ["语文教研支部", "理科教研支部", "行政后勤支部"]
        for name in names:
            branch = PartyOrganisation.objects.create(
                name=f"{name}{SUFFIX}",
                kind=OrganisationKind.BRANCH,
                tier=Tier.BRANCH,
                parent=unit,
                area=unit.area,
                school=unit.school,
                secretary_name=f"{name[:2]}支书",
                full_members=members // len(names),
                term_starts_on=ago(500),
                term_ends_on=ago(-595),
            )
            self._posts(branch, branch.secretary_name)

    def _secretary(self, unit: PartyOrganisation) -> User:
        assert unit.school is not None
        return self._person(unit.school.code, unit.secretary_name, Role.SECRETARY, unit)

    def _districts(self) -> dict[int, User]:
        """An officer for each area that has a made-up school, by the area's key."""
        officers = {}
        for committee in PartyOrganisation.objects.filter(tier=Tier.AREA).select_related("area"):
            area = committee.area
            assert area is not None
            if any(unit.area_id == area.pk for unit in self.units):
                officers[area.pk] = self._person(
                    f"area{area.code}", f"{area.name}干事", Role.DISTRICT, committee
                )
        return officers

    def accounts(self) -> str:
        """The sign-in list that `manage.py start` prints."""
        first, last = self.units[0], self.units[-1]
        assert first.school is not None
        assert first.area is not None
        assert last.school is not None
        lines = [
            (first.school.code, f"学校书记（{first.school.name}）"),
            (last.school.code, f"学校书记（{last.school.name}，草稿待提交）"),
            (f"area{first.area.code}", f"区（市）教育工委（{first.area.name}）"),
            ("clerk", "局工作人员"),
            ("second", "局工作人员（第二人，复核公示）"),
            ("expert1", "评审专家（expert1 至 expert7）"),
            ("leader", "工委领导"),
            ("supervision", "纪检监督"),
            ("sysadmin", "系统管理员"),
            ("secadmin", "安全管理员"),
            ("auditor", "审计管理员"),
        ]
        rows = "\n".join(f"  {username:<12} {who}" for username, who in lines)
        return f"演示账号（密码均为 {PASSWORD}）：\n{rows}\n"
