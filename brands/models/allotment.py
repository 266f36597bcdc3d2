"""How many a batch may propose: in all, of an area, of a kind of school (domain.md B1 stage 8)."""

from django.db import models
from django.db.models import Q

from brands.models.batch import Batch
from schools.models import Area, SchoolKind


class Allotment(models.Model):
    """At most `places`: of everything when it names neither an area nor a kind.

    Written before the scores are known: who makes the rule does not know yet whom it favours.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="allotments")
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="板块"
    )
    kind = models.CharField("学校类别", max_length=20, choices=SchoolKind, blank=True)
    places = models.PositiveSmallIntegerField("拟定名额")

    class Meta:
        verbose_name = verbose_name_plural = "拟定名额"
        ordering = ("area__order", "kind")
        constraints = [
            models.UniqueConstraint(
                name="brands_allot_area", fields=["batch", "area"], condition=Q(area__isnull=False)
            ),
            models.UniqueConstraint(
                name="brands_allot_kind", fields=["batch", "kind"], condition=Q(area=None)
            ),
            models.CheckConstraint(name="brands_allot_one", condition=Q(area=None) | Q(kind="")),
        ]

    def __str__(self) -> str:
        return f"{self.whom}至多 {self.places} 项"

    @property
    def whom(self) -> str:
        """Of whom it says so, in words."""
        if self.area is not None:
            return self.area.name
        return self.get_kind_display() if self.kind else "全市"

    @property
    def is_total(self) -> bool:
        return self.area_id is None and not self.kind

    def covers(self, area_id: int | None, kind: str) -> bool:
        if self.area_id is not None:
            return self.area_id == area_id
        return not self.kind or self.kind == kind
