"""A check from the school's report to its outcome (domain.md B1 11–15, R2; Gansu S28).

Locks go from the check to its honour, never back: revoking an honour leaves its checks to the next
tick, which ends them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from brands.models import Batch, Recheck, RecheckEvent, RecheckKind, RecheckStatus
from brands.services import criteria, keeping, recheck_letters
from brands.services.grading import excellent_places
from brands.services.receiving import kept
from foundation import clock
from foundation.uploads import Inspected
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workflow.engine import perform

R = RecheckStatus
K = RecheckKind
MAX_FILES = 5
FILE_MAX_BYTES = 10 * 1024 * 1024
# The longest that a correction may take: B1 stage 12; one year by S28.
FIX_DAYS = {K.MIDTERM: 60, K.RENEWAL: 365, K.REVIEW: 365}
EXCELLENT, PASS, EXTEND = 85, 70, 60  # Lower ends of the bands of R2.
EXTENSION_MONTHS = 6


def has_time(user: Any, recheck: Recheck) -> Verdict:
    if keeping.is_moot(user, recheck):
        return not_now("命名已撤销或项目已结束，不再报告。")
    return not_now("报告期限已过，请联系局工作人员。") if recheck.is_over else ALLOWED


def is_graded_by_score(user: Any, recheck: Recheck) -> Verdict:
    return ALLOWED if recheck.kind == K.ACCEPTANCE else not_now("只有验收按得分评定。")


def is_judged_in_words(user: Any, recheck: Recheck) -> Verdict:
    return not_now("验收按得分评定。") if recheck.kind == K.ACCEPTANCE else ALLOWED


def may_be_advised(user: Any, recheck: Recheck) -> Verdict:
    """After a missed report, an overdue correction, one looked at again, or a review."""
    if recheck.project_id:
        return not_now("立项推进的项目没有命名可以撤销。")
    fix_due = recheck.fix_due_on
    if recheck.status == R.FIXING and fix_due and fix_due >= clock.today():
        return not_now("整改期限还没有过。")
    if recheck.status == R.SUBMITTED and recheck.kind != K.REVIEW:
        return not_now("请先限期整改，再由另一人复查。")
    if recheck.status == R.MISSED and recheck.kind == K.PROGRESS:
        return not_now("没有报送进展不足以建议撤销，请准予补报。")
    return ALLOWED


def may_fail(user: Any, recheck: Recheck) -> Verdict:
    """A mid-term of a 书记项目 that came to nothing; a brand's puts its name at stake instead."""
    if recheck.project_id is None:
        return not_now("已命名的项目未通过检查的，请建议撤销。")
    if recheck.status == R.FIXING and recheck.fix_due_on and recheck.fix_due_on >= clock.today():
        return not_now("整改期限还没有过。")
    return ALLOWED


def after_report(recheck: Recheck) -> str:
    """A progress report is kept, not judged."""
    return R.FILED if recheck.kind == K.PROGRESS else R.SUBMITTED


def reported(
    recheck: Recheck, *, by: Any, note: str, text: str = "", papers: Iterable[Inspected] = ()
) -> dict[str, Any]:
    _keep(recheck, papers, by=by, of_fix=False)
    return {"report": _written(text)}


def fix_reported(
    recheck: Recheck, *, by: Any, note: str, text: str = "", papers: Iterable[Inspected] = ()
) -> dict[str, Any]:
    _keep(recheck, papers, by=by, of_fix=True)
    return {"fix_report": _written(text)}


def _written(text: str) -> str:
    if not text.strip():
        raise Conflict("请填写报告。")
    return text.strip()


def _keep(recheck: Recheck, files: Iterable[Inspected], *, by: Any, of_fix: bool) -> None:
    with kept(files, folder="rechecks") as rows:
        for columns in rows:
            recheck.files.create(**columns, of_fix=of_fix, by=by)


def allowed_again(
    recheck: Recheck, *, by: Any, note: str, due_on: date | None = None
) -> dict[str, Any]:
    if due_on is None or due_on <= clock.today():
        raise Conflict("补报期限应晚于今天。")
    return {"due_on": due_on}


def latest_fix_day(recheck: Recheck) -> date:
    return clock.today() + timedelta(days=FIX_DAYS.get(RecheckKind(recheck.kind), 60))


def demanded(recheck: Recheck, *, by: Any, note: str, due_on: date | None = None) -> dict[str, Any]:
    if due_on is None or not clock.today() < due_on <= latest_fix_day(recheck):
        raise Conflict(f"整改期限应晚于今天，最晚 {latest_fix_day(recheck):%Y-%m-%d}。")
    return {"fix_due_on": due_on, "judged_by": by}


def scored(
    recheck: Recheck, *, by: Any, note: str, points: Mapping[str, Decimal] | None = None
) -> dict[str, Any]:
    kept, total = criteria.rated(recheck, points or {})
    return {"points": kept, "score": total, "judged_by": by}


def passed(
    recheck: Recheck,
    *,
    by: Any,
    note: str,
    renewed_until: date | None = None,
    next_on: date | None = None,
) -> dict[str, Any]:
    """A re-verification that is passed says until when the name holds and when it is checked next;
    what is said of a 书记项目 is said in words (B2)."""
    if recheck.project_id and not note.strip():
        raise Conflict("请写明评定意见。")
    if recheck.kind != K.RENEWAL:
        return {}
    today = clock.today()
    if any(day is not None and day <= today for day in (renewed_until, next_on)):
        raise Conflict("有效期和下次复评的日期应晚于今天。")
    return {"renewed_until": renewed_until, "next_on": next_on}


def renew(recheck: Recheck, event: RecheckEvent) -> None:
    """The honour follows in the same transaction; a revoked one refuses, and then all of it."""
    if recheck.kind == K.RENEWAL:
        perform(recheck.brand, "renew", by=event.by, note=str(recheck), until=recheck.renewed_until)
        if recheck.next_on:
            keeping.plan_one(recheck.brand, K.RENEWAL, recheck.next_on)
    recheck_letters.tell_school(recheck, event)


def is_renewed(user: Any, honour: Any) -> Verdict:
    """True only inside a re-verification that is passed, which renews it."""
    found = honour.rechecks.filter(kind=K.RENEWAL, status=R.PASSED).exists()
    return ALLOWED if found else not_now("没有通过复评，不能续期。")


def renewed(honour: Any, *, by: Any, note: str, until: date | None = None) -> dict[str, Any]:
    return {"valid_until": until}


def grade_of(recheck: Recheck) -> str:
    """R2: excellent within the cap, pass, once more within six months, or the name is at stake."""
    score = recheck.score
    assert score is not None, "only a scored acceptance is graded"
    if score >= EXCELLENT and _has_room(recheck):
        return R.EXCELLENT
    if score >= PASS:
        return R.PASSED
    earlier = recheck.brand.rechecks.filter(kind=K.ACCEPTANCE, status=R.EXTENDED)
    return R.EXTENDED if score >= EXTEND and not earlier.exists() else R.ADVISED


def _has_room(recheck: Recheck) -> bool:
    """The batch is locked, so the cap holds; better scores that still wait keep their places."""
    project = recheck.brand.project
    assert project is not None, "only a brand named by a batch has an acceptance"
    Batch.objects.select_for_update(of=("self",)).get(pk=project.batch_id)
    of_batch = Recheck.objects.filter(
        kind=K.ACCEPTANCE, honour__project__batch=project.batch_id
    ).exclude(status__in=(R.ENDED, R.EXTENDED))
    cap = excellent_places(of_batch.count())
    better = of_batch.filter(status=R.SCORED, score__gt=recheck.score).count()
    return of_batch.filter(status=R.EXCELLENT).count() + better < cap


def graded(recheck: Recheck, event: RecheckEvent) -> None:
    """One who gets more time is accepted anew, at most six months later (B1 stage 13)."""
    if recheck.status == R.EXTENDED:
        due = keeping.months_after(clock.today(), EXTENSION_MONTHS)
        keeping.plan_one(recheck.brand, K.ACCEPTANCE, due)
    if recheck.status == R.ADVISED:
        recheck_letters.tell_leader(recheck, event)
    recheck_letters.tell_school(recheck, event)
