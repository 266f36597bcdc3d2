"""Choose several projects of a batch, read what will happen, do all of it or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from brands.forms.after import ChosenForm, SeenProjectsField
from brands.models import Batch, Project
from foundation.verdict import Conflict


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to do to many: its words, its form, and the service that does it."""

    title: str
    submit: str
    done: str
    consequences: list[str]
    form: type[ChosenForm]
    act: Callable[..., int]


def confirm_chosen(
    request: HttpRequest,
    batch: Batch,
    projects: "QuerySet[Project]",
    choice: Choice,
    back: str,
) -> HttpResponse:
    """GET with ?project=…: the confirm page; POST: the deed. A refusal keeps what was typed."""
    keys = _keys(request.GET.getlist("project"))
    if request.method == "GET" and not keys:
        messages.warning(request, "请先勾选项目。")
        return redirect(back)
    initial = {"project": SeenProjectsField.shown(projects.filter(pk__in=keys))}
    form = choice.form(request.POST or None, projects=projects, initial=initial)
    status = 200
    if form.is_valid():
        data = dict(form.cleaned_data)
        seen = data.pop("project")
        try:
            count = choice.act(batch, list(seen), seen=seen, by=request.user, **data)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, f"{choice.done} {count} 项。")
            return redirect(back)
    if request.method == "POST":
        keys = _keys(each.partition(".")[0] for each in request.POST.getlist("project"))
    context = {
        "batch": batch,
        "choice": choice,
        "form": form,
        "back": back,
        "chosen": projects.filter(pk__in=keys),
    }
    return render(request, "brands/decision_confirm.html", context, status=status)


def _keys(typed: Iterable[str]) -> list[str]:
    return [key for key in typed if key.isdecimal() and len(key) <= 18]
