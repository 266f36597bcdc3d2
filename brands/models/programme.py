"""A programme as data: who applies, on which track, with which form (design.md 2)."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from brands.forms.fields import FormSpec
from foundation import clock
from schools.models import PartyOrganisation, Tier
from schools.rights import rights_of


class Track(models.TextChoices):
    """Which table of moves a project follows: the one thing about a programme that is code."""

    NAMING = "naming", "评选命名"
    ESTABLISHING = "establishing", "立项推进"


class Applicant(models.TextChoices):
    """Who applies. An organisation does once in a batch; a secretary leads one a year (domain.md
    B2: one per secretary); of persons it puts forward as many as it likes, each once.
    """

    UNIT = "unit", "学校（单位）党组织"
    SECRETARY = "secretary", "学校（单位）党组织书记"
    BRANCH = "branch", "党支部"
    PERSON = "person", "个人（由学校党组织申报）"

    @property
    def applying(self) -> str:
        """What the first stage is called where the programme has no word of its own."""
        return "支部申报" if self == Applicant.BRANCH else "学校申报"

    @property
    def tier(self) -> Tier:
        """Where the people stand who write the application."""
        return Tier.BRANCH if self == Applicant.BRANCH else Tier.UNIT

    @classmethod
    def at(cls, tiers: Iterable[str]) -> list["Applicant"]:
        """The kinds that people of these tiers write for."""
        wanted = {*tiers}
        return [kind for kind in cls if kind.tier in wanted]


class Judged(models.TextChoices):
    """What a rubric is for."""

    SELECTION = "selection", "申报（立项）评审"
    CLOSING = "closing", "结项评审"
    ACCEPTANCE = "acceptance", "验收"


def _interval(words: str, default: int | None, most: int) -> "models.PositiveSmallIntegerField":
    """How long after the naming; empty for what this programme does without."""
    limits = [MinValueValidator(1), MaxValueValidator(most)]
    return models.PositiveSmallIntegerField(
        words, null=True, blank=True, default=default, validators=limits
    )


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def naming(self) -> "ProgrammeQuerySet":
        """Those that give honours."""
        return self.filter(track=Track.NAMING).exclude(honour_code="")

    def visible_to(self, user: Any) -> "ProgrammeQuerySet":
        return self.all() if rights_of(user).is_city else self.none()


class Programme(models.Model):
    """A kind of selection. Its batches take over what it says and may then differ.

    `number_code` stands in the middle of a received number (2026-YP-0001), `honour_code` in that of
    an honour (苏YP-2026-0001), empty where nothing is named. `noun` is what one calls an entry;
    `under` is whose organisations apply, everybody's where it is empty. `labels` holds stage → what
    the programme calls it, where that differs. `rubrics` holds Judged → the code of a rubric that
    the reviews keep; `trims` and `avoids_area` are how its rounds usually score; `checklist` is what
    the bureau ticks before it accepts. What becomes of
    a named brand is checked at the intervals set here (domain.md B1, stages 11–15).
    """

    SCHOOL_BRAND = "school_brand"
    SECRETARY_PROJECT = "secretary"

    key = models.SlugField("代码", max_length=20, primary_key=True)
    name = models.CharField("名称", max_length=30, unique=True)
    track = models.CharField("流程", max_length=15, choices=Track)
    applicant = models.CharField("申报主体", max_length=10, choices=Applicant)
    under = models.ForeignKey(
        PartyOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="申报范围",
    )
    has_district = models.BooleanField("设区（市）推荐", default=False)
    has_review = models.BooleanField("设专家评审", default=True)
    has_milestones = models.BooleanField("设节点任务", default=True)
    has_closing = models.BooleanField("设结项", default=False)
    noun = models.CharField("项目称呼", max_length=10, default="项目")
    labels = models.JSONField("环节名称", default=dict, blank=True)
    number_code = models.CharField("受理编号代码", max_length=6, unique=True)
    honour_code = models.CharField("荣誉编号代码", max_length=6, blank=True, default="")
    result_label = models.CharField("结果称谓", max_length=40, default="建设成果")
    checklist = models.JSONField("审查要点", default=list)
    rubrics = models.JSONField("评分标准", default=dict)
    trims = models.BooleanField("去掉一个最高分和一个最低分", default=True)
    avoids_area = models.BooleanField("同一区（市）专家回避", default=False)
    progress_months = _interval("每隔几个月报送进展", None, 24)
    midterm_months = _interval("命名后几个月中期检查", None, 60)
    acceptance_months = _interval("命名后几个月验收", None, 60)
    renewal_years = _interval("每隔几年复评", 3, 10)
    recheck_lead_days = models.PositiveSmallIntegerField(
        "提前几天启动", default=60, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    order = models.PositiveSmallIntegerField("排序", default=100)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "项目类别"
        ordering = ("order", "key")
        constraints = [
            models.UniqueConstraint(
                name="brands_programme_honour",
                fields=["honour_code"],
                condition=~models.Q(honour_code=""),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_branches(self) -> bool:
        return self.applicant == Applicant.BRANCH

    @property
    def newest_form(self) -> "ApplicationForm":
        """The version that the next batch will ask with."""
        return self.forms.latest("version")


class ApplicationForm(models.Model):
    """One version of a programme's application form. Frozen when a batch opens with it.

    `content` is what `FormSpec.write` writes.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="forms")
    version = models.PositiveSmallIntegerField("版本", default=1)
    content = models.JSONField("内容")
    frozen = models.BooleanField("已启用", default=False, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("建立时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "申报表"
        ordering = ("programme", "-version")
        constraints = [
            models.UniqueConstraint(name="brands_form_once", fields=["programme", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.content['name']}（第{self.version}版）"

    @cached_property
    def spec(self) -> FormSpec:
        return FormSpec.read(self.content)
