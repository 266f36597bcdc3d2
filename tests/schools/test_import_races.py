"""Two presses at once: one import, and never a row twice."""

import pytest

from schools.models import PartyOrganisation, Role, School
from schools.services.importing import apply_import, draft_import
from schools.services.organisations import ensure_trees
from tests.crowd import answers_of
from tests.factories.people import person
from tests.schools.sheets import line, sheet

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_draft_pressed_twice_at_once():
    bureau = person(Role.BUREAU, ensure_trees())
    made = draft_import(sheet(*(line(n) for n in range(1, 20))), name="a", by=bureau)
    results = answers_of([lambda: apply_import(made, by=bureau)] * 4)
    assert sorted(results) == [False, False, False, True]
    assert School.objects.count() == 19


def test_two_drafts_with_the_same_new_school():
    root = ensure_trees()
    people = [person(Role.BUREAU, root) for _ in range(3)]
    drafts = [draft_import(sheet(line(1), line(2)), name="a", by=one) for one in people]
    results = answers_of(
        [
            *[
                lambda made=made, by=by: apply_import(made, by=by)
                for made, by in zip(drafts, people, strict=True)
            ]
        ]
    )
    assert results.count(True) == 1
    assert results.count("conflict") == 2
    assert School.objects.count() == 2
    assert PartyOrganisation.objects.units().exclude(school=None).count() == 2
