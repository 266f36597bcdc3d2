"""A programme's selection round: everything a batch may vary is data here (design.md 2)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from brands.models.programme import Applicant, ApplicationForm, Programme, Track
from foundation.workflow.models import Event, Movable
from schools.models import Area, PartyOrganisation, Tier
from schools.rights import rights_of


class BatchStatus(models.TextChoices):
    DRAFT = "draft", "筹备中"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


# What a batch takes over from its programme, and keeps once it is open.
TAKEN_OVER = (
    *("track", "applicant", "has_district", "has_review", "has_milestones", "has_closing"),
    *("under_id", "noun", "labels", "honour_code"),
)


class Stage(models.TextChoices):
    APPLY = "apply", "学校申报"
    DISTRICT = "district", "区（市）推荐"
    CHECK = "check", "形式审查"
    REVIEW = "review", "专家评审"
    DECISION = "decision", "审定"
    CLOSING = "closing", "结项"


class DayUnit(models.TextChoices):
    """How the days of a publicity are counted (domain.md B4)."""

    WORKDAY = "workday", "工作日"
    CALENDAR = "calendar", "自然日"


LEAST_PUBLICITY = {DayUnit.WORKDAY: 5, DayUnit.CALENDAR: 7}


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: Any) -> "BatchQuerySet":
        """City roles see all; everybody else with a place in the tree sees what is open or over."""
        rights = rights_of(user)
        if rights.is_city:
            return self.all()
        if rights.has("secretary", "staff", "district"):
            return self.exclude(status=BatchStatus.DRAFT)
        return self.none()


class Batch(Movable):
    """One round of a programme, opened under a source document.

    What TAKEN_OVER names comes from the programme when the batch is made; `form` is the version
    that was current when it opened.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="batches", verbose_name="类别"
    )
    track = models.CharField("流程", max_length=15, choices=Track, editable=False)
    applicant = models.CharField("申报主体", max_length=10, choices=Applicant, editable=False)
    under = models.ForeignKey(
        PartyOrganisation,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="申报范围",
    )
    has_district = models.BooleanField("设区（市）推荐", default=False, editable=False)
    has_review = models.BooleanField("设专家评审", default=True, editable=False)
    has_milestones = models.BooleanField("设节点任务", default=True, editable=False)
    has_closing = models.BooleanField("设结项", default=False, editable=False)
    noun = models.CharField("项目称呼", max_length=10, default="项目", editable=False)
    labels = models.JSONField("环节名称", default=dict, editable=False)
    honour_code = models.CharField("荣誉编号代码", max_length=6, default="", editable=False)
    form = models.ForeignKey(
        ApplicationForm, models.PROTECT, null=True, editable=False, related_name="batches"
    )
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveSmallIntegerField("批次", help_text="第几批")
    title = models.CharField("名称", max_length=100)
    status = models.CharField(
        "状态", max_length=10, choices=BatchStatus, default=BatchStatus.DRAFT, editable=False
    )
    source_document = models.CharField("文号", max_length=60, help_text="如：苏教工委〔2026〕12号")
    result_label = models.CharField("结果称谓", max_length=40, default="建设成果")
    approval_document = models.CharField("批准文号", max_length=60, blank=True)
    approving_body = models.CharField("批准机关", max_length=60, blank=True)
    publicity_days = models.PositiveSmallIntegerField("公示天数", default=5)
    publicity_unit = models.CharField(
        "公示天数按", max_length=10, choices=DayUnit, default=DayUnit.WORKDAY
    )
    return_days = models.PositiveSmallIntegerField("退回修改工作日", default=3)
    objection_days = models.PositiveSmallIntegerField(
        "异议办理工作日", default=10, help_text="从受理到办结。"
    )
    remind_days = models.CharField(
        "截止前提醒",
        max_length=40,
        default="5,1,0",
        blank=True,
        help_text="截止前几个工作日提醒还没有办的人，如 5,1,0；0 是截止当天上午。不填则不提醒。",
    )
    quota_total = models.PositiveSmallIntegerField(
        "名额合计",
        null=True,
        blank=True,
        help_text="通知上的总数，开启前与各板块名额核对；可不填。",
    )
    reviewers_per_entry = models.PositiveSmallIntegerField("每项专家数", default=5)

    checklist = models.JSONField("审查要点", null=True, editable=False)
    needs_stamp = models.BooleanField(
        "须上传盖章件",
        default=True,
        help_text="学校打印提交后的申报表，盖章扫描后上传；没有盖章件的不能审查通过。全程不用纸质件的批次不勾选。",
    )
    project_megabytes = models.PositiveIntegerField("每个项目附件合计（MB）", default=200)
    batch_megabytes = models.PositiveIntegerField("本批次附件合计（MB）", default=20_000)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批次"
        ordering = ("-year", "-number", "programme")
        constraints = [
            models.UniqueConstraint(
                name="brands_batch_number", fields=["programme", "year", "number"]
            ),
            models.CheckConstraint(
                name="brands_batch_publicity", condition=Q(publicity_days__gte=5)
            ),
            models.CheckConstraint(
                name="brands_batch_calendar",
                condition=~Q(publicity_unit=DayUnit.CALENDAR) | Q(publicity_days__gte=7),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A batch that is still being set up follows its programme."""
        if self.status == BatchStatus.DRAFT or not self.track:
            self.follow()
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, *TAKEN_OVER}
        super().save(*args, **kwargs)

    def follow(self) -> None:
        """Take over what the programme says now."""
        for name in TAKEN_OVER:
            setattr(self, name, getattr(self.programme, name))

    @property
    def applicant_tier(self) -> Tier:
        return Applicant(self.applicant).tier

    def reaches(self, organisation: PartyOrganisation) -> bool:
        """By its place in the tree."""
        return self.under is None or organisation.path.startswith(self.under.path)

    def is_for(self, organisation: PartyOrganisation) -> bool:
        return organisation.tier == self.applicant_tier and self.reaches(organisation)

    @property
    def is_of_persons(self) -> bool:
        return self.applicant == Applicant.PERSON

    @property
    def is_brand(self) -> bool:
        """Ends in publicity and naming, not in establishment and closing."""
        return self.track == Track.NAMING

    @property
    def publicity_length(self) -> str:
        return f"{self.publicity_days}个{DayUnit(self.publicity_unit).label}"

    @property
    def reminder_days(self) -> list[int]:
        """Working days before a deadline on which whoever has not done it is reminded."""
        return [int(word) for word in self.remind_days.split(",") if word]

    @property
    def asked_at_check(self) -> list[str]:
        """As it was when the batch opened; until then what its programme says now."""
        lines: list[str] = self.programme.checklist if self.checklist is None else self.checklist
        return lines

    @property
    def stages_used(self) -> list[Stage]:
        """The stages that its programme knows, in their order."""
        asked = {
            Stage.DISTRICT: self.has_district,
            Stage.REVIEW: self.has_review,
            Stage.CLOSING: self.has_closing,
        }
        return [stage for stage in Stage if asked.get(stage, True)]

    @property
    def steps(self) -> list[str]:
        """What an application goes through before it is decided, for the papers."""
        later = {Stage.DECISION, Stage.CLOSING}
        return [self.stage_label(stage) for stage in self.stages_used if stage not in later]

    def stage_label(self, stage: str) -> str:
        """What this programme calls the stage."""
        own = self.labels.get(str(stage))
        return str(own) if own else stage_words(stage, self.track, self.applicant)


def stage_words(stage: str, track: str, applicant: str) -> str:
    """What a stage is called where the programme has no word of its own."""
    if stage == Stage.APPLY and applicant:
        return Applicant(applicant).applying
    if stage == Stage.CHECK and track == Track.ESTABLISHING:
        return "预审"
    return str(Stage(stage).label)


class BatchStage(models.Model):
    """The window of one stage. `closes_at` is the last second that still counts."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="stages")
    stage = models.CharField("阶段", max_length=10, choices=Stage)
    opens_at = models.DateTimeField("开始")
    closes_at = models.DateTimeField("截止")

    class Meta:
        verbose_name = verbose_name_plural = "阶段时间"
        ordering = ("opens_at", "pk")
        constraints = [
            models.UniqueConstraint(name="brands_stage_once", fields=["batch", "stage"]),
            models.CheckConstraint(
                name="brands_stage_order", condition=Q(closes_at__gt=F("opens_at"))
            ),
        ]

    @property
    def label(self) -> str:
        return self.batch.stage_label(self.stage)


class Quota(models.Model):
    """How many projects an area may recommend. Its places are rows: see `QuotaPlace`.

    Of them at least `private` go to private schools and `kindergartens` to kindergartens; a private
    kindergarten counts for both.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="quotas")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="板块")
    places = models.PositiveSmallIntegerField("名额")
    private = models.PositiveSmallIntegerField("其中民办", default=0)
    kindergartens = models.PositiveSmallIntegerField("其中幼儿园", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "名额"
        ordering = ("area__order",)
        constraints = [
            models.UniqueConstraint(name="brands_quota_once", fields=["batch", "area"]),
            models.CheckConstraint(
                name="brands_quota_within",
                condition=Q(private__lte=F("places")) & Q(kindergartens__lte=F("places")),
            ),
        ]


class QuotaPlace(models.Model):
    """One place of a quota. A project holds a place one to one, so nobody can give an extra one.

    `number` is the rank within the area's recommendation. Rows are made when the batch opens.
    """

    quota = models.ForeignKey(Quota, models.CASCADE, related_name="place_rows")
    number = models.PositiveSmallIntegerField("推荐顺序")

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(name="brands_place_once", fields=["quota", "number"])
        ]


class BatchEvent(Event):
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="events")
