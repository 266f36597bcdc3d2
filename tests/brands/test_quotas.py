"""Quotas by per cent, with least numbers, and moved between areas (domain.md B1 stage 4)."""

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from brands.models import ProjectStatus, Quota, QuotaPlace, QuotaTransfer
from brands.services import quotas
from foundation.audit.models import AuditEvent
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Ownership, Role, SchoolKind
from tests.factories.brands import give_quota, open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import AreaFactory, RootFactory, SchoolFactory, UnitFactory


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


@pytest.mark.django_db
class TestTransfer:
    @pytest.fixture
    def other(self, batch):
        area = AreaFactory()
        give_quota(batch, area, 1)
        return area

    def test_free_places_move_and_are_on_record(self, batch, unit, other, bureau):
        quotas.transfer(batch, unit.area, other, 1, why="调剂", by=bureau, via=None)
        assert [q.places for q in Quota.objects.order_by("pk")] == [1, 2]
        assert [q.place_rows.count() for q in Quota.objects.order_by("pk")] == [1, 2]
        assert AuditEvent.objects.filter(action="quota.transfer").count() == 1

    @pytest.mark.parametrize("held", [1, 2])
    def test_a_place_in_use_stays(self, batch, unit, other, bureau, district, held):
        for _ in range(held):
            perform(_waiting(batch, unit.parent), "recommend", by=district)
        with pytest.raises(Conflict, match="没有使用"):
            quotas.transfer(batch, unit.area, other, 3 - held, why="调", by=bureau, via=None)
        assert Quota.objects.get(area=unit.area).places == 2
        assert not QuotaTransfer.objects.exists()

    def test_what_is_kept_for_private_schools_stays(self, batch, unit, other, bureau):
        Quota.objects.filter(area=unit.area).update(private=2)
        with pytest.raises(Conflict, match="至少要保留 2"):
            quotas.transfer(batch, unit.area, other, 1, why="调", by=bureau, via=None)

    def test_the_page_is_for_staff(self, client, batch, unit, other, bureau, district, root):
        url = reverse("brands:quota-transfer", args=[batch.pk])
        data = {"source": unit.area.pk, "target": other.pk, "places": "1", "why": "调剂"}
        for user in (district, person(Role.LEADER, root)):
            client.force_login(user)
            assert client.post(url, data).status_code == 403
        client.force_login(bureau)
        assert "没有使用" in client.post(url, data | {"places": "9"}).text
        assert client.post(url, data | {"source": "999999"}).status_code == 200
        assert client.post(url, data).status_code == 302
        assert "调剂" in client.get(reverse("brands:batch", args=[batch.pk])).text


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_place_is_either_moved_or_given_never_both():
    root = RootFactory()
    unit = UnitFactory(parent__parent=root)
    other = AreaFactory()
    batch = open_batch(quotas=[(unit.area, 1), (other, 1)])
    project = _waiting(batch, unit.parent)
    officer, bureau = person(Role.DISTRICT, unit.parent), person(Role.BUREAU, root)
    gate, done = threading.Barrier(2), []

    def run(name, act):
        gate.wait()
        try:
            act()
            done.append(name)
        except Conflict:
            pass
        finally:
            connection.close()

    acts = {
        "given": lambda: perform(project, "recommend", by=officer),
        "moved": lambda: quotas.transfer(batch, unit.area, other, 1, why="调", by=bureau, via=None),
    }
    threads = [threading.Thread(target=run, args=item) for item in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 1
    project.refresh_from_db()
    assert (project.place is not None) == (done == ["given"])
    assert QuotaPlace.objects.count() == 2


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
