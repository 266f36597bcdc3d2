"""What is looked for among the 书记项目 under way and among all milestones; a late one's reason."""

from typing import Any

from django import forms

from brands.models import Batch, Milestone
from foundation.widgets import FilterSelect, bare_helper
from schools.models import Area
from schools.rights import rights_of


class ExplanationForm(forms.Form):
    text = forms.CharField(
        label="未结项的原因和打算",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5, "data-max": 1000}),
        help_text="写明为什么没有按时结项、现在到了哪一步、打算什么时候结项。提交后不能修改。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class AcrossForm(forms.Form):
    """Filters of a list across projects; `show` is the list's own."""

    shows: tuple[tuple[str, str], ...] = ()
    show = forms.ChoiceField(label="范围", required=False, widget=FilterSelect)
    batch = forms.ChoiceField(label="批次", required=False, widget=FilterSelect)
    area = forms.ChoiceField(label="板块", required=False, widget=FilterSelect)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batches = Batch.objects.visible_to(user).order_by("-year", "-number", "programme_id")
        areas = Area.objects.values_list("pk", "name")
        offers = {
            "show": self.shows,
            "batch": [("", "全部批次"), *batches.values_list("pk", "title")],
            "area": [("", "全部板块"), *areas],
        }
        if not rights_of(user).is_city:
            del self.fields["area"], offers["area"]
        for name, choices in offers.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["class"] = "form-select"

    @property
    def chosen(self) -> dict[str, str]:
        return self.cleaned_data if self.is_valid() else {}

    def narrowed(self, rows: Any, prefix: str = "") -> Any:
        if not self.is_valid():
            return rows.none()
        for name in ("batch", "area"):
            if value := self.chosen.get(name):
                rows = rows.filter(**{f"{prefix}{name}": value})
        return rows


class TrackingForm(AcrossForm):
    shows = (
        ("", "全部推进中的"),
        ("unclosed", "过了结项时间未申请"),
        ("silent", "本季度没有推进记录"),
        ("late", "有逾期节点"),
    )


class MilestonesForm(AcrossForm):
    shows = (("", "未完成"), ("overdue", "已逾期"), ("done", "已完成"), ("all", "全部"))

    def apply(self, rows: Any) -> Any:
        show = self.chosen.get("show", "")
        rows = self.narrowed(rows, "project__")
        if show == "done":
            return rows.exclude(done_on=None)
        if show == "all":
            return rows
        if show == "overdue":
            return rows.overdue()
        return rows.outstanding().filter(project__status__in=Milestone.GOING)
