"""Accounts for all secretaries who have none: one workbook of one-time passwords, shown once."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from foundation import clock
from foundation.accounts.models import User
from foundation.accounts.services import give_one_time_password
from foundation.audit.services import record
from foundation.spreadsheets import Column, Sheet, write_workbook
from foundation.verdict import Verdict, allowed, denied
from schools.models import Appointment, PartyOrganisation, Role
from schools.rights import rights_of
from schools.services.people import save_new

BATCH = 200  # A password takes some 25 ms to hash: more would outlast the patience of a proxy.


@dataclass(frozen=True, slots=True)
class Waiting:
    """`ready` may get an account now; `blocked` says why the rest may not."""

    ready: list[PartyOrganisation]
    blocked: list[tuple[PartyOrganisation, str]]


def can_issue(user: Any) -> Verdict:
    holding = rights_of(user).having(Role.BUREAU, Role.SECURITY_ADMIN)
    return (
        allowed(holding[0]) if holding else denied("只有局工作人员和安全管理员可以签发书记账号。")
    )


def _without_secretary() -> QuerySet[PartyOrganisation]:
    """Live school organisations with nobody in office, now or later."""
    holding = Appointment.objects.unended().filter(role=Role.SECRETARY, user__is_active=True)
    units = PartyOrganisation.objects.live().units().select_related("school", "area")
    return units.exclude(pk__in=holding.values("organisation_id"))


def waiting() -> Waiting:
    ready, blocked = [], []
    organisations = list(_without_secretary())
    codes = [one.school.code for one in organisations if one.school]
    taken = set(User.objects.filter(username__in=codes).values_list("username", flat=True))
    for organisation in organisations:
        reason = _obstacle(organisation, taken)
        if reason:
            blocked.append((organisation, reason))
        else:
            ready.append(organisation)
    return Waiting(ready, blocked)


def _obstacle(organisation: PartyOrganisation, taken: set[str]) -> str:
    if organisation.school is None:
        return "没有学校标识码，请逐个新建账号。"
    if not organisation.secretary_name:
        return "没有登记书记姓名。"
    if organisation.school.code in taken:
        return "用户名（学校标识码）已被使用，请在人员中办理任职。"
    return ""


def never_signed_in() -> QuerySet[Appointment]:
    """Secretaries whose issued password was never used: their list may have been lost."""
    unused = Appointment.objects.holders(Role.SECRETARY).filter(
        user__last_login=None, user__must_change_password=True
    )
    return unused.select_related("user", "organisation__school", "organisation__area")


@transaction.atomic
def issue(*, by: Any, again: bool = False) -> bytes:
    """The workbook. The root row is locked: two who press at once do not share the schools."""
    verdict = can_issue(by)
    verdict.require()
    list(PartyOrganisation.objects.select_for_update().filter(parent=None))
    given = _reissue() if again else _issue()
    record(
        "one_time_passwords",
        by=by,
        via=verdict.via,
        count=len(given),
        again=again,
        usernames=[user.username for user, _, _ in given],
    )
    return _workbook(given, [] if again else waiting().blocked)


Given = list[tuple[User, PartyOrganisation, str]]


def _issue() -> Given:
    given: Given = []
    today = clock.today()
    for organisation in waiting().ready[:BATCH]:
        assert organisation.school is not None
        user = User(username=organisation.school.code, name=organisation.secretary_name)
        password = give_one_time_password(user)
        save_new(user)
        Appointment.objects.create(
            user=user, role=Role.SECRETARY, organisation=organisation, since=today
        )
        given.append((user, organisation, password))
    return given


def _reissue() -> Given:
    return [
        (one.user, one.organisation, give_one_time_password(one.user))
        for one in never_signed_in()[:BATCH]
    ]


def _workbook(given: Given, blocked: list[tuple[PartyOrganisation, str]]) -> bytes:
    sheets = [
        Sheet(
            name="一次性密码",
            title="党组织书记账号与一次性密码",
            notes=[
                "内部资料，请分别交本人。首次登录须修改密码。本表只生成这一次，系统不保存密码。"
            ],
            columns=[
                Column("板块", 14),
                Column("学校", 30),
                Column("书记", 12),
                Column("用户名", 16),
                Column("一次性密码", 20),
            ],
            rows=[
                (
                    organisation.area.name if organisation.area else "",
                    organisation.short,
                    user.name,
                    user.username,
                    password,
                )
                for user, organisation, password in given
            ],
        )
    ]
    if blocked:
        sheets.append(
            Sheet(
                name="未签发",
                columns=[Column("党组织", 40), Column("原因", 50)],
                rows=[(organisation.name, reason) for organisation, reason in blocked],
            )
        )
    return write_workbook(sheets)
