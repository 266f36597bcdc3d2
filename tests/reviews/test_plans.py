"""An assignment plan from its rules to the letters, by the right person, in the right state."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.jobs import services as jobs
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from reviews import plans, services
from reviews.assigning import Rules
from reviews.assigning.solving import solve
from reviews.models import Assignment, PlanStatus, Reviewer, ReviewerKind, Tie, TieKind
from reviews.planning import problem_of
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import EntryFactory, RoundFactory, reviewer, staff, submitted
from tests.factories.schools import RootFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk():
    return staff()


@pytest.fixture
def round():
    return RoundFactory(status="open", per_entry=2)


@pytest.fixture
def entries(round):
    return [EntryFactory(round=round) for _ in range(3)]


@pytest.fixture
def experts():
    return [reviewer(name=f"专家{n}") for n in "甲乙丙丁"]


def made(round, clerk, **rules):
    """A plan that the worker has been at."""
    plan = plans.start(round, Rules(per_entry=round.per_entry, **rules), by=clerk)
    jobs.run(plan.job)
    plan.refresh_from_db()
    assert plan.job.state == "done", plan.job.problem
    return plan


def others(plan, entry, problem):
    panel = plan.panels[str(entry.pk)]
    return next(one.key for one in problem.experts if one.key not in panel)


def test_a_plan_is_solved_published_and_told(round, entries, experts, clerk):
    plan = made(round, clerk)

    assert (plan.status, plan.cost == plan.bound) == (PlanStatus.READY, True)
    assert not Assignment.objects.exists()
    assert plans.publish(plan, by=clerk, version=plan.version) == 6
    assert {entry.assignments.count() for entry in entries} == {2}
    assert plan.status == PlanStatus.PUBLISHED
    assert plan.proof["optimal"]
    assert all(line["holds"] for line in plan.proof["rules"])
    round.refresh_from_db()
    assert round.draw_seed == plan.seed
    assert Message.objects.filter(key__startswith="inbox:review-assigned").count() == 4
    last = AuditEvent.objects.order_by("number").last()
    assert last.action == "assignmentplan.publish"
    assert plan.digest in last.detail


def test_the_same_inputs_give_the_same_plan(round, entries, experts, clerk):
    plan = made(round, clerk)
    again = solve(plans.current_problem(plan))

    assert {str(key): list(panel) for key, panel in again.panels.items()} == plan.panels
    assert plans.current_problem(plan).digest == plan.digest


def test_profiles_and_ties_reach_the_solver(round, entries, experts, clerk):
    first, second, third, _ = experts
    for expert, kind in zip(experts, ReviewerKind.values, strict=True):
        Reviewer.objects.create(user=expert, kind=kind, most=2)
    Reviewer.objects.filter(user=first).update(
        away_from=clock.today() + timedelta(days=1), away_until=clock.today() + timedelta(days=1)
    )
    school = entries[0].project.organisation.school
    facts = {"by": clerk, "school": school, "confirmed_at": clock.now()}
    Tie.objects.create(user=second, kind=TieKind.RELATIVE, **facts)
    recent, old = (clock.today() - timedelta(days=days) for days in (1000, 1200))
    Tie.objects.create(user=third, kind=TieKind.EMPLOYMENT, until=recent, **facts)
    Tie.objects.create(user=experts[3], kind=TieKind.EMPLOYMENT, until=old, **facts)
    wished = Tie.objects.create(user=experts[3], kind=TieKind.AVOID, by=clerk, school=school)

    problem = problem_of(round, Rules(per_entry=2), seed=1)

    key = entries[0].pk
    assert problem.barred["近亲属在该校"] == {(key, second.pk)}
    assert problem.barred["三年内曾在该校任职"] == {(key, third.pk)}
    assert {one for _, one in problem.barred["评审期间不能参评"]} == {first.pk}
    assert wished.get_kind_display() not in problem.barred
    assert {expert.most for expert in problem.experts} == {2}


def test_a_clash_is_kept_in_words_and_nothing_is_published(client, round, entries, experts, clerk):
    plan = made(round, clerk, most=1)
    client.force_login(clerk)

    page = client.get(reverse("reviews:plan", args=[plan.pk]))

    assert plan.status == PlanStatus.UNSOLVABLE
    assert "4位专家按各自上限合计最多评4项次，3项申报需要6项次。" in page.content.decode()
    with pytest.raises(Conflict, match="没有可行方案"):
        plans.publish(plan, by=clerk, version=plan.version)


def test_an_exchange_keeps_every_rule_or_is_refused(round, entries, experts, clerk):
    plan = made(round, clerk, most=2)
    entry, problem = entries[0], plans.current_problem(plan)
    leaves, comes = plan.panels[str(entry.pk)][0], others(plan, entry, problem)
    Tie.objects.create(
        user_id=comes, kind=TieKind.RELATIVE, by=clerk, confirmed_at=clock.now(),
        school=entry.project.organisation.school,
    )  # fmt: skip
    with pytest.raises(Conflict, match="应当回避（近亲属在该校）"):
        plans.exchange(plan, entry, leaves, comes, by=clerk, version=plan.version)
    Tie.objects.all().delete()
    panels = plans.panels_of(plan)
    fault = plans.exchange_fault(problem, panels, entry.pk, leaves, comes)
    if fault:  # At the bound: two of the four stand at one entry, and which ones the seed says.
        assert "最多2项" in fault
    plan.rules["most"] = None
    plan.save(update_fields=["rules"])

    plans.exchange(plan, entry, leaves, comes, by=clerk, version=plan.version)

    assert comes in plan.panels[str(entry.pk)]
    assert leaves not in plan.panels[str(entry.pk)]
    assert (plan.edits, plan.status) == (1, PlanStatus.READY)
    assert plan.events.get(name="exchange").note.startswith(f"{entry}：")


def test_of_two_exchanges_on_one_page_the_second_is_stale(round, entries, experts, clerk):
    plan = made(round, clerk)
    seen, problem = plan.version, plans.current_problem(plan)
    first, second = entries[:2]
    leaves = plan.panels[str(first.pk)][0]
    plans.exchange(plan, first, leaves, others(plan, first, problem), by=clerk, version=seen)

    leaves, comes = plan.panels[str(second.pk)][0], others(plan, second, problem)
    with pytest.raises(Conflict, match="已被他人修改"):
        plans.exchange(plan, second, leaves, comes, by=clerk, version=seen)


def test_what_changed_since_is_seen_at_the_publishing(round, entries, experts, clerk):
    plan = made(round, clerk)
    entry = entries[0]
    Tie.objects.create(
        user_id=plan.panels[str(entry.pk)][0], kind=TieKind.RELATIVE, by=clerk,
        confirmed_at=clock.now(), project=entry.project,
    )  # fmt: skip

    with pytest.raises(Conflict, match="应当回避（近亲属在该校）"):
        plans.publish(plan, by=clerk, version=plan.version)
    assert not Assignment.objects.exists()


def test_a_top_up_leaves_finished_reviews_alone(round, entries, experts, clerk):
    done = submitted(entries[0])
    plans.publish(made(round, clerk), by=clerk)
    gone = entries[1].assignments.first()
    services.release(gone, "生病。", by=clerk)

    plans.publish(made(round, clerk), by=clerk)

    done.refresh_from_db()
    assert (done.status, done.total is not None) == ("submitted", True)
    assert {entry.assignments.live().count() for entry in entries} == {2}
    assert not entries[1].assignments.live().filter(reviewer=gone.reviewer).exists()


@pytest.mark.parametrize("role", [Role.LEADER, Role.SUPERVISION])
def test_others_of_the_city_look_and_do_nothing(client, round, entries, experts, clerk, role):
    plan = made(round, clerk)
    other = person(role, RootFactory())
    client.force_login(other)

    pages = [
        client.get(reverse(name, args=args)).status_code
        for name, args in [
            ("reviews:plans", [round.pk]),
            ("reviews:plan", [plan.pk]),
            ("reviews:plan-proof", [plan.pk]),
            ("reviews:plan-new", [round.pk]),
            ("reviews:plan-exchange", [plan.pk, entries[0].pk]),
            ("reviews:plan-publish", [plan.pk]),
        ]
    ]

    assert pages == [200, 200, 200, 403, 403, 403]
    for deed in (
        lambda: plans.publish(plan, by=other),
        lambda: plans.start(round, Rules(per_entry=2), by=other),
        lambda: plans.exchange(plan, entries[0], 1, 2, by=other, version=plan.version),
    ):
        with pytest.raises(PermissionDenied):
            deed()


def test_a_reviewer_sees_no_plan(client, round, entries, experts, clerk):
    plan = made(round, clerk)
    client.force_login(experts[0])

    assert client.get(reverse("reviews:plan", args=[plan.pk])).status_code == 404


def test_the_staff_go_through_all_pages(client, round, entries, experts, clerk):
    client.force_login(clerk)
    asked = client.post(
        reverse("reviews:plan-new", args=[round.pk]),
        {"expertise": 4, "most": 3, "apart": "专家甲、专家乙"},
    )
    (plan,) = round.plans.all()
    assert asked.url == reverse("reviews:plan", args=[plan.pk])
    assert "计算中" in client.get(asked.url).content.decode()
    jobs.run(plan.job)
    page = client.get(asked.url)
    rows = page.context["rows"]
    assert [len(fresh) for _, _, fresh in rows] == [2, 2, 2]
    assert not any({"专家甲", "专家乙"} <= set(fresh) for _, _, fresh in rows)
    exchange = client.get(reverse("reviews:plan-exchange", args=[plan.pk, entries[0].pk]))
    assert exchange.context["others"]
    assert client.get(reverse("reviews:plan-publish", args=[plan.pk])).status_code == 200
    plan.refresh_from_db()
    client.post(reverse("reviews:plan-publish", args=[plan.pk]), {"version": plan.version})
    proof = client.get(reverse("reviews:plan-proof", args=[plan.pk])).content.decode()
    assert "专家甲与专家乙不同组" in proof
    assert plan.digest in proof


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"apart": "专家甲"}, "应为两位不同的专家"),
        ({"apart": "专家甲、无此人"}, "专家名单中没有“无此人”"),
        ({"least": 3, "most": 2}, "最多项数不能少于最少项数"),
        ({"head": 2, "organ": 1}, "各类专家合计超过每项2位"),
        ({"expertise": ""}, "请填写0到100的整数"),
    ],
)
def test_rules_that_cannot_be_are_refused(client, round, experts, clerk, typed, words):
    client.force_login(clerk)

    page = client.post(reverse("reviews:plan-new", args=[round.pk]), {"expertise": 4, **typed})

    assert words in page.content.decode()
    assert not round.plans.exists()


def test_a_discarded_plan_is_not_published(client, round, entries, experts, clerk):
    plan = made(round, clerk)
    client.force_login(clerk)
    client.post(reverse("reviews:plan-discard", args=[plan.pk]), {"version": plan.version})

    with pytest.raises(Conflict, match="已作废"):
        plans.publish(plan, by=clerk)
