"""Accounts and appointments: each change is checked, locked and recorded."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from foundation import clock
from foundation.accounts import lockout
from foundation.accounts.models import User
from foundation.accounts.services import give_one_time_password
from foundation.audit.services import record
from foundation.notifications.services import Letter, tell, tell_each
from foundation.verdict import Conflict
from schools.appointing import (
    can_appoint,
    can_end,
    can_manage,
    manages_people,
    objection,
    secretary_beside,
)
from schools.models import Appointment, PartyOrganisation, Role
from schools.recipients import everybody


@transaction.atomic
def create_person(
    *, by: Any, username: str, name: str, email: str = "", phone: str = ""
) -> tuple[User, str]:
    """The person and the one-time password, which is shown once and kept nowhere."""
    verdict = manages_people(by)
    verdict.require()
    user = User(username=username, name=name, email=email, phone=phone)
    password = give_one_time_password(user)
    save_new(user)
    record("person_created", by=by, via=verdict.via, obj=user)
    return user, password


def save_new(user: User) -> None:
    """Two who create the same user name at once: the second is told, not shown a fault."""
    try:
        user.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(f"用户名 {user.username} 刚刚被使用，请换一个。") from error


def _lock_organisations(keys: Iterable[int]) -> None:
    """Before the person, as `appoint` does: of two at once, the second sees the first."""
    rows = PartyOrganisation.objects.select_for_update(of=("self",)).filter(pk__in=list(keys))
    list(rows.order_by("pk").values_list("pk"))


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


@transaction.atomic
def change_person(person: User, values: dict[str, str], *, by: Any) -> None:
    """Write these columns; the record keeps before and after of the name, not of the contacts."""
    verdict = can_manage(by, person)
    verdict.require()
    current = _locked(person)
    changed = [column for column, value in values.items() if getattr(current, column) != value]
    if not changed:
        return
    before = current.name
    for column in changed:
        setattr(current, column, values[column])
    current.save(update_fields=changed)
    detail = {"fields": changed}
    if "name" in changed:
        detail["name"] = [before, current.name]
    record("person_changed", by=by, via=verdict.via, obj=current, change=detail)


@transaction.atomic
def set_active(person: User, active: bool, *, by: Any) -> None:
    """Open or close the account; a closed one is signed out with its next request.

    Who was closed did not stand in the way of a new secretary: opened, there would be two.
    """
    verdict = can_manage(by, person)
    verdict.require()
    posts = list(person.appointments.unended().filter(role=Role.SECRETARY))
    _lock_organisations(post.organisation_id for post in posts)
    current = _locked(person)
    if current.is_active == active:
        raise Conflict("账号已经启用。" if active else "账号已经停用。")
    for post in posts if active else ():
        if holder := secretary_beside(post.organisation, post.since, post.until, but=current):
            raise Conflict(
                f"{post.organisation.short}的书记现在是{holder.name}。"
                f"请先结束{current.name}的书记任职，再启用账号。"
            )
    current.is_active = active
    current.save(update_fields=["is_active"])
    action = "person_enabled" if active else "person_disabled"
    record(action, by=by, via=verdict.via, obj=current)


@transaction.atomic
def reset_password(person: User, *, by: Any) -> str:
    """A new one-time password, and every session of the old one ends. The person is told."""
    verdict = can_manage(by, person)
    verdict.require()
    current = _locked(person)
    if not current.is_active:
        raise Conflict("账号已停用，请先启用再重设密码。")
    password = give_one_time_password(current)
    lockout.unlock(current.username)
    text = f"您的登录密码已由{by.name}重设。如非您本人要求，请立即联系管理员。"
    key = f"password-reset:{current.pk}:{clock.wall_now().timestamp():.0f}"
    tell([Letter(current.pk, key, "登录密码已重设", text)])
    record("password_reset", by=by, via=verdict.via, obj=current)
    return password


@transaction.atomic
def unlock(person: User, *, by: Any) -> None:
    verdict = can_manage(by, person)
    verdict.require()
    if not lockout.has_failures(person.username):
        raise Conflict("该账号没有登录失败记录，不需要解锁。")
    lockout.unlock(person.username)
    record("person_unlocked", by=by, via=verdict.via, obj=person)


@transaction.atomic
def appoint(
    person: User,
    *,
    by: Any,
    role: str,
    organisation: PartyOrganisation,
    since: date,
    until: date | None = None,
) -> Appointment:
    """Locks the organisation, then the person: of two at once, the second sees the first."""
    organisation = PartyOrganisation.objects.select_for_update().get(pk=organisation.pk)
    current = _locked(person)
    verdict = can_appoint(by, current, role)
    verdict.require()
    reason = objection(current, role, organisation, since, until)
    if reason:
        raise Conflict(reason)
    appointment = Appointment(
        user=current, role=role, organisation=organisation, since=since, until=until
    )
    appointment.full_clean()
    appointment.save()
    _record_appointment("appointed", appointment, by=by, via=verdict.via)
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, *, by: Any, until: date | None = None) -> None:
    """`until` is its last day; yesterday ends it at once. One that has not begun is withdrawn.

    Never a later day than it has: that would be an appointment nobody has checked.
    """
    rows = Appointment.objects.select_for_update(of=("self",))
    current = rows.select_related("organisation__school", "user").get(pk=appointment.pk)
    verdict = can_end(by, current)
    verdict.require()
    if current.since > clock.today():
        _record_appointment("appointment_withdrawn", current, by=by, via=verdict.via)
        current.delete()
        return
    last = until or clock.today()
    if current.until is not None and last > current.until:
        raise Conflict(f"任职到 {current.until} 为止，不能在这里延长。需要延长的，请另行任职。")
    current.until = last
    current.save(update_fields=["until"])
    _record_appointment("appointment_ended", current, by=by, via=verdict.via)


def _record_appointment(action: str, appointment: Appointment, *, by: Any, via: Any) -> None:
    record(
        action,
        by=by,
        via=via,
        obj=appointment,
        name=f"{appointment.user.name}：{appointment}",
        user=appointment.user_id,
        role=appointment.role,
        organisation=appointment.organisation_id,
        since=appointment.since,
        until=appointment.until,
    )


def tell_daily_limit(user: User) -> None:
    """An account was tried too often today: those who keep the system hear of it, once a day."""
    keepers = everybody(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN) or everybody(Role.BUREAU)
    day = f"{clock.wall_now():%Y%m%d}"
    text = f"账号 {user} 一天内登录失败达到 {lockout.DAILY_LIMIT} 次，已暂停登录 15 分钟。请与本人核实。"
    tell_each(keepers, f"sign-in-limit:{user.pk}:{day}", "账号登录失败次数过多", text)
