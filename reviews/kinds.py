"""The long work of this app: registered when the program starts."""

from typing import Any

from foundation import media
from foundation.jobs.services import KINDS, Kind, Task
from foundation.spreadsheets import Column, Sheet, write_workbook
from foundation.verdict import Verdict, denied
from reviews import plans
from reviews.assigning.problem import STEPS
from reviews.models import AssignmentPlan
from reviews.permissions import can_manage


def _may_plan(user: Any, facts: dict[str, Any]) -> Verdict:
    if not AssignmentPlan.objects.visible_to(user).filter(pk=facts["plan"]).exists():
        return denied("您已不能查看这份分配方案。")
    return can_manage(user)


def _plan(task: Task) -> dict[str, Any]:
    plan = (
        AssignmentPlan.objects.visible_to(task.owner)
        .select_related("round")
        .get(pk=task.facts["plan"])
    )
    plans.work(plan, by=task.owner, step=lambda done: task.step(done, STEPS + 1))
    task.file.write(workbook(plan))
    task.step(STEPS + 1, STEPS + 1)
    return {"plan": plan.pk, "status": plan.status}


def workbook(plan: AssignmentPlan) -> bytes:
    """What was asked and what came out, for the file."""
    title = f"{plan.round} {plan}"
    if plan.clashes:
        lines = [[number, words] for number, clash in enumerate(plan.clashes, 1) for words in clash]
        columns = [Column("冲突", 8, numeric=True), Column("规则", 80)]
        return write_workbook([Sheet("规则冲突", columns, lines, title)])
    found = plan.proof
    rules = [
        [line["words"], "符合" if line["holds"] else "不符合", "\n".join(line["faults"])]
        for line in found["rules"]
    ]
    notes = [
        f"种子{plan.seed}，输入校验值{plan.digest}，{plan.solver}。",
        f"总代价{found['cost']}，最低代价{found['bound']}。",
    ]
    people = [Column("专家", 14), Column("类别", 14), Column("任务数", 10, numeric=True)]
    return write_workbook(
        [
            Sheet(
                "规则",
                [Column("规则", 60), Column("结论", 10), Column("说明", 60)],
                rules,
                title,
                notes,
            ),
            Sheet("专家任务", people, found["loads"], title),
        ]
    )


def register() -> None:
    KINDS[plans.KIND] = Kind(_may_plan, _plan, media.EXCEL)
