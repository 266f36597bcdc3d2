"""The workbook of one reviewer and one round: what may be filled in is open, the rest is locked."""

from decimal import Decimal
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from foundation.spreadsheets import Column, Sheet, write_workbook
from reviews import scoring, seeing
from reviews.models import Assignment, Criterion, Round
from reviews.models.assignment import SKIPPED

KEY, TITLE, UNIT, COMMENT = "评审编号", "项目", "申报单位", "评语"
VERSION, MARK = "版本", "校验码"
FIXED = (KEY, TITLE, UNIT, VERSION, MARK)
_NOTES = (
    "只填黄色的格子：每项得分和评语。其余的格子已锁定，请不要改动、移动或者删除。",
    "得分填数字，可以只填一部分；不评的留空。填好后在“离线评分”页上传，核对无误再确认。",
)


def own_of(round: Round, reviewer: Any) -> list[Assignment]:
    """What this person may score or has handed in, in the order of the desk."""
    found = (
        Assignment.objects.visible_to(reviewer)
        .filter(entry__round=round)
        .exclude(declared_at=None)
        .select_related("entry__round__rubric", "entry__project__organisation")
        .defer("entry__project__content", "entry__project__edits")
    )
    return list(found.order_by("pk"))


def names_of(reviewer: Any) -> dict[int, tuple[str, str]]:
    """assignment → title and unit, as the desk calls them: what is masked there is masked here."""
    return {one.key: (one.title, one.unit) for one in seeing.desk(reviewer)}


def heading(criterion: Criterion) -> str:
    return f"{criterion.title}（满分{criterion.weight}）"


def mark_of(key: int, version: int, rubric: int, title: str, unit: str) -> str:
    """Binds a row to its review: whoever moves or rewrites a name or a number breaks it."""
    words = f"{key}|{version}|{rubric}|{title}|{unit}"
    return salted_hmac("reviews.offline", words).hexdigest()[:16].upper()


def holds(mark: str, *bound: Any) -> bool:
    return constant_time_compare(mark.strip().upper(), mark_of(*bound))


def workbook(round: Round, reviewer: Any) -> bytes:
    criteria = round.rubric.asked
    names = names_of(reviewer)
    columns = [
        Column(KEY, 10),
        Column(TITLE, 30),
        Column(UNIT, 26),
        *(Column(heading(c), 12, fillable=True, rule=_rule(c)) for c in criteria),
        Column(COMMENT, 60, fillable=True),
        Column(VERSION, 8),
        Column(MARK, 20),
    ]
    own = [one for one in own_of(round, reviewer) if one.is_unfinished]
    given = scoring.values_of_all(own)
    rows = [_row(one, names[one.pk], criteria, given[one.pk]) for one in own]
    title = f"{round}评分表"
    sheet = Sheet("评分表", columns, rows, title=title, notes=_NOTES, locked=True)
    return write_workbook([sheet])


def _row(
    assignment: Assignment,
    names: tuple[str, str],
    criteria: list[Criterion],
    given: dict[int, scoring.Given],
) -> list[object]:
    title, unit = names
    mark = mark_of(assignment.pk, assignment.version, criteria[0].rubric_id, title, unit)
    return [
        str(assignment.pk),
        title,
        unit,
        *(_cell(given.get(c.pk)) for c in criteria),
        assignment.comment,
        str(assignment.version),
        mark,
    ]


def _cell(value: scoring.Given | None) -> Decimal | str:
    if value is None:
        return ""
    return SKIPPED if isinstance(value, scoring.Skip) else value


def _rule(criterion: Criterion) -> tuple[str, str]:
    """What Excel refuses while it is typed; the upload asks the same again."""
    whole = f"MOD({{cell}}/{criterion.rubric.step},1)=0"
    number = f"AND(ISNUMBER({{cell}}),{{cell}}>=0,{{cell}}<={criterion.weight},{whole})"
    sentence = f"请填0到{criterion.weight}之间的数，以{criterion.rubric.step}分为单位。"
    if not criterion.optional:
        return number, sentence
    # Not OR(): Excel reckons both sides of it, and a word has no remainder.
    skipped = f'IF(ISTEXT({{cell}}),{{cell}}="{SKIPPED}",{number})'
    return skipped, f"{sentence}不涉及这一项的填“{SKIPPED}”。"
