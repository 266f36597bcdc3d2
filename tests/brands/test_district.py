import pytest
from django.urls import reverse

from brands.models import Project, ProjectStatus, Quota, Stage
from brands.services.recommending import order_of
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, UnitFactory
from tests.moving import drawn

S = ProjectStatus


@pytest.fixture
def three(batch, unit, root):
    """Three projects of the area waiting for the district; the area has two places."""
    units = [unit, UnitFactory(parent=unit.parent), UnitFactory(parent=unit.parent)]
    return [ready_project(batch, each, status=S.DISTRICT_REVIEW) for each in units]


def _reorder(client, batch, area, *ids, seen=None):
    """As the page sends it; `seen` is the order it showed, by default the present one."""
    return client.post(
        reverse("brands:desk-reorder", args=[batch.pk, area.pk]),
        {"order": list(ids), "seen": order_of(batch, area) if seen is None else seen},
    )


def _order(batch):
    held = Project.objects.filter(batch=batch, place__isnull=False)
    return list(held.order_by("place__number").values_list("pk", flat=True))


def test_desk_shows_quota_ranked_list_and_candidates(client, district, three, batch):
    perform(three[1], "recommend", by=district)
    client.force_login(district)

    page = client.get(reverse("brands:desk"))

    tally = page.context["tally"]
    assert (tally.used, tally.places, tally.free) == (1, 2, 1)
    assert "1 / 2" in page.text
    assert [row["project"] for row in page.context["ranked"]] == [three[1]]
    assert [row[:2] for row in page.context["candidates"]] == [(three[0], True), (three[2], True)]


def test_desk_shows_nothing_of_another_area(client, root, three):
    other = person(Role.DISTRICT, AreaCommitteeFactory(parent=root))
    client.force_login(other)

    page = client.get(reverse("brands:desk"))

    assert page.context["candidates"] == []
    assert client.get(reverse("brands:desk"), {"area": three[0].area_id}).status_code == 404


def test_desk_is_for_districts(client, secretary, bureau):
    for user in (secretary, bureau):
        client.force_login(user)
        assert client.get(reverse("brands:desk")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_desk_query_count_does_not_grow(client, district, three, count, django_assert_num_queries):
    Project.objects.filter(pk__in=[p.pk for p in three[count:]]).delete()
    client.force_login(district)

    # session, user, rights and inbox, batches, stages, extensions, list, quota
    with django_assert_num_queries(8):
        client.get(reverse("brands:desk"))


def test_recommend_from_the_desk_returns_to_it(client, district, three, batch):
    client.force_login(district)
    url = reverse("brands:project-transition", args=[three[0].pk, "recommend"])

    response = client.post(url, drawn(three[0], back="desk"))

    area = three[0].area_id
    assert response["Location"] == f"{reverse('brands:desk')}?batch={batch.pk}&area={area}"
    three[0].refresh_from_db()
    assert (three[0].status, three[0].place.number) == (S.RECOMMENDED, 1)


def test_recommend_beyond_the_quota_says_so(client, district, three):
    for project in three[:2]:
        perform(project, "recommend", by=district)
    client.force_login(district)

    response = client.post(reverse("brands:project-transition", args=[three[2].pk, "recommend"]))

    assert response.status_code == 409
    assert "已全部用完" in response.text


def test_unrecommend_frees_the_place(client, district, three):
    for project in three[:2]:
        perform(project, "recommend", by=district)

    perform(three[0], "unrecommend", by=district)
    perform(three[2], "recommend", by=district)

    assert (three[0].place_id, three[2].place.number) == (None, 1)


def test_reorder_ranks_as_asked(client, district, three, batch):
    for project in three[:2]:
        perform(project, "recommend", by=district)
    client.force_login(district)

    response = _reorder(client, batch, three[0].area, three[1].pk, three[0].pk)

    assert response.status_code == 302
    assert _order(batch) == [three[1].pk, three[0].pk]


def test_reorder_from_a_page_that_a_colleague_overtook_changes_nothing(
    client, district, three, batch
):
    for project in three[:2]:
        perform(project, "recommend", by=district)
    a, b = three[0].pk, three[1].pk
    client.force_login(district)
    _reorder(client, batch, three[0].area, b, a, seen=[a, b])

    late = _reorder(client, batch, three[0].area, b, a, seen=[a, b])

    assert late.status_code == 409
    assert "另一位同志" in late.text
    assert _reorder(client, batch, three[0].area, a, b, seen=[]).status_code == 409
    assert _order(batch) == [b, a]


def test_a_script_gets_the_desk_alone_and_a_refusal_in_words(client, district, three, batch):
    client.force_login(district)
    htmx = {"HX-Request": "true"}
    url = reverse("brands:project-transition", args=[three[0].pk, "recommend"])

    done = client.post(url, drawn(three[0], back="desk"), headers=htmx, follow=True)
    again = client.post(url, {"back": "desk"}, headers=htmx)

    assert "<html" not in done.text
    assert "1 / 2" in done.text
    assert "推荐已完成" in done.text
    assert (again.status_code, again["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert again.text.startswith("当前状态为“已推荐，待形式审查”")


def test_desk_says_how_far_the_least_numbers_are(client, district, three, batch, unit):
    Quota.objects.filter(batch=batch).update(private=1, kindergartens=1)
    school = unit.school
    school.ownership = "private"
    school.save(update_fields=["ownership"])
    perform(three[0], "recommend", by=district)
    client.force_login(district)

    text = client.get(reverse("brands:desk")).text

    for words in ("其中民办学校", "1 / 至少 1", "已满足", "其中幼儿园", "0 / 至少 1", "还差 1 项"):
        assert words in text


def test_reorder_accepts_exactly_the_areas_list(client, district, three, batch):
    for project in three[:2]:
        perform(project, "recommend", by=district)
    client.force_login(district)
    a, b, c = (project.pk for project in three)

    for ids in ([a], [a, a], [a, b, c], [a, c], [], ["x", a]):
        assert _reorder(client, batch, three[0].area, *ids).status_code == 409
    assert _order(batch) == [a, b]


def test_reorder_closes_gaps(client, district, three, batch):
    for project in three[:2]:
        perform(project, "recommend", by=district)
    perform(three[0], "unrecommend", by=district)
    client.force_login(district)

    _reorder(client, batch, three[0].area, three[1].pk)

    three[1].refresh_from_db()
    assert three[1].place.number == 1


def test_reorder_wrong_person_hidden_state_and_method(
    client, secretary, district, root, three, batch
):
    area = three[0].area
    client.force_login(secretary)
    assert _reorder(client, batch, area).status_code == 403

    client.force_login(person(Role.DISTRICT, AreaCommitteeFactory(parent=root)))
    assert _reorder(client, batch, area).status_code == 404

    client.force_login(district)
    url = reverse("brands:desk-reorder", args=[batch.pk, area.pk])
    assert client.get(url).status_code == 405
    batch.stages.filter(stage=Stage.DISTRICT).delete()
    assert _reorder(client, batch, area).status_code == 409


def test_return_asks_for_a_reason_first(client, district, three):
    client.force_login(district)
    url = reverse("brands:project-transition", args=[three[0].pk, "district_return"])

    response = client.post(url)

    assert response["Location"].endswith("/confirm/district_return/")
    three[0].refresh_from_db()
    assert three[0].status == S.DISTRICT_REVIEW


def test_rejected_project_keeps_the_others_ranked(client, district, bureau, three, batch):
    for project in three[:2]:
        perform(project, "recommend", by=district)
    perform(three[0], "reject", by=bureau, note="不符合")
    client.force_login(district)

    assert _reorder(client, batch, three[0].area, three[1].pk).status_code == 302

    three[1].refresh_from_db()
    assert three[1].place.number == 2


def test_desk_without_any_batch_says_why(client, root):
    committee = AreaCommitteeFactory(parent=root)
    client.force_login(person(Role.DISTRICT, committee))

    assert "目前没有进行中、要由区（市）推荐的批次" in client.get(reverse("brands:desk")).text
    open_batch(stages=())
    assert "不设“区（市）推荐”环节" in client.get(reverse("brands:desk")).text
