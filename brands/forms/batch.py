"""What the bureau sets for a batch: paper, windows, quotas."""

import re
from datetime import date
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone

from brands.models import Batch, BatchStage, Programme, Quota, Stage
from foundation import clock
from foundation.widgets import DayInput
from schools.models import Area

_BRACKETS = re.compile(r"[\[(（【［﹝](\d{4})[\])）】］﹞]")
_LINE = re.compile(r"^(?P<area>\D+?)[\s,，:：]*(?P<places>\d+)$")


def hexagonal(text: str) -> str:
    """苏教工委[2026]12号 → 苏教工委〔2026〕12号 (domain.md F-D 39)."""
    return _BRACKETS.sub(r"〔\1〕", "".join(text.split()))


class BatchForm(forms.ModelForm):
    class Meta:
        model = Batch
        fields = (
            "programme", "year", "number", "title", "source_document", "result_label",
            "approval_document", "approving_body", "publicity_days", "return_days",
            "reviewers_per_entry",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.normalised: list[str] = []
        fields = self.fields
        cast(forms.ChoiceField, fields["programme"]).choices = Programme.choices
        fields["year"].widget.attrs |= {"min": 2017, "max": 2099}
        fields["publicity_days"].help_text = "不少于5个工作日。"
        fields["reviewers_per_entry"].help_text = "一般为单数，不少于5人。"
        fields["result_label"].help_text = "含“奖”“表彰”“先进”的，须填写批准文号和批准机关。"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset("批次", "programme", "year", "number", "title", "source_document"),
            Fieldset("结果称谓", "result_label", "approval_document", "approving_body"),
            Fieldset("规则", "publicity_days", "return_days", "reviewers_per_entry"),
        )

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

    def clean_return_days(self) -> int:
        days: int = self.cleaned_data["return_days"]
        if not 1 <= days <= 30:
            raise forms.ValidationError("退回修改期限应为1至30个工作日。")
        return days


class StageForm(forms.Form):
    """The window of one stage, by days: from the first second of one to the last of the other."""

    opens_on = forms.DateField(label="开始", required=False)
    closes_on = forms.DateField(label="截止", required=False)

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        kwargs["prefix"] = f"stage-{stage.value}"
        super().__init__(*args, **kwargs)
        self.stage = stage
        for name, field in self.fields.items():
            words = f"{stage.label}{field.label}"
            field.widget = DayInput(attrs={"class": "form-control", "aria-label": words})
            field.label = f"{stage.label}（{'开始' if name == 'opens_on' else '截止'}）"
            field.error_messages["invalid"] = "日期格式应如2026-03-02。"

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if bool(opens) != bool(closes) and not self.errors:
            raise forms.ValidationError(f"{self.stage.label}：开始和截止日期须同时填写。")
        if opens and closes and closes < opens:
            raise forms.ValidationError(f"{self.stage.label}：截止日期不能早于开始日期。")
        return data


def stage_forms(data: Any, batch: Batch | None) -> list[StageForm]:
    rows = {row.stage: row for row in batch.stages.all()} if batch else {}
    return [StageForm(data, stage=stage, initial=_days(rows.get(stage))) for stage in Stage]


def _days(row: BatchStage | None) -> dict[str, date]:
    if row is None:
        return {}
    return {
        "opens_on": timezone.localdate(row.opens_at),
        "closes_on": timezone.localdate(row.closes_at),
    }


# The default for a batch of sixty (domain.md B1), by a word of the area's name.
DEFAULT_PLACES = {
    "张家港": 6, "常熟": 6, "太仓": 4, "昆山": 8, "吴江": 6,
    "吴中": 5, "相城": 4, "姑苏": 5, "园区": 6, "高新区": 4,
}  # fmt: skip


def default_places(area: Area) -> int:
    return next((places for word, places in DEFAULT_PLACES.items() if word in area.name), 0)


class QuotaForm(forms.Form):
    """One number for each area, or two columns pasted from Excel, which then win."""

    pasted = forms.CharField(
        label="从 Excel 粘贴（选填）",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text="每行一个板块：名称和名额。粘贴后以这里为准。",
    )

    def __init__(self, *args: Any, batch: Batch | None = None, **kwargs: Any) -> None:
        kwargs["prefix"] = "quota"
        super().__init__(*args, **kwargs)
        self.areas = {f"area-{area.pk}": area for area in Area.objects.filter(is_direct=False)}
        known = {q.area_id: q.places for q in batch.quotas.all()} if batch else {}
        for name, area in self.areas.items():
            places = known.get(area.pk, 0) if known else default_places(area)
            widget = forms.NumberInput(attrs={"class": "form-control", "min": 0, "max": 999})
            self.fields[name] = forms.IntegerField(
                label=area.name, min_value=0, max_value=999, required=False,
                initial=places, widget=widget,
            )  # fmt: skip

    @property
    def area_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.areas]

    def clean_pasted(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for line in str(self.cleaned_data["pasted"]).splitlines():
            if not line.strip():
                continue
            match = _LINE.match(line.strip())
            area = match and self._area_named(match["area"].strip())
            if not match or area is None:
                raise forms.ValidationError(f"这一行认不出板块和名额：{line.strip()[:40]}")
            found[area.pk] = int(match["places"][:4])
        if any(places > 999 for places in found.values()):
            raise forms.ValidationError("名额不能超过999。")
        return found

    def _area_named(self, name: str) -> Area | None:
        found = [area for area in self.areas.values() if name and name in area.name]
        return found[0] if len(found) == 1 else None

    def places(self) -> dict[int, int]:
        typed = {area.pk: self.cleaned_data.get(name) or 0 for name, area in self.areas.items()}
        return typed | self.cleaned_data["pasted"]


def save_windows(batch: Batch, forms_: list[StageForm]) -> None:
    for form in forms_:
        opens, closes = form.cleaned_data.get("opens_on"), form.cleaned_data.get("closes_on")
        if not opens or not closes:
            batch.stages.filter(stage=form.stage).delete()
            continue
        window = {"opens_at": clock.start_of(opens), "closes_at": clock.end_of(closes)}
        BatchStage.objects.update_or_create(batch=batch, stage=form.stage, defaults=window)


def save_quotas(batch: Batch, places: dict[int, int]) -> None:
    if batch.programme != Programme.SCHOOL_BRAND:
        batch.quotas.all().delete()
        return
    for area_id, number in places.items():
        Quota.objects.update_or_create(batch=batch, area_id=area_id, defaults={"places": number})
