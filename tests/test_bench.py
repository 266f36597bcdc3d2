"""The benchmark's own word must be good: its data, its gate, and that the product knows none of it."""

import copy
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings
from django.urls import NoReverseMatch, reverse

from bench import build, data, facts, gate, limit, report
from brands.models import Project
from foundation.accounts.models import User
from reviews.freezing import write_figures
from reviews.models import Assignment, AssignmentStatus, Entry, Round, RoundStatus, Score
from reviews.results import keeping
from schools.rights import rights_of

COUNT = 30
FIGURES = ("total_mean", "trimmed", "spread", "count", "rank")


@pytest.fixture
def built(db):
    data.fill(COUNT)


@pytest.mark.usefixtures("built")
class TestBuilder:
    def test_holds_what_it_says(self):
        frozen = Round.objects.get(status=RoundStatus.FROZEN)
        assert frozen.entries.count() == facts.size() == COUNT
        submitted = Assignment.objects.filter(entry__round=frozen)
        assert submitted.count() == COUNT * 5
        assert set(submitted.values_list("status", flat=True)) == {AssignmentStatus.SUBMITTED}
        assert Score.objects.filter(assignment__in=submitted).count() == COUNT * 5 * 3
        assert submitted.values("reviewer").distinct().count() == 60

    def test_its_figures_are_the_ones_a_freeze_would_compute(self):
        frozen = Round.objects.get(status=RoundStatus.FROZEN)
        stored = {row[0]: row[1:] for row in frozen.entries.values_list("pk", *FIGURES)}
        entries = list(Entry.objects.filter(round=frozen))
        write_figures(entries, keeping.standing(frozen).lines)
        again = {e.pk: tuple(getattr(e, name) for name in FIGURES) for e in entries}
        assert again == stored
        handed = Project.objects.filter(entries__round=frozen)
        assert set(handed.values_list("entries", "score", "rank")) == {
            (pk, row[1], row[4]) for pk, row in stored.items()
        }

    def test_one_project_has_a_long_story(self):
        facts_ = facts.collect()
        storied, ordinary = (
            Project.objects.get(pk=facts_[name]) for name in ("storied", "ordinary")
        )
        assert storied.events.count() > 40 > 5 == ordinary.events.count()
        assert (storied.versions.count(), ordinary.versions.count()) == (2, 1)

    def test_the_person_of_the_bureau_sees_every_project(self):
        staff = User.objects.get(username="bench")
        assert rights_of(staff).is_city
        assert Project.objects.visible_to(staff).count() == 2 * COUNT

    def test_reviews_are_put_back_for_the_next_run(self):
        one = Assignment.objects.filter(reviewer__username="bench_judge").order_by("pk").first()
        Assignment.objects.filter(pk=one.pk).update(status=AssignmentStatus.DRAFT, version=3)
        facts.put_back()
        one.refresh_from_db()
        assert (one.status, one.version) == (AssignmentStatus.ASSIGNED, 0)
        assert one.pk in facts.collect()["assignments"]

    def test_the_bare_page_asks_for_its_rows_once(self, django_assert_num_queries):
        request = RequestFactory().get("/bench/read")
        request.user = User.objects.get(username="bench")
        own = copy.deepcopy(settings.TEMPLATES)
        own[0]["DIRS"].append(settings.BASE_DIR / "bench" / "templates")
        with override_settings(TEMPLATES=own), django_assert_num_queries(1):
            response = limit.bare_read(request)
        assert response.content.decode().count("<tr>") == min(2 * COUNT, limit.ROWS)


def test_the_product_has_no_limit_pages():
    for name in ("bench-read", "bench-framed", "bench-write"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert "bench.bench_middleware.BenchMiddleware" not in settings.MIDDLEWARE


@pytest.mark.parametrize(
    "url",
    [
        "postgres://someone@127.0.0.1/yipin",
        "postgres://someone@127.0.0.1/test",
        "sqlite:////elsewhere/yipin.sqlite3",
    ],
)
def test_it_refuses_a_database_that_is_not_scratch(url):
    with pytest.raises(SystemExit, match="Not a scratch database"):
        build.scratch_url(url, Path("scratch"))


def test_it_takes_a_scratch_database(tmp_path):
    named = "postgres://someone@127.0.0.1/yp_bench_300"
    assert build.scratch_url(named, tmp_path) == named
    own = build.scratch_url("", tmp_path)
    assert build.scratch_url(own, tmp_path) == own


def _row(p50, queries=8):
    return {
        "queries": queries, "sql_ms": 1.0, "p50": p50, "p95": p50, "ratio": 1.0, "cpu_ms": p50,
        "bytes": 2048, "per_second": None, "faults": [],
    }  # fmt: skip


def _good():
    rows = {"limit read": _row(10.0, 3), "project list": _row(15.0), "ranking, deep": _row(12.0)}
    rows["project page"] = _row(30.0, 7)
    return {300: copy.deepcopy(rows), 10_000: copy.deepcopy(rows)}


def test_gate_lets_a_good_run_through():
    assert gate.misses(_good()) == []


@pytest.mark.parametrize(
    ("count", "name", "change", "words"),
    [
        (300, "project list", {"queries": 9}, "9 queries"),
        (300, "ranking, deep", {"p50": 15.1}, "1.51 × the limit"),
        (10_000, "project list", {"faults": ["status 500"]}, "status 500"),
    ],
)
def test_gate_names_what_is_missed(count, name, change, words):
    figures = _good()
    figures[count][name].update(change)
    assert [words in sentence for sentence in gate.misses(figures)] == [True]


def test_gate_compares_the_largest_with_the_smallest():
    figures = _good()
    figures[3_000] = copy.deepcopy(figures[300])
    figures[300]["ranking, deep"]["p50"] = 9.0
    figures[10_000]["ranking, deep"]["p50"] = 11.8
    assert gate.misses(figures) == [
        "ranking, deep takes 1.31 × as long at 10000 as at 300, at most 1.3."
    ]


def test_gate_holds_the_project_page_to_its_own_size_only():
    figures = _good()
    figures[10_000]["project page"] = _row(40.0, 8)
    assert gate.misses(figures) == [
        "project page asks 8 queries at 10000, 7 at 300.",
        "project page takes 1.33 × as long at 10000 as at 300, at most 1.3.",
    ]


def test_gate_counts_the_queries_of_the_project_page():
    figures = _good()
    for rows in figures.values():
        rows["project page"] = _row(30.0, 9)
    assert gate.misses(figures) == [
        f"{count}: project page asks 9 queries, at most 8." for count in figures
    ]


def test_gate_does_not_pass_what_was_not_measured():
    figures = _good()
    del figures[300]["project list"], figures[10_000]["limit read"]
    assert gate.misses(figures) == [
        "300: project list was not measured.",
        "10000: limit read was not measured.",
    ]


def test_gate_is_not_asked_about_other_pages():
    figures = _good()
    figures[300]["limit read, framed"] = _row(500.0, queries=40)
    assert gate.misses(figures) == []


def test_gate_holds_reviews_to_targets_of_their_own():
    figures = _good()
    figures[300] |= {
        "review desk": _row(15.1, 9), "review sheet": _row(15.0, 9), "limit write": _row(4.0, 3),
        "save a review": _row(10.1, 12), "scores, CSV": _row(501.0), "freeze": _row(999.0, 40),
    }  # fmt: skip
    assert gate.misses(figures) == [
        "300: review desk asks 9 queries, at most 8.",
        "300: review desk takes 1.51 × the limit, at most 1.5.",
        "300: save a review takes 2.52 × the limit, at most 2.5.",
        "300: scores, CSV takes 501 ms, at most 500.",
    ]


def test_table_has_a_line_for_each_page_of_each_size():
    figures = _good()
    figures[300]["project list"]["faults"] = ["status 500"]
    lines = report.table(figures).splitlines()
    assert len(lines) == 2 + 8
    assert sum("failed" in line for line in lines) == 1
