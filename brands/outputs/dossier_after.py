"""What a dossier holds of the stretch after the decision: closings, changes, checks, notice,
objections, honour. Each begins with what this person may see."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from brands.models import (
    ChangeRequest,
    ClosingApplication,
    Honour,
    MilestoneReport,
    Objection,
    Project,
    Publicity,
    PublicityStatus,
    Recheck,
    RecheckFile,
    RecheckStatus,
)
from brands.outputs import notices
from brands.outputs.closing_form import closing_form
from brands.permissions_keeping import sees_all, shows_score
from brands.services.cultivating import words_of
from foundation.documents import OfficialDocument, chinese_date, label, value
from foundation.uploads import clean_name

_WIDTHS = (36, 120)
_EVENT_WIDTHS = (40, 46, 70)
Rows = list[tuple[str, str]]


def papers(project: Project, user: Any) -> Iterator[tuple[str, bytes]]:
    """(path, content) of each."""
    yield from _closings(project, user)
    for number, change in enumerate(_mine(ChangeRequest, project, user).order_by("pk"), 1):
        yield f"变更申请/{number:02d}-{words_of(change)}.docx", _change(change)
    if statements := _mine(MilestoneReport, project, user, "milestone__project"):
        yield "节点任务完成情况（历次）.docx", _statements(project, statements)
    for number, check in enumerate(_checks(project, user), 1):
        name = f"{number:02d}-{check.get_kind_display()}"
        yield f"检查和验收/{name}.docx", _check(check, user)
    notices_ = Publicity.objects.visible_to(user).filter(entries__project=project)
    for number, notice in enumerate(notices_.exclude(status=PublicityStatus.DRAFT), 1):
        yield f"公示/{number:02d}-公示.docx", notices.publicity_notice(notice)
    if objections := list(Objection.objects.visible_to(user).filter(project=project)):
        yield "异议办理结果.docx", _objections(project, objections)
    for honour in Honour.objects.reached_by(user).filter(project=project):
        yield "荣誉.docx", _honour(honour)


def files(project: Project, user: Any) -> Iterator[tuple[str, RecheckFile]]:
    """What came with the reports of its checks."""
    rows = RecheckFile.objects.visible_to(user).filter(recheck__in=_checks(project, user))
    for number, file in enumerate(rows.order_by("pk"), 1):
        kind = "整改材料" if file.of_fix else "报告材料"
        yield f"检查和验收/{kind}/{number:02d}-{clean_name(file.name)}", file


def _mine(model: Any, project: Project, user: Any, path: str = "project") -> Any:
    return model.objects.visible_to(user).filter(**{path: project})


def _closings(project: Project, user: Any) -> Iterator[tuple[str, bytes]]:
    for closing in _mine(ClosingApplication, project, user):
        sees = bool(closing.outcome) or sees_all(user)
        yield f"结项书/第{closing.number}次申请.docx", closing_form(closing, with_score=sees)


def _checks(project: Project, user: Any) -> Any:
    """Those that are still ahead tell nothing yet."""
    mine = Q(project=project) | Q(honour__project=project)
    ahead = RecheckStatus.PLANNED
    return Recheck.objects.visible_to(user).for_list().filter(mine).exclude(status=ahead)


def _change(change: ChangeRequest) -> bytes:
    rows: Rows = [
        ("申请", words_of(change)),
        ("提出", f"{change.asked_by.name}，{_day(change.asked_at)}"),
        ("理由", change.reason),
        ("延至", chinese_date(change.until) if change.until else ""),
        ("结果", change.get_status_display()),
    ]
    for row in change.rows:
        before = row["before"]
        was = f"{before['title']}（{before['owner']}，{before['due_on']}）" if before else "新增"
        after = "取消" if row["drop"] else f"{row['title']}（{row['owner']}，{row['due_on']}）"
        rows.append(("节点任务", f"{was} → {after}"))
    return _paper(f"{change.project}\n{words_of(change)}", rows, change.events.all())


def _check(check: Recheck, user: Any) -> bytes:
    rows: Rows = [
        ("单位", check.organisation.short),
        ("报告期限", chinese_date(check.due_on)),
        ("结果", check.get_status_display()),
        ("报告", check.report),
        ("整改期限", chinese_date(check.fix_due_on) if check.fix_due_on else ""),
        ("整改报告", check.fix_report),
    ]
    events = check.events.all()
    if shows_score(user, check):
        rows += [(one["label"], f"{one['points']} / {one['most']}") for one in check.points]
        rows.append(("验收得分", str(check.score)))
    else:
        events = events.exclude(name="score")
    return _paper(f"{check.title}\n{check.get_kind_display()}", rows, events)


def _objections(project: Project, objections: list[Objection]) -> bytes:
    """The outcome, never who objected or with which words."""
    rows: Rows = []
    for one in objections:
        kind = "匿名反映" if one.is_anonymous else "实名异议"
        said = one.events.filter(target=one.status).order_by("-pk").first()
        note = f"。{said.note}" if said and said.note else ""
        rows.append((f"{_day(one.received_at)}收到", f"{kind}：{one.get_status_display()}{note}"))
    return _paper(f"{project}\n异议办理结果", rows)


def _honour(honour: Honour) -> bytes:
    def day(one: Any) -> str:
        return chinese_date(one) if one else ""

    rows: Rows = [
        ("编号", honour.number),
        ("单位", honour.holder),
        ("名称", honour.brand_name),
        ("级别和称谓", f"{honour.get_level_display()} {honour.label}"),
        ("公布文号", honour.document_number),
        ("命名日期", day(honour.named_on)),
        ("牌匾号", honour.plaque_number),
        ("有效期至", day(honour.valid_until)),
        ("状态", honour.state[0]),
        ("撤销", f"{day(honour.revoked_on)} {honour.revoked_document}".strip()),
    ]
    return _paper(f"{honour.brand_name}\n荣誉", rows)


def _statements(project: Project, statements: Any) -> bytes:
    rows: Rows = [
        (f"{one.milestone.title}，{_day(one.at)}填写", one.result)
        for one in statements.select_related("milestone").order_by("milestone", "pk")
    ]
    return _paper(f"{project}\n节点任务完成情况", rows)


def _paper(title: str, rows: Rows, events: Any = None) -> bytes:
    document = OfficialDocument()
    document.title(title)
    document.form_table([[label(name), value(text)] for name, text in rows if text], _WIDTHS)
    if events is not None:
        document.heading("办理记录")
        lines: list[list[Any]] = [[label(name) for name in ("时间", "办理人和事项", "说明")]]
        for event in events.select_related("by").order_by("at", "pk"):
            who = event.by.name if event.by else "系统"
            lines.append([_day(event.at), f"{who}：{event.label}", event.note])
        document.form_table(lines, _EVENT_WIDTHS, headings=1)
    return document.to_bytes()


def _day(moment: Any) -> str:
    return chinese_date(timezone.localdate(moment))
