"""What is typed in a review and in the making of a round."""

from decimal import Decimal
from typing import Any, NamedTuple, cast

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from brands.models import Batch, Judged, Stage
from brands.services import windows
from foundation.accounts.models import User
from foundation.widgets import PlainTextarea, bare_helper
from reviews import opening, scoring, weighing
from reviews.drawing import eligible_reviewers
from reviews.invited import pool_of
from reviews.models import Assignment, Correction, Criterion, Entry, Mode, Round, RoundKind, Rubric


def typed(request: HttpRequest) -> QueryDict | None:
    """What was posted, even if nothing was: an empty POST is still an answer."""
    return request.POST if request.method == "POST" else None


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class RoundForm(forms.ModelForm):
    """A new round of a batch: what is judged, by which rubric, when and by how many."""

    class Meta:
        model = Round
        fields = (
            "kind",
            "mode",
            "weight",
            "takes",
            "rubric",
            "opens_at",
            "closes_at",
            "per_entry",
            "scoring",
            "correction",
            "avoid_area",
            "is_blind",
        )
        widgets = {"opens_at": MomentInput(), "closes_at": MomentInput()}
        error_messages = {
            "opens_at": {"required": "请填写评分开始时间。"},
            "closes_at": {"required": "请填写评分截止时间。"},
        }

    def __init__(self, *args: Any, batch: Batch, by: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _usual(batch))
        super().__init__(*args, **kwargs)
        self.instance.batch, self.instance.created_by = batch, by
        if "closes_at" in self.initial:
            self.fields["closes_at"].help_text = "已按批次设置的时间填好，可以修改。"
        if not batch.has_closing:
            del self.fields["kind"]
        choice = cast(forms.ModelChoiceField, self.fields["rubric"])
        choice.queryset, choice.empty_label = Rubric.objects.newest(), "请选择"
        names = [name for name in self.Meta.fields if name in self.fields]
        self.helper = bare_helper(Fieldset("评审安排", *names))

    def clean_per_entry(self) -> int:
        per_entry: int = self.cleaned_data["per_entry"]
        if per_entry < 1:
            raise ValidationError("每个项目至少1位专家。")
        return per_entry

    def clean_rubric(self) -> Rubric:
        rubric = self.cleaned_data["rubric"]
        if faults := opening.rubric_faults(rubric):
            raise ValidationError(faults)
        return rubric

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        opens_at, closes_at = data.get("opens_at"), data.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "评分截止时间应晚于开始时间。")
        kind = data.get("kind", RoundKind.SELECTION)
        corrects = data.get("correction", Correction.NONE) != Correction.NONE
        if kind == RoundKind.CLOSING and corrects:
            self.add_error("correction", "结项按得分定等次，得分不能校正。请选“不校正”。")
        if kind == RoundKind.SELECTION and not self.instance.batch.has_review:
            raise ValidationError("本批次不设专家评审，审查通过后直接审定。")
        self._check_mode(kind, data)
        return data

    def _check_mode(self, kind: str, data: dict[str, Any]) -> None:
        """Which of the rounds it is, what it counts and whom it takes."""
        mode, weight = data.get("mode", Mode.ONLINE), data.get("weight", 100)
        if mode == Mode.ONLINE and data.get("takes"):
            self.add_error("takes", "网络评审评全部项目。入围项数只用于实地考察和现场答辩。")
        if data.get("takes") == 0:
            self.add_error("takes", "入围至少1项；全部参评的不填。")
        if kind == RoundKind.CLOSING:
            if mode != Mode.ONLINE:
                self.add_error("mode", "结项评审只有一轮，请选“网络评审”。")
            return
        if self.instance.batch.rounds.filter(kind=kind, mode=mode).exists():
            raise ValidationError(f"本批次已有{Mode(mode).label}轮次，不能重复新建。")
        if weight is not None and weight > weighing.WHOLE:
            self.add_error("weight", "权重应在0到100之间。")
        elif weight and weighing.has_begun(self.instance.batch.pk):
            self.add_error("weight", weighing.STANDING)


def _usual(batch: Batch) -> dict[str, Any]:
    """What the next round of this batch is like as a rule: all of it may be changed."""
    kind = _next_kind(batch)
    is_closing = kind == RoundKind.CLOSING
    programme = batch.programme
    code = programme.rubrics.get(Judged.CLOSING if is_closing else Judged.SELECTION)
    used = set() if is_closing else {one.mode for one in weighing.rounds_of(batch.pk)}
    usual: dict[str, Any] = {
        "kind": kind,
        "mode": next((mode for mode in Mode.values if mode not in used), Mode.ONLINE),
        "weight": 0 if used and weighing.has_begun(batch.pk) else weighing.WHOLE,
        "rubric": Rubric.objects.newest_of(code),
        "per_entry": batch.reviewers_per_entry,
        "scoring": opening.usual_scoring(programme),
        "avoid_area": programme.avoids_area,
    }
    window = windows.stage_of(batch, Stage.CLOSING if is_closing else Stage.REVIEW)
    if window:
        usual |= {"opens_at": window.opens_at, "closes_at": window.closes_at}
    return usual


def _next_kind(batch: Batch) -> RoundKind:
    """A closing follows the selection, and comes where there is no selection."""
    selected = batch.rounds.filter(kind=RoundKind.SELECTION).exists()
    is_closing = batch.has_closing and (selected or not batch.has_review)
    return RoundKind.CLOSING if is_closing else RoundKind.SELECTION


class WindowForm(forms.ModelForm):
    """A later end for a round under way."""

    class Meta:
        model = Round
        fields = ("closes_at",)
        widgets = {"closes_at": MomentInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("closes_at")

    def clean_closes_at(self) -> Any:
        closes_at = self.cleaned_data["closes_at"]
        if closes_at <= self.instance.opens_at:
            raise ValidationError("评分截止时间应晚于开始时间。")
        return closes_at


class _ReviewerChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class AssignForm(forms.Form):
    """One more reviewer for an entry: only people without a tie to the applicant."""

    reviewer = _ReviewerChoice(User.objects.none(), label="专家", empty_label="请选择专家")

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = set(entry.assignments.values_list("reviewer", flat=True))
        free = eligible_reviewers(entry, pool_of(entry.round), taken)
        reviewers = User.objects.filter(pk__in=free).order_by("name", "pk")
        self.fields["reviewer"].queryset = reviewers  # type: ignore[attr-defined]
        self.helper = bare_helper("reviewer")


class ReasonForm(forms.Form):
    """A move that wants its reason in words."""

    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "data-max": "500", "autocomplete": "off"}),
        error_messages={"required": "请写明理由。", "max_length": "理由不超过500字。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("reason")


class ScoreForm(forms.Form):
    """One number a criterion and a comment. A draft may leave gaps; a submission may not."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    comment = forms.CharField(
        label="评语",
        required=False,
        max_length=scoring.MOST_COMMENT,
        widget=PlainTextarea(attrs={"rows": 6, "autocomplete": "off"}),
        error_messages={"max_length": f"评语不超过{scoring.MOST_COMMENT}字。"},
    )

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        self.assignment = assignment
        self.criteria = assignment.entry.round.rubric.asked
        is_typed = bool(args) and args[0] is not None
        given = {} if is_typed else scoring.values_of(assignment)
        kwargs["initial"] = {
            "comment": assignment.comment,
            "version": assignment.version,
            **{_name(pk, value): _shown(value) for pk, value in given.items()},
        }
        super().__init__(*args, **kwargs)
        for criterion in self.criteria:
            self.fields[f"score_{criterion.pk}"] = _score_field(criterion)
            if criterion.optional:
                self.fields[f"skip_{criterion.pk}"] = _skip_field()
        area = self.fields["comment"].widget.attrs
        area |= {"data-max": str(scoring.MOST_COMMENT), "class": "form-control textarea"}
        if assignment.entry.round.comment_required:
            area["data-min"] = str(scoring.LEAST_COMMENT)

    def clean(self) -> dict[str, Any]:
        for criterion in self.criteria:
            name = f"score_{criterion.pk}"
            value = self.cleaned_data.get(name)
            if value is not None and (fault := scoring.value_fault(criterion, value)):
                self.add_error(name, fault)
            if value is not None and self.cleaned_data.get(f"skip_{criterion.pk}"):
                self.add_error(name, "已勾选“不适用”，又填了分数。请只留一样。")
        return self.cleaned_data

    def _given(self, pk: int) -> scoring.Given | None:
        if self.cleaned_data.get(f"skip_{pk}"):
            return scoring.NOT_APPLICABLE
        value: Decimal | None = self.cleaned_data.get(f"score_{pk}")
        return value

    @property
    def rows(self) -> list[tuple[Criterion, Any, Any]]:
        """Each criterion with its field and, where it may be skipped, the field for that."""
        return [
            (
                criterion,
                self[f"score_{criterion.pk}"],
                self[f"skip_{criterion.pk}"] if criterion.optional else None,
            )
            for criterion in self.criteria
        ]

    @property
    def lines(self) -> list["ScoreLine"]:
        """The rows in words, where no fault has to be shown."""
        return [
            _line(criterion, field.value(), skip is not None and bool(skip.value()))
            for criterion, field, skip in self.rows
        ]

    @property
    def values(self) -> dict[int, scoring.Given | None]:
        return {c.pk: self._given(c.pk) for c in self.criteria}

    def check_complete(self) -> None:
        """Say at each field what stands between these scores and their submission."""
        given = {pk: value for pk, value in self.values.items() if value is not None}
        for criterion in self.criteria:
            name = f"score_{criterion.pk}"
            if criterion.pk not in given and not self.has_error(name):
                self.add_error(name, "请评分。")
        if len(given) == len(self.criteria):
            round = self.assignment.entry.round
            comment = self.cleaned_data.get("comment", "")
            if fault := scoring.whole_fault(round, self.criteria, given, comment):
                self.add_error("comment", fault)


class ScoreLine(NamedTuple):
    """A criterion with its input, in words."""

    name: str
    title: str
    maximum: int
    descriptors: tuple[tuple[str, str], ...]
    step: str
    value: str
    skip: str  # Name of its box "not applicable", if it has one.
    skipped: bool


def _name(pk: int, value: scoring.Given) -> str:
    return f"skip_{pk}" if isinstance(value, scoring.Skip) else f"score_{pk}"


def _shown(value: scoring.Given) -> Decimal | bool:
    return True if isinstance(value, scoring.Skip) else value


def _line(criterion: Criterion, value: Any, skipped: bool) -> ScoreLine:
    return ScoreLine(
        name=f"score_{criterion.pk}",
        title=criterion.title,
        maximum=criterion.weight,
        descriptors=tuple(criterion.descriptors),
        step=str(criterion.rubric.step),
        value="" if value is None else str(value),
        skip=f"skip_{criterion.pk}" if criterion.optional else "",
        skipped=skipped,
    )


def _skip_field() -> forms.BooleanField:
    box = forms.CheckboxInput(attrs={"class": "form-check-input", "data-skip": ""})
    return forms.BooleanField(label=scoring.NOT_APPLICABLE.value, required=False, widget=box)


def _score_field(criterion: Criterion) -> forms.DecimalField:
    return forms.DecimalField(
        label=criterion.title,
        required=False,
        max_digits=6,
        decimal_places=2,
        widget=forms.NumberInput(
            attrs={
                "class": "form-control numberinput",
                "step": str(criterion.rubric.step),
                "min": "0",
                "max": str(criterion.weight),
                "inputmode": "decimal",
                "autocomplete": "off",
            }
        ),
        error_messages={"invalid": "请填写数字。"},
    )
