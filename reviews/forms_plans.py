"""What is typed about an assignment plan: its rules, and one exchange."""

from typing import Any

from crispy_forms.layout import Field, Fieldset
from django import forms
from django.core.exceptions import ValidationError

from foundation.widgets import bare_helper
from reviews.assigning import Rules
from reviews.invited import pool_of
from reviews.models import AssignmentPlan, ReviewerKind, Round
from reviews.planning import rules_of

_NUMBER = {"invalid": "请填写整数。", "min_value": "不能小于0。"}
_SEPARATORS = str.maketrans("、，,；;/", "      ")


def _count(label: str, help_text: str = "", **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=kwargs.pop("least", 0),
        max_value=10_000,
        error_messages={**_NUMBER, "max_value": "数字过大。"},
        **kwargs,
    )


class RulesForm(forms.Form):
    """What every panel must keep. What is left empty is no rule."""

    least = _count("每位专家最少项数")
    most = _count("每位专家最多项数", "不填则不限；专家本人登记的上限另行遵守。", least=1)
    head = _count("每项“校长、书记”至少")
    researcher = _count("每项“教科研人员”至少")
    organ = _count("每项“机关干部”至少")
    outside = _count("每项“市外专家”至少")
    same_area = _count("每项来自同一板块的专家最多", "不填则不限。", least=1)
    apart = forms.CharField(
        label="不能同组的专家",
        required=False,
        max_length=4000,
        help_text="每行写两位专家的姓名，用顿号隔开。",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )
    expertise = forms.IntegerField(
        label="对口优先",
        min_value=0,
        max_value=100,
        initial=4,
        help_text="专家评一项不熟悉的学校类别计几分；任务数按平方计分，总分最低的方案最优。"
        "0表示只求任务均衡。",
        error_messages={
            "required": "请填写0到100的整数。",
            "invalid": "请填写0到100的整数。",
            "min_value": "请填写0到100的整数。",
            "max_value": "请填写0到100的整数。",
        },
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        self.round = round
        self.names: dict[str, list[int]] = {}
        for pk, appointments in pool_of(round).items():
            self.names.setdefault(appointments[0].user.name, []).append(pk)
        kwargs.setdefault("initial", self._usual())
        super().__init__(*args, **kwargs)
        self.helper = bare_helper(
            Fieldset("任务数", "least", "most", "expertise"),
            Fieldset("每项专家的构成", *ReviewerKind.values, "same_area", Field("apart")),
        )

    def _usual(self) -> dict[str, Any]:
        """The rules of the round's last plan: they are mended more often than made anew."""
        last = AssignmentPlan.objects.filter(round=self.round).first()
        if last is None:
            return {}
        rules = rules_of(last.rules, self.round)
        counts = dict(rules.required)
        known = {pk: name for name, keys in self.names.items() for pk in keys}
        pairs = [[known[key] for key in pair if key in known] for pair in rules.apart]
        return {
            "least": rules.least or None,
            "most": rules.most,
            "same_area": rules.same_area,
            "expertise": rules.expertise,
            "apart": "\n".join("、".join(pair) for pair in pairs if len(pair) == 2),
            **{kind: counts.get(str(label)) for kind, label in ReviewerKind.choices},
        }

    def clean_apart(self) -> tuple[tuple[int, int], ...]:
        lines = self.cleaned_data["apart"].translate(_SEPARATORS).splitlines()
        return tuple(self._pair(names) for line in lines if (names := line.split()))

    def _pair(self, names: list[str]) -> tuple[int, int]:
        if len(set(names)) != 2 or len(names) != 2:
            raise ValidationError(f"“{' '.join(names)}”应为两位不同的专家，每行两位。")
        for name in names:
            if name not in self.names:
                raise ValidationError(f"专家名单中没有“{name}”，请核对姓名。")
            if len(self.names[name]) > 1:
                raise ValidationError(f"专家名单中有{len(self.names[name])}位“{name}”，无法区分。")
        first, second = sorted(self.names[name][0] for name in names)
        return first, second

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("most") is not None and (data.get("least") or 0) > data["most"]:
            self.add_error("most", "最多项数不能少于最少项数。")
        if sum(data.get(kind) or 0 for kind in ReviewerKind.values) > self.round.per_entry:
            raise ValidationError(f"各类专家合计超过每项{self.round.per_entry}位，请调整。")
        return data

    @property
    def rules(self) -> Rules:
        data = self.cleaned_data
        return Rules(
            per_entry=self.round.per_entry,
            least=data["least"] or 0,
            most=data["most"],
            required=tuple(
                (str(label), data[kind]) for kind, label in ReviewerKind.choices if data[kind]
            ),
            apart=data["apart"],
            same_area=data["same_area"],
            expertise=data["expertise"],
        )


class ExchangeForm(forms.Form):
    """Who leaves and who comes; whether they may is `plans.exchange_fault`'s to say."""

    leaves = forms.IntegerField()
    comes = forms.IntegerField()
