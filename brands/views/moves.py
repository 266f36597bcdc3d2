"""A move of a project: its confirmation page and the POST that performs it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brands import presenting
from brands.forms import spec
from brands.models import Project
from brands.views.projects import OWN_MOVES, visible_project
from foundation.workflow.engine import Transition, perform, workflow_of
from foundation.workflow.requests import note_of, version_seen

# What each move does, said before it is done.
CONSEQUENCES: dict[str, list[str]] = {
    "withdraw": [
        "撤回后，上级不再办理此项申报，并会收到通知。",
        "已填写的内容和附件全部保留；申报截止前可以恢复为草稿，修改后重新提交。",
    ],
    "unrecommend": ["取消后名额立即空出，可用于推荐其他项目。", "项目回到“待区（市）推荐”。"],
    "not_recommend": ["此项目在本批次不再推荐，不能恢复。", "学校会收到通知和理由。"],
    "district_return": [
        "学校可以修改并重新提交，期限按批次设置的工作日计算。",
        "学校会收到通知、理由和修改截止时间。",
    ],
    "return": [
        "审查只能退回一次；重新提交后不能再退回。",
        "已占用的推荐名额为学校保留。",
        "学校会收到通知、理由和修改截止时间。",
    ],
    "extend": [
        "从今天起（原期限还没有到的，从原期限起）再给批次设置的工作日。",
        "学校会收到通知、理由和新的修改截止时间。",
    ],
    "resume": [
        "项目回到退回之前的环节，按学校上次提交的内容继续办理。",
        "学校退回后所做、没有提交的修改不计入。",
        "学校会收到通知。",
    ],
    "lapse": [
        "此项目在本批次不再办理，不能恢复。",
        "已占用的推荐名额随即空出。",
        "学校会收到通知和理由。",
    ],
    "reject": ["此项目在本批次不再参加评审，不能恢复。", "学校会收到通知和理由。"],
}
RETURNS = frozenset({"return", "district_return"})
DANGEROUS = frozenset({"withdraw", "not_recommend", "reject", "lapse"})


def _transition(project: Project, name: str) -> Transition:
    workflow = workflow_of(project)
    if name not in OWN_MOVES or name not in workflow:
        raise Http404
    return workflow[name]


@require_GET
def project_confirm(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    project = visible_project(request, pk)
    transition = _transition(project, name)
    if name not in CONSEQUENCES:
        raise Http404
    transition.decide(project, request.user).require()
    back = "desk" if request.GET.get("back") == "desk" else ""
    context = {
        "project": project,
        "transition": transition,
        "title": f"{transition.label}：{project}",
        "consequences": CONSEQUENCES[name],
        "danger": name in DANGEROUS,
        "hidden": [("version", project.version), ("back", back)],
        "cancel_url": _back_url(back, project),
        "action": reverse("brands:project-transition", args=[project.pk, name]),
        "note_label": "理由" if transition.needs_note else "",
    }
    if name in RETURNS:
        form = spec.form_of(project.batch)
        context["sections"] = [
            (s, spec.answers(project, s, full_phone=False)) for s in form.sections
        ]
        context["files_title"] = form.loose_files
        context["files"] = project.attachments.filter(field="").count()
        return render(request, "brands/project_return.html", context)
    return render(request, "brands/project_confirm.html", context)


def _remarks_of(data: QueryDict) -> dict[str, str]:
    """remark-KEY → words, for the fields on which something was written."""
    return {
        name.removeprefix("remark-"): str(words).replace("\0", "")
        for name, words in data.items()
        if name.startswith("remark-") and str(words).strip()
    }


@require_POST
def project_transition(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    project = visible_project(request, pk)
    transition = _transition(project, name)
    note = note_of(request, 2000)
    if transition.needs_note and not note and transition.decide(project, request.user):
        messages.error(request, f"请写明{transition.label}的理由，再提交。")
        return redirect("brands:project-confirm", project.pk, name)
    extra: dict[str, Any] = {}
    if name in RETURNS:
        extra["remarks"] = _remarks_of(request.POST)
    if name == "accept":
        extra["items"] = request.POST.getlist("items")
        note = "；".join([f"已核对：{'、'.join(extra['items'])}", *([note] if note else [])])
    perform(
        project,
        name,
        by=request.user,
        note=note,
        version=version_seen(request),
        **extra,
    )
    if name == "submit":
        return redirect("brands:project-receipt", project.pk)
    label = presenting.chip(project, request.user)["label"]
    messages.success(request, f"{transition.label}已完成，“{project}”当前状态：{label}。")
    return redirect(_back_url(request.POST.get("back", ""), project))


def _back_url(back: str, project: Project) -> str:
    if back == "desk":
        return f"{reverse('brands:desk')}?batch={project.batch_id}&area={project.area_id}"
    return reverse("brands:project", args=[project.pk])
