"""Who judges what, and what they gave."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import clock
from foundation.workflow.models import Event, Movable
from reviews.conflicts import conflict_q
from reviews.models.round import Entry, Round, RoundStatus
from reviews.models.rubric import Criterion
from schools.models import Role
from schools.rights import rights_of


class AssignmentStatus(models.TextChoices):
    ASSIGNED = "assigned", "待评"
    DRAFT = "draft", "评分中"
    SUBMITTED = "submitted", "已提交"
    RECUSED = "recused", "已回避"


SKIPPED = "不适用"
TONES = {
    AssignmentStatus.ASSIGNED: "plain",
    AssignmentStatus.DRAFT: "wait",
    AssignmentStatus.SUBMITTED: "good",
    AssignmentStatus.RECUSED: "warn",
}
UNFINISHED = frozenset({AssignmentStatus.ASSIGNED, AssignmentStatus.DRAFT})


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any) -> "AssignmentQuerySet":
        """A reviewer's own, in rounds that are open and begun; never of a project near to them."""
        rights = rights_of(user)
        if not rights.has(Role.REVIEWER):
            return self.none()
        own = self.in_hand(user, clock.now())
        near = conflict_q(rights.appointments, "entry__project__")
        same_area = conflict_q(rights.appointments, "entry__project__", area=True)
        return own.exclude(near).exclude(Q(entry__round__avoid_area=True) & same_area)

    def in_hand(self, reviewer: Any, now: Any) -> "AssignmentQuerySet":
        """Given to this person, in rounds that are open and begun; a tie may still hide some."""
        return self.filter(
            reviewer=reviewer,
            entry__round__status=RoundStatus.OPEN,
            entry__round__opens_at__lte=now,
        ).live()

    def supervised_by(self, user: Any) -> "AssignmentQuerySet":
        """For the city's pages about the progress of a round: without what was scored."""
        return self.filter(entry__in=Entry.objects.visible_to(user).order_by())

    def live(self) -> "AssignmentQuerySet":
        return self.exclude(status=AssignmentStatus.RECUSED)

    def undeclared(self) -> "AssignmentQuerySet":
        return self.filter(declared_at=None)

    def unfinished(self) -> "AssignmentQuerySet":
        return self.filter(status__in=UNFINISHED)

    def submitted(self) -> "AssignmentQuerySet":
        return self.filter(status=AssignmentStatus.SUBMITTED)

    def totals(self) -> list[tuple[int, Decimal]]:
        """(entry, total) of each submitted review."""
        rows = self.submitted().order_by().values_list("entry", "total")
        return [(entry, total) for entry, total in rows if total is not None]


class Assignment(Movable):
    """One reviewer's review of one entry. `total` is stored when it is submitted.

    `declared_at`: they saw whose it is and said that nothing ties them; closed until then.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="assignments", db_index=False)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", db_index=False
    )
    status = models.CharField(
        "状态",
        max_length=10,
        choices=AssignmentStatus,
        default=AssignmentStatus.ASSIGNED,
        editable=False,
    )
    total = models.DecimalField("总分", max_digits=6, decimal_places=2, null=True, editable=False)
    comment = models.TextField("评语", max_length=1000, blank=True)
    assigned_at = models.DateTimeField("分配时间", default=clock.now, editable=False)
    declared_at = models.DateTimeField("申报利害关系时间", null=True, editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评审任务"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="reviews_assignment_once", fields=["entry", "reviewer"]),
            models.CheckConstraint(
                name="reviews_assignment_status", condition=Q(status__in=AssignmentStatus.values)
            ),
            models.CheckConstraint(
                name="reviews_assignment_total",
                condition=~Q(status=AssignmentStatus.SUBMITTED) | Q(total__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "status"], name="reviews_assignment_desk")]

    def __str__(self) -> str:
        return f"{self.entry} 的评审"

    @property
    def tone(self) -> str:
        return TONES[AssignmentStatus(self.status)]

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED


class AssignmentEvent(Event):
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="events")


class ScoreQuerySet(models.QuerySet["Score"]):
    def visible_to(self, user: Any) -> "ScoreQuerySet":
        """One's own; leader and supervision all; bureau staff after the lock (domain.md B6)."""
        rights = rights_of(user)
        if rights.has(Role.LEADER, Role.SUPERVISION):
            return self.all()
        mine = Q(assignment__in=Assignment.objects.visible_to(user).order_by())
        if rights.has(Role.BUREAU):
            mine |= Q(assignment__entry__round__status=RoundStatus.FROZEN)
        return self.filter(mine)


class Score(models.Model):
    """Points for one criterion, in halves from 0 to its weight; None is "not applicable", never 0.

    A criterion that was not judged yet has no row.
    """

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="scores", db_index=False
    )
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    value = models.DecimalField("得分", max_digits=5, decimal_places=1, null=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分"
        ordering = ("criterion__order",)
        constraints = [
            models.UniqueConstraint(name="reviews_score_once", fields=["assignment", "criterion"]),
            models.CheckConstraint(name="reviews_score_positive", condition=Q(value__gte=0)),
        ]

    @property
    def words(self) -> str:
        return SKIPPED if self.value is None else str(self.value)


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def visible_to(self, user: Any) -> "RecusalQuerySet":
        return self.filter(assignment__in=Assignment.objects.supervised_by(user).order_by())


class Recusal(models.Model):
    """Why a reviewer stepped back from an entry, or was taken off it by the staff."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="recusal")
    reason = models.TextField("理由", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=clock.now)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        ordering = ("pk",)


class Pledge(models.Model):
    """廉洁保密承诺: made once a round, before the first sight of an entry."""

    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, related_name="pledges")
    at = models.DateTimeField("承诺时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "廉洁保密承诺"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="reviews_pledge_once", fields=["reviewer", "round"])
        ]
