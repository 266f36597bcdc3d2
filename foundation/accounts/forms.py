"""Signing in and one's own data."""

import re
from typing import Any, cast

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

from foundation.accounts.models import User
from foundation.widgets import bare_helper

LONGEST_NAME = 150  # characters, as in SignInFailure
PHONE = re.compile(r"(?:\+?86[- ]?)?(?:1\d{10}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|\d{7,8})")


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或密码不正确。连续输错 5 次将暂停登录 15 分钟。",
        "inactive": "用户名或密码不正确。连续输错 5 次将暂停登录 15 分钟。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django limits the input of the page only; the record of a failure has no room for more.
        self.fields["username"].validators.append(MaxLengthValidator(LONGEST_NAME))
        self.fields["username"].label = "用户名"
        self.fields["username"].help_text = "学校书记的用户名为学校标识码。"
        self.fields["password"].label = "密码"
        self.helper = bare_helper()


class OwnPasswordForm(PasswordChangeForm):
    """The rules are the validators' (AUTH_PASSWORD_VALIDATORS)."""

    user: User

    error_messages = {
        "password_mismatch": "两次输入的新密码不一致。",
    }

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(cast(User, request.user), data)
        self.request = request
        self.old_name = "一次性密码" if self.user.must_change_password else "原密码"
        self.fields["old_password"].label = self.old_name
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password1"].help_text = ""  # The page lists the rules.
        self.fields["new_password2"].label = "再次输入新密码"
        self.fields["new_password2"].help_text = ""
        self.helper = bare_helper()

    def clean_old_password(self) -> str:
        """Asked at the door of signing in, whose lock-out so counts this guess too."""
        typed = str(self.cleaned_data["old_password"])
        username = self.user.get_username()
        if authenticate(self.request, username=username, password=typed) is None:
            raise forms.ValidationError(f"{self.old_name}不正确。")
        return typed

    @property
    def password(self) -> str:
        return str(self.cleaned_data["new_password1"])


class PrivacyForm(forms.Form):
    accepted = forms.BooleanField(
        label="我已阅读并同意上述个人信息处理说明",
        error_messages={"required": "请先勾选同意，再继续。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class PhoneField(forms.CharField):
    """A mobile or a land line, as people write them."""

    def clean(self, value: Any) -> str:
        phone = str(super().clean(value)).replace(" ", "").replace("－", "-")
        if phone and not PHONE.fullmatch(phone):
            raise forms.ValidationError("请填写手机号或带区号的座机号，如 0512-00000000。")
        return phone


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """What a person may change about himself. The name is the office's to write."""

    phone = PhoneField(label="联系电话", max_length=20, required=False)

    class Meta:
        model = User
        fields = ("email", "phone")
        help_texts = {"email": "用于接收办理提醒。不填写时只在站内收到消息。"}
        error_messages = {"email": {"invalid": "请填写完整的邮箱地址，如 name@example.com。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class EmailForm(ContactForm):
    """Asked once after the privacy notice; may be put off."""

    phone = None  # type: ignore[assignment]

    class Meta(ContactForm.Meta):
        fields = ("email",)  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].error_messages["required"] = (
            "请填写邮箱；暂时不填请点“暂不填写，先用站内通知”。"
        )
