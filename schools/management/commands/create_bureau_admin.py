"""The first person of a new installation: bureau staff, who appoints everybody else."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from foundation import clock
from foundation.accounts.models import User
from foundation.accounts.services import give_one_time_password
from foundation.audit.services import record
from schools.models import Appointment, Role
from schools.services.organisations import ensure_trees


class Command(BaseCommand):
    help = (
        "Create a bureau account at the work committee and print its one-time password. Until a "
        "security administrator is appointed, bureau staff appoint the administrators too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input instead of making one",
        )

    @transaction.atomic
    def handle(self, *, username: str, name: str, password_stdin: bool, **options: Any) -> None:
        if User.objects.filter(username=username).exists():
            raise CommandError(f"用户名 {username} 已存在。")
        user = User(username=username, name=name)
        password = self._typed(user) if password_stdin else give_one_time_password(user)
        user.save()
        Appointment.objects.create(
            user=user, role=Role.BUREAU, organisation=ensure_trees(), since=clock.today()
        )
        record("bureau_admin_created", obj=user, operator=getpass.getuser())
        self.stdout.write(f"已建立局工作人员账号 {username}，首次登录须修改密码。")
        if not password_stdin:
            self.stdout.write(f"一次性密码：{password}")

    def _typed(self, user: User) -> str:
        password = sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.set_password(password)
        return password
