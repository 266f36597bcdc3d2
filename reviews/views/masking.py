"""隐名: what the reviewers of a blind round do not get to see, confirmed before it opens."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from foundation.audit.services import record
from foundation.uploads import serve
from foundation.verdict import Conflict
from reviews import content
from reviews.forms_masking import MaskForm
from reviews.masking import confirming, copies
from reviews.masking.words import plain
from reviews.models import Decision, Mask, Masking, ReviewerCopy, Round
from reviews.permissions import can_mask, can_unmask
from reviews.views.rounds import visible_round

A_PAGE = 50


@require_http_methods(["GET", "POST"])
def maskings(request: HttpRequest, pk: int) -> HttpResponse:
    """All projects of the round: whose dictionary is confirmed, whose is not."""
    round = visible_round(request, pk)
    if not round.is_blind:
        raise Http404("本轮不是盲评。")
    if request.method == "POST":
        can_mask(request.user, round).require()
        _carry_out(request, round)
        return redirect("reviews:maskings", pk)
    current = set(Masking.objects.filter(round=round).current().values_list("pk", flat=True))
    page = Paginator(confirming.for_list(round), A_PAGE).get_page(request.GET.get("page"))
    total = Masking.objects.filter(round=round).count()
    context = {
        "round": round,
        "page": page,
        "lines": [_Line.of(masking, current) for masking in page],
        "missing": len(confirming.to_mask(round)),
        "confirmed": len(current),
        "total": total,
        "may_mask": can_mask(request.user, round),
        "is_draft": round.status == "draft",
    }
    return render(request, "reviews/maskings.html", context)


class _Line(NamedTuple):
    masking: Masking
    times: int
    is_current: bool
    token: str

    @classmethod
    def of(cls, masking: Masking, current: set[int]) -> "_Line":
        is_confirmed = masking.pk in current or (
            masking.round.status != "draft" and masking.confirmed_at is not None
        )
        token = f"{masking.pk}:{confirming.seen(masking)}"
        return cls(masking, len(masking.masks.all()), is_confirmed, token)


def _carry_out(request: HttpRequest, round: Round) -> None:
    if "propose" in request.POST:
        count = confirming.propose(round, by=request.user)
        messages.success(
            request,
            f"已为{count}个项目列出隐名词，请逐项核对后确认。" if count else "没有新的项目。",
        )
        return
    chosen = dict(_chosen(request))
    if not chosen:
        messages.error(request, "请先勾选要确认的项目。")
        return
    count = confirming.confirm_all(round, chosen, by=request.user)
    messages.success(request, f"已确认{count}个项目的隐名。")


def _chosen(request: HttpRequest) -> Iterator[tuple[int, str]]:
    for words in request.POST.getlist("masking"):
        key, colon, token = words.partition(":")
        if colon and key.isascii() and key.isdecimal() and len(key) < 12:
            yield int(key), token


@require_http_methods(["GET", "POST"])
def masking(request: HttpRequest, pk: int) -> HttpResponse:
    """The dictionary of one project beside the material as its reviewers will read it."""
    found = get_object_or_404(
        Masking.objects.visible_to(request.user)
        .select_related("round__batch", "round__rubric", "confirmed_by")
        .select_related("project__organisation__school", "project__batch__form")
        .select_related("project__batch__programme")
        .prefetch_related("masks"),
        pk=pk,
    )
    form = MaskForm()
    if request.method == "POST":
        can_mask(request.user, found.round).require()
        form = MaskForm(request.POST if "add" in request.POST else None)
        if _changed(request, found, form):
            return redirect("reviews:masking", pk)
    return render(request, "reviews/masking.html", _facts(request, found, form))


_DECISIONS = {one.value: one for one in (Decision.SHOWN, Decision.WITHHELD)}


def _changed(request: HttpRequest, masking: Masking, form: MaskForm) -> bool:
    """False where the form has to be shown again."""
    by = request.user
    if "add" in request.POST:
        if not form.is_valid():
            return False
        try:
            confirming.add(masking, **form.cleaned_data, by=by)
        except Conflict as conflict:
            form.add_error("found", str(conflict))
            return False
        messages.success(request, "已增加。")
    elif "drop" in request.POST:
        confirming.drop(masking, _number(request.POST["drop"]), by=by)
        messages.success(request, "已删去。")
    elif "copies" in request.POST:
        confirming.plan_copies(masking, by=by)
        messages.success(request, "正在重新生成副本，请稍后刷新页面。")
    elif decision := _DECISIONS.get(next((n for n in _DECISIONS if n in request.POST), "")):
        key = _number(request.POST.get(decision.value, ""))
        confirming.decide(masking, key, decision, by=by)
        messages.success(request, f"已定：{decision.label}。")
    elif "confirm" in request.POST:
        confirming.confirm(masking, by=by, seen_by=request.POST.get("seen", ""))
        messages.success(request, f"已确认《{masking.project}》的隐名。")
    else:
        messages.error(request, "请按页面上的按钮办理。")
    return True


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 12 else 0


class _File(NamedTuple):
    """A copy and where it stands, in words."""

    copy: ReviewerCopy
    original: str
    state: str
    tone: str
    hint: str


def _files(masking: Masking) -> list[_File]:
    settled = set(masking.copies.settled().values_list("pk", flat=True))
    found = masking.copies.select_related("attachment", "progress").order_by("pk")
    return [_file(copy, copy.pk in settled) for copy in found]


def _file(copy: ReviewerCopy, is_settled: bool) -> _File:
    original = str(copy.original)
    if copy.decision == Decision.WITHHELD:
        return _File(copy, original, "不给专家看", "plain", "")
    if is_settled:
        return _File(copy, original, "给专家看", "good", "")
    return _File(copy, original, "待决定", "wait", copies.waits_for(copy))


@require_GET
def masking_copy(request: HttpRequest, pk: int, copy: int) -> HttpResponseBase:
    """The copy as its reviewers would get it, for the staff to look at."""
    masking = get_object_or_404(Masking.objects.visible_to(request.user), pk=pk)
    found = get_object_or_404(masking.copies.exclude(stored=""), pk=copy)
    record("download", by=request.user, obj=found, masking=masking.pk)
    return serve(found.stored, filename=found.name, content_type=found.content_type)


class _Word(NamedTuple):
    mask: Mask
    times: int


def _facts(request: HttpRequest, masking: Masking, form: MaskForm) -> dict[str, Any]:
    entry = confirming.as_entry(masking)
    if entry is None:
        raise Http404("这个项目没有提交过的版本。")
    counts = entry.mask.count(confirming.text_of(entry))
    words = [_Word(mask, counts[plain(mask.found)]) for mask in masking.masks.all()]
    is_draft = masking.round.status == "draft"
    is_current = Masking.objects.filter(pk=masking.pk).current().exists()
    return {
        "masking": masking,
        "round": masking.round,
        "form": form,
        "words": sorted(words, key=lambda word: (-word.times, word.mask.pk)),
        "title": entry.mask.text(entry.version.title),
        "sections": content.sections_of(entry),
        "files": _files(masking),
        "faults": copies.unsettled(masking),
        "seen": confirming.seen(masking),
        "is_confirmed": is_current if is_draft else masking.confirmed_at is not None,
        "may_mask": can_mask(request.user, masking.round),
        "may_unmask": can_unmask(request.user, masking.round),
    }
