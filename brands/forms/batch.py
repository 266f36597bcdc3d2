"""What the bureau sets for a batch: paper, windows, quotas."""

import re
from datetime import date
from typing import Any, cast

from crispy_forms.layout import Fieldset
from django import forms
from django.utils import timezone

from brands.models import Batch, BatchStage, DayUnit, Stage
from brands.models.batch import LEAST_PUBLICITY
from foundation import clock
from foundation.widgets import DayInput, bare_helper

_BRACKETS = re.compile(r"[\[(（【［﹝](\d{4})[\])）】］﹞]")


def hexagonal(text: str) -> str:
    """苏教工委[2026]12号 → 苏教工委〔2026〕12号 (domain.md F-D 39)."""
    return _BRACKETS.sub(r"〔\1〕", "".join(text.split()))


class BatchForm(forms.ModelForm):
    class Meta:
        model = Batch
        fields = (
            "programme", "year", "number", "title", "source_document", "result_label",
            "approval_document", "approving_body", "publicity_days", "publicity_unit", "objection_days", "return_days",
            "remind_days", "reviewers_per_entry", "quota_total", "needs_stamp", "project_megabytes",
            "batch_megabytes",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.normalised: list[str] = []
        fields = self.fields
        cast(forms.ModelChoiceField, fields["programme"]).empty_label = "请选择"
        fields["year"].widget.attrs |= {"min": 2017, "max": 2099}
        fields["publicity_days"].help_text = "不少于5个工作日；按自然日的不少于7天。"
        fields["publicity_unit"].help_text = "按自然日的，截止日是休息日时不能发布。"
        fields["publicity_unit"].required = False
        fields["objection_days"].help_text = "从受理到办结，一般10个工作日。"
        fields["objection_days"].required = False
        fields["reviewers_per_entry"].help_text = "一般为单数，不少于5人。"
        fields["project_megabytes"].help_text = "单个文件不超过50 MB，由系统规定。"
        fields["batch_megabytes"].help_text = "防止存储空间用尽；快满时按此提示学校。"
        fields["result_label"].help_text = "含“奖”“表彰”“先进”的，须填写批准文号和批准机关。"
        self.helper = bare_helper(
            Fieldset("批次", "programme", "year", "number", "title", "source_document"),
            Fieldset("结果称谓", "result_label", "approval_document", "approving_body"),
            Fieldset("规则", *self._rules()),
            Fieldset("附件", "needs_stamp", "project_megabytes", "batch_megabytes"),
        )

    def _rules(self) -> list[str]:
        """Those that the programme knows; a new batch has none yet, so all."""
        batch = self.instance
        if batch.pk and not batch.is_brand:
            for name in ("publicity_days", "publicity_unit", "objection_days"):
                del self.fields[name]
        if batch.pk and not batch.has_district:
            del self.fields["quota_total"]
        rules = (
            "publicity_days",
            "publicity_unit",
            "objection_days",
            "return_days",
            "remind_days",
            "reviewers_per_entry",
            "quota_total",
        )
        return [name for name in rules if name in self.fields]

    def clean_source_document(self) -> str:
        return self._normalise("source_document")

    def clean_approval_document(self) -> str:
        return self._normalise("approval_document")

    def _normalise(self, name: str) -> str:
        typed = self.cleaned_data[name]
        text = hexagonal(typed)
        if text != typed:
            self.normalised.append(text)
        return text

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not 2017 <= year <= 2099:
            raise forms.ValidationError("年度应在2017至2099之间。")
        return year

    def clean_publicity_days(self) -> int:
        days: int = self.cleaned_data["publicity_days"]
        if not 5 <= days <= 60:
            raise forms.ValidationError("公示不得少于5个工作日，也不宜超过60个。")
        return days

    def clean_publicity_unit(self) -> str:
        unit = self.cleaned_data["publicity_unit"] or DayUnit.WORKDAY
        days = self.cleaned_data.get("publicity_days")
        least = LEAST_PUBLICITY[DayUnit(unit)]
        if days is not None and days < least:
            raise forms.ValidationError(f"按{DayUnit(unit).label}公示的，不少于{least}天。")
        return str(unit)

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if not 1 <= number <= 99:
            raise forms.ValidationError("批次应为1至99。")
        return number

    def clean_reviewers_per_entry(self) -> int:
        number: int = self.cleaned_data["reviewers_per_entry"]
        if not 1 <= number <= 25:
            raise forms.ValidationError("每项专家数应为1至25。")
        return number

    def clean_project_megabytes(self) -> int:
        megabytes: int = self.cleaned_data["project_megabytes"]
        if not 1 <= megabytes <= 2000:
            raise forms.ValidationError("每个项目附件合计应为1至2000 MB。")
        return megabytes

    def clean_batch_megabytes(self) -> int:
        megabytes: int = self.cleaned_data["batch_megabytes"]
        if not 1 <= megabytes <= 2_000_000:
            raise forms.ValidationError("本批次附件合计应为1至2000000 MB。")
        return megabytes

    def clean_remind_days(self) -> str:
        """5、1，0 → 5,1,0: the furthest first, each once."""
        words = re.split(r"[,，、;；\s]+", self.cleaned_data["remind_days"].strip(",，、;； "))
        if words == [""]:
            return ""
        if not all(word.isascii() and word.isdecimal() and int(word) <= 40 for word in words):
            raise forms.ValidationError("请用逗号分开 0 到 40 的数字，如 5,1,0。")
        return ",".join(str(days) for days in sorted({int(word) for word in words}, reverse=True))

    def clean_objection_days(self) -> int:
        days: int | None = self.cleaned_data["objection_days"]
        if days is None:
            return self.instance.objection_days
        if not 1 <= days <= 60:
            raise forms.ValidationError("异议办理期限应为1至60个工作日。")
        return days

    def clean_return_days(self) -> int:
        days: int = self.cleaned_data["return_days"]
        if not 1 <= days <= 30:
            raise forms.ValidationError("退回修改期限应为1至30个工作日。")
        return days


class StageForm(forms.Form):
    """The window of one stage, by days: from the first second of one to the last of the other."""

    opens_on = forms.DateField(label="开始", required=False)
    closes_on = forms.DateField(label="截止", required=False)

    def __init__(self, *args: Any, stage: Stage, name: str, **kwargs: Any) -> None:
        kwargs["prefix"] = f"stage-{stage.value}"
        super().__init__(*args, **kwargs)
        self.stage, self.name = stage, name
        for field in self.fields.values():
            words = f"{name}{field.label}"
            field.widget = DayInput(attrs={"class": "form-control", "aria-label": words})
            field.label = f"{name}（{field.label}）"
            field.error_messages["invalid"] = "日期格式应如2026-03-02。"

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if bool(opens) != bool(closes) and not self.errors:
            raise forms.ValidationError(f"{self.name}：开始和截止日期须同时填写。")
        if opens and closes and closes < opens:
            raise forms.ValidationError(f"{self.name}：截止日期不能早于开始日期。")
        return data


def stage_forms(data: Any, batch: Batch | None) -> list[StageForm]:
    """Of the stages that the batch uses; a new one has no programme yet, so of all."""
    rows = {row.stage: row for row in batch.stages.all()} if batch else {}
    stages = batch.stages_used if batch else list(Stage)
    return [
        StageForm(
            data,
            stage=stage,
            name=batch.stage_label(stage) if batch else str(stage.label),
            initial=_days(rows.get(stage)),
        )
        for stage in stages
    ]


def _days(row: BatchStage | None) -> dict[str, date]:
    if row is None:
        return {}
    return {
        "opens_on": timezone.localdate(row.opens_at),
        "closes_on": timezone.localdate(row.closes_at),
    }


def save_windows(batch: Batch, forms_: list[StageForm]) -> None:
    """Only of stages that the programme knows, whatever was typed before it was chosen."""
    batch.stages.exclude(stage__in=batch.stages_used).delete()
    for form in forms_:
        if form.stage not in batch.stages_used:
            continue
        opens, closes = form.cleaned_data.get("opens_on"), form.cleaned_data.get("closes_on")
        if not opens or not closes:
            batch.stages.filter(stage=form.stage).delete()
            continue
        window = {"opens_at": clock.start_of(opens), "closes_at": clock.end_of(closes)}
        BatchStage.objects.update_or_create(batch=batch, stage=form.stage, defaults=window)
