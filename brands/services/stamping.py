"""The scan of the stamped paper: whose, of which version, and the check that asks for it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from brands.models import BatchStatus, Project, ProjectStatus, ProjectVersion, Stage, StampedScan
from brands.models.project import EDITABLE, PRIVATE, ProjectQuerySet
from brands.models.stamped import is_stamped
from brands.permissions import is_member_of
from brands.services import windows
from brands.services.receiving import kept, received
from foundation.audit.services import record
from foundation.uploads import PICTURED, UploadRefused
from foundation.verdict import ALLOWED, Verdict, not_now

MOST = 10  # Scans of one version, those replaced included.
S = ProjectStatus
UNDER_CHECK = frozenset({S.DISTRICT_REVIEW, S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK})
NOT_FILED = EDITABLE | PRIVATE
STAMPED, UNSTAMPED = "已盖章", "未盖章"
TONES = {STAMPED: "good", UNSTAMPED: "warn", "": "plain"}


def words(*, needs: bool, status: str, stamped: bool) -> str:
    """已盖章 or 未盖章; nothing where no stamp is asked for, or not any more."""
    if not needs or status in NOT_FILED:
        return ""
    return STAMPED if stamped else UNSTAMPED if status in UNDER_CHECK else ""


def those(projects: ProjectQuerySet, state: str) -> ProjectQuerySet:
    """The projects of which `words` says this."""
    told = ~Q(status__in=NOT_FILED) if state == STAMPED else Q(status__in=UNDER_CHECK)
    asked = projects.alias(stamped=is_stamped()).filter(batch__needs_stamp=True)
    return asked.filter(told, stamped=state == STAMPED)


def outstanding(projects: ProjectQuerySet) -> ProjectQuerySet:
    """Those of open batches whose scan is waited for, with what `ends_at` looks at."""
    rows = those(projects, UNSTAMPED).filter(batch__status=BatchStatus.OPEN)
    rows = rows.select_related("batch", "organisation").defer("content", "edits")
    return rows.prefetch_related("batch__stages", "batch__extensions")


def chip_of(project: Project, *, stamped: bool) -> tuple[str, str]:
    """The words and their tone, for `{% status %}`."""
    label = words(needs=project.batch.needs_stamp, status=project.status, stamped=stamped)
    return label, TONES[label]


def ends_at(project: Project) -> datetime | None:
    """By when the scan is needed: before the desk where the application lies has to be done."""
    at_district = project.status == S.DISTRICT_REVIEW
    return windows.ends_at(project.batch, Stage.DISTRICT if at_district else Stage.CHECK, project)


def may_stamp(user: Any, project: Project) -> Verdict:
    """Upload a scan: the unit's own people, from the submission until the check is done."""
    person = is_member_of(user, project)
    if not person:
        return person
    if not project.batch.needs_stamp:
        return not_now("本批次不要求上传盖章件。")
    if project.is_editable:
        return not_now("请先提交申报，再下载提交后的 Word 表打印盖章。")
    if project.status not in UNDER_CHECK:
        return not_now("审查已经结束，不能再上传盖章件。")
    return person


def may_be_accepted(user: Any, project: Project) -> Verdict:
    if not project.batch.needs_stamp or current(project):
        return ALLOWED
    older = project.stamped_scans.exists()
    what = "只有旧版本的盖章件" if older else "还没有上传盖章件"
    return not_now(f"{what}，不能审查通过。请学校打印本次提交的申报表，盖章后上传扫描件。")


def current(project: Project) -> StampedScan | None:
    """The scan that counts: the last one of the last version."""
    version = project.versions.last()
    return version.scans.last() if version else None


def add(project: Project, uploaded: Any, *, by: Any) -> StampedScan:
    """Raises UploadRefused with what to do, in Chinese. What it replaces is kept."""
    inspected = received(uploaded, max_bytes=settings.ATTACHMENT_MAX_BYTES, by=by, obj=project)
    if inspected.kind not in PICTURED:
        raise UploadRefused("盖章件请上传 PDF、JPG 或 PNG 扫描件。")
    with kept([inspected], folder=f"stamped/{project.pk}") as [columns], transaction.atomic():
        locked = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        verdict = may_stamp(by, locked)
        verdict.require()
        version = _last_of(locked)
        scan = version.scans.create(
            project=locked,
            **columns,
            by=by,
        )
        record("stamped.add", by=by, via=verdict.via, obj=scan, project=locked.pk)
    return scan


def _last_of(project: Project) -> ProjectVersion:
    version = project.versions.last()
    if version is None:
        raise UploadRefused("没有查到提交的版本，请联系局工作人员。")
    if version.scans.count() >= MOST:
        raise UploadRefused(f"同一次提交的盖章件最多上传{MOST}次，请联系局工作人员。")
    return version
