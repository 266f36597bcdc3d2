"""Places of one area for another, while a batch runs."""

from typing import Any, cast

from django import forms

from brands.models import Batch
from brands.permissions import gives_or_takes
from foundation.widgets import bare_helper
from schools.models import Area


class TransferForm(forms.Form):
    source = forms.ModelChoiceField(Area.objects.none(), label="调出板块", empty_label="请选择")
    target = forms.ModelChoiceField(Area.objects.none(), label="调入板块", empty_label="请选择")
    places = forms.IntegerField(label="名额", min_value=1, max_value=99, initial=1)
    why = forms.CharField(
        label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2, "data-max": 200})
    )

    def __init__(self, *args: Any, batch: Batch, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(pk__in=batch.quotas.order_by().values("area"))
        for name in ("source", "target"):
            cast(forms.ModelChoiceField, self.fields[name]).queryset = areas
        self.user = user
        self.helper = bare_helper(*self.fields)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "source" in data and "target" in data:
            own = gives_or_takes(self.user, data["source"], data["target"])
            if not own:
                self.add_error("source", own.reason)
        return data
