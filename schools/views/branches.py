"""Branches come, merge and go; nothing is deleted."""

from typing import cast

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from foundation.accounts.models import User
from schools.forms.organisation import BranchForm, CloseForm, MergeForm
from schools.permissions import can_add_branch, can_close
from schools.services.branches import add_branch, close_branch, merge_branch
from schools.views.organisations import TAKEN, typed, visible_organisation


@require_http_methods(["GET", "POST"])
def branch_new(request: HttpRequest, pk: int) -> HttpResponse:
    parent = visible_organisation(request, pk)
    can_add_branch(request.user, parent).require()
    form = BranchForm(typed(request), parent=parent)
    if form.is_valid():
        try:
            branch = add_branch(
                form.instance, parent=parent, joint=form.joint_schools, by=cast(User, request.user)
            )
        except IntegrityError:
            form.add_error("name", TAKEN)
        else:
            messages.success(request, f"已建立“{branch.name}”。")
            return redirect("schools:organisation", parent.pk)
    return render(request, "schools/branch_form.html", {"parent": parent, "form": form})


@require_http_methods(["GET", "POST"])
def branch_merge(request: HttpRequest, pk: int) -> HttpResponse:
    branch = visible_organisation(request, pk)
    can_close(request.user, branch).require()
    form = MergeForm(typed(request), branch=branch)
    if form.is_valid():
        into = merge_branch(branch, by=cast(User, request.user), **form.cleaned_data)
        messages.success(request, f"“{branch.name}”已并入“{into.name}”，党员人数已相加。")
        return redirect("schools:organisation", into.pk)
    return render(request, "schools/branch_merge.html", {"branch": branch, "form": form})


@require_http_methods(["GET", "POST"])
def branch_close(request: HttpRequest, pk: int) -> HttpResponse:
    branch = visible_organisation(request, pk)
    can_close(request.user, branch).require()
    form = CloseForm(typed(request))
    if form.is_valid():
        close_branch(branch, by=cast(User, request.user), note=form.cleaned_data["note"])
        messages.success(request, f"“{branch.name}”已撤销，原有记录全部保留。")
        return redirect("schools:organisation", branch.parent_id or branch.pk)
    return render(request, "schools/branch_close.html", {"branch": branch, "form": form})
