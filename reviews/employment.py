"""Old posts from Excel: who worked where until when; all rows or none."""

from datetime import date
from typing import Any

from django.db import transaction

from foundation.audit.services import record
from foundation.spreadsheets import Row, SheetError, read_rows
from reviews.models import Tie, TieKind
from reviews.pool import add_tie, members
from schools.models import School

PERSON, SCHOOL, UNTIL = "登录名", "学校标识码或名称", "任职至"
TITLES = (PERSON, SCHOOL, UNTIL)
ALIASES = {"专家登录名": PERSON, "学校": SCHOOL, "学校名称": SCHOOL, "学校标识码": SCHOOL}
MOST_ERRORS = 10


def import_employment(uploaded: Any, *, by: Any) -> tuple[int, int]:
    """How many new posts, and how many entries they took away; SheetError names every wrong row."""
    rows = [
        row for row in read_rows(uploaded, required=TITLES, aliases=ALIASES).rows if _filled(row)
    ]
    if not rows:
        raise SheetError("表头下面没有任职经历。请从表头的下一行开始，每行填一段。")
    people = {user.username: user.pk for user in members()}
    schools = {
        name: pk
        for pk, *names in School.objects.values_list("pk", "name", "code")
        for name in names
    }
    errors, posts = [], []
    for row in rows:
        person, school = people.get(row.values[PERSON]), schools.get(row.values[SCHOOL])
        until, fault = _day(row.values[UNTIL])
        if person is None:
            fault = f"专家名单中没有登录名“{row.values[PERSON]}”"
        elif school is None:
            fault = f"没有找到学校“{row.values[SCHOOL]}”"
        if fault:
            errors.append(f"第{row.number}行：{fault}。")
        posts.append((person, school, until))
    if errors:
        more = f"另有{len(errors) - MOST_ERRORS}行有误。" if len(errors) > MOST_ERRORS else ""
        raise SheetError("没有导入。" + "".join(errors[:MOST_ERRORS]) + more)
    return _keep(posts, by=by)


def _filled(row: Row) -> bool:
    return any(row.values[title] for title in TITLES)


def _day(words: str) -> tuple[date | None, str]:
    """Nothing for one who is still there."""
    if not words:
        return None, ""
    try:
        return date.fromisoformat(words[:10].replace("/", "-")), ""
    except ValueError:
        return None, f"任职至“{words}”不是日期，请写成2024-08-31"


@transaction.atomic
def _keep(posts: list[Any], *, by: Any) -> tuple[int, int]:
    known = set(Tie.objects.filter(kind=TieKind.EMPLOYMENT).values_list("user", "school", "until"))
    fresh = [post for post in dict.fromkeys(posts) if post not in known]
    taken = sum(
        add_tie(
            Tie(
                user_id=user,
                school_id=school,
                until=until,
                kind=TieKind.EMPLOYMENT,
                reason="任职经历表",
            ),
            by=by,
        )
        for user, school, until in fresh
    )
    record("tie.import", by=by, rows=len(posts), new=len(fresh))
    return len(fresh), taken
