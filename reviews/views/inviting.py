"""Who was asked to judge a round: the staff's list, and the page on which one answers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.workflow.engine import workflow_of
from foundation.workflow.requests import note_of, version_seen
from reviews import inviting
from reviews.forms import typed
from reviews.forms_people import InviteForm
from reviews.models import Invitation, InvitationEvent, Lots, LotsStatus, ReviewerKind
from reviews.permissions_people import can_invite
from reviews.views.rounds import visible_round
from schools.rights import rights_of

# Moves that a button here does; asking again has its own page, with a day to answer by.
BUTTONS = ("accept", "decline", "leave", "appoint", "take_off", "withdraw")
SAID = {
    "accept": "已接受邀请，感谢参与。分到评审任务时，系统会发消息和邮件通知您。",
    "decline": "已谢绝邀请，局里会另请专家。",
    "leave": "已退出本轮评审，尚未提交的任务已收回，已提交的评分不变。",
    "appoint": "已指定参评，可以分配任务。",
    "take_off": "已登记退出，尚未提交的任务已收回，已提交的评分不变。请补抽或另邀专家。",
    "withdraw": "邀请已撤回。",
}


@require_GET
def invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """Who takes part, who does not and why, and what to do about it."""
    round = visible_round(request, pk)
    found = Invitation.objects.visible_to(request.user).filter(round=round)
    rows = list(found.select_related("reviewer__reviewer__area", "lots").order_by("pk"))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    missing = inviting.to_replace(rows)
    notes = _notes([row.pk for row in page])
    context = {
        "round": round,
        "page": page,
        "lines": [
            (row, getattr(row.reviewer, "reviewer", None), notes.get(row.pk, "")) for row in page
        ],
        "taking_part": sum(row.status in ("accepted", "appointed") for row in rows),
        "waiting": sum(row.status == "asked" and not row.has_lapsed for row in rows),
        "gone": sum(row.has_lapsed or row.status in ("declined", "left") for row in rows),
        "missing": _in_words(missing),
        "again_url": f"{reverse('reviews:lots-new', args=[pk])}?{urlencode(missing)}",
        "lots": Lots.objects.visible_to(request.user)
        .filter(round=round)
        .defer("candidates", "excluded", "drawn")
        .select_related("prepared_by", "witness"),
        "may_invite": can_invite(request.user, round),
    }
    return render(request, "reviews/invitations.html", context)


def _in_words(missing: dict[str, int]) -> str:
    return "、".join(
        f"{ReviewerKind(kind).label if kind else '未登记类别'}{count}位"
        for kind, count in missing.items()
    )


def _notes(keys: list[int]) -> dict[int, str]:
    """The last words that stand with a move of each."""
    events = InvitationEvent.objects.filter(invitation__in=keys)
    rows = events.exclude(note="").order_by("at", "pk").values_list("invitation", "note")
    return dict(rows)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    round = visible_round(request, pk)
    can_invite(request.user, round).require()
    chosen = _chosen(request, round.pk)
    form = InviteForm(typed(request), round=round, chosen=chosen)
    if form.is_valid():
        data = form.cleaned_data
        count = inviting.invite(round, data["people"], data["answer_by"], by=request.user)
        messages.success(request, f"已邀请{count}位专家，邀请发到站内消息和邮箱。")
        return redirect("reviews:invitations", round.pk)
    return render(request, "reviews/invite.html", {"round": round, "form": form})


def _chosen(request: HttpRequest, round: int) -> set[int]:
    """Whom the lots drew that the address names, or the one person that it names."""
    key, person = request.GET.get("lots", ""), request.GET.get("person", "")
    if person.isdecimal() and len(person) < 10:
        return {int(person)}
    if not key.isdecimal() or len(key) > 9:
        return set()
    found = Lots.objects.visible_to(request.user).filter(round=round, status=LotsStatus.DRAWN)
    lots = found.filter(pk=int(key)).first()
    return {row["person"] for row in lots.drawn} if lots else set()


def _visible(request: HttpRequest, pk: int) -> Invitation:
    found = Invitation.objects.visible_to(request.user)
    return get_object_or_404(
        found.select_related("round__batch", "reviewer__reviewer", "asked_by", "lots"), pk=pk
    )


@require_GET
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    moves = {one.name: one for one in workflow_of(found).open_to(found, request.user)}
    context: dict[str, Any] = {
        "invitation": found,
        "round": found.round,
        "moves": [moves[name] for name in BUTTONS if name in moves],
        "may_renew": "renew" in moves,
        "is_city": rights_of(request.user).is_city,
        "events": found.events.select_related("by"),
    }
    return render(request, "reviews/invitation.html", context)


@require_POST
def invitation_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if name not in BUTTONS:
        raise Http404
    found = _visible(request, pk)
    inviting.move(
        found, name, by=request.user, note=note_of(request, 500), version=version_seen(request)
    )
    messages.success(request, SAID[name])
    return redirect("reviews:invitation", found.pk)
