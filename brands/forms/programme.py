"""What the bureau fills in to set up a programme: who applies, its course, its words, its rubrics."""

import re
from typing import Any, cast

from crispy_forms.layout import Fieldset
from django import forms

from brands import rubrics
from brands.forms.builder import LinesField
from brands.forms.building import free_key
from brands.models import Applicant, Judged, Programme, Stage, Track
from brands.models.batch import stage_words
from foundation.widgets import bare_helper
from schools.models import OrganisationKind, PartyOrganisation

# The intervals after the naming, empty for what a programme does without.
KEEPING = (
    "progress_months",
    "midterm_months",
    "acceptance_months",
    "renewal_years",
    "recheck_lead_days",
)
LEAD_DAYS = 60
COURSE = ("has_district", "has_review", "has_milestones", "has_closing")
CODES = ("number_code", "honour_code")
# Whose organisations a programme may be for alone.
SCOPES = (OrganisationKind.AREA_COMMITTEE, OrganisationKind.ORGAN_COMMITTEE)
# Settled once a batch exists.
SETTLED = ("track", "applicant", *CODES)
# By which rubric a programme is judged that names none.
USUAL: dict[str, dict[str, str]] = {
    Track.NAMING: {Judged.SELECTION: "R1", Judged.ACCEPTANCE: "R2"},
    Track.ESTABLISHING: {Judged.SELECTION: "R3", Judged.CLOSING: "R4"},
}
HELP = {
    "noun": "通知、证书和文件里怎样称呼一项申报，如品牌项目、书记项目。",
    "track": "评选命名：审定后公示、命名。立项推进：审定后立项，按节点推进，可设结项。",
    "applicant": "党组织在一个批次中申报一项；书记一年只领办一项；个人由学校党组织逐人申报。",
    "under": "只面向一个区（市）或局机关的，在这里选；不选的面向全市。",
    "has_district": "先由区（市）按名额推荐，再到局里审查；市直属单位不经过这一环节。",
    "has_review": "不勾选的，审查通过后不经专家打分，直接审定。",
    "has_milestones": "立项或命名以后，由申报单位列出节点任务，写明责任人和时限。",
    "has_closing": "不勾选的，立项后不要求结项。",
    "number_code": "两到六个大写字母，如 YP，用于受理编号 2026-YP-0001。",
    "honour_code": "用于荣誉编号，如 苏YP-2026-0001。不填的与受理编号代码相同。",
    "trims": "每一轮评审的默认规则，有效评分满5份才去分；新建轮次时可以改。",
    "avoids_area": "每一轮评审的默认规则：专家不评本人任职所在区（市）的项目。",
    "renewal_years": "不设的留空；已命名的项目不受影响。",
    "midterm_months": "不设的留空；立项推进不填的，在年中安排。",
}
SHOWN_IF = {
    "has_closing": "track=establishing",
    "honour_code": "track=naming",
    "rubric_closing": "track=establishing",
    "rubric_acceptance": "track=naming",
    **dict.fromkeys(
        ("progress_months", "acceptance_months", "renewal_years", "recheck_lead_days"),
        "track=naming",
    ),
}


class ProgrammeForm(forms.ModelForm):
    checklist = LinesField(
        label="审查要点", required=False, help_text="一行一条，形式审查时逐条勾选。"
    )

    class Meta:
        model = Programme
        fields = (
            *("name", "noun", "track", "applicant", "under", *COURSE, *CODES, "result_label"),
            *("trims", "avoids_area", *KEEPING),
        )
        help_texts = HELP
        labels = {"midterm_months": "命名（启动）后几个月中期检查"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields, programme = self.fields, self.instance
        self.initial["checklist"] = "\n".join(programme.checklist)
        self.initial.update({f"label_{key}": words for key, words in programme.labels.items()})
        self.initial.update({f"rubric_{key}": code for key, code in programme.rubrics.items()})
        for name, choices in (("track", Track), ("applicant", Applicant)):
            cast(forms.ChoiceField, fields[name]).choices = [("", "请选择"), *choices.choices]
        scope = cast(forms.ModelChoiceField, fields["under"])
        committees = PartyOrganisation.objects.live().filter(kind__in=SCOPES)
        scope.queryset, scope.empty_label = committees, "全市"
        fields["noun"].required = fields["recheck_lead_days"].required = False
        labels = list(self._add_labels())
        judged = list(self._add_rubrics())
        for name, condition in SHOWN_IF.items():
            fields[name].widget.attrs["data-shown-if"] = condition
        if not programme._state.adding and programme.batches.exists():
            for name in SETTLED:
                fields[name].disabled = True
                fields[name].help_text = "已有批次使用，不能再改。"
        self.helper = bare_helper(
            Fieldset("项目类别", "name", "noun", "applicant", "under"),
            Fieldset("流程", "track", *COURSE),
            Fieldset("环节名称（不改的留空）", *labels),
            Fieldset("编号与称谓", *CODES, "result_label"),
            Fieldset("审查", "checklist"),
            Fieldset("评分（按所选标准的最新一版）", *judged, "trims", "avoids_area"),
            Fieldset("立项或命名以后", *KEEPING),
        )

    def _add_labels(self) -> Any:
        """One for each stage, empty while it is called as usual."""
        for stage in Stage:
            usual = stage_words(stage, self.instance.track, self.instance.applicant)
            self.fields[f"label_{stage}"] = forms.CharField(
                label=f"“{usual}”改称",
                max_length=10,
                required=False,
            )
            yield f"label_{stage}"

    def _add_rubrics(self) -> Any:
        known = rubrics.choices()
        for judged in Judged:
            self.fields[f"rubric_{judged}"] = forms.ChoiceField(
                label=f"{judged.label}的评分标准",
                choices=[("", "按流程默认"), *known],
                required=False,
            )
            yield f"rubric_{judged}"

    def clean_number_code(self) -> str:
        return _code(self.cleaned_data["number_code"])

    def clean_honour_code(self) -> str:
        typed = self.cleaned_data["honour_code"]
        return _code(typed) if typed else ""

    def clean_noun(self) -> str:
        return "".join(self.cleaned_data["noun"].split()) or "项目"

    def clean_recheck_lead_days(self) -> int:
        return self.cleaned_data["recheck_lead_days"] or LEAD_DAYS

    def clean(self) -> dict[str, Any]:
        """What does not belong to the track is left out of what is stored."""
        data = super().clean() or self.cleaned_data
        if data.get("track") == Track.NAMING:
            data["has_closing"] = False
            data["honour_code"] = data.get("honour_code") or data.get("number_code", "")
        elif data.get("track"):
            data["honour_code"] = ""
        taken = Programme.objects.filter(honour_code=data.get("honour_code") or None)
        if other := taken.exclude(pk=self.instance.pk).first():
            self.add_error("honour_code", f"“{other}”已在使用这个荣誉编号代码，请换一个。")
        return data

    def save(self, commit: bool = True) -> Programme:
        data, programme = self.cleaned_data, self.instance
        programme.checklist = data["checklist"]
        named = {stage.value: data[f"label_{stage}"].strip() for stage in Stage}
        programme.labels = {stage: words for stage, words in named.items() if words}
        usual = USUAL[programme.track]
        chosen = {judged.value: data[f"rubric_{judged}"] for judged in Judged}
        programme.rubrics = {
            judged.value: chosen[judged] or usual[judged] for judged in Judged if judged in usual
        }
        if programme._state.adding:
            programme.key = free_key("p", Programme.objects.values_list("key", flat=True))
        return cast(Programme, super().save(commit))


def _code(typed: str) -> str:
    code = typed.strip().upper()
    if not re.fullmatch(r"[A-Z]{2,6}", code):
        raise forms.ValidationError("请填写两到六个英文字母。")
    return code
