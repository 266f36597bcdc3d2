"""What the system knows already, so nobody types it again (F-A 5). Shown with its source; a person
confirms it or corrects it with a reason. No suggestion means: typed by hand."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q

from brands.models import Applicant, Honour, Milestone, Project, Track
from checkups.models import Cycle, Rectification
from checkups.scoring import half_up
from schools.models import CommitteePost, PartyOrganisation

Post = CommitteePost.Post
NEEDED_POSTS = {Post.SECRETARY, Post.ORGANISATION, Post.PUBLICITY}
MEMBERS_FOR_COMMITTEE = 7  # A branch of fewer has a secretary only.
MONTHS_TO_RED_LINE = 6
ESTABLISHED = ("established", "in_progress", "closing", "closing_review")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The columns of an answer, and where they come from."""

    source: str
    values: dict[str, Any]


Source = Callable[[PartyOrganisation, Cycle], Suggestion | None]


def suggestions(organisation: PartyOrganisation, cycle: Cycle) -> dict[str, Suggestion]:
    """Source key → what it suggests for this organisation and quarter."""
    found = {key: source(organisation, cycle) for key, source in SOURCES.items()}
    return {key: suggestion for key, suggestion in found.items() if suggestion}


def _term(organisation: PartyOrganisation, cycle: Cycle) -> Suggestion | None:
    ends = organisation.term_ends_on
    if ends is None:
        return None
    source = f"党组织信息：本届届满{ends.year}年{ends.month}月{ends.day}日"
    fine = ends >= cycle.ends_on
    red = not fine and cycle.ends_on > _months_later(ends, MONTHS_TO_RED_LINE)
    return Suggestion(source, {"achieved": fine, "red_line_hit": red})


def _months_later(day: date, months: int) -> date:
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _committee(organisation: PartyOrganisation, cycle: Cycle) -> Suggestion | None:
    posts = set(organisation.posts.values_list("post", flat=True))
    if not posts:
        return None
    small = organisation.kind == "branch" and organisation.full_members < MEMBERS_FOR_COMMITTEE
    needed = {Post.SECRETARY} if small else NEEDED_POSTS
    return Suggestion(f"党组织信息：登记委员{len(posts)}个职务", {"achieved": needed <= posts})


def _milestones(organisation: PartyOrganisation, cycle: Cycle) -> Suggestion:
    return _on_time(organisation, cycle, Track.ESTABLISHING, "节点", "本季度没有到期的项目节点")


def _brand(organisation: PartyOrganisation, cycle: Cycle) -> Suggestion | None:
    """Of whatever programme names something; what a person was named is no brand."""
    brands = ~Q(programme__applicant=Applicant.PERSON)
    named = Honour.objects.in_force().filter(brands, school=organisation.school_id).exists()
    live = Project.objects.filter(organisation=organisation, batch__track=Track.NAMING)
    live = live.exclude(batch__applicant=Applicant.PERSON)
    live = live.filter(Q(status__in=ESTABLISHED) | Q(status="named"))
    if not (organisation.school_id and named) and not live.exists():
        return Suggestion(
            "品牌项目库：无在培育品牌", {"not_applicable": True, "reason": "本单位没有在培育的品牌"}
        )
    answer = _on_time(organisation, cycle, Track.NAMING, "培育任务", "")
    return None if "not_applicable" in answer.values else answer


def _on_time(
    organisation: PartyOrganisation, cycle: Cycle, track: str, what: str, none: str
) -> Suggestion:
    """Of all programmes of this course, in their own words."""
    due = Milestone.objects.filter(
        project__organisation=organisation,
        project__batch__track=track,
        due_on__range=(cycle.starts_on, cycle.ends_on),
    ).values_list("due_on", "done_on", "project__batch__noun")
    done = sum(bool(done_on and done_on <= due_on) for due_on, done_on, _ in due)
    nouns = "、".join(sorted({noun for *_, noun in due})) or "项目"
    return _share(f"{nouns}{what}", done, len(due), none)


def _ledger(organisation: PartyOrganisation, cycle: Cycle) -> Suggestion:
    """Of what fell due by the quarter's end: this quarter's, and older that is still unsolved."""
    due = Rectification.objects.filter(organisation=organisation, due_on__lte=cycle.ends_on)
    due = due.filter(Q(due_on__gte=cycle.starts_on) | ~Q(status="verified_closed"))
    closed = sum(row.is_closed for row in due)
    return _share("整改台账", closed, len(due), "没有到期的整改事项")


def _share(what: str, done: int, total: int, none: str) -> Suggestion:
    if not total:
        return Suggestion(f"{what}：无到期事项", {"not_applicable": True, "reason": none})
    rate = half_up(Fraction(done * 100, total))
    return Suggestion(f"{what}：到期{total}项，完成{done}项", {"rate": Decimal(rate)})


SOURCES: dict[str, Source] = {
    "term": _term,
    "committee": _committee,
    "milestones": _milestones,
    "brand": _brand,
    "ledger": _ledger,
}
