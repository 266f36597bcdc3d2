"""What is typed about invitations and lots."""

from datetime import datetime, time
from itertools import groupby
from typing import Any

from crispy_forms.layout import Div, Field
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone

from foundation import clock
from foundation.accounts.models import User
from foundation.widgets import bare_helper
from foundation.workdays.services import add_workdays
from reviews.forms import MomentInput
from reviews.invited import members_of
from reviews.lots import Wanted
from reviews.models import AvoidWish, Invitation, ReviewerKind, Round
from schools.models import Area

DAYS_TO_ANSWER = 3  # working days
LINES = 6


def usual_answer_by() -> datetime:
    day = add_workdays(clock.today(), DAYS_TO_ANSWER).date
    return timezone.make_aware(datetime.combine(day, time(18)))


class InviteForm(forms.Form):
    """Whom to ask, by kind, and until when they answer. `chosen` are ticked to begin with."""

    answer_by = forms.DateTimeField(
        label="答复截止",
        widget=MomentInput(),
        error_messages={"required": "请填写答复截止时间。"},
    )
    people = forms.MultipleChoiceField(
        label="邀请哪些专家",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一位专家。"},
    )

    def __init__(self, *args: Any, round: Round, chosen: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = [one for one in members_of(round) if not one.reason]
        again = Invitation.objects.filter(round=round).select_related("reviewer")
        groups: list[tuple[str, list[tuple[str, str]]]] = [
            (kind, [(str(one.person), _called(one.name, one.unit)) for one in members])
            for kind, members in groupby(free, key=lambda one: one.kind)
        ]
        asked = [
            (str(one.reviewer_id), f"{one.reviewer.name}（{one.words}）")
            for one in again
            if one.may_be_asked_again
        ]
        if asked:
            groups.append(("再次邀请", asked))
        self.is_empty = not groups
        field = self.fields["people"]
        field.choices = groups  # type: ignore[attr-defined]
        field.initial = [str(person) for person in chosen]
        self.fields["answer_by"].initial = min(usual_answer_by(), round.closes_at)
        self.helper = bare_helper("answer_by", "people")

    def clean_answer_by(self) -> datetime:
        answer_by: datetime = self.cleaned_data["answer_by"]
        if answer_by <= clock.now():
            raise ValidationError("答复截止时间应晚于现在。")
        return answer_by

    def clean_people(self) -> list[int]:
        return [int(person) for person in self.cleaned_data["people"]]


def _called(name: str, unit: str) -> str:
    return f"{name}，{unit}" if unit else name


class LotsForm(forms.Form):
    """Lines of kind, area and number; what is left without a number is no line."""

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", "不限类别"), *((str(label), label) for label in ReviewerKind.labels)]
        areas = [("", "不限板块"), *((area.name, area.name) for area in Area.objects.all())]
        first = [(str(ReviewerKind(kind).label), n) for kind, n in counts.items() if kind]
        rows = []
        for n in range(1, LINES + 1):
            kind, count = first[n - 1] if n <= len(first) else ("", None)
            self.fields[f"kind_{n}"] = forms.ChoiceField(
                label=f"第{n}行类别", choices=kinds, required=False, initial=kind
            )
            self.fields[f"area_{n}"] = forms.ChoiceField(
                label="板块", choices=areas, required=False
            )
            self.fields[f"count_{n}"] = forms.IntegerField(
                label="人数",
                required=False,
                min_value=1,
                max_value=500,
                initial=count,
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), "请填写1到500的整数。"
                ),
            )
            fields = (f"kind_{n}", f"area_{n}", f"count_{n}")
            rows.append(
                Div(*(Field(one, wrapper_class="col-sm-4") for one in fields), css_class="row")
            )
        self.helper = bare_helper(*rows)

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.wanted:
            raise ValidationError("请至少在一行中填写要抽的人数。")
        return self.cleaned_data

    @property
    def wanted(self) -> list[Wanted]:
        data = self.cleaned_data
        return [
            Wanted(data[f"kind_{n}"], data[f"area_{n}"], data[f"count_{n}"])
            for n in range(1, LINES + 1)
            if data.get(f"count_{n}")
        ]


class SeedForm(forms.Form):
    """Supervision's half of the seed."""

    seed = forms.CharField(
        label="种子",
        max_length=40,
        help_text="当场产生的一串数字，例如连掷骰子六次的点数。至少6位，输入后不能更改。",
        validators=[RegexValidator(r"\A[0-9]{6,40}\Z", "请输入6到40位数字。")],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": "请输入当场产生的种子。", "max_length": "种子最多40位。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("seed")


class WishForm(forms.ModelForm):
    """Whom the applicant asks to stand aside, in their own words."""

    class Meta:
        model = AvoidWish
        fields = ("name", "unit", "reason")
        widgets = {
            "reason": forms.Textarea(attrs={"rows": 3, "data-max": "300", "autocomplete": "off"})
        }
        help_texts = {
            "reason": "写明与该专家有什么利害关系，例如近亲属、师生、经济往来或公开争议。",
        }
        error_messages = {
            "name": {"required": "请填写专家姓名。"},
            "unit": {"required": "请填写工作单位，便于核对是哪一位。"},
            "reason": {"required": "请写明理由，没有理由的不受理。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("name", "unit", "reason")


class GrantForm(forms.Form):
    """Who of the pool is meant; nobody is an answer, too."""

    person = forms.ChoiceField(
        label="申请的是哪一位",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是哪一位，或选“专家库中没有此人”。"},
    )

    def __init__(self, *args: Any, meant: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meant = {str(one.pk): one for one in meant}
        people = [(key, _called(one.name, _unit_of(one))) for key, one in self.meant.items()]
        field = self.fields["person"]
        field.choices = [*people, ("none", "专家库中没有此人")]  # type: ignore[attr-defined]
        self.helper = bare_helper("person")

    @property
    def chosen(self) -> User | None:
        return self.meant.get(self.cleaned_data["person"])


def _unit_of(user: User) -> str:
    profile = getattr(user, "reviewer", None)
    return profile.unit if profile else ""
