"""Forms about schools and Party organisations."""

import re
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.exceptions import ValidationError

from foundation.widgets import DayInput, bare_helper
from schools.importing.columns import UNIT_KINDS
from schools.models import (
    CommitteePost,
    OrganisationKind,
    PartyOrganisation,
    School,
    Tier,
)

K = OrganisationKind
BRANCH_KINDS = (K.BRANCH, K.JOINT_BRANCH)
TERM = ("term_starts_on", "term_ends_on")
MOST = 100_000


class _TermForm(forms.ModelForm):
    """What every organisation has: members and a term."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TERM:
            self.fields[name].widget = DayInput()
        for name in ("full_members", "probationary_members", "declared_branches"):
            if name in self.fields:
                self.fields[name].max_value = MOST  # type: ignore[attr-defined]
                self.fields[name].widget.attrs["max"] = MOST

    def clean_full_members(self) -> int:
        return _sane(self.cleaned_data["full_members"])

    def clean_probationary_members(self) -> int:
        return _sane(self.cleaned_data["probationary_members"])

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        siblings = PartyOrganisation.objects.filter(parent=self.instance.parent, name=name)
        taken = siblings.exclude(pk=self.instance.pk).first()
        if taken is not None:
            past = "（已撤销）" if taken.closed_on else ""
            raise ValidationError(f"同一上级党组织之下已有“{name}”{past}，请换一个名称。")
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = (data.get(name) for name in TERM)
        if starts and ends and ends <= starts:
            self.add_error("term_ends_on", "届满日期应晚于本届起始日期。")
        return data


class OrganisationForm(_TermForm):
    class Meta:
        model = PartyOrganisation
        fields = (
            "name",
            "kind",
            "secretary_name",
            "full_members",
            "probationary_members",
            "declared_branches",
            *TERM,
        )

    def __init__(self, *args: Any, may_rename: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = self.instance
        if organisation.tier != Tier.UNIT or organisation.kind not in UNIT_KINDS:
            del self.fields["kind"], self.fields["declared_branches"]
        else:
            self.fields["kind"].choices = [(k.value, k.label) for k in UNIT_KINDS]  # type: ignore[attr-defined]
        if not may_rename:
            for name in ("name", "kind"):
                if name in self.fields:
                    self.fields[name].disabled = True
                    self.fields[
                        name
                    ].help_text = "名称、类型由上级核定；如有变动请联系区（市）教育工委或局组织处。"
        names = [name for name in self.fields if name not in TERM]
        self.helper = bare_helper(Fieldset("基本情况", *names), Fieldset("任期", *TERM))


class BranchForm(_TermForm):
    """A branch beneath `parent`; a joint branch names the other schools."""

    joint = forms.CharField(
        label="联合单位",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="只有联合党支部填写：其他学校的名称或学校标识码，每行一个；限本板块学校。",
    )

    class Meta:
        model = PartyOrganisation
        fields = ("name", "kind", "secretary_name", "full_members", "probationary_members", *TERM)

    def __init__(self, *args: Any, parent: PartyOrganisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent = parent
        self.instance.parent = parent
        self.schools: list[School] = []
        self.fields["kind"].choices = [(k.value, k.label) for k in BRANCH_KINDS]  # type: ignore[attr-defined]
        names = ["name", "kind", "joint", "secretary_name", "full_members", "probationary_members"]
        if parent.school is None:  # The bureau's own offices.
            del self.fields["joint"], self.fields["kind"]
            names = [name for name in names if name in self.fields]
            self.instance.kind = K.BRANCH
        elif self.instance.pk:
            others = self.instance.joint_schools.exclude(pk=parent.school_id or 0)
            self.initial["joint"] = "\n".join(school.name for school in others)
        self.helper = bare_helper(Fieldset("支部", *names), Fieldset("任期", *TERM))

    def clean_joint(self) -> str:
        text: str = self.cleaned_data["joint"]
        words = [word.strip() for word in re.split(r"[\n、，,；;]", text) if word.strip()]
        self.schools = []
        for word in dict.fromkeys(words):
            self.schools.append(self._school(word))
        return text

    def _school(self, word: str) -> School:
        schools = School.objects.filter(area=self.parent.area_id).exclude(
            pk=self.parent.school_id or 0
        )
        exact = schools.filter(code=word).first() or schools.filter(name=word).first()
        found = [exact] if exact else list(schools.filter(name__icontains=word)[:4])
        if not found:
            raise ValidationError(f"本板块没有叫“{word}”的其他学校。请填全称或 10 位学校标识码。")
        if len(found) > 1:
            names = "、".join(school.name for school in found[:3])
            raise ValidationError(f"“{word}”可能是：{names}等。请填全称。")
        return found[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "joint" not in self.fields or "joint" in self.errors:
            return data
        if data.get("kind") == K.JOINT_BRANCH and not self.schools:
            self.add_error("joint", "联合党支部至少要写一个其他学校。")
        if data.get("kind") == K.BRANCH and self.schools:
            self.add_error(
                "joint", "只有联合党支部可以填写联合单位；请把类型改为联合党支部，或清空此栏。"
            )
        return data

    @property
    def joint_schools(self) -> list[School]:
        """The school it hangs under and the others; none for a plain branch."""
        return [self.parent.school, *self.schools] if self.schools and self.parent.school else []


class _PostFormSet(forms.BaseInlineFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["post"].choices = [("", "请选择"), *CommitteePost.Post.choices]

    def clean(self) -> None:
        super().clean()
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if sum(one.get("post") == CommitteePost.Post.SECRETARY for one in kept) > 1:
            raise ValidationError("书记只能有一名。")


PostFormSet = forms.inlineformset_factory(
    PartyOrganisation,
    CommitteePost,
    formset=_PostFormSet,
    fields=("post", "name", "since"),
    widgets={"since": DayInput()},
    extra=2,
    max_num=15,
    can_delete=True,
)


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        PartyOrganisation.objects.none(), label="并入哪个支部", empty_label="请选择"
    )
    note = forms.CharField(
        label="合并原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, branch: PartyOrganisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siblings = PartyOrganisation.objects.live().filter(
            parent=branch.parent_id, tier=Tier.BRANCH
        )
        self.fields["into"].queryset = siblings.exclude(pk=branch.pk)  # type: ignore[attr-defined]
        self.helper = bare_helper()


class CloseForm(forms.Form):
    note = forms.CharField(
        label="撤销原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


def _sane(number: int) -> int:
    if number > MOST:
        raise ValidationError(f"人数过大，最多 {MOST}。")
    return number
