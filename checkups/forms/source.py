"""The document that asks for the quarterly check (F-A 6)."""

from typing import Any

from django import forms

from brands.forms.batch import hexagonal
from checkups.cycles import WORKDAYS_IF_LATE, Unopened
from checkups.models import Template
from checkups.models.template import DOCUMENT_NUMBER
from foundation.widgets import bare_helper


class SourceForm(forms.ModelForm):
    """`waiting`: the quarter that could not open without it; past its deadline it is asked about."""

    open_late = forms.BooleanField(required=False)

    class Meta:
        model = Template
        fields = ("source_document",)

    def __init__(self, *args: Any, waiting: Unopened | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if waiting and waiting.is_past:
            self.fields[
                "open_late"
            ].label = (
                f"补开{waiting.words}体检：原截止日期已过，从今天起给学校{WORKDAYS_IF_LATE}个工作日"
            )
        else:
            del self.fields["open_late"]
        field = self.fields["source_document"]
        field.help_text = (
            "写明文件名称和文号，如：《关于落实季度“体检”制度的通知》（苏教工委〔2026〕8号）"
        )
        self.helper = bare_helper()

    def clean_source_document(self) -> str:
        text = hexagonal(self.cleaned_data["source_document"])
        if not DOCUMENT_NUMBER.search(text):
            raise forms.ValidationError("请写上文号，如：苏教工委〔2026〕8号。")
        return text
