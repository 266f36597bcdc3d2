"""The list in one composed statement says the same as the querysets it was composed from."""

import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from brands.forms.filters import (
    ProjectFilterForm,
    Wanted,
    choices_for,
    in_order,
    narrowed,
    projects_for,
)
from brands.listing import A_PAGE, page_of
from brands.listing_lines import MOST_COUNTED
from brands.models import Project, ProjectStatus, Publicity, PublicityStatus
from brands.permissions import sees_results
from foundation import clock
from foundation.audit.services import record
from foundation.pieces import goes_on
from schools.models import Role
from schools.rights import rights_of, standing_of
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import AppointmentFactory, person
from tests.factories.schools import UnitFactory

S = ProjectStatus
STATUSES = (S.DRAFT, S.RETURNED, S.DECLINED, S.SCORED, S.IN_REVIEW, S.NAMED)


@pytest.fixture
def readers(bureau, district, secretary, stranger, root):
    return [bureau, district, secretary, stranger, person(Role.REVIEWER, root)]


@pytest.fixture
def projects(unit, stranger):
    other = rights_of(stranger).appointments[0].organisation
    found = []
    for at in (unit, other, UnitFactory(parent=unit.parent)):
        for n, status in enumerate(STATUSES):
            facts = {"status": status, "title": f"100%_{at.pk}-{n}"}
            found.append(ready_project(open_batch(), at, **facts))
    Project.objects.filter(status=S.RETURNED).update(
        return_due_at=clock.now() - timedelta(days=1), submitted_at=clock.now()
    )
    return found


def _wishes(projects):
    yield from (Wanted(), Wanted(status="return_overdue"), Wanted(stretch="decision"))
    yield from (Wanted(status=status) for status in (S.DECLINED, S.IN_REVIEW, S.DRAFT))
    yield Wanted(batch=str(projects[2].batch_id))
    yield Wanted(area=str(projects[0].area_id), words=("100%",))
    yield from (Wanted(words=words) for words in [("0%_",), ("%%",), ("\\",), ("100", "-2")])


@pytest.mark.parametrize("sort", ["", "-title", "school", "area", "nonsense"])
def test_each_reader_finds_what_the_querysets_say(readers, projects, sort):
    Publicity.objects.create(
        batch=projects[2].batch, status=PublicityStatus.ENDED, drafted_by=readers[0]
    )
    found = 0
    for wanted in _wishes(projects):
        for reader in readers:
            rows = projects_for(reader)
            rows = narrowed(rows, wanted, sees=sees_results(reader), now=clock.now())
            page = page_of(reader, wanted, sort, "")
            assert [row.key for row in page.object_list] == [
                project.pk for project in in_order(rows, sort)
            ]
            assert page.paginator.count == len(page.object_list)
            found += page.paginator.count
    assert found


def test_who_lost_the_appointment_finds_nothing_at_once(secretary, projects):
    assert page_of(secretary, Wanted(), "", "").paginator.count == len(STATUSES)
    secretary.appointments.update(until=clock.today() - timedelta(days=1))
    again = type(secretary).objects.get(pk=secretary.pk)
    assert page_of(again, Wanted(), "", "").object_list == []


def test_a_page_past_the_end_is_the_last_one(bureau, unit):
    for _ in range(A_PAGE + 1):
        ready_project(open_batch(), unit, status=S.IN_REVIEW)
    numbers = {
        asked: page_of(bureau, Wanted(), "", asked).number
        for asked in ("", "x", "0", "2", "3", "9" * 9)
    }
    assert numbers == {"": 1, "x": 1, "0": 1, "2": 2, "3": 2, "9" * 9: 1}
    assert len(page_of(bureau, Wanted(), "", "3").object_list) == 1


def test_what_is_not_offered_finds_nothing(secretary, projects):
    """An unreleased outcome, or an area, is no choice of a school."""
    choices = choices_for(secretary)
    assert not choices.area
    for asked, is_good in [
        ("status=scored", False),
        ("status=in_review", True),
        ("batch=0", False),
    ]:
        wanted = ProjectFilterForm(QueryDict(asked), choices=choices).wanted()
        assert (wanted is not None) == is_good
    assert page_of(secretary, None, "", "").object_list == []


def test_a_standing_knows_no_person_and_no_appointment(secretary, unit):
    AppointmentFactory(user=secretary, organisation=unit, role=Role.STAFF)
    standing = standing_of(secretary)
    assert standing == standing_of(type(secretary).objects.get(pk=secretary.pk))
    assert rights_of(standing).has(Role.STAFF)
    with pytest.raises(AttributeError):
        standing.pk  # noqa: B018
    with pytest.raises(AttributeError):
        rights_of(standing).appointments[0].pk  # noqa: B018


def found_by(user, *words):
    return [row.title for row in page_of(user, Wanted(words=words), "", "").object_list]


def test_a_project_is_found_by_its_own_words_and_by_its_unit_s(bureau, unit):
    project = ready_project(open_batch(), unit, status=S.IN_REVIEW)
    project.title = "灯塔讲堂"
    project.save(update_fields=["title"])

    assert unit.name != project.title
    assert found_by(bureau, "灯塔") == found_by(bureau, unit.name) == ["灯塔讲堂"]
    assert found_by(bureau, "dtjt", unit.name) == ["灯塔讲堂"]
    assert found_by(bureau, "灯塔", "没有的") == []


def test_after_a_unit_is_renamed_its_projects_are_found_by_the_new_name(bureau, unit):
    project = ready_project(open_batch(), unit, status=S.IN_REVIEW)
    own = project.title
    unit.name = "星海湖实验学校党总支"
    unit.save(update_fields=["name"])

    assert found_by(bureau, "xinghaihu") == [own]

    project.refresh_from_db()
    project.title = "新名称"
    project.save(update_fields=["title"])

    assert found_by(bureau, "xinghaihu", "新名称") == ["新名称"]
    assert found_by(bureau, own) == []


def test_an_address_with_a_number_beyond_any_key_is_not_found(client, bureau):
    client.force_login(bureau)

    assert client.get(f"/brands/projects/{10**30}/").status_code == 404


@pytest.mark.parametrize("status", [S.SCORED, S.PROPOSED, S.ELIGIBLE])
def test_where_no_expert_reads_the_filter_says_what_the_chip_says(bureau, secretary, unit, status):
    batch = open_batch()
    ready_project(batch, unit, status=status)
    type(batch).objects.filter(pk=batch.pk).update(has_review=False)

    for reader in (bureau, secretary):
        (row,) = page_of(reader, Wanted(), "", "").object_list
        found = {
            value: [one.status for one in page_of(reader, Wanted(status=value), "", "").object_list]
            for value, _ in choices_for(reader).status
            if value and value != "return_overdue"
        }
        shown = [ProjectStatus(value).label for value, rows in found.items() if rows]

        assert shown == [row.status]


def test_all_are_counted_again_once_something_is_on_record(bureau, unit):
    def counted():
        return page_of(bureau, Wanted(), "", "").paginator.count

    record("something")
    ready_project(open_batch(), unit, status=S.IN_REVIEW)
    assert counted() == 1

    Project.objects.update(status=S.WITHDRAWN)  # As no service would: off the record.
    project = ready_project(open_batch(), unit, status=S.IN_REVIEW)
    other = ready_project(open_batch(), unit, status=S.IN_REVIEW)
    assert counted() == 1

    record("something else")
    assert counted() == 2
    Project.objects.filter(pk__in=[project.pk, other.pk]).update(status=S.WITHDRAWN)
    assert counted() == 0  # A page without rows is never said to have some.


def test_a_search_says_that_it_found_more_than_it_counted(client, bureau, unit):
    first = ready_project(open_batch(), unit, status=S.IN_REVIEW)
    others = MOST_COUNTED + A_PAGE
    Project.objects.bulk_create(
        Project(
            batch=first.batch,
            organisation=unit,
            person=f"{n}号",
            status=S.IN_REVIEW,
            search_text="灯塔",
            created_by=bureau,
        )
        for n in range(others)
    )
    wanted = Wanted(words=("灯塔",))
    client.force_login(bureau)

    page = page_of(bureau, wanted, "", "")
    assert (page.paginator.count, goes_on(page), page.has_next()) == (MOST_COUNTED, True, True)
    words = client.get("/brands/projects/?q=灯塔").content.decode()
    assert "共 200 项以上，第 1 页" in words
    assert "末页" not in words

    page = page_of(bureau, wanted, "", "2")
    assert (page.paginator.count, goes_on(page)) == (others, False)
    page = page_of(bureau, wanted, "", "99")
    assert (page.number, len(page.object_list), page.paginator.count) == (11, A_PAGE, others)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "is_open"), [("", False), ("?page=2", False), ("?q=", False), ("?q=红烛", True)]
)
def test_filters_are_folded_on_a_phone_until_one_is_in_force(client, bureau, query, is_open):
    """The form stands beside the fold, not in it: a wide screen shows it in any case."""
    client.force_login(bureau)
    page = client.get(reverse("brands:projects") + query).text
    fold = f'<details class="filter-fold"{" open" if is_open else ""}><summary>筛选</summary></details>'
    assert re.search(rf'{fold}\s*<form class="filters"', page)


def test_the_filter_line_holds_nothing_that_was_made_up(client, bureau):
    client.force_login(bureau)

    page = client.get(reverse("brands:projects"), {"status": "x" * 500, "batch": "0"})

    assert {select.chosen for select in page.context["line"]} == {""}
