"""What came back: each row held against the review it belongs to, and against what is online."""

from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

from foundation.spreadsheets import Row, SheetError, read_rows
from reviews import scoring
from reviews.models import Assignment, Criterion, Round
from reviews.models.assignment import SKIPPED
from reviews.offline.sheet import (
    COMMENT,
    FIXED,
    KEY,
    MARK,
    TITLE,
    UNIT,
    VERSION,
    heading,
    holds,
    names_of,
    own_of,
)

WRONG, CHANGED, SAME = "wrong", "changed", "same"
_FORGED = (
    "与系统下载的不一致，可能被移动、改写或者不是这一轮的。请重新下载评分表，把得分抄过去再上传。"
)


def read(uploaded: Any, round: Round, *, by: Any) -> list[dict[str, Any]]:
    """Checked rows, to be kept as JSON; SheetError for a file that is no such sheet."""
    criteria = round.rubric.asked
    titles = [heading(criterion) for criterion in criteria]
    table = read_rows(uploaded, required=[*FIXED, *titles, COMMENT])
    rows = [row for row in table.rows if any(row.values[title] for title in (*FIXED, *titles))]
    if not rows:
        raise SheetError("表中没有项目。请重新下载评分表，填好后上传。")
    own = {str(one.pk): one for one in own_of(round, by)}
    names, counts = names_of(by), Counter(row.values[KEY] for row in rows)
    online = scoring.values_of_all(own.values())
    return [
        _checked(row, own.get(row.values[KEY]), names, counts[row.values[KEY]], criteria, online)
        for row in rows
    ]


def _checked(
    row: Row,
    assignment: Assignment | None,
    names: dict[int, tuple[str, str]],
    times: int,
    criteria: list[Criterion],
    online: dict[int, dict[int, scoring.Given]],
) -> dict[str, Any]:
    """Its outcome, what it says, and what is online by now."""
    told = {"number": row.number, "title": row.values[TITLE], "outcome": WRONG, "errors": []}
    if assignment is None or not _is_ours(row, assignment, names, criteria):
        return told | {"errors": [f"这一行{_FORGED}"]}
    if times > 1:
        return told | {"errors": [f"这个项目在表中出现了{times}次。请只留一行。"]}
    values, errors = _points(row, criteria)
    comment = row.values[COMMENT]
    if len(comment) > scoring.MOST_COMMENT:
        errors.append(f"评语有{len(comment)}字，不能超过{scoring.MOST_COMMENT}字。")
    before = {str(pk): _text(value) for pk, value in online[assignment.pk].items()}
    changes = _changes(criteria, before, values)
    if comment != assignment.comment.strip():
        changes.append([COMMENT, assignment.comment, comment])
    if changes and not assignment.is_unfinished:
        errors.append("网上已经提交，不能再修改。确需修改的，请局工作人员退回。")
    outcome = WRONG if errors else CHANGED if changes else SAME
    return told | {
        "outcome": outcome,
        "errors": errors,
        "key": assignment.pk,
        "version": assignment.version,
        "moved_on": row.values[VERSION] != str(assignment.version) and bool(changes),
        "changes": changes,
        "values": values,
        "comment": comment,
        "missing": _missing(assignment, criteria, values, comment),
    }


def _is_ours(
    row: Row,
    assignment: Assignment,
    names: dict[int, tuple[str, str]],
    criteria: list[Criterion],
) -> bool:
    version = row.values[VERSION]
    if not version.isdecimal() or int(version) > assignment.version:
        return False
    title, unit = row.values[TITLE], row.values[UNIT]
    if (title, unit) != names[assignment.pk]:
        return False
    bound = (assignment.pk, int(version), criteria[0].rubric_id, title, unit)
    return holds(row.values[MARK], *bound)


def _points(row: Row, criteria: list[Criterion]) -> tuple[dict[str, str], list[str]]:
    """criterion → what was filled in, as text; and why some of it cannot stand."""
    values, errors = {}, []
    for criterion in criteria:
        title = heading(criterion)
        words = row.values[title]
        if title in row.formulas:
            errors.append(f"“{criterion.title}”是公式。请改成数字。")
        elif words:
            value = given(words)
            fault = "请填数字。" if value is None else scoring.value_fault(criterion, value)
            if value is None or fault:
                errors.append(f"“{criterion.title}”填的是“{words[:20]}”，{fault}")
            else:
                values[str(criterion.pk)] = _text(value)
    return values, errors


def given(words: str) -> scoring.Given | None:
    if words == SKIPPED:
        return scoring.NOT_APPLICABLE
    try:
        return Decimal(words)
    except InvalidOperation:
        return None


def _text(value: scoring.Given) -> str:
    return SKIPPED if isinstance(value, scoring.Skip) else f"{value:.1f}"


def _changes(
    criteria: list[Criterion], before: dict[str, str], after: dict[str, str]
) -> list[list[str]]:
    """[title, online, in the sheet] of what differs; nothing stands as an empty text."""
    pairs = [(c.title, before.get(str(c.pk), ""), after.get(str(c.pk), "")) for c in criteria]
    return [[title, old, new] for title, old, new in pairs if old != new]


def _missing(
    assignment: Assignment, criteria: list[Criterion], values: dict[str, str], comment: str
) -> str:
    """Why the row could not be handed in as it stands, or nothing."""
    told = {int(pk): value for pk, words in values.items() if (value := given(words)) is not None}
    unscored = [criterion.title for criterion in criteria if criterion.pk not in told]
    if unscored:
        return f"还有{len(unscored)}项未评分"
    return scoring.whole_fault(assignment.entry.round, criteria, told, comment)
