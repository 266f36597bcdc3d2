"""More time for some: who granted it, why, until when (design.md 7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.models.batch import Batch, Stage
from brands.models.project import Project
from foundation import clock
from schools.models import Area, PartyOrganisation


class ExtensionManager(models.Manager["Extension"]):
    """Whom it is for is asked of every row."""

    def get_queryset(self) -> models.QuerySet["Extension"]:
        return super().get_queryset().select_related("organisation", "project")


class Extension(models.Model):
    """A later end of one stage, for an area, an organisation with all below it, or one project.

    Rows are only added. Of several the nearest to the project holds, and of equals the newest.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="extensions")
    stage = models.CharField("环节", max_length=10, choices=Stage)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="板块"
    )
    organisation = models.ForeignKey(
        PartyOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="党组织",
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="extensions"
    )
    until = models.DateTimeField("延至")
    why = models.CharField("理由", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("批准时间", default=clock.now)

    objects = ExtensionManager()

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                name="brands_extension_for_one",
                condition=(
                    Q(area__isnull=False, organisation=None, project=None)
                    | Q(area=None, organisation__isnull=False, project=None)
                    | Q(area=None, organisation=None, project__isnull=False)
                ),
            )
        ]
        indexes = [models.Index(fields=["batch", "stage"], name="brands_extension_of")]

    def __str__(self) -> str:
        return f"{self.whom}{self.get_stage_display()}"

    @property
    def whom(self) -> str:
        """For whom, in words."""
        return str(self.project or self.organisation or self.area)

    def nearness(self, organisation: PartyOrganisation) -> int:
        """How close it comes to a project of this organisation; 0 when it does not reach it.

        A project's own row is told apart by its organisation: it has one project in a batch.
        """
        if self.project is not None:
            return 1000 if self.project.organisation_id == organisation.pk else 0
        if self.organisation is not None:
            path = self.organisation.path
            return len(path) + 1 if organisation.path.startswith(path) else 0
        return 1 if self.area_id == organisation.area_id else 0
