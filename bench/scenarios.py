"""What is asked of the site, and by whom. Needs no Django: addresses are the product's public ones."""

import itertools
from typing import Any
from urllib.parse import urlencode

from bench.http_bench import Scenario

PROJECTS_A_PAGE, ENTRIES_A_PAGE = 20, 50
DEEP = 0.9  # how far into the list a deep page lies
LIMIT_READ, LIMIT_WRITE, SAVE = "limit read", "limit write", "save a review"
CSV, FREEZE = "scores, CSV", "freeze"


def _deep(rows: int, a_page: int) -> int:
    return max(1, int(rows / a_page * DEEP))


def _page(name: str, who: str, path: str, contains: str = "") -> Scenario:
    return Scenario(name, who, lambda: (path, None), contains=contains)


def reads(facts: dict[str, Any]) -> list[Scenario]:
    staff, ranking = facts["staff"], f"/reviews/rounds/{facts['round']}/ranking/"
    scores = f"/reviews/rounds/{facts['round']}/scores.csv"
    deep_list = _deep(facts["projects"], PROJECTS_A_PAGE)
    deep_rank = _deep(facts["entries"], ENTRIES_A_PAGE)
    words = urlencode({"q": "dongqiao"})
    return [
        _page(LIMIT_READ, staff, "/bench/read", "BENCH-1-"),
        _page(f"{LIMIT_READ}, framed", staff, "/bench/framed", "BENCH-1-"),
        _page("project list", staff, "/brands/projects/", "桥第"),
        _page("project list, deep", staff, f"/brands/projects/?page={deep_list}", "桥第"),
        _page("project list, searched", staff, f"/brands/projects/?{words}", "桥第"),
        _page("ranking", staff, ranking, "东桥"),
        _page("ranking, deep", staff, f"{ranking}?page={deep_rank}", "桥第"),
        _page("project page", staff, f"/brands/projects/{facts['ordinary']}/", "评审完成"),
        _page(
            "project page, time line", staff, f"/brands/projects/{facts['storied']}/", "评审完成"
        ),
        _page("review desk", facts["reviewer"], "/reviews/", "桥第"),
        _page(
            "review sheet", facts["reviewer"], f"/reviews/assignments/{facts['sheet']}/", "指标1"
        ),
        Scenario(CSV, staff, lambda: (scores, None), contains="专家序号", share=0.1),
    ]


def writes(facts: dict[str, Any]) -> list[Scenario]:
    """Each save is a review's first: scores, version, event and audit chain in one transaction."""
    assignments = iter(facts["assignments"])
    points = {f"score_{pk}": "20.5" for pk in facts["criteria"]}
    numbers = itertools.count()

    def save() -> tuple[str, dict[str, Any]]:
        data = {"version": 0, "comment": f"基准评语{next(numbers)}", "save": "1", **points}
        return f"/reviews/assignments/{next(assignments)}/", data

    project = {"pk": facts["some_project"]}
    return [
        Scenario(LIMIT_WRITE, facts["staff"], lambda: ("/bench/write", project), (302,)),
        Scenario(SAVE, facts["judge"], save, (302,)),
    ]
