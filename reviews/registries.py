"""What the lower apps ask of this one: filled when the program starts (design.md 3)."""

from typing import Any

from django.urls import reverse

from brands import rubrics
from brands.copying import COPIERS, a_year_on
from brands.links import BATCH_LINKS, PROGRAMME_LINKS, PROJECT_LINKS, TIE_RULES
from brands.models import Batch, Judged, Project
from brands.opening import CHECKS
from brands.outputs.dossier import PAPERS
from foundation.notifications.services import WANTED
from reviews import dossier, inviting, opinions
from reviews.combining import TIE_RULE as COMBINED_TIES
from reviews.freezing import TIE_RULE
from reviews.models import Assignment, Combined, Round, RoundStatus, Rubric
from reviews.opening import freeze_rubric, rubric_faults
from reviews.permissions import can_see_scores
from reviews.permissions_people import sees_wishes
from schools.rights import rights_of


def _still_to_review(facts: dict[str, Any]) -> bool:
    """A reminder about a round is wanted while the reviewer has something left in it."""
    left = Assignment.objects.filter(
        entry__round=facts["round"],
        reviewer=facts["reviewer"],
        entry__round__status=RoundStatus.OPEN,
    )
    return left.unfinished().exists()


def _rounds_link(batch: Batch, user: Any) -> tuple[str, str] | None:
    if not rights_of(user).is_city:
        return None
    return "专家评审", reverse("reviews:rounds", args=[batch.pk])


def _ranking_link(batch: Batch, user: Any) -> tuple[str, str] | None:
    if not rights_of(user).is_city:
        return None
    if Combined.objects.visible_to(user).filter(batch=batch).exists():
        return "综合名次", reverse("reviews:combined", args=[batch.pk])
    round = (
        Round.objects.visible_to(user).filter(batch=batch).exclude(status=RoundStatus.DRAFT).first()
    )
    if round is None or not can_see_scores(user, round):
        return None
    return "评审名次", reverse("reviews:ranking", args=[round.pk])


def _tie_rule(batch: Batch) -> str:
    return COMBINED_TIES if Combined.objects.filter(batch=batch).exists() else TIE_RULE


def _opinions_link(project: Project, user: Any) -> tuple[str, str] | None:
    if not project.batch.has_review or not opinions.can_read(user, project):
        return None
    return "评审意见", reverse("reviews:opinions", args=[project.pk])


def _wishes_link(project: Project, user: Any) -> tuple[str, str] | None:
    if not sees_wishes(user, project):
        return None
    return "申请专家回避", reverse("reviews:wishes", args=[project.pk])


def _rubrics_add_up(batch: Batch) -> list[str]:
    """The newest version of each rubric the programme needs: weights total 100."""
    faults = []
    for judged, code in batch.programme.rubrics.items():
        if judged == Judged.SELECTION and not batch.has_review:
            continue
        rubric = Rubric.objects.newest_of(code)
        faults += rubric_faults(rubric) if rubric else [f"缺少评分标准{code}。"]
    return faults


def _copy_rounds(old: Batch, new: Batch, by: Any) -> None:
    """Each round as a draft with the newest version of its rubric, a year on."""
    for round in Round.objects.filter(batch=old).select_related("rubric").order_by("pk"):
        Round.objects.create(
            batch=new,
            kind=round.kind,
            mode=round.mode,
            weight=round.weight,
            takes=round.takes,
            rubric=Rubric.objects.filter(code=round.rubric.code).latest("version"),
            opens_at=a_year_on(round.opens_at),
            closes_at=a_year_on(round.closes_at),
            per_entry=round.per_entry,
            scoring=round.scoring,
            correction=round.correction,
            avoid_area=round.avoid_area,
            is_blind=round.is_blind,
            created_by=by,
        )


def _rubrics() -> list[tuple[str, str]]:
    return [(one.code, f"{one.title}（{one.code}）") for one in Rubric.objects.newest()]


def _criteria(code: str) -> list[rubrics.Criterion]:
    rubric = Rubric.objects.newest_of(code)
    if rubric is None:
        return []
    return [
        rubrics.Criterion(one.code, one.title, one.weight, one.excellent, rubric.step)
        for one in rubric.criteria.all()
    ]


def _freeze_newest(code: str) -> None:
    """All its versions locked first, so that no newer one is made meanwhile."""
    versions = Rubric.objects.select_for_update(of=("self",)).filter(code=code)
    list(versions.order_by("pk").values("pk"))
    if rubric := Rubric.objects.newest_of(code):
        freeze_rubric(rubric.pk)


def fill() -> None:
    rubrics.CHOICES.append(_rubrics)
    rubrics.CRITERIA.append(_criteria)
    rubrics.FREEZE.append(_freeze_newest)
    WANTED["review"] = _still_to_review
    WANTED["invitation"] = inviting.is_wanted
    PROGRAMME_LINKS.append(("评分标准", "reviews:rubrics"))
    TIE_RULES.append(_tie_rule)
    BATCH_LINKS.extend([_rounds_link, _ranking_link])
    PROJECT_LINKS.extend([_opinions_link, _wishes_link])
    CHECKS.append(_rubrics_add_up)
    COPIERS.append(_copy_rounds)
    PAPERS.append(dossier.papers)
