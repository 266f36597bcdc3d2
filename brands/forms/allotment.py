"""How many a batch may propose, typed as numbers; what is left empty has no limit."""

from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms

from brands.models import Batch
from foundation.widgets import bare_helper
from schools.models import Area, SchoolKind


def _grid(names: list[str], prefix: str) -> Div:
    return Div(*[name for name in names if name.startswith(prefix)], css_class="grid-3")


class AllotmentForm(forms.Form):
    def __init__(self, *args: Any, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = {(rule.area_id, rule.kind): rule.places for rule in batch.allotments.all()}
        self.keys: dict[str, tuple[int | None, str]] = {"total": (None, "")}
        self._add("total", "全市合计至多", now)
        for area in Area.objects.all():
            self.keys[f"area-{area.pk}"] = (area.pk, "")
            self._add(f"area-{area.pk}", f"{area.name}至多", now)
        for kind, label in SchoolKind.choices:
            self.keys[f"kind-{kind}"] = (None, kind)
            self._add(f"kind-{kind}", f"{label}至多", now)
        names = list(self.keys)
        self.helper = bare_helper(
            Fieldset("合计", Div("total", css_class="grid-3")),
            Fieldset("按板块", _grid(names, "area-")),
            Fieldset("按学校类别", _grid(names, "kind-")),
        )

    def _add(self, name: str, label: str, now: dict[tuple[int | None, str], int]) -> None:
        self.fields[name] = forms.IntegerField(
            label=label,
            required=False,
            min_value=0,
            max_value=999,
            initial=now.get(self.keys[name]),
        )

    @property
    def places(self) -> dict[tuple[int | None, str], int]:
        """Of those that were filled in; call it on a valid form."""
        data = self.cleaned_data
        return {key: data[name] for name, key in self.keys.items() if data[name] is not None}
