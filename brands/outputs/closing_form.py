"""结项书: the closing of a 书记项目 as a form to sign and stamp (domain.md B2, F-D 37–41)."""

from django.utils import timezone

from brands import presenting
from brands.models import ChangeStatus, ClosingApplication, Milestone, Project
from brands.services.cultivating import words_of
from foundation import clock
from foundation.documents import OfficialDocument, chinese_date, label, value

_WIDTHS = (36, 120)


def closing_form(closing: ClosingApplication, *, with_score: bool) -> bytes:
    """Of one application. `with_score` for who may know it."""
    project = closing.project
    document = OfficialDocument(author=project.organisation.short)
    document.title(f"{project.batch.noun}结项书")
    facts = [
        ("项目名称", str(project)),
        ("受理编号", project.number or ""),
        ("立项批次", project.batch.title),
        *presenting.registry_facts(project),
        ("领办书记", project.lead.name if project.lead else ""),
        ("申请次数", f"第 {closing.number} 次，{chinese_date(timezone.localdate(closing.at))}"),
        ("节点任务完成情况", "\n".join(_step(row) for row in project.milestones.all())),
        ("变更、延期情况", _changes(project)),
        ("结项报告", closing.report),
    ]
    if with_score and closing.score is not None:
        facts.append(("结项评审", f"{closing.score} 分，{closing.outcome_words}"))
    document.form_table([[label(name), value(text)] for name, text in facts if text], _WIDTHS)
    document.signature_row("书记签名")
    document.signature_row("学校党组织意见")
    if not project.organisation.is_direct:
        document.signature_row("区（市）教育工委意见")
    document.signature_row("市委教育工委意见")
    document.footer_note(f"导出日期：{chinese_date(clock.today())}")
    return document.to_bytes()


def _step(row: Milestone) -> str:
    done = f"{chinese_date(row.done_on)}完成" if row.done_on else "未完成"
    return f"{row.title}（{row.owner}，{chinese_date(row.due_on)}前）：{done}。{row.result}"


def _changes(project: Project) -> str:
    approved = project.changes.filter(status=ChangeStatus.APPROVED).order_by("pk")
    lines = [
        f"{chinese_date(timezone.localdate(one.asked_at))}{words_of(one)}：{one.reason}"
        for one in approved
    ]
    return "\n".join(lines) or "无"
