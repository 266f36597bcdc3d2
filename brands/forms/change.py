"""Asking for a change: the reason, and what is to become of the plan or the last day."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from brands.models import ChangeKind, Milestone, Project
from brands.services.changing import last_day, latest_day
from foundation import clock
from foundation.widgets import DayInput, bare_helper

NEW_ROWS = 3


class ChangeForm(forms.Form):
    reason = forms.CharField(
        label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 4, "data-max": 1000})
    )

    def __init__(self, *args: Any, project: Project, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project, self.kind = project, kind
        if kind == ChangeKind.EXTEND:
            self.fields["until"] = forms.DateField(
                label="延至", widget=DayInput(), help_text=self._limits()
            )
            self.order_fields(["until", "reason"])
        self.helper = bare_helper()

    def _limits(self) -> str:
        last, latest = last_day(self.project), latest_day(self.project)
        if last is None or latest is None:
            return ""
        return (
            f"现在的截止时间是{last.year}年{last.month}月{last.day}日，"
            f"最晚可延至{latest.year}年{latest.month}月{latest.day}日；只能延期一次。"
        )


class PlanRowForm(forms.Form):
    """One milestone as it is to be; `drop` takes it out of the plan. A new one may stay empty."""

    title = forms.CharField(label="节点任务", max_length=100, required=False)
    owner = forms.CharField(label="责任人", max_length=40, required=False)
    due_on = forms.DateField(label="完成时限", required=False, widget=DayInput())
    drop = forms.BooleanField(label="取消", required=False)

    def __init__(self, data: Any = None, *, milestone: Milestone | None, prefix: str) -> None:
        before = (
            {"title": milestone.title, "owner": milestone.owner, "due_on": milestone.due_on}
            if milestone
            else {}
        )
        super().__init__(data, initial=before, prefix=prefix)
        self.milestone, self.before = milestone, before
        if milestone is None:
            del self.fields["drop"]
        for name, field in self.fields.items():
            if name != "drop":
                field.widget.attrs |= {
                    "class": "form-control",
                    "aria-label": f"{self.heading}：{field.label}",
                }

    @property
    def heading(self) -> str:
        return self.milestone.title if self.milestone else "新增"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        wanted = ("title", "owner", "due_on")
        if data.get("drop") or self.errors or (self.milestone is None and not self._is_begun()):
            return data
        for name in wanted:
            if not data.get(name):
                self.add_error(name, f"请填写{self.fields[name].label}。")
        due = data.get("due_on")
        if due and due < clock.today() and due != self.before.get("due_on"):
            self.add_error("due_on", "完成时限不能早于今天。")
        return data

    def _is_begun(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("title", "owner", "due_on"))

    @property
    def row(self) -> dict[str, Any] | None:
        """As `ChangeRequest.rows` keeps it; None where nothing changes."""
        data = self.cleaned_data
        drop = bool(data.get("drop"))
        after = self.before if drop else {name: data[name] for name in ("title", "owner", "due_on")}
        if not drop and (after == self.before or (self.milestone is None and not self._is_begun())):
            return None
        return {
            "milestone": self.milestone.pk if self.milestone else None,
            **_plain(after),
            "drop": drop,
            "before": _plain(self.before) if self.milestone else None,
        }


def _plain(values: dict[str, Any]) -> dict[str, str]:
    return {**values, "due_on": values["due_on"].isoformat()}


def plan_rows(project: Project, data: Any = None) -> list[PlanRowForm]:
    """A form for each open milestone, and some for new ones."""
    open_ = list(project.milestones.outstanding())
    rows = [PlanRowForm(data, milestone=row, prefix=f"m{row.pk}") for row in open_]
    return rows + [
        PlanRowForm(data, milestone=None, prefix=f"new{number}") for number in range(NEW_ROWS)
    ]


def rows_asked(forms_: list[PlanRowForm]) -> list[dict[str, Any]]:
    """What changes. Raises ValidationError when nothing does."""
    rows = [row for form in forms_ if (row := form.row) is not None]
    if not rows:
        raise ValidationError("没有改动任何节点任务，请先修改、取消或新增。")
    return rows
