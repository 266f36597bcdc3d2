"""What the experts wrote, merged and without names, for the applicant once the outcome is out (B3)."""

from typing import Any

from brands.models import Project
from brands.models import ProjectStatus as S
from foundation.verdict import Verdict, allowed, denied, not_now
from reviews.models import Assignment, Entry, RoundKind, RoundStatus
from schools.rights import CITY_ROLES, SCHOOL_ROLES, rights_of

_NOTICE = (S.PUBLICITY, S.ON_HOLD)
CLOSED = frozenset({S.CLOSED_EXCELLENT, S.CLOSED_GOOD, S.CLOSED_PASS, S.CLOSED_FAIL})
# After its publicity, or after the release where there is none.
OUT = CLOSED | {
    *(S.NAMED, S.REVOKED, S.ESTABLISHED, S.IN_PROGRESS, S.TERMINATED),
    *(S.CLOSING, S.CLOSING_REVIEW, S.CLOSING_SCORED),
}


def _is_out(project: Project) -> bool:
    """Who was not chosen waits for the notices of the batch as well: no comment before they end."""
    if project.status != S.DECLINED:
        return project.status in OUT
    on_notice = Project.objects.filter(batch=project.batch_id, status__in=_NOTICE)
    return project.released_at is not None and not on_notice.exists()


def can_read(user: Any, project: Project) -> Verdict:
    having = rights_of(user).having(*SCHOOL_ROLES, *CITY_ROLES)
    if not having:
        return denied("评审意见只供申报单位查阅。")
    if not _is_out(project):
        return not_now("审定结果公布、公示结束之后，才能查看评审意见。")
    return allowed(having[0])


def opinions_of(project: Project) -> list[tuple[str, list[str]]]:
    """(round, comments) in the order of their own words, so that none tells a person or a score."""
    kinds = [RoundKind.SELECTION, *([RoundKind.CLOSING] if project.status in CLOSED else [])]
    entries = Entry.objects.filter(
        project=project, round__status=RoundStatus.FROZEN, round__kind__in=kinds
    )
    found = []
    for entry in entries.select_related("round").order_by("pk"):
        given = Assignment.objects.filter(entry=entry).submitted().exclude(comment="")
        comments = sorted(given.order_by().values_list("comment", flat=True))
        found.append((entry.round.name, comments))
    return found
