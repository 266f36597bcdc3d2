"""Drafts that were never handed in go a year after their batch was closed (domain.md F-C 33).

The unit hears of it thirty days before, and only who was told loses anything: a system that stood
still, or that is new, writes first and deletes thirty days later. What was submitted once is never
touched, whatever its status is now.
"""

from datetime import date, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from brands.models import BatchStatus, DraftNotice, Project, ProjectStatus, ProjectVersion
from brands.services import uploading
from brands.services.keeping import months_after
from foundation import clock
from foundation.audit.services import record
from foundation.documents import chinese_date
from foundation.notifications.services import tell_each
from schools.recipients import school_people

KEPT_MONTHS = 12
NOTICE = timedelta(days=30)


def drafts() -> "QuerySet[Project]":
    """Never submitted, in a batch that is over."""
    versions = ProjectVersion.objects.filter(project=OuterRef("pk"))
    return Project.objects.filter(
        ~Exists(versions),
        status=ProjectStatus.DRAFT,
        submitted_at=None,
        number=None,
        batch__status=BatchStatus.CLOSED,
    )


def tick() -> int:
    """Tell, then delete what was told in time; how many were deleted. May break off anywhere."""
    _announce()
    due = drafts().filter(draft_notice__deletes_on__lte=clock.today()).order_by("pk")
    return sum(_forget(pk) for pk in list(due.values_list("pk", flat=True)))


def _announce() -> None:
    closed = Max("batch__events__at", filter=Q(batch__events__name="close"))
    untold = drafts().filter(draft_notice=None).annotate(closed=closed).exclude(closed=None)
    for project in untold.select_related("batch").defer("content", "edits").order_by("pk"):
        kept_until = months_after(timezone.localdate(project.closed), KEPT_MONTHS)
        if kept_until - NOTICE <= clock.today():
            _tell(project, max(kept_until, clock.today() + NOTICE))


@transaction.atomic
def _tell(project: Project, day: date) -> None:
    _, is_new = DraftNotice.objects.get_or_create(project=project, defaults={"deletes_on": day})
    if not is_new:
        return  # Another run has just told.
    text = (
        f"贵单位在“{project.batch}”中的草稿“{project}”没有提交，批次已经结束。按个人信息处理说明，"
        f"草稿和它的附件将于 {chinese_date(day)} 删除，删除后不能恢复。需要留存的，请在此之前下载。"
    )
    link = reverse("brands:project", args=[project.pk])
    people = school_people([project.organisation_id]).get(project.organisation_id, [])
    tell_each(people, f"draft-notice:{project.pk}", "未提交的草稿将被删除", text, link)


def _forget(pk: int) -> bool:
    """Files first: killed between the two, the next run deletes the rows and leaves no stray."""
    with transaction.atomic():
        rows = drafts().filter(draft_notice__deletes_on__lte=clock.today())
        project = rows.select_for_update(of=("self",)).filter(pk=pk).first()
        if project is None:
            return False
        files = list(project.attachments.values_list("stored", flat=True))
        for part in project.file_parts.all():
            uploading.drop(part)
        for stored in files:
            default_storage.delete(stored)
        batch, unit = project.batch_id, project.organisation_id
        project.extensions.all().delete()
        project.delete()
        # Without its title, which may be a person's name.
        record(
            "draft.forget",
            name="未提交的草稿",
            project=pk,
            batch=batch,
            organisation=unit,
            files=len(files),
        )
    return True
