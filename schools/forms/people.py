"""What is typed about people and their appointments."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from foundation import clock
from foundation.accounts.forms import PhoneField
from foundation.accounts.models import User
from foundation.widgets import DayInput, FilterSelect, bare_helper
from schools.appointing import objection, roles_open_to
from schools.models import Appointment, PartyOrganisation, Role

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}")


def date_field(label: str, **options: Any) -> forms.DateField:
    widget = DayInput()
    return forms.DateField(label=label, widget=widget, **options)


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label="姓名、用户名或党组织", required=False, max_length=40)
    role = forms.ChoiceField(
        label="角色", required=False, choices=[("", "全部"), *Role.choices], widget=FilterSelect
    )
    state = forms.ChoiceField(
        label="账号",
        required=False,
        choices=[("", "全部"), ("active", "启用"), ("disabled", "停用"), ("none", "无任职")],
        widget=FilterSelect,
    )

    def apply(self, people: QuerySet[User]) -> QuerySet[User]:
        """Narrow by what is filled in; a filter that is not understood narrows nothing."""
        self.is_valid()
        live = Appointment.objects.live()
        if role := self.cleaned_data.get("role"):
            people = people.filter(pk__in=live.filter(role=role).values("user_id"))
        if q := self.cleaned_data.get("q"):
            there = Q(organisation__search_text__contains=q.lower())
            there |= Q(organisation__name__icontains=q)
            holding = live.filter(there).values("user_id")
            people = people.filter(
                Q(name__icontains=q) | Q(username__icontains=q) | Q(pk__in=holding)
            )
        match self.cleaned_data.get("state"):
            case "active":
                people = people.filter(is_active=True)
            case "disabled":
                people = people.filter(is_active=False)
            case "none":
                people = people.exclude(pk__in=live.values("user_id"))
        return people


class PersonForm(forms.ModelForm):
    """What the office keeps about a person; contacts are the person's own to complete."""

    phone = PhoneField(label="联系电话", max_length=20, required=False)

    class Meta:
        model = User
        fields = ("name", "email", "phone")
        error_messages = {"email": {"invalid": "请填写完整的邮箱地址，如 name@example.com。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class NewPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = ("username", "name", "email", "phone")  # type: ignore[assignment]
        help_texts = {"username": "学校书记请用学校标识码，其他人员用姓名拼音。建立后不能修改。"}
        error_messages = {
            **PersonForm.Meta.error_messages,
            "username": {"unique": "这个用户名已被使用。"},
        }

    def clean_username(self) -> str:
        username = self.cleaned_data["username"]
        if not USERNAME.fullmatch(username):
            raise forms.ValidationError(
                "用户名须为 3 至 40 个字母、数字或 . _ -，以字母或数字开头。"
            )
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("这个用户名已被使用。")
        return username


class OrganisationField(forms.CharField):
    """Typed or picked from the list beside it: a name, a school's name or its code."""

    def clean(self, value: Any) -> PartyOrganisation:  # type: ignore[override]
        text = super().clean(value)
        named = Q(name=text) | Q(school__name=text) | Q(school__code=text)
        found = list(PartyOrganisation.objects.live().filter(named).order_by("path")[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError("有多个同名的党组织，请改填学校标识码。")
        raise forms.ValidationError("没有找到这个党组织，请从列表中选择，或填写学校标识码。")


class AppointmentForm(forms.Form):
    role = forms.ChoiceField(label="角色")
    organisation = OrganisationField(
        label="党组织",
        max_length=100,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
        help_text="输入几个字后从列表中选择，也可填写学校名称或学校标识码。",
    )
    since = date_field("任职起")
    until = date_field("任职止", required=False, help_text="不填表示至另行通知；当日仍有效。")

    def __init__(self, *args: Any, by: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((role.value, role.label) for role in roles_open_to(by)),
        ]
        self.fields["since"].initial = clock.today()
        self.helper = bare_helper()

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", "任职止不能早于任职起。")
        elif since and values.get("role") and values.get("organisation"):
            reason = objection(self.person, values["role"], values["organisation"], since, until)
            if reason:
                raise forms.ValidationError(reason)
        return values


class EndForm(forms.Form):
    until = date_field("最后任职日", help_text="当日仍有效；选昨天则立即失效。")

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment = appointment
        today, last = clock.today(), appointment.until
        self.fields["until"].initial = min(today, last) if last else today
        if appointment.since > clock.today():
            del self.fields["until"]  # Not begun: it is withdrawn, there is no last day.
        self.helper = bare_helper()

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until < self.appointment.since:
            raise forms.ValidationError("最后任职日不能早于任职起。")
        if until < clock.today() - timedelta(days=1):
            raise forms.ValidationError("最后任职日不能早于昨天：已发生的办理须有据可查。")
        last = self.appointment.until
        if last is not None and until > last:
            raise forms.ValidationError(f"任职到 {last} 为止，不能在这里延长，请另行任职。")
        return until
