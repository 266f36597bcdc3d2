"""The order that a panel gives to entries at one rank."""

from collections.abc import Sequence
from typing import Any

from django import forms

from foundation.widgets import bare_helper
from reviews.models import CombinedLine, Entry


class VoteForm(forms.Form):
    """One place for each entry, 1 for the first; every place once."""

    note = forms.CharField(
        label="表决情况",
        max_length=500,
        help_text="会议纪要号、参加人数和票数。",
        widget=forms.Textarea(attrs={"rows": 3, "data-max": "500", "autocomplete": "off"}),
        error_messages={"required": "请写明表决情况。", "max_length": "表决情况不超过500字。"},
    )

    def __init__(self, *args: Any, entries: Sequence[Entry | CombinedLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {f"place_{entry.pk}": entry.pk for entry in entries}
        choices = [("", "请选择"), *((str(n), f"第{n}") for n in range(1, len(entries) + 1))]
        for entry in entries:
            self.fields[f"place_{entry.pk}"] = forms.ChoiceField(
                label=f"{entry.project}（{entry.project.organisation.short}）",
                choices=choices,
                error_messages={"required": "请选择先后。"},
            )
        self.order_fields([*self.names, "note"])
        self.helper = bare_helper(*self.names, "note")

    def clean(self) -> dict[str, Any]:
        places = [self.cleaned_data.get(name) for name in self.names]
        given = [place for place in places if place]
        for name in self.names:
            place = self.cleaned_data.get(name)
            if place and given.count(place) > 1:
                self.add_error(name, "先后不能相同。")
        return self.cleaned_data

    @property
    def order(self) -> list[int]:
        return sorted(self.names.values(), key=lambda pk: int(self.cleaned_data[f"place_{pk}"]))
