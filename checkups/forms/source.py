"""The document that asks for the quarterly check (F-A 6)."""

from collections.abc import Sequence
from typing import Any

from django import forms

from brands.forms.batch import hexagonal
from checkups.cycles import WORKDAYS_IF_LATE, Unopened
from checkups.models import Template
from checkups.models.template import DOCUMENT_NUMBER
from foundation.widgets import bare_helper


class SourceForm(forms.ModelForm):
    """`missed`: the quarters that never opened; staff say which of them are opened after all."""

    open_late = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Template
        fields = ("source_document",)

    def __init__(self, *args: Any, missed: Sequence[Unopened] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if missed:
            field: Any = self.fields["open_late"]
            field.choices = [(one.code, f"补开{one.words}体检") for one in missed]
            field.label = "没有开启的季度"
            field.help_text = (
                f"原截止日期已过。勾选的从今天起给学校{WORKDAYS_IF_LATE}个工作日；"
                "不勾选的不开启，以后仍可在本页补开。"
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
