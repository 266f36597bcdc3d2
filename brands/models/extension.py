"""More time for some: who granted it, why, until when (design.md 7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from brands.models.batch import Batch, Stage
from brands.models.project import PRIVATE, Project
from foundation import clock
from schools.models import Area, PartyOrganisation

STEP = 9  # eight digits and a slash: one link of `path`


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def reaching(self, project: Project) -> "ExtensionQuerySet":
        """All that gave this project more time: its own, its unit's, its area's; newest first."""
        path = project.organisation.path
        chain = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
        area = project.organisation.area_id
        whom = Q(project=project) | Q(organisation__path__in=chain)
        if area is not None:
            whom |= Q(area=area)
        return self.filter(whom, batch=project.batch_id).order_by("-at", "-pk")


class ExtensionManager(models.Manager.from_queryset(ExtensionQuerySet)):  # type: ignore[misc]
    """Whom it is for is asked of every row."""

    def get_queryset(self) -> ExtensionQuerySet:
        rows: ExtensionQuerySet = super().get_queryset()
        wanted = ("organisation", "project__organisation")
        return rows.select_related(*wanted).defer("project__content", "project__edits")


class Extension(models.Model):
    """A later end of one stage, for an area, an organisation with all below it, or one project.

    Rows are only added, and none takes time away: of those that reach a project the latest holds.
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
        return f"{self.whom}{self.label}"

    @property
    def label(self) -> str:
        return self.batch.stage_label(self.stage)

    @property
    def whom(self) -> str:
        """For whom, in words; of a draft nothing but whose it is."""
        if self.project is not None and self.project.status in PRIVATE:
            return f"{self.project.organisation}的申报草稿"
        return str(self.project or self.organisation or self.area)

    def reaches(self, whom: Project | PartyOrganisation | Area) -> bool:
        """Does it give this one more time?

        One project's row reaches a unit as a whole where a unit has one project in a batch, and
        never from one person's application to another's.
        """
        if isinstance(whom, Area):
            return self.area_id == whom.pk
        unit = whom.organisation if isinstance(whom, Project) else whom
        if self.project is not None:
            if isinstance(whom, Project):
                return self.project_id == whom.pk
            return self.project.organisation_id == unit.pk and not self.project.person
        if self.organisation is not None:
            return unit.path.startswith(self.organisation.path)
        return self.area_id == unit.area_id
