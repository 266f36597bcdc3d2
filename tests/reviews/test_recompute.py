"""The product's ranking and the independent script agree: on golden vectors, and on random rounds."""

import json
import random
import subprocess
import sys
from decimal import Decimal as D
from pathlib import Path

import pytest

from bench import recompute
from reviews.results.content import Candidate, Judgement, content_of, fingerprint, judgement_of
from reviews.results.recipe import CORRECTIONS, SCORINGS, Recipe
from reviews.results.sheets import Criterion, Sheet

SCRIPT = Path(recompute.__file__)
A, B = Criterion("A", "实效", 60), Criterion("B", "创新", 40)


def _judgement(sheets, recipe, criteria=(A, B)):
    """`sheets`: entry → a tuple of points for each reviewer, None where recused."""
    entries = tuple(Candidate(entry, f"项目{entry}") for entry in sheets)
    rows = tuple(
        Sheet(
            entry,
            f"专家{chr(65 + n)}",
            tuple(None if s is None else int(D(s) * 10) for s in scores),
        )
        for entry, given in sheets.items()
        for n, scores in enumerate(given)
        if scores is not None
    )
    return Judgement(recipe, criteria, entries, rows)


def _figures(judgement):
    """entry → (rank, score, raw), once by each program; they must agree."""
    lines = judgement.ranking()
    ours = {line.entry: (line.rank, line.score, line.raw) for line in lines if line.rank}
    theirs = recompute.ranking(json.loads(content_of(judgement, {}, lines)))
    assert theirs == ours
    return {entry: (rank, str(score), str(raw)) for entry, (rank, score, raw) in ours.items()}


def _one(totals, scoring):
    """The score of one entry from totals alone."""
    judgement = _judgement(
        {1: [(total,) for total in totals]}, Recipe(scoring), (Criterion("A", "实效", 100),)
    )
    return _figures(judgement)[1][1]


NINE = ["90", "60", "80.5", "81", "81", "100", "70", "85.5", "77"]


@pytest.mark.parametrize(
    ("scoring", "expected"),
    [
        ("mean", ["90.00", "75.00", "76.83", "77.88", "78.50", "82.08", "80.36", "81.00", "80.56"]),
        # From the fifth on the highest and the lowest go.
        (
            "trimmed",
            ["90.00", "75.00", "76.83", "77.88", "80.83", "83.13", "80.50", "81.33", "80.71"],
        ),
        (
            "median",
            ["90.00", "75.00", "80.50", "80.75", "81.00", "81.00", "81.00", "81.00", "81.00"],
        ),
    ],
)
def test_golden_vectors_from_one_review_to_nine(scoring, expected):
    assert [_one(NINE[:n], scoring) for n in range(1, 10)] == expected


@pytest.mark.parametrize(
    ("totals", "score"),
    [
        (["80", "80", "80.5", "81"], "80.38"),  # 80.375
        (["80.5", "81", "81", "81"], "80.88"),  # 80.875: an even rounding would give 80.88 too
        (["80", "80", "80", "80.5"], "80.13"),  # 80.125: an even rounding would give 80.12
        (["80", "80", "80.5"], "80.17"),
        (["0", "0", "0", "0"], "0.00"),
    ],
)
def test_half_is_rounded_up_and_only_once(totals, score):
    assert _one(totals, "mean") == score


def test_not_applicable_is_never_a_nought():
    # 45 of 60 is 75 of 100; the sheet without any applicable criterion does not count.
    found = _figures(_judgement({1: [("45", None), ("45", "30"), (None, None)]}, Recipe("mean")))
    assert found == {1: (1, "75.00", "75.00")}


def test_who_was_recused_counts_neither_as_nought_nor_for_the_trimming():
    four = [("50", "30"), ("50", "30"), ("50", "30"), ("40", "20"), None]
    assert _figures(_judgement({1: four}, Recipe("trimmed")))[1][1] == "75.00"
    assert _figures(_judgement({1: [], 2: four}, Recipe("trimmed"))) == {2: (1, "75.00", "75.00")}


def test_ties_go_by_the_stated_criteria_and_then_share_a_rank():
    sheets = {1: [("50", "30")], 2: [("55", "25")], 3: [("50", "30")], 4: [("40", "20")]}

    def ranks(ties):
        found = _figures(_judgement(sheets, Recipe(ties=ties)))
        return {entry: figures[0] for entry, figures in found.items()}

    assert ranks(()) == {1: 1, 2: 1, 3: 1, 4: 4}
    assert ranks(("A",)) == {2: 1, 1: 2, 3: 2, 4: 4}
    assert ranks(("B", "A")) == {1: 1, 3: 1, 2: 3, 4: 4}


def test_a_tie_where_the_criterion_was_not_applicable_goes_last():
    sheets = {1: [(None, "32")], 2: [("48", "32")]}
    assert {e: f[0] for e, f in _figures(_judgement(sheets, Recipe(ties=("A",)))).items()} == {
        2: 1,
        1: 2,
    }


def test_the_standard_score_by_hand():
    sheets = {
        e: [(a, "0"), (b, "0")]
        for e, (a, b) in enumerate([("50", "20"), ("40", "10"), ("30", "0")], 1)
    }
    found = _figures(_judgement(sheets, Recipe("mean", "zscore")))
    # All six: mean 25, variance (625+25+225+225+25+625)/5 = 350; so 25 ± sqrt(350) = 43.71 and 6.29.
    assert found == {1: (1, "43.71", "35.00"), 2: (2, "25.00", "25.00"), 3: (3, "6.29", "15.00")}


def test_a_reviewer_with_two_sheets_or_one_total_is_not_moved():
    two = {1: [("50", "30"), None], 2: [("40", "30"), ("40", "10")]}
    assert all(
        score == raw
        for _, score, raw in _figures(_judgement(two, Recipe("mean", "zscore"))).values()
    )
    flat = {e: [("40", "40")] for e in (1, 2, 3, 4)}
    assert _figures(_judgement(flat, Recipe("mean", "zscore")))[4] == (1, "80.00", "80.00")


def test_the_reviewer_effect_by_hand():
    # B gives 10 less on the two that both judge: residuals ±5, two sheets each.
    # (n - n/2 + shrink) b - (n/2)(-b) = n * 5  =>  (2 + 4) b = 10, b = 5/3.
    sheets = {1: [("50", "30"), ("50", "20")], 2: [("40", "30"), ("40", "20")]}
    shared = _figures(_judgement(sheets, Recipe("mean", "effect")))
    assert shared == {1: (1, "75.00", "75.00"), 2: (2, "65.00", "65.00")}
    alone = _figures(
        _judgement(
            {**sheets, 3: [("50", "26"), None], 4: [None, ("50", "25")]}, Recipe("mean", "effect")
        )
    )
    assert (alone[3], alone[4]) == ((3, "74.33", "76.00"), (1, "76.67", "75.00"))


def test_a_corrected_total_stays_within_the_scale():
    sheets = {e: [("60", "40"), (str(e), "0"), ("0", "0")] for e in range(1, 9)}
    for correction in CORRECTIONS:
        scores = [
            D(f[1]) for f in _figures(_judgement(sheets, Recipe("mean", correction))).values()
        ]
        assert min(scores) >= 0
        assert max(scores) <= 100


@pytest.mark.parametrize("seed", range(5))
def test_the_two_programs_agree_on_random_rounds(seed):
    rng = random.Random(seed)

    def halves(most):
        return D(rng.randint(0, 2 * most)) / 2

    sheets = {
        entry: [
            None
            if rng.random() < 0.3
            else tuple(None if rng.random() < 0.05 else halves(w) for w in (60, 40))
            for _ in range(rng.randint(1, 9))
        ]
        for entry in range(1, rng.randint(3, 25))
    }
    for scoring in SCORINGS:
        for correction in CORRECTIONS:
            _figures(_judgement(sheets, Recipe(scoring, correction, ties=("A", "B"))))


def test_the_script_runs_on_the_file_alone_and_finds_a_changed_score(tmp_path):
    judgement = _judgement({1: [("50", "30")], 2: [("40", "30")]}, Recipe())
    content = content_of(judgement, {"title": "示例"}, judgement.ranking())
    assert judgement_of(content) == (judgement, judgement.ranking())
    file = tmp_path / "result.json"

    def run(text):
        file.write_text(text, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-I", SCRIPT, file], capture_output=True, text=True, check=False
        )

    right, wrong = run(content), run(content.replace('"50.0"', '"20.0"'))
    assert (right.returncode, fingerprint(content) in right.stdout) == (0, True)
    assert (wrong.returncode, "2 differ" in wrong.stdout) == (1, True)


def test_the_script_shares_no_code():
    imports = [
        line for line in SCRIPT.read_text().splitlines() if line.startswith(("import", "from"))
    ]
    assert {line.split()[1] for line in imports} == {
        "hashlib", "json", "sys", "collections", "decimal", "fractions", "pathlib", "statistics"
    }  # fmt: skip


def test_a_recipe_of_another_version_is_refused():
    with pytest.raises(ValueError, match="Unknown recipe"):
        Recipe.from_data({**Recipe().to_data(), "version": 2})
