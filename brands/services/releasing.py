"""What was decided goes out together (公布审定结果): until then no school and no district sees it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from brands.models import Batch, Project, ProjectEvent, ProjectStatus, Track
from brands.permissions_after import may_release
from brands.services import windows
from brands.services.letters import tell_school
from foundation import clock
from foundation.audit.services import record
from foundation.notifications.services import Letter, tell
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workflow.engine import perform
from schools.models import Role
from schools.recipients import people_at

S = ProjectStatus
# The approved of 一校一品 go out with their publicity; what waits here are those not chosen.
PENDING = Q(released_at=None) & (
    Q(status=S.DECLINED) | Q(status=S.APPROVED, batch__track=Track.ESTABLISHING)
)


def pending(batch: Batch) -> "QuerySet[Project]":
    """Decided, and not told yet."""
    return Project.objects.filter(PENDING, batch=batch).order_by("pk")


def is_due(batch: Batch) -> Verdict:
    """May what is pending go out? Of 一校一品 nobody may guess who stands in the next notice."""
    if not pending(batch).exists():
        return not_now("没有待公布的审定结果。")
    if not batch.is_brand:
        return ALLOWED
    if approved := batch.projects.filter(status=S.APPROVED).count():
        return not_now(f"还有 {approved} 项已审定、没有公示。公示发布时，未入选的结果一并公布。")
    undecided = batch.projects.filter(status__in=(S.SCORED, S.PROPOSED)).exists()
    if undecided and not windows.is_public(batch):
        return not_now("还有项目没有审定。全部审定之后，未入选的结果随公示一并公布。")
    return ALLOWED


def is_released(user: Any, project: Project) -> Verdict:
    """True only inside the release, which moves its projects itself."""
    return ALLOWED if project.released_at else not_now("审定结果还没有公布。")


def is_untold(user: Any, project: Project) -> Verdict:
    """Once inside the release: nobody is told a second time of not being chosen."""
    if project.events.filter(name="disclose").exists():
        return not_now("审定结果已经公布。")
    return is_released(user, project)


@transaction.atomic
def release(
    batch: Batch,
    keys: Iterable[int],
    *,
    by: Any,
    minutes_number: str,
    seen: Mapping[int, int] | None = None,
) -> int:
    """All that is pending, exactly as it was shown (`keys`); how many. Each is told once.

    `seen` is project → the version that a page was drawn with.

    The batch is locked first, as by every decision: one comes wholly before this or wholly after.
    """
    verdict = may_release(by, batch)
    verdict.require()
    current = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    projects = _locked(current)
    is_due(current).require()
    if {project.pk for project in projects} != set(keys):
        raise Conflict("审定结果刚刚有变动，请刷新页面，核对后再公布。")
    if not minutes_number.strip():
        raise Conflict("请填写会议纪要号。")
    _send_out(current, projects, by=by, minutes_number=minutes_number.strip(), seen=seen)
    record(
        "batch.release",
        by=by,
        via=verdict.via,
        obj=current,
        minutes=minutes_number.strip(),
        projects={project.pk: project.status for project in projects},
    )
    return len(projects)


def with_publicity(batch: Batch, *, by: Any) -> None:
    """The last notice of a batch tells those not chosen as well; an earlier one would tell who is
    to come by leaving them out."""
    left = batch.projects.filter(status__in=(S.SCORED, S.PROPOSED, S.APPROVED))
    if not left.exists():
        _send_out(batch, _locked(batch), by=by)


def _locked(batch: Batch) -> list[Project]:
    return list(pending(batch).select_for_update(of=("self",)))


def _send_out(
    batch: Batch,
    projects: list[Project],
    *,
    by: Any,
    minutes_number: str = "",
    seen: Mapping[int, int] | None = None,
) -> None:
    """Where a decision came without its own minutes number it gets this one."""
    for project in projects:
        rows = Project.objects.filter(pk=project.pk)
        number = project.minutes_number or minutes_number
        rows.update(released_at=clock.now(), minutes_number=number)
        move = "establish" if project.status == S.APPROVED else "disclose"
        perform(project, move, by=by, version=(seen or {}).get(project.pk))
    _tell_districts(batch, projects)


def _tell_districts(batch: Batch, projects: list[Project]) -> None:
    """One letter to each person for all the schools that are theirs."""
    theirs = defaultdict(list)
    for project in projects:
        for user in people_at(project.organisation, Role.DISTRICT):
            theirs[user].append(project)
    link = f"{reverse('brands:projects')}?batch={batch.pk}"
    tell(
        Letter(
            user,
            f"batch-release:{batch.pk}:{mine[0].pk}:{user}",
            f"审定结果已公布：{batch.title}",
            f"“{batch.title}”的审定结果已经公布，本区（市）{len(mine)} 项：\n"
            + "\n".join(
                f"{one.organisation.short}《{one}》：{one.get_status_display()}" for one in mine
            ),
            link,
        )
        for user, mine in theirs.items()
    )


def _by_minutes(project: Project) -> str:
    return f"（会议纪要号：{project.minutes_number}）" if project.minutes_number else ""


def tell_declined(project: Project, event: ProjectEvent) -> None:
    what = project.batch.noun
    outcome = "入选" if project.batch.is_brand else "予立项"
    text = (
        f"贵单位申报的{what}《{project}》本次未{outcome}{_by_minutes(project)}。"
        "如有疑问，请与市委教育工委联系。"
    )
    tell_school(project, f"project-event:{event.pk}", f"{what}审定结果", text)


def tell_established(project: Project, event: ProjectEvent) -> None:
    batch = project.batch
    plan = "请至少安排两个节点任务，明确责任人和完成时限，然后启动推进。"
    text = f"贵单位的{batch.noun}《{project}》已立项{_by_minutes(project)}。"
    if batch.has_milestones:
        text += plan
    tell_school(project, f"project-event:{event.pk}", f"{batch.noun}已立项", text)
