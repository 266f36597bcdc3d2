"""The administrative tree: areas and their schools. Statistics follow it."""

from typing import Any

from django.db import models
from pypinyin import Style, lazy_pinyin


class SchoolKind(models.TextChoices):
    KINDERGARTEN = "kindergarten", "幼儿园"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中"
    NINE_YEAR = "nine_year", "九年一贯制"
    TWELVE_YEAR = "twelve_year", "十二年一贯制"
    COMPLETE = "complete", "完全中学"
    VOCATIONAL = "vocational", "中职"
    SPECIAL = "special", "特殊教育"
    UNIT = "unit", "直属单位"


class Ownership(models.TextChoices):
    PUBLIC = "public", "公办"
    PRIVATE = "private", "民办"
    JOINT = "joint", "中外合作"


class Area(models.Model):
    """A district or county-level city; `is_direct` marks 市直属, which has no district desk."""

    code = models.CharField("代码", max_length=6, unique=True)
    name = models.CharField("板块", max_length=40, unique=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_direct = models.BooleanField("市直属", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "板块"
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.name


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: Any) -> "SchoolQuerySet":
        """Schools whose Party organisation lies within the user's reach in the Party tree."""
        from schools.rights import rights_of

        reach = rights_of(user).reach("organisations__")
        return self.filter(reach).distinct()


class School(models.Model):
    """A school, as the bureau's sheet names it. `is_fictional` marks one made up for the demo."""

    code = models.CharField("学校标识码", max_length=10, unique=True)
    name = models.CharField("学校名称", max_length=80, unique=True)
    short_name = models.CharField("简称", max_length=40, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="schools", verbose_name="所属区域")
    kind = models.CharField("学校类别", max_length=20, choices=SchoolKind)
    ownership = models.CharField("办学性质", max_length=10, choices=Ownership)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    is_fictional = models.BooleanField("虚构示例", default=False)
    search_text = models.CharField(max_length=300, blank=True, editable=False)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学校"
        ordering = ("area__order", "code")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_text = searchable(self.name, self.short_name, self.code)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)


def searchable(*words: str) -> str:
    """The words, their pinyin and initials in one lower-case line for `contains` (stack.md 1.17)."""
    text = " ".join(word for word in words if word)
    pinyin = "".join(lazy_pinyin(text))
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    return f"{text} {pinyin} {initials}".lower()[:300]
