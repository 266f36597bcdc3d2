"""What the bureau fills in while it makes a rubric."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from foundation.widgets import bare_helper
from reviews.models import Criterion, Rubric
from reviews.opening import FULL_MARKS
from reviews.scoring import LEAST_COMMENT

MOST_TIES = 9


class RubricForm(forms.ModelForm):
    class Meta:
        model = Rubric
        fields = ("title", "halves", "comment_required")
        help_texts = {
            "title": "如“支部书记领航项目评审”。",
            "halves": "不勾选的，专家只能打整数分。",
            "comment_required": f"每份评分都写评语，不少于{LEAST_COMMENT}字。"
            "不勾选的，只在总分低于60分时必须写。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper(*self.fields)


class CriterionForm(forms.ModelForm):
    class Meta:
        model = Criterion
        fields = ("title", "weight", "excellent", "good", "fair", "poor", "optional", "tie_order")
        help_texts = {
            "weight": f"最高可得的分数；各项指标合计须为{FULL_MARKS}分。",
            "excellent": "写明什么样的可以得到该项分值的90%以上。",
            "good": "选填，75%至89%。",
            "fair": "选填，60%至74%。",
            "poor": "选填，60%以下。",
            "optional": "勾选后，专家认为某个项目不涉及这一项的，可以选“不适用”：不计0分，"
            "其余各项得分按比例折算成满分。",
            "tie_order": "总分相同时先比哪一项：填1的最先，填2的其次；不参加比较的留空。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"].widget.attrs |= {"min": 1, "max": FULL_MARKS}
        self.fields["tie_order"].widget.attrs |= {"min": 1, "max": MOST_TIES}
        self.helper = bare_helper(*self.fields)

    def clean_weight(self) -> int:
        weight: int = self.cleaned_data["weight"]
        if not 1 <= weight <= FULL_MARKS:
            raise ValidationError(f"分值应为1至{FULL_MARKS}。")
        return weight

    def clean_tie_order(self) -> int | None:
        order: int | None = self.cleaned_data["tie_order"]
        if order is None:
            return None
        if not 1 <= order <= MOST_TIES:
            raise ValidationError(f"请填写1至{MOST_TIES}，或留空。")
        others = self.instance.rubric.criteria.exclude(pk=self.instance.pk)
        if other := others.filter(tie_order=order).first():
            raise ValidationError(f"“{other.title}”已是第{order}个比较的指标。")
        return order
