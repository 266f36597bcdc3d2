"""Whether an organisation or its secretary may apply once more: asked at the start and at submission."""

from typing import Any

from django.db.models import Q, QuerySet

from brands.models import Applicant, Batch, Honour, Project, ProjectStatus
from brands.models.project import UNLED
from schools.models import Appointment, PartyOrganisation, Role, Tier

# A batch names at city level.
SAME_OR_HIGHER = (Honour.Level.PROVINCE, Honour.Level.CITY)


def already_named(organisation: PartyOrganisation, batch: Batch, person: str = "") -> list[Honour]:
    """What this organisation, or this person of it, holds in the batch's programme, in force."""
    held = Q(
        project__organisation=organisation,
        project__person=person,
        project__batch__programme=batch.programme_id,
    )
    return list(Honour.objects.in_force().filter(held | _earlier(organisation, batch, person)))


def _earlier(organisation: PartyOrganisation, batch: Batch, person: str) -> Q:
    """Named before there was a system; of a school by whatever organisation it had then."""
    own = Q(organisation=organisation)
    if organisation.tier == Tier.UNIT and organisation.school_id:
        own |= Q(school=organisation.school_id)
    earlier = Q(project=None, programme=batch.programme_id) & own
    return earlier & Q(brand_name=person) if batch.is_of_persons else earlier


def bar(organisation: PartyOrganisation, batch: Batch, person: str = "") -> str:
    """Why it may not apply once more, or nothing. A lower level is no bar: that is the way up."""
    if organisation.closed_on:
        return "该党组织已撤销，不能申报。"
    if not batch.reaches(organisation):
        return f"本批次只面向{batch.under}所属的党组织。"
    for honour in already_named(organisation, batch, person):
        if honour.level in SAME_OR_HIGHER:
            named = person or f"《{honour.brand_name}》"
            return (
                f"本单位的{named}已于 {honour.year} 年获{honour.get_level_display()}命名"
                f"（{honour.number}），在有效期内不能再申报同级命名。"
            )
    return ""


def lead_for(batch: Batch) -> str:
    """What a secretary leads one of: the programme's year (B2: one project per secretary, S14, S21).

    Empty where the programme does not count.
    """
    return f"{batch.programme_id}-{batch.year}" if batch.applicant == Applicant.SECRETARY else ""


def bar_of_lead(person: Any, project: Project) -> str:
    """Why this secretary may not lead `project` as well, or nothing."""
    if not (key := lead_for(project.batch)):
        return ""
    others = _led(key).filter(lead=person).exclude(pk=project.pk)
    return _refusal(others.first(), project.batch)


def bar_of_leads(organisation: PartyOrganisation, batch: Batch) -> str:
    """Why nobody could lead an application of this organisation: each secretary of it leads one.

    Told to everybody of the organisation, so it names no project of another one.
    """
    if not (key := lead_for(batch)):
        return ""
    posts = Appointment.objects.holders(Role.SECRETARY).filter(organisation=organisation)
    secretaries = set(posts.values_list("user_id", flat=True))
    led = list(_led(key).filter(lead__in=secretaries))
    if secretaries - {project.lead_id for project in led}:
        return ""
    return _refusal(led[0] if led else None, batch)


def _led(key: str) -> "QuerySet[Project]":
    """One not chosen counts until its outcome is out: a year that is free again would tell it."""
    secret = Q(status=ProjectStatus.DECLINED, released_at=None)
    live = Project.objects.filter(~Q(status__in=UNLED) | secret, lead_for=key)
    return live.select_related("lead", "organisation__school")


def _refusal(project: Project | None, batch: Batch) -> str:
    if project is None or project.lead is None:
        return ""
    return (
        f"{project.lead.name}同志已领办 {batch.year} 年的一个{batch.programme}"
        f"（申报单位：{project.organisation.short}）。一名书记一年只能领办一个；"
        "原申报还没有办理、仍在申报期内的，可以先撤回。"
    )
