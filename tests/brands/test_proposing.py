"""The proposal list: by rank within the allotment, ties named, departures explained."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brands.models import Allotment, Project
from brands.permissions_after import may_allot
from brands.services import deciding, proposing
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from schools.models import Role
from tests.brands.after import city, ranked, secretary_of
from tests.factories.brands import BatchFactory
from tests.factories.people import person
from tests.moving import chosen

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def allot(batch, places, area=None, kind=""):
    return Allotment.objects.create(batch=batch, area=area, kind=kind, places=places)


def listed(batch, projects):
    found = proposing.of(batch)
    return [
        "拟" if p.pk in found.listed else "并" if p.pk in found.tied else "略" for p in projects
    ]


def test_down_the_ranking_until_the_places_end():
    batch, projects = ranked(4)
    allot(batch, 2)

    assert listed(batch, projects) == ["拟", "拟", "略", "略"]
    assert proposing.of(batch).cut == projects[1].pk
    assert proposing.of(batch).words(projects[2].pk) == "全市名额已满（2 项）"


def test_a_full_area_is_passed_over_and_the_next_one_moves_up():
    batch, projects = ranked(4)
    home = projects[0].area
    Project.objects.filter(pk=projects[1].pk).update(area=home)
    allot(batch, 2)
    rule = allot(batch, 1, area=home)

    assert listed(batch, projects) == ["拟", "略", "拟", "略"]
    assert proposing.of(batch).words(projects[1].pk) == f"{rule.area.name}名额已满（1 项）"


def test_a_full_kind_of_school_is_passed_over():
    batch, projects = ranked(3)
    kinds = ["primary", "primary", "kindergarten"]
    for project, kind in zip(projects, kinds, strict=True):
        school = project.organisation.school
        school.kind = kind
        school.save(update_fields=["kind"])
    allot(batch, 1, kind="primary")

    assert listed(batch, projects) == ["拟", "略", "拟"]
    assert proposing.of(batch).cut is None  # No total, no line.


def test_a_tie_that_does_not_fit_is_left_to_the_meeting():
    batch, projects = ranked(4)
    Project.objects.filter(pk=projects[2].pk).update(rank=2)
    allot(batch, 2)

    assert listed(batch, projects) == ["拟", "并", "并", "略"]
    words = proposing.of(batch).words(projects[1].pk)
    assert words == "并列第 2 名 2 项，名额只剩 1 个，由会议研究确定"


def test_the_best_one_is_left_out_where_two_others_need_its_places():
    batch, projects = ranked(3)
    home = projects[0].area
    Project.objects.filter(pk=projects[1].pk).update(area=home)
    for project, kind in zip(projects, ("primary", "kindergarten", "primary"), strict=True):
        project.organisation.school.kind = kind
        project.organisation.school.save(update_fields=["kind"])
    allot(batch, 1, area=home)
    allot(batch, 1, kind="primary")

    assert listed(batch, projects) == ["略", "拟", "拟"]
    loss = projects[1].score + projects[2].score - projects[0].score
    assert proposing.of(batch).words(projects[0].pk) == (
        f"{home.name}名额已满（1 项）、小学名额已满（1 项），选入它则全部名额的合计得分减少 {loss} 分"
    )


def test_a_tie_that_fits_is_listed():
    batch, projects = ranked(3)
    Project.objects.filter(pk=projects[1].pk).update(rank=1)
    allot(batch, 2)

    assert listed(batch, projects) == ["拟", "拟", "略"]


@pytest.mark.parametrize("name", ["propose", "approve"])
def test_leaving_out_a_better_one_needs_a_reason(people, name):
    batch, projects = ranked(3)
    who, extra = people.bureau, {}
    if name == "approve":
        Project.objects.filter(pk=projects[1].pk).update(status="proposed")
        who, extra = people.leader, {"minutes_number": "3号"}

    with pytest.raises(Conflict, match="名次靠前而没有选入"):
        deciding.move_many(batch, name, [projects[1].pk], by=who, **extra)
    deciding.move_many(batch, name, [projects[1].pk], by=who, note="地区平衡", **extra)

    assert projects[1].events.get(name=name).note == "地区平衡"


def test_what_the_rules_pass_over_needs_no_reason(people):
    batch, projects = ranked(3)
    Project.objects.filter(pk=projects[1].pk).update(area=projects[0].area)
    allot(batch, 1, area=projects[0].area)

    deciding.move_many(batch, "propose", [projects[0].pk, projects[2].pk], by=people.bureau)

    with pytest.raises(Conflict, match="名额已满"):
        deciding.move_many(batch, "propose", [projects[1].pk], by=people.bureau)


def test_choosing_among_a_tie_needs_a_reason(people):
    batch, projects = ranked(2)
    Project.objects.filter(pk=projects[1].pk).update(rank=1)
    allot(batch, 1)

    with pytest.raises(Conflict, match="并列第 1 名"):
        deciding.move_many(batch, "propose", [projects[0].pk], by=people.bureau)
    deciding.move_many(batch, "propose", [projects[0].pk], by=people.bureau, note="会议研究")


def test_the_page_draws_the_line_and_ticks_by_the_rules(client, people):
    batch, projects = ranked(3)
    allot(batch, 2)
    client.force_login(people.bureau)

    page = client.get(reverse("brands:decision", args=[batch.pk]))

    assert [project.chosen for project in page.context["page"]] == [True, True, False]
    assert page.text.count("拟定线：") == 1
    assert "得分相同的，依次比较" in page.text
    assert "全市至多 2 项" in page.text
    projects[0].refresh_from_db()
    assert projects[0].status == "scored"


def test_the_reason_is_asked_on_the_page(client, people):
    batch, projects = ranked(2)
    client.force_login(people.bureau)
    url = reverse("brands:decision-propose", args=[batch.pk])

    refused = client.post(url, chosen(projects[1]))
    done = client.post(url, chosen(projects[1], note="地区平衡"))

    assert refused.status_code == 409
    assert "请写明理由" in refused.text
    assert done.status_code == 302


def test_the_allotment_is_set_before_the_scores_are_in(client, people):
    batch = BatchFactory(status="open")
    client.force_login(people.bureau)
    url = reverse("brands:allotments", args=[batch.pk])
    assert client.get(url).status_code == 200

    done = client.post(url, {"total": "5", "kind-primary": "2"})

    assert done.status_code == 302
    assert {str(rule) for rule in batch.allotments.all()} == {"全市至多 5 项", "小学至多 2 项"}
    assert AuditEvent.objects.latest("number").action == "batch.allot"
    assert client.post(url, {"total": "-1"}).status_code == 200
    client.post(url, {"total": ""})
    assert not batch.allotments.exists()


def test_afterwards_nobody_changes_it(client, people):
    batch, _ = ranked(1)
    client.force_login(people.bureau)
    url = reverse("brands:allotments", args=[batch.pk])

    assert client.get(url).status_code == 409
    assert client.post(url, {"total": "5"}).status_code == 409
    with pytest.raises(Conflict, match="已经移交"):
        proposing.allot(batch, {(None, ""): 5}, by=people.bureau, via=None)
    for who in (people.leader, people.supervision):
        assert not may_allot(who, batch)


def test_only_the_bureau_sets_it(client, people):
    batch, projects = ranked(1)
    Project.objects.update(score=None)
    url = reverse("brands:allotments", args=[batch.pk])
    for who in (people.leader, secretary_of(projects[0])):
        client.force_login(who)
        assert client.get(url).status_code == 403
    client.force_login(person(Role.REVIEWER, projects[0].organisation))
    assert client.get(url).status_code == 404
    with pytest.raises(PermissionDenied):
        may_allot(people.leader, batch).require()


@pytest.mark.parametrize("count", [1, 3])
def test_working_it_out_asks_the_same_however_many(count, django_assert_num_queries):
    batch, _ = ranked(count)
    allot(batch, 2)

    with django_assert_num_queries(2):  # the rules, the ranking
        proposing.of(batch)
