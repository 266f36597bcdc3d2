"""An applicant asks that somebody does not judge them; the staff find out who is meant."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from brands.models import Project
from foundation.accounts.models import User
from foundation.audit.services import record
from foundation.notifications.services import tell_each
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from foundation.workflow.models import Event
from reviews import pool
from reviews.models import AvoidWish, Tie, TieKind, WishStatus
from reviews.permissions_people import may_wish

MOST = 3


def ask(wish: AvoidWish, *, by: Any) -> None:
    """Refused ones count against the limit: else one could try out who is in the pool."""
    with transaction.atomic():
        project = Project.objects.select_for_update(of=("self",)).get(pk=wish.project_id)
        may_wish(by, project).require()
        asked = list(
            AvoidWish.objects.filter(project=project).exclude(status=WishStatus.TAKEN_BACK)
        )
        if len(asked) >= MOST:
            raise Conflict(f"每个项目最多申请{MOST}位专家回避，已经用完。")
        if any((one.name, one.unit) == (wish.name, wish.unit) for one in asked):
            raise Conflict(f"已经申请过{wish.name}回避，不必重复申请。")
        wish.asked_by = by
        wish.save(force_insert=True)
        record("avoidwish.ask", by=by, obj=wish, project=project.pk)


def meant(wish: AvoidWish) -> QuerySet[User]:
    """Who of the pool has this name."""
    return pool.members().filter(name=wish.name)


def grant(wish: AvoidWish, person: User | None, *, by: Any, version: int) -> int:
    """The reason holds. `person`: who of the pool is meant; how many reviews it took away."""
    with transaction.atomic():
        taken, tie = 0, None
        if person is not None:
            tie = Tie(user=person, kind=TieKind.AVOID, project=wish.project, reason=wish.reason)
            pool.add_tie(tie, by=by)
            taken = pool.confirm(tie, by=by)
        perform(wish, "grant", by=by, version=version, tie=tie)
    return taken


def tell_applicant(wish: AvoidWish, event: Event) -> None:
    reason = f"理由：{event.note}" if event.note else "分配专家时将予以回避。"
    tell_each(
        {wish.asked_by_id},
        f"avoid-wish:{event.pk}",
        f"回避申请{wish.get_status_display()}",
        f"《{wish.project}》申请{wish.name}回避，{wish.get_status_display()}。{reason}",
        reverse("reviews:wishes", args=[wish.project_id]),
    )
