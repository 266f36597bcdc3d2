"""Password rules (domain.md F-B 14). The list of common ones is Django's own validator."""

import re
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

from foundation.accounts.models import PasswordRecord

CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")
HISTORY = 5
LONG = 64


def _lines(name: str) -> frozenset[str]:
    return frozenset(Path(__file__).with_name(name).read_text().split())


# Popular here and absent from the usual lists, in lower case.
WEAK = _lines("weak_passwords.txt")
# A place, office or party word with nothing but figures and marks around it: Suzhou@2026.
LOCAL_WORDS = _lines("local_words.txt")
_LOCAL = re.compile(rf"(?:{'|'.join(sorted(LOCAL_WORDS, key=len, reverse=True))})+")
_LOOKALIKES = str.maketrans("@$!013457", "asioieast")
_RUNS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class LengthValidator(MinimumLengthValidator):
    """Django's own, whose sentence has no Chinese translation."""

    def get_error_message(self) -> str:
        return f"密码太短，至少须有 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        return f"密码至少须有 {self.min_length} 个字符。"


class CharacterClassesValidator:
    """At least three of: lower case, upper case, figures, others."""

    def validate(self, password: str, user: Any = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return "密码须包含大写字母、小写字母、数字、符号中的至少三种。"


class PersonalFactsValidator:
    """Neither user name, name (in characters or pinyin) nor phone may stand in it."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None:
            return
        lowered = password.lower()
        facts = [
            str(getattr(user, "username", "")),
            str(getattr(user, "name", "")),
            str(getattr(user, "email", "")).partition("@")[0],
            re.sub(r"\D", "", str(getattr(user, "phone", ""))),
            re.sub(r"\D", "", str(getattr(user, "phone", "")))[-8:],
        ]
        for fact in facts:
            if len(fact) >= (2 if not fact.isascii() else 4) and fact.lower() in lowered:
                raise ValidationError(self.get_help_text(), code="password_personal")

    def get_help_text(self) -> str:
        return "密码不能包含用户名、姓名、邮箱名或电话号码。"


class LocalListValidator:
    """What people here choose when they must choose: Aa123456, Suzhou@2026, qwe123!@#."""

    def validate(self, password: str, user: Any = None) -> None:
        lowered = password.lower()
        if lowered in WEAK or _is_word_and_year(lowered) or _is_run(lowered):
            raise ValidationError(
                "密码过于常见，容易被猜到，请换一个（不要用地名、单位名加年份或键盘顺序）。",
                code="password_local",
            )

    def get_help_text(self) -> str:
        return "密码不能是“地名或单位名加年份”、键盘顺序等常见弱口令。"


class HistoryValidator:
    """Not the password in use, nor one of the last five."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or not user.pk:
            return
        records = PasswordRecord.objects.filter(user=user)[:HISTORY]
        hashes = {user.password, *(kept.password for kept in records)}
        if any(check_password(password, hashed) for hashed in hashes):
            raise ValidationError(self.get_help_text(), code="password_reused")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Called by Django after the user is saved with a new password."""
        if user is None or not user.pk:
            return
        PasswordRecord.objects.create(user=user, password=user.password)
        kept = PasswordRecord.objects.filter(user=user).values_list("pk", flat=True)[:HISTORY]
        PasswordRecord.objects.filter(user=user).exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        return f"新密码不能与最近 {HISTORY} 次用过的密码相同。"


def _is_word_and_year(lowered: str) -> bool:
    """Only local words are left once figures and marks go, read plainly or with look-alikes."""
    if len(lowered) > LONG:
        return False  # Also keeps the search short: some words are made of others.
    plain = re.sub(r"[\W\d_]", "", lowered)
    spelt = re.sub(r"[\W\d_]", "", lowered.translate(_LOOKALIKES))
    return any(len(word) > 1 and _LOCAL.fullmatch(word) for word in (plain, spelt))


def _is_run(lowered: str) -> bool:
    """Nothing but a few keyboard runs or characters repeated, whatever marks stand between."""
    parts = re.findall(r"[a-z]+|\d+", lowered)
    rest = "".join(parts)
    return (
        len(rest) >= 6
        and len(parts) <= 4
        and all(
            len(set(part)) == 1 or any(part in run or part in run[::-1] for run in _RUNS)
            for part in parts
        )
    )
