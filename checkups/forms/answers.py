"""What is typed about one indicator."""

from decimal import Decimal
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from django import forms

from checkups import scoring
from checkups.models import (
    Answer,
    Checkup,
    Grade,
    Indicator,
    Kind,
)
from checkups.prefill import Suggestion
from checkups.presenting import number_words
from foundation.widgets import bare_helper

YES_NO = {"True": True, "False": False}
VALUES = ("achieved", "number", "target", "rate", "grade", "not_applicable")


def _yes_no(value: str) -> bool:
    return YES_NO[value]


def _laid_out(name: str) -> Any:
    """Choices side by side: 31 indicators are long enough."""
    return InlineRadios(name) if name in ("achieved", "grade", "red_line_hit") else name


class PlainDecimalField(forms.DecimalField):
    """Shows 1 and 95.5, not 1.0 and 95.50 as the database keeps them."""

    def prepare_value(self, value: Any) -> Any:
        return number_words(value) if isinstance(value, Decimal) else value


def _value_fields(kind: str) -> dict[str, forms.Field]:
    if kind == Kind.DONE:
        return {
            "achieved": forms.TypedChoiceField(
                label="完成情况",
                choices=[("True", "已完成"), ("False", "未完成")],
                coerce=_yes_no,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        }
    if kind == Kind.NUMBER:
        places: dict[str, Any] = {"max_digits": 7, "decimal_places": 1, "required": False}
        return {
            "number": PlainDecimalField(label="完成数", min_value=Decimal(0), **places),
            "target": PlainDecimalField(label="目标数", min_value=Decimal("0.1"), **places),
        }
    if kind == Kind.RATE:
        return {
            "rate": PlainDecimalField(
                label="完成率（%）",
                min_value=Decimal(0),
                max_value=Decimal(100),
                max_digits=5,
                decimal_places=2,
                required=False,
            )
        }
    return {
        "grade": forms.ChoiceField(
            label="自评等次", choices=Grade.choices, required=False, widget=forms.RadioSelect
        )
    }


class AnswerForm(forms.Form):
    """One indicator. It may stay empty while drafting; what is there must be sound."""

    reason = forms.CharField(label="说明", max_length=200, required=False)
    evidence = forms.CharField(max_length=200, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        indicator: Indicator,
        checkup: Checkup,
        answer: Answer | None,
        suggestion: Suggestion | None,
    ) -> None:
        self.indicator, self.cycle, self.answer = indicator, checkup.cycle, answer
        self.least = indicator.target_for(checkup.organisation)
        self.suggestion = suggestion
        super().__init__(data, prefix=indicator.code, initial=self._initial())
        self.fields |= _value_fields(indicator.kind)
        if not indicator.red_line:
            self.fields["not_applicable"] = forms.BooleanField(label="本单位不适用", required=False)
        elif indicator.red_line_text:
            self.fields["red_line_hit"] = forms.TypedChoiceField(
                label=f"如未完成，是否属于红线情形：{indicator.red_line_text}",
                choices=[("True", "是"), ("False", "否")],
                coerce=_yes_no,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields["reason"].help_text = "不适用、更正预填数据时必须说明。"
        self.fields["evidence"].label = f"佐证（可不填）：{indicator.evidence_hint or '记录编号'}"
        order = [
            *_value_fields(indicator.kind),
            "red_line_hit",
            "not_applicable",
            "reason",
            "evidence",
        ]
        self.helper = bare_helper(*(_laid_out(name) for name in order if name in self.fields))

    def _initial(self) -> dict[str, Any]:
        if self.answer:
            names = (*VALUES, "red_line_hit", "reason", "evidence")
            known = {name: getattr(self.answer, name) for name in names}
            if self.answer.achieved is not False:
                known["red_line_hit"] = None
            return known
        initial: dict[str, Any] = {"target": self.least}
        if self.suggestion:
            initial |= self.suggestion.values
            if initial.get("achieved") is not False:
                initial.pop("red_line_hit", None)
        return initial

    @property
    def awaits_confirmation(self) -> bool:
        return self.answer is None and self.suggestion is not None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("not_applicable"):
            for name in ("achieved", "number", "target", "rate"):
                if name in data:
                    data[name] = None
            if "grade" in data:
                data["grade"] = ""
            if not data.get("reason"):
                self.add_error("reason", "选择“不适用”须写明原因。")
            return data
        self._check_target(data)
        self._check_red_line(data)
        if self.corrects(data) and not data.get("reason"):
            self.add_error("reason", "与系统预填数据不一致，请说明更正的原因。")
        return data

    def _check_target(self, data: dict[str, Any]) -> None:
        number, target = data.get("number"), data.get("target")
        if number is not None and target is None and "target" not in self.errors:
            self.add_error("target", "请填写目标数。")
        least = self.least
        if target is None or least is None or target >= least:
            return
        if not (self.indicator.vacation_tolerant and self.cycle.in_vacation):
            self.add_error("target", f"目标数不能低于标准要求的{least.normalize():f}。")
        elif not data.get("reason"):
            self.add_error("reason", "假期合并开展、目标数低于标准的，请说明情况。")

    def _check_red_line(self, data: dict[str, Any]) -> None:
        if not self.indicator.red_line:
            return
        failed = data.get("achieved") is False
        if not failed:
            data["red_line_hit"] = False
        elif not self.indicator.red_line_text:
            data["red_line_hit"] = True
        elif data.get("red_line_hit") is None and "red_line_hit" not in self.errors:
            self.add_error("red_line_hit", "未完成时，请选择是否属于红线情形。")

    def corrects(self, data: dict[str, Any]) -> bool:
        """Says otherwise than the system's own figures."""
        if self.suggestion is None or self._is_blank(data):
            return False
        known = {name: value for name, value in self.suggestion.values.items() if name != "reason"}
        return any(
            data.get(name) != value
            for name, value in known.items()
            if name != "red_line_hit" or value
        )

    @staticmethod
    def _is_blank(data: dict[str, Any]) -> bool:
        values = (data.get(name) for name in ("achieved", "number", "rate"))
        words = (data.get(name) for name in ("grade", "not_applicable", "evidence", "reason"))
        return all(value is None for value in values) and not any(words)

    def save(self, checkup: Checkup, factors: dict[str, str]) -> None:
        """Write this answer; an emptied one is no answer again."""
        data = self.cleaned_data
        if self._is_blank(data):
            Answer.objects.filter(checkup=checkup, indicator=self.indicator).delete()
            return
        answer = self.answer or Answer(checkup=checkup, indicator=self.indicator)
        for name in (*VALUES, "red_line_hit", "reason", "evidence"):
            blank: Any = "" if name in ("grade", "reason", "evidence") else None
            blank = False if name in ("not_applicable", "red_line_hit") else blank
            value = data.get(name, blank)
            setattr(answer, name, blank if value is None else value)
        ratio = (
            None
            if answer.not_applicable
            else scoring.ratio_of(self.indicator.kind, answer, factors)
        )
        answer.ratio = None if ratio is None else scoring.half_up(ratio * 100) / 100
        kept = self.suggestion is not None and not self.corrects(data)
        answer.prefilled_from = self.suggestion.source[:120] if kept and self.suggestion else ""
        answer.save()
