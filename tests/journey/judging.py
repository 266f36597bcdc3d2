"""A round from its making to the ranking, and a decision over several projects: both programmes."""

from decimal import ROUND_HALF_UP, Decimal

from tests.journey.people import Person
from tests.journey.starting import REVIEWERS
from tests.journey.walk import Walk

COMMENT = "主题清楚、载体稳定，数据能够说明变化，建议进一步整理可供他校参考的制度文本。"


def scored_round(
    walk: Walk, batch: str, opens: str, closes: str, rubric: str, **more: object
) -> dict[str, Decimal]:
    """Made, drawn, scored by five, locked; title → score, as the ranking then shows it."""
    clerk = walk.person("clerk")
    address = _opened(walk, batch, opens, closes, rubric, **more)
    totals: dict[str, list[Decimal]] = {}
    for number, username in enumerate(REVIEWERS):
        given = _score_all(walk.person(username), 0.8 + number * 0.03)
        for title, total in given.items():
            totals.setdefault(title, []).append(total)
    clerk.go(address)
    clerk.press("锁定评分")
    clerk.page.locator("main form.confirm button[type=submit]").click()
    clerk.page.wait_for_load_state()
    clerk.go(f"{address}ranking/")
    scores = {title: trimmed(given) for title, given in totals.items()}
    for title, score in scores.items():
        clerk.sees(title)
        clerk.sees(str(score))
    return scores


def trimmed(totals: list[Decimal]) -> Decimal:
    """Of five: without the best and the worst, two decimals, the half up."""
    assert len(totals) == len(REVIEWERS)
    middle = sorted(totals)[1:-1]
    return (sum(middle) / len(middle)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _opened(walk: Walk, batch: str, opens: str, closes: str, rubric: str, **more: object) -> str:
    walk.stack.move_clock(f"{opens}:30")
    clerk = walk.person("clerk")
    clerk.go(f"/reviews/batches/{batch.strip('/').split('/')[-1]}/new/")
    option = clerk.page.locator("main [name='rubric'] option", has_text=rubric)
    clerk.fill(rubric=option.first.get_attribute("value"))
    clerk.fill(opens_at=opens, closes_at=closes, per_entry=len(REVIEWERS), **more)
    clerk.press("新建评审轮次")
    address = clerk.path
    for step in ("开始评审", "抽取专家"):
        clerk.go(address)
        clerk.press(step)
        with clerk.page.expect_navigation():
            clerk.page.locator("main form .btn-primary").first.click()
    return address


def _score_all(reviewer: Person, share: float) -> dict[str, Decimal]:
    """Everything on the desk, each criterion at about `share` of its points; title → total."""
    given = {}
    reviewer.go("/reviews/")
    while reviewer.page.locator("main .page-actions a.btn-primary").count():
        with reviewer.page.expect_navigation():
            reviewer.page.locator("main .page-actions a.btn-primary").first.click()
        if reviewer.page.locator("main [name='agreed']").count():
            reviewer.fill(agreed=True)
            reviewer.press("承诺并继续")
            reviewer.go("/reviews/")
            continue
        title = reviewer.page.locator("h1").inner_text()
        given[title] = _score(reviewer, share)
        reviewer.go("/reviews/")
    return given


def _score(reviewer: Person, share: float) -> Decimal:
    total = Decimal()
    for field in reviewer.page.locator("main input[name^='score_']").all():
        points = Decimal(round(float(field.get_attribute("max")) * share * 2)) / 2
        field.fill(str(points))
        total += points
    if reviewer.page.get_by_text("本轮须写评语").count():
        reviewer.fill(comment="同意。")
        reviewer.press("提交评分")
        reviewer.sees("本轮评审须写评语，评语不少于30字，现有3字。")
    reviewer.fill(comment=COMMENT)
    reviewer.press("提交评分")
    reviewer.sees(f"总分{total:.2f}分")
    reviewer.press("确认提交")
    return total


def may_choose(person: Person, path: str) -> bool:
    person.go(path)
    return person.page.locator("main input[name='project']").count() > 0


def choose_all(person: Person, path: str, button: str, **values: object) -> None:
    """Tick every project of the page, press, and say yes to what will happen."""
    person.go(path)
    for box in person.page.locator("main input[name='project']").all():
        box.check()
    person.press(button)
    person.fill(**values)
    with person.page.expect_navigation():
        person.page.locator("main form .btn-primary").last.click()
