"""The honours register. It stands for years, so it keeps its own words."""

from typing import Any

from django.db import models
from django.db.models import Q

from brands.models.programme import Programme
from brands.models.project import Project
from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.models import PartyOrganisation, School
from schools.rights import rights_of


class HonourStatus(models.TextChoices):
    """What somebody decided. Whether it has expired is not stored: `Honour.state` asks the clock."""

    VALID = "valid", "有效"
    REVOKED = "revoked", "已撤销"


class HonourQuerySet(models.QuerySet["Honour"]):
    def visible_to(self, user: Any) -> "HonourQuerySet":
        """The register's desk. What everybody may know of an honour is `public`."""
        return self.all() if rights_of(user).is_city else self.none()

    def reached_by(self, user: Any) -> "HonourQuerySet":
        """Its own school, its district, the city: who follows what becomes of it."""
        return self.filter(rights_of(user).reach("organisation__"))

    def with_promotions(self) -> "HonourQuerySet":
        """Each with the number of its confirmed promotions."""
        count = models.Count("promotions", filter=Q(promotions__status="confirmed"))
        return self.annotate(promotion_count=count).order_by("-year", "number")

    def public(self) -> "HonourQuerySet":
        """Everybody may see a named honour."""
        return self.select_related("school__area")

    def in_force(self) -> "HonourQuerySet":
        return self.filter(in_force())


def in_force(prefix: str = "") -> Q:
    """Neither revoked nor expired, for queries that reach honours through `prefix`."""
    unlimited = Q(**{f"{prefix}valid_until": None})
    running = Q(**{f"{prefix}valid_until__gte": clock.today()})
    return Q(**{f"{prefix}status": HonourStatus.VALID}) & (unlimited | running)


class Honour(Movable):
    """A named brand: number, level, label, document. Public from the moment it is named.

    One named before there was a system has no project, batch or day of naming, but a programme. `organisation`
    reports on what became of it; none where the school has no Party organisation of its own.
    """

    class Level(models.TextChoices):
        """Highest first."""

        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        DISTRICT = "district", "区（县）级"
        SCHOOL = "school", "校级"

    number = models.CharField("编号", max_length=40, unique=True)
    project = models.OneToOneField(
        Project, models.PROTECT, null=True, blank=True, related_name="honour"
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        default=Programme.SCHOOL_BRAND,
        related_name="honours",
        verbose_name="项目类别",
    )
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="honours")
    organisation = models.ForeignKey(
        PartyOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="honours",
        verbose_name="党组织",
    )
    holder = models.CharField("单位", max_length=100)
    brand_name = models.CharField("品牌名称", max_length=60)
    summary = models.CharField("一句话介绍", max_length=200, blank=True)
    level = models.CharField("级别", max_length=10, choices=Level, default=Level.CITY)
    label = models.CharField("称谓", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    batch_number = models.PositiveSmallIntegerField("批次", null=True, blank=True)
    document_number = models.CharField("公布文号", max_length=60, blank=True)
    named_on = models.DateField("命名日期", null=True, blank=True)
    plaque_number = models.CharField("牌匾号", max_length=40, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    is_example = models.BooleanField("示例", default=False)
    status = models.CharField(
        "状态", max_length=10, choices=HonourStatus, default=HonourStatus.VALID, editable=False
    )
    revoked_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    revoked_document = models.CharField("撤销文号", max_length=60, blank=True, editable=False)

    objects = HonourQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "荣誉"
        ordering = ("-year", "number")
        indexes = [models.Index(fields=["level", "year"], name="brands_honour_level")]
        constraints = [
            models.CheckConstraint(
                name="brands_honour_revoked",
                condition=Q(status=HonourStatus.VALID, revoked_on=None)
                | Q(status=HonourStatus.REVOKED, revoked_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.holder}《{self.brand_name}》"

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < clock.today()

    @property
    def state(self) -> tuple[str, str]:
        """(words, tone) for the public: in force, expired or revoked."""
        if self.status == HonourStatus.REVOKED:
            return "已撤销", "bad"
        return ("已过期", "warn") if self.is_expired else ("有效", "good")


class HonourPrint(models.Model):
    """How its certificate or plaque was first printed: a later print follows the same design, under
    the same words of what may be called otherwise by then.

    What is said of the honour itself (validity, plaque number) is as it stands.
    """

    honour = models.ForeignKey(Honour, models.CASCADE, related_name="prints")
    kind = models.CharField("种类", max_length=12)
    version = models.PositiveSmallIntegerField("版式")
    issuer = models.CharField("落款", max_length=100)
    series = models.CharField("系列", max_length=100)
    at = models.DateTimeField("首次制发", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "制发版式"
        constraints = [models.UniqueConstraint(name="brands_print_once", fields=["honour", "kind"])]

    def __str__(self) -> str:
        return f"{self.honour_id} {self.kind} {self.version}"


class HonourEvent(Event):
    honour = models.ForeignKey(Honour, models.CASCADE, related_name="events")
