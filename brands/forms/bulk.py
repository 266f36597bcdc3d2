"""What one says once for many projects."""

from collections.abc import Iterable
from typing import Any

from django import forms

from brands.models import Project
from brands.services.bulk import MOVES
from foundation.widgets import bare_helper
from foundation.workflow.engine import workflow_of


class BulkForm(forms.Form):
    """The reason, where the table asks for one; the lines of the checklist, where all must hold."""

    def __init__(self, *args: Any, name: str, projects: Iterable[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
        tables = [workflow_of(project) for project in projects]
        if name == "accept":
            lines = [line for project in projects for line in project.batch.asked_at_check]
            unique = list(dict.fromkeys(lines))
            if unique:
                self.fields["items"] = forms.MultipleChoiceField(
                    label="逐项核对，所选项目全部符合",
                    choices=[(line, line) for line in unique],
                    widget=forms.CheckboxSelectMultiple,
                    required=False,
                )
        if any(name in table and table[name].needs_note for table in tables):
            self.fields["note"] = _note(
                "理由", f"对所选项目都适用；{MOVES[name].label}的通知里会写明。"
            )

    def clean_items(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["items"]
        if len(ticked) < len(self.fields["items"].choices):  # type: ignore[attr-defined]
            raise forms.ValidationError(
                "请逐项核对，全部符合后才能通过；有不符合的，请返回去掉那一项。"
            )
        return ticked


class UndoForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
        self.fields["note"] = _note("撤回的理由", "收到过原通知的人会收到更正和这个理由。")


def _note(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "data-max": 1000}),
        help_text=help_text,
        error_messages={"required": f"请写明{label}。"},
    )
