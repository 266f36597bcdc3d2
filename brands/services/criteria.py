"""By what an acceptance is scored: the rubric its programme names. The total is computed, never typed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from brands import rubrics
from brands.models import Judged, Recheck
from brands.rubrics import Criterion
from brands.services import keeping
from foundation.verdict import Conflict


def of(recheck: Recheck) -> list[Criterion]:
    """Those of the newest version: what was scored before keeps its own words and weights."""
    return rubrics.criteria_of(_code(recheck))


def _code(recheck: Recheck) -> str:
    """Empty where its programme names no rubric for an acceptance."""
    return str(keeping.programme_of(recheck.brand).rubrics.get(Judged.ACCEPTANCE, ""))


def rated(recheck: Recheck, points: Mapping[str, Decimal]) -> tuple[list[dict[str, Any]], Decimal]:
    """What is kept of each criterion, with its words and weight of today, and the total.

    The rubric is frozen first: what is read of it then nobody changes any more.
    Raises Conflict for a criterion left out, out of its range or finer than its step, and where the
    programme names no rubric.
    """
    kept, total = [], Decimal(0)
    rubrics.freeze(_code(recheck))
    asked = of(recheck)
    if not asked:
        raise Conflict("本类别没有设验收的评分标准，请先在“项目类别”中选定。")
    for one in asked:
        given = points.get(one.code)
        if given is None or not 0 <= given <= one.most or given % one.step:
            raise Conflict(f"“{one.label}”请按 0 至 {one.most} 分打分，最小 {one.step} 分。")
        kept.append({"label": one.label, "most": one.most, "points": str(given)})
        total += given
    return kept, total
