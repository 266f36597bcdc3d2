"""What the lower apps ask of this one: filled when the program starts (design.md 3)."""

from typing import Any

from django.urls import reverse

from brands.links import BATCH_LINKS
from brands.models import Batch
from brands.opening import CHECKS
from foundation.notifications.services import WANTED
from reviews.models import Assignment, Round, RoundStatus, Rubric
from reviews.opening import rubric_faults
from reviews.permissions import can_see_scores
from schools.rights import rights_of

# The rubrics a batch of each programme will need.
BRAND_RUBRICS = ("R1",)
SECRETARY_RUBRICS = ("R3", "R4")


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
    round = (
        Round.objects.visible_to(user).filter(batch=batch).exclude(status=RoundStatus.DRAFT).first()
    )
    if round is None or not can_see_scores(user, round):
        return None
    return "评审名次", reverse("reviews:ranking", args=[round.pk])


def _rubrics_add_up(batch: Batch) -> list[str]:
    """The newest version of each rubric the programme needs: weights total 100."""
    faults = []
    for code in BRAND_RUBRICS if batch.is_brand else SECRETARY_RUBRICS:
        rubric = Rubric.objects.filter(code=code).first()
        faults += rubric_faults(rubric) if rubric else [f"缺少评分标准{code}。"]
    return faults


def fill() -> None:
    WANTED["review"] = _still_to_review
    BATCH_LINKS.extend([_rounds_link, _ranking_link])
    CHECKS.append(_rubrics_add_up)
