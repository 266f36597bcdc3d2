"""What the staff add to the dictionary of a blind entry."""

from typing import Any

from django import forms

from foundation.widgets import bare_helper
from reviews.masking.words import AREA, HIDDEN, PERSON, SCHOOL

SHOWN = [(word, word) for word in (SCHOOL, AREA, PERSON, HIDDEN)]


class MaskForm(forms.Form):
    found = forms.CharField(
        label="要隐去的文字",
        max_length=100,
        help_text="至少两个字。材料中所有相同的文字都会替换，中间有空格的也算。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写要隐去的文字。"},
    )
    shown = forms.ChoiceField(label="显示为", choices=SHOWN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("found", "shown")
