"""Several rounds of a batch: weights, short lists, the combined result and what may be decided when."""

import json
import subprocess
import sys
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bench import recompute
from brands.models import Project, ProjectStatus
from brands.services import proposing
from foundation.verdict import Conflict
from reviews import combining, opening, weighing
from reviews.models import Combined, CombinedLine, Entry, Mode, Round, Rubric
from reviews.results import combined_voting, voting
from reviews.results.combined_stability import stability
from reviews.results.combining import Contender, Part, combine, content_of, missing, parsed
from reviews.results.content import Candidate, Judgement, fingerprint
from reviews.results.content import content_of as round_content
from reviews.results.recipe import CORRECTIONS, SCORINGS, Recipe
from reviews.results.sheets import Criterion, Sheet
from reviews.services import add_late_entries, freeze_round, open_round
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import EligibleProjectFactory, RoundFactory, staff, submitted
from tests.factories.schools import RootFactory

ALL = Criterion("A", "总分", 100)


def part(sheets, weight, *, takes=None, recipe=None, mode="online"):
    """`sheets`: entry → totals of the reviewers in order, None where recused."""
    rows = tuple(
        Sheet(entry, f"专家{chr(65 + n)}", (int(D(total) * 10),))
        for entry, totals in sheets.items()
        for n, total in enumerate(totals)
        if total is not None
    )
    candidates = tuple(Candidate(entry, f"项目{entry}") for entry in sheets)
    judgement = Judgement(recipe or Recipe("mean"), (ALL,), candidates, rows)
    content = round_content(judgement, {}, judgement.ranking())
    names = {"name": str(Mode(mode).label), "mode": mode, "weight": weight, "takes": takes}
    return Part.of(content, fingerprint(content), **names)


def contenders(*entries):
    return [Contender(n, f"项目{n}", "", "", keys) for n, keys in enumerate(entries, 1)]


def figures(parts, people):
    """project → (rank, score, raw), once by each program; they must agree."""
    places = combine(parts, people)
    ours = {one.project: (one.rank, one.score, one.raw) for one in places}
    text = content_of(parts, people, places, {})
    assert recompute.combined(json.loads(text)) == ours
    again = parsed(text)
    assert combine(again.parts, again.contenders) == places
    return {
        key: (rank, score and str(score), raw and str(raw))
        for key, (rank, score, raw) in ours.items()
    }


def test_sixty_and_forty_by_hand():
    online = part({1: ["90", "80"], 2: ["86", "86"]}, 60)
    defence = part({11: ["70"], 12: ["80"]}, 40, mode="defence")
    assert figures([online, defence], contenders((1, 11), (2, 12))) == {
        2: (1, "83.60", "83.60"),  # 0.6 × 86 + 0.4 × 80
        1: (2, "79.00", "79.00"),  # 0.6 × 85 + 0.4 × 70
    }


def test_a_combined_score_is_rounded_once_from_what_was_not_rounded():
    # 241/3 is 80.33; 0.5 × 80.333… + 0.5 × 80.33…3 rounds to 80.33, and 80.125, 80.5 to 80.31.
    third = part({1: ["80", "80", "81"], 2: ["80", "80", "80", "80.5"]}, 50)
    other = part({1: ["80", "80.5", "80.5"], 2: ["80.5"]}, 50, mode="defence")
    found = figures([third, other], contenders((1, 1), (2, 2)))
    assert found[1][1] == "80.33"  # 80.3333 and 80.3333
    assert found[2][1] == "80.31"  # 80.3125; from the rounded 80.13 it would be 80.32 (80.315)


@pytest.mark.parametrize("n", range(1, 10))
@pytest.mark.parametrize("scoring", SCORINGS)
@pytest.mark.parametrize("correction", CORRECTIONS)
def test_both_programs_combine_alike_for_every_recipe(n, scoring, correction):
    nine = ["90", "60", "80.5", "81", "81", "100", "70", "85.5", "77"]
    recipe = Recipe(scoring, correction)
    online = part({e: [str(D(t) - e) for t in nine[:n]] for e in (1, 2, 3, 4)}, 55, recipe=recipe)
    visit = part(
        {e: [str(D(t) - (e * 7) % 5) for t in nine[:n]] for e in (1, 2, 3)},
        25, takes=3, recipe=recipe, mode="visit",
    )  # fmt: skip
    defence = part({e: nine[e : e + 3] for e in (1, 2)}, 20, takes=2, mode="defence")
    people = contenders((1, 1, 1), (2, 2, 2), (3, 3, None), (4, None, None))
    found = figures([online, visit, defence], people)
    assert [found[key][0] for key in (3, 4)] == [3, 4]
    assert found[3][1] is found[4][1] is None


def test_who_was_not_on_the_short_list_comes_after_who_was_however_well_they_scored():
    online = part({1: ["95"], 2: ["94"], 3: ["93"]}, 60)
    defence = part({1: ["10"], 2: ["20"]}, 40, takes=2, mode="defence")
    found = figures([online, defence], contenders((1, 1), (2, 2), (3, None)))
    assert found == {2: (1, "64.40", "64.40"), 1: (2, "61.00", "61.00"), 3: (3, None, None)}


def test_ties_go_by_the_heavier_round_and_then_share_a_rank():
    online = part({1: ["80"], 2: ["84"], 3: ["80"]}, 60)
    defence = part({1: ["86"], 2: ["80"], 3: ["86"]}, 40, mode="defence")
    found = figures([online, defence], contenders((1, 1), (2, 2), (3, 3)))
    assert {score for _, score, _ in found.values()} == {"82.40"}
    assert {key: rank for key, (rank, *_) in found.items()} == {2: 1, 1: 2, 3: 2}


def test_a_missing_score_is_named_and_never_a_nought():
    online, defence = part({1: ["80"], 2: []}, 60), part({1: ["80"]}, 40, mode="defence")
    people = contenders((1, 1), (2, None))
    assert missing([online, defence], people) == [
        "网络评审中没有得分：《项目2》。",
        "现场答辩中没有得分：《项目2》。",
    ]
    listed = part({1: ["80"]}, 40, takes=1, mode="defence")
    assert missing([part({1: ["80"], 2: ["70"]}, 60), listed], people) == []


def test_stability_goes_over_both_rounds_and_names_round_and_reviewer():
    online = part({1: ["90", "90", "60"], 2: ["82", "82", "82"]}, 60)
    defence = part({1: ["80", "80"], 2: ["80", "80"]}, 40, mode="defence")
    looked = stability([online, defence], contenders((1, 1), (2, 2)), line=1)
    assert looked.ways[-1] == "各轮等权"
    first = looked.places[0]
    assert (first.entry, first.rank, first.worst) == (2, 1, 2)
    assert first.decisive == ("网络评审专家C",)
    assert len(looked.unstable) == 2


# --- In the product ---


@pytest.fixture
def rounds(db):
    """Online for 60 and a defence of the first two for 40, three projects, both drafts."""
    online = RoundFactory(weight=60, scoring="mean")
    defence = RoundFactory(
        batch=online.batch, mode=Mode.DEFENCE, weight=40, takes=2, scoring="mean",
        rubric=Rubric.objects.get(code="R2"),
    )  # fmt: skip
    for n in range(3):
        EligibleProjectFactory(batch=online.batch, title=f"品牌{n}")
    return online, defence


def judged(round, shares):
    for entry, share in zip(round.entries.order_by("pk"), shares, strict=True):
        submitted(entry, share)
    freeze_round(round, by=staff())
    round.refresh_from_db()


def states(batch):
    return set(Project.objects.filter(batch=batch).values_list("status", flat=True))


def both_over(online, defence, first=(0.9, 0.8, 0.7), second=(0.5, 1)):
    open_round(online, by=staff())
    online.refresh_from_db()
    judged(online, first)
    open_round(defence, by=staff())
    defence.refresh_from_db()
    judged(defence, second)


def test_nothing_is_handed_over_before_all_rounds_that_count_are_frozen(rounds):
    online, defence = rounds
    open_round(online, by=staff())
    online.refresh_from_db()
    with pytest.raises(Conflict, match="先锁定网络评审"):
        open_round(defence, by=staff())
    judged(online, (0.9, 0.8, 0.7))
    assert states(online.batch) == {ProjectStatus.IN_REVIEW}
    assert not Combined.objects.exists()
    open_round(defence, by=staff())
    defence.refresh_from_db()
    assert list(defence.entries.values_list("project__title", flat=True)) == ["品牌0", "品牌1"]
    judged(defence, (0.5, 1))
    assert states(online.batch) == {ProjectStatus.SCORED}
    handed = Project.objects.filter(batch=online.batch).order_by("rank")
    assert list(handed.values_list("title", "rank", "score")) == [
        ("品牌1", 1, D("88.00")),  # 0.6 × 80 + 0.4 × 100
        ("品牌0", 2, D("74.00")),  # 0.6 × 90 + 0.4 × 50
        ("品牌2", 3, None),
    ]
    combined = Combined.objects.get()
    assert all(check.holds for check in combining.verify(combined))


def test_the_export_recomputes_and_a_changed_figure_is_noticed(client, rounds, tmp_path):
    online, defence = rounds
    both_over(online, defence)
    client.force_login(staff())
    answer = client.get(reverse("reviews:combined-export", args=[online.batch_id]))
    file = tmp_path / "combined.json"
    file.write_bytes(b"".join(answer.streaming_content))
    assert fingerprint(file.read_text()) == Combined.objects.get().sha256
    script = [sys.executable, str(Path(recompute.__file__)), str(file)]
    said = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout.split("; ")[1]) == (0, "3 ranked, 0 differ.\n")
    file.write_text(file.read_text().replace('"88.00"', '"89.00"', 1))
    assert subprocess.run(script, capture_output=True, check=False).returncode == 1
    Combined.objects.update(content=file.read_text())
    held = [check.holds for check in combining.verify(Combined.objects.get())]
    assert held[:3] == [False, True, False]


def test_weights_must_add_up_before_anybody_judges_and_stand_after(client, rounds):
    online, defence = rounds
    Round.objects.filter(pk=defence.pk).update(weight=30)
    with pytest.raises(Conflict, match="合计为90%"):
        open_round(online, by=staff())
    client.force_login(staff())
    page = reverse("reviews:round-weights", args=[online.batch_id])
    typed = {f"weight_{online.pk}": "70", f"weight_{defence.pk}": "40"}
    assert "合计为110%" in client.post(page, typed).content.decode()
    assert client.post(page, typed | {f"weight_{online.pk}": "60"}).status_code == 302
    open_round(online, by=staff())
    assert client.post(page, typed).status_code == 409
    with pytest.raises(Conflict, match="权重不能再改"):
        weighing.add(
            RoundFactory.build(
                batch=online.batch, mode=Mode.VISIT, weight=10, created_by=online.created_by,
                rubric=online.rubric,
            ),
            by=staff(),
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        weighing.weigh(online.batch, {}, by=person(Role.LEADER, RootFactory()))


def test_a_round_that_counts_for_nothing_decides_nothing(rounds):
    online, defence = rounds
    Round.objects.filter(pk=online.pk).update(weight=100)
    Round.objects.filter(pk=defence.pk).update(weight=0, takes=None)
    for round in rounds:
        round.refresh_from_db()
        open_round(round, by=staff())
        round.refresh_from_db()
    judged(defence, (0.1, 0.2, 0.3))
    assert states(online.batch) == {ProjectStatus.IN_REVIEW}
    judged(online, (0.9, 0.8, 0.7))
    assert not Combined.objects.exists()
    assert list(Project.objects.order_by("rank").values_list("title", "score")) == [
        ("品牌0", D("90.00")), ("品牌1", D("80.00")), ("品牌2", D("70.00"))
    ]  # fmt: skip


def test_who_comes_late_must_be_in_every_full_round_before_one_is_locked(rounds):
    online, defence = rounds
    Round.objects.filter(pk=defence.pk).update(takes=None)
    for round in rounds:
        round.refresh_from_db()
        open_round(round, by=staff())
        round.refresh_from_db()
    assert defence.entries.count() == 3
    EligibleProjectFactory(batch=online.batch, title="迟到的品牌")
    add_late_entries(online, by=staff())
    with pytest.raises(Conflict, match="没有列入本轮：《迟到的品牌》"):
        judged(defence, (0.5, 0.6, 0.7))
    assert add_late_entries(defence, by=staff()) == 1
    submitted(defence.entries.last(), 0.8)
    freeze_round(defence, by=staff())
    EligibleProjectFactory(batch=online.batch, title="太迟的品牌")
    assert not opening.waiting_projects(online).exists()


def test_who_is_equal_to_the_last_of_the_short_list_is_on_it(rounds):
    online, defence = rounds
    open_round(online, by=staff())
    online.refresh_from_db()
    judged(online, (0.9, 0.8, 0.8))
    assert opening.waiting_projects(defence).count() == 3
    assert set(voting.ties_of(online.result)) == {2}
    order = list(Entry.objects.filter(round=online, rank=2).values_list("pk", flat=True))
    voting.vote(online.result, 2, order[::-1], "3比2", by=staff())
    assert opening.waiting_projects(defence).count() == 2
    assert not Project.objects.exclude(rank=None).exists()


def test_a_tie_of_combined_scores_is_voted_on(client, rounds):
    online, defence = rounds
    both_over(online, defence, first=(0.8, 0.8, 0.7), second=(0.5, 0.5))
    combined = Combined.objects.get()
    one, other = combined_voting.ties_of(combined)[1]
    client.force_login(staff())
    page = reverse("reviews:combined-vote", args=[online.batch_id, 1])
    typed = {f"place_{one.pk}": "2", f"place_{other.pk}": "1", "note": "5人参加，4比1"}
    assert client.get(page).status_code == 200
    assert client.post(page, typed).status_code == 302
    ranks = dict(Project.objects.values_list("pk", "rank"))
    assert (ranks[other.project_id], ranks[one.project_id]) == (1, 2)
    assert (
        "4比1" in client.get(reverse("reviews:combined", args=[online.batch_id])).content.decode()
    )
    assert all(check.holds for check in combining.verify(combined))
    with pytest.raises(Conflict, match="综合名次中表决"):
        voting.vote(online.result, 1, [], "", by=staff())
    with pytest.raises(PermissionDenied):
        combined_voting.vote(combined, 1, [], "", by=person(Role.LEADER, RootFactory()))


def test_the_proposal_list_takes_the_combined_ranking_and_the_short_list_first(rounds):
    online, defence = rounds
    both_over(online, defence, second=(0.1, 0.2))
    online.batch.allotments.create(places=2)
    found = proposing.of(online.batch)
    titles = dict(Project.objects.values_list("pk", "title"))
    assert {titles[key] for key in found.listed} == {"品牌0", "品牌1"}  # 54 + 4 beat no 70 of 品牌2


@pytest.mark.parametrize("name", ["combined", "combined-export", "combined-stability"])
def test_who_sees_the_combined_result(client, rounds, name):
    online, defence = rounds
    page = reverse(f"reviews:{name}", args=[online.batch_id])
    client.force_login(staff())
    assert client.get(page).status_code == 409
    both_over(online, defence)
    for role, answer in [(Role.BUREAU, 200), (Role.LEADER, 200), (Role.SUPERVISION, 200),
                         (Role.REVIEWER, 404)]:  # fmt: skip
        client.force_login(person(role, RootFactory()))
        assert client.get(page).status_code == answer
    client.force_login(staff())
    assert client.get(page + "?check=1&all=1").status_code == 200


def test_the_combined_page_shows_each_round_beside_and_counts_its_queries(
    client, rounds, django_assert_max_num_queries
):
    online, defence = rounds
    both_over(online, defence)
    client.force_login(staff())
    page = reverse("reviews:combined", args=[online.batch_id])
    client.get(page)
    with django_assert_max_num_queries(14):
        shown = client.get(page).content.decode()
    for words in ("88.00", "80.00", "100.00", "未入围", "网络评审占60%", "第1名"):
        assert words in shown
    assert CombinedLine.objects.count() == 3
