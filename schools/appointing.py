"""Who may manage whose account, and who may appoint whom as what (design.md 4; F-B 18)."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from foundation.accounts.models import User
from foundation.verdict import Verdict, allowed, denied, not_now
from schools.models import Appointment, PartyOrganisation, Role, Tier
from schools.rights import rights_of

ADMIN_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
BUSINESS_ROLES = tuple(role for role in Role if role not in ADMIN_ROLES)
# Nobody holds two of a row at the same time: the three administrators watch each other, and who
# keeps the machine does not score.
EXCLUSIVE = (frozenset(ADMIN_ROLES), frozenset({Role.SYSTEM_ADMIN, Role.REVIEWER}))
_CITY, _UNITS = frozenset({Tier.CITY}), frozenset({Tier.UNIT, Tier.BRANCH})
TIERS = {
    Role.SECRETARY: _UNITS,
    Role.STAFF: _UNITS,
    Role.DISTRICT: frozenset({Tier.AREA}),
    Role.REVIEWER: frozenset(Tier),
}


def visible_people(user: Any) -> QuerySet[User]:
    """Everyone for those who manage people, nobody for the rest."""
    return User.objects.all() if rights_of(user).manages_people else User.objects.none()


def with_live_appointments(people: QuerySet[User]) -> QuerySet[User]:
    """Each with `live_appointments`, in one further query for all."""
    live = Appointment.objects.live().select_related("organisation__school")
    return people.prefetch_related(Prefetch("appointments", live, to_attr="live_appointments"))


def tiers_of(role: str) -> frozenset[Tier]:
    """At which tiers of the Party tree someone may be appointed to `role`."""
    return TIERS.get(Role(role), _CITY)


def manages_people(user: Any) -> Verdict:
    holding = rights_of(user).having(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.BUREAU)
    return allowed(holding[0]) if holding else denied("只有局工作人员和管理员可以管理人员。")


def keeps_security(user: Any) -> Verdict:
    """The security administrator; until there is one, the bureau stands in."""
    rights = rights_of(user)
    holding = rights.having(Role.SECURITY_ADMIN)
    if not holding and not _has_security_admin():
        holding = rights.having(Role.BUREAU)
    return allowed(holding[0]) if holding else denied("管理员的账号和任职由安全管理员办理。")


def _has_security_admin() -> bool:
    return Appointment.objects.holders(Role.SECURITY_ADMIN).exists()


def can_manage(user: Any, person: User) -> Verdict:
    """Edit, disable, unlock, reset: an administrator's account only by the security keeper.

    Otherwise whoever resets a password could borrow the rights he may not give.
    """
    verdict = manages_people(user)
    if not verdict:
        return verdict
    if user.pk == person.pk:
        return denied("不能在这里管理自己的账号，请到“个人信息与密码”办理。")
    if person.appointments.unended().filter(role__in=ADMIN_ROLES).exists():
        return keeps_security(user)
    return verdict


def roles_open_to(user: Any) -> tuple[Role, ...]:
    """The roles this person may give."""
    rights = rights_of(user)
    roles: tuple[Role, ...] = ()
    if rights.has(Role.BUREAU, Role.SECURITY_ADMIN):
        roles += BUSINESS_ROLES
    return roles + ADMIN_ROLES if keeps_security(user) else roles


def can_appoint(user: Any, person: User, role: str | None = None) -> Verdict:
    """May `user` give `person` this role (or any, without `role`)?"""
    if user.pk == person.pk:
        return denied("不能给自己任职，请由其他人员办理。")
    roles = roles_open_to(user)
    if not roles:
        return denied("只有局工作人员和安全管理员可以办理任职。")
    if role in ADMIN_ROLES and role not in roles:
        return denied("管理员的账号和任职由安全管理员办理。")
    holding = rights_of(user).having(Role.SECURITY_ADMIN, Role.BUREAU)
    return allowed(holding[0])


def can_appoint_now(user: Any, person: User) -> Verdict:
    verdict = can_appoint(user, person)
    if verdict and not person.is_active:
        return not_now("账号已停用，请先启用再任职。")
    return verdict


def can_end(user: Any, appointment: Appointment) -> Verdict:
    verdict = can_appoint(user, appointment.user, appointment.role)
    if verdict and appointment.has_ended:
        return not_now("这项任职已经结束。")
    return verdict


def objection(
    person: User, role: str, organisation: PartyOrganisation, since: Any, until: Any
) -> str:
    """Why this appointment cannot stand beside those there are; empty: it can."""
    if organisation.closed_on:
        return "该党组织已撤销，不能任职。"
    if organisation.tier not in tiers_of(role):
        tiers = "、".join(tier.label for tier in Tier if tier in tiers_of(role))
        return f"“{Role(role).label}”应任职于{tiers}党组织。"
    others = Appointment.objects.overlapping(since, until)
    own = others.filter(user=person)
    if own.filter(role=role, organisation=organisation).exists():
        return "这一时段已有相同的任职。"
    for group in EXCLUSIVE:
        if role in group and own.filter(role__in=group - {role}).exists():
            labels = "、".join(one.label for one in Role if one in group)
            return f"同一人不得同时担任{labels}中的两项。"
    if role == Role.SECRETARY and (holder := secretary_beside(organisation, since, until)):
        return f"该党组织这一时段的书记是{holder.name}，请先结束其任职。"
    return ""


def secretary_beside(
    organisation: PartyOrganisation, since: Any, until: Any, but: User | None = None
) -> User | None:
    """Who is its secretary on one of these days: there is one at a time."""
    there = Appointment.objects.overlapping(since, until).filter(
        role=Role.SECRETARY, organisation=organisation, user__is_active=True
    )
    holder = there.exclude(user=but).select_related("user").first()
    return holder.user if holder else None
