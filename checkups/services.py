"""What happens when a check or a rectification moves. Called inside `perform`'s lock."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse

from checkups import scoring
from checkups.models import (
    Answer,
    Checkup,
    Indicator,
    ProgressNote,
    Rectification,
    RectificationStatus,
    Serial,
)
from checkups.models.checkup import CheckupStatus
from checkups.permissions import can_note
from foundation import clock
from foundation.audit.services import record
from foundation.notifications.services import tell_each
from foundation.verdict import ALLOWED, Conflict, Verdict, not_now
from foundation.workdays.services import add_workdays
from foundation.workflow.engine import perform
from foundation.workflow.models import Event
from schools.models import Area
from schools.recipients import school_people

MAX_RETURNS = 2
DAYS_TO_RECTIFY = 30
WORKDAYS_FOR_RED_LINE = 5
# What people call an area where its name is not simply cut short.
AREA_WORDS = {"320571": "园区", "320505": "高新", "320500": "市直"}


def answered_lines(checkup: Checkup) -> list[tuple[Indicator, Answer | None]]:
    """Every indicator of the check's template with its answer, in order: two queries."""
    answers = {answer.indicator_id: answer for answer in checkup.answers.all()}
    indicators = Indicator.objects.filter(template=checkup.cycle.template_id)
    return [(indicator, answers.get(indicator.pk)) for indicator in indicators]


def unanswered(checkup: Checkup) -> list[Indicator]:
    return _unanswered(checkup, answered_lines(checkup))


def progress(checkup: Checkup) -> tuple[int, int]:
    """How many indicators are answered, of how many."""
    lines = answered_lines(checkup)
    return len(lines) - len(_unanswered(checkup, lines)), len(lines)


def _unanswered(checkup: Checkup, lines: list[tuple[Indicator, Answer | None]]) -> list[Indicator]:
    factors = checkup.cycle.template.grade_factors
    return [
        indicator
        for indicator, answer in lines
        if not scoring.is_answered(indicator.kind, answer, factors)
    ]


def score_of(
    lines: list[tuple[Indicator, Answer | None]], factors: dict[str, str]
) -> Decimal | None:
    """Meaningful once every line is answered; until then a line without a value is left out."""
    return scoring.total(
        scoring.Item(
            indicator.weight,
            None
            if answer is None or answer.not_applicable
            else scoring.ratio_of(indicator.kind, answer, factors),
        )
        for indicator, answer in lines
    )


def failures(checkup: Checkup) -> list[tuple[Indicator, Answer]]:
    factors = checkup.cycle.template.grade_factors
    return [
        (indicator, answer)
        for indicator, answer in answered_lines(checkup)
        if answer is not None and scoring.is_failed(indicator.kind, answer, factors)
    ]


def is_complete(user: Any, checkup: Checkup) -> Verdict:
    missing = unanswered(checkup)
    if not missing:
        return ALLOWED
    codes = "、".join(indicator.code for indicator in missing[:8])
    more = "等" if len(missing) > 8 else ""
    return not_now(f"还有{len(missing)}项未填报（{codes}{more}），填完后才能提交。")


def may_return(user: Any, checkup: Checkup) -> Verdict:
    if checkup.returned_count < MAX_RETURNS:
        return ALLOWED
    return not_now(f"已退回{MAX_RETURNS}次，不能再退回，请直接审核。")


def on_submit(
    checkup: Checkup, *, by: Any, note: str, revision: int | None = None
) -> dict[str, Any]:
    """The first filing decides whether it was late; filing again after a return does not."""
    if revision is not None and revision != checkup.revision:
        raise Conflict("您打开页面之后，填报内容已被他人修改。请重新核对后再提交。")
    columns: dict[str, Any] = {"submitted_by": by}
    if checkup.submitted_at is None:
        now = clock.now()
        columns |= {"submitted_at": now, "late_submitted": now > clock.end_of(checkup.cycle.due_on)}
    return columns


def on_return(checkup: Checkup, *, by: Any, note: str) -> dict[str, Any]:
    return {"returned_count": checkup.returned_count + 1}


def after_review(checkup: Checkup) -> str:
    return CheckupStatus.RECTIFYING if failures(checkup) else CheckupStatus.CLOSED


def on_review(checkup: Checkup, *, by: Any, note: str) -> dict[str, Any]:
    """Fix score and colour."""
    template = checkup.cycle.template
    lines = answered_lines(checkup)
    score = score_of(lines, template.grade_factors)
    colour, why = scoring.colour_of(
        score,
        green_from=template.green_from,
        yellow_from=template.yellow_from,
        red_lines=[i.code for i, answer in lines if answer and answer.red_line_hit],
        overdue=Rectification.objects.filter(organisation=checkup.organisation_id)
        .overdue()
        .count(),
        late=checkup.is_late_red,
    )
    return {"score": score, "colour": colour, "red_reason": why}


def limit_from_today(*, red_line: bool) -> date:
    """The last day that a problem found today may be given."""
    if red_line:
        return add_workdays(clock.today(), WORKDAYS_FOR_RED_LINE).date
    return clock.today() + timedelta(days=DAYS_TO_RECTIFY)


def open_problems(checkup: Checkup, event: Event) -> None:
    """Each failed indicator becomes a row of the ledger, with an owner and a deadline."""
    failed = failures(checkup)
    organisation = checkup.organisation
    limits = {red: limit_from_today(red_line=red) for red in (False, True)} if failed else {}
    numbers = take_numbers(f"ZG-{checkup.cycle.code}-{area_word(organisation.area)}-", len(failed))
    Rectification.objects.bulk_create(
        Rectification(
            number=number,
            organisation=organisation,
            checkup=checkup,
            answer=answer,
            problem=f"{indicator.code} {indicator.title}未达标（标准：{indicator.standard}）"[:300],
            leader_name=organisation.secretary_name,
            responsible_name=organisation.secretary_name,
            due_on=limits[answer.red_line_hit],
            red_line=answer.red_line_hit,
        )
        for number, (indicator, answer) in zip(numbers, failed, strict=True)
    )
    text = f"{checkup.cycle}体检已审核。"
    if failed:
        text += f"有{len(failed)}项需要整改，请登录制定措施。"
    _tell_school(checkup, event, "季度体检已审核", text)


def take_numbers(prefix: str, count: int) -> list[str]:
    """The next `count` numbers under `prefix`: the serial's row is locked to the commit."""
    if not count:
        return []
    Serial.objects.get_or_create(prefix=prefix)
    serial = Serial.objects.select_for_update().get(prefix=prefix)
    first = serial.last + 1
    serial.last += count
    serial.save(update_fields=["last"])
    return [f"{prefix}{number:04d}" for number in range(first, first + count)]


def area_word(area: Area | None) -> str:
    if area is None:
        return "市直"
    short = area.name.removesuffix("市").removesuffix("区")
    return AREA_WORDS.get(area.code, short)[:10]


def on_plan(rectification: Rectification, *, by: Any, note: str, **plan: Any) -> dict[str, Any]:
    """`plan` holds cause, measures, leader_name, responsible_name and due_on, from the form."""
    if not plan.get("measures"):
        raise Conflict("请在整改事项页面填写原因、措施、责任人和期限。")
    return plan


def on_request(rectification: Rectification, *, by: Any, note: str) -> dict[str, Any]:
    return {"requested_by": by}


def on_verify(rectification: Rectification, *, by: Any, note: str) -> dict[str, Any]:
    return {"closed_at": clock.now()}


def on_reopen(rectification: Rectification, *, by: Any, note: str) -> dict[str, Any]:
    return {"reopened_count": rectification.reopened_count + 1}


def after_verify(rectification: Rectification, event: Event) -> None:
    """The last problem solved closes the check. Its row is locked first, so two verifications at
    once cannot each take the other's for unsolved."""
    _tell_school(
        rectification, event, "整改事项已销号", f"整改事项{rectification.number}已验收销号。"
    )
    if rectification.checkup_id is None:
        return
    checkup = Checkup.objects.select_for_update(of=("self",)).get(pk=rectification.checkup_id)
    if not checkup.rectifications.unsolved().exists():
        perform(checkup, "close", by=None)


def tell_reopened(rectification: Rectification, event: Event) -> None:
    text = f"整改事项{rectification.number}未通过验收，请按意见继续整改。"
    _tell_school(rectification, event, "整改事项被退回", text)


def tell_returned(checkup: Checkup, event: Event) -> None:
    text = f"{checkup.cycle}体检已退回，请按审核意见修改后重新提交。"
    _tell_school(checkup, event, "季度体检被退回", text)


def _tell_school(obj: Any, event: Event, subject: str, text: str) -> None:
    kind = obj._meta.model_name
    link = reverse(f"checkups:{kind}", args=[obj.pk])
    people = school_people([obj.organisation_id]).get(obj.organisation_id, ())
    tell_each(people, f"{kind}:{obj.pk}:event:{event.pk}", subject, text, link)


@transaction.atomic
def add_note(rectification: Rectification, text: str, *, by: Any) -> ProgressNote:
    """A dated progress note; the first one also says that work has begun."""
    current = Rectification.objects.select_for_update(of=("self",)).get(pk=rectification.pk)
    verdict = can_note(by, current)
    verdict.require()
    if current.status != RectificationStatus.IN_PROGRESS:
        perform(current, "start", by=by)
    note: ProgressNote = current.notes.create(text=text, by=by)
    record("rectification.note", by=by, via=verdict.via, obj=current)
    return note
