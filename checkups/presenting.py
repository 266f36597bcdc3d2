"""Answers and checks in words, for pages."""

from collections.abc import Iterable
from typing import Any

from brands.timeline import of_event
from checkups import scoring
from checkups.models import Answer, Checkup, CheckupStatus, Colour, Group, Indicator, Kind
from checkups.models import RectificationStatus as R
from checkups.prefill import Suggestion

COLOURS = {
    Colour.GREEN: ("绿", "good", "绿灯，列入激励名单"),
    Colour.YELLOW: ("黄", "warn", "黄灯，列入预警名单"),
    Colour.RED: ("红", "bad", "红灯，列入警报名单"),
}
LISTS = [("", "全部"), ("green", "激励名单"), ("yellow", "预警名单"), ("red", "警报名单")]
TONES: dict[str, str] = {
    CheckupStatus.OPEN: "wait",
    CheckupStatus.SUBMITTED: "wait",
    CheckupStatus.RETURNED: "warn",
    CheckupStatus.RECTIFYING: "warn",
    CheckupStatus.CLOSED: "good",
    R.PLANNED: "wait",
    R.IN_PROGRESS: "wait",
    R.CLOSURE_REQUESTED: "wait",
    R.VERIFIED_CLOSED: "good",
    R.RETURNED: "warn",
}


def tone_of(status: str) -> str:
    return TONES.get(status, "wait")


def number_words(value: Any) -> str:
    return f"{value.normalize():f}"


def value_words(indicator: Indicator, answer: Answer | None) -> str:
    """Never a zero for what is not answered."""
    if answer is None:
        return "未填报"
    if answer.not_applicable:
        return "不适用"
    if indicator.kind == Kind.DONE:
        return {True: "已完成", False: "未完成", None: "未填报"}[answer.achieved]
    if indicator.kind == Kind.NUMBER:
        if answer.number is None or answer.target is None:
            return "未填报"
        return f"{number_words(answer.number)}/{number_words(answer.target)}"
    if indicator.kind == Kind.RATE:
        return "未填报" if answer.rate is None else f"{number_words(answer.rate)}%"
    return answer.get_grade_display() or "未填报"


def groups_of(
    lines: Iterable[tuple[Indicator, Answer | None]],
    factors: dict[str, str],
    suggested: dict[str, Suggestion] | None = None,
) -> list[dict[str, Any]]:
    """The groups of a check with their lines: how many are answered, and how many await a look."""
    groups: dict[str, dict[str, Any]] = {
        key: {
            "key": key,
            "label": f"{key} {label}",
            "rows": [],
            "done": 0,
            "waiting": 0,
            "weight": 0,
        }
        for key, label in Group.choices
    }
    for indicator, answer in lines:
        group = groups[indicator.group]
        answered = scoring.is_answered(indicator.kind, answer, factors)
        waiting = answer is None and bool(suggested) and indicator.source in (suggested or {})
        group["done"] += answered
        group["waiting"] += waiting
        group["weight"] += indicator.weight
        group["rows"].append(
            {
                "indicator": indicator,
                "answer": answer,
                "answered": answered,
                "value": value_words(indicator, answer),
                "failed": answer is not None and scoring.is_failed(indicator.kind, answer, factors),
                "waiting": waiting,
            }
        )
    return [group for group in groups.values() if group["rows"]]


def timeline(events: Iterable[Any]) -> list[dict[str, Any]]:
    """Newest first, for the time line."""
    return sorted(map(of_event, events), key=lambda line: line["at"], reverse=True)


def late_words(checkup: Checkup) -> str:
    if checkup.late_submitted:
        return "补报"
    return "逾期未报" if checkup.is_overdue else ""


def cell(checkup: Checkup | None) -> dict[str, Any]:
    """A cell of the matrix: the letter says what the tone shows."""
    if checkup is None:
        return {"letter": "—", "tone": "", "title": "没有体检", "url": ""}
    if checkup.colour:
        letter, tone, title = COLOURS[Colour(checkup.colour)]
    else:
        letter, tone, title = "…", "wait", checkup.get_status_display()
    return {"letter": letter, "tone": tone, "title": title, "url": ""}
