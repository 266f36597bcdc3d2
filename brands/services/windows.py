"""Is a stage of a batch open now?"""

from datetime import datetime

from django.utils import timezone

from brands.models import Batch, BatchStage, BatchStatus, Project, PublicityStatus, Stage
from foundation import clock
from foundation.verdict import ALLOWED, Verdict, not_now
from schools.models import Area, PartyOrganisation


def stage_of(batch: Batch, stage: str) -> BatchStage | None:
    """Read from what the batch has prefetched, if it has."""
    return next((row for row in batch.stages.all() if row.stage == stage), None)


Whom = Project | PartyOrganisation | Area


def ends_at(batch: Batch, stage: str, whom: Whom | None = None) -> datetime | None:
    """The last second that counts for this one, with the latest extension that reaches it.

    Ask with the project where there is one: its own extension reaches no other.
    """
    window = stage_of(batch, stage)
    if window is None:
        return None
    if whom is None:
        return window.closes_at
    rows = batch.extensions.all()  # Few, maybe prefetched.
    given = [row.until for row in rows if row.stage == stage and row.reaches(whom)]
    return max([window.closes_at, *given])


def within(batch: Batch, stage: Stage, whom: Whom | None = None) -> Verdict:
    """Yes between the first and the last second of the stage, else which of the two it misses.

    With the applicant or its project its extensions count.
    """
    if batch.status != BatchStatus.OPEN:
        return not_now("该批次未开启或已结束。")
    window, called = stage_of(batch, stage), batch.stage_label(stage)
    if window is None:
        return not_now(f"该批次不设“{called}”环节。")
    now = clock.now()
    if now < window.opens_at:
        return not_now(f"“{called}”尚未开始，开始时间：{words(window.opens_at)}。")
    if now > window.closes_at:
        ends = ends_at(batch, stage, whom)
        if ends is None or now > ends:
            return not_now(f"“{called}”已于 {words(ends or window.closes_at)} 截止。")
    return ALLOWED


def is_public(batch: Batch) -> bool:
    """Has a publicity of this batch gone out?"""
    return batch.publicities.exclude(status=PublicityStatus.DRAFT).exists()


def words(moment) -> str:  # type: ignore[no-untyped-def]
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
