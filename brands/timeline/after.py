"""Publicity, objections, and what becomes of a named brand."""

from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from brands.models import (
    HonourEvent,
    NegativeEvent,
    NegativeMove,
    Objection,
    ObjectionEvent,
    Project,
    Promotion,
    PromotionEvent,
    PublicityEntry,
    PublicityEvent,
    Recheck,
    RecheckEvent,
    RecheckStatus,
)
from brands.models import ProjectStatus as S
from brands.models.project import UNRELEASED
from brands.permissions import sees_results
from brands.presenting import TRACKED
from brands.timeline import Line, line, of_event
from schools.rights import rights_of

NAMED = {S.NAMED, S.REVOKED}
PUBLIC = {S.APPROVED, S.DECLINED, S.PUBLICITY, S.ON_HOLD, *NAMED}


def was_public(project: Project, user: Any) -> bool:
    """By what happened where the status is also that of a decision nobody below the city knows."""
    if not project.batch.is_brand or project.status not in PUBLIC:
        return False
    return project.status not in UNRELEASED or any(
        event.name == "publish" for event in project.events.all()
    )


def was_disputed(project: Project, user: Any) -> bool:
    return was_public(project, user) and rights_of(user).is_city


def is_named(project: Project, user: Any) -> bool:
    return project.status in NAMED


def has_rechecks(project: Project, user: Any) -> bool:
    return project.status in NAMED or project.status in TRACKED


def has_negatives(project: Project, user: Any) -> bool:
    return rights_of(user).is_city and project.organisation.school_id is not None


def publicities(project: Project, user: Any) -> Iterator[Line]:
    """That it went out stands among the moves. Why it was to come down is for the file."""
    sees = sees_results(user)
    shown = ("end", "take_down", *(("ask_take_down", "keep_up") if sees else ()))
    events = PublicityEvent.objects.filter(publicity__entries__project=project, name__in=shown)
    for event in events.select_related("by", "publicity").order_by("-at", "-pk"):
        label = f"公示《{event.publicity}》：{event.label}"
        yield of_event(event, label, event.note if sees else "")


def objections(project: Project, user: Any) -> Iterator[Line]:
    rows = Objection.objects.visible_to(user).filter(project=project).order_by("-pk")
    for row in rows:
        yield line(row.received_at, "收到匿名线索" if row.is_anonymous else "收到实名异议")
    events = ObjectionEvent.objects.filter(objection__in=rows.order_by())
    for event in events.select_related("by").order_by("-at", "-pk"):
        yield of_event(event, f"异议：{event.label}")


def honours(project: Project, user: Any) -> Iterator[Line]:
    """The revocation stands among the moves."""
    events = HonourEvent.objects.filter(honour__project=project).exclude(name="revoke")
    for event in events.select_related("by").order_by("-at", "-pk"):
        yield of_event(event, f"荣誉：{event.label}")


def rechecks(project: Project, user: Any) -> Iterator[Line]:
    """Of the named brand, or the mid-term of a 书记项目. A score that nobody has confirmed only for
    the city."""
    of_it = Q(honour__project=project) | Q(project=project)
    checks = Recheck.objects.visible_to(user).filter(of_it).order_by()
    events = RecheckEvent.objects.filter(recheck__in=checks).select_related("recheck", "by")
    if not rights_of(user).is_city:
        events = events.exclude(name="score", recheck__status=RecheckStatus.SCORED)
    for event in events.order_by("-at", "-pk"):
        yield of_event(event, f"{event.recheck.get_kind_display()}：{event.label}")


def promotions(project: Project, user: Any) -> Iterator[Line]:
    rows = Promotion.objects.visible_to(user).filter(honour__project=project)
    for row in rows.select_related("by").order_by("-pk"):
        yield line(row.at, f"登记推广：{row.get_kind_display()}", row.place, by=row.by)
    events = PromotionEvent.objects.filter(promotion__in=rows.order_by())
    for event in events.select_related("by", "promotion").order_by("-at", "-pk"):
        yield of_event(event, f"推广（{event.promotion.get_kind_display()}）：{event.label}")


def negatives(project: Project, user: Any) -> Iterator[Line]:
    """Of its school, since the application began."""
    rows = NegativeEvent.objects.visible_to(user).filter(
        school=project.organisation.school_id, at__gte=project.created_at
    )
    for row in rows.select_related("by", "kind").order_by("-pk"):
        yield line(row.at, f"登记负面清单事件：{row.kind}", row.document_number, by=row.by)
    events = NegativeMove.objects.filter(negative__in=rows.order_by())
    for event in events.select_related("by").order_by("-at", "-pk"):
        yield of_event(event, f"负面清单事件：{event.label}")


def listed() -> QuerySet[PublicityEntry]:
    return PublicityEntry.objects.filter(project=OuterRef("pk"))


def disputed() -> QuerySet[Objection]:
    return Objection.objects.filter(project=OuterRef("pk"))


def rechecked() -> QuerySet[Recheck]:
    return Recheck.objects.filter(Q(honour__project=OuterRef("pk")) | Q(project=OuterRef("pk")))


def promoted() -> QuerySet[Promotion]:
    return Promotion.objects.filter(honour__project=OuterRef("pk"))


def noted() -> QuerySet[NegativeEvent]:
    return NegativeEvent.objects.filter(
        school=OuterRef("organisation__school"), at__gte=OuterRef("created_at")
    )
