"""A project: the application and what it becomes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q

from brands.models.batch import Batch, BatchStatus, QuotaPlace
from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.models import Area, PartyOrganisation, Role
from schools.models.school import searchable
from schools.rights import CITY_ROLES, SCHOOL_ROLES, rights_of


class ProjectStatus(models.TextChoices):
    """Names of domain.md B1 and B2."""

    DRAFT = "draft", "草稿"
    DISTRICT_REVIEW = "district_review", "待区（市）推荐"
    RECOMMENDED = "recommended", "已推荐，待形式审查"
    NOT_RECOMMENDED = "not_recommended", "未推荐"
    FORMAL_CHECK = "formal_check", "待形式审查"
    PRECHECK = "precheck", "待预审"
    RETURNED = "returned", "退回修改"
    WITHDRAWN = "withdrawn", "已撤回"
    ELIGIBLE = "eligible", "审查通过"
    REJECTED = "rejected", "未通过审查"
    IN_REVIEW = "in_review", "专家评审中"
    SCORED = "scored", "评审完成"
    PROPOSED = "proposed", "拟定，待审定"
    APPROVED = "approved", "已审定"
    DECLINED = "declined", "未入选"
    PUBLICITY = "publicity", "公示中"
    ON_HOLD = "on_hold", "异议处理中"
    NAMED = "named", "已命名"
    REVOKED = "revoked", "命名已撤销"
    ESTABLISHED = "established", "已立项"
    IN_PROGRESS = "in_progress", "推进中"
    CLOSING = "closing", "结项申请中"
    CLOSING_REVIEW = "closing_review", "结项评审中"
    CLOSING_SCORED = "closing_scored", "结项评审完成"
    CLOSED_EXCELLENT = "closed_excellent", "结项（优秀）"
    CLOSED_GOOD = "closed_good", "结项（良好）"
    CLOSED_PASS = "closed_pass", "结项（合格）"
    CLOSED_FAIL = "closed_fail", "结项未通过"
    TERMINATED = "terminated", "已终止"


EDITABLE = frozenset({ProjectStatus.DRAFT, ProjectStatus.RETURNED})
# Still the school's own: nobody above it sees a draft or what was taken back.
PRIVATE = frozenset({ProjectStatus.DRAFT, ProjectStatus.WITHDRAWN})
SEARCHED = 600  # characters
# It came to nothing: whoever led it may lead another in the same year.
UNLED = frozenset({*PRIVATE, ProjectStatus.REJECTED, ProjectStatus.DECLINED})
# The statuses that show a result; before its release a school sees only "评审中" (reliability.md T3).
UNRELEASED = frozenset(
    {ProjectStatus.SCORED, ProjectStatus.PROPOSED, ProjectStatus.APPROVED, ProjectStatus.DECLINED}
)


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: Any) -> "ProjectQuerySet":
        """A school sees its own, a district what its schools submitted, the city all submitted."""
        rights = rights_of(user)
        own = rights.reach("organisation__", SCHOOL_ROLES)
        above = rights.reach("organisation__", (Role.DISTRICT, *CITY_ROLES))
        return self.filter(own | (above & ~Q(status__in=PRIVATE)))

    def search(self, *words: Any) -> "ProjectQuerySet":
        """Every word, in small letters, in the title, the number or the applicant's name, or their pinyin."""
        found = self
        for word in words:
            found = found.filter(search_text__contains=word)
        return found

    def return_overdue(self) -> "ProjectQuerySet":
        """Sent back in a batch under way, and not handed in again in time."""
        late = self.filter(status=ProjectStatus.RETURNED, return_due_at__lt=clock.now())
        return late.filter(batch__status=BatchStatus.OPEN)

    def for_list(self) -> "ProjectQuerySet":
        """What one row of the list page shows, and nothing more."""
        return self.select_related("batch", "organisation__school", "area", "place").defer(
            "content", "edits"
        )


class Project(Movable):
    """An application of one Party organisation in one batch. `status` is written by `perform` only.

    `content` holds the answers of the form, field key → text (or list of rows); `brands.forms.spec`
    says which fields there are. `edits` holds field key → [version, id of who changed it last];
    `services.saving` writes it. `person` is whom it is about where persons are put forward; the title then
    says the same. `lead` is the secretary who submitted it and answers for it; where one may lead
    one a year only, `lead_for` says of what (`services.eligibility`). `score` and `rank` are handed
    over by `reviews` at the freeze. `released_at`: the outcome is out (`services.releasing`); what is
    listed in a publicity or established is out by its status.
    """

    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="projects", db_index=False, verbose_name="批次"
    )
    organisation = models.ForeignKey(
        PartyOrganisation,
        models.PROTECT,
        related_name="projects",
        db_index=False,
        verbose_name="申报单位",
    )
    person = models.CharField("申报对象", max_length=20, blank=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name="板块")
    title = models.CharField("项目名称", max_length=60, blank=True)
    status = models.CharField(
        "状态", max_length=20, choices=ProjectStatus, default=ProjectStatus.DRAFT, editable=False
    )
    content = models.JSONField("填报内容", default=dict)
    edits = models.JSONField(default=dict, editable=False)
    number = models.CharField("受理编号", max_length=30, null=True, unique=True, editable=False)  # noqa: DJ001
    place = models.OneToOneField(
        QuotaPlace, models.PROTECT, null=True, editable=False, related_name="project"
    )
    returned_from = models.CharField(max_length=20, blank=True, editable=False)
    bureau_returns = models.PositiveSmallIntegerField(default=0, editable=False)
    return_due_at = models.DateTimeField("修改截止", null=True, editable=False)
    return_provisional = models.BooleanField("修改截止暂定", default=False, editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    is_late = models.BooleanField("经批准逾期提交", default=False, editable=False)
    score = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, editable=False)
    rank = models.PositiveIntegerField("名次", null=True, editable=False)
    closing_score = models.DecimalField(
        "结项得分", max_digits=6, decimal_places=2, null=True, editable=False
    )
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="领办书记",
    )
    lead_for = models.CharField(max_length=40, blank=True, editable=False)
    minutes_number = models.CharField("会议纪要号", max_length=60, blank=True, editable=False)
    released_at = models.DateTimeField("结果公布时间", null=True, editable=False)
    search_text = models.CharField(max_length=SEARCHED, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    version_count: int  # Where a page has asked for it.

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目"
        ordering = ("-batch__year", "pk")
        constraints = [
            models.UniqueConstraint(
                name="brands_project_once", fields=["batch", "organisation", "person"]
            ),
            models.UniqueConstraint(
                name="brands_project_title",
                fields=["batch", "title"],
                condition=~Q(title="") & Q(person="") & ~Q(status__in=["draft", "withdrawn"]),
            ),
            models.UniqueConstraint(
                name="brands_project_lead",
                fields=["lead", "lead_for"],
                condition=~Q(lead_for="") & ~Q(status__in=sorted(UNLED)),
            ),
            models.CheckConstraint(
                name="brands_project_status", condition=Q(status__in=ProjectStatus.values)
            ),
        ]
        # A key that begins another index has none of its own: every move writes all of them.
        indexes = [
            # With the status at its end, so that counting and paging read the index alone.
            # PostgreSQL has two more, which no model can name: migration 0051_found_by_index.
            models.Index(fields=["-batch", "area", "id", "status"], name="brands_project_list"),
            models.Index(fields=["batch", "status"], name="brands_project_stage"),
            models.Index(fields=["batch", "rank"], name="brands_project_rank"),
            models.Index(fields=["organisation", "status"], name="brands_project_org"),
        ]

    def __str__(self) -> str:
        return self.title or "（未命名项目）"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whatever writes the title or the number keeps the text that the search looks at."""
        fields = kwargs.get("update_fields")
        if fields is None or {"title", "number"} & {*fields}:
            self.search_text = self.words()
            if fields is not None:
                kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)

    def words(self) -> str:
        """What the search looks at: its own words and its unit's (`services.finding`), as they are."""
        own = searchable(self.title, self.number or "")
        return f"{own} {self.organisation.search_text}"[:SEARCHED]

    @property
    def workflow_name(self) -> str:
        return self.batch.track

    def status_told(self, user: Any) -> str:
        """No refusal tells an outcome before its release."""
        from brands.permissions import shown_status

        return str(shown_status(self, user).label)

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_return_overdue(self) -> bool:
        """Sent back, and not handed in again in time."""
        return is_return_overdue(self.status, self.return_due_at)


def is_return_overdue(status: str, due: datetime | None) -> bool:
    return status == ProjectStatus.RETURNED and due is not None and clock.now() > due


class ProjectVersionQuerySet(models.QuerySet["ProjectVersion"]):
    def visible_to(self, user: Any) -> "ProjectVersionQuerySet":
        """As visible as its project."""
        return self.filter(project__in=Project.objects.visible_to(user).order_by())

    def printed_with(self, code: str) -> "ProjectVersionQuerySet":
        """The versions whose paper carries this code, however it was typed."""
        typed = "".join(code.split()).upper()
        return self.filter(code=typed) if typed else self.none()


class ProjectVersion(models.Model):
    """What was submitted, kept for ever; a review names the version it judged.

    `files` names what was attached: field, name, size, sha256, kind. `code` is printed on the paper of
    this version, so that a paper in hand can be told from another version's.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField("版本")
    title = models.CharField("项目名称", max_length=60)
    content = models.JSONField()
    files = models.JSONField("附件", default=list)
    code = models.CharField("校验码", max_length=12, default="", db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ProjectVersionQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(name="brands_version_once", fields=["project", "number"])
        ]

    def __str__(self) -> str:
        return f"第{self.number}次提交"


class ProjectEvent(Event):
    project = models.ForeignKey(Project, models.CASCADE, related_name="events")
    is_late = models.BooleanField("逾期", default=False)


# One query, for a page that shows them in more than one place.
EVENTS = Prefetch("events", ProjectEvent.objects.select_related("by"))
