"""What is typed about a named brand: the school's report, the bureau's judgement."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from brands.forms.after import FilesField
from brands.models import Recheck, RecheckKind, RecheckStatus
from brands.services import criteria, keeping, rechecking
from brands.services.rechecking import FILE_MAX_BYTES, MAX_FILES
from foundation import clock
from foundation.widgets import DayInput, bare_helper

REPORT_HELP = {
    RecheckKind.PROGRESS: "写明这一阶段做了什么、有什么成效、下一步打算。",
    RecheckKind.MIDTERM: "对照申报时的计划，写明完成情况、成效数据、存在的问题和下一步打算。",
    RecheckKind.ACCEPTANCE: (
        "对照{criteria}逐项写明；经验总结、微视频脚本、画册、平台截图作为材料上传。"
    ),
    RecheckKind.REVIEW: "写明事情经过、责任处理、整改措施和对品牌的影响。",
    RecheckKind.RENEWAL: "写明命名以来坚持了什么、发展了什么、带动了谁，用事实和数据说明。",
}
FILES_HELP = "最多 5 个文件，每个不超过 10 MB，可传 PDF、Word、Excel 和图片。"


class MoveForm(forms.Form):
    """One move with a note. `said` is what goes to `perform`."""

    note_label = "说明（可不填）"
    note_required = False

    def __init__(self, *args: Any, recheck: Recheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recheck = recheck
        self.fields["note"] = forms.CharField(
            label=self.note_label,
            required=self.note_required,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3, "data-max": 1000}),
        )
        self.helper = bare_helper()

    @property
    def said(self) -> dict[str, Any]:
        return self.cleaned_data


class ReasonForm(MoveForm):
    note_label = "理由"
    note_required = True


class ReportForm(MoveForm):
    text = forms.CharField(
        label="报告", max_length=5000, widget=forms.Textarea(attrs={"rows": 10, "data-max": 3000})
    )
    papers = FilesField(
        label="材料（可不传）",
        required=False,
        most=MAX_FILES,
        max_bytes=FILE_MAX_BYTES,
        help_text=FILES_HELP,
    )

    def __init__(self, *args: Any, recheck: Recheck, **kwargs: Any) -> None:
        super().__init__(*args, recheck=recheck, **kwargs)
        del self.fields["note"]
        if recheck.status == RecheckStatus.OPEN:
            self.fields["text"].help_text = _asked_of(recheck)
        else:
            self.fields["text"].label = "整改报告"
            self.fields["text"].help_text = "对照整改要求，逐条写明怎样整改、结果如何。"


def _asked_of(recheck: Recheck) -> str:
    words = REPORT_HELP[RecheckKind(recheck.kind)]
    if recheck.kind != RecheckKind.ACCEPTANCE:
        return words
    return words.format(criteria="、".join(one.label for one in criteria.of(recheck)))


class PassForm(MoveForm):
    """A re-verification that is passed also says when the name ends and is checked next."""

    next_on = forms.DateField(label="下次复评", required=False, widget=DayInput())
    renewed_until = forms.DateField(label="有效期至", required=False, widget=DayInput())

    def __init__(self, *args: Any, recheck: Recheck, **kwargs: Any) -> None:
        super().__init__(*args, recheck=recheck, **kwargs)
        if recheck.project_id:
            self.fields["note"].required = True
            self.fields["note"].label = "评定意见"
        if recheck.kind != RecheckKind.RENEWAL:
            del self.fields["next_on"], self.fields["renewed_until"]
            return
        years = keeping.programme_of(recheck.brand).renewal_years
        due = keeping.months_after(recheck.due_on, 12 * years) if years else None
        self.fields["next_on"].initial = due
        self.fields["next_on"].help_text = "到期前系统自动启动；不再复评的留空。"
        self.fields["renewed_until"].initial = due if recheck.brand.valid_until else None
        self.fields["renewed_until"].help_text = "公开页面显示；没有规定有效期的留空。"
        self.order_fields(["next_on", "renewed_until", "note"])

    def clean(self) -> dict[str, Any]:
        for name in ("next_on", "renewed_until"):
            day = self.cleaned_data.get(name)
            if day and day <= clock.today():
                self.add_error(name, "日期应晚于今天。")
        return self.cleaned_data


class KeepForm(PassForm):
    note_label = "理由"
    note_required = True


class DueForm(ReasonForm):
    """More time to report."""

    due_on = forms.DateField(label="补报期限", widget=DayInput(), help_text="当天 24:00 前有效。")

    def __init__(self, *args: Any, recheck: Recheck, **kwargs: Any) -> None:
        super().__init__(*args, recheck=recheck, **kwargs)
        self.order_fields(["due_on", "note"])

    def clean_due_on(self) -> Any:
        if self.cleaned_data["due_on"] <= clock.today():
            raise ValidationError("期限应晚于今天。")
        return self.cleaned_data["due_on"]


class DemandForm(DueForm):
    note_label = "整改要求"

    def __init__(self, *args: Any, recheck: Recheck, **kwargs: Any) -> None:
        super().__init__(*args, recheck=recheck, **kwargs)
        self.latest = rechecking.latest_fix_day(recheck)
        field = self.fields["due_on"]
        field.label, field.initial = "整改期限", self.latest
        days = (self.latest - clock.today()).days
        field.help_text = f"最长 {days} 天；由另一人复查。"

    def clean_due_on(self) -> Any:
        day = super().clean_due_on()
        if day > self.latest:
            raise ValidationError(f"整改期限最晚 {self.latest:%Y-%m-%d}。")
        return day


class ScoreForm(MoveForm):
    note_label = "评审意见"
    note_required = True

    def __init__(self, *args: Any, recheck: Recheck, **kwargs: Any) -> None:
        super().__init__(*args, recheck=recheck, **kwargs)
        self.criteria = criteria.of(recheck)
        for one in self.criteria:
            self.fields[one.code] = forms.DecimalField(
                label=f"{one.label}（{one.most} 分）",
                min_value=0,
                max_value=one.most,
                max_digits=4,
                decimal_places=1,
                step_size=one.step,
                help_text=one.looks_at,
            )
        self.order_fields([*(one.code for one in self.criteria), "note"])

    @property
    def said(self) -> dict[str, Any]:
        """The points; what they add up to is not asked."""
        data = self.cleaned_data
        points = {one.code: data[one.code] for one in self.criteria}
        return {"points": points, "note": data["note"]}


MOVES: dict[str, type[MoveForm]] = {
    "report": ReportForm,
    "report_fix": ReportForm,
    "allow": DueForm,
    "pass": PassForm,
    "clear": PassForm,
    "keep": KeepForm,
    "demand": DemandForm,
    "score": ScoreForm,
    "grade": MoveForm,
    "advise": ReasonForm,
    "fail": ReasonForm,
}


class ArrangeForm(forms.Form):
    due_on = forms.DateField(label="复评期限", widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].help_text = "学校在这一天之前报告；系统按项目类别的设置提前启动。"
        self.fields["due_on"].initial = clock.today() + timedelta(days=60)
        self.helper = bare_helper()

    def clean_due_on(self) -> Any:
        if self.cleaned_data["due_on"] <= clock.today():
            raise ValidationError("期限应晚于今天。")
        return self.cleaned_data["due_on"]
