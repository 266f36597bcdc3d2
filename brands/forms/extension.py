"""Asking for more time on behalf of an area, an organisation or one project."""

from typing import Any, cast

from django import forms
from django.utils import timezone

from brands.models import Batch, Project, ProjectStatus, Stage
from brands.services.extending import EXTENDABLE
from foundation.widgets import DayInput, bare_helper
from schools.models import Area, PartyOrganisation


class DraftChoice(forms.ModelChoiceField):
    """Staff do not see drafts: whose it is and since when, no more."""

    def label_from_instance(self, obj: Project) -> str:
        began = timezone.localtime(obj.created_at)
        return f"{obj.organisation.short}（草稿，{began.month}月{began.day}日建立）"


class ExtensionForm(forms.Form):
    stage = forms.ChoiceField(label="环节")
    area = forms.ModelChoiceField(
        Area.objects.all(), label="板块", required=False, empty_label="不按板块"
    )
    organisation = forms.CharField(
        label="学校（党组织）",
        max_length=60,
        required=False,
        help_text="填学校标识码或党组织全称；连同它下面的支部一起延期。板块、学校和草稿只填一项。",
    )
    draft = DraftChoice(
        Project.objects.none(),
        label="一份申报草稿",
        required=False,
        empty_label="不按草稿",
        help_text="还没有提交的申报，只显示是哪个单位的，不显示内容。只用于学校申报。",
    )
    until = forms.DateField(label="延至", widget=DayInput(), help_text="当天 23:59:59 前有效。")
    why = forms.CharField(
        label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2, "data-max": 200})
    )

    def __init__(
        self, *args: Any, batch: Batch, user: Any, project: Project | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.project = user, project
        stages = [stage for stage in EXTENDABLE if stage in batch.stages_used]
        if project is not None:  # One project's closing is put off at its school's request.
            stages = [stage for stage in stages if stage != Stage.CLOSING]
        choices = [(stage.value, batch.stage_label(stage)) for stage in stages]
        cast(forms.ChoiceField, self.fields["stage"]).choices = choices
        self.fields["until"].error_messages["invalid"] = "日期格式应如2026-03-02。"
        if project is not None:
            del self.fields["area"], self.fields["organisation"], self.fields["draft"]
        else:
            drafts = batch.projects.filter(status=ProjectStatus.DRAFT)
            own = drafts.select_related("organisation__school").defer("content", "edits")
            choice = cast(forms.ModelChoiceField, self.fields["draft"])
            choice.queryset = own.order_by("organisation__path", "pk")
        self.helper = bare_helper(*self.fields)

    def clean_stage(self) -> Stage:
        return Stage(self.cleaned_data["stage"])

    def clean_organisation(self) -> PartyOrganisation | None:
        words = self.cleaned_data["organisation"].strip()
        if not words:
            return None
        units = PartyOrganisation.objects.visible_to(self.user).live()
        found = list(units.filter(school__code=words).units()[:2]) or list(
            units.filter(name=words)[:2]
        )
        if len(found) != 1:
            raise forms.ValidationError("没有找到这个单位，请核对学校标识码，或填党组织的全称。")
        return found[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.project is None and "organisation" not in self.errors:
            chosen = [data.get("area"), data.get("organisation"), data.get("draft")]
            if len([one for one in chosen if one]) != 1:
                self.add_error("organisation", "板块、学校（党组织）和草稿须填且只填一项。")
            elif data.get("draft") and data.get("stage") != Stage.APPLY:
                self.add_error("draft", "草稿只能延长学校申报的时间。")
        return data

    @property
    def target(self) -> Area | PartyOrganisation | Project:
        data = self.cleaned_data
        return self.project or data["area"] or data["organisation"] or data["draft"]
