"""The decision page of a batch: the ranked list, the cut line, the approvals."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from brands import permissions
from brands import permissions_after as may
from brands.forms.after import ApproveForm, DeclineForm, ProposeForm, UnproposeForm
from brands.links import links_of, tie_rule
from brands.models import Batch, Project, ProjectStatus, Publicity
from brands.services import deciding, proposing, releasing
from brands.tones import tone_of
from brands.views.choosing import Choice, confirm_chosen
from foundation.workflow.engine import workflow_of

S = ProjectStatus
BEFORE = (
    S.DRAFT,
    S.DISTRICT_REVIEW,
    S.RECOMMENDED,
    S.NOT_RECOMMENDED,
    S.FORMAL_CHECK,
    S.PRECHECK,
    S.RETURNED,
    S.WITHDRAWN,
    S.ELIGIBLE,
    S.REJECTED,
    S.IN_REVIEW,
)


def _ranked(request: HttpRequest, batch: Batch) -> "QuerySet[Project]":
    projects = Project.objects.visible_to(request.user).filter(batch=batch).for_list()
    return projects.order_by(F("rank").asc(nulls_last=True), "pk")


@require_GET
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    may.may_see_decision(request.user, batch).require()
    status = request.GET.get("status", "")
    projects = _ranked(request, batch).exclude(status__in=BEFORE)
    possible = workflow_of(Project(batch=batch)).statuses - set(BEFORE)
    waiting = permissions.status_as_seen(
        S.SCORED, sees=True, outcome_is_out=True, has_review=batch.has_review
    ).label
    if status in possible:
        projects = projects.filter(status=status)
    cut = request.GET.get("cut", "")
    page: Any = Paginator(projects, 100).get_page(request.GET.get("page"))
    rules = proposing.of(batch)
    for project in page:
        project.tone = tone_of(project.status)
        project.words = waiting if project.status == S.SCORED else project.get_status_display()
        project.by_rule = rules.words(project.pk)
        project.is_cut = project.pk == rules.cut and not status
        project.may_be_chosen = project.status in (S.SCORED, S.PROPOSED)
        within = (
            (project.rank or 10**9) <= int(cut[:6])
            if cut.isdecimal()
            else project.pk in rules.listed
        )
        project.chosen = within and project.status == S.SCORED
    context = {
        "batch": batch,
        "page": page,
        "rules": rules,
        "allotments": batch.allotments.select_related("area") if rules.has_rules else [],
        "may_allot": may.may_allot(request.user, batch),
        "tie_rule": tie_rule(batch),
        "cut": cut,
        "status": status,
        "statuses": [
            (value, waiting if value == S.SCORED else label)
            for value, label in S.choices
            if value in possible
        ],
        "links": links_of(batch, request.user),
        "publicities": Publicity.objects.visible_to(request.user).filter(batch=batch),
        "may_choose": any(project.may_be_chosen for project in page),
        "may_propose": may.may_propose(request.user) and batch.is_brand,
        "may_approve": may.may_approve(request.user),
        "release": _release(batch) if may.may_release(request.user, batch) else None,
        "may_draft": may.may_draft_publicity(request.user) and batch.is_brand,
    }
    return render(request, "brands/decision.html", context)


def _release(batch: Batch) -> dict[str, Any] | None:
    """How many wait to be told, and whether they may be told now."""
    count = releasing.pending(batch).count()
    return {"count": count, "verdict": releasing.is_due(batch)} if count else None


@require_http_methods(["GET", "POST"])
def decision_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Confirm page and deed of propose, unpropose, approve and decline."""
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    if not batch.is_brand and name in {"propose", "unpropose"}:
        raise Http404
    person = may.may_approve if name in {"approve", "decline"} else may.may_propose
    person(request.user, batch).require()
    projects = _ranked(request, batch)
    back = reverse("brands:decision", args=[batch.pk])
    return confirm_chosen(request, batch, projects, _choice(batch, name), back)


def _choice(batch: Batch, name: str) -> Choice:
    """What each step says before it is done."""
    words = "establish" if name == "approve" and not batch.is_brand else name
    title, done, consequences, form = {
        "propose": (
            "列入拟定名单",
            "已列入拟定名单",
            ["所选项目进入“拟定，待审定”，由工委领导审定。", "学校此时看不到这一结果。"],
            ProposeForm,
        ),
        "unpropose": (
            "移出拟定名单",
            "已移出拟定名单",
            [f"所选项目回到“{'评审完成' if batch.has_review else '审查通过'}”。"],
            UnproposeForm,
        ),
        "approve": (
            "审定通过",
            "已审定",
            ["所选项目进入“已审定”，可以列入公示。", "会议纪要号记入每个项目。"],
            ApproveForm,
        ),
        "establish": (
            "审定立项",
            "已审定",
            [
                "所选项目记为“已审定”，点“公布审定结果”之后才立项并通知各申报单位。",
                "会议纪要号记入每个项目。",
            ],
            ApproveForm,
        ),
        "decline": (
            "不予入选" if batch.is_brand else "不予立项",
            "已记为未入选",
            [
                "所选项目记为“未入选”，不能再恢复。",
                "审定结果公布之前，学校和区（市）看不到。",
            ],
            DeclineForm,
        ),
    }[words]
    act = partial(_move, name=name)
    return Choice(title, f"确认{title}", done, consequences, form, act)


def _move(batch: Batch, keys: list[int], *, name: str, by: object, **extra: Any) -> int:
    note = str(extra.pop("note", ""))
    return deciding.move_many(batch, name, keys, by=by, note=note, **extra)
