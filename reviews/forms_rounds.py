"""What each of a batch's rounds counts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from foundation.widgets import bare_helper
from reviews.models import Round
from reviews.weighing import WHOLE


class WeightsForm(forms.Form):
    """A whole per cent for each round, 100 together; 0 does not count."""

    def __init__(self, *args: Any, rounds: Sequence[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {f"weight_{round.pk}": round.pk for round in rounds}
        for round in rounds:
            self.fields[f"weight_{round.pk}"] = forms.IntegerField(
                label=f"{round.get_mode_display()}（%）",
                initial=round.weight,
                min_value=0,
                max_value=WHOLE,
                error_messages={
                    "required": "请填写权重，不计入总成绩的填0。",
                    "invalid": "请填写整数。",
                    "min_value": "权重应在0到100之间。",
                    "max_value": "权重应在0到100之间。",
                },
            )
        self.helper = bare_helper(*self.names)

    def clean(self) -> dict[str, Any]:
        given = [self.cleaned_data.get(name) for name in self.names]
        total = sum(weight or 0 for weight in given)
        if None not in given and total != WHOLE:
            raise ValidationError(f"各轮权重合计为{total}%，应为{WHOLE}%。")
        return self.cleaned_data

    @property
    def weights(self) -> dict[int, int]:
        return {pk: self.cleaned_data[name] for name, pk in self.names.items()}
