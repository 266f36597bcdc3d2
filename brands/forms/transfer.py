"""Places of one area for another, while a batch runs."""

from typing import Any, cast

from django import forms

from brands.models import Batch
from foundation.widgets import bare_helper
from schools.models import Area


class TransferForm(forms.Form):
    source = forms.ModelChoiceField(Area.objects.none(), label="调出板块", empty_label="请选择")
    target = forms.ModelChoiceField(Area.objects.none(), label="调入板块", empty_label="请选择")
    places = forms.IntegerField(label="名额", min_value=1, max_value=99, initial=1)
    why = forms.CharField(
        label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2, "data-max": 200})
    )

    def __init__(self, *args: Any, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(pk__in=batch.quotas.order_by().values("area"))
        for name in ("source", "target"):
            cast(forms.ModelChoiceField, self.fields[name]).queryset = areas
        self.helper = bare_helper(*self.fields)
