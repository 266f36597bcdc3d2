"""Drawing lots: prepared by staff, drawn by supervision, repeated by anybody."""

from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation import clock
from foundation.verdict import Conflict
from reviews import inviting, lots, preparing_lots
from reviews.lots import Candidate, Wanted
from reviews.models import Lots, Reviewer, ReviewerKind
from schools.models import Role
from tests.factories.people import person
from tests.factories.reviews import RoundFactory, reviewer, staff
from tests.factories.schools import AreaFactory, RootFactory
from tests.reviews.test_inviting import expert, letters, soon

pytestmark = pytest.mark.django_db

SEED = "314159"


@pytest.fixture
def clerk():
    return staff()


@pytest.fixture
def watcher():
    return person(Role.SUPERVISION, RootFactory())


@pytest.fixture
def prepared(clerk, watcher):
    for _ in range(4):
        expert()
    for _ in range(3):
        expert(ReviewerKind.RESEARCHER)
    wanted = [Wanted("", "", 1), Wanted("校长、书记", "", 2)]
    return preparing_lots.prepare(RoundFactory(), wanted, by=clerk)


def drawn(prepared, watcher, seed=SEED):
    preparing_lots.witness(prepared, seed, by=watcher, version=prepared.version)
    return Lots.objects.get(pk=prepared.pk)


def anew(page_text, nonce, seed):
    """The draw from the text of the record alone, sharing no line with the product."""
    rows = [line.split("\t") for line in page_text.split("\n")]
    digest = sha256(page_text.encode()).hexdigest()
    assert rows[0][1] == sha256(nonce.encode()).hexdigest()
    wanted = [row[1:] for row in rows if row[0] == "抽取"]
    people = [row for row in rows if row[0].isdigit()]
    tickets = {
        row[0]: sha256(f"{digest}:{nonce}:{seed}:{row[0]}".encode()).hexdigest() for row in people
    }
    found = []
    for kind, area, count in wanted:
        fitting = [
            row[0]
            for row in people
            if kind in ("", row[2]) and area in ("", row[4]) and row[0] not in found
        ]
        found += sorted(fitting, key=tickets.get)[: int(count)]
    return [int(number) for number in found]


def test_anybody_repeats_the_draw_from_its_record(prepared, watcher):
    found = drawn(prepared, watcher)

    text = preparing_lots.text_of(found)
    assert [row["number"] for row in found.drawn] == anew(text, found.nonce, SEED)
    assert found.digest == sha256(text.encode()).hexdigest()
    assert len({row["person"] for row in found.drawn}) == 3
    kinds = {row["number"]: row["kind"] for row in found.candidates}
    assert [kinds[row["number"]] for row in found.drawn][:2] == ["校长、书记"] * 2
    assert (found.witness, found.seed) == (watcher, SEED)
    assert found.drawn_at is not None


def test_another_seed_draws_otherwise_and_the_same_the_same():
    people = [Candidate(n, n, f"专家{n}", "机关干部") for n in range(1, 41)]
    wanted = [Wanted("机关干部", "", 5)]
    digest = lots.digest_of(lots.text_of(wanted, people, "承诺"))

    one, again, other = (
        [row.candidate.number for row in lots.draw(wanted, people, digest, "a", seed)]
        for seed in ("111111", "111111", "222222")
    )

    assert one == again != other


def test_every_candidate_is_as_likely():
    people = [Candidate(n, n, f"专家{n}", "机关干部") for n in range(1, 11)]
    wanted = [Wanted("", "", 3)]
    counts = dict.fromkeys(range(1, 11), 0)
    for seed in range(2000):
        for row in lots.draw(wanted, people, "d", "n", str(seed)):
            counts[row.candidate.number] += 1

    assert all(500 < count < 700 for count in counts.values())  # 600 each, give or take 5 sigma.


def test_a_line_that_another_may_empty_is_refused_whatever_the_seed():
    people = [
        Candidate(1, 1, "甲", "机关干部", area="姑苏区"),
        Candidate(2, 2, "乙", "机关干部", area="吴中区"),
        Candidate(3, 3, "丙", "市外专家", area="姑苏区"),
    ]

    assert lots.shortages([Wanted("机关干部", "", 1), Wanted("", "姑苏区", 1)], people) == []
    (short,) = lots.shortages([Wanted("机关干部", "", 1), Wanted("", "姑苏区", 2)], people)
    assert "前面各行最多先抽走1位，要抽2位" in short


def test_the_servers_half_is_sealed_until_the_draw(client, prepared, watcher):
    client.force_login(watcher)
    address = reverse("reviews:lots", args=[prepared.pk])
    before = client.get(address).content.decode()
    assert prepared.nonce not in before
    assert sha256(prepared.nonce.encode()).hexdigest() in before

    response = client.post(
        reverse("reviews:lots-draw", args=[prepared.pk]),
        {"seed": SEED, "version": prepared.version},
    )

    assert response.status_code == 302
    after = client.get(address).content.decode()
    assert prepared.nonce in after
    assert watcher.name in after


def test_only_supervision_draws_and_never_who_prepared_it(clerk, prepared, watcher):
    both = person(Role.SUPERVISION, RootFactory())
    Lots.objects.filter(pk=prepared.pk).update(prepared_by=both)
    prepared.refresh_from_db()

    for who in (clerk, person(Role.LEADER, RootFactory()), both):
        with pytest.raises(PermissionDenied):
            drawn(prepared, who)
    drawn(prepared, watcher)
    with pytest.raises(Conflict):
        preparing_lots.witness(prepared, "999999", by=watcher, version=1)


@pytest.mark.parametrize("seed", ["", "12345", "12345a", "１２３４５６", "9" * 41])
def test_a_seed_is_a_row_of_digits(client, prepared, watcher, seed):
    client.force_login(watcher)

    client.post(reverse("reviews:lots-draw", args=[prepared.pk]), {"seed": seed, "version": 0})

    prepared.refresh_from_db()
    assert prepared.status == "prepared"


def test_a_list_that_changed_since_is_not_drawn_from(clerk, prepared, watcher):
    person = prepared.candidates[0]["person"]
    inviting.invite(prepared.round, [person], soon(), by=clerk)

    with pytest.raises(Conflict, match="有变动"):
        drawn(prepared, watcher)


def test_who_is_not_drawn_from_is_listed_with_the_reason(clerk, watcher):
    free, away = expert(), expert()
    today = clock.today()
    Reviewer.objects.filter(user=away).update(away_from=today, away_until=today)
    bare = reviewer()

    found = preparing_lots.prepare(RoundFactory(), [Wanted("", "", 1)], by=clerk)

    assert [row["person"] for row in found.candidates] == [free.pk]
    assert {(row[0], row[2]) for row in found.excluded} == {
        (away.name, "评审期间不能参评"),
        (bare.name, "没有登记专家类别"),
    }
    assert len(letters(watcher, "lots:")) == 1


def test_too_few_are_told_before_anything_is_prepared(client, clerk):
    area = AreaFactory()
    expert(area=area)
    round = RoundFactory()
    client.force_login(clerk)

    response = client.post(
        reverse("reviews:lots-new", args=[round.pk]),
        {"kind_1": "校长、书记", "area_1": area.name, "count_1": 2},
    )

    assert response.status_code == 409
    assert "名单中有1位，要抽2位" in response.content.decode()
    assert not Lots.objects.exists()


def test_the_drawn_are_invited_and_the_lots_stand_with_them(client, clerk, prepared, watcher):
    found = drawn(prepared, watcher)
    people = [row["person"] for row in found.drawn]
    client.force_login(clerk)
    address = reverse("reviews:invite", args=[found.round_id])
    form = client.get(address, {"lots": found.pk}).context["form"]
    assert sorted(map(int, form.fields["people"].initial)) == sorted(people)

    client.post(address, {"people": people, "answer_by": "2099-01-01T18:00"})

    assert {one.lots_id for one in found.round.invitations.all()} == {found.pk}
    free, _ = preparing_lots.lists_of(found.round)
    assert not {one.person for one in free} & set(people)


def test_a_list_is_discarded_by_staff_with_a_reason(client, clerk, prepared, watcher):
    client.force_login(clerk)
    address = reverse("reviews:lots-discard", args=[prepared.pk])
    assert client.post(address, {"version": prepared.version}).status_code == 409

    client.post(address, {"version": prepared.version, "note": "名单有误"})

    prepared.refresh_from_db()
    assert prepared.status == "discarded"
    with pytest.raises(Conflict):
        drawn(prepared, watcher)


def test_below_the_city_there_are_no_lots(client, prepared):
    client.force_login(expert())

    for name, key in (("lots", prepared.pk), ("lots-new", prepared.round_id)):
        assert client.get(reverse(f"reviews:{name}", args=[key])).status_code == 404
