"""Blind rounds: what is hidden, who says so, and when."""

import pytest
from django.urls import reverse

from foundation.verdict import Conflict
from reviews import services
from reviews.drawing import assign
from reviews.masking import confirming
from reviews.masking.words import HIDDEN, SCHOOL, Masker
from reviews.models import Assignment, AssignmentStatus, Masking, Tie
from schools.models import Role
from tests.factories.people import AppointmentFactory, person
from tests.factories.reviews import RoundFactory, reviewer
from tests.factories.schools import RootFactory
from tests.reviews.blind import IDENTITY, BlindWorld

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("平江实验小学的做法", "某校的做法"),
        ("平 江　实验\u200b小学", "某校"),
        ("PJSY小学 ｐｊｓｙ小学", "某校 某校"),
        ("平江\n实验小学", "平江\n别的"),
        ("致电0512-66667777或13812345678", f"致电{HIDDEN}或{HIDDEN}"),
        ("见https://pj.example.cn/a，信箱a.b@pj.cn", f"见{HIDDEN}，信箱{HIDDEN}"),
        ("投入13812345678901元", "投入13812345678901元"),
        ("", ""),
    ],
)
def test_a_masker_finds_words_however_they_are_spaced(text, shown):
    masker = Masker([("平江实验小学", SCHOOL), ("pjsy小学", SCHOOL), ("实验小学", "别的")])

    assert masker.text(text) == shown


def test_the_longest_word_goes_first():
    assert Masker([("平江", "A"), ("平江小学", "B")]).text("平江小学在平江") == "B在A"


def test_the_register_proposes_what_tells_who_it_is():
    masking = BlindWorld().propose()
    proposed = {mask.found for mask in masking.masks.all()}

    assert set(IDENTITY) - proposed == set()


def test_what_is_only_derived_is_proposed_where_it_stands():
    world = BlindWorld()
    version = world.project.versions.get()
    version.content["measures"] = "平江新城的孩子们，沧浪人家"
    version.save()
    proposed = {mask.found for mask in world.propose().masks.all()}

    assert {"平江新城", "沧浪"} <= proposed or "沧浪新" in proposed
    assert "平江新城实小" not in proposed


def test_a_name_is_known_without_what_stands_in_brackets():
    world = BlindWorld()
    world.unit.school.name = "松陵渡中学（东校区）"
    world.unit.school.save()
    assert "松陵渡中学" in {mask.found for mask in world.propose().masks.all()}


def test_a_blind_round_opens_only_when_all_is_confirmed():
    world = BlindWorld()
    with pytest.raises(Conflict, match="隐名没有确认"):
        services.open_round(world.round, by=world.clerk)
    masking = world.propose()
    with pytest.raises(Conflict, match="隐名没有确认"):
        services.open_round(world.round, by=world.clerk)

    confirming.confirm(masking, by=world.clerk, seen_by=confirming.seen(masking))
    services.open_round(world.round, by=world.clerk)
    assert world.round.entries.count() == 1


def test_another_version_or_dictionary_wants_another_look():
    world = BlindWorld()
    masking = world.confirm()
    before = confirming.seen(masking)
    confirming.add(masking, "红烛先锋", SCHOOL, by=world.clerk)
    masking.refresh_from_db()
    assert masking.confirmed_at is None
    with pytest.raises(Conflict, match="有了变动"):
        confirming.confirm(masking, by=world.clerk, seen_by=before)
    confirming.confirm(masking, by=world.clerk, seen_by=confirming.seen(masking))
    world.project.versions.create(number=2, title="新", content={}, by=world.teacher)

    with pytest.raises(Conflict, match="隐名没有确认"):
        services.open_round(world.round, by=world.clerk)


def test_under_way_words_are_added_and_never_taken_away(client):
    world = BlindWorld().open()
    masking = Masking.objects.get()
    client.force_login(world.clerk)
    url = reverse("reviews:masking", args=[masking.pk])

    assert client.post(url, {"add": "1", "found": "红烛先锋", "shown": SCHOOL}).status_code == 302
    assert client.post(url, {"drop": masking.masks.first().pk}).status_code == 409
    client.force_login(world.judge)
    assert "红烛先锋" not in client.get(reverse("reviews:desk")).content.decode()


def test_late_entries_of_a_blind_round_want_their_own_confirmation():
    world = BlindWorld().open()
    late = BlindWorldLate(world)
    with pytest.raises(Conflict, match="隐名没有确认"):
        services.add_late_entries(world.round, by=world.clerk)
    confirming.propose(world.round, by=world.clerk)
    masking = Masking.objects.get(project=late)
    confirming.confirm(masking, by=world.clerk, seen_by=confirming.seen(masking))

    assert services.add_late_entries(world.round, by=world.clerk) == 1


def BlindWorldLate(world):
    from tests.factories.reviews import EligibleProjectFactory

    return EligibleProjectFactory(batch=world.round.batch)


def test_an_entry_without_a_confirmed_mask_shows_nothing(client):
    world = BlindWorld().open()
    Masking.objects.update(confirmed_at=None)
    client.force_login(world.judge)

    page = client.get(reverse("reviews:desk")).content.decode()
    assert "尚未隐名" in page
    assert "红烛先锋" not in page


@pytest.mark.parametrize("role", [Role.LEADER, Role.SUPERVISION])
def test_others_of_the_city_look_and_change_nothing(client, role):
    world = BlindWorld()
    masking = world.propose()
    client.force_login(person(role, RootFactory()))
    for url in (
        reverse("reviews:maskings", args=[world.round.pk]),
        reverse("reviews:masking", args=[masking.pk]),
    ):
        assert client.get(url).status_code == 200
        assert client.post(url, {"confirm": "1"}).status_code == 403


def test_nobody_below_finds_the_pages(client):
    world = BlindWorld().open()
    urls = [
        reverse("reviews:maskings", args=[world.round.pk]),
        reverse("reviews:masking", args=[Masking.objects.get().pk]),
    ]
    for user in (world.judge, world.secretary, person(Role.DISTRICT, world.unit.parent)):
        client.force_login(user)
        assert {client.get(url).status_code for url in urls} == {404}
        assert {client.post(url, {"confirm": "1"}).status_code for url in urls} == {404}


def test_a_round_that_is_not_blind_has_no_masks(client):
    world = BlindWorld(is_blind=False)
    client.force_login(world.clerk)
    assert client.get(reverse("reviews:maskings", args=[world.round.pk])).status_code == 404
    with pytest.raises(Conflict, match="不是盲评"):
        confirming.propose(world.round, by=world.clerk)


def test_the_staff_propose_and_confirm_from_the_list(client):
    world = BlindWorld()
    client.force_login(world.clerk)
    url = reverse("reviews:maskings", args=[world.round.pk])
    assert client.post(url, {"propose": "1"}).status_code == 302
    masking = Masking.objects.get()
    page = client.get(url).content.decode()
    token = f"{masking.pk}:{confirming.seen(masking)}"
    assert token in page

    assert client.post(url, {"masking": f"{masking.pk}:9.9.9"}).status_code == 409
    assert client.post(url, {"masking": token}).status_code == 302
    assert Masking.objects.current().count() == 1
    assert "确认选中" in client.get(url).content.decode()


def test_the_page_shows_what_a_reviewer_will_read(client):
    world = BlindWorld()
    masking = world.propose()
    client.force_login(world.clerk)
    page = client.get(reverse("reviews:masking", args=[masking.pk])).content.decode()
    material = page.split("专家将读到的材料")[1].split("核对之后")[0]

    assert "某校（简称某校）由某同志带领" in material
    assert [word for word in IDENTITY if word in material] == []


def test_a_single_character_is_not_hidden(client):
    world = BlindWorld()
    masking = world.propose()
    client.force_login(world.clerk)
    url = reverse("reviews:masking", args=[masking.pk])
    response = client.post(url, {"add": "1", "found": "学", "shown": SCHOOL})

    assert response.status_code == 200
    assert "至少2个字" in response.content.decode()


def test_ties_on_a_blind_round_are_declared_against_the_whole_register(client):
    world = BlindWorld().open()
    client.force_login(world.judge)
    url = reverse("reviews:pledge", args=[world.round.pk])
    assert [word for word in IDENTITY if word in client.get(url).content.decode()] == []

    bad = client.post(url, {"agreed": "on", "units": "没有这所学校：亲属"})
    assert "没有找到" in bad.content.decode()
    client.post(url, {"agreed": "on", "units": "新城实小：配偶在该校工作"})
    assert Tie.objects.get(school__isnull=False).school == world.unit.school
    assert Assignment.objects.get().status == AssignmentStatus.RECUSED
    assert Assignment.objects.visible_to(world.judge).count() == 0


def test_without_ties_the_material_opens(client):
    world = BlindWorld().open()
    client.force_login(world.judge)
    review = reverse("reviews:review", args=[world.assignment.pk])
    assert client.get(review).status_code == 403
    client.post(reverse("reviews:pledge", args=[world.round.pk]), {"agreed": "on", "units": ""})

    assert client.get(review).status_code == 200


def test_the_list_counts_its_queries(client, django_assert_max_num_queries):
    world = BlindWorld()
    client.force_login(world.clerk)
    url = reverse("reviews:maskings", args=[world.round.pk])
    for _ in range(2):
        BlindWorldLate(world)
        confirming.propose(world.round, by=world.clerk)
        with django_assert_max_num_queries(16):
            client.get(url)


@pytest.mark.parametrize(("is_blind", "answer"), [(True, Conflict), (False, None)])
def test_whose_post_shows_the_applicant_judges_no_blind_entry(is_blind, answer):
    """A district officer opens the very project under another address."""
    world = BlindWorld(is_blind=is_blind).open()
    officer = reviewer()
    AppointmentFactory(user=officer, role=Role.DISTRICT, organisation=world.unit.parent)
    entry = world.round.entries.get()
    if answer:
        with pytest.raises(answer, match="利益关系"):
            assign(entry, officer, by=world.clerk)
    else:
        assert assign(entry, officer, by=world.clerk)


def test_a_copied_batch_keeps_its_blindness():
    from reviews.registries import _copy_rounds
    from tests.factories.brands import BatchFactory

    old = RoundFactory(is_blind=True)
    new = BatchFactory(year=2027)
    _copy_rounds(old.batch, new, old.created_by)

    assert new.rounds.get().is_blind
