"""What the list of schools may be narrowed to."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from foundation.widgets import FilterSelect, bare_helper
from schools.forms.areas import offer_areas
from schools.models import Area, Ownership, School, SchoolKind


class SchoolFilterForm(forms.Form):
    area = forms.ModelChoiceField(
        Area.objects.none(),
        label="板块",
        required=False,
        empty_label="全部板块",
        to_field_name="code",
        widget=FilterSelect,
    )
    kind = forms.ChoiceField(
        label="学校类别",
        required=False,
        choices=[("", "全部类别"), *SchoolKind.choices],
        widget=FilterSelect,
    )
    ownership = forms.ChoiceField(
        label="办学性质",
        required=False,
        choices=[("", "全部性质"), *Ownership.choices],
        widget=FilterSelect,
    )
    q = forms.CharField(
        label="名称、标识码或拼音",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self, user)
        self.helper = bare_helper()

    def apply(self, schools: "QuerySet[School]") -> "QuerySet[School]":
        """Filters that are not understood are left out, not answered with an empty list."""
        self.is_valid()
        for name in ("area", "kind", "ownership"):
            if value := self.cleaned_data.get(name):
                schools = schools.filter(**{name: value})
        for word in self.cleaned_data.get("q", "").lower().split():
            schools = schools.filter(search_text__contains=word)
        return schools

    def chips(self) -> list[tuple[str, str, str]]:
        """(name, label, words) of the filters in force."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value:
                choices = (
                    dict(getattr(field, "choices", ())) if name in ("kind", "ownership") else {}
                )
                found.append((name, str(field.label), str(choices.get(value, value))))
        return found
