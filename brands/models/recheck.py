"""Whether a named brand keeps its promise (domain.md B1 11–15); the mid-term of a 书记项目 (B2)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.models.files import UploadedFile
from brands.models.honour import Honour
from brands.models.negative import NegativeEvent
from brands.models.project import Project
from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.models import PartyOrganisation
from schools.rights import rights_of


class RecheckKind(models.TextChoices):
    PROGRESS = "progress", "进展报告"
    MIDTERM = "midterm", "中期检查"
    ACCEPTANCE = "acceptance", "验收"
    RENEWAL = "renewal", "复评"
    REVIEW = "review", "专项复核"


class RecheckStatus(models.TextChoices):
    PLANNED = "planned", "未到时间"
    OPEN = "open", "待学校报告"
    SUBMITTED = "submitted", "已报告，待评定"
    SCORED = "scored", "已评分，待审定"
    FIXING = "fixing", "限期整改"
    FIXED = "fixed", "已报整改，待复查"
    MISSED = "missed", "逾期未申请"
    ADVISED = "advised", "建议撤销，待决定"
    FILED = "filed", "已报送"
    PASSED = "passed", "通过"
    EXCELLENT = "excellent", "优秀"
    EXTENDED = "extended", "延期再验收"
    FAILED = "failed", "未通过"
    ENDED = "ended", "已终止"


R = RecheckStatus
# Somebody has to do something.
WAITING = frozenset({R.OPEN, R.SUBMITTED, R.SCORED, R.FIXING, R.FIXED, R.MISSED, R.ADVISED})
UNFINISHED = WAITING | {R.PLANNED}
KEPT = frozenset({R.PASSED, R.EXCELLENT})


class RecheckQuerySet(models.QuerySet["Recheck"]):
    def visible_to(self, user: Any) -> "RecheckQuerySet":
        """The school its own, a district those of its schools, the city all."""
        return self.filter(rights_of(user).reach("organisation__"))

    def waiting(self) -> "RecheckQuerySet":
        return self.filter(status__in=WAITING)

    def for_list(self) -> "RecheckQuerySet":
        return self.select_related(
            "honour", "project", "organisation__school", "organisation__area"
        )


class Recheck(Movable):
    """One check of one honour, or of one 书记项目: planned for a day, reported by the school, judged
    by the bureau.

    It opens on `opens_on` and the school reports by the end of `due_on`; a correction is due by
    `fix_due_on`. A review follows from a negative-list event. `judged_by` may not look at the correction, nor confirm a score of their own.
    """

    honour = models.ForeignKey(Honour, models.PROTECT, null=True, related_name="rechecks")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="rechecks")
    organisation = models.ForeignKey(
        PartyOrganisation, models.PROTECT, related_name="rechecks", verbose_name="报告单位"
    )
    kind = models.CharField("类型", max_length=10, choices=RecheckKind)
    negative = models.ForeignKey(
        NegativeEvent, models.PROTECT, null=True, related_name="rechecks", editable=False
    )
    opens_on = models.DateField("启动日期")
    due_on = models.DateField("报告期限")
    status = models.CharField(
        "状态", max_length=10, choices=RecheckStatus, default=R.PLANNED, editable=False
    )
    report = models.TextField("报告", blank=True, editable=False)
    fix_due_on = models.DateField("整改期限", null=True, editable=False)
    fix_report = models.TextField("整改报告", blank=True, editable=False)
    score = models.DecimalField(
        "验收得分", max_digits=5, decimal_places=2, null=True, editable=False
    )
    points = models.JSONField("各项得分", default=list, editable=False)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    renewed_until = models.DateField("续期至", null=True, editable=False)
    next_on = models.DateField("下次复评", null=True, editable=False)

    objects = RecheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "动态管理事项"
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(
                name="brands_recheck_once",
                fields=["honour", "kind", "due_on"],
                condition=Q(negative=None),
            ),
            models.UniqueConstraint(name="brands_recheck_project", fields=["project", "kind"]),
            models.CheckConstraint(
                name="brands_recheck_of",
                condition=Q(honour__isnull=False, project=None)
                | Q(honour=None, project__isnull=False, kind="midterm"),
            ),
            models.UniqueConstraint(name="brands_recheck_event", fields=["honour", "negative"]),
            models.CheckConstraint(
                name="brands_recheck_review",
                condition=Q(kind="review", negative__isnull=False)
                | (~Q(kind="review") & Q(negative=None)),
            ),
            models.CheckConstraint(
                name="brands_recheck_status", condition=Q(status__in=RecheckStatus.values)
            ),
        ]
        indexes = [
            models.Index(fields=["status", "opens_on"], name="brands_recheck_open"),
            models.Index(fields=["organisation", "status"], name="brands_recheck_org"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.honour or self.project}"

    @property
    def title(self) -> str:
        return self.honour.brand_name if self.honour else str(self.project)

    @property
    def brand(self) -> Honour:
        """Of what only a named brand has: renewal, acceptance, revocation."""
        assert self.honour is not None, "a 书记项目 has a mid-term check only"
        return self.honour

    @property
    def deadline(self) -> Any:
        """The day that the school has to meet now, if any."""
        return {R.OPEN: self.due_on, R.FIXING: self.fix_due_on}.get(R(self.status))

    @property
    def is_over(self) -> bool:
        """The school may no longer report."""
        return self.due_on < clock.today()


class RecheckEvent(Event):
    recheck = models.ForeignKey(Recheck, models.CASCADE, related_name="events")


class RecheckFileQuerySet(models.QuerySet["RecheckFile"]):
    def visible_to(self, user: Any) -> "RecheckFileQuerySet":
        """A file is as visible as its check."""
        return self.filter(recheck__in=Recheck.objects.visible_to(user).order_by())


class RecheckFile(UploadedFile):
    """What came with a report."""

    recheck = models.ForeignKey(Recheck, models.CASCADE, related_name="files")
    of_fix = models.BooleanField("整改材料", default=False)

    objects = RecheckFileQuerySet.as_manager()

    class Meta(UploadedFile.Meta):
        verbose_name = verbose_name_plural = "报告材料"
