"""Choosing the sheet to import."""

from typing import Any

from django import forms

from foundation.widgets import bare_helper


class ImportForm(forms.Form):
    sheet = forms.FileField(
        label="学校情况表（.xlsx）",
        help_text="上传后先预览，确认之前不会改动任何学校。",
        allow_empty_file=True,  # The reader has its own sentence for it.
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx", "data-max-mb": "10"}),
        error_messages={"required": "请先选择要导入的 Excel 文件。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
