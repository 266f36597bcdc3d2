"""What is judged and by which weights (domain.md B1, B2)."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import BigAutoField, Q, QuerySet
from django.utils.functional import cached_property

from foundation.statements import Slot, Whole, composed_once
from schools.rights import rights_of


class RubricQuerySet(models.QuerySet["Rubric"]):
    def visible_to(self, user: Any) -> "RubricQuerySet":
        return self.all() if rights_of(user).is_city else self.none()

    def newest(self) -> "RubricQuerySet":
        """Of each code its last version."""
        later = Rubric.objects.filter(
            code=models.OuterRef("code"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(later.order_by()))

    def newest_of(self, code: str) -> "Rubric | None":
        return self.filter(code=code).order_by("-version").first()


class Rubric(models.Model):
    """One version of a rubric. Frozen once a round opened with it: a change makes a new version."""

    code = models.CharField("代码", max_length=10)
    version = models.PositiveSmallIntegerField("版本", default=1)
    title = models.CharField("名称", max_length=60)
    comment_required = models.BooleanField("必须写评语", default=False)
    halves = models.BooleanField("可以打半分", default=True)
    frozen = models.BooleanField("已启用", default=False, editable=False)

    objects = RubricQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分标准"
        ordering = ("code", "-version")
        constraints = [
            models.UniqueConstraint(name="reviews_rubric_once", fields=["code", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.code} 第{self.version}版）"

    @cached_property
    def asked(self) -> list["Criterion"]:
        """Its criteria in order, read once: where a review is under way they stand for good."""
        found = [_CRITERION.of(row) for row in _criteria(rubric=self.pk)]
        for criterion in found:
            criterion.rubric = self
        return found

    @property
    def full_marks(self) -> int:
        return sum(criterion.weight for criterion in self.criteria.all())

    @property
    def step(self) -> Decimal:
        """The finest score there is."""
        return Decimal("0.5") if self.halves else Decimal(1)


class Criterion(models.Model):
    """A criterion scored from 0 to its weight. `tie_order` says which one breaks ties first."""

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="criteria")
    code = models.CharField("代码", max_length=10)
    title = models.CharField("指标", max_length=40)
    weight = models.PositiveSmallIntegerField("分值")
    excellent = models.CharField("优", max_length=200)
    good = models.CharField("良", max_length=200, blank=True)
    fair = models.CharField("中", max_length=200, blank=True)
    poor = models.CharField("差", max_length=200, blank=True)
    optional = models.BooleanField("可以选“不适用”", default=False)
    order = models.PositiveSmallIntegerField("排序")
    tie_order = models.PositiveSmallIntegerField("同分比较顺序", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评分指标"
        ordering = ("order",)
        constraints = [
            models.UniqueConstraint(name="reviews_criterion_once", fields=["rubric", "code"]),
            models.CheckConstraint(name="reviews_criterion_weight", condition=Q(weight__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def descriptors(self) -> list[tuple[str, str]]:
        """(band, text), those that are written."""
        bands = (
            ("优（90%以上）", self.excellent),
            ("良（75%–89%）", self.good),
            ("中（60%–74%）", self.fair),
            ("差（60%以下）", self.poor),
        )
        return [band for band in bands if band[1]]


_CRITERION = Whole(Criterion)


@composed_once
def _criteria() -> QuerySet[Any, tuple[Any, ...]]:
    asked = Criterion.objects.filter(rubric=Slot("rubric", BigAutoField()))
    return asked.order_by("order", "pk").values_list(*_CRITERION.columns)
