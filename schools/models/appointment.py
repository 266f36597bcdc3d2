"""Who acts as what, where and from when to when: the only source of rights (design.md 4)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation import clock
from schools.models.organisation import PartyOrganisation


class Role(models.TextChoices):
    SECRETARY = "secretary", "党组织书记"
    STAFF = "staff", "党务工作者"
    DISTRICT = "district", "区（市）教育工委"
    BUREAU = "bureau", "局工作人员"
    LEADER = "leader", "工委领导"
    SUPERVISION = "supervision", "纪检监督"
    AUDITOR = "auditor", "审计管理员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    REVIEWER = "reviewer", "评审专家"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def live(self, day: date | None = None) -> "AppointmentQuerySet":
        """In force on `day` (default today): an expired one gives nothing."""
        day = day or clock.today()
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))

    def unended(self) -> "AppointmentQuerySet":
        """In force today or still to come."""
        return self.filter(Q(until=None) | Q(until__gte=clock.today()))

    def overlapping(self, since: date, until: date | None) -> "AppointmentQuerySet":
        """In force on at least one day between the two."""
        begun = self.filter(since__lte=until) if until else self.all()
        return begun.filter(Q(until=None) | Q(until__gte=since))

    def holders(self, *roles: str) -> "AppointmentQuerySet":
        """Live appointments of active people in one of `roles`: who may be told or asked."""
        return self.live().filter(role__in=roles, user__is_active=True)

    def visible_to(self, user: Any) -> "AppointmentQuerySet":
        from schools.rights import rights_of

        rights = rights_of(user)
        return self.all() if rights.manages_people else self.filter(user=user)


class Appointment(models.Model):
    """`user` acts as `role` at `organisation` between two dates."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    role = models.CharField("角色", max_length=20, choices=Role)
    organisation = models.ForeignKey(
        PartyOrganisation, models.PROTECT, related_name="appointments", verbose_name="党组织"
    )
    since = models.DateField("任职起", default=clock.today)
    until = models.DateField("任职止", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="schools_appt_dates", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.UniqueConstraint(
                name="schools_appt_once", fields=["user", "role", "organisation", "since"]
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="schools_appt_org_role")]

    def __str__(self) -> str:
        return f"{self.organisation.short} · {self.get_role_display()}"

    @property
    def has_ended(self) -> bool:
        return self.until is not None and self.until < clock.today()

    @property
    def is_live(self) -> bool:
        return self.since <= clock.today() and not self.has_ended
