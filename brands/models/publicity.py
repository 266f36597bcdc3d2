"""Publicity (公示) and objections (异议): domain.md B4."""

from typing import Any

from django.conf import settings
from django.db import models

from brands.models.batch import Batch
from brands.models.files import PrivateFile
from brands.models.honour import Honour
from brands.models.project import Project, ProjectEvent
from foundation import clock
from foundation.workflow.models import Event, Movable
from schools.models import Role
from schools.rights import rights_of


class PublicityStatus(models.TextChoices):
    DRAFT = "draft", "待复核"
    PUBLISHED = "published", "公示中"
    ENDED = "ended", "公示结束"
    TAKEN_DOWN = "taken_down", "已提前撤下"


class PublicityQuerySet(models.QuerySet["Publicity"]):
    def visible_to(self, user: Any) -> "PublicityQuerySet":
        return self.all() if rights_of(user).is_city else self.none()

    def public(self) -> "PublicityQuerySet":
        """On the public page now: published and within its days; an expired one is withdrawn."""
        return self.filter(
            status=PublicityStatus.PUBLISHED, closes_at__gte=clock.now().replace(microsecond=0)
        )


class Publicity(Movable):
    """A public notice of a batch: drafted by one, confirmed by another, frozen when it is out.

    `snapshot` is exactly what the public reads; `sha256` covers it.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="publicities")
    title = models.CharField("标题", max_length=100)
    text = models.TextField("正文")
    level = models.CharField("级别", max_length=10, choices=Honour.Level, default=Honour.Level.CITY)
    contact_office = models.CharField("受理部门", max_length=60)
    contact_phone = models.CharField("联系电话", max_length=40)
    contact_email = models.EmailField("电子邮箱", blank=True)
    contact_address = models.CharField("通讯地址", max_length=100)
    status = models.CharField(
        max_length=10, choices=PublicityStatus, default=PublicityStatus.DRAFT, editable=False
    )
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    opens_on = models.DateField("公示首日", null=True, editable=False)
    closes_at = models.DateTimeField("公示截止", null=True, editable=False)
    provisional = models.BooleanField("暂定", default=False, editable=False)
    snapshot = models.JSONField(default=dict, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    take_down_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    take_down_reason = models.TextField("撤下理由", blank=True, editable=False)

    objects = PublicityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title


class PublicityEntry(models.Model):
    publicity = models.ForeignKey(Publicity, models.CASCADE, related_name="entries")
    project = models.ForeignKey(Project, models.PROTECT, related_name="publicity_entries")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(name="brands_pubentry_once", fields=["publicity", "project"])
        ]


class PublicityEvent(Event):
    publicity = models.ForeignKey(Publicity, models.CASCADE, related_name="events")


class ObjectionStatus(models.TextChoices):
    RECEIVED = "received", "已收到"
    INVESTIGATING = "investigating", "调查核实中"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    UPHELD = "upheld", "异议成立"
    DISMISSED = "dismissed", "异议不成立"


# The moves of whoever judged the application: they do not handle an objection to it.
CHECKED = (
    "recommend",
    "not_recommend",
    "district_return",
    "accept",
    "return",
    "reject",
    "resume",
    "extend",
    "unaccept",
    "unreject",
)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Any) -> "ObjectionQuerySet":
        """Bureau staff, leader and supervision; never the school objected to."""
        return self.all() if rights_of(user).is_city else self.none()

    def open(self) -> "ObjectionQuerySet":
        return self.filter(status__in=[ObjectionStatus.RECEIVED, ObjectionStatus.INVESTIGATING])

    def awaiting(self, user: Any) -> "ObjectionQuerySet":
        """Open ones that this person may act on: no colleague's, none they checked themselves."""
        checked = ProjectEvent.objects.filter(
            project=models.OuterRef("project"), name__in=CHECKED, by=user
        )
        mine = models.Q(handler=None) | models.Q(handler=user)
        return self.open().filter(mine, ~models.Exists(checked))

    def holding(self) -> "ObjectionQuerySet":
        """Those that stop the naming: an anonymous lead only once somebody has taken it up."""
        return self.open().exclude(status=ObjectionStatus.RECEIVED, is_anonymous=True)


class Objection(Movable):
    """An objection to one published entry: real-name formal, or anonymous as a lead (B4)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="objections")
    publicity = models.ForeignKey(Publicity, models.PROTECT, related_name="objections")
    is_anonymous = models.BooleanField("匿名", default=False)
    name = models.CharField("姓名或单位", max_length=60, blank=True)
    contact = models.CharField("联系方式", max_length=100, blank=True)
    text = models.TextField("异议内容", max_length=2000)
    status = models.CharField(
        max_length=15, choices=ObjectionStatus, default=ObjectionStatus.RECEIVED, editable=False
    )
    received_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField("办理时限", null=True)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name="承办人",
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"关于“{self.project}”的异议"


class ObjectionEvent(Event):
    objection = models.ForeignKey(Objection, models.CASCADE, related_name="events")


class ObjectionFileQuerySet(models.QuerySet["ObjectionFile"]):
    def visible_to(self, user: Any) -> "ObjectionFileQuerySet":
        """A file may show who objects: the bureau and supervision only, as with the name."""
        rights = rights_of(user)
        return self.all() if rights.has(Role.BUREAU, Role.SUPERVISION) else self.none()


class ObjectionFile(PrivateFile):
    """Evidence that came with an objection."""

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="files")

    objects = ObjectionFileQuerySet.as_manager()

    class Meta(PrivateFile.Meta):
        verbose_name = verbose_name_plural = "异议材料"
