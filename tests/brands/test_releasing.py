"""What was decided is told together: nobody below the city sees any of it before."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brands.models import Programme, Project
from brands.permissions import shown_status
from brands.services import deciding, releasing
from foundation.audit.models import AuditEvent
from foundation.outbox.models import Message
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.brands.after import city, draft, ranked, secretary_of
from tests.crowd import CROWD, browsers, ends, press
from tests.factories.people import person
from tests.moving import chosen

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def secretary_batch(count=2):
    return ranked(count, programme_id=Programme.SECRETARY_PROJECT)


def decided(people):
    """书记项目: the first approved, the second declined, the third not decided."""
    batch, projects = secretary_batch(3)
    perform(projects[0], "approve", by=people.leader, minutes_number="4号")
    perform(projects[1], "decline", by=people.leader, note="不解决具体问题")
    return batch, projects


def letters_to(user):
    rows = Message.objects.filter(kind="inbox").order_by("pk")
    return [row.payload for row in rows if row.payload["user"] == user.pk]


def address(batch):
    return reverse("brands:decision-release", args=[batch.pk])


def seen(project, user):
    return shown_status(Project.objects.get(pk=project.pk), user)


def keys(batch):
    return list(releasing.pending(batch).values_list("pk", flat=True))


def shown(batch, number="4号"):
    """What the page of the release posts."""
    return chosen(*releasing.pending(batch), minutes_number=number)


def test_before_the_release_nobody_below_the_city_sees_anything(client, people):
    _, projects = decided(people)
    for project in projects:
        secretary = secretary_of(project)
        district = person(Role.DISTRICT, project.organisation.parent)
        for user in (secretary, district):
            client.force_login(user)
            page = client.get(reverse("brands:project", args=[project.pk])).text
            rows = client.get(reverse("brands:projects")).context["rows"]
            assert seen(project, user) == "in_review"
            assert [row.status for row in rows] == ["专家评审中"]
            assert not {"已审定", "审定立项", "未入选", "不予立项"} & {
                word for word in ("已审定", "审定立项", "未入选", "不予立项") if word in page
            }
            assert letters_to(user) == []


@pytest.mark.parametrize("who", ["bureau", "leader"])
def test_release_tells_all_at_once_with_the_minutes(client, people, who):
    batch, projects = decided(people)
    secretaries = [secretary_of(project) for project in projects]
    district = person(Role.DISTRICT, projects[0].organisation.parent)
    client.force_login(getattr(people, who))
    page = client.get(address(batch))
    form = {"project": page.context["form"].initial["project"], "minutes_number": "5号"}

    response = client.post(address(batch), form)

    assert response.status_code == 302
    assert [seen(project, people.bureau) for project in projects] == [
        "established", "declined", "scored",
    ]  # fmt: skip
    assert [seen(project, user) for project, user in zip(projects, secretaries, strict=True)] == [
        "established", "declined", "in_review",
    ]  # fmt: skip
    assert [len(letters_to(user)) for user in secretaries] == [1, 1, 0]
    assert "会议纪要号：4号" in letters_to(secretaries[0])[0]["text"]
    assert "未予立项（会议纪要号：5号）" in letters_to(secretaries[1])[0]["text"]
    assert len(letters_to(district)) == 1
    event = AuditEvent.objects.get(action="batch.release")
    assert "5号" in event.detail


def test_a_school_reads_its_result_in_list_filter_export_and_time_line(client, people):
    batch, projects = decided(people)
    releasing.release(batch, keys(batch), by=people.bureau, minutes_number="4号")
    client.force_login(secretary_of(projects[1]))

    rows = client.get(reverse("brands:projects"), {"status": "declined"}).context["rows"]
    page = client.get(reverse("brands:project", args=[projects[1].pk]))

    assert [row.status for row in rows] == ["未入选"]
    assert [line["label"] for line in page.context["events"]] == ["公布审定结果", "不予立项"]


@pytest.mark.parametrize("who", ["supervision", "school"])
def test_release_belongs_to_bureau_and_leader(client, people, who):
    batch, projects = decided(people)
    user = secretary_of(projects[0]) if who == "school" else people.supervision
    client.force_login(user)

    assert client.post(address(batch)).status_code == 403
    with pytest.raises(PermissionDenied):
        releasing.release(batch, keys(batch), by=user, minutes_number="4号")


def test_a_second_release_is_a_conflict_and_tells_nobody_twice(client, people):
    batch, projects = decided(people)
    secretary = secretary_of(projects[0])
    known = keys(batch)
    releasing.release(batch, known, by=people.bureau, minutes_number="4号")

    with pytest.raises(Conflict, match="没有待公布"):
        releasing.release(batch, known, by=people.leader, minutes_number="4号")
    client.force_login(people.leader)
    assert client.get(address(batch)).status_code == 409
    assert len(letters_to(secretary)) == 1


def test_a_decision_made_meanwhile_is_shown_before_it_goes_out(client, people):
    batch, projects = decided(people)
    known = shown(batch)
    perform(projects[2], "decline", by=people.leader, note="名额所限")
    client.force_login(people.bureau)

    response = client.post(address(batch), known)

    assert response.status_code == 409
    assert "刚刚有变动" in response.text
    assert len(response.context["form"].initial["project"]) == 3
    assert Project.objects.exclude(released_at=None).count() == 0


def test_nothing_moves_without_the_release(people):
    _, projects = decided(people)

    for project, name in [(projects[0], "establish"), (projects[1], "disclose")]:
        with pytest.raises(Conflict, match="还没有公布"):
            perform(project, name, by=people.leader)


def test_nobody_is_told_a_second_time_of_not_being_chosen(people):
    batch, projects = decided(people)
    releasing.release(batch, keys(batch), by=people.leader, minutes_number="4号")
    with pytest.raises(Conflict, match="已经公布"):
        perform(projects[1], "disclose", by=people.bureau)


def test_release_needs_the_minutes(client, people):
    batch, _ = decided(people)
    client.force_login(people.bureau)

    client.post(address(batch), shown(batch, ""))

    assert len(keys(batch)) == 2


def brand(people):
    """一校一品: two approved, the third declined."""
    batch, projects = ranked(3, status="proposed")
    for project in projects[:2]:
        perform(project, "approve", by=people.leader, minutes_number="3号")
    perform(projects[2], "decline", by=people.leader, note="名额所限")
    return batch, projects


def test_a_first_notice_of_several_tells_nobody_who_is_not_on_it(client, people):
    batch, (first, second, third) = brand(people)
    perform(draft(batch, [first], people.bureau), "confirm", by=people.second)

    assert [seen(one, secretary_of(one)) for one in (first, second, third)] == [
        "publicity", "in_review", "in_review",
    ]  # fmt: skip
    client.force_login(people.bureau)
    refused = client.get(address(batch))
    assert refused.status_code == 409
    assert "没有公示" in refused.text


def test_the_last_notice_tells_those_not_chosen_once(people):
    batch, (first, second, third) = brand(people)
    secretary = secretary_of(third)

    for listed in (first, second):
        perform(draft(batch, [listed], people.bureau), "confirm", by=people.second)

    assert seen(third, secretary) == "declined"
    assert [letter["subject"] for letter in letters_to(secretary)] == ["品牌项目审定结果"]


def test_who_is_declined_after_the_last_notice_waits_for_the_release(people):
    batch, (first, late) = ranked(2, status="proposed")
    perform(first, "approve", by=people.leader, minutes_number="3号")
    perform(draft(batch, [first], people.bureau), "confirm", by=people.second)
    perform(late, "decline", by=people.leader, note="名额所限")
    secretary = secretary_of(late)
    assert seen(late, secretary) == "in_review"

    releasing.release(batch, [late.pk], by=people.bureau, minutes_number="3号")

    assert seen(late, secretary) == "declined"


def test_a_brand_batch_without_any_chosen_can_be_told(people):
    batch, (only,) = ranked(1)
    perform(only, "decline", by=people.leader, note="都不够格")

    releasing.release(batch, [only.pk], by=people.leader, minutes_number="3号")

    assert seen(only, secretary_of(only)) == "declined"


def test_the_first_page_reminds_bureau_and_leader(client, people):
    decided(people)
    for user in (people.bureau, people.leader):
        client.force_login(user)
        assert "公布审定结果" in client.get(reverse("dashboard:home")).text


@CROWD
@pytest.mark.django_db(transaction=True)
def test_deciding_while_releasing_leaves_nothing_half_told(crowd):
    people = city()
    releasing_ = browsers(people.bureau, crowd.people // 2)
    deciding_ = browsers(people.leader, crowd.people // 2)
    for _ in range(crowd.times):
        batch, projects = decided(people)
        secretary = secretary_of(projects[0])
        known = shown(batch)
        decline = reverse("brands:decision-decline", args=[batch.pk])
        third = chosen(projects[2], note="名额所限")

        answers = press(
            [(window, address(batch), known) for window in releasing_]
            + [(window, decline, third) for window in deciding_]
        )

        told, declined = ends(answers[: len(releasing_)]), ends(answers[len(releasing_) :])
        assert set(told) | set(declined) <= {"done", "conflict"}
        assert declined["done"] == 1
        released = set(Project.objects.filter(batch=batch).exclude(released_at=None))
        assert released == (set(projects[:2]) if told["done"] else set())
        assert told["done"] <= 1
        assert len(letters_to(secretary)) == told["done"]


def test_a_choice_of_many_is_decided_under_the_lock_of_the_batch(people):
    batch, projects = secretary_batch(2)

    assert deciding.move_many(
        batch, "approve", [one.pk for one in projects], by=people.leader, minutes_number="4号"
    ) == 2  # fmt: skip
