"""Recording a negative-list event, withdrawing one, recording a promotion."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from brands import scanning
from brands.forms.after import FilesField
from brands.models import NegativeEvent, Promotion
from brands.services.objecting import FILE_MAX_BYTES
from foundation import clock
from foundation.widgets import DayInput, bare_helper
from schools.models import School


def _until_today(day: Any) -> Any:
    if day and day > clock.today():
        raise ValidationError("日期不能晚于今天。")
    return day


class NegativeForm(forms.ModelForm):
    school_words = forms.CharField(label="学校", max_length=60, help_text="填学校标识码或全称。")
    paper = FilesField(
        label="认定文件（可不传）",
        required=False,
        most=1,
        max_bytes=FILE_MAX_BYTES,
        help_text="不超过 10 MB，可传 PDF、Word、Excel 和图片；只有市级人员可以查看。",
    )
    field_order = ("school_words", "kind", "happened_on", "document_number", "note", "paper")

    class Meta:
        model = NegativeEvent
        fields = ("kind", "happened_on", "document_number", "note")
        widgets = {
            "happened_on": DayInput(),
            "note": forms.Textarea(attrs={"rows": 5, "data-max": 1000}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].empty_label = "请选择"  # type: ignore[attr-defined]
        self.fields["document_number"].help_text = "作出认定的文件，学校会看到。"
        self.fields["note"].help_text = "只供市级人员查看。登记后不能修改，登记有误的可以撤回。"
        self.helper = bare_helper()

    def clean_school_words(self) -> School:
        words = self.cleaned_data["school_words"].strip()
        schools = School.objects.all()
        found = list(schools.filter(code=words)[:2]) or list(schools.filter(name=words)[:2])
        if len(found) != 1:
            raise ValidationError("没有找到这所学校，请核对学校标识码或全称。")
        return found[0]

    def clean_happened_on(self) -> Any:
        return _until_today(self.cleaned_data["happened_on"])


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "data-max": 1000})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class PromotionForm(forms.ModelForm):
    link = forms.URLField(
        label="公开报道链接", max_length=200, required=False, assume_scheme="https"
    )

    class Meta:
        model = Promotion
        fields = ("kind", "day", "place", "people", "link", "note")
        widgets = {
            "day": DayInput(),
            "note": forms.Textarea(attrs={"rows": 3, "data-max": 500}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", "请选择"), *Promotion.Kind.choices]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["place"].help_text = "如：某某学校报告厅；汇编和宣传推介写书名、媒体名称。"
        self.fields["people"].help_text = "没有统计的留空。"
        self.fields["note"].help_text = "不公开；其他各项经局工作人员确认后公开。"
        self.helper = bare_helper()

    def clean_day(self) -> Any:
        return _until_today(self.cleaned_data["day"])

    def clean_place(self) -> str:
        place = str(self.cleaned_data["place"]).strip()
        if scanning.scan(place, "place"):
            raise ValidationError("这一项要公开，不能写身份证号、手机号码和银行账号。")
        return place

    def clean_link(self) -> str:
        link = str(self.cleaned_data["link"])
        if link and not link.startswith(("http://", "https://")):
            raise ValidationError("请填写以 http:// 或 https:// 开头的网址。")
        return link
