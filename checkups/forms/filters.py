"""Filters of the lists. An unknown value filters nothing."""

from typing import Any

from django import forms
from django.db.models import Q

from checkups.models import CheckupStatus, Colour, RectificationStatus
from checkups.models.checkup import CheckupQuerySet
from checkups.models.rectification import RectificationQuerySet
from foundation import clock
from foundation.widgets import FilterSelect
from schools.forms.areas import offer_areas
from schools.models import Area


class CheckupFilterForm(forms.Form):
    """Filters of a cycle's list. An unknown value filters nothing."""

    q = forms.CharField(label="学校名称", required=False, max_length=40)
    area = forms.ModelChoiceField(
        Area.objects.none(), label="板块", required=False, empty_label="全部", widget=FilterSelect
    )
    status = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), *CheckupStatus.choices, ("overdue", "逾期未报"), ("late", "补报")],
        required=False,
        widget=FilterSelect,
    )
    colour = forms.ChoiceField(
        label="亮灯", choices=[("", "全部"), *Colour.choices], required=False, widget=FilterSelect
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self, user)

    def apply(self, checkups: CheckupQuerySet) -> CheckupQuerySet:
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            checkups = checkups.filter(organisation__search_text__contains=data["q"].lower())
        if data.get("area"):
            checkups = checkups.filter(organisation__area=data["area"])
        if data.get("colour"):
            checkups = checkups.filter(colour=data["colour"])
        status = data.get("status")
        if status == "overdue":
            overdue = checkups.filter(submitted_at=None, cycle__due_on__lt=clock.today())
            return overdue.filter(status=CheckupStatus.OPEN)
        if status == "late":
            return checkups.filter(late_submitted=True)
        return checkups.filter(status=status) if status else checkups


class RectificationFilterForm(forms.Form):
    q = forms.CharField(label="编号、学校或问题", required=False, max_length=40)
    area = forms.ModelChoiceField(
        Area.objects.none(), label="板块", required=False, empty_label="全部", widget=FilterSelect
    )
    status = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), *RectificationStatus.choices],
        required=False,
        widget=FilterSelect,
    )
    overdue = forms.BooleanField(label="只看逾期", required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self, user)

    def apply(self, rows: RectificationQuerySet) -> RectificationQuerySet:
        self.is_valid()
        data = self.cleaned_data
        if data.get("q"):
            word = data["q"]
            rows = rows.filter(
                Q(number__icontains=word)
                | Q(problem__icontains=word)
                | Q(organisation__search_text__contains=word.lower())
            )
        if data.get("area"):
            rows = rows.filter(organisation__area=data["area"])
        if data.get("status"):
            rows = rows.filter(status=data["status"])
        return rows.overdue() if data.get("overdue") else rows
