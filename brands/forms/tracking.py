"""Forms of a 书记项目 under way: progress notes."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from brands.forms.after import FilesField
from brands.models import ProgressNote
from foundation import clock
from foundation.widgets import DayInput, bare_helper


class ProgressNoteForm(forms.ModelForm):
    file = FilesField(
        label="佐证材料（可不传）",
        required=False,
        most=1,
        max_bytes=settings.ATTACHMENT_MAX_BYTES,
        help_text="一个文件：PDF、Word、Excel、JPG 或 PNG，不超过 50 MB。照片不作要求。",
    )

    class Meta:
        model = ProgressNote
        fields = ("day", "text")
        widgets = {
            "day": DayInput(),
            "text": forms.Textarea(attrs={"rows": 4, "data-max": 1000}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today()
        self.fields[
            "text"
        ].help_text = "做了什么、到了哪一步。保存后不能修改或删除，写错了再补一条。"
        self.helper = bare_helper()

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > clock.today():
            raise ValidationError("日期不能晚于今天。")
        return day
