"""One move made to many projects at once, so that it can be taken back at once."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models.project import Project, ProjectEvent
from foundation import clock
from schools.models import PartyOrganisation, Role
from schools.rights import CITY_ROLES, rights_of


class BulkQuerySet(models.QuerySet["Bulk"]):
    def visible_to(self, user: Any) -> "BulkQuerySet":
        """Those of the same desk and of the desks below it; a school has none."""
        return self.filter(rights_of(user).reach("organisation__", (Role.DISTRICT, *CITY_ROLES)))


class Bulk(models.Model):
    """`name` is the transition, `organisation` the desk it was done at. Rows are only added; undoing
    fills the last columns and moves every project by the reverse line of the table."""

    name = models.CharField(max_length=40)
    label = models.CharField("办理", max_length=40)
    note = models.TextField("说明", blank=True)
    organisation = models.ForeignKey(PartyOrganisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人"
    )
    appointment = models.CharField("以何身份", max_length=120)
    at = models.DateTimeField("时间", default=clock.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    undone_at = models.DateTimeField("撤回时间", null=True, editable=False)
    undone_note = models.TextField("撤回理由", blank=True, editable=False)

    objects = BulkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批量操作"
        ordering = ("-pk",)
        indexes = [models.Index(fields=["organisation", "-id"], name="brands_bulk_desk")]

    def __str__(self) -> str:
        return f"批量{self.label}"


class BulkItem(models.Model):
    """One project of it, with the event that moved it and the one that took it back."""

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="items")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    event = models.OneToOneField(ProjectEvent, models.PROTECT, related_name="+")
    undone = models.OneToOneField(ProjectEvent, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="brands_bulk_item_once", fields=["bulk", "project"])
        ]
