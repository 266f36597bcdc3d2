"""A quarter, each Party organisation's check in it, and the answers."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from checkups.models.template import Grade, Indicator, Template
from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.models import PartyOrganisation
from schools.rights import rights_of

QUARTER_ENDS = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}
QUARTER_WORDS = {1: "一", 2: "二", 3: "三", 4: "四"}


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible_to(self, user: Any) -> "CycleQuerySet":
        """Everybody with a place in the Party tree knows which quarter is being checked."""
        return self.filter(
            pk__in=Checkup.objects.visible_to(user).order_by().values("cycle").distinct()
        )


class Cycle(models.Model):
    """One quarter's check. `late_on` is the last day before an unfiled check turns red (C5).

    `provisional` until the holidays of every year counted are published.
    """

    template = models.ForeignKey(Template, models.PROTECT, related_name="cycles")
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    opens_on = models.DateField("开始日期")
    due_on = models.DateField("截止日期")
    late_on = models.DateField("红灯前最后一日")
    provisional = models.BooleanField("截止日期暂定", default=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "体检季度"
        ordering = ("-year", "-quarter")
        constraints = [
            models.UniqueConstraint(
                name="checkups_cycle_once", fields=["template", "year", "quarter"]
            ),
            models.CheckConstraint(
                name="checkups_cycle_quarter", condition=Q(quarter__range=(1, 4))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年第{QUARTER_WORDS[self.quarter]}季度"

    @property
    def code(self) -> str:
        return f"{self.year}Q{self.quarter}"

    @property
    def starts_on(self) -> date:
        return date(self.year, self.quarter * 3 - 2, 1)

    @property
    def ends_on(self) -> date:
        return date(self.year, *QUARTER_ENDS[self.quarter])

    @property
    def in_vacation(self) -> bool:
        """The quarters that hold the winter and the summer vacation."""
        return self.quarter in (1, 3)


class CheckupStatus(models.TextChoices):
    OPEN = "open", "填报中"
    SUBMITTED = "submitted", "已提交，待审核"
    RETURNED = "returned", "退回修改"
    RECTIFYING = "rectifying", "已审核，整改中"
    CLOSED = "closed", "已办结"


FILLABLE = frozenset({CheckupStatus.OPEN, CheckupStatus.RETURNED})
REVIEWED = frozenset({CheckupStatus.RECTIFYING, CheckupStatus.CLOSED})


class Colour(models.TextChoices):
    """An aid to improvement inside this app: no appraisal reads it (F-A 11)."""

    GREEN = "green", "绿灯"
    YELLOW = "yellow", "黄灯"
    RED = "red", "红灯"


class CheckupQuerySet(models.QuerySet["Checkup"]):
    def visible_to(self, user: Any) -> "CheckupQuerySet":
        return self.filter(rights_of(user).reach("organisation__"))

    def unfiled(self) -> "CheckupQuerySet":
        """Never submitted."""
        return self.filter(submitted_at=None, status=CheckupStatus.OPEN)

    def outstanding(self, day: date) -> "CheckupQuerySet":
        """Waiting for the school: unfiled, or sent back while there is still time."""
        return self.filter(
            Q(status=CheckupStatus.OPEN) | Q(status=CheckupStatus.RETURNED, cycle__due_on__gte=day)
        )

    def for_list(self) -> "CheckupQuerySet":
        return self.select_related("cycle", "organisation__school", "organisation__area")


class Checkup(Movable):
    """The check of one organisation in one quarter.

    `revision` rises with every saved answer, as `version` does with every move. `score` and the
    colour of a filed check are fixed by the review; an unfiled one turns red by the scheduler.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="checkups", db_index=False)
    organisation = models.ForeignKey(
        PartyOrganisation, models.PROTECT, related_name="checkups", verbose_name="党组织"
    )
    status = models.CharField(
        "状态", max_length=12, choices=CheckupStatus, default=CheckupStatus.OPEN, editable=False
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    late_submitted = models.BooleanField("补报", default=False, editable=False)
    returned_count = models.PositiveSmallIntegerField("退回次数", default=0, editable=False)
    score = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True, editable=False)
    colour = models.CharField("亮灯", max_length=6, choices=Colour, blank=True, editable=False)
    red_reason = models.CharField("亮灯原因", max_length=200, blank=True, editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = CheckupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季度体检"
        ordering = ("-cycle__year", "-cycle__quarter", "organisation__path")
        constraints = [
            models.UniqueConstraint(name="checkups_checkup_once", fields=["cycle", "organisation"]),
            models.CheckConstraint(
                name="checkups_checkup_status", condition=Q(status__in=CheckupStatus.values)
            ),
            models.CheckConstraint(
                name="checkups_checkup_returns", condition=Q(returned_count__lte=2)
            ),
            models.CheckConstraint(
                name="checkups_checkup_colour", condition=Q(colour__in=["", *Colour.values])
            ),
        ]
        indexes = [models.Index(fields=["cycle", "status"], name="checkups_checkup_stage")]

    def __str__(self) -> str:
        return f"{self.organisation.short} {self.cycle}"

    @property
    def is_fillable(self) -> bool:
        return self.status in FILLABLE

    @property
    def is_overdue(self) -> bool:
        return self.submitted_at is None and clock.now() > clock.end_of(self.cycle.due_on)

    @property
    def awaited_by(self) -> date | None:
        """Its deadline; none for what was filed and came back when the deadline had passed."""
        came_back = self.submitted_at is not None and self.cycle.due_on < clock.today()
        return None if came_back else self.cycle.due_on

    @property
    def is_late_red(self) -> bool:
        """Not filed within the grace days; a later filing does not take it back this quarter."""
        filed = self.submitted_at or clock.now()
        return filed >= clock.start_of(self.cycle.late_on + timedelta(days=1))

    @property
    def tone(self) -> str:
        tones: dict[str, str] = {Colour.GREEN: "good", Colour.YELLOW: "warn", Colour.RED: "bad"}
        return tones.get(self.colour, "plain")


class CheckupEvent(Event):
    checkup = models.ForeignKey(Checkup, models.CASCADE, related_name="events")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: Any) -> "AnswerQuerySet":
        return self.filter(checkup__in=Checkup.objects.visible_to(user).order_by())


class Answer(models.Model):
    """What was said about one indicator. Which column holds the value depends on its kind.

    Not there, or without a value and not `not_applicable`: not answered, which is neither 0 nor n/a.
    `ratio` is kept for reading; scores are computed from the values themselves.
    """

    checkup = models.ForeignKey(Checkup, models.CASCADE, related_name="answers", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    achieved = models.BooleanField("完成情况", null=True)
    number = models.DecimalField("完成数", max_digits=7, decimal_places=1, null=True)
    target = models.DecimalField("目标数", max_digits=7, decimal_places=1, null=True)
    rate = models.DecimalField("比率", max_digits=5, decimal_places=2, null=True)
    grade = models.CharField("等次", max_length=10, choices=Grade, blank=True)
    not_applicable = models.BooleanField("不适用", default=False)
    reason = models.CharField("说明", max_length=200, blank=True)
    red_line_hit = models.BooleanField("属于红线情形", default=False)
    ratio = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    evidence = models.CharField("佐证", max_length=200, blank=True)
    prefilled_from = models.CharField("预填来源", max_length=120, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "体检填报"
        ordering = ("indicator__order",)
        constraints = [
            models.UniqueConstraint(name="checkups_answer_once", fields=["checkup", "indicator"]),
            models.CheckConstraint(
                name="checkups_answer_na_reason",
                condition=Q(not_applicable=False) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="checkups_answer_rate", condition=Q(rate=None) | Q(rate__range=(0, 100))
            ),
            models.CheckConstraint(
                name="checkups_answer_number",
                condition=(Q(number=None) | Q(number__gte=0)) & (Q(target=None) | Q(target__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code}"
