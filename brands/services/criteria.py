"""By what an acceptance is scored: rubric R2 of domain.md B1. The total is computed, never typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foundation.verdict import Conflict

STEP = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    label: str
    most: int
    looks_at: str


ACCEPTANCE = (
    Criterion("tasks", "任务完成", 30, "申报书和节点任务逐项完成，有据可查。"),
    Criterion("effect", "实效与满意度", 30, "有前后对比数据，教师、学生、家长认可。"),
    Criterion("lasting", "成果固化", 20, "形成案例、制度、画册等可以留存的成果。"),
    Criterion("spread", "辐射带动", 10, "带动了哪些学校和支部，被谁采用。"),
    Criterion("order", "档案与经费规范", 10, "过程档案齐全，经费使用合规。"),
)


def rated(points: Mapping[str, Decimal]) -> tuple[list[dict[str, Any]], Decimal]:
    """What is kept of each criterion, with its words and weight of today, and the total.

    Raises Conflict for a criterion left out, out of its range or finer than half a point.
    """
    kept, total = [], Decimal(0)
    for one in ACCEPTANCE:
        given = points.get(one.code)
        if given is None or not 0 <= given <= one.most or given % STEP:
            raise Conflict(f"“{one.label}”请按 0 至 {one.most} 分打分，最小 0.5 分。")
        kept.append({"label": one.label, "most": one.most, "points": str(given)})
        total += given
    return kept, total
