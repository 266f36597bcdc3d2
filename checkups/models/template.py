"""What is asked each quarter. A template that has answers is frozen; a change is a new version."""

import re
from decimal import Decimal

from django.db import models
from django.db.models import Q

from schools.models import OrganisationKind, PartyOrganisation

COMMITTEES = (OrganisationKind.COMMITTEE, OrganisationKind.ORGAN_COMMITTEE)

# A document number as it is written: 苏教工委〔2026〕8号 (domain.md F-D 39).
DOCUMENT_NUMBER = re.compile(r"〔\d{4}〕\d+号")


class Kind(models.TextChoices):
    DONE = "B", "是否完成"
    NUMBER = "N", "数量"
    RATE = "R", "比率"
    GRADE = "G", "等次"


class Grade(models.TextChoices):
    EXCELLENT = "excellent", "优"
    GOOD = "good", "良"
    MEDIUM = "medium", "中"
    POOR = "poor", "差"


class Group(models.TextChoices):
    A = "A", "政治建设"
    B = "B", "组织建设与组织生活"
    C = "C", "党员队伍"
    D = "D", "书记项目与品牌"
    E = "E", "意识形态与师德"
    F = "F", "廉政与安全"
    G = "G", "服务师生"


def default_factors() -> dict[str, str]:
    """What part of full marks each grade of a four-level judgement gives."""
    return {"excellent": "1", "good": "0.85", "medium": "0.65", "poor": "0.3"}


class Template(models.Model):
    """A versioned set of indicators, its thresholds and the document that asks for it (F-A 6)."""

    code = models.CharField("代码", max_length=20)
    version = models.PositiveSmallIntegerField("版本", default=1)
    title = models.CharField("名称", max_length=80)
    source_document = models.CharField("依据文件", max_length=100)
    frozen = models.BooleanField("已启用，不再改动", default=False)
    green_from = models.DecimalField(
        "绿色起点", max_digits=5, decimal_places=2, default=Decimal(90)
    )
    yellow_from = models.DecimalField(
        "黄色起点", max_digits=5, decimal_places=2, default=Decimal(75)
    )
    grade_factors = models.JSONField("等次系数", default=default_factors)

    class Meta:
        verbose_name = verbose_name_plural = "体检模板"
        ordering = ("code", "-version")
        constraints = [
            models.UniqueConstraint(name="checkups_template_version", fields=["code", "version"]),
            models.CheckConstraint(
                name="checkups_template_source", condition=~Q(source_document="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第{self.version}版）"

    @property
    def is_documented(self) -> bool:
        """What it is shipped with names no number: nobody may be asked to fill that in (F-A 6)."""
        return bool(DOCUMENT_NUMBER.search(self.source_document))


class Indicator(models.Model):
    """One line of a template. `source` names what may pre-fill it; empty means typed by hand.

    A failed `red_line` turns the check red: always, or in the case `red_line_text` describes.
    `committee_target` is what a 党委 must reach where more is asked of it (C4, A1).
    """

    template = models.ForeignKey(Template, models.CASCADE, related_name="indicators")
    code = models.CharField("编号", max_length=4)
    group = models.CharField("类别", max_length=1, choices=Group)
    title = models.CharField("指标", max_length=60)
    kind = models.CharField("类型", max_length=1, choices=Kind)
    weight = models.PositiveSmallIntegerField("分值")
    standard = models.CharField("满分标准", max_length=120)
    evidence_hint = models.CharField("佐证", max_length=60, blank=True)
    source = models.CharField("预填来源", max_length=20, blank=True)
    target = models.DecimalField("目标数", max_digits=7, decimal_places=1, null=True, blank=True)
    committee_target = models.DecimalField(
        "党委的目标数", max_digits=7, decimal_places=1, null=True, blank=True
    )
    red_line = models.BooleanField("红线", default=False)
    red_line_text = models.CharField("红线情形", max_length=60, blank=True)
    vacation_tolerant = models.BooleanField("寒暑假可按季度合并", default=False)
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "体检指标"
        ordering = ("order", "code")
        constraints = [
            models.UniqueConstraint(name="checkups_indicator_code", fields=["template", "code"])
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def target_for(self, organisation: PartyOrganisation) -> Decimal | None:
        """The least target that this organisation may be measured by; None: it sets its own."""
        if organisation.kind in COMMITTEES and self.committee_target is not None:
            return self.committee_target
        return self.target
