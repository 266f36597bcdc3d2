"""What must hold before a batch opens. Apps above append their own checks to CHECKS when they start."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from django.db.models import QuerySet

from brands.models import Batch, Stage
from brands.services.notice_days import planned_on_a_rest_day

Check = Callable[[Batch], list[str]]
CHECKS: list[Check] = []

DOCUMENT = re.compile(r"^[一-鿿]+〔\d{4}〕\d+号$")
PRIZE_WORDS = ("奖", "表彰", "先进")


def reasons(batch: Batch) -> list[str]:
    """Every reason why the batch may not open yet, in words; empty when it may."""
    found = [*_paper(batch), *_numbering(batch), *_form(batch), *_windows(batch)]
    found += [*_publicity(batch), *_quotas(batch)]
    for check in CHECKS:
        found += check(batch)
    return found


def _paper(batch: Batch) -> Iterator[str]:
    if not DOCUMENT.match(batch.source_document):
        yield "文号格式应如：苏教工委〔2026〕12号。没有文件依据的填报不能开启。"
    word = prize_word(batch.result_label)
    if word and not (batch.approval_document and batch.approving_body):
        yield f"结果称谓含“{word}”，属于评比达标表彰，须填写批准文号和批准机关后才能开启。"


def _numbering(batch: Batch) -> Iterator[str]:
    if batch.is_brand and not batch.honour_code:
        yield "项目类别没有设荣誉编号代码，命名时无法编号。"


def prize_word(label: str) -> str:
    """The word in `label` that needs an approval document (F-A 10); empty when there is none."""
    return next((word for word in PRIZE_WORDS if word in label), "")


def _form(batch: Batch) -> Iterator[str]:
    for fault in batch.programme.newest_form.spec.faults():
        yield f"申报表不能使用：{fault}"


def _windows(batch: Batch) -> Iterator[str]:
    windows = {row.stage: row for row in batch.stages.all()}
    for stage in batch.stages_used:
        if stage not in windows and stage != Stage.CLOSING:  # A closing may come at any time.
            yield f"还没有设置“{batch.stage_label(stage)}”的起止时间。"
    ordered = [windows[stage] for stage in batch.stages_used if stage in windows]
    for before, after in pairwise(ordered):
        if after.closes_at < before.closes_at:
            first, second = before.label, after.label
            yield f"“{second}”的截止时间早于“{first}”的截止时间。"


def _publicity(batch: Batch) -> Iterator[str]:
    if batch.is_brand and (reason := planned_on_a_rest_day(batch)):
        yield reason


def _quotas(batch: Batch) -> Iterator[str]:
    if not batch.has_district:
        return
    total = sum(quota.places for quota in batch.quotas.all())
    if not total:
        yield "还没有设置各区（市）的推荐名额。"
    elif batch.quota_total is not None and total != batch.quota_total:
        yield f"各板块名额相加为{total}，与名额合计{batch.quota_total}不符，请核对。"


def warnings(batch: Batch) -> list[str]:
    """What the bureau should think over before it opens the batch; it may all the same (F-A 9)."""
    others = Batch.objects.filter(year=batch.year).exclude(pk=batch.pk)
    same = others.filter(programme=batch.programme_id)
    alike = others.filter(applicant=batch.applicant).exclude(programme=batch.programme_id)
    found = []
    if named := _titles(same):
        found.append(
            f"本年度已有{named}。同一事项一年一般只考核一次，确需再次申报的请在通知中说明。"
        )
    if named := _titles(alike):
        found.append(
            f"本年度已对同一类对象（{batch.get_applicant_display()}）开展{named}。"
            "同一对象一年一般只考核一次，请核对是否可以合并，确需开展的请在通知中说明。"
        )
    return found


def _titles(batches: "QuerySet[Batch]") -> str:
    titles = batches.order_by("programme", "number").values_list("title", flat=True)
    return "、".join(f"“{title}”" for title in titles)
