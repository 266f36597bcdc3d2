"""The document that asks for the quarterly check (F-A 6)."""

import re
from typing import Any

from django import forms

from brands.forms.batch import hexagonal
from checkups.models import Template
from foundation.widgets import bare_helper

NUMBER = re.compile(r"〔\d{4}〕\d+号")


class SourceForm(forms.ModelForm):
    class Meta:
        model = Template
        fields = ("source_document",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source_document"]
        field.help_text = (
            "写明文件名称和文号，如：《关于落实季度“体检”制度的通知》（苏教工委〔2026〕8号）"
        )
        self.helper = bare_helper()

    def clean_source_document(self) -> str:
        text = hexagonal(self.cleaned_data["source_document"])
        if not NUMBER.search(text):
            raise forms.ValidationError("请写上文号，如：苏教工委〔2026〕8号。")
        return text
