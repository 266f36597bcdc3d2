"""What must hold before a batch opens. Apps above append their own checks to CHECKS when they start."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from brands.models import Batch, Stage

Check = Callable[[Batch], list[str]]
CHECKS: list[Check] = []

DOCUMENT = re.compile(r"^[一-鿿]+〔\d{4}〕\d+号$")
PRIZE_WORDS = ("奖", "表彰", "先进")


def reasons(batch: Batch) -> list[str]:
    """Every reason why the batch may not open yet, in words; empty when it may."""
    found = [*_paper(batch), *_windows(batch), *_quotas(batch)]
    for check in CHECKS:
        found += check(batch)
    return found


def _paper(batch: Batch) -> Iterator[str]:
    if not DOCUMENT.match(batch.source_document):
        yield "文号格式应如：苏教工委〔2026〕12号。没有文件依据的填报不能开启。"
    word = next((word for word in PRIZE_WORDS if word in batch.result_label), None)
    if word and not (batch.approval_document and batch.approving_body):
        yield f"结果称谓含“{word}”，属于评比达标表彰，须填写批准文号和批准机关后才能开启。"


def stages_needed(batch: Batch) -> tuple[Stage, ...]:
    if batch.is_brand:
        return (Stage.APPLY, Stage.DISTRICT, Stage.CHECK, Stage.REVIEW, Stage.DECISION)
    return (Stage.APPLY, Stage.CHECK, Stage.REVIEW, Stage.DECISION)


def _windows(batch: Batch) -> Iterator[str]:
    windows = {row.stage: row for row in batch.stages.all()}
    for stage in stages_needed(batch):
        if stage not in windows:
            yield f"还没有设置“{stage.label}”的起止时间。"
    ordered = [windows[stage] for stage in Stage if stage in windows]
    for before, after in pairwise(ordered):
        if after.closes_at < before.closes_at:
            first, second = before.get_stage_display(), after.get_stage_display()
            yield f"“{second}”的截止时间早于“{first}”的截止时间。"


def _quotas(batch: Batch) -> Iterator[str]:
    if batch.is_brand and not any(quota.places for quota in batch.quotas.all()):
        yield "还没有设置各区（市）的推荐名额。"
