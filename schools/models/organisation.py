"""The Party tree. Permissions follow it."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from foundation import clock
from schools.models.school import Area, School, searchable


class Tier(models.TextChoices):
    CITY = "city", "市级"
    AREA = "area", "区级"
    UNIT = "unit", "学校（单位）"
    BRANCH = "branch", "支部"


class OrganisationKind(models.TextChoices):
    WORK_COMMITTEE = "work_committee", "教育工委"
    ORGAN_COMMITTEE = "organ_committee", "机关党委"
    AREA_COMMITTEE = "area_committee", "区（市）教育工委"
    COMMITTEE = "committee", "党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    JOINT_BRANCH = "joint_branch", "联合党支部"


class PartyOrganisationQuerySet(models.QuerySet["PartyOrganisation"]):
    def visible_to(self, user: Any) -> "PartyOrganisationQuerySet":
        """Down the tree; and of a branch that schools share, whoever sees one of them sees it.

        Seeing only: `via` asks the tree, so the others' branch is nobody's to change.
        """
        from schools.rights import EVERYTHING, rights_of

        reach = rights_of(user).reach()
        if reach is EVERYTHING:
            return self.filter(reach)
        shared = PartyOrganisation.joint_schools.through.objects.filter(
            school__in=School.objects.visible_to(user).order_by().values("pk")
        )
        return self.filter(reach | Q(pk__in=shared.values("partyorganisation_id")))

    def live(self) -> "PartyOrganisationQuerySet":
        return self.filter(closed_on=None)

    def units(self) -> "PartyOrganisationQuerySet":
        """The organisations that apply and report: a school's own, and the organ committee."""
        return self.filter(tier=Tier.UNIT)

    def below(self, organisation: "PartyOrganisation") -> "PartyOrganisationQuerySet":
        """The organisation itself and everything under it."""
        return self.filter(path__startswith=organisation.path)


# Called with organisations whose name, or whose school's, may have changed; the layers above hang
# in what they keep of it.
ON_RENAMED: list[Callable[[Sequence["PartyOrganisation"]], None]] = []

# Called with an organisation that hangs under another parent now, with all below it.
ON_MOVED: list[Callable[["PartyOrganisation"], None]] = []


def tell_renamed(units: Sequence["PartyOrganisation"]) -> None:
    for tell in ON_RENAMED:
        tell(units)


class PartyOrganisation(models.Model):
    """A node of the Party tree.

    `path` is the chain of zero-padded keys from the root, each ended by "/": a prefix test answers
    "is it within my reach?" without recursion. A school is not a branch: a large school has a
    committee with branches below it (domain.md 0.1). `schools` holds what a joint branch spans.
    """

    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类型", max_length=20, choices=OrganisationKind)
    tier = models.CharField("层级", max_length=10, choices=Tier)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级党组织",
    )
    path = models.CharField(max_length=100, unique=True, editable=False)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name="板块",
    )
    school = models.ForeignKey(
        School,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name="学校",
    )
    joint_schools = models.ManyToManyField(
        School,
        blank=True,
        related_name="joint_branches",
        verbose_name="联合单位",
        db_table="schools_org_joint",
    )
    secretary_name = models.CharField("书记姓名", max_length=40, blank=True)
    full_members = models.PositiveIntegerField("正式党员数", default=0)
    probationary_members = models.PositiveIntegerField("预备党员数", default=0)
    declared_branches = models.PositiveIntegerField("登记支部数", default=0)
    term_starts_on = models.DateField("本届起始", null=True, blank=True)
    term_ends_on = models.DateField("本届届满", null=True, blank=True)
    checked_from = models.DateField(
        "体检起始日",
        null=True,
        blank=True,
        help_text="新建或免报的单位：这一天所在季度起参加季度体检。",
    )
    closed_on = models.DateField("撤销日期", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name="并入",
    )
    search_text = models.CharField(max_length=300, blank=True, editable=False)

    objects = PartyOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党组织"
        ordering = ("path",)
        constraints = [
            models.UniqueConstraint(
                name="schools_org_one_per_school",
                fields=["school"],
                condition=Q(tier="unit", closed_on=None),
            ),
            models.UniqueConstraint(name="schools_org_name_in_parent", fields=["parent", "name"]),
            models.UniqueConstraint(
                name="schools_org_one_root", fields=["tier"], condition=Q(parent=None)
            ),
            models.CheckConstraint(
                name="schools_org_root_is_city", condition=Q(tier="city") | Q(parent__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["tier", "area"], name="schools_org_tier_area")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep path and search text; a new row needs its key before it has a path."""
        self.search_text = searchable(self.name, self.school.name if self.school else "")
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        adding = self._state.adding and not self.path
        if adding:
            self.path = f"new-{clock.wall_now().timestamp():.6f}-{id(self)}"[:100]
        super().save(*args, **kwargs)
        if adding:
            self.path = f"{self.parent.path if self.parent else ''}{self.pk:08d}/"
            super().save(update_fields=["path"])
        else:
            tell_renamed([self])

    @property
    def is_root(self) -> bool:
        """The one organisation above all others."""
        return self.parent_id is None

    @property
    def is_direct(self) -> bool:
        """Directly under the city: no district desk stands between it and the bureau."""
        return self.area is None or self.area.is_direct

    @property
    def short(self) -> str:
        """What people call it: the school's name where there is one."""
        return self.school.name if self.school else self.name


class CommitteePost(models.Model):
    """A post in an organisation's committee and who holds it."""

    class Post(models.TextChoices):
        SECRETARY = "secretary", "书记"
        DEPUTY = "deputy", "副书记"
        ORGANISATION = "organisation", "组织委员"
        PUBLICITY = "publicity", "宣传委员"
        DISCIPLINE = "discipline", "纪检委员"
        YOUTH = "youth", "青年委员"

    organisation = models.ForeignKey(PartyOrganisation, models.CASCADE, related_name="posts")
    post = models.CharField("职务", max_length=20, choices=Post)
    name = models.CharField("姓名", max_length=40)
    since = models.DateField("任职日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支委"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_post_display()} {self.name}"
