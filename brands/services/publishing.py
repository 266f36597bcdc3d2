"""Publicity: drafted by one, scanned, confirmed by another, frozen, withdrawn when it is over."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from brands.models import (
    Batch,
    Objection,
    ObjectionStatus,
    Project,
    ProjectEvent,
    ProjectStatus,
    Publicity,
    PublicityEntry,
    PublicityEvent,
    PublicityStatus,
    Track,
)
from brands.permissions_after import may_draft_publicity
from brands.scanning import Hit, scan, without_personal
from brands.services import releasing
from brands.services.letters import tell_school
from brands.services.notice_days import ends_on_a_workday, last_day
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.audit.services import record
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workflow.engine import perform, require_version

STALE = (
    "没有保存：您打开页面之后，这份公示已被他人修改。您填写的内容仍在下方；"
    "请另开一页核对现在的内容，再次保存即以您的内容为准。"
)


def this_second() -> datetime:
    """`closes_at` is the last second that still counts, to its end."""
    return clock.now().replace(microsecond=0)


def is_over(publicity: Publicity) -> bool:
    """A provisional end is asked of the calendar as it is known now, so nobody names too early."""
    ends = _counted_again(publicity)[0] if publicity.provisional else publicity.closes_at
    return ends is not None and ends < this_second()


def _counted_again(publicity: Publicity) -> tuple[datetime | None, bool]:
    """(end, is still provisional): never earlier than the public was told."""
    opens_on, closes_at = publicity.opens_on, publicity.closes_at
    if opens_on is None or closes_at is None:
        return closes_at, publicity.provisional
    last = last_day(publicity.batch, opens_on)
    return max(closes_at, clock.end_of(last.date)), last.provisional


def refresh_provisional() -> int:
    """Once the year's calendar is known the end is settled. What was published stays as it was;
    nobody is told: the page shows the end."""
    settled = 0
    held = Publicity.objects.filter(status=PublicityStatus.PUBLISHED, provisional=True)
    for publicity in held.select_related("batch").order_by("pk"):
        ends, provisional = _counted_again(publicity)
        if (ends, provisional) == (publicity.closes_at, True):
            continue
        with transaction.atomic():
            same = held.filter(pk=publicity.pk, closes_at=publicity.closes_at)
            if same.update(closes_at=ends, provisional=provisional):
                record(
                    "publicity.dates",
                    obj=publicity,
                    before=str(publicity.closes_at),
                    after=str(ends),
                )
                settled += 1
    return settled


def is_due(user: Any, publicity: Publicity) -> Verdict:
    return ALLOWED if is_over(publicity) else not_now("公示期尚未届满。")


@transaction.atomic
def save_draft(
    publicity: Publicity, keys: Iterable[int], *, by: Any, version: int | None = None
) -> Publicity:
    """A draft with its entries: approved projects of the batch that stand in no other notice.

    `version` is that of the page on which it was changed: what another has written meanwhile is
    not written over.
    """
    verdict = may_draft_publicity(by)
    verdict.require()
    adding = publicity.pk is None
    if adding:
        publicity.drafted_by = by
        publicity.save()
    else:
        current = Publicity.objects.select_for_update(of=("self",)).get(pk=publicity.pk)
        if current.status != publicity.status or current.version != publicity.version:
            raise Conflict("这份公示已被他人处理，请刷新页面查看。")
        if version is not None:
            require_version(current, version, STALE)
        publicity.version += 1
        publicity.drafted_by = by  # Who edits last has drafted: the other one confirms.
        publicity.save()
    wanted = set(keys)
    publicity.entries.exclude(project__in=wanted).delete()
    known = set(publicity.entries.values_list("project_id", flat=True))
    projects = approved_of(publicity.batch).filter(pk__in=wanted - known)
    PublicityEntry.objects.bulk_create(
        PublicityEntry(publicity=publicity, project=project) for project in projects
    )
    name, label = ("draft", "起草公示") if adding else ("edit", "修改公示")
    publicity.events.create(
        name=name,
        label=label,
        source=publicity.status,
        target=publicity.status,
        by=by,
        appointment=str(verdict.via),
    )
    record(f"publicity.{name}", by=by, via=verdict.via, obj=publicity)
    return publicity


def approved_of(batch: Batch) -> Any:
    """Of 书记项目 none: they are established without a notice."""
    rows = Project.objects.filter(batch=batch, batch__track=Track.NAMING)
    rows = rows.filter(status=ProjectStatus.APPROVED)
    return rows.select_related("batch", "organisation__school", "area").order_by("rank", "pk")


def hits_of(publicity: Publicity) -> list[Hit]:
    """What looks like personal data in the words that would go out."""
    words = [
        (publicity.title, "标题"),
        (publicity.text, "正文"),
        (publicity.contact_office, "受理部门"),
        (publicity.contact_phone, "联系电话"),  # A fixed line is nobody's own number.
        (publicity.contact_email, "电子邮箱"),
        (publicity.contact_address, "通讯地址"),
    ]
    for entry in publicity.entries.select_related("project__organisation__school"):
        unit = entry.project.organisation.short
        words.append((entry.project.title, f"项目名称“{without_personal(str(entry.project))}”"))
        words.append((unit, f"单位名称“{without_personal(unit)}”"))
    return [hit for text, where in words for hit in scan(text, where)]


def may_publish(user: Any, publicity: Publicity) -> Verdict:
    statuses = list(publicity.entries.values_list("project__status", flat=True))
    if not statuses:
        return not_now("公示名单为空。")
    if any(status != ProjectStatus.APPROVED for status in statuses):
        return not_now("名单中有项目不再是“已审定”状态，请修改公示名单。")
    disputed = Objection.objects.filter(
        project__publicity_entries__publicity=publicity, status=ObjectionStatus.INVESTIGATING
    )
    if disputed.exists():
        return not_now("名单中有项目的异议正在调查核实，请先办结或移出名单。")
    return ends_on_a_workday(publicity.batch)


def frozen(
    publicity: Publicity, *, by: Any, note: str, checked: Iterable[str] = ()
) -> dict[str, Any]:
    """The columns of a published notice: its days, and exactly what the public reads."""
    unchecked = {hit.key for hit in hits_of(publicity)} - set(checked)
    if unchecked:
        raise Conflict(f"还有 {len(unchecked)} 处疑似个人信息未核对，请逐处核对后再发布。")
    today = clock.today()
    last = last_day(publicity.batch, today)
    snapshot = _snapshot(publicity) | {
        "opens_on": today.isoformat(),
        "closes_on": last.date.isoformat(),
    }
    return {
        "confirmed_by": by,
        "opens_on": today,
        "closes_at": clock.end_of(last.date),
        "provisional": last.provisional,
        "snapshot": snapshot,
        "sha256": digest(snapshot),
    }


def canonical(snapshot: dict[str, Any]) -> bytes:
    """The bytes that the digest covers: whoever has them can compute it with any tool."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True).encode()


def digest(snapshot: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def is_intact(publicity: Publicity) -> bool:
    """Is what would be shown still what was published? The row alone could be rewritten whole, so
    the digest stands in the audit chain too; what was published before it did has the row only."""
    if digest(publicity.snapshot) != publicity.sha256:
        return False
    confirmed = AuditEvent.objects.filter(
        action="publicity.confirm",
        object_type=publicity._meta.label_lower,
        object_id=str(publicity.pk),
    )
    event = confirmed.order_by("-number").first()
    if event is None or event.digest != event.computed_digest():
        return False
    kept = json.loads(event.detail).get("sha256")
    return kept is None or kept == publicity.sha256


def sealed(publicity: Publicity) -> dict[str, Any]:
    """For the audit chain."""
    return {"sha256": publicity.sha256}


def draft_snapshot(publicity: Publicity) -> dict[str, Any]:
    """What would be published now."""
    with transaction.atomic():
        return _snapshot(publicity)


def _snapshot(publicity: Publicity) -> dict[str, Any]:
    """School, area, brand name and level; no person. The rows are locked until the commit."""
    keys = publicity.entries.values_list("project_id", flat=True)
    rows = Project.objects.filter(pk__in=list(keys)).select_for_update(of=("self",)).order_by("pk")
    projects = list(rows.select_related("organisation__school", "area"))
    projects.sort(key=lambda project: (project.area.order if project.area else 0, project.pk))
    return {
        "title": publicity.title,
        "text": publicity.text,
        "batch": publicity.batch.title,
        "label": publicity.batch.result_label,
        "contact": {
            "office": publicity.contact_office,
            "phone": publicity.contact_phone,
            "email": publicity.contact_email,
            "address": publicity.contact_address,
        },
        "entries": [
            {
                "project": project.pk,
                "school": project.organisation.short,
                "area": project.area.name if project.area else "",
                "brand": project.title,
                "level": publicity.get_level_display(),
            }
            for project in projects
        ],
    }


def move_projects(publicity: Publicity, event: PublicityEvent) -> None:
    """With the notice, in its transaction, its projects go out."""
    projects = Project.objects.filter(publicity_entries__publicity=publicity).order_by("pk")
    for project in projects:
        perform(project, "publish", by=event.by)
    releasing.with_publicity(publicity.batch, by=event.by)


def tell_published(project: Project, event: ProjectEvent) -> None:
    noun = project.batch.noun
    text = f"贵单位的{noun}《{project}》已进入公示。公示期内如收到异议，会另行通知。"
    tell_school(project, f"project-event:{event.pk}", f"{noun}进入公示", text)
