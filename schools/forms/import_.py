"""Choosing the sheet to import."""

from foundation.widgets import SheetForm


class ImportForm(SheetForm):
    label = "学校情况表（.xlsx）"
    promise = "上传后先预览，确认之前不会改动任何学校。"
