"""一校一品 after the scores: notices, objections, naming; places of a district before them."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import strategies as st
from hypothesis.stateful import rule

from brands.forms.fields import TITLE
from brands.models import Objection, ProjectStatus, QuotaPlace
from brands.services import naming, publishing, recommending
from brands.shipping import shipped
from foundation import clock
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.brands.after import draft
from tests.brands.machine.judging import Judging
from tests.brands.machine.pressing import REFUSALS, can
from tests.brands.machine.world import PLACES

S = ProjectStatus
HEADS = (S.DRAFT, S.ELIGIBLE, S.SCORED, S.APPROVED)
CHECKLIST = next(facts["checklist"] for facts in shipped() if facts["key"] == "school_brand")
# One that the bureau refused keeps its place: the district names no other in its stead.
WITHOUT_A_PLACE = {S.DRAFT, S.DISTRICT_REVIEW, S.WITHDRAWN, S.NOT_RECOMMENDED}


class Brand(Judging):
    extra = {
        "accept": {"items": CHECKLIST},
        "return": {"remarks": {TITLE: "请改。"}},
        "approve": {"minutes_number": "3号"},
        "name": {"document_number": "18号"},
    }

    @can(S.APPROVED)
    @rule()
    def a_notice_goes_out(self) -> None:
        listed = self._in(S.APPROVED)
        notice = draft(self.batch, [self._fresh(key) for key in listed], self.world.bureau)
        with pytest.raises(PermissionDenied):
            perform(notice, "confirm", by=self.world.bureau, version=notice.version)
        perform(notice, "confirm", by=self.world.second, version=notice.version)
        assert {*self._in(S.PUBLICITY)} >= {*listed}
        assert notice.sha256 == publishing.digest(notice.snapshot)

    @can(S.PUBLICITY)
    @rule(data=st.data())
    def somebody_objects_and_it_is_taken_up(self, data: Any) -> None:
        project = self._fresh(data.draw(st.sampled_from(self._in(S.PUBLICITY))))
        notice = project.publicity_entries.latest("pk").publicity
        objection = Objection.objects.create(publicity=notice, project=project, text="不实")
        by = data.draw(st.sampled_from([self.world.bureau, self.world.second]))
        try:
            perform(objection, "accept", by=by)
        except REFUSALS:
            return
        assert self.seen[project.pk].status == S.ON_HOLD

    @can(S.ON_HOLD)
    @rule(name=st.sampled_from(["dismiss", "uphold"]))
    def the_objection_is_concluded(self, name: str) -> None:
        objection = Objection.objects.filter(status="investigating").first()
        if objection is None:
            return
        for by in (self.world.bureau, self.world.second):
            try:
                perform(objection, name, by=by, note="查清了", version=objection.version)
            except REFUSALS:
                continue
            return

    @can(S.PUBLICITY, S.ON_HOLD)
    @rule()
    def the_leader_tries_to_name_all(self) -> None:
        listed = self._in(S.PUBLICITY, S.ON_HOLD)
        projects = [self._fresh(key) for key in listed]
        held = [one for one in projects if one.objections.filter(status="investigating").exists()]
        try:
            naming.name_many(self.batch, listed, by=self.world.leader, document_number="18号")
        except REFUSALS:
            assert self._in(S.PUBLICITY, S.ON_HOLD) == listed
            return
        assert not held
        notices = [one.publicity_entries.latest("pk").publicity for one in projects]
        assert clock.now() > max(notice.closes_at for notice in notices)

    @can(S.RECOMMENDED)
    @rule(data=st.data())
    def the_district_reorders(self, data: Any) -> None:
        area = self.world.home.area
        now = recommending.order_of(self.batch, area)
        wanted = list(data.draw(st.permutations(now)))
        try:
            recommending.reorder(
                self.batch, area, wanted, seen=now, by=self.world.district, via=None
            )
        except Conflict:
            return
        assert recommending.order_of(self.batch, area) == wanted
        self.reordered.update(wanted)

    def check(self) -> None:
        super().check()
        places = [row.place for row in self.seen.values() if row.place]
        held = QuotaPlace.objects.filter(quota__batch=self.batch, project__isnull=False)
        assert len(places) == len({*places}) == held.count()
        assert len(places) <= PLACES
        for key, row in self.seen.items():
            if row.status == S.RECOMMENDED:
                assert row.place
            if row.status in WITHOUT_A_PLACE:
                assert row.place is None, f"{row.status} holds a place"
            if row.status == S.NAMED:
                self._check_named(key, row)

    def _check_named(self, key: int, row: Any) -> None:
        """One honour; and no open objection when it was named: one made later is too late."""
        assert row.times("name") == 1
        project = self._fresh(key)
        assert project.honour.number
        if self.before[key].status != S.NAMED:
            assert not project.objections.filter(status="investigating").exists()
