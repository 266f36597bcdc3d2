"""The Party tree: looking at it, and changing what is one's own."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from foundation.accounts.models import User
from schools.forms.organisation import (
    BranchForm,
    OrganisationForm,
    PostFormSet,
)
from schools.models import Area, OrganisationKind, PartyOrganisation, Role, Tier
from schools.permissions import can_add_branch, can_close, can_edit, can_import
from schools.rights import TREE_ROLES, rights_of
from schools.services.branches import (
    audit_edit,
    facts,
    fingerprint,
)
from schools.structure import warnings

STALE = "您打开本页之后，有人修改了该党组织。您填写的内容仍在下面，请与现有内容核对后再保存。"
TAKEN = "刚刚有人建立了同名的党组织，请换一个名称。"
LIVE_BRANCHES = Count("children", filter=Q(children__closed_on=None), distinct=True)


@require_GET
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Areas with their sums, then the units of the chosen one; the own organisation where there is one."""
    visible = PartyOrganisation.objects.visible_to(request.user).live()
    own = {one.organisation for one in rights_of(request.user).having(*TREE_ROLES)}
    if len(own) == 1 and (only := own.pop()).tier in (Tier.UNIT, Tier.BRANCH):
        return redirect("schools:organisation", only.pk)
    areas = _areas(visible)
    chosen = next((area for area in areas if area.code == request.GET.get("area")), None)
    if chosen is None and len(areas) == 1:
        chosen = areas[0]
    units = visible.units().filter(area=chosen)
    units = units.select_related("school").annotate(branch_count=LIVE_BRANCHES)
    above = Q(tier=Tier.CITY) | Q(tier=Tier.AREA, area=chosen)
    tops = visible.filter(above) if areas else visible
    context = {
        "areas": areas,
        "chosen": chosen,
        "tops": tops.order_by("path")[:50],
        "page": Paginator(units.order_by("school__code", "path"), 50).get_page(
            request.GET.get("page")
        ),
        "may_import": bool(can_import(request.user)),
    }
    return render(request, "schools/organisation_list.html", context)


def _areas(visible: Any) -> list[Any]:
    inside = Q(organisations__in=visible.units())
    return list(
        Area.objects.annotate(
            unit_count=Count("organisations", filter=inside),
            full=Sum("organisations__full_members", filter=inside, default=0),
            probationary=Sum("organisations__probationary_members", filter=inside, default=0),
        )
        .filter(unit_count__gt=0)
        .order_by("order", "code")
    )


@require_GET
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = visible_organisation(request, pk)
    posts = list(organisation.posts.all())
    joint = list(organisation.joint_schools.all())
    branches = organisation.children.filter(tier=Tier.BRANCH).select_related("merged_into")
    listed = list(branches.order_by("closed_on", "pk")) if organisation.tier == Tier.UNIT else []
    live = [branch for branch in listed if not branch.closed_on]
    edit, add, close = (
        check(request.user, organisation) for check in (can_edit, can_add_branch, can_close)
    )
    context = {
        "organisation": organisation,
        "above": _above(request, organisation),
        "posts": posts,
        "joint": joint,
        "branches": live,
        "closed": [branch for branch in listed if branch.closed_on],
        "warnings": [
            *warnings(organisation, posts=len(posts), joint=len(joint)),
            *_branch_warnings(organisation, live),
        ],
        "may_edit": bool(edit),
        "may_add": bool(add),
        "may_close": bool(close),
        "facts": _facts(organisation),
    }
    return render(request, "schools/organisation.html", context)


def _above(request: HttpRequest, branch: PartyOrganisation) -> PartyOrganisation | None:
    """The unit of a branch, where this person may open it."""
    unit = branch.parent if branch.tier == Tier.BRANCH else None
    return unit if unit and rights_of(request.user).via(unit, *TREE_ROLES) else None


def _facts(organisation: PartyOrganisation) -> list[tuple[str, ...]]:
    ends = organisation.term_ends_on
    found: list[tuple[str, ...]] = [
        ("类型", organisation.get_kind_display()),
        (
            "正式党员",
            str(organisation.full_members),
            f"预备党员 {organisation.probationary_members}",
        ),
    ]
    if organisation.tier == Tier.UNIT:
        found.append(("登记支部数", str(organisation.declared_branches)))
    found.append(("本届届满", f"{ends.year}年{ends.month}月{ends.day}日" if ends else "未登记"))
    return found


def _branch_warnings(unit: PartyOrganisation, live: list[PartyOrganisation]) -> list[str]:
    """Where the branches do not agree with what the unit declares."""
    found = []
    if unit.kind in (OrganisationKind.COMMITTEE, OrganisationKind.GENERAL_BRANCH):
        if len(live) != unit.declared_branches:
            found.append(
                f"登记支部数是 {unit.declared_branches}，已建立 {len(live)} 个支部，请补齐或更正。"
            )
        members = sum(branch.full_members for branch in live)
        if live and members != unit.full_members:
            found.append(
                f"各支部正式党员合计 {members} 名，与登记的 {unit.full_members} 名不一致。"
            )
    return found


@require_http_methods(["GET", "POST"])
@transaction.atomic
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    # Locked: of two people who save at once the second sees what the first wrote.
    organisation = visible_organisation(request, pk, lock=request.method == "POST")
    can_edit(request.user, organisation).require()
    before = facts(organisation)
    form = _edit_form(request, organisation)
    posts = PostFormSet(typed(request), instance=organisation, prefix="posts")
    seen = fingerprint(before)
    # Both are asked, so that everything wrong is told at once.
    valid = all([form.is_valid(), posts.is_valid()]) if request.method == "POST" else False
    stale = valid and request.POST.get("seen", seen) != seen
    if stale:
        form.add_error(None, STALE)
    elif valid and _save(form, posts):
        audit_edit(organisation, before=before, by=cast(User, request.user))
        messages.success(request, "已保存。")
        return redirect("schools:organisation", pk)
    context = {
        "organisation": organisation,
        "form": form,
        "posts": posts,
        "name": before["名称"],
        "seen": seen,
        "there": before if stale else {},
    }
    status = 409 if stale else 200
    return render(request, "schools/organisation_form.html", context, status=status)


def _save(form: OrganisationForm | BranchForm, posts: Any) -> bool:
    try:
        with transaction.atomic():
            form.instance.save(update_fields=list(form.Meta.fields))
            if isinstance(form, BranchForm):
                form.instance.joint_schools.set(form.joint_schools)
            posts.save()
    except IntegrityError:
        form.add_error("name", TAKEN)
        return False
    return True


def _edit_form(
    request: HttpRequest, organisation: PartyOrganisation
) -> OrganisationForm | BranchForm:
    data = typed(request)
    if organisation.tier == Tier.BRANCH and organisation.parent is not None:
        return BranchForm(data, instance=organisation, parent=organisation.parent)
    own = organisation.parent or organisation
    above = rights_of(request.user).via(own, Role.DISTRICT, Role.BUREAU)
    return OrganisationForm(data, instance=organisation, may_rename=above is not None)


def typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def visible_organisation(request: HttpRequest, pk: int, *, lock: bool = False) -> PartyOrganisation:
    organisations = PartyOrganisation.objects.visible_to(request.user)
    organisations = organisations.select_related("school", "area", "parent__school", "merged_into")
    if lock:
        organisations = organisations.select_for_update(of=("self",))
    return get_object_or_404(organisations, pk=pk)
