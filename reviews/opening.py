"""What opening a round does: the rubric freezes, eligible projects enter at their latest version."""

from typing import Any

from django.db.models import Q

from brands.models import Programme, Project, ProjectStatus, ProjectVersion
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workflow.engine import perform
from reviews import weighing
from reviews.models import Entry, Masking, Mode, Round, RoundKind, RoundStatus, Rubric, Scoring

FULL_MARKS = 100
# kind: the status a project must have, and the transition that brings it into review
ENTRANCE = {
    RoundKind.SELECTION: (ProjectStatus.ELIGIBLE, "start_review"),
    RoundKind.CLOSING: (ProjectStatus.CLOSING, "start_closing_review"),
}


def usual_scoring(programme: Programme) -> Scoring:
    return Scoring.TRIMMED if programme.trims else Scoring.MEAN


def rubric_faults(rubric: Rubric) -> list[str]:
    total = rubric.full_marks
    if total != FULL_MARKS:
        return [f"评分标准“{rubric}”各项分值合计为{total}分，应为{FULL_MARKS}分。"]
    return []


def waiting_projects(round: Round) -> Any:
    """Projects of the batch that may enter this round now."""
    status, _ = ENTRANCE[RoundKind(round.kind)]
    projects = Project.objects.filter(batch=round.batch_id)
    if round.kind == RoundKind.CLOSING:
        return projects.filter(status=status)
    others = [one for one in weighing.rounds_of(round.batch_id) if one.pk != round.pk]
    own = Entry.objects.filter(round=round).order_by().values("project")
    if round.takes:
        listed = short_list(round).order_by().values("project")
        inside = projects.filter(status=ProjectStatus.IN_REVIEW, pk__in=listed)
        return inside.exclude(pk__in=own)
    elsewhere = Entry.objects.filter(round__in=others).order_by().values("project")
    judged = Q(status=ProjectStatus.IN_REVIEW, pk__in=elsewhere) & ~Q(pk__in=own)
    over = any(one.is_frozen and one.weight and not one.takes for one in others)
    if not others:
        return projects.filter(status=status)
    # Who comes once a round that counts is over could never have a score in it.
    return projects.filter(judged if over else Q(status=status) | judged)


def short_list(round: Round) -> Any:
    """The entries at the head of the online ranking; who is equal to the last comes in too."""
    online = Round.objects.filter(
        batch=round.batch_id,
        kind=RoundKind.SELECTION,
        mode=Mode.ONLINE,
        status=RoundStatus.FROZEN,
    )
    return Entry.objects.filter(round__in=online, rank__lte=round.takes)


def is_ready(user: Any, round: Round) -> Verdict:
    faults = rubric_faults(round.rubric)
    if round.kind == RoundKind.SELECTION and round.weight:
        faults += weighing.faults(weighing.rounds_of(round.batch_id))
    if faults:
        return not_now("".join(faults))
    if round.takes and not short_list(round).exists():
        return not_now("入围按网络评审的名次取。请先锁定网络评审的评分。")
    if not waiting_projects(round).exists():
        return not_now("本批次没有可以进入评审的项目。请先完成形式审查（或结项受理）。")
    if round.is_blind and (count := unmasked(round, waiting_projects(round)).count()):
        return not_now(f"盲评：还有{count}个项目的隐名没有确认。请先在“隐名”中逐项确认。")
    return ALLOWED


def unmasked(round: Round, projects: Any) -> Any:
    """Those whose words and files nobody has yet looked at as they are now."""
    confirmed = Masking.objects.filter(round=round).current().order_by().values("project")
    return projects.exclude(pk__in=confirmed)


def freeze_rubric(key: int) -> None:
    """Its row locked, and added up once more: whoever is changing it comes before or is refused."""
    rubric = Rubric.objects.select_for_update(of=("self",)).get(pk=key)
    if rubric.frozen:
        return
    if faults := rubric_faults(rubric):
        raise Conflict("".join(faults))
    rubric.frozen = True
    rubric.save(update_fields=["frozen"])


def enter_projects(round: Round, *, by: Any, **extra: Any) -> dict[str, Any]:
    """Inside the round's lock. All projects are locked before the first moves (one lock order)."""
    if round.kind == RoundKind.SELECTION:
        weighing.hold(round.batch_id)
        if round.weight and (found := weighing.faults(weighing.rounds_of(round.batch_id))):
            raise Conflict("".join(found))
    freeze_rubric(round.rubric_id)
    status, move = ENTRANCE[RoundKind(round.kind)]
    projects = list(
        waiting_projects(round)
        .select_for_update(of=("self",))
        .select_related("batch")
        .order_by("pk")
    )
    latest = {
        version.project_id: version.pk
        for version in ProjectVersion.objects.filter(project__in=projects)
        .order_by("number")
        .defer("content")
    }
    missing = [f"《{project}》" for project in projects if project.pk not in latest]
    if missing:
        raise Conflict(f"以下项目没有提交过的版本，不能进入评审：{'、'.join(missing)}。")
    if round.is_blind:
        keys = [project.pk for project in projects]
        shown = unmasked(round, Project.objects.filter(pk__in=keys))
        if open_ := [f"《{project}》" for project in shown.defer("content")]:
            raise Conflict(f"以下项目的隐名没有确认，不能进入评审：{'、'.join(open_)}。")
    Entry.objects.bulk_create(
        Entry(round=round, project=project, version_id=latest[project.pk]) for project in projects
    )
    for project in projects:
        if project.status == status:  # Another round has brought the rest into review.
            perform(project, move, by=by)
    return {}
