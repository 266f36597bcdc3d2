"""Parts 1 and 2: the first account, the sheet of schools, everybody's appointment and password."""

from io import BytesIO
from pathlib import Path

import openpyxl

from tests.journey.people import Person
from tests.journey.walk import Walk

# A school of 姑苏区 and one directly under the city, both in the sheet: no score is invented for
# anybody here but in this scratch database, which is gone when the test ends.
GUSU, DIRECT = "姑苏区", "市直属"
REVIEWERS = [f"expert{number}" for number in range(1, 6)]


def people_and_schools(walk: Walk, sheet: Path) -> None:
    walk.stack.move_clock("2026-03-02T09:00:00")
    start = "First-Morning-26"
    walk.stack.manage(
        "create_bureau_admin", "--username", "clerk", "--name", "局工作人员",
        "--password-stdin", stdin=f"{start}\n",
    )  # fmt: skip
    clerk = walk.person("clerk")
    clerk.first_sign_in(start)
    clerk.go("/schools/import/")
    clerk.fill(sheet=str(sheet))
    clerk.press("上传并预览")
    clerk.sees("73")
    clerk.press("确认导入")
    clerk.go("/schools/")
    clerk.sees("江苏省苏州中学校")
    _appoint(walk, "second", "局工作人员二", "bureau", "市委教育工委")
    _appoint(walk, "leader", "工委领导", "leader", "市委教育工委")
    for username in REVIEWERS:
        _appoint(walk, username, f"评审{username}", "reviewer", "市委教育工委")
    _appoint(walk, "gusu", "姑苏干事", "district", f"中共{GUSU}教育工作委员会")
    issued = _issue_secretaries(walk)
    walk.secretary = _secretary_in(walk, GUSU, issued)
    walk.direct_secretary = _secretary_in(walk, DIRECT, issued)


def _appoint(walk: Walk, username: str, name: str, role: str, organisation: str) -> None:
    clerk = walk.person("clerk")
    clerk.go("/schools/people/new/")
    clerk.fill(username=username, name=name)
    clerk.press("新建并生成一次性密码")
    password = clerk.page.locator("main code").first.inner_text()
    clerk.press("已抄录，前往人员页")
    clerk.press("新增任职")
    clerk.fill(role=role, organisation=organisation)
    clerk.press("办理任职")
    walk.person(username).first_sign_in(password)


def _issue_secretaries(walk: Walk) -> dict[str, tuple[str, str]]:
    """username → one-time password and the whole line, as the sheet of passwords says."""
    clerk = walk.person("clerk")
    clerk.go("/schools/people/issue/")
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("button", name="签发并下载密码表").click()
    rows = list(
        openpyxl.load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
        .active.iter_rows(values_only=True)
    )  # fmt: skip
    head = next(row for row in rows if "用户名" in row)
    where = {title: head.index(title) for title in head if title}
    body = [row for row in rows[rows.index(head) + 1 :] if row[where["用户名"]]]
    issued = {
        str(row[where["用户名"]]): (str(row[where["一次性密码"]]), " ".join(map(str, row)))
        for row in body
    }
    assert len(issued) == 73
    return issued


def _secretary_in(walk: Walk, area: str, issued: dict[str, tuple[str, str]]) -> Person:
    username, (password, _) = next((name, line) for name, line in issued.items() if area in line[1])
    secretary = walk.person(username)
    secretary.first_sign_in(password)
    return secretary
