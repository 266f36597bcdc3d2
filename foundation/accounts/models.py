"""A user is a person."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from foundation import clock


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, name: str, password: str | None = None, **extra: Any
    ) -> "User":
        """A person with an account. Without a password none works until one is issued."""
        user = self.model(username=self.model.normalize_username(username), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person, one account (F-B 13). Rights come from `schools.Appointment` alone.

    A school secretary's `username` is the school code.
    """

    username = models.CharField("用户名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    email = models.EmailField("电子邮箱", blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须修改密码", default=True)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    privacy_accepted_at = models.DateTimeField("同意隐私说明时间", null=True, blank=True)
    # Opens the person's calendar feed without a session; null until asked for, renewable.
    calendar_key = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001
    # The demo's people share one printed password: outside the demo nobody signs in as them.
    is_demo = models.BooleanField(default=False, editable=False)
    # Of the newest sign-in, while an account may have one session only; the session holds the same.
    sign_in_mark = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.wall_now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ("username",)

    def __str__(self) -> str:
        return f"{self.name}（{self.username}）"


class PasswordRecord(models.Model):
    """A password hash that was in use: the last five may not return."""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=128)
    created_at = models.DateTimeField(default=clock.wall_now)

    class Meta:
        ordering = ("-created_at", "-pk")


class SignInFailure(models.Model):
    """One wrong password, kept for a day: what the lock-out counts. The name may be nobody's."""

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=45, blank=True)
    at = models.DateTimeField(default=clock.wall_now, db_index=True)

    class Meta:
        ordering = ("-at",)
        indexes = [
            models.Index(fields=["username", "at"], name="accounts_fail_username"),
            models.Index(fields=["address", "at"], name="accounts_fail_address"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.address} {self.at:%Y-%m-%d %H:%M:%S}"
