"""Quotas by per cent, with least numbers, and moved between areas (domain.md B1 stage 4)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brands.models import ProjectStatus, Quota, QuotaPlace, QuotaTransfer, TransferStatus
from brands.services import quotas
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Ownership, Role, SchoolKind
from schools.services.organisations import move_under
from tests.crowd import at_once
from tests.factories.brands import give_quota, open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import (
    AreaCommitteeFactory,
    AreaFactory,
    RootFactory,
    SchoolFactory,
    UnitFactory,
)
from tests.moving import drawn


def _waiting(batch, home, **school):
    unit = UnitFactory(parent=home, school=SchoolFactory(area=home.area, **school))
    return ready_project(batch, unit, status=ProjectStatus.DISTRICT_REVIEW)


@pytest.mark.django_db
class TestShare:
    def test_half_is_rounded_up_and_nobody_goes_empty(self, unit):
        for _ in range(4):
            UnitFactory(parent=unit.parent)
        empty = AreaFactory()
        assert quotas.share(Decimal(50))[unit.area_id] == 3  # 2.5
        assert quotas.share(Decimal(1))[unit.area_id] == 1
        assert quotas.share(Decimal(50))[empty.pk] == 0


@pytest.mark.django_db
class TestLeast:
    @pytest.fixture
    def two(self, batch, unit):
        """Two places, at least one of them for a private school."""
        Quota.objects.filter(batch=batch).update(private=1)
        return batch

    def test_the_last_place_is_kept_for_whom_it_must_go_to(self, two, unit, district):
        ordinary = [_waiting(two, unit.parent) for _ in range(2)]
        private = _waiting(two, unit.parent, ownership=Ownership.PRIVATE)
        perform(ordinary[0], "recommend", by=district)
        with pytest.raises(Conflict, match="至少 1 个用于民办学校"):
            perform(ordinary[1], "recommend", by=district)
        perform(private, "recommend", by=district)
        assert private.status == ProjectStatus.RECOMMENDED

    def test_once_met_the_rest_is_free(self, two, unit, district):
        perform(_waiting(two, unit.parent, ownership=Ownership.PRIVATE), "recommend", by=district)
        ordinary = _waiting(two, unit.parent)
        perform(ordinary, "recommend", by=district)
        assert ordinary.status == ProjectStatus.RECOMMENDED

    def test_a_private_kindergarten_counts_for_both(self, batch, unit, district):
        Quota.objects.filter(batch=batch).update(private=1, kindergartens=1)
        both = {"ownership": Ownership.PRIVATE, "kind": SchoolKind.KINDERGARTEN}
        perform(_waiting(batch, unit.parent), "recommend", by=district)
        private = _waiting(batch, unit.parent, ownership=Ownership.PRIVATE)
        with pytest.raises(Conflict, match="幼儿园"):
            perform(private, "recommend", by=district)
        perform(_waiting(batch, unit.parent, **both), "recommend", by=district)


@pytest.fixture
def second(root):
    """Another person of the bureau."""
    return person(Role.BUREAU, root)


@pytest.mark.django_db
class TestTransfer:
    @pytest.fixture
    def other(self, batch):
        area = AreaFactory()
        give_quota(batch, area, 1)
        return area

    def test_free_places_move_once_another_approves(
        self, batch, unit, other, bureau, second, district
    ):
        home = UnitFactory(parent__parent=unit.parent.parent).parent
        home.area = other
        home.save()
        taker = person(Role.DISTRICT, home)
        row = quotas.ask(batch, unit.area, other, 1, why="调剂", by=bureau)
        assert [q.places for q in Quota.objects.order_by("pk")] == [2, 1]

        perform(row, "approve", by=second)

        assert [q.places for q in Quota.objects.order_by("pk")] == [1, 2]
        assert [q.place_rows.count() for q in Quota.objects.order_by("pk")] == [1, 2]
        actions = AuditEvent.objects.values_list("action", flat=True)
        assert {"quota.ask", "quotatransfer.approve"} <= {*actions}
        asked, answered = row.events.all()
        keys = {*Message.objects.values_list("key", flat=True)}
        for event, people in (
            (asked, (second, district, taker)),
            (answered, (bureau, district, taker)),
        ):
            assert {f"inbox:transfer-event:{event.pk}:{user.pk}" for user in people} <= keys
        with pytest.raises(Conflict):
            perform(row, "approve", by=second)

    def test_who_asked_does_not_approve(self, batch, unit, other, bureau, second, district):
        row = quotas.ask(batch, unit.area, other, 1, why="调剂", by=bureau)
        for user in (bureau, district):
            with pytest.raises(PermissionDenied):
                perform(row, "approve", by=user)
        with pytest.raises(PermissionDenied):
            perform(row, "take_back", by=second)
        with pytest.raises(Conflict, match="理由"):
            perform(row, "refuse", by=second)
        perform(row, "refuse", by=second, note="名额不宽裕")
        assert [q.places for q in Quota.objects.order_by("pk")] == [2, 1]

    def test_a_district_asks_for_its_own_area_only(self, batch, unit, other, bureau, district):
        third = AreaFactory()
        give_quota(batch, third, 1)
        with pytest.raises(PermissionDenied):
            quotas.ask(batch, other, third, 1, why="调", by=district)
        row = quotas.ask(batch, other, unit.area, 1, why="不够", by=district)
        perform(row, "approve", by=bureau)
        assert Quota.objects.get(area=unit.area).places == 3

    @pytest.mark.parametrize("held", [1, 2])
    def test_a_place_in_use_stays(self, batch, unit, other, bureau, district, held):
        for _ in range(held):
            perform(_waiting(batch, unit.parent), "recommend", by=district)
        with pytest.raises(Conflict, match="没有使用"):
            quotas.ask(batch, unit.area, other, 3 - held, why="调", by=bureau)
        assert Quota.objects.get(area=unit.area).places == 2
        assert not QuotaTransfer.objects.exists()

    def test_a_place_used_since_it_was_asked_stays(
        self, batch, unit, other, bureau, second, district
    ):
        row = quotas.ask(batch, unit.area, other, 2, why="调", by=bureau)
        perform(_waiting(batch, unit.parent), "recommend", by=district)
        with pytest.raises(Conflict, match="没有使用"):
            perform(row, "approve", by=second)
        row.refresh_from_db()
        assert row.status == TransferStatus.PENDING
        assert QuotaPlace.objects.count() == 3

    def test_what_private_schools_still_need_stays(
        self, batch, unit, other, bureau, second, district
    ):
        """Four places, two for private schools, two held by public ones: the free two are theirs."""
        home = UnitFactory(parent__parent=unit.parent.parent)
        give_quota(batch, home.area, 4)
        Quota.objects.filter(area=home.area).update(private=2)
        officer = person(Role.DISTRICT, home.parent)
        row = quotas.ask(batch, home.area, other, 2, why="调", by=bureau)
        for _ in range(2):
            perform(_waiting(batch, home.parent), "recommend", by=officer)
        with pytest.raises(Conflict, match="要留 2 个给民办学校"):
            quotas.ask(batch, home.area, other, 1, why="调", by=bureau)
        with pytest.raises(Conflict, match="要留 2 个给民办学校"):
            perform(row, "approve", by=second)
        private = _waiting(batch, home.parent, ownership=Ownership.PRIVATE)
        perform(private, "recommend", by=officer)
        assert Quota.objects.get(area=home.area).places == 4

    def test_the_pages(self, client, batch, unit, other, bureau, second, district, root, secretary):
        url = reverse("brands:quota-transfer", args=[batch.pk])
        data = {"source": unit.area.pk, "target": other.pk, "places": "1", "why": "调剂"}
        for user in (secretary, person(Role.LEADER, root)):
            client.force_login(user)
            assert client.post(url, data).status_code == 403
        client.force_login(district)
        assert client.post(url, data).status_code == 302
        row = QuotaTransfer.objects.get()
        client.force_login(bureau)
        assert "没有使用" in client.post(url, data | {"places": "9"}).text
        assert client.post(url, data | {"source": "999999"}).status_code == 200
        page = client.get(reverse("brands:transfer", args=[row.pk])).text
        assert "批准后名额立即调整" in page
        assert "审批名额调剂" in client.get(reverse("dashboard:home")).text
        move = reverse("brands:transfer-move", args=[row.pk, "approve"])
        stranger = person(Role.DISTRICT, UnitFactory(parent__parent=root).parent)
        client.force_login(stranger)
        assert client.post(move).status_code == 404
        client.force_login(district)
        assert client.post(move).status_code == 403
        client.force_login(bureau)
        assert client.post(move, drawn(row)).status_code == 302
        assert client.post(move).status_code == 409
        assert "已生效" in client.get(reverse("brands:batch", args=[batch.pk])).text


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
class TestRaces:
    @pytest.fixture
    def scene(self):
        root = RootFactory()
        unit = UnitFactory(parent__parent=root)
        other = AreaFactory()
        batch = open_batch(quotas=[(unit.area, 1), (other, 1)])
        one, two, three = (person(Role.BUREAU, root) for _ in range(3))
        row = quotas.ask(batch, unit.area, other, 1, why="调", by=one)
        return batch, unit, row, two, three

    def test_a_place_is_either_moved_or_given_never_both(self, scene):
        batch, unit, row, two, _ = scene
        project = _waiting(batch, unit.parent)
        officer = person(Role.DISTRICT, unit.parent)
        raised = at_once(
            [
                lambda: perform(project, "recommend", by=officer),
                lambda: perform(row, "approve", by=two),
            ]
        )
        assert sorted(type(one).__name__ for one in raised) == ["Conflict", "NoneType"]
        project.refresh_from_db()
        assert (project.place is not None) == (raised[0] is None)
        assert QuotaPlace.objects.count() == 2

    def test_two_who_approve_at_once_move_it_once(self, scene):
        _, _, row, two, three = scene
        raised = at_once([lambda by=by: perform(row, "approve", by=by) for by in (two, three)])
        assert sorted(type(one).__name__ for one in raised) == ["Conflict", "NoneType"]
        assert [q.places for q in Quota.objects.order_by("pk")] == [0, 2]


@pytest.mark.django_db
def test_the_form_takes_numbers_per_cent_and_least(unit):
    from brands.forms.quota import Places, QuotaForm

    area = unit.area
    typed = {f"quota-area-{area.pk}": "5", f"quota-private-{area.pk}": "2"}
    form = QuotaForm(typed)
    assert form.is_valid()
    assert form.places()[area.pk] == Places(5, 2, 0)

    form = QuotaForm(typed | {f"quota-private-{area.pk}": "6"})
    assert not form.is_valid()

    form = QuotaForm(typed | {"quota-percent": "100"})
    assert form.is_valid()
    assert form.places()[area.pk] == Places(1, 1, 0)


def test_a_school_that_moves_uses_no_place_of_the_area_it_left(root, batch, unit, secretary):
    """A school comes to another area in the middle of a batch (schools from Excel)."""
    other = AreaCommitteeFactory(parent=root)
    district = person(Role.DISTRICT, other)
    give_quota(batch, other.area, 1)
    waiting = ready_project(batch, unit)
    perform(waiting, "submit", by=secretary)

    unit.area = other.area
    unit.save()
    move_under(unit, other)
    waiting.refresh_from_db()
    perform(waiting, "recommend", by=district)

    assert waiting.area == other.area
    assert waiting.place.quota.area == other.area


def test_a_place_of_the_old_area_goes_back_to_it(root, batch, unit, secretary, district):
    other = AreaCommitteeFactory(parent=root)
    held = ready_project(batch, unit)
    perform(held, "submit", by=secretary)
    perform(held, "recommend", by=district)
    old = held.place.quota

    unit.area = other.area
    unit.save()
    move_under(unit, other)
    held.refresh_from_db()
    assert held.place.quota == old
    perform(held, "unrecommend", by=person(Role.DISTRICT, other))

    assert (held.place, held.area) == (None, other.area)
    assert old.place_rows.filter(project=None).count() == old.places
