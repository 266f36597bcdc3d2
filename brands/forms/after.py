"""Forms after the scores: decision, publicity, objections, naming, milestones, closing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from brands.models import Honour, Milestone, Objection, Programme, Project, Publicity
from brands.services.objecting import FILE_MAX_BYTES, MAX_FILES
from brands.services.receiving import received
from foundation import clock
from foundation.uploads import ALL_KINDS, Inspected, UploadRefused, clean_name
from foundation.widgets import DayInput, SheetForm, bare_helper
from foundation.workflow.requests import version_of


class ProjectsField(forms.ModelMultipleChoiceField):
    """Refuses a key that no database integer holds, in words, before the database does."""

    def clean(self, value: Any) -> Any:
        if any(len(str(key)) > 18 for key in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class SeenProjectsField(ProjectsField):
    """Projects as a page showed them: "12.3" is project 12 at its version 3.

    Its value is project's key → version; NO_VERSION where none was sent.
    """

    @staticmethod
    def shown(projects: Iterable[Project]) -> list[str]:
        return [f"{project.pk}.{project.version}" for project in projects]

    def clean(self, value: Any) -> Any:
        versions = {
            str(each).partition(".")[0]: str(each).partition(".")[2] for each in value or ()
        }
        projects = super().clean(list(versions))
        return {one.pk: version_of(versions.get(str(one.pk), "")) for one in projects}


class ChosenForm(forms.Form):
    """Several projects of one batch, chosen on the page before."""

    project = SeenProjectsField(
        Project.objects.none(),
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": "请先勾选项目。",
            "invalid_choice": "所选项目有变动，请返回重新选择。",
            "invalid_pk_value": "所选项目有变动，请返回重新选择。",
        },
    )

    def __init__(self, *args: Any, projects: "QuerySet[Project]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        self.helper = bare_helper()


def _note(label: str, required: bool, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, required=required, max_length=1000, widget=widget, help_text=help_text
    )


FOR_THE_FILE = "只供内部查阅，学校和区（市）看不到。"
WHY_ASIDE = f"与名次或拟定名额不一致的，须写明理由。{FOR_THE_FILE}"


class ProposeForm(ChosenForm):
    note = _note("说明", False, WHY_ASIDE)


class ApproveForm(ChosenForm):
    minutes_number = forms.CharField(label="会议纪要号", max_length=60)
    note = _note("说明", False, WHY_ASIDE)


class DeclineForm(ChosenForm):
    minutes_number = forms.CharField(label="会议纪要号", max_length=60, required=False)
    note = _note("理由", True, FOR_THE_FILE)


class ReleaseForm(ChosenForm):
    minutes_number = forms.CharField(
        label="会议纪要号",
        max_length=60,
        help_text="审定时没有填会议纪要号的项目，记这一个；已填的不变。",
    )


class UnproposeForm(ChosenForm):
    note = _note("理由", True, FOR_THE_FILE)


class NameForm(ChosenForm):
    document_number = forms.CharField(
        label="公布文号", max_length=60, help_text="如：苏教工委〔2026〕18号，年份用六角括号。"
    )
    named_on = forms.DateField(label="命名日期", initial=clock.today, widget=DayInput())
    level = forms.ChoiceField(label="级别", choices=Honour.Level, initial=Honour.Level.CITY)
    valid_until = forms.DateField(
        label="有效期至", required=False, widget=DayInput(), help_text="没有规定有效期的不填。"
    )

    def clean_named_on(self) -> Any:
        if self.cleaned_data["named_on"] > clock.today():
            raise ValidationError("命名日期不能晚于今天。")
        return self.cleaned_data["named_on"]

    def clean_valid_until(self) -> Any:
        return _not_before_today(self.cleaned_data["valid_until"])


def _not_before_today(day: Any) -> Any:
    if day and day < clock.today():
        raise ValidationError("有效期不能早于今天。")
    return day


class HonourForm(forms.ModelForm):
    """What is known only after the naming."""

    class Meta:
        model = Honour
        fields = ("plaque_number", "valid_until")
        widgets = {"valid_until": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plaque_number"].help_text = "牌匾上的号码；还没有制作牌匾的不填。"
        self.fields["valid_until"].help_text = "没有规定有效期的不填。过期后公开页面显示“已过期”。"
        self.helper = bare_helper()


class HonourImportForm(SheetForm):
    label = "历年荣誉表（.xlsx）"
    promise = "上传后先预览，确认之前不会登记任何荣誉。"

    programme = forms.ModelChoiceField(
        Programme.objects.naming(),
        label="项目类别",
        empty_label=None,
        initial=Programme.SCHOOL_BRAND,
        error_messages={"required": "请选择项目类别。", "invalid_choice": "请选择项目类别。"},
    )
    field_order = ("programme", "sheet")


class RevokeForm(forms.Form):
    document = forms.CharField(
        label="撤销文号", max_length=60, help_text="作出撤销决定的文件，公开页面会显示。"
    )
    note = _note("理由", True, "写入办理记录并通知申报单位，公开页面不显示。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class PublicityForm(forms.ModelForm):
    """The notice and whom it lists; the server sets the days, the writer and the state."""

    project = ProjectsField(
        Project.objects.none(),
        label="公示名单",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少选择一个已审定的项目。",
            "invalid_choice": "名单中有项目不再是“已审定”，请重新选择。",
        },
    )

    class Meta:
        model = Publicity
        fields = (
            "title",
            "text",
            "level",
            "contact_office",
            "contact_phone",
            "contact_email",
            "contact_address",
        )
        widgets = {"text": forms.Textarea(attrs={"rows": 8, "data-max": 4000})}

    def __init__(self, *args: Any, projects: "QuerySet[Project]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        self.fields["project"].label_from_instance = _with_school  # type: ignore[attr-defined]
        self.fields["level"].required = False  # Left out: as it is, 市级 at first.
        self.fields["level"].help_text = "命名时的级别须与公示一致。"
        self.fields["text"].help_text = "不要写身份证号、手机号码、家庭住址、出生日期和银行账号。"
        self.helper = bare_helper()


def _with_school(project: Project) -> str:
    return f"{project}（{project.organisation.short}）"


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, each inspected by its content: its value is a list of `Inspected`."""

    def __init__(self, *, most: int, max_bytes: int, **kwargs: Any) -> None:
        self.most, self.max_bytes = most, max_bytes
        accept = ",".join(f".{kind}" for kind in sorted(ALL_KINDS))
        megabytes = max_bytes // 1024 // 1024
        widget = ManyFilesInput(attrs={"accept": accept, "data-max-mb": megabytes})
        super().__init__(widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = [file for file in data or () if file]
        if len(files) > self.most:
            raise ValidationError(f"最多上传 {self.most} 个文件。")
        return [self._inspected(file) for file in files]

    def _inspected(self, file: Any) -> Inspected:
        try:
            return received(file, max_bytes=self.max_bytes)
        except UploadRefused as refusal:
            raise ValidationError(f"{clean_name(file.name)}：{refusal}") from refusal


class ObjectionForm(forms.ModelForm):
    """What the public writes. A formal objection gives its name; a lead need not."""

    evidence = FilesField(
        label="证明材料（可不传）",
        required=False,
        most=MAX_FILES,
        max_bytes=FILE_MAX_BYTES,
        help_text=(
            "最多 5 个文件，每个不超过 10 MB，可传 PDF、Word、Excel 和图片，只供办理人员查看。"
            "匿名反映的，请先去掉文件中能认出您的内容。"
        ),
    )

    class Meta:
        model = Objection
        fields = ("project", "is_anonymous", "name", "contact", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 6, "data-max": 2000})}
        labels = {
            "project": "针对的项目",
            "is_anonymous": "匿名反映（只作为线索，不按正式异议答复）",
        }

    def __init__(self, *args: Any, projects: "QuerySet[Project]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
        self.fields["project"].empty_label = "请选择"  # type: ignore[attr-defined]
        self.fields["project"].label_from_instance = _with_school  # type: ignore[attr-defined]
        self.fields["name"].help_text = "单位提出异议的，请写单位全称，并在核实时提供盖章材料。"
        self.fields["contact"].help_text = "电话或电子邮箱，仅供核实时联系，不会向被反映单位透露。"
        self.fields["text"].help_text = "请写明事实和依据。"
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if not data.get("is_anonymous"):
            for name in ("name", "contact"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, "实名异议须填写此项；不便实名的，请勾选匿名反映。")
        return data


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ("title", "owner", "due_on")
        widgets = {"due_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class MilestoneReportForm(forms.ModelForm):
    """Done, or why not."""

    class Meta:
        model = Milestone
        fields = ("done_on", "result")
        widgets = {
            "done_on": DayInput(),
            "result": forms.Textarea(attrs={"rows": 5, "data-max": 1000}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].help_text = "尚未完成的留空，并在下面写明原因和打算。"
        self.fields["result"].required = True
        self.helper = bare_helper()

    def clean_done_on(self) -> Any:
        day = self.cleaned_data["done_on"]
        if day and day > clock.today():
            raise ValidationError("完成日期不能晚于今天。")
        return day


class ClosingForm(forms.Form):
    report = forms.CharField(
        label="结项报告",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 12, "data-max": 3000}),
        help_text="对照立项时的目标，逐项写明完成情况、解决的问题、可推广的做法。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()
