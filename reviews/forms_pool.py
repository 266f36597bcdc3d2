"""What the staff type about a reviewer, and what a reviewer declares."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from foundation.widgets import DayInput, SheetForm, bare_helper
from reviews.models import Assignment, Reviewer, ReviewerKind, Tie, TieKind
from schools.models import School, SchoolKind
from schools.naming import named


class ReviewerForm(forms.ModelForm):
    """Kind, unit, what the person knows, how much and when."""

    fields_known = forms.MultipleChoiceField(
        label="熟悉的学校类别",
        choices=SchoolKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Reviewer
        fields = ("kind", "unit", "area", "most", "away_from", "away_until")
        widgets = {"away_from": DayInput(), "away_until": DayInput()}
        error_messages = {"kind": {"required": "请选择专家类别。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_known"].initial = self.instance.fields
        kind, area = self.fields["kind"], self.fields["area"]
        kind.choices = [("", "请选择"), *ReviewerKind.choices]  # type: ignore[attr-defined]
        area.empty_label = "不属任何板块"  # type: ignore[attr-defined]
        self.fields["most"].help_text = "不填则只按每次方案的上限。"
        self.fields["away_from"].help_text = "这段时间与评审时间有重叠的轮次不分配。"
        self.helper = bare_helper(
            "kind", "unit", "area", "fields_known", "most", "away_from", "away_until"
        )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last = data.get("away_from"), data.get("away_until")
        if (first is None) != (last is None):
            self.add_error("away_until", "不能参评的时间请填写起止两个日期。")
        elif first and last and last < first:
            self.add_error("away_until", "结束日期不能早于开始日期。")
        self.instance.fields = data.get("fields_known", [])
        return data


class TieForm(forms.ModelForm):
    """A tie to a school, as the staff know it."""

    kind = forms.ChoiceField(
        label="利益关系",
        choices=[(k.value, k.label) for k in TieKind if k not in (TieKind.DECLARED, TieKind.TEAM)],
    )
    school = forms.CharField(label="学校", max_length=80, help_text="填写学校全称或学校标识码。")

    class Meta:
        model = Tie
        fields = ("kind", "until", "reason")
        widgets = {"until": DayInput()}

    field_order = ("kind", "school", "until", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = "曾任职的，填写离开的日期；至今在职的不填。"
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = "请写明依据或理由。"
        self.helper = bare_helper(*self.field_order)

    def clean_school(self) -> str:
        words = self.cleaned_data["school"].strip()
        school = (
            School.objects.filter(name=words).first() or School.objects.filter(code=words).first()
        )
        if school is None:
            raise ValidationError(f"没有找到“{words}”，请填写全称或学校标识码。")
        self.instance.school = school
        return words


class PoolSheetForm(SheetForm):
    label = "专家表"
    promise = "用模板填写，一位专家一行。上传后先预览，确认后才导入。"


class ScoreSheetForm(SheetForm):
    label = "填好的评分表"
    promise = "先核对与网上的差别，确认之后才生效。有一行不对，整份表不办理。"


class EmploymentSheetForm(SheetForm):
    label = "任职经历表"
    promise = "每行一段经历：专家登录名、学校标识码或名称、任职至。"


class DeclarationForm(forms.Form):
    """A tick and a reason for each applicant one is tied to; then the pledge."""

    agreed = forms.BooleanField(
        label="我已如实申报利害关系，我已阅读并承诺遵守以上各项",
        error_messages={"required": "请勾选承诺后再继续。"},
    )

    def __init__(
        self, *args: Any, assignments: list[Assignment], is_blind: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.waits = bool(assignments)
        self.assignments = [] if is_blind else assignments
        for one in self.assignments:
            self.fields[f"tie_{one.pk}"] = forms.CharField(
                label=one.entry.project.organisation.name,
                help_text=f"{one.entry}。没有利害关系的不填；有的写明是什么关系，提交后即回避该项目。",
                required=False,
                max_length=300,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        if is_blind:
            self.fields["units"] = _tied_units()
        names = [name for name in self.fields if name != "agreed"]
        self.helper = bare_helper(*names, "agreed")

    def clean_units(self) -> dict[int, str]:
        """Unit → what ties one to it: looked up in the whole register, whoever applies."""
        found: dict[int, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["units"].splitlines())):
            name, colon, why = line.replace(":", "：", 1).partition("：")
            if not colon or not why.strip():
                raise ValidationError(f"“{line[:40]}”请写成“单位全称：是什么关系”。")
            units = list(named(name.strip()))
            if len(units) != 1:
                raise ValidationError(
                    f"{'没有找到' if not units else '不止一个'}“{name.strip()[:40]}”，"
                    "请填写全称或学校标识码。"
                )
            found[units[0].pk] = why.strip()[:300]
        return found

    @property
    def tied_units(self) -> dict[int, str]:
        return dict(self.cleaned_data.get("units") or {})

    @property
    def shown(self) -> list[int]:
        """Those that the page listed: what was assigned since is not in what was posted."""
        return [one.pk for one in self.assignments if f"tie_{one.pk}" in self.data]

    @property
    def ties(self) -> dict[int, str]:
        found = {one.pk: self.cleaned_data[f"tie_{one.pk}"].strip() for one in self.assignments}
        return {pk: reason for pk, reason in found.items() if reason}


def _tied_units() -> forms.CharField:
    return forms.CharField(
        label="与哪些单位有利害关系",
        help_text="每行一个，写成“单位全称：是什么关系”，也可以用学校标识码。没有的不填。"
        "本轮是盲评，不列出申报单位；您写的单位如在其中，相应项目不再请您评。",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
