"""动态管理: every check of a named brand on one page, for its school, its district and the bureau."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import permissions_keeping as may
from brands.forms.keeping import MOVES, ArrangeForm, MoveForm
from brands.models import Honour, Recheck, RecheckFile, RecheckKind, RecheckStatus
from brands.services import keeping
from brands.services.grading import EXCELLENT_SHARE
from brands.timeline import of_event
from brands.tones import tone_of
from foundation import uploads
from foundation.audit.services import record
from foundation.verdict import Conflict
from foundation.workdays.deadlines import days_left_of
from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.requests import version_seen

EFFECTS = {
    "report": "提交后不能修改，由局工作人员评定。",
    "report_fix": "提交后由另一位局工作人员复查。",
    "allow": "学校可以再报告一次，并收到通知。",
    "pass": "立即生效并通知学校。",
    "demand": "通知学校按期整改；整改后由另一人复查。",
    "clear": "立即生效并通知学校。",
    "score": "由另一人审定后生效，审定之前学校看不到。",
    "grade": (
        "85 分以上为优秀（不超过本批 "
        f"{EXCELLENT_SHARE}%，不足 4 个的不评优秀），70 分以上通过，60 至 70 分延期六个月再验收一次，"
        "60 分以下或再次不满 70 分的建议撤销。"
    ),
    "advise": "交工委领导决定；命名在决定之前仍然有效。",
    "fail": "立即生效并通知学校；中期检查到此结束，结项时作为过程规范的依据。",
    "keep": "命名继续有效，通知学校。",
}


@require_GET
def rechecks(request: HttpRequest) -> HttpResponse:
    rows = Recheck.objects.visible_to(request.user).for_list()
    kind, status = request.GET.get("kind", ""), request.GET.get("status", "waiting")
    if kind in RecheckKind.values:
        rows = rows.filter(kind=kind)
    if status == "waiting":
        rows = rows.waiting()
    elif status in RecheckStatus.values:
        rows = rows.filter(status=status)
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    _dress(page)
    context = {
        "page": page,
        "chosen": {"kind": kind, "status": status},
        "kinds": RecheckKind.choices,
        "statuses": RecheckStatus.choices,
        "is_city": may.sees_all(request.user),
    }
    return render(request, "brands/rechecks.html", context)


@require_GET
def recheck_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@require_POST
def recheck_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    recheck = _visible(request, pk)
    if name not in MOVES:
        raise Http404
    verdict = workflow_of(recheck)[name].decide(recheck, request.user)
    if not verdict.conflict:  # One comes back with what was typed.
        verdict.require()
    form = MOVES[name](request.POST, request.FILES, recheck=recheck, prefix=name)
    if not form.is_valid():
        return _page(request, recheck, form)
    try:
        perform(
            recheck,
            name,
            by=request.user,
            version=version_seen(request),
            **form.said,
        )
    except Conflict as conflict:
        form.add_error(None, str(conflict))
        return _page(request, _visible(request, pk), form, status=409)
    messages.success(request, f"当前状态：{recheck.get_status_display()}。")
    return redirect("brands:recheck", pk)


@require_GET
def recheck_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = get_object_or_404(RecheckFile.objects.visible_to(request.user), pk=pk)
    response = uploads.serve(file.stored, filename=file.name, content_type=file.content_type)
    record("download", by=request.user, obj=file, recheck=file.recheck_id)
    return response


@require_http_methods(["GET", "POST"])
def recheck_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A re-verification by hand, for what was named before there was a system."""
    rows = Honour.objects.visible_to(request.user).select_related("project__batch__programme")
    honour = get_object_or_404(rows, pk=pk)
    verdict = may.may_arrange(request.user, honour)
    verdict.require()
    keeping.may_arrange_now(request.user, honour).require()
    form = ArrangeForm(request.POST or None)
    status = 200
    if form.is_valid():
        day = form.cleaned_data["due_on"]
        try:
            recheck = keeping.arrange(honour, due_on=day, by=request.user, via=verdict.via)
        except Conflict as conflict:
            form.add_error("due_on", str(conflict))
            status = 409
        else:
            messages.success(request, "复评已安排，到启动日期通知学校。")
            return redirect("brands:recheck", recheck.pk)
    context = {"honour": honour, "form": form}
    return render(request, "brands/recheck_new.html", context, status=status)


def _visible(request: HttpRequest, pk: int) -> Recheck:
    rows = Recheck.objects.visible_to(request.user).for_list()
    return get_object_or_404(
        rows.select_related("honour__project__batch__programme", "negative__kind").prefetch_related(
            "files"
        ),
        pk=pk,
    )


def _page(
    request: HttpRequest, recheck: Recheck, refused: MoveForm | None = None, status: int = 200
) -> HttpResponse:
    """`refused` is a form that came back: shown with what was typed and why."""
    _dress([recheck])
    name = str(refused.prefix) if refused else ""
    moves = [
        (
            move,
            EFFECTS[move.name],
            refused if move.name == name else MOVES[move.name](recheck=recheck, prefix=move.name),
        )
        for move in workflow_of(recheck).open_to(recheck, request.user)
    ]
    context = {
        "recheck": recheck,
        "moves": moves,
        "lost": refused if refused and name not in [move.name for move, _, _ in moves] else None,
        "waits_for": WAITS_FOR.get(RecheckStatus(recheck.status), "") if not moves else "",
        "report_files": _files(recheck, of_fix=False),
        "fix_files": _files(recheck, of_fix=True),
        "sees_event": recheck.negative_id is not None and may.sees_all(request.user),
        "shows_score": may.shows_score(request.user, recheck),
        "events": [
            of_event(event)
            for event in recheck.events.select_related("by")
            if event.name != "score" or may.shows_score(request.user, recheck)
        ],
    }
    return render(request, "brands/recheck.html", context, status=status)


R = RecheckStatus
WAITS_FOR = {
    R.PLANNED: "到启动日期，系统会通知学校书记报告。",
    R.OPEN: "等学校书记提交报告。",
    R.SUBMITTED: "等局工作人员评定。",
    R.SCORED: "等另一人审定。",
    R.FIXING: "等学校报送整改。",
    R.FIXED: "等另一位局工作人员复查。",
    R.MISSED: "等局工作人员处理。",
    R.ADVISED: "等工委领导决定。撤销在荣誉页面办理。",
}


def _files(recheck: Recheck, *, of_fix: bool) -> list[dict[str, Any]]:
    return [
        {
            "name": file.name,
            "size": file.size,
            "url": reverse("brands:recheck-file", args=[file.pk]),
        }
        for file in recheck.files.all()
        if file.of_fix == of_fix
    ]


def _dress(rows: Iterable[Any]) -> None:
    """What a row shows beside its own columns."""
    rows = list(rows)
    left = days_left_of(row.deadline for row in rows)
    for row in rows:
        row.tone = tone_of(row.status)
        row.days_left = left[row.deadline]
