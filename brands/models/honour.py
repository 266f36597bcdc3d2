"""The honours register. It stands for years, so it keeps its own words."""

from django.db import models

from brands.models.project import Project
from schools.models import School


class HonourQuerySet(models.QuerySet["Honour"]):
    def public(self) -> "HonourQuerySet":
        """Everybody may see a named honour."""
        return self.select_related("school__area")


class Honour(models.Model):
    """A named brand: number, level, label, document. Public from the moment it is named."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        CITY = "city", "市级"

    number = models.CharField("编号", max_length=40, unique=True)
    project = models.OneToOneField(
        Project, models.PROTECT, null=True, blank=True, related_name="honour"
    )
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="honours")
    holder = models.CharField("单位", max_length=100)
    brand_name = models.CharField("品牌名称", max_length=60)
    summary = models.CharField("一句话介绍", max_length=200, blank=True)
    level = models.CharField("级别", max_length=10, choices=Level, default=Level.CITY)
    label = models.CharField("称谓", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    batch_number = models.PositiveSmallIntegerField("批次")
    document_number = models.CharField("公布文号", max_length=60, blank=True)
    named_on = models.DateField("命名日期")
    is_example = models.BooleanField("示例", default=False)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)

    objects = HonourQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "荣誉"
        ordering = ("-year", "number")
        indexes = [models.Index(fields=["level", "year"], name="brands_honour_level")]

    def __str__(self) -> str:
        return f"{self.holder}《{self.brand_name}》"
