"""A review round and the projects in it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from brands.models import Batch, Project, ProjectVersion
from foundation import clock
from foundation.workflow.models import Event, Movable
from reviews.masking.words import Closed, Masker, Open
from reviews.models.rubric import Rubric
from reviews.results import recipe
from schools.rights import rights_of


class RoundKind(models.TextChoices):
    SELECTION = "selection", "立项（申报）评审"
    CLOSING = "closing", "结项评审"


class Mode(models.TextChoices):
    """In the order in which they are held."""

    ONLINE = "online", "网络评审"
    VISIT = "visit", "实地考察"
    DEFENCE = "defence", "现场答辩"


class RoundStatus(models.TextChoices):
    DRAFT = "draft", "筹备中"
    OPEN = "open", "评审中"
    FROZEN = "frozen", "已锁定"


class Scoring(models.TextChoices):
    TRIMMED = recipe.TRIMMED, "去掉一个最高分和一个最低分后取平均"
    MEAN = recipe.MEAN, "全部有效评分取平均"
    MEDIAN = recipe.MEDIAN, "取中位数"


class Correction(models.TextChoices):
    NONE = recipe.NONE, "不校正"
    ZSCORE = recipe.ZSCORE, "按标准分校正"
    EFFECT = recipe.EFFECT, "按专家效应校正"


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: Any) -> "RoundQuerySet":
        """The city's roles. A reviewer sees assignments, never the round as a whole."""
        return self.all() if rights_of(user).is_city else self.none()

    def counting(self, batch: Any) -> "RoundQuerySet":
        """The rounds that make the ranking of a batch, in the order they are held."""
        order = models.Case(
            *(models.When(mode=mode, then=n) for n, mode in enumerate(Mode.values)),
            output_field=models.IntegerField(),
        )
        found = self.filter(batch=batch, kind=RoundKind.SELECTION, weight__gt=0)
        return found.order_by(order)


class Round(Movable):
    """One scoring of a batch's projects. Rubric, window, experts per entry and recipe are its own.

    `weight` is its share of the combined score, in whole per cent; 0 does not count. `takes` is
    how many it takes from the head of the online ranking, None for everybody.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="rounds", verbose_name="批次")
    kind = models.CharField(
        "评审类型", max_length=10, choices=RoundKind, default=RoundKind.SELECTION
    )
    mode = models.CharField("评审方式", max_length=10, choices=Mode, default=Mode.ONLINE)
    weight = models.PositiveSmallIntegerField(
        "计入总成绩（%）",
        default=100,
        help_text="只有一轮的填100。有几轮的，各轮合计为100；填0的不计入总成绩。",
    )
    takes = models.PositiveSmallIntegerField(
        "入围项数",
        null=True,
        blank=True,
        help_text="实地考察、现场答辩只评网络评审名次靠前的，填取多少项（末位并列的都入围）。不填则全部参评。",
    )
    rubric = models.ForeignKey(
        Rubric, models.PROTECT, related_name="rounds", verbose_name="评分标准"
    )
    status = models.CharField(
        "状态", max_length=10, choices=RoundStatus, default=RoundStatus.DRAFT, editable=False
    )
    opens_at = models.DateTimeField("评分开始")
    closes_at = models.DateTimeField("评分截止")
    per_entry = models.PositiveSmallIntegerField("每项专家数", default=5)
    scoring = models.CharField(
        "得分怎样计算",
        max_length=10,
        choices=Scoring,
        default=Scoring.TRIMMED,
        help_text="去分的，有效评分不足5份时不去分，直接取平均。",
    )
    correction = models.CharField(
        "专家松严校正",
        max_length=10,
        choices=Correction,
        default=Correction.NONE,
        help_text="各项目由同一组专家评的，不需要校正；分组评审、各组松严不一的才用。原始得分始终一并列出。",
    )
    avoid_area = models.BooleanField(
        "同一区（市）专家回避", default=False, help_text="专家不评本人任职所在区（市）的项目。"
    )
    is_blind = models.BooleanField(
        "盲评",
        default=False,
        help_text="专家看不到申报单位。开始评审之前，要逐项确认隐去的文字和文件；新建之后不能更改。",
    )
    draw_seed = models.BigIntegerField("抽取种子", null=True, editable=False)
    drawn_at = models.DateTimeField("抽取时间", null=True, editable=False)
    frozen_at = models.DateTimeField("锁定时间", null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )

    pledged_by = 0  # A person of whom a statement has seen that they pledged.

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审轮次"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="reviews_round_window", condition=Q(closes_at__gt=F("opens_at"))
            ),
            models.CheckConstraint(name="reviews_round_per_entry", condition=Q(per_entry__gte=1)),
            models.CheckConstraint(
                name="reviews_round_status", condition=Q(status__in=RoundStatus.values)
            ),
            models.CheckConstraint(
                name="reviews_round_recipe",
                condition=Q(scoring__in=Scoring.values, correction__in=Correction.values),
            ),
            models.UniqueConstraint(
                name="reviews_round_selection",
                fields=["batch", "mode"],
                condition=Q(kind=RoundKind.SELECTION),
            ),
            models.CheckConstraint(
                name="reviews_round_mode",
                condition=Q(mode__in=Mode.values)
                & (Q(kind=RoundKind.SELECTION) | Q(mode=Mode.ONLINE)),
            ),
            models.CheckConstraint(name="reviews_round_weight", condition=Q(weight__lte=100)),
            models.CheckConstraint(
                name="reviews_round_takes",
                condition=Q(takes=None) | (Q(takes__gte=1) & ~Q(mode=Mode.ONLINE)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}·{self.name}"

    @property
    def name(self) -> str:
        """What it is within its batch."""
        if self.mode == Mode.ONLINE:
            return self.get_kind_display()
        return f"{self.get_kind_display()}·{self.get_mode_display()}"

    @property
    def tone(self) -> str:
        return {RoundStatus.DRAFT: "plain", RoundStatus.OPEN: "wait"}.get(
            RoundStatus(self.status), "good"
        )

    @property
    def is_frozen(self) -> bool:
        return self.status == RoundStatus.FROZEN

    @property
    def comment_required(self) -> bool:
        """Closing reviews and 书记项目 approvals always carry comments (domain.md B3)."""
        return self.rubric.comment_required or self.kind == RoundKind.CLOSING


class RoundEvent(Event):
    round = models.ForeignKey(Round, models.CASCADE, related_name="events")


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: Any) -> "EntryQuerySet":
        return self.filter(round__in=Round.objects.visible_to(user).order_by())

    def for_list(self) -> "EntryQuerySet":
        return self.select_related("project__organisation__school", "project__area").defer(
            "project__content"
        )


class Entry(models.Model):
    """A project in a round, judged at one version. The aggregates follow each submitted review.

    `trimmed` is the score that ranks, by the recipe of the round; its correction, if it has one,
    comes in at the lock, when all sheets are known.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="entries", db_index=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="entries", db_index=False)
    version = models.ForeignKey(ProjectVersion, models.PROTECT, related_name="+")
    total_mean = models.DecimalField("平均分", max_digits=6, decimal_places=2, null=True)
    trimmed = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True)
    spread = models.DecimalField("分差", max_digits=6, decimal_places=2, null=True)
    count = models.PositiveSmallIntegerField("有效评分", default=0)
    rank = models.PositiveIntegerField("名次", null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参评项目"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="reviews_entry_once", fields=["project", "round"])
        ]
        indexes = [
            models.Index(fields=["round", "rank", "id"], name="reviews_entry_rank"),
            models.Index(fields=["round", "-trimmed"], name="reviews_entry_score"),
        ]

    def __str__(self) -> str:
        return f"《{self.project}》"

    @cached_property
    def mask(self) -> Masker:
        """What every word passes on its way to a reviewer. Shut while nobody has confirmed it."""
        if not self.round.is_blind:
            return Open()
        confirmed = self.round.maskings.filter(project=self.project_id, confirmed_at__isnull=False)
        rows = list(confirmed.order_by().values_list("masks__found", "masks__shown"))
        return Masker((found, shown) for found, shown in rows if found) if rows else Closed()


def is_in_window(round: Round) -> bool:
    """Within the scoring window; the last second still counts."""
    return round.opens_at <= clock.now() <= round.closes_at
